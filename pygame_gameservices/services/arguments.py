"""Checks of arguments: a wrong one is refused where it was passed, with a word on what to pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from pygame_gameservices.core.http.addresses import is_loopback
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import UsageError

T = TypeVar("T")

LONGEST_IDENTIFIER = 19
"""Digits of a number by which a service knows something."""
MOST_BITS = 63
"""How large a whole number may be, its sign aside."""
_HALF_A_PAIR = "holds half a surrogate pair; pass text that can be encoded as UTF-8"


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
