"""The game in an Arcade window, for a person."""

from __future__ import annotations

import gc
from typing import Any

import arcade
import pyglet
from arcade import key

from demo_game.all_services import AllServices
from demo_game.arcade_view import ArcadeView
from demo_game.bodies import IDLE, Intent
from demo_game.game import Action, Game, Screen
from demo_game.look import TITLE
from demo_game.settings import Settings
from demo_game.world import STEP
from pygame_gameservices import ArcadeOverlay

MOST_STEPS = 4
"""Steps a single frame makes up for at most."""
DEAD_ZONE = 0.25
DIRECTIONS = {
    key.LEFT: (-1, 0), key.A: (-1, 0), key.RIGHT: (1, 0), key.D: (1, 0),
    key.UP: (0, -1), key.W: (0, -1), key.DOWN: (0, 1), key.S: (0, 1),
}  # fmt: skip
ACTIONS = {
    key.UP: Action.UP, key.W: Action.UP, key.DOWN: Action.DOWN, key.S: Action.DOWN,
    key.LEFT: Action.UP, key.A: Action.UP, key.RIGHT: Action.DOWN, key.D: Action.DOWN,
    key.ENTER: Action.ACCEPT, key.NUM_ENTER: Action.ACCEPT, key.SPACE: Action.ACCEPT,
    key.ESCAPE: Action.CANCEL, key.P: Action.PAUSE,
}  # fmt: skip
BUTTONS = {"a": Action.ACCEPT, "b": Action.CANCEL, "start": Action.PAUSE}
PULSE_KEYS = {key.SPACE, key.ENTER, key.NUM_ENTER}


class GameWindow(arcade.Window):  # type: ignore[misc]
    """Runs a `Game` until the player leaves."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(*size, TITLE.title(), resizable=True, visible=False)
        self.game = Game()
        self.online: AllServices | None = None
        self._drawn = ArcadeView(self)
        self._held: set[int] = set()
        self._pads: list[Any] = []
        self._pulse = False
        self._owed = 0.0
        self.set_visible(True)  # not before: on X11 this calls `on_resize`

    def begin(self, game: Game, online: AllServices | None) -> None:
        """Play `game` from now on. The overlay hears of input first, and keeps what a page takes."""
        self.game, self.online = game, online
        for pad in _controllers():
            pad.open()
            pad.push_handlers(on_button_press=self._button)
            self._pads.append(pad)
            if online is not None:
                online.overlay.listen(pad)
        if online is not None:
            online.overlay.enable()
            online.overlay.push_handlers(**dict.fromkeys(online.overlay.event_types, online.hear))
        gc.collect()
        gc.freeze()  # what was loaded stays, so the collector need not look through it during the game

    def on_update(self, delta_time: float) -> None:
        """Let the game go on."""
        self._owed = min(self._owed + delta_time, MOST_STEPS * STEP)
        while self._owed >= STEP:
            self._owed -= STEP
            self.game.step(self._intent() if self.game.screen is Screen.PLAY else IDLE)
        if self.online is not None:
            self.online.overlay.overlay.reduced_motion = self.game.effects.reduced_motion
        if not self.game.running:
            arcade.exit()

    def on_draw(self) -> None:
        """Draw the game, and the overlay on top."""
        self.clear()
        self._drawn.draw(self.game, self.online, ahead=self._owed / STEP)
        if self.online is not None:
            self.online.overlay.draw()

    def on_key_press(self, symbol: int, modifiers: int) -> None:
        """Fly, or choose."""
        self._held.add(symbol)
        self._pulse = self._pulse or symbol in PULSE_KEYS
        self._act(ACTIONS.get(symbol))

    def on_key_release(self, symbol: int, modifiers: int) -> None:
        """Let go."""
        self._held.discard(symbol)

    def on_mouse_motion(self, x: int, y: int, dx: int, dy: int) -> None:
        """Point at a line of the menu."""
        choice = self._drawn.choice_at(x, self.height - y)
        if choice is not None:
            self.game.selected = choice

    def on_mouse_press(self, x: int, y: int, button: int, modifiers: int) -> None:
        """Choose a line of the menu."""
        if button == arcade.MOUSE_BUTTON_LEFT and self._drawn.choice_at(x, self.height - y) is not None:
            self.on_mouse_motion(x, y, 0, 0)
            self._act(Action.ACCEPT)

    def on_deactivate(self) -> None:
        """Pause when the window loses the focus."""
        self._held.clear()
        self.game.pause()

    def on_resize(self, width: int, height: int) -> None:
        """Fit the new size."""
        super().on_resize(width, height)
        if (width, height) != (self._drawn.layout.width, self._drawn.layout.height):
            self._drawn = ArcadeView(self)

    def _button(self, pad: Any, name: str) -> None:
        self._pulse = self._pulse or name == "a"
        self._act(BUTTONS.get(name))

    def _act(self, action: Action | None) -> None:
        before = self.game.screen
        if action is not None:
            self.game.act(action)
        if self.game.screen is not before:  # the key that chose must not fly
            self._held.clear()
            self._pulse = False

    def _intent(self) -> Intent:
        x = sum(DIRECTIONS.get(held, (0, 0))[0] for held in self._held)
        y = sum(DIRECTIONS.get(held, (0, 0))[1] for held in self._held)
        stick_x = sum(pad.leftx for pad in self._pads)
        stick_y = -sum(pad.lefty for pad in self._pads)
        if max(abs(stick_x), abs(stick_y)) > DEAD_ZONE:
            x, y = x + stick_x, y + stick_y
        pulse, self._pulse = self._pulse, False
        return Intent(max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y)), pulse)


def _controllers() -> list[Any]:
    if pyglet.options["headless"]:  # pyglet looks for them through the window system
        return []
    from pyglet.input import get_controllers

    try:
        return list(get_controllers())
    except OSError:  # containers have no /dev/input
        return []


def play(settings: Settings | None, size: tuple[int, int], *, seed: int, reduced_motion: bool) -> None:
    """Open a window and play until the player leaves; without `settings`, without online services."""
    window = GameWindow(size)
    online = AllServices(settings, overlay_type=ArcadeOverlay) if settings is not None else None
    try:
        game = Game(online, seed=seed, reduced_motion=reduced_motion)
        window.begin(game, online)
        if online is not None:
            online.restore = game.restore
            online.sign_in()
        arcade.run()
    finally:
        if online is not None:
            online.close()
        window.close()
