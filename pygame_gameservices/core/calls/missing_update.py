"""Notices when a game never calls `ServiceManager.update`: nothing would ever come back, and nothing would say why."""

from __future__ import annotations

import logging
import threading

from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.events import EventQueue

logger = logging.getLogger("pygame_gameservices")

AFTER_S = 10.0
"""How long things may wait for the first `update`; games load for a while before their loop begins, and only an overlay
that the game's frames update by themselves can tell when it does: see `UpdateWatch.expect`."""


class UpdateWatch:
    """Waits for the first `update`, and says once when it does not come.

    A program that waits for its calls in place, or in asyncio, needs none.

    Args:
        events: what the first `update` would bring.
        after_s: seconds between two looks.
    """

    def __init__(self, events: EventQueue, after_s: float = AFTER_S) -> None:
        self._events = events
        self._after_s = after_s
        self._seen = threading.Event()
        self._expected = threading.Event()
        self._expected.set()

    def seen(self) -> None:
        """It came, or is not expected any more. Any thread; never blocks."""
        self._seen.set()
        self._expected.set()

    def expect(self, expected: bool) -> None:
        """Whether it is to come from now on; at first it is. Any thread; never blocks."""
        if expected:
            self._expected.set()
        else:
            self._expected.clear()

    def run(self) -> None:
        """Wait until it came or was missed. On a thread of its own."""
        while self._expected.wait() and not self._seen.wait(self._after_s):
            if self._expected.is_set() and len(self._events) and not Pending.waited_in_place:
                logger.warning(
                    "%d things have happened, but nobody asks for them: call overlay.update(dt) once a frame"
                    " (services.update() where there is no overlay); without it no call ends and no toast comes",
                    len(self._events),
                )
                return
