"""`GameJoltAPI` with the methods of the package ``gamejoltapi``: a program written for it ports by its import.

::

    from pygame_gameservices.services.gamejolt import portable as gamejoltapi

Same names, same arguments, same answers: what stands under ``response`` as a dict, or the text of another format.
Every method blocks until Game Jolt has answered, so it is for tools and small scripts; a game uses `GameJolt`. What
differs is meant: certificates are verified, and those of the rest of the program left alone; a request has an end;
nothing that is passed in is changed; lists may hold numbers; addresses in answers have no backslashes.
"""

# ruff: noqa: N802, N803, N806  # the names are the other client's

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.config import Config
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import CallError, ProtocolError, UsageError
from pygame_gameservices.services.arguments import checked_url
from pygame_gameservices.services.gamejolt.formats import FORMATS
from pygame_gameservices.services.gamejolt.gateway import BASE_URL, PATHS
from pygame_gameservices.services.gamejolt.signing import LONGEST_QUERY, Signer, encode
from pygame_gameservices.services.http_status import excerpt, status_error

Pair = tuple[str, str | Secret]
"""A parameter; what is a secret is wrapped until the request is built, since tracebacks show local values."""
TIMEOUT_S = 30.0
LARGEST_ANSWER = 100 << 20
"""Bytes: a key holds 16 MB, and JSON may write a character as six."""


class GameJoltDataRequired(UsageError):
    """Something that the call needs was not given.

    Attributes:
        key: its name, in the API's words.
        message: the whole text.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.message = f"Value is required, cannot be None: {key!r}"
        super().__init__(self.message, fields=(key,))


class GameJoltDataCollision(UsageError):
    """Things were given that exclude each other.

    Attributes:
        keys: their names, in the API's words.
        message: the whole text.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = list(keys)
        self.message = f"Values cannot be used together: {', '.join(map(repr, self.keys))}"
        super().__init__(self.message, fields=self.keys)


