"""Keys bound to widgets."""

from __future__ import annotations

import pytest

from pygame_gameservices.errors import UsageError
from tests.engines.drivers import Driver
from tests.widgets.sources import Accounts, Scores


@pytest.mark.parametrize("name", ["F9", "f9", "TAB"])
def test_a_key_opens_a_widget_and_closes_it(driver: Driver, name: str) -> None:
    boards = []

    def open_board() -> object:
        boards.append(driver.overlay.show_leaderboard(Scores()))
        return boards[-1]

    driver.overlay.bind(name, open_board)
    assert driver.key(name.upper())
    driver.run(0.3)
    assert driver.open == 1
    assert driver.overlay.modal
    assert driver.key(name.upper())
    driver.run(0.3)
    assert driver.open == 0
    assert driver.key(name.upper())
    driver.run(0.3)
    assert driver.open == 1


def test_a_bound_letter_can_still_be_typed_and_does_not_open_over_another_dialog(driver: Driver) -> None:
    opened: list[int] = []
    driver.overlay.bind("l", lambda: opened.append(1))
    driver.overlay.bind("F8", lambda: opened.append(2))
    login = driver.overlay.show_login(Accounts())
    driver.run(0.3)
    driver.type("l")
    driver.key("F8")
    assert (login.line.text, opened) == ("l", [])
    driver.overlay.hide(login)
    driver.run(0.3)
    assert driver.key("F8")
    assert opened == [2]
    assert not driver.key("F7")


def test_what_cannot_be_bound_says_what_can(driver: Driver) -> None:
    with pytest.raises(UsageError, match="pass the name of a key such as 'F9'"):
        driver.overlay.bind("no such key", "leaderboard")
    with pytest.raises(UsageError, match="'leaderboard', 'trophies', 'login', or a function"):
        driver.overlay.bind("F9", "highscores")
