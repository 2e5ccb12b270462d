"""Which calls may share a request, and how long such a request may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.operation import Kind, Operation

BULKY_BYTES = 8 << 20
"""A read that may be answered with more than this is bulky."""
SHARED_TIMEOUT_S = 20.0
"""Seconds that a request of many may take, however patient one of them would be on its own."""


def bulky(operation: Operation) -> bool:
    """Whether `operation` is a read whose answer may be too large for the request that it shares, or too slow.

    It is then asked again alone. What counts twice when sent twice must not be caught up in that, so the two never
    share a request.
    """
    return operation.kind is Kind.SAFE and operation.max_bytes > BULKY_BYTES


def timeout_s(operations: Sequence[Operation]) -> float:
    """Seconds that one request for `operations` may take."""
    longest = max(operation.timeout_s for operation in operations)
    return longest if len(operations) == 1 else min(longest, SHARED_TIMEOUT_S)


class Party:
    """The calls of one request while they gather.

    Args:
        may_batch: whether an operation may share a request at all.

    Attributes:
        complete: whether nobody else may join.
    """

    def __init__(self, may_batch: Callable[[Operation], bool]) -> None:
        self.complete = False
        self._may_batch = may_batch
        self._empty = True
        self._additive = False
        self._bulky = False

    def admits(self, call: AnyCall) -> bool:
        """Whether `call` may join those admitted before it; it then counts as admitted."""
        operation = call.operation
        alone = call.alone or not self._may_batch(operation)
        additive, large = operation.kind is Kind.ADDITIVE, bulky(operation)
        if not self._empty and (alone or (additive and self._bulky) or (large and self._additive)):
            return False
        self.complete = alone
        self._empty = False
        self._additive |= additive
        self._bulky |= large
        return True
