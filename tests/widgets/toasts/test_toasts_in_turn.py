"""Which toasts give way: to newer news, to dialogs, and to what a dialog shows itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pygame_gameservices.core.events import BackOnline, Event, WentOffline
from pygame_gameservices.errors import (
    AuthError,
    CallError,
    Cancelled,
    Offline,
    RateLimited,
    ServiceUnavailable,
)
from pygame_gameservices.services.achievement_models import Achievement, AchievementProgressed, AchievementUnlocked
from pygame_gameservices.services.gamejolt.errors import SignatureError
from pygame_gameservices.services.gamejolt.events import SignedIn, SignInFailed, TrophyUnlocked
from pygame_gameservices.services.gamejolt.models import Trophy, User
from pygame_gameservices.widgets.input import Pointer, Press
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.toasts.toast import ToastKind
from tests.widgets.sources import Accounts, Scores
from tests.widgets.stagecraft import Scene

AWAY = WentOffline("gamejolt", Offline("x"), 3.0, "host")
BACK = BackOnline("gamejolt", 3.0, "host")


def hear(scene: Scene, *events: Event, seconds: float = 1.0) -> list[str]:
    """The titles on the screen after something happened."""
    scene.services.coming += events
    scene.run(seconds)
    return [toast.title for toast in scene.overlay.toasts.visible]


def test_back_online_takes_the_place_of_no_connection() -> None:
    scene = Scene()
    assert hear(scene, AWAY) == ["No connection"]
    (before,) = scene.overlay.pictures()
    assert hear(scene, BACK) == ["Back online"]
    (after,) = scene.overlay.pictures()
    assert (after.x + after.picture.size[0], after.y) == (before.x + before.picture.size[0], before.y)


def test_an_outage_that_is_over_before_it_was_shown_is_no_news() -> None:
    scene = Scene()
    assert hear(scene, AWAY, BACK) == []
    scene.overlay.toasts.paused = True
    hear(scene, AWAY)
    scene.overlay.toasts.paused = False
    assert hear(scene, BACK) == []
    assert hear(scene, AWAY) == ["No connection"]


def test_another_host_is_another_matter() -> None:
    scene = Scene()
    hear(scene, AWAY, WentOffline("forge", Offline("x"), 3.0, "elsewhere"))
    assert hear(scene, BackOnline("forge", 3.0, "elsewhere")) == ["No connection", "Back online"]


def test_a_reached_achievement_takes_the_place_of_how_far_it_was_at_once_on_a_full_screen() -> None:
    scene, way = Scene(), Achievement(id="five", title="High five", goal=5)
    other = AchievementUnlocked(Trophy(id=2, title="Got it"), Achievement(id="one", title="Got it"))
    shown = hear(scene, SignedIn(User(id=1, username="ada")), other, AchievementProgressed(way, 4, 3))
    assert shown == ["Got it", "Signed in as ada", "High five"]
    hear(scene, AchievementUnlocked(Trophy(id=1, title="High five"), way))
    assert [(toast.title, toast.progress) for toast in scene.overlay.toasts.visible] == [
        ("Got it", None),
        ("Signed in as ada", None),
        ("High five", None),
    ]


@pytest.mark.parametrize("size", [(640, 120), (1280, 200)])
def test_where_the_screen_has_room_for_few_a_trophy_does_not_wait_either(size: tuple[int, int]) -> None:
    scene = Scene(size=size)
    hear(scene, SignedIn(User(id=1, username="ada")), AWAY)
    before = len(scene.overlay.toasts.visible)
    assert before < scene.overlay.toasts.options.max_visible
    assert "Got it" in hear(scene, TrophyUnlocked(Trophy(id=1, title="Got it")))


def test_how_far_it_was_is_not_told_after_it_is_reached() -> None:
    scene, way = Scene(), Achievement(id="five", title="High five", goal=5)
    scene.overlay.toasts.paused = True
    hear(scene, AchievementProgressed(way, 4, 3), AchievementUnlocked(Trophy(id=1, title="High five"), way))
    assert [toast.kind for toast in scene.overlay.toasts.waiting] == [ToastKind.TROPHY]


def test_over_a_dialog_there_is_one_toast_and_the_others_come_after() -> None:
    scene = Scene()
    for number in range(3):
        scene.overlay.notify(str(number))
    scene.run(1)
    board = Leaderboard(Scores())
    scene.show(board)
    assert [toast.title for toast in scene.overlay.toasts.visible] == ["0"]
    scene.overlay.notify("3")
    (toast,) = scene.overlay.toasts.pictures_now()
    assert scene.overlay.pointer(Pointer(Press.DOWN, toast.x + 40, toast.y + 40, 1)), "the dialog has it"
    assert len(scene.overlay.toasts.visible) == 1
    board.close()
    scene.run(1)
    assert [toast.title for toast in scene.overlay.toasts.visible] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (AuthError(), lambda words: words.wrong),
        (Offline(), lambda words: words.offline),
        (ServiceUnavailable(), lambda words: words.down.format(service="Game Jolt")),
        (RateLimited(), lambda words: words.busy),
        (SignatureError(), lambda words: words.setup),
    ],
)
def test_a_sign_in_that_fails_says_why(error: CallError, why: Callable[[object], str]) -> None:
    scene = Scene()
    assert hear(scene, SignInFailed(error)) == ["Signing in failed"]
    (toast,) = scene.overlay.toasts.visible
    assert (toast.text, toast.label) == (why(scene.overlay.toasts.wording.trouble), "Game Jolt")
    assert toast.kind is ToastKind.CONNECTION


def test_signing_in_after_all_takes_the_failure_away() -> None:
    scene = Scene()
    hear(scene, SignInFailed(AuthError()))
    assert hear(scene, SignInFailed(RateLimited())) == ["Signing in failed"]
    assert hear(scene, SignedIn(User(id=1, username="Ada"))) == ["Signed in as Ada"]


def test_a_sign_in_that_was_given_up_or_that_met_an_outage_told_already_says_nothing() -> None:
    scene = Scene()
    assert hear(scene, SignInFailed(Cancelled())) == []
    assert hear(scene, AWAY, SignInFailed(Offline())) == ["No connection"]


def test_what_the_login_shows_itself_needs_no_toast() -> None:
    scene = Scene()
    accounts = Accounts("ada")
    login = Login(accounts)
    scene.show(login)
    assert hear(scene, SignInFailed(AuthError())) == ["Signing in failed"], "it was not the form that asked"
    scene.overlay.toasts.clear()
    scene.overlay.text("token")
    login.submit()
    accounts.answer(AuthError())
    assert hear(scene, SignInFailed(AuthError())) == []
