"""The way from a method to an operation, and from an operation to a request with a key and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation, Priority
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Hidden, Secret
from pygame_gameservices.errors import CallError, UsageError
from pygame_gameservices.services.arguments import secret
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.itchio.decoding import read, value
from pygame_gameservices.services.itchio.dialects import DIALECTS, Dialect, is_jwt
from pygame_gameservices.services.itchio.errors import (
    InvalidKey,
    KeyExpired,
    NoKey,
    ScopeMissing,
    is_negative_answer,
    messages_of,
    owns_nothing,
    with_messages,
)
from pygame_gameservices.services.itchio.events import CredentialsExpired
from pygame_gameservices.services.itchio.models import Credentials, ItchioUser
from pygame_gameservices.services.relay import STARTED_BY, RelayAccess

_OPEN_TO_ALL = frozenset({"latest_build"})
_WITH_THE_RELAYS_KEY = frozenset({"owns", "download_key"})
"""What a relay asks with the seller's key: it needs none here, though by user_id the player's own."""
_OWNED = frozenset({"owned_keys", "owned_keys_page"})
_GAME = "game_id"


class Gateway(Service):
    """What all calls share: the dialect, the key, the pace, and what is known about both.

    Args:
        api_key: whose calls these are; None for calls that need no key.
        dialect: ``"modern"`` or ``"legacy"``.
        base_url: where the API is; None for the dialect's own.
        name: as it appears in events and errors.
        allow_http: accept plain http to another machine.
        relay: what holds the seller's key, or None.
    """

    def __init__(
        self,
        api_key: Secret | None,
        *,
        dialect: str,
        base_url: str | None,
        name: str,
        allow_http: bool,
        relay: RelayAccess | None = None,
    ) -> None:
        if not isinstance(dialect, str) or dialect not in DIALECTS:
            raise UsageError(f"dialect is {dialect!r}; pass 'modern' or 'legacy'")
        self.dialect: Dialect = DIALECTS[dialect]
        if relay is not None and dialect != "modern":
            raise UsageError("a relay speaks the 'modern' dialect alone; leave dialect out")
        self._open_to_all = _OPEN_TO_ALL if relay is None else _OPEN_TO_ALL | _WITH_THE_RELAYS_KEY
        self._relay = relay
        if relay is not None:
            base_url = relay.base_url
        super().__init__(name, self.dialect.base_url if base_url is None else base_url, allow_http=allow_http)
        self.pace = TokenBucket(self.dialect.rate_per_s, self.dialect.burst)
        self.user: ItchioUser | None = None
        self.credentials: Credentials | None = None
        self.expires_at: datetime | None = None
        self._key = None if api_key is None else checked_key("api_key", api_key)
        self._expiry_said = False

    def call(
        self,
        name: str,
        arguments: dict[str, str] | None = None,
        *,
        game_id: int | None = None,
        priority: Priority = Priority.NORMAL,
    ) -> Call[Any]:
        """Make a call. Without a key, one that needs a key ends as `NoKey`, unsent. Frame thread; never blocks."""
        given = Hidden(arguments or {})
        del arguments  # a download key may be among them, and tracebacks show local values
        if name not in self.dialect.paths:
            raise UsageError(f"{name} is not known in the {self.dialect.name} dialect; make an Itchio with 'modern'")
        operation = Operation(
            service=self.name,
            name=name,
            kind=Kind.SAFE,
            arguments=given.reveal() if game_id is None else {_GAME: str(game_id), **given.reveal()},
            credential=None if name in _OPEN_TO_ALL else self._key,
            priority=priority,
        )
        if operation.credential is None and name not in self._open_to_all:
            return self.manager.refuse(operation, NoKey("this call needs a key; pass api_key, or call sign_in(token)"))
        return self.manager.submit(operation).then(self._note)

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build the request of a call; the key goes into a header, never into the address. Worker thread."""
        (operation,) = operations
        key = operation.credential
        path = self.dialect.path(operation.name, operation.arguments, key)
        query = urlencode({n: v for n, v in operation.arguments.items() if not self.dialect.in_path(operation.name, n)})
        return Request(
            method="GET",
            url=f"{self.base_url}{path}?{query}" if query else f"{self.base_url}{path}",
            headers={"Accept": "application/json"} | ({"Authorization": f"Bearer {key.reveal()}"} if key else {}),
            secrets=() if key is None else (key,),
            private=tuple(filter(None, [Secret(operation.arguments.get("download_key", ""))])),  # the answer holds it
            timeout_s=operation.timeout_s,
            max_bytes=operation.max_bytes,
            started_by="" if self._relay is None else STARTED_BY,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode a call's answer. Worker thread."""
        (operation,) = operations
        if self._relay is not None:
            self._relay.hear(response)
        try:
            return [Answer(value(operation.name, read(response), operation.arguments))]
        except InvalidKey as error:
            return [Answer(None, self._perhaps_expired(error, operation, response))]
        except ScopeMissing as error:
            return [Answer(None, self._explained(error))]
        except CallError as error:
            if operation.name == "owns" and is_negative_answer(error):
                return [Answer(False)]
            if operation.name in _OWNED and owns_nothing(error):
                return [Answer(())]
            return [Answer(None, error)]

    def concluded(self, call: Call[Any]) -> Iterable[Event]:
        """Say that the token has ended, once. Frame thread."""
        if isinstance(call.error, KeyExpired) and not self._expiry_said:
            self._expiry_said = True
            self._say(CredentialsExpired(self.user, self.expires_at))
        return super().concluded(call)

    def _note(self, call: Call[Any]) -> None:
        """Remember what an answer tells about the key, for as long as it is the same key. Frame thread."""
        if not call.succeeded or call.operation.credential is not self._key:
            return
        if isinstance(call.value, Credentials):
            self.credentials = call.value
            self.expires_at = call.value.expires_at or self.expires_at
        elif call.operation.name == "profile":
            self.user = call.value

    def _perhaps_expired(self, error: InvalidKey, operation: Operation, response: Response) -> CallError:
        """A refused token whose time is over, by the service's own clock, has ended; any other is just wrong."""
        expires_at, key = self.expires_at, operation.credential
        if key is None or not is_jwt(key) or expires_at is None or _date_of(response) < expires_at:
            return error
        ended = f"{expires_at:%Y-%m-%d %H:%M:%S} UTC"
        expired = KeyExpired(f"the token ended at {ended} ({error.message})", status=error.status)
        return with_messages(expired, messages_of(error))

    def _explained(self, error: ScopeMissing) -> CallError:
        known = self.credentials
        if known is None or not known.scopes:
            return error
        explained = ScopeMissing(f"{error.message} (it has: {', '.join(known.scopes)})", status=error.status)
        explained.scope = error.scope
        return with_messages(explained, messages_of(error))


def checked_key(name: str, given: Secret) -> Secret:
    """Return a key without blanks pasted around it. Raises `UsageError` when it is no text, is empty, or cannot stand
    in a header.
    """
    key = secret(name, given)
    if not key.reveal().isascii() or not key.reveal().isprintable() or " " in key.reveal():
        raise UsageError(f"{name} holds blanks or other characters that no key has; pass the key alone")
    return key


def _date_of(response: Response) -> datetime:
    """When the service answered, by its own clock where it says; a player's clock may be wrong."""
    try:
        there = parsedate_to_datetime(response.headers["date"])
        return there.replace(tzinfo=UTC) if there.tzinfo is None else there.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return datetime.now(UTC)
