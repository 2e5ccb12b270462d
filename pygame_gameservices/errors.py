"""The errors of the package, one tree.

::

    GameServicesError
    ├── UsageError(ValueError)        wrong arguments, raised on the caller's line
    │   ├── WrongCall(TypeError)      too few or too many arguments
    │   └── ConfigurationError        a configuration file says something that cannot be used
    ├── QueueFull(RuntimeError)       too many calls are waiting; nothing was queued
    ├── Closed(RuntimeError)          used after close
    └── CallError                     arrives in events, or is raised by ``call.result()``
        ├── Cancelled                 the game took the call back before it was sent
        ├── Postponed                 it is on disk and goes out by itself later
        ├── NetworkError              nothing got through
        │   ├── Offline               no connection to the service
        │   ├── Timeout               the service did not answer in time
        │   └── TLSError              the service could not prove who it is
        ├── ProtocolError             the answer makes no sense
        │   └── ResponseTooLarge      the answer is larger than the operation allows
        ├── ServiceError              the service said no
        │   ├── AuthError  NotFound  Forbidden  RateLimited  QuotaExceeded
        │   └── ServiceUnavailable
        └── OutcomeUnknown            may or may not have been applied

What to write around a call whose outcome matters at once::

    try:
        scores = gj.scores.fetch().result(timeout=5)
    except NetworkError:
        ...     # offline: try later
    except CallError as error:
        print(error)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol, Self

EXCERPT_LIMIT = 200
"""Characters of a senseless answer that a `ProtocolError` shows."""


class OperationLike(Protocol):
    """What an error knows of an `Operation`; errors are the ground floor, so they cannot name the class itself."""

    @property
    def service(self) -> str:
        """Name of the service."""

    @property
    def name(self) -> str:
        """The call in the API's own words."""


class GameServicesError(Exception):
    """Base of everything this package raises on purpose. Can be copied and pickled; no secret goes along."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy what it says, and whatever of ours it was raised from, without making it anew from arguments."""
        said = dict(self.__dict__)
        if isinstance(self.__cause__, GameServicesError):
            said["__cause__"] = self.__cause__
        return _bare, (type(self), self.args), said


def _bare(kind: type[GameServicesError], args: tuple[object, ...]) -> GameServicesError:
    return kind.__new__(kind, *args)


