"""Input as widgets see it: actions, a pointer and text, whatever device they came from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import Enum, StrEnum
from math import isfinite
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
    NEXT = "next"
    PREVIOUS = "previous"
    PAGE_UP = "page_up"
    PAGE_DOWN = "page_down"
    FIRST = "first"
    LAST = "last"
    REFRESH = "refresh"


class Edit(Enum):
    """What a player does to a line of text, other than typing."""

    BACKSPACE = "backspace"
    DELETE = "delete"
    LEFT = "left"
    RIGHT = "right"
    WORD_LEFT = "word_left"
    WORD_RIGHT = "word_right"
    HOME = "home"
    END = "end"
    SELECT_ALL = "select_all"
    COPY = "copy"
    CUT = "cut"
    PASTE = "paste"


class Device(StrEnum):
    """What the player holds: widgets show its keys, and open a keyboard on the screen where there is none."""

    KEYBOARD = "keyboard"
    PAD = "pad"
    MOUSE = "mouse"
    TOUCH = "touch"


DIRECTIONS = frozenset({Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT})
"""The actions that move the focus."""
_REPEATING = frozenset[Action | Edit]({
    Action.UP, Action.DOWN, Action.LEFT, Action.RIGHT, Action.PAGE_UP, Action.PAGE_DOWN,
    Edit.BACKSPACE, Edit.DELETE, Edit.LEFT, Edit.RIGHT, Edit.WORD_LEFT, Edit.WORD_RIGHT,
})  # fmt: skip


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
        wheel: steps of the wheel, positive away from the player; also parts of a step.
        select: whether Shift is held, so that a click selects text up to there.
    """

    press: Press
    x: float
    y: float
    button: int = 1
    wheel: float = 0.0
    select: bool = False


class WheelSteps:
    """Makes whole steps of a wheel's fractions. Frame thread only.

    Touch pads and fine wheels tell of parts of a step, and of movements to the side with none at all.
    """

    def __init__(self) -> None:
        self._left = 0.0

    def turn(self, by: float) -> int:
        """Turn by so many steps, and return the whole ones that are full now; turning back begins anew."""
        if not isfinite(by):
            return 0
        if by * self._left < 0:
            self._left = 0.0
        whole, self._left = divmod(abs(self._left + by), 1.0)
        if by < 0:
            self._left = -self._left
            return -int(whole)
        return int(whole)


class Held(NamedTuple):
    """Something that is held down.

    Attributes:
        what: which one.
        select: for an edit, whether it selects what the caret passes.
    """

    what: Action | Edit
    select: bool = False


class HeldActions:
    """Repeats what is held, without touching the game's own key repeat. Frame thread only."""

    FIRST = 0.4
    """Seconds from the press to the first repeat."""
    NEXT = 0.12
    """Seconds between repeats of a direction."""
    NEXT_EDIT = 0.04
    """Seconds between repeats of an edit."""

    def __init__(self) -> None:
        self._due: dict[Held, float] = {}

    def __bool__(self) -> bool:
        """Whether anything is held."""
        return bool(self._due)

    def press(self, what: Action | Edit, select: bool = False) -> None:
        """Start counting, for what repeats; the press itself is not a repeat."""
        if what in _REPEATING:
            self._due[Held(what, select)] = self.FIRST

    def release(self, what: Action | Edit) -> None:
        """Stop repeating `what`."""
        self._due.pop(Held(what, False), None)
        self._due.pop(Held(what, True), None)

    def clear(self) -> None:
        """Stop repeating everything, as when a widget closes."""
        self._due.clear()

    def update(self, dt: float) -> Iterator[Held]:
        """Let `dt` seconds pass and yield each repeat that fell due; at most one of each and frame."""
        for held in tuple(self._due):
            self._due[held] -= dt
            if self._due[held] <= 0:
                pause = self.NEXT if isinstance(held.what, Action) else self.NEXT_EDIT
                self._due[held] = max(0.0, self._due[held] + pause)
                yield held


class TakenPresses:
    """Sees to it that whoever got a press gets its release, also when a widget opened or closed in between: a ship must
    not fly on because a leaderboard opened while a key was held. Frame thread only.
    """

    def __init__(self) -> None:
        self._taken: dict[Hashable, bool] = {}

    def settle(self, press: Hashable, down: bool, taken: bool) -> bool:
        """Return whether the game should not see an event.

        Args:
            press: which key or button of which device, or which stick.
            down: whether it is a press or a repeat of it, else a release.
            taken: whether a widget took this very event.
        """
        if down:
            self._taken[press] = taken and self._taken.get(press, True)
            return taken
        return self._taken.pop(press, taken)
