"""When calls that wait have waited long enough."""

from __future__ import annotations

import math
from collections.abc import Callable

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.timers import Timers

SWEEP_AT = 500
"""How many calls with about the same deadline are kept before those that ended are dropped."""


class Deadlines:
    """Keeps deadlines by the second, so that a thousand calls wake the scheduler once and not a thousand times.

    One thread only.

    Args:
        timers: where wake-ups are set.
        expired: takes each call whose deadline has passed.
    """

    def __init__(self, timers: Timers, expired: Callable[[AnyCall], object]) -> None:
        self._timers = timers
        self._expired = expired
        self._due: dict[int, list[AnyCall]] = {}
        self._sweep_at: dict[int, int] = {}

    def watch(self, call: AnyCall, now: float) -> None:
        """Say when the deadline of `call` has passed."""
        second = math.ceil(now + call.operation.deadline_s)
        due = self._due.get(second)
        if due is None:
            due = self._due[second] = []
            self._timers.at(second, lambda: self._pass(second))
        due.append(call)
        if len(due) >= self._sweep_at.get(second, SWEEP_AT):  # ended calls would stay in memory until their deadline
            due[:] = [one for one in due if not one.settled]
            self._sweep_at[second] = max(SWEEP_AT, 2 * len(due))

    def _pass(self, second: int) -> None:
        self._sweep_at.pop(second, None)
        for call in self._due.pop(second):
            self._expired(call)
