"""One host's circuit breaker: an outage costs one probe now and then, not a storm."""

from __future__ import annotations

from pygame_gameservices.core.scheduling.retry_policy import Uniform, backoff

OFFLINE_AFTER = 3
"""Failures in a row after which a host counts as unreachable."""


class CircuitBreaker:
    """Whether a host may be called. Closed while it answers; after failures it opens for a while and then lets one
    attempt through to see. One thread only; times are seconds of the scheduler's clock.

    Attributes:
        retry_at: when the next attempt may go, while open.
        offline_since: when the host was declared unreachable, or None.
    """

    def __init__(self, uniform: Uniform) -> None:
        self._uniform = uniform
        self._failures = 0
        self._failed_at = float("-inf")
        self._probing = False
        self._held_until = float("-inf")
        self.retry_at = float("-inf")
        self.offline_since: float | None = None

    def allows(self, now: float) -> bool:
        """Whether an attempt may start."""
        return now >= self.retry_at and not self._probing

    def started(self) -> None:
        """Note that an attempt starts. While the host is doubtful it is the only one."""
        self._probing = self._failures > 0

    def hurry(self, now: float) -> None:
        """Let the next attempt go now, if the last one failed at least a second ago: a player is asking."""
        if self._failures and now - self._failed_at >= 1.0:
            self.retry_at = max(self._held_until, min(self.retry_at, now))

    def hold(self, until: float) -> None:
        """Start nothing before `until`, because the service asked for it."""
        self._probing = False
        self._held_until = max(self._held_until, until)
        self.retry_at = max(self.retry_at, until)

    def held(self, now: float) -> bool:
        """Whether the service asked to be left alone at this time."""
        return now < self._held_until

    def hung_up(self) -> None:
        """Note that we broke an attempt off, which tells nothing of the host."""
        self._probing = False

    def failed(self, now: float, started_at: float) -> bool:
        """Note that an attempt did not get through.

        Args:
            started_at: when it started; attempts that ran side by side count as one failure.

        Returns:
            True when the host is declared unreachable just now.
        """
        self._probing = False
        if started_at >= self._failed_at:
            self._failures += 1
            self.retry_at = max(self._held_until, now + backoff(self._failures, uniform=self._uniform))
            self._failed_at = now
        if self.offline_since is None and self._failures >= OFFLINE_AFTER:
            self.offline_since = now
            return True
        return False

    def succeeded(self, now: float) -> float | None:
        """Note that the host answered. Returns for how many seconds it had been unreachable, or None."""
        self._failures = 0
        self._probing = False
        self.retry_at = self._held_until
        since, self.offline_since = self.offline_since, None
        return None if since is None else now - since
