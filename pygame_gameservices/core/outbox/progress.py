"""How far the delivery of what had to wait has come."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from pygame_gameservices.core.events import OutboxProgress

LATE_S = 5.0
"""A call that takes longer from the disk to its delivery had to wait."""
TELL_EVERY_S = 1.0


class ReplayProgress:
    """Counts late deliveries and says how it goes. The outbox's thread only.

    Args:
        say: takes the events.
        clock: monotonic seconds.
    """

    def __init__(self, say: Callable[[OutboxProgress], object], clock: Callable[[], float] = monotonic) -> None:
        self._say = say
        self._clock = clock
        self._since: dict[int, float] = {}
        self._delivered = 0
        self._told_at = float("-inf")
        self._news = False

    def kept(self, entry: int) -> None:
        """Note a new entry of this run."""
        self._since[entry] = self._clock()

    def delivered(self, entry: int) -> None:
        """Note that an entry was delivered; those of earlier runs count as late."""
        since = self._since.pop(entry, float("-inf"))
        if self._delivered or self._clock() - since > LATE_S:
            self._delivered += 1
            self._news = True

    def tell(self, waiting: int) -> None:
        """Say how it goes, if there is anything new and it is time."""
        now = self._clock()
        if self._news and (waiting == 0 or now - self._told_at >= TELL_EVERY_S):
            self._news = False
            self._told_at = now
            self._say(OutboxProgress(waiting, self._delivered))
        if waiting == 0:
            self._delivered = 0
            self._since.clear()
