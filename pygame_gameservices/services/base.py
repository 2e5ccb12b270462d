"""What every service has in common: its place in a manager, checks of arguments, and HTTP statuses put into words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.calls.pacing import Pace, TokenBucket
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.http.addresses import is_loopback
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import (
    CallError,
    Forbidden,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    UsageError,
    WrongCall,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.manager import ServiceManager

T = TypeVar("T")

REQUESTS_PER_S = 50.0
"""How many requests a second a service is sent in the long run, unless it says otherwise."""
BURST = 100
"""How many it is sent at once after a quiet time."""
LONGEST_WAIT_S = 86_400.0
"""Seconds that a service may ask us to wait: a day. A server that says more means it no more than infinity."""
LONGEST_IDENTIFIER = 19
"""Digits of a number by which a service knows something."""
_HALF_A_PAIR = "holds half a surrogate pair; pass text that can be encoded as UTF-8"
MOST_BITS = 63
"""How large a whole number may be, its sign aside."""


class Service:
    """Base of the services. A subclass says how operations become a request and an answer becomes values.

    Args:
        name: as it appears in events and errors, a text; must differ between the services of one manager.
        base_url: where the service is; https, or http to this machine.
        allow_http: accept a `base_url` that is neither; the player's token then travels in the clear.

    Raises:
        UsageError: `base_url` is not acceptable, or `name` is no text.
    """

    batch_limit = 1

    def __init__(self, name: str, base_url: str, *, allow_http: bool = False) -> None:
        self.name = text("name", name)
        self.pace: Pace = TokenBucket(REQUESTS_PER_S, BURST)
        self.base_url = checked_url(base_url, allow_http=allow_http)
        self.host = urlsplit(self.base_url).netloc
        self._manager: ServiceManager | None = None
        self._said: list[Event] = []

    def attach(self, manager: ServiceManager) -> None:
        """Hand calls to `manager` from now on. By `ServiceManager.add`."""
        if self._manager is not None:
            raise UsageError(f"this {self.name} belongs to a manager already; make another one")
        self._manager = manager

    @cached_property  # asked for by each call
    def manager(self) -> ServiceManager:
        """The manager this service was added to.

        Raises:
            UsageError: it was not added to one.
        """
        if self._manager is None:
            raise UsageError(f"add this {self.name} to a ServiceManager first: services.add(...)")
        return self._manager

    def may_batch(self, operation: Operation) -> bool:
        """Whether `operation` may share a request with others. Scheduler thread."""
        return self.batch_limit > 1

    def commute(self, older: Operation, newer: Operation) -> bool:
        """Whether two writes of one lane come to the same in either order. Scheduler thread."""
        return False

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request that carries out `operations`, in order. Worker thread."""
        raise NotImplementedError

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode the answer: one `Answer` per operation, in order. Worker thread.

        Raises:
            CallError: the answer as a whole says no, or makes no sense.
        """
        raise NotImplementedError

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """The reads that tell whether an additive `operation` was applied; none where that cannot be told.

        Scheduler thread.
        """
        return ()

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """Judge by the values of the `lookup` reads whether `operation` was applied. Scheduler thread."""
        raise NotImplementedError

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """Return what happened since the last time, such as a trophy unlocked. Frame thread."""
        said, self._said = self._said, []
        return said

    def closing(self) -> None:
        """Make the last calls before the manager closes. Frame thread."""

    def _say(self, event: Event) -> None:
        """Let the game hear of `event`, right after the outcome of the call whose callback says it. Frame thread."""
        self._said.append(event)


def checked_url(url: str, *, allow_http: bool) -> str:
    """Return `url` without a trailing slash.

    Raises:
        UsageError: it is no absolute address in plain ASCII, holds credentials, a query or a fragment, or is http to
            another machine without `allow_http`. The text shows no credentials.
    """
    url = text("base_url", url)
    if "@" in url:
        raise UsageError("base_url must not hold credentials, a query or a fragment; pass the bare address")
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise UsageError(
            f"base_url is {url!r}; pass it without blanks, line ends, quotes and letters beyond ASCII, and encode"
            " those of its path (%20 is a blank) and of its host (xn--...)"
        )
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is no number
        usable = False
    if not usable:
        raise UsageError(f"base_url is {url!r}; pass an address such as 'https://api.example.com'")
    if "?" in url or "#" in url:
        raise UsageError("base_url must not hold credentials, a query or a fragment; pass the bare address")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname or ""):
        raise UsageError(f"base_url is {url!r}; use https, or pass allow_http=True to send everything in the clear")
    return url.rstrip("/")


def status_error(response: Response) -> CallError | None:
    """Put an HTTP status into words, for answers whose body says nothing. None when the status is a success."""
    status = response.status
    if status < 400:
        return None
    if status == 429:
        return RateLimited("too many requests", retry_after=asked_wait(response), status=status)
    if status >= 500:
        return ServiceUnavailable(
            f"the service is not available (HTTP {status})", retry_after=asked_wait(response), status=status
        )
    if status in (401, 403):
        return Forbidden(f"access was refused (HTTP {status})", status=status)
    expected = "an answer of the service (is base_url right?)" if status == 404 else "a success or a reason"
    return ProtocolError(expected, excerpt(response), status=status)


def asked_wait(response: Response) -> float | None:
    """Seconds from a Retry-After header, at most a day; None where there is none.

    A date is ignored: it would need this machine's clock to be right.
    """
    said = response.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT_S) if said.isdecimal() else None


def excerpt(response: Response) -> str:
    """The start of an answer's body as readable text, its secrets removed."""
    return Redactor(response.secrets).whole(response.body[:2000].decode("utf-8", "replace"))


