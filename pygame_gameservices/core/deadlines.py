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
        self._due: dict[int, dict[AnyCall, None]] = {}
        self._second: dict[AnyCall, int] = {}

    def watch(self, call: AnyCall, now: float) -> None:
        """Say when the deadline of `call` has passed."""
        second = self._second[call] = math.ceil(now + call.operation.deadline_s)
        if second not in self._due:
            self._due[second] = {}
            self._timers.at(second, lambda: self._pass(second))
        self._due[second][call] = None

    def forget(self, call: AnyCall) -> None:
        """Let go of a call that has ended: with its answer it would stay in memory until its deadline."""
        second = self._second.pop(call, None)
        if second is not None:
            self._due[second].pop(call, None)

    def passed(self, call: AnyCall) -> bool:
        """Whether the deadline of `call`, which has one, has passed."""
        return call not in self._second

    def _pass(self, second: int) -> None:
        for call in list(self._due[second]):
            self._expired(call)
        for call in self._due.pop(second):
            del self._second[call]
