"""Keys, wheels and input methods as players' systems have them, on each engine."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from pygame_gameservices.engines.modifiers import Modifiers
from pygame_gameservices.widgets.input import Edit
from tests.engines.drivers import Driver, PygameDriver
from tests.widgets.sources import Accounts, Scores

INVISIBLE = "\u200b\ufeff\u2060\u200e\u200f\u202a\u202e\u2066\u2069\u00ad\u200d\u180e\ufe0f\U000e0041"


@pytest.fixture
def game() -> Any:
    pytest.importorskip("pygame")
    made = PygameDriver()
    yield made
    made.close()


def login_of(driver: Driver, username: str = "") -> Any:
    login = driver.overlay.show_login(Accounts(username))
    login.focus = "username"
    driver.run()
    return login


@pytest.mark.parametrize(("key", "text"), [("a", "ą"), ("v", "@"), ("x", "ź"), ("c", "ć"), ("q", "@")])
def test_altgr_writes_and_never_orders(driver: Driver, key: str, text: str) -> None:
    login = login_of(driver, "ada")
    driver.overlay.overlay.clipboard.copy("pasted")
    driver.altgr(key, text)
    assert login.line.text == "ada" + 3 * text
    driver.altgr(key, "")
    assert login.line.text == "ada" + 3 * text, "nor where it writes nothing"
    assert driver.overlay.overlay.clipboard.paste() == "pasted"


@pytest.mark.parametrize(("key", "text"), [("x", "ź"), ("c", "ć")])
def test_altgr_takes_nothing_of_what_is_selected_along(driver: Driver, key: str, text: str) -> None:
    """Where nothing is selected there is nothing that Ctrl+X and Ctrl+C could do."""
    login = login_of(driver, "ada")
    driver.overlay.overlay.clipboard.copy("pasted")
    driver.overlay.overlay.edit(Edit.SELECT_ALL)
    driver.overlay.overlay.edit(Edit.SELECT_ALL, pressed=False)
    driver.altgr(key, "")
    assert login.line.text == "ada"
    driver.altgr(key, text)
    assert login.line.text == 3 * text, "the first letter stands for what was selected"
    assert driver.overlay.overlay.clipboard.paste() == "pasted"


@pytest.mark.parametrize(
    ("system", "held", "orders", "left"),
    [
        ("linux", Modifiers(control=True), True, Edit.WORD_LEFT),
        ("win32", Modifiers(control=True, alt=True), False, Edit.LEFT),
        ("linux", Modifiers(altgr=True), False, Edit.LEFT),
        ("win32", Modifiers(command=True), False, Edit.LEFT),
        ("darwin", Modifiers(command=True), True, Edit.HOME),
        ("darwin", Modifiers(control=True), False, Edit.LEFT),
        ("darwin", Modifiers(alt=True), False, Edit.WORD_LEFT),
    ],
)
def test_modifiers_mean_what_they_do_on_each_system(
    system: str, held: Modifiers, orders: bool, left: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert (held.commands, held.moved(Edit.LEFT)) == (orders, left)


def test_command_orders_and_option_writes_on_macos(game: PygameDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    login = login_of(game, "ada")
    monkeypatch.setattr(sys, "platform", "darwin")
    pygame = game.pygame
    game.say("KEYDOWN", key=pygame.K_a, mod=pygame.KMOD_LMETA, unicode="a", scancode=0)
    assert login.line.selection == (0, 3)
    key = {"key": pygame.K_l, "mod": pygame.KMOD_LALT, "unicode": "@", "scancode": 0}
    game.overlay.process_event(pygame.event.Event(pygame.KEYDOWN, **key))
    game.say("TEXTINPUT", text="@")
    assert login.line.text == "@"


def test_a_wheel_scrolls_by_whole_steps_however_finely_it_turns(driver: Driver) -> None:
    board = driver.overlay.show_leaderboard(Scores(1000))
    driver.run(0.5)
    start = board._top
    driver.wheel(-1)
    driver.run()
    one = board._top - start
    assert one == board.wheel_rows
    driver.wheel(1)
    driver.run()
    assert board._top == start
    for _ in range(8):
        driver.wheel(-0.125)
    driver.run()
    assert board._top == start + one, "eight eighths are a step"
    for _ in range(5):
        driver.wheel(0, across=1)
        driver.wheel(0)
        driver.wheel(-0.0)
        driver.wheel(float("nan"))
    driver.run()
    assert board._top == start + one, "neither to the side nor not at all is down"


@pytest.mark.parametrize("key", ["RETURN", "BACKSPACE", "DELETE", "ESCAPE", "TAB", "LEFT", "RIGHT", "HOME", "END"])
def test_keys_are_the_input_methods_own_while_it_composes(driver: Driver, key: str) -> None:
    login = login_of(driver, "ada")
    driver.compose("に")
    driver.compose("にほ")
    for _ in range(2):
        assert driver.key(key)
    driver.run(0.6)
    assert not login.closed
    assert (login.focus, login.line.text, login.line.caret, login.busy) == ("username", "ada", 3, False)
    assert login.line.shown == "adaにほ"
    driver.commit("日本")
    assert (login.line.text, login.line.composition) == ("ada日本", "")
    driver.key("BACKSPACE")
    assert login.line.text == "ada日", "and then they are the player's again"


def test_a_composition_that_was_given_up_leaves_the_keys_alive(driver: Driver) -> None:
    """A click into the other field ends it; whether the input method says so or not."""
    login = login_of(driver, "ada")
    driver.compose("に")
    driver.click_on("token")
    assert login.line.composition == ""
    driver.type("x")
    driver.key("BACKSPACE")
    assert login.line.text == ""
    driver.key("ESCAPE")
    driver.run()
    assert driver.open == 0


def test_a_key_held_as_a_composition_begins_stops(game: PygameDriver) -> None:
    login = login_of(game, "abcdefghijkl")
    game.say("KEYDOWN", key=game.pygame.K_BACKSPACE, mod=0, unicode="\b", scancode=0)
    game.compose("に")
    left = login.line.text
    game.run(1.0)
    assert login.line.text == left


def test_the_sign_before_a_name_can_be_typed_and_is_not_sent(driver: Driver) -> None:
    accounts = Accounts()
    login = driver.overlay.show_login(accounts)
    driver.run()
    driver.type("@ada")
    assert login.line.text == "@ada"
    driver.key("TAB")
    driver.type("secret")
    driver.key("RETURN")
    driver.run()
    assert accounts.asked[-1][:2] == ("ada", "secret")


def test_characters_that_nobody_sees_are_not_entered(driver: Driver) -> None:
    accounts = Accounts()
    login = driver.overlay.show_login(accounts)
    driver.run()
    driver.commit(f"a{INVISIBLE}d\u200ba")
    driver.overlay.overlay.clipboard.copy(f"{INVISIBLE}_1{INVISIBLE}")
    driver.key("v", ctrl=True)
    assert login.line.text == "ada_1"
    login.focus = "token"
    driver.key("v", ctrl=True)
    driver.commit(f"{INVISIBLE}x")
    assert login.line.text == "_1x"


def test_a_book_is_pasted_in_no_time(driver: Driver) -> None:
    login = login_of(driver)
    driver.overlay.overlay.clipboard.copy("b" * 5_000_000)
    begun = time.process_time()
    driver.key("v", ctrl=True)
    login.line.insert("c" * 5_000_000)
    login.line.compose("d" * 5_000_000)
    spent = time.process_time() - begun
    assert len(login.line.text) == 40
    assert len(login.line.composition) <= 40
    begun = time.process_time()
    assert len("".join(each for each in "b" * 5_000_000)) == 5_000_000
    assert spent < 2 * (time.process_time() - begun) + 0.2, "less than looking at each character of it"


KINDS = (
    "KEYDOWN", "KEYUP", "MOUSEMOTION", "MOUSEBUTTONDOWN", "MOUSEBUTTONUP", "MOUSEWHEEL", "TEXTINPUT", "TEXTEDITING",
    "JOYBUTTONDOWN", "JOYBUTTONUP", "JOYAXISMOTION", "JOYHATMOTION", "CONTROLLERBUTTONDOWN", "CONTROLLERBUTTONUP",
    "CONTROLLERAXISMOTION", "WINDOWFOCUSLOST", "WINDOWFOCUSGAINED", "JOYDEVICEREMOVED", "CONTROLLERDEVICEREMOVED",
)  # fmt: skip


@pytest.mark.parametrize("widget", ["none", "login", "board"])
@pytest.mark.parametrize("kind", KINDS)
def test_events_that_a_game_posts_may_leave_anything_out(game: PygameDriver, kind: str, widget: str) -> None:
    if widget == "login":
        login_of(game)
    elif widget == "board":
        game.overlay.show_leaderboard(Scores())
        game.run()
    pygame = game.pygame
    whole = {"key": pygame.K_LEFT, "button": 0, "pos": (5, 5), "text": "x", "instance_id": 0, "joy": 0, "axis": 1,
             "hat": 0, "y": 1}  # fmt: skip
    game.say(kind)
    for name, value in whole.items():
        game.say(kind, **{name: value})
        game.say(kind, **{each: what for each, what in whole.items() if each != name})


def test_what_is_never_let_go_is_not_held(game: PygameDriver) -> None:
    """A game that lets few kinds of events through hears of no key that is let go."""
    pygame = game.pygame
    login = login_of(game, "abcdefghijkl")
    pygame.event.set_allowed(None)
    pygame.event.set_blocked([pygame.KEYUP, pygame.JOYBUTTONUP, pygame.CONTROLLERBUTTONUP])
    try:
        game.say("KEYDOWN", key=pygame.K_BACKSPACE, mod=0, unicode="\b", scancode=0)
        game.run(1.5)
        assert login.line.text == "abcdefghijk"
        game.overlay.hide(login)
        board = game.overlay.show_leaderboard(Scores(1000))
        game.run()
        for kind, what in (
            ("KEYDOWN", {"key": pygame.K_DOWN, "mod": 0}),
            ("CONTROLLERBUTTONDOWN", {"instance_id": 1, "button": 12}),
        ):
            before = board.focus
            game.say(kind, **what)
            once = board.focus
            game.run(1.5)
            assert board.focus == once != before
            game.say(kind, **what)
            assert board.focus != once, "and the next press counts"
    finally:
        pygame.event.set_allowed([pygame.KEYUP, pygame.JOYBUTTONUP, pygame.CONTROLLERBUTTONUP])