def text(name: str, value: object, *, empty: bool = False) -> str:
    """Return `value` if it is a string.

    Raises:
        UsageError: it is not a string, or it is empty and `empty` is False. The text does not repeat bytes: they may be
            a key that was read from a file.
    """
    if not isinstance(value, str):
        shown = "" if isinstance(value, (bytes, bytearray, memoryview)) else f" {value!r}"
        raise UsageError(f"{name} is {type(value).__name__}{shown}; pass a string", fields=(name,))
    if not value and not empty:
        raise UsageError(f"{name} is empty; pass some text", fields=(name,))
    if not (value.isascii() or _encodable(value)):
        raise UsageError(f"{name} {_HALF_A_PAIR}", fields=(name,))
    return value


def secret(name: str, value: str | Secret, *, empty: bool = False) -> Secret:
    """Return `value` wrapped, without the blanks or the line's end that were pasted along.

    Raises:
        UsageError: it is not a string, or nothing is left of it and `empty` is False. Neither the text nor a traceback
            that shows local values holds any of it.
    """
    value = concealed(value)
    if not isinstance(value.reveal(), str):
        raise UsageError(f"{name} is {type(value.reveal()).__name__}; pass a string", fields=(name,))
    value = Secret(value.reveal().strip())
    if not value and not empty:
        raise UsageError(f"{name} is empty; pass some text", fields=(name,))
    if not _encodable(value.reveal()):
        raise UsageError(f"{name} {_HALF_A_PAIR}", fields=(name,))
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def integer(name: str, value: object, *, least: int | None = None, most: int | None = None) -> str:
    """Return `value` in digits if it is a whole number within bounds.

    Raises:
        UsageError: it is not an int (a bool does not count), out of bounds, or larger than any database holds.
    """
    if type(value) is not int and (isinstance(value, bool) or not isinstance(value, int)):
        raise UsageError(f"{name} is {type(value).__name__} {value!r}; pass a whole number", fields=(name,))
    if value.bit_length() > MOST_BITS:
        problem = f"{name} has {value.bit_length()} bits; pass a whole number of at most {MOST_BITS}"
        raise UsageError(problem, fields=(name,))
    if (least is not None and value < least) or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise UsageError(f"{name} is {value}; pass a whole number {bounds}", fields=(name,))
    return str(value)


def listed(name: str, value: Iterable[T], of: str) -> list[T]:
    """Return what is in `value`.

    Raises:
        UsageError: it is nothing to go through, such as a single one instead of a list of one; `of` says of what.
    """
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise UsageError(f"{name} is {type(value).__name__} {value!r}; pass a list of {of}", fields=(name,))
    return list(value)


def identifier(name: str, value: object) -> str:
    """Return a service's number for something in digits: a whole number, or a text of digits as services write them.

    Raises:
        UsageError: it is neither, or less than 1.
    """
    if not isinstance(value, str):
        return integer(name, value, least=1)
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_IDENTIFIER):
        raise UsageError(f"{name} is {value!r}; pass a whole number such as 1 or '1'", fields=(name,))
    return integer(name, int(digits), least=1)


def identifiers(name: str, value: int | str | Iterable[int | str]) -> str:
    """Return one such number, or several separated by commas: of a list, or of a text such as ``"13,89,35"``.

    Raises:
        UsageError: there is none, or one of them is no such number.
    """
    if isinstance(value, str):
        value = value.split(",") if value.strip() else ()
    numbers = list(value) if isinstance(value, Iterable) else [value]
    if not numbers:
        raise UsageError(f"{name} is empty; pass at least one number", fields=(name,))
    return ",".join(identifier(name, number) for number in numbers)


C = TypeVar("C", bound=type)


def says_how_to_call(*names: str) -> Callable[[C], C]:
    """Have methods of a class answer a wrong number of arguments with the right call, in place of Python's TypeError.

    Args:
        names: of the methods; all public ones when there are none.
    """

    def decorate(cls: C) -> C:
        held = vars(cls).items()
        methods = names or [name for name, it in held if isinstance(it, FunctionType) and not name.startswith("_")]
        part = "" if issubclass(cls, Service) else f"{re.sub('(?<=[a-z])(?=[A-Z])', '_', cls.__name__).lower()}."
        for name in methods:
            setattr(cls, name, _explained(vars(cls)[name], part + name))
        return cls

    return decorate


def _explained(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(method)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except TypeError as error:
            if error.__traceback__ is None or error.__traceback__.tb_next is not None:
                raise  # from within the method
            raise _wrong_call(method, name, arguments, named) from None
        finally:
            del arguments, named  # there may be a token among them, and tracebacks show local values

    return call


def _wrong_call(
    method: Callable[..., Any], name: str, arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> WrongCall:
    from inspect import Parameter, Signature, signature  # slow to load, and not needed before somebody is wrong

    expected = signature(method)
    parameters = [one.replace(annotation=Parameter.empty) for one in expected.parameters.values()][1:]
    right = f"{name}{Signature(parameters)}"
    missing = [
        one.name
        for one in parameters[max(0, len(arguments) - 1) :]
        if one.default is Parameter.empty and one.name not in named and one.kind is not Parameter.VAR_KEYWORD
    ]
    try:
        expected.bind(*arguments, **named)
        problem = "it cannot be called like this"
    except TypeError as error:
        problem = str(error)
    return WrongCall(f"{name}: {problem}; pass {right}", fields=missing)
