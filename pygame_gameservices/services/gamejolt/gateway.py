"""The way from a resource's method to an operation, and from operations to a signed request and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation, timeout_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.errors import CallError, OutcomeUnknown, ProtocolError, UsageError
from pygame_gameservices.services.arguments import identifier, secret
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.gamejolt.batching import BatchOperation, batch_answers
from pygame_gameservices.services.gamejolt.caller import Caller, Player
from pygame_gameservices.services.gamejolt.data_store import RESTRICTION
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.errors import error_for
from pygame_gameservices.services.gamejolt.formats import FORMATS, format_for, read
from pygame_gameservices.services.gamejolt.lookup import score_found, score_lookup
from pygame_gameservices.services.gamejolt.models import User
from pygame_gameservices.services.gamejolt.signing import LONGEST_QUERY, Pairs, Signer, Unsigned, encode, signatures
from pygame_gameservices.services.gamejolt.wire import WireResponse, flag, said
from pygame_gameservices.services.http_status import excerpt
from pygame_gameservices.services.relay import STARTED_BY, RelayAccess

BASE_URL = "https://api.gamejolt.com/api/game/v1_2"

PATHS = {
    "users.fetch": "/users/",
    "users.auth": "/users/auth/",
    "sessions.open": "/sessions/open/",
    "sessions.ping": "/sessions/ping/",
    "sessions.check": "/sessions/check/",
    "sessions.close": "/sessions/close/",
    "scores.fetch": "/scores/",
    "scores.add": "/scores/add/",
    "scores.get_rank": "/scores/get-rank/",
    "scores.tables": "/scores/tables/",
    "trophies.fetch": "/trophies/",
    "trophies.add_achieved": "/trophies/add-achieved/",
    "trophies.remove_achieved": "/trophies/remove-achieved/",
    "data_store.fetch": "/data-store/",
    "data_store.set": "/data-store/set/",
    "data_store.update": "/data-store/update/",
    "data_store.remove": "/data-store/remove/",
    "data_store.get_keys": "/data-store/get-keys/",
    "friends.fetch": "/friends/",
    "time.fetch": "/time/",
}


WRITE_ID = "write_id"
"""The parameter in which a relay is told what a write is called."""
MOST_IN_BATCH = 50
LARGEST_IN_BATCH = 16 << 10
"""Characters of arguments up to which an operation shares a request with others."""
GROWING = ("append", "prepend")
"""What an update does whose answer may be megabytes of text; that of the others is a number."""
SUMS = ("add", "subtract")
"""What an update does that comes to the same in any order."""


def game_number(given: int | str) -> int:
    """The number of a game, 0 where it is none. No error here shows it: it may be the key, in the wrong place."""
    try:
        return int(identifier("game_id", given))
    except UsageError:
        return 0


class Gateway(Service, Caller):
    """What all resources of one game share: the game's id and key, the player, and how a call is made.

    Args:
        game_id: the game's number.
        private_key: the game's key.
        base_url: where the API is.
        signature: ``"md5"`` or ``"sha1"``.
        name: as it appears in events and errors.
        allow_http: accept plain http to another machine.
        answer_format: one of `FORMATS`.
        relay: what holds the key in place of the game, or None.

    Attributes:
        player: whose calls are made now, or None.
        user: the account of the player, once Game Jolt has confirmed it, or None.
    """

    batch_limit = MOST_IN_BATCH

    def __init__(
        self,
        game_id: int,
        private_key: Secret,
        *,
        base_url: str,
        signature: str,
        name: str,
        allow_http: bool,
        answer_format: str = "json",
        relay: RelayAccess | None = None,
    ) -> None:
        super().__init__(name, base_url if relay is None else relay.base_url, allow_http=allow_http)
        if not game_id:
            problem = "game_id is no number from 1 on; pass the one from your game's API settings on Game Jolt"
            raise UsageError(problem, fields=("game_id",))
        self.game_id = game_id
        self._key = secret("private_key", private_key, empty=True)
        if not self._key and relay is None:
            problem = "private_key is empty; pass the key from your game's API settings on Game Jolt"
            raise UsageError(problem, fields=("private_key",))
        if signature not in ("md5", "sha1"):
            raise UsageError(f"signature is {signature!r}; pass 'md5' or 'sha1'")
        if answer_format not in FORMATS:
            raise UsageError(f"format is {answer_format!r}; pass one of {', '.join(FORMATS)}")
        if relay is not None and answer_format != "json":
            raise UsageError(f"format is {answer_format!r}; a relay answers in 'json' alone")
        self.player: Player | None = None
        self.user: User | None = None
        self.once = relay is not None
        self._relay = relay
        self._signer = Signer(self._key, signature) if relay is None else Unsigned()
        self._format = answer_format

    def send(self, operation: Operation) -> Call[Any]:
        """Make the call that `operation` describes. Frame thread; never blocks."""
        return self.manager.submit(operation)

    def why_not_for_anyone(self) -> str:
        """Why a durable call cannot wait for whoever signs in first; empty when it can. Frame thread."""
        if self.manager.keeps_for_anyone:
            return ""
        return "nobody is signed in, and there is no room for more calls that wait until somebody is"

    def refuse(self, operation: Operation, error: CallError) -> Call[Any]:
        """Return a call that ends with `error` in the next update, unsent. Frame thread."""
        return self.manager.refuse(operation, error)

    def known(self, name: str, arguments: dict[str, str], find: Callable[[], Any]) -> Call[Any] | None:
        """Return a call that ends with what `find` returns in the next update, unsent; None when that is None."""
        value = find()
        if value is None:
            return None
        return self.manager.resolve(Operation(service=self.name, name=name, kind=Kind.SAFE, arguments=arguments), value)

    def say(self, event: Event) -> None:
        """Let the game hear of `event`. By the parts of this service, on the frame thread."""
        self._say(event)

    def announce(self, event: Event) -> None:
        """Let the game hear of `event` in the next update. Any thread."""
        self.manager.announce(event)

    def lookup(self, operation: Operation) -> Sequence[Operation]:
        """The reads that tell whether a score was added. Scheduler thread."""
        return score_lookup(operation)

    def found(
        self, operation: Operation, values: Sequence[Any], *, attempted_at: float, now: float, equal_delivered: int
    ) -> Answer | None:
        """Judge whether a score was added. Scheduler thread."""
        there = score_found(operation, values, attempted_at, now, equal_delivered)
        if there is None:
            return Answer(None, OutcomeUnknown("it may or may not have been added: too many scores are like it"))
        return Answer(True) if there else None

    def may_batch(self, operation: Operation) -> bool:
        """Whether `operation` may share a request with others: not when it or its answer is large."""
        given = operation.arguments
        if given.get("operation") in GROWING or isinstance(operation, BatchOperation):
            return False
        return sum(map(len, given.values())) <= LARGEST_IN_BATCH

    def commute(self, older: Operation, newer: Operation) -> bool:
        """Whether the order of two writes makes no difference: of sums it makes none. Scheduler thread."""
        return all(one.name == "data_store.update" and one.arguments["operation"] in SUMS for one in (older, newer))

    def request(self, operations: Sequence[Operation]) -> Request:
        """Sign the request for one operation, or one that carries several. Worker thread."""
        first = operations[0]
        if isinstance(first, BatchOperation):
            return self._batch(first.sendable(), first.flags())
        if len(operations) == 1:
            return self._single(first)
        return self._batch(operations)

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode the answer to each operation. Worker thread."""
        if self._relay is not None:
            self._relay.hear(response)
        first = operations[0]
        if isinstance(first, BatchOperation):
            return [Answer(batch_answers(first, self._responses(first.sendable(), response)))]
        if len(operations) == 1:
            return [answer(first.name, read(response, format_for(self._format, first), first.name))]
        parts = self._responses(operations, response)
        breath = Breath()
        answers = []
        for operation, part in zip(operations, parts, strict=False):
            answers.append(answer(operation.name, part))
            breath.take()
        return answers

    def address_of(self, operation: Operation) -> Secret:
        """Return the address that a GET of `operation` would ask for. It holds the player's token, so it is wrapped."""
        own = [("game_id", str(self.game_id)), ("format", format_for(self._format, operation))]
        return Secret(self._signer.address(self.base_url + PATHS[operation.name], [*own, *self._said_by(operation)]))

    def sub_request(self, operation: Operation) -> str:
        """The address of `operation` within a batch: its path, signed over the path alone."""
        pairs = [("game_id", str(self.game_id)), *self._said_by(operation)]
        return self._signer.address(PATHS[operation.name], pairs)

    def _said_by(self, operation: Operation) -> list[tuple[str, str]]:
        """Its parameters; a relay is told as well what a write is called, so that it knows it again."""
        said = parameters(operation)
        if self._relay is not None and operation.id:
            said.append((WRITE_ID, operation.id))
        return said

    def _single(self, operation: Operation) -> Request:
        pairs = self._said_by(operation)
        long = sum(map(len, operation.arguments.values())) > LONGEST_QUERY or len(encode(pairs)) > LONGEST_QUERY
        wanted = format_for(self._format, operation)
        return self._request(PATHS[operation.name], wanted, pairs, (operation,), post=long)

    def _batch(self, operations: Sequence[Operation], flags: Pairs = ()) -> Request:
        requests = [("requests[]", self.sub_request(operation)) for operation in operations]
        return self._request("/batch/", format_for(self._format), [*flags, *requests], operations, post=True)

    def _responses(self, operations: Sequence[Operation], response: Response) -> list[WireResponse]:
        wire = read(response, format_for(self._format), *(operation.name for operation in operations), in_batch=True)
        if isinstance(wire.responses, list):
            return wire.responses
        if flag(wire.success):
            raise ProtocolError("the responses of a batch", excerpt(response))
        raise error_for(said(wire.message))

    def _request(self, path: str, wanted: str, pairs: Pairs, operations: Sequence[Operation], *, post: bool) -> Request:
        """Sign a request for `path`: with `pairs` as its query, or as the body of a POST."""
        url = self.base_url + path
        own: Pairs = [("game_id", str(self.game_id)), ("format", wanted)]
        tokens = {operation.credential for operation in operations if operation.credential is not None}
        if post:
            address, body = self._signer.address(url, own, pairs), encode(pairs).encode()
        else:
            address, body = self._signer.address(url, [*own, *pairs]), None
        return Request(
            method="POST" if post else "GET",
            url=address,
            headers=({"Content-Type": "application/x-www-form-urlencoded"} if post else {})
            | ({} if self._relay is None else self._relay.headers()),
            body=body,
            secrets=((self._key,) if self._relay is None else self._relay.ticket) + tuple(tokens),
            private=signatures(address, body),
            timeout_s=timeout_s(operations),
            max_bytes=max(operation.max_bytes for operation in operations),
            started_by="" if self._relay is None else STARTED_BY,
        )


def parameters(operation: Operation) -> list[tuple[str, str]]:
    """An operation's own parameters, the player's name and token first: as whose call it is, or, for an item of the
    game that a player guards, as who guards it."""
    given, token, prefix = operation.arguments, operation.credential, ""
    said: Iterable[tuple[str, str]] = given.items()
    if RESTRICTION in given:
        prefix = "restriction_"
        said = [(name, value) for name, value in given.items() if name != RESTRICTION]
    if token is None:
        return [*said]
    return [(f"{prefix}username", operation.player), (f"{prefix}user_token", token.reveal()), *said]
