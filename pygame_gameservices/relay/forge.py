"""Forge behind the relay: records are checked, passed on with the ingestion key, and each request's are reported once.

Forge cannot be asked what it was told. So playtime whose answer was lost behind the relay is not sent again, and the
client is told that nobody knows; achievements do no harm when they come twice, and are sent again.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, NetworkError
from pygame_gameservices.relay.database import Collision, Database, collisions
from pygame_gameservices.relay.limits import Rate, RateLimits, network_of, together
from pygame_gameservices.relay.notes import DAY_S, Answered, Busy, Claim, Clash, Doubt, Fresh, Notes, Write
from pygame_gameservices.relay.outages import Outage
from pygame_gameservices.relay.settings import ForgeSettings, LimitSettings
from pygame_gameservices.relay.upstream import TIMEOUT_S, Upstream
from pygame_gameservices.relay.visitors import Guest, Later, TicketWanted, Visitor

GAME = "forge"
WRITES = ("player/playtime", "player/achievement")
READS = {"v1/user/points": (), "v1/user/referrals": ()}
_ASKED = frozenset({"game_name", "email", "wallet_address", "blockchain"})
_IN_FORGE = " in [forge] of relay.toml"
LARGEST_ANSWER = 1 << 20
PATIENCE_S, POLL_S, SETTLING_S = 6.0, 0.05, 1.0


class Player(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What every record says: who it is about."""

    user_email: str | None = None
    wallet_address: str | None = None
    blockchain: str | None = None
    platform: str | None = None
    platform_user_id: str | None = None
    record_id: str | None = None


