"""How fast a service may be called: the scheduler asks a service's pace before it starts a request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol


class Pace(Protocol):
    """Says when the next request may start. Asked on the scheduler thread; must never block."""

    def wait_s(self) -> float:
        """Seconds until a request may start; 0 when one may start now."""

    def took(self) -> None:
        """Note that a request starts now."""


class TokenBucket:
    """So many requests a second on average, and so many at once after a quiet time. Safe to share between threads.

    Args:
        rate_per_s: requests a second in the long run.
        burst: how many may start at once after a quiet time.
        clock: monotonic seconds.
    """

    def __init__(self, rate_per_s: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate_per_s
        self._burst = float(burst)
        self._clock = clock
        self._tokens = float(burst)
        self._filled_at = clock()
        self._lock = threading.Lock()

    def wait_s(self) -> float:
        """See `Pace.wait_s`."""
        with self._lock:
            self._fill()
            missing = 1.0 - self._tokens
            return 0.0 if missing <= 1e-9 else missing / self._rate

    def took(self) -> None:
        """See `Pace.took`."""
        with self._lock:
            self._fill()
            self._tokens -= 1.0

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._filled_at) * self._rate)
        self._filled_at = now
