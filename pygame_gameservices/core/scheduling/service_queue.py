"""One service in the scheduler's eyes: what waits, whether its host answers, and how fast it may be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pygame_gameservices.core.calls.endpoint import Endpoint
from pygame_gameservices.core.events import BackOnline, Event, Throttled, WentOffline
from pygame_gameservices.core.scheduling.batch import Batch, Company
from pygame_gameservices.core.scheduling.circuit_breaker import CircuitBreaker
from pygame_gameservices.core.scheduling.delivery import CARRIED, Delivery
from pygame_gameservices.core.scheduling.lanes import Lanes
from pygame_gameservices.core.scheduling.retry_policy import retry_after
from pygame_gameservices.errors import (
    CallError,
    NetworkError,
    Offline,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
)

PAUSE_S = 1.0
"""How long a service is left alone that says it was asked too often, and not when to come back."""
SHORTEST_TOLD_S = 1.0
"""A service that asks for less than this is not worth a word."""


class ServiceQueue:
    """See above.

    Attributes:
        endpoint: the service.
        breaker: watches over its host, which other services may share.
        lanes: the calls that wait.
        under_way: the requests under way.
        sensible: how many requests were answered sensibly.
        last_write: the sequence of the newest write.
        woken_at: the moment for which a wake-up is set.
    """

    def __init__(self, endpoint: Endpoint, breaker: CircuitBreaker) -> None:
        self.endpoint = endpoint
        self.breaker = breaker
        self.lanes = Lanes()
        self.under_way: dict[Batch, None] = {}  # in the order of their beginning, so that a life can be lived again
        self.sensible = 0
        self.last_write = -(1 << 62)
        self.woken_at = 0.0
        breaker.services.append(endpoint.name)

    def allowed_at(self, now: float) -> float | None:
        """From when a request may be sent; None when that depends on one under way."""
        if not self.breaker.allows(now):
            return self.breaker.retry_at if self.breaker.retry_at > now else None
        return now + self.endpoint.pace.wait_s()

    def take(self) -> list[Delivery]:
        """Take the next request's calls out of the lanes."""
        return self.lanes.take(self.endpoint.batch_limit, Company(self.endpoint.may_batch))

    def begin(self, deliveries: list[Delivery], now: float) -> Batch:
        """Begin a request with calls that were taken."""
        self.breaker.started()
        self.endpoint.pace.took()
        batch = Batch(self.endpoint, deliveries, now)
        self.under_way[batch] = None
        return batch

    def deliveries_under_way(self) -> Iterable[Delivery]:
        """The calls that requests under way carry."""
        return (delivery for batch in self.under_way for delivery in batch.deliveries)

    def carrier(self, delivery: Delivery) -> Batch | None:
        """The request that carries `delivery`, or None."""
        if delivery.state not in CARRIED:
            return None
        return next(batch for batch in self.under_way if delivery in batch.deliveries)

    def note_health(self, batch: Batch, error: CallError | None, now: float) -> tuple[bool, list[Event]]:
        """Learn from how a request as a whole ended whether the host is there.

        Args:
            batch: the request.
            error: why it failed as a whole, or None.
            now: seconds of the scheduler's clock.

        Returns:
            Whether it failed because the host is away, and what is to be said.
        """
        if (batch.hung_up and batch.unwanted) or (isinstance(error, RateLimited) and error.unasked):
            self.breaker.hung_up()  # that we hung up, because nobody wanted it any more, tells nothing of the host
            return False, []
        said: list[Event] = [] if error is None else self._throttled(error, now)
        host = self.endpoint.host
        if isinstance(error, RateLimited):
            self.breaker.hold(now + (retry_after(error) or PAUSE_S))
        elif isinstance(error, (NetworkError, ServiceUnavailable, ProtocolError)):
            self.breaker.because = error
            if self.breaker.failed(now, batch.started_at, retry_after(error)):
                wait = max(0.0, self.breaker.retry_at - now)
                said += [WentOffline(name, error, wait, host) for name in self.breaker.services]
        else:
            self.sensible += 1
            away = self.breaker.succeeded(now)
            if away is not None:
                said += [BackOnline(name, away, host) for name in self.breaker.services]
        return error is not None and self.breaker.offline_since is not None, said

    def _throttled(self, error: CallError, now: float) -> list[Event]:
        """What is said when the service asked to be left alone, unless that was said of this while already."""
        wait = retry_after(error)
        if wait is None or wait < SHORTEST_TOLD_S or now < self.breaker.left_alone_until:
            return []
        self.breaker.left_alone_until = now + wait
        asked: float = getattr(error, "retry_after", None) or wait
        return [Throttled(name, error, wait, asked, self.endpoint.host) for name in self.breaker.services]

    @property
    def offline(self) -> bool:
        """Whether its host is known to be away."""
        return self.breaker.offline_since is not None

    def away(self, detail: str) -> Offline:
        """The error of a read that is not even tried; its cause tells a service that is down from a network that is."""
        error = Offline(f"{self.endpoint.host} cannot be reached; {detail}")
        error.__cause__ = self.breaker.because
        return error

    def count_nonsense(self, delivery: Delivery) -> None:
        """Hold a senseless answer against a durable call only if others got sense since: where everything is nonsense,
        such as behind a hotel's sign-in page, it is the network's fault and will pass."""
        if not delivery.operation.durable or self.sensible > delivery.nonsense_after:
            delivery.nonsense += 1
            delivery.nonsense_after = self.sensible


def next_in_turn(
    services: Iterable[ServiceQueue], share: int, now: float, wake: Callable[[ServiceQueue, float | None], object]
) -> ServiceQueue | None:
    """The service whose next call has the highest priority and is the oldest, of those that may be asked now.

    Args:
        services: all there are.
        share: how many requests a service may have under way.
        now: seconds of the scheduler's clock.
        wake: told of a service that may be asked later, and when.
    """
    best: tuple[tuple[int, int], ServiceQueue] | None = None
    for service in services:
        if service.under_way and len(service.under_way) >= share:
            continue
        head = service.lanes.head()
        if head is None:
            continue
        allowed_at = service.allowed_at(now)
        if allowed_at is None or allowed_at > now:
            wake(service, allowed_at)
        elif best is None or head < best[0]:
            best = head, service
    return None if best is None else best[1]
