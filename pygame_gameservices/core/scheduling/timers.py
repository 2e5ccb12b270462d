"""Things to do later, kept by the scheduler."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


def _nothing() -> None:
    """What is left of a timer that was called off."""


class Timer:
    """One thing to do later."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function

    def call_off(self) -> None:
        """Do not do it, and let go at once of everything it would have needed."""
        self._function = _nothing

    def fire(self) -> None:
        """Do it."""
        self._function()


class Timers:
    """A heap of functions, each with the moment at which to run it. One thread only."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._tie = itertools.count()

    def at(self, when: float, function: Callable[[], object]) -> Timer:
        """Run `function` once `run` is called at or after `when` (seconds of the scheduler's clock)."""
        timer = Timer(function)
        heapq.heappush(self._heap, (when, next(self._tie), timer))
        return timer

    def next(self) -> float | None:
        """The moment of the earliest function, or None when there is none."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: float) -> None:
        """Run everything that is due, earliest first."""
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2].fire()
