"""Mistakes in making an overlay are refused on the game's own line, in every engine."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices import GameJolt
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.shelf.shelf import GamesShelf
from tests.engines.drivers import Driver
from tests.widgets.samples import HandServices


def test_what_is_passed_by_mistake(driver: Driver) -> None:
    make: Any = type(driver.overlay)
    with pytest.raises(UsageError, match="services is GameJolt; pass the ServiceManager"):
        make(GameJolt(1, "key"))
    with pytest.raises(UsageError, match="theme is str 'dark'; pass a Theme"):
        make(HandServices(), theme="dark")
    overlay = make(HandServices())
    with pytest.raises(UsageError, match="GamesShelf is a class"):
        overlay.show(GamesShelf)
    with pytest.raises(UsageError, match="title is int 5"):
        overlay.notify(5)
    for show in (overlay.show_trophies, overlay.show_leaderboard, overlay.show_login, overlay.show_status):
        with pytest.raises(UsageError, match=r"pass a GameJolt(, an Achievements)? or a"):
            show("x")
