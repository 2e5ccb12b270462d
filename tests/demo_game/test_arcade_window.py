"""The Arcade window for people, driven by the events that Arcade would send."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

arcade = pytest.importorskip("arcade")

from pyglet.event import EventDispatcher  # noqa: E402

from demo_game.all_services import AllServices  # noqa: E402
from demo_game.arcade_window import GameWindow  # noqa: E402
from demo_game.game import Game, Screen  # noqa: E402
from demo_game.settings import of_sandbox  # noqa: E402
from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay  # noqa: E402
from pygame_gameservices.sandbox import Sandbox  # noqa: E402
from tests.on_a_screen import printed_on_a_screen  # noqa: E402


@pytest.fixture(scope="module")
def opened() -> Iterator[GameWindow]:
    made = GameWindow((640, 360))
    yield made
    made.close()


@pytest.fixture
def window(opened: GameWindow) -> GameWindow:
    opened.begin(Game(None, seed=2), None)
    return opened


def say(window: GameWindow, name: str, *what: object) -> None:
    """Dispatch through pyglet's own stack of handlers, below the window's queue, which nobody empties here."""
    EventDispatcher.dispatch_event(window, name, *what)


def frames(window: GameWindow, count: int) -> None:
    for _ in range(count):
        say(window, "on_update", 1 / 60)
        window.on_draw()
        window.ctx.finish()


def press(window: GameWindow, symbol: int) -> None:
    say(window, "on_key_press", symbol, 0)
    say(window, "on_key_release", symbol, 0)


def test_it_opens_on_a_screen_and_draws():
    """Windows that are seen hear of their size while they open, which those without a screen do not."""
    code = (
        "import pyglet\n"
        "from demo_game.arcade_window import GameWindow\n"
        "from demo_game.game import Game\n"
        "window = GameWindow((640, 360)); window.begin(Game(None, seed=2), None)\n"
        "window.dispatch_events(); window.on_update(1 / 60); window.on_draw(); window.flip()\n"
        "print(pyglet.options['headless'], window.visible, window.game.screen.name)\n"
    )
    assert printed_on_a_screen(code)[-1] == "False True TITLE"


def test_keys_lead_through_the_screens_and_fly(window):
    press(window, arcade.key.ENTER)
    assert window.game.screen is Screen.PLAY
    assert not window._intent().pulse, "the key that chose must not fire"
    say(window, "on_key_press", arcade.key.RIGHT, 0)
    before = window.game.world.ship.x
    frames(window, 10)
    assert window.game.world.ship.x > before
    say(window, "on_deactivate")
    assert window.game.screen is Screen.PAUSE
    press(window, arcade.key.ESCAPE)
    assert window.game.screen is Screen.PLAY
    assert window._intent().x == 0


def test_the_mouse_chooses(window):
    frames(window, 1)
    y = next(y for y in range(360) if window._drawn.choice_at(320, y) == 1)
    say(window, "on_mouse_motion", 320, 360 - y, 0, 0)
    assert window.game.selected == 1
    say(window, "on_mouse_press", 320, 360 - y, arcade.MOUSE_BUTTON_LEFT, 0)
    assert window.game.screen is Screen.OPTIONS


def test_every_screen_looks_different(window):
    pictures = set()
    for screen in Screen:
        window.game.screen = screen
        frames(window, 1)
        pictures.add(arcade.get_image(0, 0, 640, 360).convert("RGB").tobytes())
    assert len(pictures) == len(Screen)


def test_pages_take_the_keys_and_services_are_heard(opened, sandbox: Sandbox, tmp_path: Path):
    online = AllServices(of_sandbox(sandbox), overlay_type=ArcadeOverlay, folder=tmp_path)
    game = Game(online, seed=2)
    opened.begin(game, online)
    online.sign_in()
    until = time.monotonic() + 30
    while online.player is None:
        assert time.monotonic() < until
        say(opened, "on_update", 1 / 60)
        time.sleep(0.003)
    online.open("Trophies")
    assert online.covered
    press(opened, arcade.key.DOWN)
    assert game.selected == 0, "the page took the key"
    press(opened, arcade.key.ESCAPE)
    frames(opened, 2)
    assert not online.covered
    online.overlay.disable()
    online.close()
