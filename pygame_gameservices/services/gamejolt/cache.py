"""What was fetched a moment ago and need not be fetched again."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """One value with a lifetime. Frame thread.

    Args:
        lifetime_s: seconds for which a value counts; 0 keeps nothing.
        clock: monotonic seconds.
    """

    def __init__(self, lifetime_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._value: T | None = None
        self._until = float("-inf")
        self._generation = 0

    def get(self) -> T | None:
        """The value, or None when there is none or it is too old."""
        return self._value if self._clock() < self._until else None

    def ticket(self) -> int:
        """Take this before asking, and pass it to `put`: what was asked before a `clear` is not kept after it."""
        return self._generation

    def put(self, value: T, ticket: int) -> None:
        """Keep `value` for its lifetime, unless the cache was cleared since `ticket` was taken."""
        if ticket == self._generation:
            self._value, self._until = value, self._clock() + self._lifetime_s

    def clear(self) -> None:
        """Forget the value, and whatever is being fetched now."""
        self._generation += 1
        self._value, self._until = None, float("-inf")
