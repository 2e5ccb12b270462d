"""Input as widgets see it: actions, a pointer and text, whatever device they came from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What a player means by a key or a button."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    ACCEPT = "accept"
    CANCEL = "cancel"
    TAB_LEFT = "tab_left"
    TAB_RIGHT = "tab_right"


DIRECTIONS = frozenset({Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT})
"""The actions that repeat while they are held."""


class Press(StrEnum):
    """What happened to the pointer."""

    MOVE = "move"
    DOWN = "down"
    UP = "up"
    WHEEL = "wheel"


class Pointer(NamedTuple):
    """A mouse or finger.

    Attributes:
        press: what happened.
        x, y: where, in pixels of the overlay.
        button: 1 left, 2 middle, 3 right; a finger is 1.
        wheel: steps of the wheel, positive away from the player.
    """

    press: Press
    x: float
    y: float
    button: int = 1
    wheel: float = 0.0


class HeldActions:
    """Repeats a direction while it is held, without touching the game's own key repeat. Frame thread only."""

    FIRST = 0.4
    """Seconds from the press to the first repeat."""
    NEXT = 0.12
    """Seconds between repeats."""

    def __init__(self) -> None:
        self._due: dict[Action, float] = {}

    def press(self, action: Action) -> None:
        """Start counting, for a direction; the press itself is not a repeat."""
        if action in DIRECTIONS:
            self._due[action] = self.FIRST

    def release(self, action: Action) -> None:
        """Stop repeating `action`."""
        self._due.pop(action, None)

    def clear(self) -> None:
        """Stop repeating everything, as when a widget closes."""
        self._due.clear()

    def update(self, dt: float) -> Iterator[Action]:
        """Let `dt` seconds pass and yield each repeat that fell due; at most one per action and frame."""
        for action in tuple(self._due):
            self._due[action] -= dt
            if self._due[action] <= 0:
                late = self._due[action]
                self._due[action] = max(0.0, late + self.NEXT)
                yield action


class TakenPresses:
    """Sees to it that who took a press takes its release, also when a widget closed in between. Frame thread only."""

    def __init__(self) -> None:
        self._taken: set[Hashable] = set()

    def settle(self, press: Hashable, down: bool, taken: bool) -> bool:
        """Return whether the game should not see an event.

        Args:
            press: which key or button of which device.
            down: whether it is a press, else a release.
            taken: whether a widget took this very event.
        """
        if down:
            (self._taken.add if taken else self._taken.discard)(press)
            return taken
        if press in self._taken:
            self._taken.remove(press)
            return True
        return taken