class UsageError(GameServicesError, ValueError):
    """The arguments are wrong. Raised at once, on the line of the caller; the text says what to pass instead.

    Attributes:
        fields: the names of the arguments that are missing, wrong or exclude each other; may be empty.
    """

    def __init__(self, message: str = "", *, fields: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.fields = tuple(fields)


class WrongCall(UsageError, TypeError):
    """Too few or too many arguments, or a name that there is not. The text shows the right call."""


class ConfigurationError(UsageError):
    """A configuration file cannot be used. The text names the file, the key and what to write there."""


class QueueFull(GameServicesError, RuntimeError):
    """So many calls are waiting already that this one was refused. Nothing was queued and nothing was dropped."""


class Closed(GameServicesError, RuntimeError):
    """The service manager was closed before; it takes no more calls."""


class CallError(GameServicesError):
    """A call that was accepted did not succeed.

    Attributes:
        operation: the operation that failed, or None when the error is not tied to one.
        service: the name of the service, such as ``"gamejolt"``; empty when unknown.
        advice: what a developer can do about it, or empty.
    """

    advice: str = ""

    def __init__(self, message: str = "", *, service: str = "", operation: OperationLike | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.service = service
        self.operation = operation

    def about(self, operation: OperationLike) -> CallError:
        """Tie this error to `operation`, unless it is tied to one already, and return it."""
        if self.operation is None:
            self.operation = operation
            self.service = operation.service
        return self

    def alike(self) -> Self:
        """Return the same error once more, tied to no operation: for each of several that one request carried."""
        twin = type(self).__new__(type(self), *self.args)
        twin.__dict__.update(self.__dict__)
        twin.operation, twin.__cause__ = None, self.__cause__
        return twin

    def __str__(self) -> str:
        """The message, led by the operation it belongs to."""
        if self.operation is None:
            return self.message
        return f"{self.operation.service} {self.operation.name}: {self.message}"


class Cancelled(CallError):
    """The call was cancelled, or the manager closed, before the call was sent: it was not applied."""


class Postponed(CallError):
    """It could not be delivered now: the manager closed, or, for a cloud save, there is no network or its player is not
    signed in. It is on disk and goes out by itself: when the game runs again, or as soon as it can."""


class NetworkError(CallError):
    """Nothing got through to the service, or nothing came back.

    Attributes:
        sent: False when it is certain that the service never saw the request, True when it may have.
    """

    def __init__(
        self, message: str = "", *, sent: bool = False, service: str = "", operation: OperationLike | None = None
    ) -> None:
        super().__init__(message, service=service, operation=operation)
        self.sent = sent


class Offline(NetworkError):
    """No connection to the service could be made, or it broke off."""


class Timeout(NetworkError):
    """The service did not answer before the deadline of the call."""


class TLSError(NetworkError):
    """The service's certificate was not accepted, so nothing was sent. Check the clock and the network."""


class ProtocolError(CallError):
    """The service answered something that its own documentation does not allow.

    Attributes:
        expected: what would have made sense.
        excerpt: the start of what came instead, at most `EXCERPT_LIMIT` characters, with secrets removed.
        status: the HTTP status of the answer, or None.
    """

    def __init__(
        self,
        expected: str,
        excerpt: str = "",
        *,
        status: int | None = None,
        service: str = "",
        operation: OperationLike | None = None,
    ) -> None:
        self.expected = expected
        self.excerpt = excerpt[:EXCERPT_LIMIT]
        self.status = status
        came = f", got {self.excerpt!r}" if self.excerpt else ""
        code = f" (HTTP {status})" if status is not None else ""
        super().__init__(f"expected {expected}{came}{code}", service=service, operation=operation)


class ResponseTooLarge(ProtocolError):
    """The answer is larger than this operation allows; reading it was stopped."""


class ServiceError(CallError):
    """The service understood the request and said no. It was not applied (`ServiceUnavailable`: perhaps). `message` is
    what it said.

    Attributes:
        status: the HTTP status of the answer, or None.
        waits_for_player: whether a durable call that met it waits until its player signs in again.
    """

    waits_for_player: ClassVar[bool] = False

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        service: str = "",
        operation: OperationLike | None = None,
    ) -> None:
        super().__init__(message, service=service, operation=operation)
        self.status = status


class AuthError(ServiceError):
    """The credentials are wrong, missing, or not valid any more."""


class NotFound(ServiceError):
    """What was asked for does not exist."""


class Forbidden(ServiceError):
    """The credentials are right but do not allow this."""


class QuotaExceeded(ServiceError):
    """The allowance for now is used up."""


class _ComeBackLater(ServiceError):
    """The service will not do it now. See the subclasses.

    Attributes:
        retry_after: seconds that the service asked to wait, or None when it did not say.
        unasked: whether this package says so by itself, without asking the service; then it is not tried again either.
    """

    unasked = False

    def __init__(
        self,
        message: str = "",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        service: str = "",
        operation: OperationLike | None = None,
    ) -> None:
        super().__init__(message, status=status, service=service, operation=operation)
        self.retry_after = retry_after


class RateLimited(_ComeBackLater):
    """Too many requests in a short time. `retry_after` says how many seconds to wait, or is None."""


class ServiceUnavailable(_ComeBackLater):
    """The service is down or overloaded (HTTP 5xx). `retry_after` says how many seconds to wait, or is None."""


class OutcomeUnknown(CallError):
    """The request may or may not have been applied, and the service cannot be asked. `__cause__` says what broke."""
