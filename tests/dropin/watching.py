"""What a player does in each of the small games: waits for the trophy, looks at the leaderboard, and closes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path

from PIL import Image

from tests.dropin.seen import GROUND, shows_dialog, shows_trophy

PATIENCE_S = 60.0
LOOK_EVERY = 5
"""Frames from look to look."""


HOLD = 4
"""Looks for which it holds what would end the game, before it closes the leaderboard."""


class _Waits(Enum):
    TROPHY = auto()
    BOARD = auto()
    NOTHING = auto()
    GAME = auto()


class Watching:
    """Looks at what is shown. `after.png` has the toast on it, ``board.png`` the leaderboard.

    Args:
        folder: for the pictures.
        tap: presses the key of the leaderboard.
        hold: begins to hold what ends the game, or lets go of it; a dialog keeps that from the game.
    """

    def __init__(self, folder: Path, tap: Callable[[], object], hold: Callable[[bool], object]) -> None:
        self._folder = folder
        self._tap = tap
        self._hold = hold
        self._waits = _Waits.TROPHY
        self._frames = self._held = 0
        self._until = time.monotonic() + PATIENCE_S

    def look(self, picture: Callable[[], Image.Image]) -> bool:
        """See a frame. Returns whether all was seen."""
        if time.monotonic() > self._until:
            raise SystemExit(f"no {self._waits.name.lower()} was seen")
        self._frames += 1
        if self._frames % LOOK_EVERY:
            return False
        now = picture()
        if self._waits is _Waits.TROPHY:
            ground = Image.new("RGB", now.size, GROUND)
            if shows_trophy(ground.tobytes(), now.tobytes(), now.size):
                self._go_on(_Waits.BOARD, now, "after")
        elif self._waits is _Waits.BOARD:
            if shows_dialog(now):
                self._hold(True)
                self._go_on(_Waits.NOTHING, now, "board")
        elif self._waits is _Waits.NOTHING:
            assert shows_dialog(now)
            self._held += 1
            if self._held == HOLD:
                self._hold(False)
                self._go_on(_Waits.GAME, now, "held")
        else:
            return not shows_dialog(now)
        return False

    def _go_on(self, waits: _Waits, now: Image.Image, name: str) -> None:
        now.save(self._folder / f"{name}.png")
        self._waits = waits
        if waits is not _Waits.NOTHING:
            self._tap()
