"""One request under way, and which calls may share one."""

from __future__ import annotations

from collections.abc import Sequence

from pygame_gameservices.core.calls.endpoint import Endpoint
from pygame_gameservices.core.calls.operation import Kind, Operation, timeout_s
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.timers import Timer

BULKY_BYTES = 8 << 20
"""A read that may be answered with more than this is bulky."""


class Batch:
    """The calls of one request, in order.

    Attributes:
        endpoint: the service that it goes to.
        deliveries: the calls that it carries.
        operations: what they ask for, as they stood when it was made up.
        started_at: when it was sent, in seconds of the scheduler's clock.
        over: whether it has ended.
        hung_up: whether we broke it off.
        cut: what breaks it off when its time is over.
    """

    __slots__ = ("cut", "deliveries", "endpoint", "hung_up", "operations", "over", "started_at")

    def __init__(self, endpoint: Endpoint, deliveries: list[Delivery], started_at: float) -> None:
        self.endpoint = endpoint
        self.deliveries = deliveries
        self.operations = [delivery.operation for delivery in deliveries]
        self.started_at = started_at
        self.over = False
        self.hung_up = False
        self.cut: Timer | None = None

    @property
    def timeout_s(self) -> float:
        """Seconds that it may take."""
        return timeout_s(self.operations)

    @property
    def unwanted(self) -> bool:
        """Whether nobody waits for any of it any more."""
        return all(delivery.ended for delivery in self.deliveries)


def bulky(operation: Operation) -> bool:
    """Whether `operation` is a read whose answer may be too large for the request that it shares, or too slow.

    It is then asked again alone. What counts twice when sent twice must not be caught up in that, so the two never
    share a request.
    """
    return operation.kind is Kind.SAFE and operation.max_bytes > BULKY_BYTES


class Company:
    """The calls of one request while they gather.

    Args:
        endpoint: the service that it goes to.

    Attributes:
        complete: whether nobody else may join.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.complete = False
        self._endpoint = endpoint
        self._empty = True
        self._last_write: dict[str, Operation] = {}
        self._additive = False
        self._bulky = False

    def admits(self, delivery: Delivery) -> bool:
        """Whether a call may join those admitted before it; it then counts as admitted."""
        operation = delivery.operation
        alone = delivery.alone or not self._endpoint.may_batch(operation)
        additive, large = operation.kind is Kind.ADDITIVE, bulky(operation)
        if not self._empty and (alone or (additive and self._bulky) or (large and self._additive)):
            return False
        if not self._keeps_order(operation):
            return False
        if operation.lane and operation.kind is not Kind.SAFE:
            self._last_write[operation.lane] = operation
        self.complete = alone
        self._empty = False
        self._additive |= additive
        self._bulky |= large
        return True

    def _keeps_order(self, operation: Operation) -> bool:
        """Whether a call may join should the service carry out only some of them: what it did not is sent again, and
        must not undo what was made after it."""
        before = self._last_write.get(operation.lane) if operation.kind is not Kind.SAFE else None
        if before is None or (before.latest_wins and operation.latest_wins):  # of these the newest counts alone
            return True
        mingle = bool(operation.mingles) and before.mingles == operation.mingles
        return mingle or self._endpoint.commute(before, operation)


def additive(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Those of `deliveries` that count twice when they are sent twice."""
    return [delivery for delivery in deliveries if delivery.operation.kind is Kind.ADDITIVE]
