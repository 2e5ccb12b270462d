"""The overlay's toasts, from the event to the picture, with services that the test holds in its hand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices.core.events import BackOnline, CallSucceeded, WentOffline
from pygame_gameservices.errors import Closed, Offline, UsageError
from pygame_gameservices.services.achievement_models import Achievement, AchievementProgressed, AchievementUnlocked
from pygame_gameservices.services.gamejolt.events import SignedIn, SignedOut
from pygame_gameservices.services.gamejolt.models import Trophy, User
from pygame_gameservices.widgets.input import Pointer, Press
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Anchor, Insets
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.theme import DARK, LIGHT, Sounds
from pygame_gameservices.widgets.toasts.announcements import Announcer
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast
from pygame_gameservices.widgets.toasts.toasts import ToastClicked
from pygame_gameservices.widgets.wording import Wording
from tests.widgets.samples import HandServices, checkered, unlocked

FRAME = 1 / 30


def play(overlay: Overlay, seconds: float) -> list[Any]:
    events: list[Any] = []
    for _ in range(round(seconds / FRAME)):
        events += overlay.update(FRAME)
        overlay.pictures()
    return events


def middle(placed: Placed) -> tuple[float, float]:
    return placed.x + placed.picture.size[0] / 2, placed.y + placed.picture.size[1] / 2


@pytest.fixture
def services() -> HandServices:
    return HandServices()


@pytest.fixture
def overlay(services: HandServices) -> Overlay:
    return Overlay(services, size=(1280, 720))


def test_an_unlocked_trophy_is_shown_and_goes(services: HandServices, overlay: Overlay) -> None:
    event = unlocked(1)
    services.coming.append(event)
    assert overlay.update(FRAME) == [event]
    play(overlay, 1)
    (toast,) = overlay.toasts.visible
    assert (toast.title, toast.text, toast.label) == ("First Light", "Collect it.", "Trophy unlocked")
    (placed,) = overlay.pictures()
    assert placed.alpha == 255
    play(overlay, 6)
    assert overlay.pictures() == ()
    assert overlay.toasts.idle


def test_what_other_events_say(services: HandServices, overlay: Overlay) -> None:
    user = User(id=1, username="Ada")
    events = [SignedIn(user), SignedOut("Ada"), WentOffline("gamejolt", Offline("x"), 3.0), BackOnline("forge", 9.0)]
    for event in events:
        services.coming = [event]
        overlay.update(FRAME)
    overlay.toasts.options = ToastOptions(max_visible=9)
    play(overlay, 1)
    said = [(toast.title, toast.label, toast.sign) for toast in overlay.toasts.visible]
    assert said == [
        ("Signed in as Ada", "Game Jolt", "person"),
        ("Signed out", "Game Jolt", "leave"),
        ("No connection", "Game Jolt", "offline"),
        ("Back online", "Forge", "online"),
    ]


def test_an_outage_that_several_services_share_is_one_toast(services: HandServices, overlay: Overlay) -> None:
    names = ("gamejolt", "forge", "trading")
    for _ in range(2):
        services.coming = [WentOffline(name, Offline("x"), 3.0, "host") for name in names]
        play(overlay, 1)
        assert [toast.title for toast in overlay.toasts.visible] == ["No connection"]
        services.coming = [BackOnline(name, 3.0, "host") for name in names]
        play(overlay, 1)
        assert [toast.title for toast in overlay.toasts.visible] == ["Back online"]
    services.coming = [BackOnline("gamejolt", 3.0, "a host of which nobody said that it was away")]
    overlay.update(FRAME)
    assert overlay.toasts.waiting == ()


def test_calls_are_none_of_the_players_business(services: HandServices, overlay: Overlay) -> None:
    services.coming = [CallSucceeded(call=None, value=True)]  # type: ignore[arg-type]
    overlay.update(FRAME)
    assert overlay.toasts.idle


def test_words_can_be_translated(services: HandServices) -> None:
    german = Wording(trophy="Trophäe", trophy_with_difficulty="{difficulty}-Trophäe")
    overlay = Overlay(services, wording=german)
    services.coming = [unlocked(1, difficulty="Gold"), unlocked(2, difficulty="Mythic")]
    play(overlay, 1)
    assert [toast.label for toast in overlay.toasts.visible] == ["Trophäe", "Mythic-Trophäe"]


def test_another_player_hears_of_the_same_trophy(services: HandServices, overlay: Overlay) -> None:
    services.coming = [unlocked(1), unlocked(1)]
    play(overlay, 7)
    services.coming = [unlocked(1)]
    overlay.update(FRAME)
    assert overlay.toasts.idle
    services.coming = [SignedIn(User(id=2, username="Bob")), unlocked(1)]
    play(overlay, 7)
    services.coming = [SignedOut("Bob"), SignedIn(User(id=2, username="Bob")), unlocked(1)]
    overlay.update(FRAME)
    assert [toast.title for toast in overlay.toasts.waiting] == ["Signed out", "Signed in as Bob"]


def test_painting_happens_elsewhere_and_the_clock_waits_for_it() -> None:
    services = HandServices(slow=True)
    overlay = Overlay(services)
    services.coming = [unlocked(1)]
    play(overlay, 3)
    assert overlay.pictures() == ()
    assert len(services.pending) == 2, "the toast, and what moves while it comes"
    services.work()
    play(overlay, 4.9)
    assert len(overlay.pictures()) == 1


def test_it_slides_in_from_the_edge_and_fades(services: HandServices, overlay: Overlay) -> None:
    overlay.notify("Hello")
    places: list[Placed] = []
    for _ in range(20):
        overlay.update(FRAME)
        places += overlay.pictures()
    xs, alphas = [placed.x for placed in places], [placed.alpha for placed in places]
    assert xs == sorted(xs, reverse=True)
    assert xs[0] > xs[-1]
    assert alphas == sorted(alphas)
    assert alphas[-1] == 255
    assert places[-1].x + places[-1].picture.size[0] - places[-1].picture.bleed == 1280 - 24


def test_reduced_motion_fades_in_place(services: HandServices, overlay: Overlay) -> None:
    overlay.reduced_motion = True
    for number in range(3):
        overlay.notify(str(number))
    tracks: dict[int, set[tuple[int, int]]] = {}
    alphas = set()
    for _ in range(200):
        overlay.update(FRAME)
        if len(tracks) == 3:
            overlay.toasts.dismiss(overlay.toasts.visible[0]) if overlay.toasts.visible else None
        for placed in overlay.pictures():
            tracks.setdefault(placed.picture.version, set()).add((placed.x, placed.y))
            alphas.add(placed.alpha)
    assert [len(track) for track in tracks.values()] == [1, 1, 1]
    assert len(alphas) > 3


def test_safe_area_and_anchor_are_kept(services: HandServices) -> None:
    overlay = Overlay(services, toasts=ToastOptions(anchor=Anchor.BOTTOM_LEFT, inset=0))
    overlay.safe_area = Insets(left=50, bottom=60)
    overlay.notify("Hello")
    play(overlay, 1)
    (placed,) = overlay.pictures()
    bleed = placed.picture.bleed
    assert placed.x + bleed == 50
    assert placed.y + bleed + placed.picture.body[1] == 720 - 60


@pytest.mark.parametrize("size", [(320, 180), (640, 360), (1280, 720), (3840, 2160), (200, 50)])
def test_it_fits_any_screen_down_to_tiny_ones(services: HandServices, size: tuple[int, int]) -> None:
    overlay = Overlay(services, size=size)
    overlay.notify("A title that is really far too long for a small screen", "and text " * 20, label="Label " * 9)
    play(overlay, 1)
    (placed,) = overlay.pictures()
    assert placed.picture.body[0] <= size[0]


def test_a_new_size_or_theme_repaints_and_shows_the_old_picture_meanwhile() -> None:
    services = HandServices()
    overlay = Overlay(services, size=(1280, 720))
    overlay.notify("Hello")
    play(overlay, 1)
    (small,) = overlay.pictures()
    services.slow = True
    overlay.resize((2560, 1440))
    overlay.theme = LIGHT
    overlay.update(FRAME)
    assert overlay.pictures()[0].picture is small.picture
    while services.pending:
        services.work()
    overlay.update(FRAME)
    (large,) = overlay.pictures()
    assert large.picture.body[0] == pytest.approx(2 * small.picture.body[0], abs=4)
    pixel = large.picture.pixels[-1 - 4 * (large.picture.size[0] * (large.picture.size[1] // 2 + 2)) :][:4]
    assert len(pixel) == 4


def test_a_flood_of_text_is_cut(services: HandServices, overlay: Overlay) -> None:
    overlay.notify("x" * 100_000, "y " * 100_000, label="z" * 100_000)
    play(overlay, 1)
    (placed,) = overlay.pictures()
    assert placed.picture.body[1] < 150


def test_sizes_that_make_no_sense_are_refused(services: HandServices, overlay: Overlay) -> None:
    with pytest.raises(UsageError):
        Overlay(services, size=(0, 720))
    with pytest.raises(UsageError):
        overlay.resize((1280, -1))


class Library:
    """Pictures that arrive when the test says."""

    def __init__(self) -> None:
        self.asked: dict[str, Callable[[Picture], object]] = {}

    def request(self, url: str, deliver: Callable[[Picture], object]) -> None:
        self.asked[url] = deliver


def test_a_toast_never_waits_for_its_picture(services: HandServices, overlay: Overlay) -> None:
    library = overlay.toasts.pictures = Library()
    services.coming = [unlocked(1, image_url="https://example.org/a.png")]
    play(overlay, 1)
    (before,) = overlay.pictures()
    library.asked["https://example.org/a.png"](checkered())
    play(overlay, 0.1)
    (after,) = overlay.pictures()
    assert after.picture.size == before.picture.size
    assert after.picture.pixels != before.picture.pixels
    play(overlay, 7)
    library.asked["https://example.org/a.png"](checkered())  # too late, and no harm
    assert overlay.toasts.idle


def test_whoever_signs_in_is_shown_with_their_avatar(services: HandServices, overlay: Overlay) -> None:
    library = overlay.toasts.pictures = Library()
    services.coming = [SignedIn(User(id=1, username="Ada", avatar_url="https://example.org/ada.png"))]
    play(overlay, 1)
    (before,) = overlay.pictures()
    library.asked["https://example.org/ada.png"](checkered())
    play(overlay, 0.1)
    (after,) = overlay.pictures()
    assert after.picture.pixels != before.picture.pixels


def test_stock_pictures_are_not_worth_fetching(services: HandServices, overlay: Overlay) -> None:
    library = overlay.toasts.pictures = Library()
    services.coming = [unlocked(1, image_url="https://s.gjcdn.net/img/trophy-secret-1.jpg")]
    play(overlay, 1)
    assert library.asked == {}
    assert overlay.toasts.visible[0].title == "First Light"


def test_it_takes_no_input_unless_asked(services: HandServices, overlay: Overlay) -> None:
    overlay.notify("Hello")
    play(overlay, 1)
    x, y = middle(overlay.pictures()[0])
    for press in Press:
        assert not overlay.pointer(Pointer(press, x, y))


def test_a_click_is_told_and_makes_it_go(services: HandServices, overlay: Overlay) -> None:
    clicked: list[Any] = []
    overlay.toasts.on_click = clicked.append
    services.coming = [unlocked(1)]
    play(overlay, 1)
    (placed,) = overlay.pictures()
    (toast,) = overlay.toasts.visible
    x, y = middle(placed)
    assert not overlay.pointer(Pointer(Press.DOWN, x, y, button=3))
    assert not overlay.pointer(Pointer(Press.DOWN, placed.x + 1, placed.y + 1)), "that is only its shadow"
    assert overlay.pointer(Pointer(Press.DOWN, x, y))
    assert clicked == [toast]
    events = play(overlay, 0.5)
    assert events == [ToastClicked(toast)]
    assert isinstance(toast.source, Trophy)
    assert overlay.toasts.visible == ()


def test_clicks_can_be_asked_for_one_toast_or_all(services: HandServices, overlay: Overlay) -> None:
    hits: list[str] = []
    overlay.notify("Hello", on_click=lambda: hits.append("mine"))
    play(overlay, 1)
    assert overlay.pointer(Pointer(Press.DOWN, *middle(overlay.pictures()[0])))
    assert hits == ["mine"]
    overlay.toasts.clear()
    overlay.toasts.options = ToastOptions(clickable=True)
    overlay.notify("Again")
    play(overlay, 1)
    assert overlay.pointer(Pointer(Press.DOWN, *middle(overlay.pictures()[0])))


SOUNDS = Sounds(bronze="b", gold="g", message="m")


def noisy(services: HandServices) -> tuple[Overlay, list[str]]:
    from dataclasses import replace

    heard: list[str] = []
    overlay = Overlay(services, theme=replace(DARK, sounds=SOUNDS))
    overlay.toasts.on_sound = heard.append
    return overlay, heard


def test_one_sound_per_burst_the_rarest_when_it_is_shown(services: HandServices) -> None:
    overlay, heard = noisy(services)
    services.coming = [unlocked(1), unlocked(2, difficulty="Gold"), unlocked(3)]
    overlay.update(FRAME)
    assert heard == []
    play(overlay, 2)
    assert heard == ["g"]
    overlay.notify("Later")
    play(overlay, 6)
    assert heard == ["g", "m"]


def test_sound_has_a_switch_of_its_own(services: HandServices) -> None:
    overlay, heard = noisy(services)
    overlay.toasts.enabled = False
    services.coming = [unlocked(1)]
    play(overlay, 2)
    assert heard == ["b"]
    assert overlay.pictures() == ()
    assert not overlay.notify("Hello")
    play(overlay, 2)
    assert heard == ["b", "m"]
    overlay.toasts.enabled, overlay.toasts.sounds = True, False
    services.coming = [unlocked(2)]
    play(overlay, 2)
    assert heard == ["b", "m"]
    assert len(overlay.pictures()) == 1


def test_kinds_can_be_switched_off(services: HandServices) -> None:
    from pygame_gameservices.widgets.toasts.toast import ToastKind

    overlay = Overlay(services, toasts=ToastOptions(kinds=frozenset({ToastKind.TROPHY})))
    services.coming = [BackOnline("gamejolt", 1.0), unlocked(1)]
    play(overlay, 1)
    assert [toast.title for toast in overlay.toasts.visible] == ["First Light"]


def test_a_painting_that_fails_is_logged_and_holds_up_nobody(
    services: HandServices, overlay: Overlay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from pygame_gameservices.widgets.toasts.painter import ToastPainter

    paint = ToastPainter.paint

    def broken(self: ToastPainter, toast: Any, icon: Any = None) -> Picture:
        if toast.title == "broken":
            raise RuntimeError("no paint")
        return paint(self, toast, icon)

    monkeypatch.setattr(ToastPainter, "paint", broken)
    overlay.notify("broken")
    overlay.notify("whole")
    with caplog.at_level(logging.ERROR):
        play(overlay, 1)
    assert [toast.title for toast in overlay.toasts.visible] == ["whole"]
    assert "painting failed" in caplog.text


def test_closed_services_harm_nothing(services: HandServices, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(function: object) -> Any:
        raise Closed("closed")

    monkeypatch.setattr(services, "background", closed)
    overlay = Overlay(services)
    overlay.notify("Goodbye")
    play(overlay, 1)
    assert overlay.toasts.idle


def test_mini_toasts_are_smaller(services: HandServices, overlay: Overlay) -> None:
    overlay.notify("Hello", "with text")
    play(overlay, 1)
    full = overlay.pictures()[0].picture.body
    overlay.toasts.options = ToastOptions(mini=True)
    play(overlay, 0.1)
    mini = overlay.pictures()[0].picture.body
    assert mini[0] < full[0]
    assert mini[1] < full[1]


def test_the_same_key_is_the_same_news(overlay: Overlay) -> None:
    assert overlay.notify("Saved", key="saved")
    assert not overlay.notify("Saved", key="saved")
    assert overlay.notify("Saved")
    assert overlay.notify("Saved")


def test_pictures_know_their_size_and_stage_runs_exactly_one_of_its_callbacks(services: HandServices) -> None:
    with pytest.raises(UsageError, match="16 bytes"):
        Picture(b"123", (2, 2))
    said: list[str] = []
    stage = Stage(services, (10, 10), DARK)
    stage.run(lambda: 1, lambda value: said.append(f"then {value}"), lambda: said.append("failed"))
    stage.run(lambda: 1 // 0, lambda value: said.append(f"then {value}"), lambda: said.append("failed"))
    services.work()
    assert said == ["then 1", "failed"]


def progressed(now: int, before: int, *, goal: int = 10, secret: bool = False) -> AchievementProgressed:
    achievement = Achievement(id="collector", title="Collector", goal=goal, secret=secret)
    return AchievementProgressed(achievement, now, before)


@pytest.mark.parametrize(("goal", "told"), [(10, [3, 5, 8]), (3, [1, 2]), (100, [25, 50, 75]), (1, [])])
def test_progress_is_told_at_each_quarter_of_the_way(overlay: Overlay, goal: int, told: list[int]) -> None:
    announcer = Announcer(Wording())
    toasts = [announcer.announce(progressed(step, step - 1, goal=goal)) for step in range(1, goal)]
    assert [toast.progress for toast in toasts if toast is not None] == [(step, goal) for step in told]


def test_progress_of_a_secret_is_kept_and_newer_news_take_the_place_of_older(
    services: HandServices, overlay: Overlay
) -> None:
    services.coming = [progressed(9, 1, secret=True), progressed(3, 2), progressed(5, 4)]
    play(overlay, 1)
    assert [(toast.title, toast.progress) for toast in overlay.toasts.visible] == [("Collector", (5, 10))]


@pytest.mark.parametrize(("owners", "said"), [(None, ""), (0.84, "0.8% have it"), (34.4, "34% have it")])
def test_how_many_players_have_it_is_said_where_that_is_known(
    services: HandServices, overlay: Overlay, owners: float | None, said: str
) -> None:
    achievement = Achievement(id="a", title="A", owners=owners)
    services.coming = [AchievementUnlocked(unlocked(1).trophy, achievement)]
    play(overlay, 1)
    assert [toast.note for toast in overlay.toasts.visible] == [said]


@pytest.mark.parametrize("title", ["Moonwalker", "Guardian of the Long Night, Keeper of the Flame"])
@pytest.mark.parametrize("label", ["", "Trophy unlocked"])
def test_a_text_has_two_lines_whatever_stands_above_it_and_says_where_it_was_cut(title: str, label: str) -> None:
    painter = ToastPainter(DARK, 1.0, 1920)
    text = "Survive for two whole minutes without losing more than half of your shield, twice in a row, at night."
    lines = painter._measured(Toast(title=title, text=text, label=label))[1]
    assert " ".join(lines.title) == title
    assert len(lines.text) == 2
    assert lines.text[1].endswith("…")
    assert painter._measured(Toast(title=title, text=text[:50], label=label))[1].text[-1][-1] != "…"