class GameJoltAPI:
    """Game Jolt for one game, one request at a time. Any thread; every method blocks.

    Args:
        gameId: the game's number.
        privateKey: its private key.
        username: the player's name, for what a player does.
        userToken: the player's game token.
        responseFormat: ``"json"``, ``"xml"``, ``"keypair"`` or ``"dump"``; anything else is ``"json"``.
        submitRequests: False has the methods return signed addresses and send nothing.
        baseUrl: where the API is; None goes by ``GAMEJOLT_BASE_URL``, ``GAMESERVICES_SANDBOX`` or
            ``gameservices.toml``, and else is Game Jolt's own.
        timeout: seconds that one request may take.

    Attributes:
        gameId, privateKey, username, userToken, responseFormat, submitRequests: as passed; may be changed at any time.

    Every method raises `GameJoltDataRequired` when something is missing, `NetworkError` when nothing got through, and
    `ProtocolError` when the answer makes no sense. A "no" of the service is no error: it is in the answer.
    """

    def __init__(
        self,
        gameId: int | str,
        privateKey: str,
        username: str | None = None,
        userToken: str | None = None,
        responseFormat: str = "json",
        submitRequests: bool = True,
        *,
        baseUrl: str | None = None,
        timeout: float = TIMEOUT_S,
    ) -> None:
        self.privateKey = privateKey
        self.userToken = userToken
        del privateKey, userToken  # tracebacks show local values
        self.gameId = str(gameId)
        self.username = username
        self.responseFormat = responseFormat if responseFormat in FORMATS else "json"
        self.submitRequests = submitRequests
        if baseUrl is None:
            baseUrl = Config.load().section("gamejolt").address(BASE_URL, in_sandbox="/gamejolt/api/game/v1_2")
        self._base_url = checked_url(baseUrl, allow_http=False)
        self._timeout = duration_s("timeout", timeout, positive=True)
        self._transport: Transport | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<GameJoltAPI of game {self.gameId} at {self._base_url}>"

    def usersFetch(self, username: str | None = None, userId: Any = None) -> Any:
        """Fetch one account by name (the player's own by default), or one or several by number."""
        if username is None and userId is not None:
            return self._ask("users.fetch", {"user_id": _listed(userId)})
        return self._ask("users.fetch", {"username": self.username if username is None else username})

    def usersAuth(self) -> Any:
        """Ask whether name and token belong together."""
        return self._ask("users.auth", self._player())

    def sessionsOpen(self) -> Any:
        """Open a session for the player."""
        return self._ask("sessions.open", self._player())

    def sessionsPing(self, status: str | None = None) -> Any:
        """Keep the session alive, as ``"active"`` or ``"idle"``."""
        return self._ask("sessions.ping", self._player(), {"status": status})

    def sessionsCheck(self) -> Any:
        """Ask whether the player has an open session: ``success`` is the answer."""
        return self._ask("sessions.check", self._player())

    def sessionsClose(self) -> Any:
        """Close the player's session."""
        return self._ask("sessions.close", self._player())

    def scoresFetch(
        self,
        limit: int | None = None,
        tableId: int | None = None,
        guest: str | None = None,
        betterThan: int | None = None,
        worseThan: int | None = None,
        thisUser: bool = False,
    ) -> Any:
        """Fetch scores: of all, of the player, or of a guest. Raises `GameJoltDataCollision` for both of the latter."""
        if thisUser and guest is not None:
            raise GameJoltDataCollision(["username", "guest"])
        given = {
            "limit": limit,
            "table_id": tableId,
            "guest": guest,
            "better_than": betterThan,
            "worse_than": worseThan,
        }
        return self._ask("scores.fetch", {}, {**(self._player() if thisUser else {}), **given})

    def scoresTables(self) -> Any:
        """Fetch the game's score tables."""
        return self._ask("scores.tables", {})

    def scoresAdd(
        self,
        score: str,
        sort: int,
        tableId: int | None = None,
        guest: str | None = None,
        extraData: str | None = None,
    ) -> Any:
        """Add a score for the player, or for a guest."""
        whose = self._player() if guest is None else {"guest": guest}
        return self._ask(
            "scores.add", {"score": score, "sort": sort}, {**whose, "table_id": tableId, "extra_data": extraData}
        )

    def scoresGetRank(self, sort: int, tableId: int | None = None) -> Any:
        """Fetch the rank that a sort value has or would have."""
        return self._ask("scores.get_rank", {"sort": sort}, {"table_id": tableId})

    def trophiesFetch(self, achieved: bool | None = None, trophyId: Any = None) -> Any:
        """Fetch the trophies: all, those the player has or lacks, or one or several by number."""
        if trophyId is not None:
            return self._ask("trophies.fetch", self._player(), {"trophy_id": _listed(trophyId)})
        return self._ask("trophies.fetch", self._player(), {"achieved": _flag(achieved)})

    def trophiesAddAchieved(self, trophyId: int | str) -> Any:
        """Give the player a trophy."""
        return self._ask("trophies.add_achieved", {**self._player(), "trophy_id": trophyId})

    def trophiesRemoveAchieved(self, trophyId: int | str) -> Any:
        """Take a trophy from the player again."""
        return self._ask("trophies.remove_achieved", {**self._player(), "trophy_id": trophyId})

    def dataStoreSet(self, key: str, data: str, globalData: bool = False) -> Any:
        """Set an item, of the player or of the game."""
        return self._ask("data_store.set", {"key": key, "data": data}, self._owner(globalData))

    def dataStoreUpdate(self, key: str, operation: str, value: Any, globalData: bool = False) -> Any:
        """Change an item on the server: ``"add"``, ``"subtract"``, ``"multiply"``, ``"divide"``, ``"append"`` or
        ``"prepend"``."""
        required = {"key": key, "operation": operation, "value": value}
        return self._ask("data_store.update", required, self._owner(globalData))

    def dataStoreRemove(self, key: str, globalData: bool = False) -> Any:
        """Remove an item."""
        return self._ask("data_store.remove", {"key": key}, self._owner(globalData))

    def dataStoreFetch(self, key: str, globalData: bool = False) -> Any:
        """Fetch an item."""
        return self._ask("data_store.fetch", {"key": key}, self._owner(globalData))

    def dataStoreGetKeys(self, pattern: str | None = None, globalData: bool = False) -> Any:
        """Fetch the keys there are; ``*`` in `pattern` stands for anything."""
        return self._ask("data_store.get_keys", {}, {"pattern": pattern, **self._owner(globalData)})

    def friends(self) -> Any:
        """Fetch the numbers of the player's friends."""
        return self._ask("friends.fetch", self._player())

    def time(self) -> Any:
        """Fetch what time it is on the server."""
        return self._ask("time.fetch", {})

    def batch(
        self,
        requests: Iterable[str] = (),
        parallel: bool | None = None,
        breakOnError: bool | None = None,
    ) -> Any:
        """Send prepared addresses as one request.

        Args:
            requests: 1 to 50 of what the methods return while `submitRequests` is False.
            parallel: the service may carry them out in any order.
            breakOnError: the service stops at the first that fails; ``success`` is then ``"false"``.

        Raises:
            GameJoltDataCollision: both flags were given.
        """
        addresses = [concealed(address) for address in requests]
        del requests  # tracebacks show local values, and there are tokens in them
        if parallel is not None and breakOnError is not None:
            raise GameJoltDataCollision(["parallel", "break_on_error"])
        signed = [("requests[]", Secret(self._sub_request(address.reveal()))) for address in addresses]
        if not signed:
            raise GameJoltDataRequired("requests")
        flags = _given({"parallel": _flag(parallel), "break_on_error": _flag(breakOnError)})
        return self._submit("/batch/", [*flags, *signed], post=True)

    def _ask(self, name: str, required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Any:
        for key, value in required.items():
            if value is None:
                raise GameJoltDataRequired(key)
        pairs = _given({**required, **(optional or {})})
        return self._submit(PATHS[name], pairs, post=len(encode(_revealed(pairs))) > LONGEST_QUERY)

    def _submit(self, path: str, pairs: list[Pair], *, post: bool) -> Any:
        if not self.submitRequests:
            return self._signer().address(self._base_url + path, [("game_id", self.gameId), *_revealed(pairs)])
        return self._read(self._send(self._request(path, _revealed(pairs), post)))

    def _request(self, path: str, pairs: list[tuple[str, str]], post: bool) -> Request:
        own = [("game_id", self.gameId), ("format", self.responseFormat)]
        url, signer = self._base_url + path, self._signer()
        return Request(
            method="POST" if post else "GET",
            url=signer.address(url, own, pairs) if post else signer.address(url, [*own, *pairs]),
            headers={"Content-Type": "application/x-www-form-urlencoded"} if post else {},
            body=encode(pairs).encode() if post else None,
            secrets=tuple(Secret(text) for text in (self.privateKey, self.userToken) if text),
            timeout_s=self._timeout,
            max_bytes=LARGEST_ANSWER,
        )

    def _send(self, request: Request) -> Response:
        with self._lock:  # a connection is not made for sharing
            if self._transport is None:
                from pygame_gameservices.core.http.transport import HttpTransport, tls_context

                self._transport = HttpTransport(tls_context())
            try:
                return self._transport.send(request, Line())
            except CallError as error:
                raise Redactor.of(request).error(error) from None

    def _read(self, response: Response) -> Any:
        text = response.body.decode("utf-8", "replace")
        if self.responseFormat != "json":
            if response.status < 400:
                return text
        else:
            try:
                return dict(msgspec.json.decode(response.body)["response"])
            except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError):
                pass
        error = status_error(response) or ProtocolError("Game Jolt's JSON", excerpt(response), status=response.status)
        raise Redactor(response.secrets).error(error)

    def _sub_request(self, address: str) -> str:
        """An address as a batch wants it: its path alone, signed anew over just that."""
        bare = address.removeprefix(self._base_url).partition("&signature=")[0]
        return f"{bare}&signature={self._signer().sign(bare)}"

    def _signer(self) -> Signer:
        return Signer(Secret(self.privateKey), "md5")

    def _player(self) -> dict[str, str | Secret | None]:
        token = None if self.userToken is None else concealed(self.userToken)
        return {"username": self.username, "user_token": token}

    def _owner(self, of_the_game: bool) -> dict[str, str | Secret | None]:
        return {} if of_the_game else self._player()


def _given(values: Mapping[str, Any]) -> list[Pair]:
    given = ((key, value) for key, value in values.items() if value is not None)
    return [(key, value if isinstance(value, Secret) else str(value)) for key, value in given]


def _revealed(pairs: Iterable[Pair]) -> list[tuple[str, str]]:
    return [(key, str(value.reveal()) if isinstance(value, Secret) else value) for key, value in pairs]


def _listed(numbers: Any) -> str:
    return ",".join(map(str, numbers)) if isinstance(numbers, (list, tuple, set, frozenset)) else str(numbers)


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()
