"""What is shown when, on a clock that only the test moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.toasts.announcements import Announcer
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.queue import ToastQueue
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind
from pygame_gameservices.widgets.wording import Wording
from tests.thinned import examples

FRAME = 1 / 60


def queue(**options: Any) -> ToastQueue:
    return ToastQueue(ToastOptions(**options), Announcer(Wording()).burst)


def trophy(number: int, rarity: Rarity = Rarity.BRONZE) -> Toast:
    return Toast(title=f"Trophy {number}", kind=ToastKind.TROPHY, rarity=rarity, key=number)


def run(toasts: ToastQueue, seconds: float) -> list[Toast]:
    came: list[Toast] = []
    for _ in range(round(seconds / FRAME)):
        came += toasts.update(FRAME, FRAME, lambda toast: True)
    return came


def test_first_come_first_shown_at_most_three_at_once() -> None:
    toasts = queue()
    messages = [Toast(title=str(number)) for number in range(5)]
    for message in messages:
        toasts.push(message)
    assert run(toasts, 1) == messages[:3]
    assert toasts.waiting == tuple(messages[3:])
    assert run(toasts, 6) == messages[3:]


def test_the_clock_starts_when_it_is_shown() -> None:
    toasts = queue(max_visible=1)
    first, second = Toast(title="1"), Toast(title="2")
    toasts.push(first)
    toasts.push(second)
    run(toasts, 5.0)
    assert [shown.toast for shown in toasts.shown] == [first]
    run(toasts, 1.5)
    assert [shown.toast for shown in toasts.shown] == [second]
    run(toasts, 4.0)
    assert [shown.toast for shown in toasts.shown] == [second]
    run(toasts, 1.0)
    assert toasts.idle


def test_its_share_comes_stays_and_goes_in_time() -> None:
    toasts = queue(gather=0)
    toasts.push(Toast(title="x"))
    toasts.update(0, 0, lambda toast: True)
    (shown,) = toasts.shown
    seen = []
    for time in (0, 0.125, 0.25, 3, 5.25, 5.375, 5.5):
        shown.time = time
        seen.append(shown.share(0.25))
    assert seen == pytest.approx([0, 0.5, 1, 1, 1, 0.5, 0])


def test_long_text_stays_long_enough_to_be_read_but_not_forever() -> None:
    options = ToastOptions()
    assert options.hold_for(Toast(title="Short")) == 5
    assert options.hold_for(Toast(title="t" * 30, text="x" * 90)) == pytest.approx(1.5 + 120 / 15)
    assert options.hold_for(Toast(title="t", text="x" * 900)) == 12
    assert ToastOptions(hold=20).hold_for(Toast(title="t")) == 20


def test_the_same_trophy_is_told_once() -> None:
    toasts = queue()
    assert toasts.push(trophy(1))
    assert not toasts.push(trophy(1))
    run(toasts, 7)
    assert toasts.idle
    assert not toasts.push(trophy(1))
    toasts.forget()
    assert toasts.push(trophy(1))


def test_a_burst_becomes_one_toast_with_the_rarest_medal() -> None:
    toasts = queue()
    for number in range(7):
        toasts.push(trophy(number, Rarity.GOLD if number == 4 else Rarity.BRONZE))
    (summary,) = run(toasts, 1)
    assert (summary.title, summary.rarity, summary.count) == ("7 trophies unlocked", Rarity.GOLD, 7)
    assert summary.text == "Trophy 0, Trophy 1 and 5 more"


def test_what_comes_while_a_burst_waits_joins_it() -> None:
    toasts = queue(max_visible=1)
    toasts.push(Toast(title="in the way"))
    run(toasts, 0.5)
    for number in range(5):
        toasts.push(trophy(number))
    run(toasts, 1)
    toasts.push(trophy(5))
    run(toasts, 1)
    (waiting,) = toasts.waiting
    assert waiting.title == "6 trophies unlocked"


def test_a_burst_keeps_its_place_in_line_and_leaves_messages_alone() -> None:
    toasts = queue(gather=0, max_visible=1)
    for toast in (Toast(title="a"), trophy(1), Toast(title="b"), trophy(2), trophy(3), trophy(4), Toast(title="c")):
        toasts.push(toast)
    toasts.paused = True
    run(toasts, FRAME)
    assert [toast.title for toast in toasts.waiting] == ["a", "4 trophies unlocked", "b", "c"]


def test_three_trophies_are_shown_one_by_one() -> None:
    toasts = queue()
    for number in range(3):
        toasts.push(trophy(number))
    assert len(run(toasts, 1)) == 3


def test_paused_shows_nothing_new_but_lets_go_what_is_there() -> None:
    toasts = queue()
    toasts.push(Toast(title="before"))
    run(toasts, 1)
    toasts.paused = True
    toasts.push(Toast(title="during"))
    assert run(toasts, 7) == []
    assert toasts.shown == ()
    toasts.paused = False
    assert [toast.title for toast in run(toasts, 1)] == ["during"]


def test_what_is_not_painted_yet_waits_and_keeps_the_order() -> None:
    toasts = queue(gather=0)
    slow, quick = Toast(title="slow"), Toast(title="quick")
    toasts.push(slow)
    toasts.push(quick)
    assert toasts.next_up() == [slow, quick]
    assert toasts.update(FRAME, FRAME, lambda toast: toast is quick) == []
    assert toasts.update(FRAME, FRAME, lambda toast: True) == [slow, quick]


def test_dismissed_it_goes_from_where_it_is() -> None:
    toasts = queue(gather=0)
    toast = Toast(title="x")
    toasts.push(toast)
    toasts.update(0, 0, lambda _: True)
    toasts.update(0.1, 0.1, lambda _: True)
    (shown,) = toasts.shown
    before = shown.share(0.25)
    toasts.dismiss(toast)
    assert shown.share(0.25) == pytest.approx(before)
    toasts.update(0.11, 0.11, lambda _: True)
    assert toasts.idle


def test_clear_takes_all_away() -> None:
    toasts = queue()
    for number in range(9):
        toasts.push(Toast(title=str(number)))
    run(toasts, 1)
    toasts.clear()
    assert toasts.idle
    assert toasts.shown == ()


def test_no_fade_is_a_cut() -> None:
    toasts = queue(fade=0, gather=0)
    toasts.push(Toast(title="x"))
    toasts.update(0, 0, lambda _: True)
    (shown,) = toasts.shown
    assert shown.share(0) == 1
    run(toasts, 5.1)
    assert toasts.idle


@pytest.mark.parametrize("wrong", [{"hold": -1}, {"max_visible": 0}, {"collapse_above": 0}, {"inset": -3}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        ToastOptions(**wrong)


@examples(80)
@given(
    st.lists(
        st.one_of(
            st.integers(0, 12).map(lambda number: ("trophy", number)),
            st.just(("message", 0)),
            st.just(("information", 0)),
            st.floats(0, 3).map(lambda seconds: ("wait", seconds)),
            st.booleans().map(lambda paused: ("pause", paused)),
        ),
        max_size=60,
    ),
    st.integers(1, 4),
    st.integers(1, 5),
)
def test_every_piece_of_news_is_shown_exactly_once(story: list[tuple[str, Any]], visible: int, above: int) -> None:
    toasts = queue(max_visible=visible, collapse_above=above)
    told, came = 0, 0
    keys = set()
    again: set[Toast] = set()  # information that made way for a trophy

    def step(dt: float) -> None:
        nonlocal came
        came += sum(toast.count for toast in toasts.update(dt, dt, lambda _: True) if toast not in again)
        again.update(each.toast for each in toasts.shown if each.toast.kind is ToastKind.ACCOUNT)
        assert len(toasts.shown) <= visible

    for what, value in story:
        if what == "trophy":
            assert toasts.push(trophy(value)) == (value not in keys)
            told += value not in keys
            keys.add(value)
        elif what == "message":
            toasts.push(Toast(title="m"))
            told += 1
        elif what == "information":
            toasts.push(information("i"))
            told += 1
        elif what == "pause":
            toasts.paused = value
        else:
            step(value)
    toasts.paused = False
    for _ in range(6 * 60 // 2):
        step(2.0)
    assert toasts.idle
    assert came == told


def news(title: str, *, ends: bool = False) -> Toast:
    return Toast(title=title, topic="connection", ends=ends)


def test_the_end_of_something_takes_the_place_of_its_beginning() -> None:
    toasts = queue(max_visible=2)
    away, other, third, back = news("away"), Toast(title="other"), Toast(title="third"), news("back", ends=True)
    for each in (away, other, third):
        toasts.push(each)
    run(toasts, 1)
    assert toasts.push(back)
    assert run(toasts, 1) == [back], "before what waited already"
    assert [shown.toast for shown in toasts.shown] == [other, back]
    run(toasts, 20)
    assert toasts.idle
    assert toasts.push(news("away")), "the next one is news again"


def test_nobody_needs_to_hear_of_the_end_of_what_was_never_shown() -> None:
    toasts = queue()
    toasts.paused = True
    toasts.push(news("away"))
    run(toasts, 1)
    assert not toasts.push(news("back", ends=True))
    assert toasts.idle


def test_an_outage_that_comes_again_while_its_end_waits_is_told_to_its_end() -> None:
    toasts = queue()
    toasts.push(news("away"))
    run(toasts, 1)
    toasts.paused = True
    for _ in range(2):
        assert toasts.push(news("back", ends=True))
        toasts.push(news("away"))
    back = news("back", ends=True)
    assert toasts.push(back)
    assert toasts.waiting == (back,)


def information(title: str) -> Toast:
    return Toast(title=title, kind=ToastKind.ACCOUNT)


def test_a_trophy_does_not_wait_for_information_but_for_trophies_and_for_what_the_game_says() -> None:
    toasts = queue()
    signed_in, later, message = information("signed in"), information("later"), Toast(title="the game's own")
    first, second = trophy(1), trophy(2)
    for each in (signed_in, message, first, later):
        toasts.push(each)
    run(toasts, 1)
    toasts.push(second)
    assert toasts.waiting == (second, later)
    assert run(toasts, 0.5) == [second]
    assert [shown.toast for shown in toasts.shown] == [first, message, second]
    assert run(toasts, 6) == [signed_in, later], "what was hardly seen comes again, before what came after it"


def test_one_piece_of_information_goes_for_one_trophy_and_not_for_good_before_it_was_read() -> None:
    toasts = queue(hold=2, fade=0.25)
    news = [information(str(number)) for number in range(3)]
    for each in news:
        toasts.push(each)
    run(toasts, 1.6)
    toasts.push(trophy(1))
    run(toasts, 0.5)
    assert [shown.toast.title for shown in toasts.shown] == ["1", "2", "Trophy 1"]
    assert toasts.waiting == ()


def test_over_a_dialog_a_trophy_goes_before_information_too() -> None:
    toasts = queue()
    toasts.over_dialog = True
    signed_in, reached = information("signed in"), trophy(1)
    toasts.push(signed_in)
    run(toasts, 1)
    toasts.push(reached)
    run(toasts, 0.5)
    assert [shown.toast for shown in toasts.shown] == [reached]
    assert toasts.waiting == (signed_in,)


def test_over_a_dialog_one_at_a_time_and_the_others_come_after() -> None:
    toasts = queue(hold=2, fade=0.25)
    messages = [Toast(title=str(number)) for number in range(5)]
    for message in messages:
        toasts.push(message)
    run(toasts, 0.5)
    toasts.over_dialog = True
    run(toasts, 0.4)
    assert [shown.toast for shown in toasts.shown] == messages[:1]
    assert toasts.waiting == tuple(messages[1:])
    run(toasts, 2.0)
    assert [shown.toast for shown in toasts.shown] == messages[1:2]
    toasts.over_dialog = False
    run(toasts, 0.4)
    assert [shown.toast for shown in toasts.shown] == messages[1:4]


def test_a_toast_that_was_seen_well_enough_does_not_come_again() -> None:
    toasts = queue(hold=2, fade=0.25)
    first, second = Toast(title="1"), Toast(title="2")
    toasts.push(first)
    toasts.push(second)
    run(toasts, 2.0)
    toasts.over_dialog = True
    run(toasts, 0.4)
    assert toasts.waiting == ()


def test_a_toast_sent_back_while_it_fades_is_never_shown_twice_at_once() -> None:
    toasts = queue(hold=2, fade=0.25)
    messages = [Toast(title=str(number)) for number in range(3)]
    for message in messages:
        toasts.push(message)
    run(toasts, 0.5)
    for over in (True, False) * 3:
        toasts.over_dialog = over
        run(toasts, 0.05)
        shown = [each.toast for each in toasts.shown]
        assert len(shown) == len(set(shown))
    run(toasts, 0.5)
    assert {each.toast for each in toasts.shown} == set(messages)
