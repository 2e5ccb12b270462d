"""Whether to send again, and when."""

from __future__ import annotations

import enum
from collections.abc import Callable

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.errors import (
    CallError,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
)

Uniform = Callable[[float, float], float]
"""Gives a number between two: the source of jitter."""
BASE_S = 0.5
CAP_S = 60.0
LONGEST_RETRY_AFTER_S = 300.0
"""How long a service that asks to be left alone is believed. A server's mistake must not outlast a game."""
MOST_NONSENSE = 20
"""Senseless answers after which a durable call is set aside as unknown."""


class Verdict(enum.Enum):
    """What to do about a failed attempt."""

    RETRY = "retry"
    GIVE_UP = "give up"


def backoff(failures: int, *, uniform: Uniform) -> float:
    """Seconds to wait after so many failures in a row: exponential with full jitter, and never quite nothing.

    Full jitter spreads the players of one game, who all lost the same server at the same moment.
    """
    ceiling = min(CAP_S, BASE_S * 2.0 ** min(failures, 30))
    return max(0.05, uniform(0.0, ceiling))


def retry_after(error: CallError) -> float | None:
    """Seconds that the service asked to wait, bounded; None when it did not say."""
    asked = getattr(error, "retry_after", None)
    return None if asked is None else min(max(0.0, float(asked)), LONGEST_RETRY_AFTER_S)


def perhaps_applied(error: CallError) -> bool:
    """Whether the service may have carried out an attempt that ended like this."""
    if isinstance(error, NetworkError):
        return error.sent
    return isinstance(error, (ProtocolError, ServiceUnavailable))


def verdict(operation: Operation, error: CallError, attempts: int, nonsense: int) -> Verdict:
    """Decide about an attempt that failed with `error`.

    Args:
        attempts: how often the operation was sent.
        nonsense: how many of the answers made no sense.
    """
    if isinstance(error, ProtocolError):  # an answer that makes no sense rarely makes more sense the next time
        again = operation.kind is Kind.IDEMPOTENT and (operation.durable or nonsense < operation.attempts)
        return Verdict.RETRY if again else Verdict.GIVE_UP
    if not operation.durable and attempts >= operation.attempts:
        return Verdict.GIVE_UP
    if isinstance(error, RateLimited):
        return Verdict.GIVE_UP if operation.kind is Kind.DANGEROUS or error.unasked else Verdict.RETRY
    if not isinstance(error, (NetworkError, ServiceUnavailable)):
        return Verdict.GIVE_UP
    if operation.kind in (Kind.SAFE, Kind.IDEMPOTENT):
        return Verdict.RETRY
    return Verdict.GIVE_UP if perhaps_applied(error) else Verdict.RETRY


def final_error(operation: Operation, error: CallError, perhaps: bool) -> CallError:
    """What a call ends with once retrying is given up: `error`, or unknown where it may have been applied.

    Args:
        perhaps: whether any attempt so far may have been applied.
    """
    if not perhaps or operation.kind is Kind.SAFE:
        return error.about(operation)
    unknown = OutcomeUnknown(
        f"it may or may not have been applied ({error.message}); look it up before doing it again",
        operation=operation,
        service=operation.service,
    )
    unknown.__cause__ = error.about(operation)
    return unknown
