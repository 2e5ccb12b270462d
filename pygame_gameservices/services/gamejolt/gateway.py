"""The way from a resource's method to an operation, and from operations to a signed request and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.core.endpoint import Answer, Request, Response
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.operation import Kind, Operation, Priority
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import Service, text
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.errors import NotSignedIn
from pygame_gameservices.services.gamejolt.formats import read
from pygame_gameservices.services.gamejolt.signing import LONGEST_QUERY, Pairs, Signer, encode

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

    def request(self, operations: Sequence[Operation]) -> Request:
        """Sign an operation's request: GET, or POST when the query is long. Worker thread."""
        (operation,) = operations
        url = self.base_url + PATHS[operation.name]
        own: Pairs = [("game_id", str(self.game_id)), ("format", "json")]
        rest = parameters(operation)
        query = encode(rest)
        secrets = (self._key,) if operation.credential is None else (self._key, operation.credential)
        if len(query) <= LONGEST_QUERY:
            address, body, headers = self._signer.address(url, [*own, *rest]), None, {}
        else:
            address, body = self._signer.address(url, own, rest), query.encode()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Request(
            method="GET" if body is None else "POST",
            url=address,
            headers=headers,
            body=body,
            secrets=secrets,
            timeout_s=operation.timeout_s,
            max_bytes=operation.max_bytes,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode an operation's answer. Worker thread."""
        (operation,) = operations
        return [answer(operation.name, read(response))]


def parameters(operation: Operation) -> list[tuple[str, str]]:
    """An operation's own parameters, the player's name and token first."""
    pairs: list[tuple[str, str]] = []
    if operation.credential is not None:
        pairs = [("username", operation.player), ("user_token", operation.credential.reveal())]
    return [*pairs, *operation.arguments.items()]