class Playtime(Player, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A record of playtime."""

    last_time_played: str
    total_hours: float


class Achievement(Player, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A record of an achievement."""

    achievement_title: str
    unlocked: bool
    achievement_description: str | None = None
    unlock_time: str | None = None


_decoders: dict[str, Any] = {
    "player/playtime": msgspec.json.Decoder(Playtime | list[Playtime]),
    "player/achievement": msgspec.json.Decoder(Achievement | list[Achievement]),
}


class Passed(msgspec.Struct, frozen=True):
    """An answer to the client.

    Attributes:
        status: the HTTP status.
        body: JSON.
        unknown: whether nobody can tell what became of the write.
        ours: whether it is the relay that says no.
    """

    status: int
    body: str
    unknown: bool = False
    ours: bool = False


UNKNOWN = Passed(409, '{"errors": [{"message": "relay: it may or may not have been counted"}]}', unknown=True)


class ForgeService:
    """Works off requests. Any thread; `handle` blocks.

    Args:
        settings: what is passed on.
        key: the ingestion key.
        upstream: carries requests.
        outage: told whether Forge answers.
        database: where notes are.
        limits: how much is taken of whom.
        clock: Unix seconds.
    """

    def __init__(
        self,
        settings: ForgeSettings,
        key: Secret,
        upstream: Upstream,
        outage: Outage,
        database: Database,
        limits: LimitSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._key = key
        self._upstream = upstream
        self._outage = outage
        self._database = database
        self._notes = Notes(database)
        self._rates = RateLimits(database)
        self._limits = limits
        self._clock = clock

    def handle(self, path: str, query: Mapping[str, str], body: bytes, write_id: str, visitor: Visitor) -> Passed:
        """Answer a request as Forge would.

        Args:
            path: below Forge's address, without outer slashes.
            query: of a read.
            body: of a write.
            write_id: what the client calls the write; may be empty.
            visitor: who asks.

        Raises:
            Later: it cannot be answered now.
            TicketWanted: there is no ticket; Forge knows no players, so all are guests.
        """
        if path not in self._settings.endpoints:
            return refused(f"{path} is not passed on (endpoints{_IN_FORGE})", 404)
        if visitor.guest is None:
            raise TicketWanted
        rates = [
            Rate(f"address {network_of(visitor.address)}", self._limits.address_per_minute),
            Rate(f"game {GAME}", self._limits.game_per_minute),
            Rate(f"guest {GAME} {visitor.guest.number}", self._limits.guest_per_minute),
        ]
        with self._database.transaction(lasting=False) as sql:
            self._rates.take(sql, rates, self._clock())
        if path in READS:
            return self._look_up(path, query)
        try:
            records = _decoders[path].decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return refused(f"the records cannot be read: {error}", 400)
        reason = self._reason(records if isinstance(records, list) else [records])
        if reason:
            return refused(reason, 400)
        return self._once(path, records, write_id, visitor.guest)

    def _reason(self, records: list[Playtime] | list[Achievement]) -> str:
        """Why records are not passed on; empty if they are."""
        if not 1 <= len(records) <= self._settings.most_records:
            return f"a request holds from 1 to {self._settings.most_records} records (most_records{_IN_FORGE})"
        for record in records:
            if isinstance(record, Playtime) and not 0 <= record.total_hours <= self._settings.most_hours:
                return f"a session lasts from 0 to {self._settings.most_hours:g} hours (most_hours{_IN_FORGE})"
            titles = self._settings.titles
            if isinstance(record, Achievement) and titles and record.achievement_title not in titles:
                return f"the game has no achievement of that title (titles{_IN_FORGE})"
        return ""

    def _rates_of(self, record: Playtime | Achievement) -> Iterator[Rate]:
        """How much one person may have played. Who plays without a network reports later, but not more."""
        if isinstance(record, Playtime):
            who = [record.user_email, record.wallet_address, record.platform, record.platform_user_id]
            key = hashlib.sha256("\0".join((part or "").casefold() for part in who).encode()).hexdigest()
            yield Rate(f"person {GAME} {key}", self._settings.hours_per_day, record.total_hours, DAY_S)

    def _once(
        self,
        path: str,
        records: Playtime | Achievement | list[Playtime] | list[Achievement],
        write_id: str,
        guest: Guest,
    ) -> Passed:
        body = msgspec.json.encode(records)
        listed = records if isinstance(records, list) else [records]
        people = together([rate for one in listed for rate in self._rates_of(one)])
        write = Write(
            game=GAME,
            player="",
            id=write_id or f"unnamed-{secrets.token_hex(16)}",
            who=f"guest {guest.number}",
            endpoint=path,
            scope=path,
            mark=hashlib.sha256(path.encode() + body).hexdigest(),
        )
        holder, until = secrets.token_hex(8), time.monotonic() + PATIENCE_S
        while True:
            claim: Claim
            try:
                with collisions(), self._database.transaction() as sql:
                    claim = self._notes.claim(sql, write, holder, self._clock())
                    if isinstance(claim, Fresh):
                        self._rates.take(sql, people, self._clock())
                    if isinstance(claim, Doubt) and path == "player/playtime":
                        self._notes.finish(sql, write, msgspec.json.encode(UNKNOWN), self._clock())
                        return UNKNOWN
                    if not isinstance(claim, (Answered, Busy, Clash)):
                        self._notes.mark_sent(sql, write, self._clock())
            except Collision:
                claim = Busy()
            if isinstance(claim, Answered):
                return msgspec.json.decode(claim.answer, type=Passed)
            if isinstance(claim, Clash):
                return refused("another write has this id", 409)
            if not isinstance(claim, Busy):
                return self._send(write, path, body, people)
            if time.monotonic() > until:
                raise Later("somebody is about the same records")
            time.sleep(POLL_S)

    def _send(self, write: Write, path: str, body: bytes, counted: Sequence[Rate]) -> Passed:
        try:
            response = self._ask("POST", path, body)
        except CallError as error:
            sent = not isinstance(error, NetworkError) or error.sent
            if not sent:
                self._take_back(write, counted)
            elif path == "player/playtime":
                return self._finish(write, UNKNOWN)
            else:
                self._lose(write)
            raise Later(error.message, status=503) from error
        taken = _processed(response)
        passed = Passed(response.status, response.body.decode("utf-8", "replace"))
        if taken is not None and (response.status == 200 or (response.status == 400 and taken > 0)):
            return self._finish(write, passed)
        if response.status in (401, 403):
            self._take_back(write, counted)
            raise Later("Forge does not take our key", status=503, retry_after=60.0)
        if 400 <= response.status < 500 or taken == 0:
            self._take_back(write, counted)
            if response.status < 500:
                return passed
            raise Later("Forge is not available", status=503, retry_after=5.0)
        if path == "player/playtime":
            return self._finish(write, UNKNOWN)
        self._lose(write)
        raise Later("Forge is not available", status=503, retry_after=5.0)

    def _look_up(self, path: str, query: Mapping[str, str]) -> Passed:
        if not query.keys() <= _ASKED:
            return refused("there is a parameter that Forge does not know", 400)
        try:
            response = self._ask("GET", f"{path}?{urlencode(query)}", None)
        except CallError as error:
            raise Later(error.message, status=503) from error
        if response.status in (401, 403) or response.status >= 500:
            raise Later("Forge does not answer this", status=503, retry_after=5.0)
        try:
            msgspec.json.decode(response.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Later("Forge's answer is no JSON", status=503, retry_after=5.0) from None
        return Passed(response.status, response.body.decode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Response:
        request = Request(
            method=method,
            url=f"{self._settings.base_url.rstrip('/')}/{path}",
            headers={"X-API-Key": self._key.reveal()} | ({"Content-Type": "application/json"} if body else {}),
            body=body,
            secrets=(self._key,),
            timeout_s=TIMEOUT_S,
            max_bytes=LARGEST_ANSWER,
        )
        try:
            response = self._upstream.send(request)
        except CallError as error:
            self._outage.begin(error.message)
            raise
        if response.status in (401, 403):
            self._outage.begin("it does not take our key")
        elif response.status >= 500:
            self._outage.begin(f"HTTP {response.status}")
        else:
            self._outage.end()
        return response

    def _finish(self, write: Write, passed: Passed) -> Passed:
        with self._database.transaction() as sql:
            self._notes.finish(sql, write, msgspec.json.encode(passed), self._clock())
        return passed

    def _take_back(self, write: Write, counted: Sequence[Rate]) -> None:
        with self._database.transaction() as sql:
            self._notes.take_back(sql, write)
            self._rates.give_back(sql, counted)

    def _lose(self, write: Write) -> None:
        with self._database.transaction() as sql:
            self._notes.lose(sql, write, self._clock() + SETTLING_S)


def refused(reason: str, status: int) -> Passed:
    """A refusal of the relay's own, in Forge's form."""
    told = {"records_processed": 0, "errors": [{"message": f"relay: {reason}"}]}
    return Passed(status, msgspec.json.encode(told).decode(), ours=True)


def _processed(response: Response) -> int | None:
    """How many records Forge says it took; None where it says nothing of the kind."""
    try:
        answer = msgspec.json.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    taken = answer.get("records_processed") if isinstance(answer, dict) else None
    return taken if isinstance(taken, int) else None
