"""When calls that wait have waited long enough."""

from __future__ import annotations

import math
from collections.abc import Callable

from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.timers import Timers


class Deadlines:
    """Keeps deadlines by the second, so that a thousand calls wake the scheduler once and not a thousand times.

    Args:
        timers: where wake-ups are set.
        expired: takes each call whose deadline has passed.
    """

    def __init__(self, timers: Timers, expired: Callable[[Delivery], object]) -> None:
        self._timers = timers
        self._expired = expired
        self._due: dict[int, dict[Delivery, None]] = {}
        self._second: dict[Delivery, int] = {}

    def watch(self, delivery: Delivery, now: float) -> None:
        """Say when the deadline of `delivery` has passed."""
        second = self._second[delivery] = math.ceil(now + delivery.operation.deadline_s)
        if second not in self._due:
            self._due[second] = {}
            self._timers.at(second, lambda: self._pass(second))
        self._due[second][delivery] = None

    def forget(self, delivery: Delivery) -> None:
        """Let go of a call that has ended: with its answer it would stay in memory until its deadline."""
        second = self._second.pop(delivery, None)
        if second is not None:
            self._due[second].pop(delivery, None)

    def passed(self, delivery: Delivery) -> bool:
        """Whether the deadline of `delivery`, which has one, has passed."""
        return delivery not in self._second

    def _pass(self, second: int) -> None:
        for delivery in list(self._due[second]):
            self._expired(delivery)
        for delivery in self._due.pop(second):
            del self._second[delivery]
