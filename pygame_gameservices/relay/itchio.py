"""itch.io behind the relay: who owns the game is asked with the seller's key, a player's own affairs with the player's.

The seller's key opens the seller's whole account, so little is asked with it: whether a download key that was shown is
good, and whether the player, whom itch.io itself has named to the relay, owns one of the seller's games. Everything is
a read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.limits import Rate, RateLimits, network_of
from pygame_gameservices.relay.outages import Outage
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.settings import ItchioSettings, LimitSettings
from pygame_gameservices.relay.upstream import TIMEOUT_S, Upstream
from pygame_gameservices.relay.visitors import Later, Visitor

GAME = "itchio"
LARGEST_ANSWER = 4 << 20
_WITH_THEIR_OWN_KEY = {
    "profile": (),
    "credentials/info": (),
    "profile/owned-keys": ("page", "per_page", "game_id"),
    "profile/collections": (),
}
_WITHOUT_KEY = {"wharf/latest": ("channel_name", "game_id", "target")}
_OWNERSHIP = re.compile(r"games/([1-9][0-9]{0,18})/ownership")
"""Asked with the player's own token, about the player alone."""
_OWNS = re.compile(r"games/([1-9][0-9]{0,18})/download_keys")
_TOKEN = re.compile(r"[\x21-\x7e]{1,4000}")


class Found(msgspec.Struct, frozen=True):
    """An answer to the client: the HTTP status, JSON, and whether it is the relay that says no."""

    status: int
    body: bytes
    ours: bool = False


class ItchioService:
    """Works off requests. Any thread; `handle` blocks.

    Args:
        settings: which games are the seller's.
        key: the seller's.
        upstream: carries requests.
        outage: told whether itch.io answers.
        database: where it is noted whom itch.io has named.
        secret: the relay's own.
        limits: how much is taken of whom.
        clock: Unix seconds.
    """

    def __init__(
        self,
        settings: ItchioSettings,
        key: Secret,
        upstream: Upstream,
        outage: Outage,
        database: Database,
        secret: Secret,
        limits: LimitSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._key = key
        self._upstream = upstream
        self._outage = outage
        self._database = database
        self._people = People(database, secret, limits.remember_player_s)
        self._rates = RateLimits(database)
        self._limits = limits
        self._clock = clock

    def handle(self, path: str, query: Mapping[str, str], authorization: Secret, visitor: Visitor) -> Found:
        """Answer a request as itch.io would.

        Args:
            path: below itch.io's address, without outer slashes.
            query: its parameters, each once.
            authorization: the header of that name; empty without one.
            visitor: who asks.

        Raises:
            Later: it cannot be answered now.
        """
        rates = [
            Rate(f"address {network_of(visitor.address)}", self._limits.address_per_minute),
            Rate(f"game {GAME}", self._limits.game_per_minute),
        ]
        with self._database.transaction(lasting=False) as sql:
            self._rates.take(sql, rates, self._clock())
        token = _bearer(authorization)
        if path in _WITHOUT_KEY:
            return self._known(path, query, _WITHOUT_KEY[path], None)
        if path in _WITH_THEIR_OWN_KEY:
            if not token:
                return refused("authentication required", 401)
            return self._known(path, query, _WITH_THEIR_OWN_KEY[path], token)
        ownership, owns = _OWNERSHIP.fullmatch(path), _OWNS.fullmatch(path)
        about = ownership or owns
        if about is None:
            return refused("relay: this is not passed on", 403)
        if int(about[1]) not in self._settings.games:
            return refused("relay: games in [itchio] does not name this game", 403)
        if ownership:
            return self._known(path, query, (), token) if token else refused("authentication required", 401)
        if query.keys() == {"user_id"}:
            if not token:
                return refused("authentication required", 401)
            if not self._is(query["user_id"], token):
                return refused("relay: only players themselves may ask what they own", 403)
        elif query.keys() != {"download_key"}:
            return refused("relay: it is asked by download_key or user_id alone", 403)
        return self._ask(path, query, self._key, ours=True)

    def _known(self, path: str, query: Mapping[str, str], names: tuple[str, ...], token: Secret | None) -> Found:
        if not query.keys() <= set(names):
            return refused("relay: there is a parameter that this call does not have", 400)
        return self._ask(path, query, token, ours=False)

    def _is(self, user_id: str, token: Secret) -> bool:
        """Whether a token is that of this player: itch.io knows."""
        who = f"user {user_id}"
        with self._database.transaction() as sql:
            if self._people.knows(sql, GAME, who, token, self._clock()):
                return True
        profile = self._ask("profile", {}, token, ours=False)
        try:
            found = msgspec.json.decode(profile.body)["user"]["id"]
        except (msgspec.MsgspecError, KeyError, TypeError):
            return False
        if str(found) != user_id:
            return False
        with self._database.transaction() as sql:
            self._people.learn(sql, GAME, who, token, self._clock())
        return True

    def _ask(self, path: str, query: Mapping[str, str], key: Secret | None, *, ours: bool) -> Found:
        with self._outage.watch():
            return self._answer(path, query, key, ours=ours)

    def _answer(self, path: str, query: Mapping[str, str], key: Secret | None, *, ours: bool) -> Found:
        base = self._settings.base_url.rstrip("/")
        try:
            response = self._upstream.send(
                Request(
                    method="GET",
                    url=f"{base}/{path}?{urlencode(query)}" if query else f"{base}/{path}",
                    headers={"Authorization": f"Bearer {key.reveal()}"} if key is not None else {},
                    secrets=(self._key,) if key is None else (self._key, key),
                    timeout_s=TIMEOUT_S,
                    max_bytes=LARGEST_ANSWER,
                )
            )
        except CallError as error:
            raise Later(error.message, status=503) from error
        return _read(response, ours=ours)


def _read(response: Response, *, ours: bool) -> Found:
    asked = response.headers.get("retry-after", "")
    if response.status == 429 or response.status >= 500:
        wait = min(float(asked), 300.0) if asked.isdecimal() else 2.0
        raise Later("itch.io cannot answer now", status=429 if response.status == 429 else 503, retry_after=wait)
    try:
        answer = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Later("itch.io's answer is no JSON", status=503) from None
    if (ours and response.status in (401, 403)) or (ours and "invalid key" in str(_errors(answer))):
        raise Later("itch.io does not take our key", status=503, retry_after=60.0)
    return Found(response.status, response.body)


def _errors(answer: object) -> object:
    return answer.get("errors", "") if isinstance(answer, dict) else ""


def _bearer(authorization: Secret) -> Secret | None:
    kind, _, token = authorization.reveal().partition(" ")
    return Secret(token) if kind.lower() == "bearer" and _TOKEN.fullmatch(token) else None


def refused(reason: str, status: int) -> Found:
    """A refusal in itch.io's form."""
    return Found(status, msgspec.json.encode({"errors": [reason]}), ours=True)
