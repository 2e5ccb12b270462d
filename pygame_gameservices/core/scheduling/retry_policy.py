"""Whether to send again, and when."""

from __future__ import annotations

import enum
from collections.abc import Callable

import msgspec

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.errors import (
    CallError,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServiceError,
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
    """Send it again later."""
    LOOK_UP = "look up"
    """It may have been applied: ask the service before it is sent again."""
    AWAIT_PLAYER = "await player"
    """Keep it until its player has signed in anew."""
    GIVE_UP = "give up"


class Failure(msgspec.Struct, frozen=True):
    """An attempt that failed, and all that counts when it is judged.

    Attributes:
        error: how it failed.
        attempts: how often the operation was sent, this time included.
        nonsense: how many of the answers made no sense.
        host_away: whether nothing reaches the host.
        too_late: whether its time is over.
        can_be_looked_up: whether it counts twice when it is sent twice, and the service can be asked if it was applied.
    """

    error: CallError
    attempts: int
    nonsense: int
    host_away: bool
    too_late: bool
    can_be_looked_up: bool


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


def verdict(operation: Operation, failure: Failure) -> Verdict:
    """Judge a failed attempt.

    The rules of what is sent again are here and in `_sent_again`; when it is sent, the longer of `backoff` and
    `retry_after` says, which takes any error's attribute of that name (`Scheduler._retry_later`). A rule sees what the
    error carries: what an answer's headers say becomes an attribute of the error in `status_error` of the services, or
    in a service's own errors. A new class of errors is to be thought of in two places more: `ServiceQueue.note_health`
    (whether it speaks against the host) and `reconciler.may_ask_again`. `LOOK_UP` may end in sending again as well
    (`reconciler`). Two exceptions are the scheduler's own: what shared a request with others that was spoiled as a
    whole is sent once more alone, and what a newer value in the same request has overtaken is not sent again.
    """
    error = failure.error
    over = not operation.durable and failure.too_late
    if failure.nonsense < MOST_NONSENSE and not over and not (failure.host_away and operation.kind is Kind.SAFE):
        if _sent_again(operation, failure):
            return Verdict.RETRY
        if failure.can_be_looked_up and perhaps_applied(error):
            return Verdict.LOOK_UP
    return Verdict.AWAIT_PLAYER if waits_for_player(operation, error) else Verdict.GIVE_UP


def _sent_again(operation: Operation, failure: Failure) -> bool:
    error = failure.error
    if isinstance(error, ProtocolError):  # an answer that makes no sense rarely makes more sense the next time
        return operation.kind is Kind.IDEMPOTENT and (operation.durable or failure.nonsense < operation.attempts)
    if not operation.durable and failure.attempts >= operation.attempts:
        return False
    if isinstance(error, RateLimited):
        return operation.kind is not Kind.DANGEROUS and not error.unasked
    if not isinstance(error, (NetworkError, ServiceUnavailable)):
        return False
    return operation.kind in (Kind.SAFE, Kind.IDEMPOTENT) or not perhaps_applied(error)


def waits_for_player(operation: Operation, error: CallError) -> bool:
    """Whether a call that ended so is kept until its player signs in anew: its token was refused."""
    return operation.durable and isinstance(error, ServiceError) and error.waits_for_player


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
