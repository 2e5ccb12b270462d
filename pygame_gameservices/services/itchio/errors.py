"""One error class per message that itch.io is known to give.

``.message`` is what it said, ``.messages`` each thing of it by itself, in a tuple.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from pygame_gameservices.errors import (
    AuthError,
    CallError,
    Forbidden,
    NotFound,
    ProtocolError,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
)

E = TypeVar("E", bound=CallError)


class InvalidKey(AuthError):
    """The key or token is not known: mistyped, revoked, or a token that has ended."""


class KeyExpired(InvalidKey):
    """The token that the itch app gave the game has ended. It cannot be renewed; start the game from the app again."""


class AuthenticationRequired(AuthError):
    """The call came without a key."""


class NoKey(AuthError):
    """The call needs a key and this client has none. Said by this package, without asking the service."""


class MalformedToken(AuthError):
    """The token is no token of itch.io's."""


class ScopeMissing(Forbidden):
    """The key does not give access to this.

    Attributes:
        scope: what it would need, such as ``game:view:purchases``.
    """

    scope = ""


class InvalidGame(NotFound):
    """No such game, or it is private, or not yours."""


class InvalidChannel(NotFound):
    """The game has no such channel."""


class InvalidDownloadKey(NotFound):
    """The download key is wrong, was revoked, or opens another game."""


class NoDownloadKey(NotFound):
    """That person neither bought nor claimed the game."""


class NotBought(Forbidden):
    """The game must be bought first."""


class BadParameter(ServiceError):
    """A parameter is missing or is not what the service wants."""


class ServerError(ServiceUnavailable):
    """Something went wrong inside itch.io."""


class WrongEndpoint(ProtocolError):
    """The address is not known at this host: another dialect, or a relay that does not pass this call on."""


_CANNOT_PERMIT = re.compile(r"does not permit [`'\"]?([\w:]+)", re.IGNORECASE)

_BY_MESSAGE: tuple[tuple[str, type[ServiceError]], ...] = (
    ("invalid download key", InvalidDownloadKey),
    ("no download key found", NoDownloadKey),
    ("invalid download_key_id", NotBought),
    ("you must buy this game", NotBought),
    ("does not permit", ScopeMissing),
    ("authentication required", AuthenticationRequired),
    ("invalid key", InvalidKey),
    ("invalid base64", MalformedToken),
    ("header not hs256", MalformedToken),
    ("game_id must be an integer", InvalidGame),
    ("cannot edit that game", InvalidGame),
    ("invalid game", InvalidGame),
    ("invalid channel", InvalidChannel),
    ("server error", ServerError),
    ("missing", BadParameter),
    ("must be", BadParameter),
)

_NOT_OF_THIS_API = ("invalid api endpoint", "invalid api version")

_NEGATIVE_ANSWERS = ("invalid download key", "no download key found")


def is_negative_answer(error: CallError) -> bool:
    """Whether `Itchio.owns` takes it for a no. Everything else is a failure, even the same words with more around."""
    messages = messages_of(error)
    return len(messages) == 1 and messages[0].strip().casefold() in _NEGATIVE_ANSWERS and isinstance(error, NotFound)


def owns_nothing(error: CallError) -> bool:
    """Whether it is what ``profile/owned-keys`` says of somebody who owns nothing: as if there were no such address."""
    messages = messages_of(error)
    return len(messages) == 1 and isinstance(error, WrongEndpoint) and error.status == 404 and "endpoint" in messages[0]


def messages_of(error: CallError) -> tuple[str, ...]:
    """What itch.io said, each message by itself; empty for an error that is no answer of its."""
    messages: tuple[str, ...] = getattr(error, "messages", ())
    return messages


def with_messages(error: E, messages: tuple[str, ...]) -> E:
    """Keep in `error`, of whatever class, each message by itself."""
    told: Any = error
    told.messages = messages
    return error


def error_for(messages: tuple[str, ...], status: int) -> CallError:
    """Return the error for what itch.io said: there are no codes, so the text decides, whatever its case."""
    return with_messages(_error_for(messages, status), messages)


def _error_for(messages: tuple[str, ...], status: int) -> CallError:
    said = "; ".join(messages) or "it said no and gave no reason"
    for message in messages:
        lower = message.lower()
        if any(part in lower for part in _NOT_OF_THIS_API):
            return WrongEndpoint("an address that this host knows (is the dialect right?)", message, status=status)
    for message in messages:
        for part, kind in _BY_MESSAGE:
            if part in message.lower() and not (status >= 500 and part in _NEGATIVE_ANSWERS):
                return _scoped(kind(said, status=status), message)
    return _by_status(status)(said, status=status)


def _scoped(error: ServiceError, message: str) -> ServiceError:
    if isinstance(error, ScopeMissing):
        found = _CANNOT_PERMIT.search(message)
        error.scope = found.group(1) if found else ""
    return error


def _by_status(status: int) -> Callable[..., ServiceError]:
    """A reason that is not known, with a status that is."""
    if status >= 500:
        return ServiceUnavailable
    kinds: dict[int, Callable[..., ServiceError]] = {401: AuthError, 403: Forbidden, 404: NotFound, 429: RateLimited}
    return kinds.get(status, ServiceError)
