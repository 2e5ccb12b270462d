"""How fast a finger moves rows, and how they roll on after it is lifted: ever slower, until they rest on a row."""

from __future__ import annotations

from collections import deque

_LOOKED_BACK = 0.1
"""Seconds before the finger is lifted that count: whoever holds still for so long does not flick."""
_LEAST, _MOST = 150, 5000
"""Units of the 1080p design a second: a slower finger puts rows down, and a faster one is taken for so fast."""
_ROLLS, _SHORTEST, _LONGEST = 0.5, 0.2, 0.8
"""Seconds that rows roll: usually, and at least and at most, since they begin as fast as the finger was and end on a
row."""


class Flick:
    """Frame thread only. Time passes with `passed` while a finger is down, and with `roll` after that.

    Attributes:
        left: pixels that the rows have before them; 0 when they do not roll.
    """

    def __init__(self) -> None:
        self.left = 0.0
        self._way = 0.0
        self._age = self._lasts = 0.0
        self._frames: deque[tuple[float, float]] = deque()
        self._now = 0.0

    def stop(self) -> None:
        """They do not roll, and no finger has moved them."""
        self.left = self._now = 0.0
        self._frames.clear()

    def moved(self, pixels: float) -> None:
        """A finger has moved them by so much."""
        self._now += pixels

    def passed(self, dt: float) -> None:
        """So many seconds have passed, with what was `moved` in them."""
        self._frames.append((dt, self._now))
        self._now = 0.0
        while sum(seconds for seconds, _ in self._frames) - self._frames[0][0] >= _LOOKED_BACK:
            self._frames.popleft()

    def lifted(self, at: float, row: int, last: int, scale: float) -> bool:
        """The finger is lifted. Returns whether the rows roll on: then so far that they come to rest on a row.

        Args:
            at: pixels of the rows that are above their window.
            row: pixels from one row to the next.
            last: what `at` is at their end.
            scale: pixels per unit of the 1080p design.
        """
        seconds, way = sum(dt for dt, _ in self._frames), sum(moved for _, moved in self._frames) + self._now
        speed = way / seconds if seconds > 0 else 0.0
        self.stop()
        if abs(speed) < _LEAST * scale:
            return False
        speed = max(-_MOST * scale, min(_MOST * scale, speed))
        to = max(0, min(last, round((at + speed * _ROLLS / 2) / row) * row))
        if (to - at) / speed <= 0:
            return False
        self.left = self._way = to - at
        self._age, self._lasts = 0.0, max(_SHORTEST, min(_LONGEST, 2 * self._way / speed))
        return True

    def roll(self, dt: float) -> float:
        """Let so many seconds pass. Returns by how many pixels they move in them."""
        before, self._age = self.left, min(self._lasts, self._age + dt)
        self.left = self._way * (1 - self._age / self._lasts) ** 2  # all the time as much slower
        return before - self.left
