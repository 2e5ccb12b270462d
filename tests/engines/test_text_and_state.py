"""Text, input methods and the clipboard; and that a game finds everything as it left it."""

from __future__ import annotations

import os
from typing import Any

import pytest

from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from tests.engines.drivers import FRAME, ArcadeDriver, Driver, PygameDriver
from tests.engines.test_pixels import WIDGETS
from tests.widgets.samples import HandServices, unlocked
from tests.widgets.sources import Accounts


@pytest.fixture
def game() -> Any:
    pytest.importorskip("pygame")
    made = PygameDriver()
    yield made
    made.close()


@pytest.fixture
def arcade_game() -> Any:
    pytest.importorskip("arcade")
    made = ArcadeDriver()
    yield made
    made.close()


def test_an_input_method_composes_and_knows_where(game: PygameDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(game.pygame.key, "set_text_input_rect", told.append)
    login = game.overlay.show_login(Accounts())
    game.run()
    line = login.line
    assert line is not None
    assert told[-1] == game.pygame.Rect(game.overlay.overlay.text_area)
    game.say("TEXTEDITING", text="に", start=1, length=0)
    assert (line.text, line.shown) == ("", "に")
    game.say("TEXTEDITING", text="日本", start=2, length=0)
    game.say("TEXTEDITING", text="", start=0, length=0)
    game.say("TEXTINPUT", text="日本")
    assert (line.text, line.composition) == ("日本", "")


def test_typing_works_where_the_game_has_turned_text_input_off(game: PygameDriver) -> None:
    login = game.overlay.show_login(Accounts())
    game.run()
    for letter in "aQ1":
        assert game.say("KEYDOWN", key=ord(letter.lower()), mod=0, unicode=letter, scancode=0)
    assert login.line.text == "aQ1"
    game.type("z")
    game.run()
    assert login.line.text == "aQ1z", "and with text input on nothing is written twice"


def test_the_key_that_opens_the_login_is_not_typed_into_it(driver: Driver) -> None:
    """The press is the game's, and the letter that the system makes of it comes when the login is there already."""
    opened = driver.press_letter("l", lambda: driver.overlay.show_login(Accounts()))
    driver.run()
    assert opened.line.text == ""
    driver.type("l")
    assert opened.line.text == "l"


def test_letters_of_a_text_are_no_actions(driver: Driver) -> None:
    login = driver.overlay.show_login(Accounts())
    driver.run()
    driver.type("queen")
    assert (login.focus, login.line.text) == ("username", "queen")
    driver.key("LEFT", shift=True)
    assert login.line.selection == (4, 5)


def test_what_is_held_is_repeated_by_the_widget(game: PygameDriver) -> None:
    login = game.overlay.show_login(Accounts("abcdefghijkl"))
    login.focus = "username"
    game.run()
    game.say("KEYDOWN", key=game.pygame.K_BACKSPACE, mod=0, unicode="\b", scancode=0)
    game.run(0.8)
    left = len(login.line.text)
    assert left < 8
    game.say("KEYUP", key=game.pygame.K_BACKSPACE, mod=0, unicode="\b", scancode=0)
    game.run(0.5)
    assert len(login.line.text) == left


def test_copy_and_paste(driver: Driver) -> None:
    login = driver.overlay.show_login(Accounts("ada"))
    login.focus = "username"
    driver.run()
    driver.key("a", ctrl=True)
    driver.key("c", ctrl=True)
    driver.key("END")
    driver.key("v", ctrl=True)
    assert login.line.text == "adaada"


def test_a_token_is_never_put_on_the_clipboard(driver: Driver) -> None:
    login = driver.overlay.show_login(Accounts("ada"))
    driver.run()
    driver.overlay.overlay.clipboard.copy("before")
    driver.type("secret")
    driver.key("a", ctrl=True)
    driver.key("c", ctrl=True)
    driver.key("x", ctrl=True)
    assert driver.overlay.overlay.clipboard.paste() == "before"
    assert login.line.text == "secret"


def _world(game: PygameDriver) -> dict[str, object]:
    """The global state of a game that a plugin could spoil."""
    pygame = game.pygame
    return {
        "repeat": pygame.key.get_repeat(),
        "blocked": [kind for kind in range(pygame.NOEVENT + 1, pygame.NUMEVENTS) if pygame.event.get_blocked(kind)],
        "environment": dict(os.environ),
        "flags": pygame.display.get_surface().get_flags(),
        "clipboard": game.overlay.overlay.clipboard.paste(),
        "grab": pygame.event.get_grab(),
        "visible": pygame.mouse.get_visible(),
    }


@pytest.mark.parametrize("widget", [*WIDGETS, "status"])
def test_a_widget_leaves_everything_as_it_was(game: PygameDriver, widget: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pygame = game.pygame
    for name in ("start_text_input", "stop_text_input", "set_repeat"):
        monkeypatch.setattr(pygame.key, name, lambda *given, name=name: pytest.fail(f"pygame.key.{name} was called"))
    game.overlay.overlay.clipboard.copy("the player's own")
    pygame.key.get_repeat()
    before = _world(game)
    if widget == "status":
        from pygame_gameservices.widgets.badge import Status

        game.overlay.show_status(lambda: Status("ada"))
    else:
        WIDGETS[widget](game)
    game.run()
    if game.overlay.overlay.modal:
        for key in ("DOWN", "UP", "TAB", "RETURN", "ESCAPE", "ESCAPE", "ESCAPE"):
            game.key(key)
    game.run(1.0)
    assert _world(game) == before
    pygame.event.pump()
    assert pygame.event.peek(range(pygame.USEREVENT, pygame.NUMEVENTS)) is False


def test_events_can_be_had_as_pygame_events_too(game: PygameDriver) -> None:
    services = HandServices()
    overlay = PygameOverlay(services, post_events=True)
    services.coming = [unlocked(1), unlocked(2)]
    overlay.update(FRAME)
    posted = game.pygame.event.get(overlay.event_type)
    assert [event.name for event in posted] == ["TrophyUnlocked", "TrophyUnlocked"]
    assert posted[0].happened.trophy.id == 1
    assert game.overlay.event_type is None


def test_services_hear_of_the_player_and_of_the_window(game: PygameDriver) -> None:
    heard: list[dict[str, bool]] = []

    class Listening(HandServices):
        def activity(self, **what: bool) -> None:
            heard.append(what)

    overlay = PygameOverlay(Listening())
    make = game.pygame.event.Event
    overlay.process_event(make(game.pygame.KEYDOWN, key=game.pygame.K_w, mod=0, unicode="w"))
    overlay.process_event(make(game.pygame.MOUSEMOTION, pos=(1, 1), rel=(0, 0), buttons=(0, 0, 0)))
    overlay.process_event(make(game.pygame.WINDOWFOCUSLOST))
    overlay.process_event(make(game.pygame.WINDOWFOCUSGAINED))
    assert heard == [{"active": True}, {"focused": False}, {"focused": True}]


def test_arcade_dispatches_events_by_name(arcade_game: ArcadeDriver) -> None:
    overlay = arcade_game.overlay
    told: list[Any] = []

    class Game:
        def on_trophy_unlocked(self, event: Any) -> None:
            told.append(event.trophy.id)

    game = Game()
    overlay.push_handlers(game)

    @overlay.event
    def on_toast_clicked(event: Any) -> None:
        told.append(event.toast.title)

    arcade_game.services.coming = [unlocked(7)]
    overlay.toasts.on_click = lambda toast: None
    overlay.toasts.enabled = True
    arcade_game.run(1.0)
    assert told == [7]
    (placed,) = overlay.overlay.pictures()
    arcade_game.click(placed.x + placed.picture.size[0] // 2, placed.y + placed.picture.size[1] // 2)
    assert told == [7, "First Light"]
    overlay.pop_handlers()


def test_arcade_draws_nothing_when_disabled_and_leaves_the_context_alone(arcade_game: ArcadeDriver) -> None:
    context = arcade_game.window.ctx
    context.disable(context.BLEND)
    function = context.blend_func
    arcade_game.overlay.notify("Hello")
    arcade_game.run(0.5)
    assert not context.is_enabled(context.BLEND)
    assert context.blend_func == function
    arcade_game.overlay.disable()
    arcade_game.overlay.notify("Never updated")
    before = arcade_game.overlay.toasts.waiting
    arcade_game.say("on_update", 1.0)
    assert arcade_game.overlay.toasts.waiting == before


def test_arcade_textures_are_let_go(arcade_game: ArcadeDriver) -> None:
    arcade_game.overlay.notify("Hello")
    arcade_game.run(0.5)
    assert len(arcade_game.overlay._canvas._textures) == 1
    arcade_game.run(8)
    assert len(arcade_game.overlay._canvas._textures) == 0
