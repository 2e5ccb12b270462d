"""Things to do later, kept by the scheduler thread."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class Timers:
    """A heap of functions, each with the moment at which to run it. One thread only."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._tie = itertools.count()

    def at(self, when: float, function: Callable[[], object]) -> None:
        """Run `function` once `run` is called at or after `when` (seconds of the scheduler's clock)."""
        heapq.heappush(self._heap, (when, next(self._tie), function))

    def next(self) -> float | None:
        """The moment of the earliest function, or None when there is none."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: float) -> None:
        """Run everything that is due, earliest first."""
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2]()
