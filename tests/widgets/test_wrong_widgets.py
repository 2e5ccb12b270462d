"""Widgets made of the wrong things are refused where they are made, in words that say what to make them of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pygame_gameservices import EasyJam, GameJolt, ServiceManager, Toast, Trading, UsageError
from pygame_gameservices import Leaderboard as GameJoltLeaderboard
from pygame_gameservices.widgets.badge import Status, StatusBadge
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.market.market import MarketBoard
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Insets
from pygame_gameservices.widgets.service_sources import FeedMarket, JamShelf, ListedShelf
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from pygame_gameservices.widgets.theme import DARK
from pygame_gameservices.widgets.theme_file import load_theme
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Cabinet, Games, Prices, Scores

TRADING = Trading("token", base_url="http://127.0.0.1:1")
WRONG = {
    "nothing": None,
    "a class": Scores,
    "the class GameJolt": GameJolt,
    "a GameJolt": GameJolt(1, "key"),
    "a Trading": TRADING,
    "a manager": ServiceManager.__new__(ServiceManager),
    "a text": "ada",
    "a number": 5,
}
MADE_OF: dict[str, tuple[Callable[[Any], object], str]] = {
    "leaderboard": (Leaderboard, r"BoardSource; overlay\.show_leaderboard\(\)"),
    "trophies": (Trophies, r"TrophySource; overlay\.show_trophies\(\)"),
    "login": (Login, r"SignIn; overlay\.show_login\(\)"),
    "market": (MarketBoard, r"MarketSource, such as FeedMarket\(trading\.feed\(\)\)"),
    "shelf": (lambda source: GamesShelf(source, lambda url: True), r"ShelfSource, such as ListedShelf\(games\)"),
    "badge": (StatusBadge, r"function that returns a Status; overlay\.show_status\(\)"),
    "feed": (FeedMarket, r"feed is .*; pass trading\.feed\(\)"),
    "jam": (lambda jam: JamShelf(jam, ["ada"]), "jam is .*; pass the EasyJam"),
    "list": (ListedShelf, "games is .*; pass ShelfGames, such as read_shelf"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", MADE_OF)
def test_a_widget_of_the_wrong_thing(name: str, wrong: str) -> None:
    make, says = MADE_OF[name]
    with pytest.raises(UsageError, match=says):
        make(WRONG[wrong])


class Nameless:
    """A source that forgot its name."""

    def tables(self, deliver: Any) -> None:
        """Never answer."""

    def page(self, *question: Any) -> None:
        """Never answer."""


MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "no name": (lambda: Leaderboard(Nameless()), "has no service; .*BoardSource"),  # type: ignore[arg-type]
    "rows of text": (lambda: Leaderboard(Scores(), rows="5"), "rows is str '5'; pass a whole number of at least 1"),  # type: ignore[arg-type]
    "no rows": (lambda: Leaderboard(Scores(), rows=0), "rows is int 0; pass a whole number of at least 1"),
    "no columns": (lambda: Trophies(Cabinet(), columns=0), "columns is int 0; pass a whole number of at least 1"),
    "a login that cannot be called": (
        lambda: Trophies(Cabinet(), sign_in="ada"),  # type: ignore[arg-type]
        "sign_in is str 'ada'; pass a function without arguments",
    ),
    "how often as text": (lambda: MarketBoard(Prices(), every="5"), "every is str '5'; pass seconds"),  # type: ignore[arg-type]
    "before it was": (lambda: MarketBoard(Prices(), every=-1), "every is -1; pass seconds"),
    "may open at all": (
        lambda: GamesShelf(Games(), True),  # type: ignore[arg-type]
        r"may_open is bool True; pass a function that takes an address",
    ),
    "a browser by name": (
        lambda: GamesShelf(Games(), lambda url: True, browse="firefox"),  # type: ignore[arg-type]
        "browse is str 'firefox'; pass a function that takes an address",
    ),
    "a place by name": (lambda: StatusBadge(Status, anchor="top"), "anchor is str 'top'; pass an Anchor"),  # type: ignore[arg-type]
    "a click by name": (lambda: StatusBadge(Status, on_click="login"), "on_click is str 'login'"),  # type: ignore[arg-type]
    "a status of text": (lambda: StatusBadge(lambda: "ada"), "returned is str 'ada'; return a Status"),  # type: ignore[arg-type, return-value]
    "no makers": (lambda: JamShelf(EasyJam("https://jam.example"), None), "tokens is None; pass the makers' names"),  # type: ignore[arg-type]
    "makers by number": (lambda: JamShelf(EasyJam("https://jam.example"), [1]), "tokens .*; pass the makers' names"),  # type: ignore[list-item]
    "a unit of number": (lambda: FeedMarket(TRADING.feed(), unit=5), "unit is int 5; pass a str"),  # type: ignore[arg-type]
    "a toast of number": (lambda: Toast(title=5), "title is int 5; pass a str"),  # type: ignore[arg-type]
    "a toast with a file": (lambda: Toast(title="5", icon="a.png"), "icon is str 'a.png'; pass a Picture"),  # type: ignore[arg-type]
    "a picture of a file": (lambda: Picture.of("a.png"), r"image is str 'a.png'; .*Image\.open\("),  # type: ignore[arg-type]
    "no theme file": (lambda: load_theme(None), "path is None; pass the path of a theme file"),  # type: ignore[arg-type]
    "a theme of text size": (lambda: replace(DARK, scale="2"), "scale is str '2'; pass a number above 0"),  # type: ignore[arg-type]
    "a theme of no size": (lambda: replace(DARK, scale=0), "scale is int 0; pass a number above 0"),
    "a theme of one color": (lambda: replace(DARK, colors="red"), "colors is str 'red'; pass a Colors"),  # type: ignore[arg-type]
    "a theme of a font": (lambda: replace(DARK, fonts="Arial.ttf"), "fonts is str 'Arial.ttf'; pass a Fonts"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_argument(mistake: str) -> None:
    make, says = MISTAKES[mistake]
    with pytest.raises(UsageError, match=says):
        make()


OF_AN_OVERLAY: dict[str, tuple[Callable[[Any], object], str]] = {
    "a service to show": (lambda overlay: overlay.show(GameJolt(1, "key")), r"overlay\.show_login\(\)"),
    "its leaderboard": (lambda overlay: overlay.show(GameJoltLeaderboard), r"overlay\.show_leaderboard\(\)"),
    "a text to hide": (lambda overlay: overlay.hide("login"), "widget is str 'login'; pass a Widget"),
    "one number of insets": (lambda overlay: setattr(overlay, "safe_area", 5), r"safe_area is int 5; pass Insets\("),
    "no insets": (lambda overlay: setattr(overlay, "safe_area", None), r"safe_area is None; pass Insets\("),
    "insets of text": (lambda overlay: setattr(overlay, "safe_area", Insets("5")), r"pass Insets\("),  # type: ignore[arg-type]
    "options by name": (lambda overlay: setattr(overlay.toasts, "options", "mini"), "pass a ToastOptions"),
    "a text for a toast": (lambda overlay: overlay.toasts.push("Hello"), r"pass a Toast; overlay\.notify"),
    "a sound to play": (lambda overlay: setattr(overlay.toasts, "on_sound", "a.ogg"), "on_sound is str 'a.ogg'"),
    "a login to click": (lambda overlay: setattr(overlay.toasts, "on_click", "login"), "on_click is str 'login'"),
    "a status": (lambda overlay: overlay.screens.show_status(Status()), "function that returns a Status"),
    "the class of a status": (lambda overlay: overlay.screens.show_status(GameJolt), "GameJolt is a class"),
    "a login of nobody's": (lambda overlay: overlay.screens.show_login(GameJolt(1, "key")), r"services\.add\(\.\.\.\)"),
    "nobody's status": (lambda overlay: overlay.screens.show_status(GameJolt(1, "key")), r"services\.add\(\.\.\.\)"),
}


@pytest.mark.parametrize("mistake", OF_AN_OVERLAY)
def test_a_wrong_argument_of_an_overlay(mistake: str) -> None:
    wrong, says = OF_AN_OVERLAY[mistake]
    overlay = Overlay(HandServices())
    with pytest.raises(UsageError, match=says):
        wrong(overlay)
    overlay.update(0.1)
    assert not overlay.pictures()


def test_insets_may_be_four_numbers() -> None:
    overlay = Overlay(HandServices())
    overlay.safe_area = (1, 2, 3, 4)  # type: ignore[assignment]
    assert overlay.safe_area == Insets(1, 2, 3, 4)
    assert overlay.safe_area.top == 2


def test_a_status_that_turns_into_something_else_is_said_where_it_is_asked_for() -> None:
    overlay = Overlay(HandServices())
    answers: list[Any] = [Status()]
    overlay.show(StatusBadge(lambda: answers[-1]))
    overlay.update(0.1)
    answers.append(None)
    with pytest.raises(UsageError, match="returned is None; return a Status"):
        overlay.update(0.1)


def test_what_is_right_is_taken() -> None:
    for widget in (Leaderboard(Scores()), Trophies(Cabinet()), Login(Accounts()), MarketBoard(Prices(), every=0)):
        Overlay(HandServices()).show(widget)
    assert JamShelf(EasyJam("https://jam.example"), "ada").known == ()
    assert ListedShelf([]).service == "itchio"
