"""One service in the scheduler's eyes: what waits, whether its host answers, and how fast it may be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pygame_gameservices.core.calls.endpoint import Endpoint
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.scheduling.batch import Batch, Company
from pygame_gameservices.core.scheduling.delivery import CARRIED, Delivery
from pygame_gameservices.core.scheduling.host import Host
from pygame_gameservices.core.scheduling.lanes import Lanes
from pygame_gameservices.errors import (
    CallError,
    NetworkError,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
)

GATHER_S = 0.01
"""Seconds after a request has begun in which those that share requests are gathered for the next one."""


class ServiceQueue:
    """See above.

    Attributes:
        endpoint: the service.
        host: where it is; other services may share it.
        lanes: the calls that wait.
        under_way: the requests under way.
        sensible: how many requests were answered sensibly.
        last_write: the sequence of the newest write.
        woken_at: the moment for which a wake-up is set.
    """

    def __init__(self, endpoint: Endpoint, host: Host) -> None:
        self.endpoint = endpoint
        self.host = host
        self.lanes = Lanes()
        self.under_way: dict[Batch, None] = {}  # in the order of their beginning, so that a life can be lived again
        self.sensible = 0
        self.last_write = -(1 << 62)
        self.woken_at = 0.0

    def allowed_at(self, now: float) -> float | None:
        """From when a request may be sent; None when that depends on one under way."""
        breaker = self.host.breaker
        if not breaker.allows(now):
            return breaker.retry_at if breaker.retry_at > now else None
        return max(now + self.endpoint.pace.wait_s(), self._gathered_at())

    def _gathered_at(self) -> float:
        """Until when calls wait for others to share a request with. The first of all goes at once; what a game says
        in the same frame, and what the disk takes meanwhile, would else go in as many small requests as there are
        workers, and all the rest wait for those."""
        newest = next(reversed(self.under_way), None)
        limit = self.endpoint.batch_limit
        if newest is None or limit == 1 or self.lanes.plenty(limit):
            return 0.0
        return newest.started_at + GATHER_S

    def take(self) -> list[Delivery]:
        """Take the next request's calls out of the lanes."""
        return self.lanes.take(self.endpoint.batch_limit, Company(self.endpoint))

    def begin(self, deliveries: list[Delivery], now: float) -> Batch:
        """Begin a request with calls that were taken."""
        self.host.breaker.started()
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
            self.host.breaker.hung_up()  # that we hung up, because nobody wanted it any more, tells nothing of the host
            return False, []
        said = self._tell_host(batch, error, now)
        return error is not None and self.host.offline, said

    def _tell_host(self, batch: Batch, error: CallError | None, now: float) -> list[Event]:
        if isinstance(error, (NetworkError, ServiceUnavailable, ProtocolError, RateLimited)):
            return self.host.failed(error, batch.started_at, now)
        self.sensible += 1
        return self.host.answered(now)

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
