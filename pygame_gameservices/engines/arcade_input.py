"""Reads pyglet's keys, text motions and controllers as actions and edits."""

from __future__ import annotations

import sys
from collections.abc import Hashable
from typing import Any

from pygame_gameservices.widgets.input import Action, Edit

_X11_TAB = 23 << 32
"""What pyglet calls a key without a name of its own: its place on the keyboard, shifted."""
STICK_PRESSED, STICK_RELEASED = 0.6, 0.4
"""How far a stick must go, of 1, to count as pressed, and how far back to count as released."""


class ArcadeActions:
    """Which key and which button means what. Change the dictionaries to remap.

    Attributes:
        keys: actions by ``arcade.key....``; with Shift, `NEXT` is `PREVIOUS`.
        buttons: actions by pyglet's name of a controller's button.
        motions: edits by ``arcade.key.MOTION_...``.
        commands: edits by the key that is pressed together with Control or Command.
    """

    def __init__(self, key: Any) -> None:
        """Take the default map, with the key numbers of ``arcade.key``."""
        self.keys: dict[int, Action] = {
            key.UP: Action.UP,
            key.DOWN: Action.DOWN,
            key.LEFT: Action.LEFT,
            key.RIGHT: Action.RIGHT,
            key.ENTER: Action.ACCEPT,
            key.NUM_ENTER: Action.ACCEPT,
            key.ESCAPE: Action.CANCEL,
            key.Q: Action.TAB_LEFT,
            key.E: Action.TAB_RIGHT,
            key.TAB: Action.NEXT,
            key.PAGEUP: Action.PAGE_UP,
            key.PAGEDOWN: Action.PAGE_DOWN,
            key.HOME: Action.FIRST,
            key.END: Action.LAST,
            key.F5: Action.REFRESH,
        }
        if sys.platform.startswith(
            "linux"
        ):  # X11 names Tab with Shift a key of its own, which pyglet knows by its place
            self.keys[_X11_TAB] = Action.PREVIOUS
        self.buttons: dict[str, Action] = {
            "a": Action.ACCEPT,
            "b": Action.CANCEL,
            "y": Action.REFRESH,
            "leftshoulder": Action.TAB_LEFT,
            "rightshoulder": Action.TAB_RIGHT,
            "dpup": Action.UP,
            "dpdown": Action.DOWN,
            "dpleft": Action.LEFT,
            "dpright": Action.RIGHT,
        }
        self.motions: dict[int, Edit] = {
            key.MOTION_LEFT: Edit.LEFT,
            key.MOTION_RIGHT: Edit.RIGHT,
            key.MOTION_PREVIOUS_WORD: Edit.WORD_LEFT,
            key.MOTION_NEXT_WORD: Edit.WORD_RIGHT,
            key.MOTION_BEGINNING_OF_LINE: Edit.HOME,
            key.MOTION_END_OF_LINE: Edit.END,
            key.MOTION_BACKSPACE: Edit.BACKSPACE,
            key.MOTION_DELETE: Edit.DELETE,
        }
        self.commands: dict[int, Edit] = {
            key.A: Edit.SELECT_ALL,
            key.C: Edit.COPY,
            key.X: Edit.CUT,
            key.V: Edit.PASTE,
        }


class Directions:
    """Turns sticks and crosses into presses of directions. Frame thread."""

    def __init__(self) -> None:
        self._held: set[tuple[Hashable, str, Action]] = set()

    def read(self, controller: Hashable, source: str, x: float, y: float) -> list[tuple[Action, bool]]:
        """Return the directions that begin and end as a pad's `source` comes to (x, y), each -1 to 1, y upwards."""
        reach = {Action.LEFT: -x, Action.RIGHT: x, Action.UP: y, Action.DOWN: -y}
        changes: list[tuple[Action, bool]] = []
        for action, share in reach.items():
            press = (controller, source, action)
            held = press in self._held
            now = share > (STICK_RELEASED if held else STICK_PRESSED)
            if now != held:
                (self._held.add if now else self._held.discard)(press)
                changes.append((action, now))
        return changes

    def forget(self, controller: Hashable) -> None:
        """Forget what a pad holds, as when it was unplugged."""
        self._held = {press for press in self._held if press[0] != controller}
