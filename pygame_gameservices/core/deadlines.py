"""When calls that wait have waited long enough."""

from __future__ import annotations

import math
from collections.abc import Callable

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.timers import Timers


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

    def watch(self, call: AnyCall, now: float) -> None:
        """Say when the deadline of `call` has passed."""
        second = math.ceil(now + call.operation.deadline_s)
        due = self._due.get(second)
        if due is None:
            due = self._due[second] = []
            self._timers.at(second, lambda: self._pass(second))
        due.append(call)

    def _pass(self, second: int) -> None:
        for call in self._due.pop(second):
            self._expired(call)
