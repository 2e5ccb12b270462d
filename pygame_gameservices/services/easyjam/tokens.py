"""User tokens: what one may look like, how to make one, and how to compare two. For sites and for readers."""

from __future__ import annotations

import hmac
import re
import secrets

from pygame_gameservices.errors import UsageError

LONGEST_TOKEN = 190
"""Characters. One more would not fit a database index of the day the specification was written."""

RESERVED = frozenset({"Info", "Error"})
"""Names that mean something else where tokens stand."""

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{1,190}")
_UNIQUE = re.compile(r"[A-Za-z0-9.-]+")


def is_token(text: object) -> bool:
    """Whether `text` may be a token: 1 to 190 letters, digits, ``_``, ``-`` and ``.``, and no reserved name."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None and text not in RESERVED


def checked_token(token: object) -> str:
    """Return `token` if it may be one.

    Raises:
        UsageError: it may not. The text does not repeat it, since it may be somebody's secret.
    """
    problem = token_problem(token)
    if problem:
        del token  # tracebacks show local values
        raise UsageError(problem)
    assert isinstance(token, str)
    return token


def token_problem(token: object) -> str:
    """Why `token` cannot be one, without repeating it; empty when it can."""
    if not isinstance(token, str):
        return f"a token is {type(token).__name__}; pass a string"
    if token in RESERVED:
        return f"{token!r} cannot be a token: the name means something else in EasyJam; make another"
    if not is_token(token):
        return (
            f"a token has {len(token)} characters or one that is not allowed; "
            f"pass 1 to {LONGEST_TOKEN} letters, digits, '_', '-' and '.'"
        )
    return ""


def make_token(unique: str, name: str = "") -> str:
    """Make a new token: the site's unique name, the user's name or id if given, and 128 random bits.

    Store it with the user. Making another one for the user invalidates the old one.

    Args:
        unique: the site's own word, such as ``"myjam"``; it tells readers whose token this is.
        name: the user's name or number.

    Raises:
        UsageError: a part holds a character that tokens may not, or both are too long.
    """
    if not _UNIQUE.fullmatch(unique):
        raise UsageError(f"unique is {unique!r}; pass letters, digits, '-' and '.'")
    return checked_token("_".join(part for part in (unique, name, secrets.token_hex(16)) if part))


def same_token(given: str, stored: str) -> bool:
    """Whether two tokens are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode(), stored.encode())


def unique_of(token: str) -> str:
    """The site's word at the start of a token, such as ``"myjam"``; empty when there is none."""
    head, underscore, _ = token.partition("_")
    return head if underscore else ""
