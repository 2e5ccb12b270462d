"""The way from a resource's method to an operation, and from operations to a signed request and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.core.endpoint import Answer, Request, Response
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.operation import Kind, Operation, Priority
from pygame_gameservices.errors import ProtocolError, UsageError
from pygame_gameservices.services.base import Service, excerpt, text
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, error_for
from pygame_gameservices.services.gamejolt.formats import read
from pygame_gameservices.services.gamejolt.signing import LONGEST_QUERY, Pairs, Signer, encode
from pygame_gameservices.services.gamejolt.wire import flag, said

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


MOST_IN_BATCH = 50
LARGEST_IN_BATCH = 16 << 10
"""Characters of arguments up to which an operation shares a request with others."""
LARGE_ANSWERS = ("data_store.fetch", "data_store.update")
"""What may be answered with megabytes."""


class Player:
    """A player's name and token. Immutable."""

    __slots__ = ("token", "username")

    def __init__(self, username: str, token: Secret) -> None:
        self.username = username
        self.token = token

    def __repr__(self) -> str:
        return f"<Player {self.username}>"


class Gateway(Service):
    """What all resources of one game share: the game's id and key, the player, and how a call is made.

    Args:
        game_id: the game's number.
        private_key: the game's key.
        base_url: where the API is.
        signature: ``"md5"`` or ``"sha1"``.
        name: as it appears in events and errors.
        allow_http: accept plain http to another machine.
    """

    batch_limit = MOST_IN_BATCH

    def __init__(
        self, game_id: int, private_key: str | Secret, *, base_url: str, signature: str, name: str, allow_http: bool
    ) -> None:
        super().__init__(name, base_url, allow_http=allow_http)
        if isinstance(game_id, bool) or not isinstance(game_id, int) or game_id < 1:
            raise UsageError(f"game_id is {game_id!r}; pass the number from your game's API settings on Game Jolt")
        if not private_key:
            raise UsageError("private_key is empty; pass the key from your game's API settings on Game Jolt")
        if signature not in ("md5", "sha1"):
            raise UsageError(f"signature is {signature!r}; pass 'md5' or 'sha1'")
        self.game_id = game_id
        self.player: Player | None = None
        self._key = private_key if isinstance(private_key, Secret) else Secret(text("private_key", private_key))
        self._signer = Signer(self._key, signature)

    def call(
        self,
        name: str,
        kind: Kind,
        arguments: dict[str, str],
        *,
        player: Player | None = None,
        lane: str = "",
        mingles: str = "",
        priority: Priority = Priority.NORMAL,
        timeout_s: float = 10.0,
        deadline_s: float = 30.0,
        max_bytes: int = 4 << 20,
    ) -> Call[Any]:
        """Make a call, for the game or for `player`. Frame thread; never blocks."""
        return self.manager.submit(
            Operation(
                service=self.name,
                name=name,
                kind=kind,
                arguments=arguments,
                player=player.username if player is not None else "",
                credential=player.token if player is not None else None,
                lane=lane,
                mingles=mingles,
                priority=priority,
                timeout_s=timeout_s,
                deadline_s=deadline_s,
                max_bytes=max_bytes,
            )
        )

    def call_as_player(
        self, name: str, kind: Kind, arguments: dict[str, str], *, lane: str = "", **how: Any
    ) -> Call[Any]:
        """Make a call for the player who is signed in. With nobody signed in it ends as `NotSignedIn`, unsent."""
        if self.player is None:
            operation = Operation(service=self.name, name=name, kind=kind, arguments=arguments)
            nobody = NotSignedIn("nobody is signed in; call sign_in(username, token) first")
            return self.manager.refuse(operation, nobody)
        return self.call(name, kind, arguments, player=self.player, lane=lane, **how)

    def say(self, event: Event) -> None:
        """Let the game hear of `event`. By the parts of this service, on the frame thread."""
        self._say(event)

    def may_batch(self, operation: Operation) -> bool:
        """Whether `operation` may share a request with others: not when it or its answer is large."""
        if operation.name in LARGE_ANSWERS:
            return False
        return sum(map(len, operation.arguments.values())) <= LARGEST_IN_BATCH

    def request(self, operations: Sequence[Operation]) -> Request:
        """Sign the request for one operation, or one that carries several. Worker thread."""
        if len(operations) == 1:
            return self._single(operations[0])
        requests = [("requests[]", self.sub_request(operation)) for operation in operations]
        return self._request("/batch/", requests, operations, post=True)

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode the answer to each operation. Worker thread."""
        wire = read(response)
        if len(operations) == 1:
            return [answer(operations[0].name, wire)]
        if not isinstance(wire.responses, list):
            if flag(wire.success):
                raise ProtocolError("the responses of a batch", excerpt(response))
            raise error_for(said(wire.message))
        return [answer(operation.name, part) for operation, part in zip(operations, wire.responses, strict=False)]

    def sub_request(self, operation: Operation) -> str:
        """The address of `operation` within a batch: its path, signed over the path alone."""
        pairs = [("game_id", str(self.game_id)), *parameters(operation)]
        return self._signer.address(PATHS[operation.name], pairs)

    def _single(self, operation: Operation) -> Request:
        pairs = parameters(operation)
        long = sum(map(len, operation.arguments.values())) > LONGEST_QUERY or len(encode(pairs)) > LONGEST_QUERY
        return self._request(PATHS[operation.name], pairs, (operation,), post=long)

    def _request(self, path: str, pairs: Pairs, operations: Sequence[Operation], *, post: bool) -> Request:
        """Sign a request for `path`: with `pairs` as its query, or as the body of a POST."""
        url = self.base_url + path
        own: Pairs = [("game_id", str(self.game_id)), ("format", "json")]
        tokens = {operation.credential for operation in operations if operation.credential is not None}
        if post:
            address, body = self._signer.address(url, own, pairs), encode(pairs).encode()
        else:
            address, body = self._signer.address(url, [*own, *pairs]), None
        return Request(
            method="POST" if post else "GET",
            url=address,
            headers={"Content-Type": "application/x-www-form-urlencoded"} if post else {},
            body=body,
            secrets=(self._key, *tokens),
            timeout_s=max(operation.timeout_s for operation in operations),
            max_bytes=max(operation.max_bytes for operation in operations),
        )


def parameters(operation: Operation) -> list[tuple[str, str]]:
    """An operation's own parameters, the player's name and token first."""
    pairs: list[tuple[str, str]] = []
    if operation.credential is not None:
        pairs = [("username", operation.player), ("user_token", operation.credential.reveal())]
    return [*pairs, *operation.arguments.items()]
