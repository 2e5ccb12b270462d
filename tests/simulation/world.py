"""Virtual time, and what happens in it."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable

START = 1_000.0
"""What the clock that nobody sets says when a life begins."""
SET_AT = 1_700_000_000.0
"""How far the clock on the wall is ahead of it, while nobody sets that."""


class World:
    """Virtual time, and things that are to happen in it.

    Args:
        seed: of all that happens by chance.
        history: takes what happens, in words, for whoever has to understand a life; None to save the time.
    """

    def __init__(self, seed: int, history: list[str] | None) -> None:
        self.rng = random.Random(seed)
        self.now = START
        self.history = history
        self.shift = SET_AT
        self._heap: list[tuple[float, int, Callable[[], object]]] = []
        self._tie = itertools.count()

    @property
    def wall(self) -> float:
        """What the clock on the wall says, which may be set."""
        return self.now + self.shift

    def note(self, text: str, *things: object) -> None:
        """Write down what happens."""
        if self.history is not None:
            self.history.append(f"{self.now - START:9.3f}  {text} {' '.join(map(str, things))}")

    def at(self, when: float, what: Callable[[], object]) -> None:
        heapq.heappush(self._heap, (when, next(self._tie), what))

    def next(self) -> float:
        return self._heap[0][0] if self._heap else float("inf")

    def run_due(self) -> None:
        while self._heap and self._heap[0][0] <= self.now:
            heapq.heappop(self._heap)[2]()
