"""What a developer passes by mistake is refused at once, in words that say what to pass instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager, ToastOptions, Wording
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.wording import LoginWording
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Scores
from tests.widgets.stagecraft import Scene

MISTAKES: dict[str, tuple[Callable[[Any], object], str]] = {
    "a class of widgets": (lambda overlay: overlay.show(GamesShelf), r"GamesShelf is a class; .*GamesShelf\(\.\.\.\)"),
    "no widget": (lambda overlay: overlay.show("login"), "pass a Widget"),
    "trophies of a text": (lambda overlay: overlay.screens.show_trophies("x"), "an Achievements or a TrophySource"),
    "trophies of scores": (
        lambda overlay: overlay.screens.show_trophies(Scores()),
        "an Achievements or a TrophySource",
    ),
    "scores of a text": (lambda overlay: overlay.screens.show_leaderboard("x"), "GameJolt or a BoardSource"),
    "a number for a source": (lambda overlay: overlay.screens.show_leaderboard(77), "table_id=77"),
    "the class GameJolt": (lambda overlay: overlay.screens.show_leaderboard(GameJolt), "GameJolt is a class"),
    "a login of a text": (lambda overlay: overlay.screens.show_login("ada"), "GameJolt or a SignIn"),
    "a status of a text": (lambda overlay: overlay.screens.show_status("ada"), "function that returns a Status"),
    "a number to tell": (lambda overlay: overlay.notify(5), "title is int 5; pass a str"),
    "a number for a text": (lambda overlay: overlay.notify("5", 5), "text is int 5; pass a str"),
    "a file for an icon": (lambda overlay: overlay.notify("5", icon="a.png"), "icon is str 'a.png'; pass a Picture"),
    "a list for a key": (lambda overlay: overlay.notify("5", key=[1]), "key"),
    "a text to call": (lambda overlay: overlay.notify("5", on_click="quit"), "on_click"),
    "the name of a theme": (lambda overlay: setattr(overlay, "theme", "dark"), "pass a Theme"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_of_a_call(mistake: str) -> None:
    wrong, says = MISTAKES[mistake]
    overlay = Overlay(HandServices())
    with pytest.raises(UsageError, match=says):
        wrong(overlay)
    overlay.update(0.1)
    assert not overlay.pictures()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"theme": "dark"}, "theme is str 'dark'; pass a Theme"),
        ({"toasts": 3}, "toasts is int 3; pass a ToastOptions"),
        ({"wording": {}}, "wording is dict {}; pass a Wording"),
        ({"size": 720}, r"size is int 720; .*\(1280, 720\)"),
        ({"size": ("a", "b")}, r"\(1280, 720\)"),
    ],
)
def test_mistakes_at_construction(options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Overlay(HandServices(), **options)


@pytest.mark.parametrize("services", [GameJolt(1, "key"), ServiceManager, None, "services"])
def test_an_overlay_needs_the_manager(services: Any) -> None:
    with pytest.raises(UsageError, match="pass the ServiceManager"):
        Overlay(services)


def test_sources_of_a_games_own_need_no_common_base() -> None:
    overlay = Overlay(HandServices())
    overlay.screens.show_login(Accounts())
    overlay.screens.show_leaderboard(Scores())


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Wording(signed_in="Hallo {name}"), "Wording.signed_in .* {name} is not known here; .* {username}"),
        (lambda: LoginWording(title="Bei {service"), "LoginWording.title"),
        (lambda: LoginWording(username=None), "LoginWording.username is None; write a text"),  # type: ignore[arg-type]
        (lambda: Wording(login={"title": "Hallo"}), "Wording.login must be a LoginWording"),  # type: ignore[arg-type]
        (lambda: ToastOptions(anchor="top"), "anchor is str 'top'; pass an Anchor"),  # type: ignore[arg-type]
        (lambda: ToastOptions(hold="5"), "hold='5'.*write a number"),  # type: ignore[arg-type]
        (lambda: ToastOptions(max_visible=1.5), "max_visible=1.5.*write a whole number"),  # type: ignore[arg-type]
    ],
)
def test_what_would_fail_in_the_middle_of_a_frame_fails_where_it_is_written(
    make: Callable[[], object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        make()


def test_words_that_leave_out_what_could_be_filled_in_are_fine() -> None:
    assert Wording(signed_in="Hallo!").signed_in == "Hallo!"


def test_a_step_of_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError, match="pass the seconds since the last frame"):
        Scene().overlay.update("x")  # type: ignore[arg-type]


def test_milliseconds_are_pointed_out_once(caplog: pytest.LogCaptureFixture) -> None:
    overlay = Scene().overlay
    for _ in range(60):
        overlay.update(16.0)
    assert caplog.text.count("takes seconds") == 1


def test_the_language_may_change_while_the_game_runs() -> None:
    scene = Scene()
    scene.overlay.wording = Wording(signed_in="Willkommen, {username}")
    assert scene.overlay.wording.signed_in == "Willkommen, {username}"
    with pytest.raises(UsageError, match="wording is dict"):
        scene.overlay.wording = {}  # type: ignore[assignment]
