"""Login, leaderboard and trophies from beginning to end, with one device alone, in every engine."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.services.gamejolt.errors import NotSignedIn
from pygame_gameservices.widgets.leaderboard.leaderboard import Leaderboard
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.login.screen_keyboard import ScreenKeyboard
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.engines.drivers import Driver
from tests.widgets.sources import Accounts, Cabinet, Scores


def board_of(driver: Driver) -> tuple[Leaderboard, Scores]:
    source = Scores()
    board = driver.overlay.show_leaderboard(source)
    driver.run(0.3)
    return board, source


def test_login_by_keyboard(driver: Driver) -> None:
    accounts = Accounts()
    driver.overlay.show_login(accounts)
    driver.run()
    driver.type("@ada_lovelacee")
    driver.key("BACKSPACE")
    driver.key("TAB")
    driver.type("wrong")
    driver.key("a", ctrl=True)
    driver.type("s3cret")
    driver.key("TAB")
    driver.key("TAB")
    driver.key("RETURN")  # remember me
    driver.key("TAB")
    driver.key("RETURN")
    assert accounts.asked == [("ada_lovelace", "s3cret", True)]
    accounts.answer()
    driver.run()
    assert driver.open == 0
    assert not driver.key("RETURN"), "the game has its keys back"


def test_login_by_pad(driver: Driver) -> None:
    accounts = Accounts()
    driver.overlay.show_login(accounts)
    driver.run()
    for word in ("ada", "t0k"):
        driver.pad("a")
        assert isinstance(driver.top, ScreenKeyboard)
        for letter in word:
            driver.go_to(f"key {'1234567890qwertyuiopasdfghjkl-zxcvbnm_.@'.index(letter)}")
            driver.pad("a")
        driver.go_to("done")
        driver.pad("a")
        assert isinstance(driver.top, Login)
    assert driver.top.focus == "sign_in"
    driver.pad("a")
    assert accounts.asked == [("ada", "t0k", False)]
    accounts.answer()
    driver.run()
    assert driver.open == 0


def test_login_by_mouse(driver: Driver) -> None:
    accounts = Accounts()
    driver.overlay.show_login(accounts)
    driver.run()
    for name, keys in (("username", ("q", "w")), ("token", ("1", "p"))):
        driver.click_on(f"{name} keyboard")
        for letter in keys:
            driver.click_on(f"key {'1234567890qwertyuiop'.index(letter)}")
        driver.click_on("done")
    driver.click_on("reveal")
    driver.click_on("remember")
    driver.click_on("sign_in")
    assert accounts.asked == [("qw", "1p", True)]
    accounts.answer()
    driver.run()
    assert driver.open == 0


def test_board_by_keyboard(driver: Driver) -> None:
    board, source = board_of(driver)
    for _ in range(20):
        driver.key("DOWN")
    assert board.focus == "row 20"
    driver.key("END")
    driver.key("END")
    driver.run()
    assert board.focus == f"row {source.count - 1}"
    driver.key("HOME")
    driver.key("e")
    assert board.model.table == 1
    driver.key("RIGHT")
    assert board.model.view.value == "around"
    driver.key("UP")
    driver.key("ESCAPE")
    driver.run()
    assert driver.open == 0


def test_board_by_pad(driver: Driver) -> None:
    board, _ = board_of(driver)
    for _ in range(30):
        driver.pad("down")
    assert board.focus == "row 30"
    driver.pad("rb")
    assert board.model.table == 1
    driver.pad("right")
    driver.pad("right")
    assert board.model.view.value == "friends"
    driver.pad("b")
    driver.run()
    assert driver.open == 0


def test_board_by_mouse(driver: Driver) -> None:
    board, _ = board_of(driver)
    driver.wheel(-5)
    driver.run()
    assert board.layout.control("row 3") is None, "those on the podium stay"
    driver.click_on("table 2")
    assert board.model.table == 2
    driver.click_on("view around")
    assert board.model.view.value == "around"
    driver.click_on("close")
    driver.run()
    assert driver.open == 0


def test_board_rolls_on_after_a_flick_and_comes_to_rest_on_a_row(driver: Driver) -> None:
    board, _ = board_of(driver)
    scroll = board._scroll_at(board._first_row)
    assert scroll is not None
    window = scroll.window.moved(*board.origin)
    bottom = window.bottom - 5
    driver.drag(window.x + 200, *range(bottom, bottom - 100, -16))
    let_go = board._gliding.at
    driver.run(1.2)
    assert board._gliding.at >= let_go + scroll.row
    assert board._gliding.at == board._first_row * scroll.row
    assert not board._gliding.moving


@pytest.mark.parametrize("device", ["keyboard", "pad", "mouse"])
def test_trophies_by(driver: Driver, device: str) -> None:
    trophies: Trophies = driver.overlay.show_trophies(Cabinet())
    driver.run()
    ways: dict[str, tuple[tuple[Any, ...], ...]] = {
        "keyboard": (("key", "RIGHT"), ("key", "DOWN"), ("key", "e"), ("key", "ESCAPE")),
        "pad": (("pad", "right"), ("pad", "down"), ("pad", "rb"), ("pad", "b")),
        "mouse": (
            ("click_on", "cell 1"),
            ("click_on", "cell 3"),
            ("click_on", "filter unlocked"),
            ("click_on", "close"),
        ),
    }
    across, down, filtered, closed = ways[device]
    getattr(driver, across[0])(across[1])
    assert trophies.focus == "cell 1"
    getattr(driver, down[0])(down[1])
    assert trophies.focus == "cell 3"
    getattr(driver, filtered[0])(filtered[1])
    assert all(trophy.unlocked for trophy in trophies.shown)
    getattr(driver, closed[0])(closed[1])
    driver.run()
    assert driver.open == 0


def test_wrong_then_right_keeps_what_was_typed(driver: Driver) -> None:
    from pygame_gameservices.errors import AuthError

    accounts = Accounts()
    login = driver.overlay.show_login(accounts)
    driver.run()
    driver.type("ada")
    driver.key("RETURN")
    driver.type("nope")
    driver.key("RETURN")
    assert login.busy
    accounts.answer(AuthError("no"))
    driver.run()
    assert (login.trouble, login.busy, driver.open) == ("wrong", False, 1)
    driver.key("END")
    driver.type("!")
    assert login.trouble is None
    driver.key("RETURN")
    assert accounts.asked[-1] == ("ada", "nope!", False)


def test_escape_cancels_a_sign_in_under_way_and_then_closes(driver: Driver) -> None:
    accounts = Accounts()
    login = driver.overlay.show_login(accounts)
    driver.run()
    driver.type("ada")
    driver.key("TAB")
    driver.type("t")
    driver.key("RETURN")
    driver.key("ESCAPE")
    assert (login.busy, accounts.cancelled) == (False, 1)
    driver.key("ESCAPE")
    driver.run()
    assert driver.open == 0


@pytest.mark.parametrize("hand", ["pad", "mouse"])
def test_from_the_trophies_of_nobody_to_the_login(driver: Driver, hand: str) -> None:
    source, accounts = Cabinet(), Accounts()
    source.trouble = NotSignedIn()
    trophies = Trophies(source, sign_in=lambda: driver.overlay.show_login(accounts, guests=False, offline=False))
    driver.overlay.show(trophies)
    driver.run()
    if hand == "pad":
        driver.pad("a")
    else:
        driver.click_on("sign_in")
    driver.run()
    assert isinstance(driver.top, Login)
    source.trouble = None
    driver.key("ESCAPE")
    driver.run()
    assert driver.top is trophies
    trophies.refresh()
    driver.run()
    assert trophies.shown
