"""One host, which several services may share: whether it may be called now, and what the game hears of it."""

from __future__ import annotations

from pygame_gameservices.core.events import BackOnline, Event, Throttled, WentOffline
from pygame_gameservices.core.scheduling.circuit_breaker import CircuitBreaker
from pygame_gameservices.core.scheduling.retry_policy import Uniform, retry_after
from pygame_gameservices.errors import CallError, Offline, RateLimited

PAUSE_S = 1.0
"""How long a host is left alone that says it was asked too often, and not when to come back."""
SHORTEST_TOLD_S = 1.0
"""A host that asks for less than this is not worth a word."""


class Host:
    """See above. One thread only; times are seconds of the scheduler's clock.

    Args:
        name: its name.
        uniform: the source of jitter.

    Attributes:
        name: see above.
        breaker: whether it may be called.
        services: the names of the services that are there, for what is said of it.
    """

    def __init__(self, name: str, uniform: Uniform) -> None:
        self.name = name
        self.breaker = CircuitBreaker(uniform)
        self.services: list[str] = []
        self._because: CallError | None = None
        self._said_until = float("-inf")

    @property
    def offline(self) -> bool:
        """Whether it is known to be away."""
        return self.breaker.offline_since is not None

    def answered(self, now: float) -> list[Event]:
        """Note that it gave an answer that makes sense. Returns what is to be said."""
        away = self.breaker.succeeded(now)
        return [] if away is None else [BackOnline(service, away, self.name) for service in self.services]

    def failed(self, error: CallError, started_at: float, now: float) -> list[Event]:
        """Note that it failed, or asked to be left alone. Returns what is to be said.

        Args:
            error: how.
            started_at: when the attempt started.
            now: the time.
        """
        limited, wait = isinstance(error, RateLimited), retry_after(error) or 0.0
        said = self._throttled(error, wait, now)
        if limited or wait:
            self.breaker.hold(now + (wait or PAUSE_S))
        if not limited:
            self._because = error
            if self.breaker.failed(now, started_at):
                pause = max(0.0, self.breaker.retry_at - now)
                said += [WentOffline(service, error, pause, self.name) for service in self.services]
        return said

    def _throttled(self, error: CallError, wait: float, now: float) -> list[Event]:
        """What is said when it asked to be left alone, unless that was said of this while already."""
        if wait < SHORTEST_TOLD_S or now < self._said_until:
            return []
        self._said_until = now + wait
        asked: float = getattr(error, "retry_after", None) or wait
        return [Throttled(service, error, wait, asked, self.name) for service in self.services]

    def away(self, detail: str) -> Offline:
        """The error of a read that is not even tried; its cause tells a service that is down from a network that is."""
        error = Offline(f"{self.name} cannot be reached; {detail}")
        error.__cause__ = self._because
        return error
