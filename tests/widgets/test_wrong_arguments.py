"""What a developer passes by mistake is refused at once, in words that say what to pass instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.shelf import GamesShelf
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Scores

MISTAKES: dict[str, tuple[Callable[[Any], object], str]] = {
    "a class of widgets": (lambda overlay: overlay.show(GamesShelf), r"GamesShelf is a class; .*GamesShelf\(\.\.\.\)"),
    "no widget": (lambda overlay: overlay.show("login"), "pass a Widget"),
    "trophies of a text": (lambda overlay: overlay.screens.show_trophies("x"), "GameJolt or a TrophySource"),
    "trophies of scores": (lambda overlay: overlay.screens.show_trophies(Scores()), "GameJolt or a TrophySource"),
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
