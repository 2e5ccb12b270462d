"""Whether the services behind the relay answer: each says so once when it does not, and once when it does again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pygame_gameservices.errors import CallError, RateLimited, ResponseTooLarge
from pygame_gameservices.relay.reports import say
from pygame_gameservices.relay.visitors import Later


class Outage:
    """One service. Any thread.

    Args:
        service: its name, as people write it.
    """

    def __init__(self, service: str) -> None:
        self.service = service
        self._since: float | None = None
        self._lock = threading.Lock()

    @property
    def lasts(self) -> bool:
        """Whether the service was away when it was asked last."""
        return self._since is not None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Ask the service within the block. What the block raises tells how it is."""
        try:
            yield
        except (RateLimited, ResponseTooLarge):
            raise
        except CallError as error:
            self.begin(error.message)
            raise
        except Later as later:
            if later.away:
                self.begin(str(later))
            raise
        self.end()

    def begin(self, why: str) -> None:
        """Note that it does not answer, or not so that anything could be done with it."""
        with self._lock:
            if self._since is not None:
                return
            self._since = time.monotonic()
        say("the service behind the relay does not answer", logging.WARNING, service=self.service, why=why)

    def end(self) -> None:
        """Note that it answered."""
        with self._lock:
            if self._since is None:
                return
            lasted, self._since = time.monotonic() - self._since, None
        say("the service behind the relay answers again", service=self.service, after_s=round(lasted, 1))
