"""Forge: the service object a game adds to its manager (Forge partner ingestion API)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation, new_id
from pygame_gameservices.core.config import Config, filled, sealed
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import listed, secret, text
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.forge.answers import receipt, refused_by_key_or_quota
from pygame_gameservices.services.forge.errors import DailyQuotaExceeded, WaitingForQuota
from pygame_gameservices.services.forge.key import key_parts, key_secret
from pygame_gameservices.services.forge.models import (
    AchievementRecord,
    ForgePlayer,
    ForgePoints,
    ForgeReferrals,
    KeyParts,
    PlaytimeRecord,
    Receipt,
)
from pygame_gameservices.services.forge.standing import standing
from pygame_gameservices.services.forge.tracker import PlaytimeTracker
from pygame_gameservices.services.forge.wire import (
    UNLOCK_TIME_FORMATS,
    achievement_fields,
    checked_format,
    player_fields,
    playtime_fields,
    same_names,
)
from pygame_gameservices.services.relay import STARTED_BY, WRITE_ID, relayed
from pygame_gameservices.services.wrong_calls import says_how_to_call

BASE_URL = "https://partners-api.forge.gg"
LARGEST_BATCH = 100
"""Records that one request carries at most, by default; Forge documents no limit."""

SANDBOX_KEY = "c2FuZGJveDpMaWdodCBIYXJ2ZXN0OmxpZ2h0LWhhcnZlc3QtMDE6c2FuZGJveGtleTAx"
"""The key of a sandbox whose configuration names none. It opens nothing else."""

PATHS = {"playtime": "/player/playtime", "achievement": "/player/achievement"}
LOOK_UPS = {"points": "/v1/user/points", "referrals": "/v1/user/referrals"}


@says_how_to_call("playtime", "playtime_batch", "achievement", "achievement_batch", "points", "referrals")
class Forge(Service):
    """Forge for one game: how long players played, and what they achieved, for the quests on Forge.

    ::

        forge = services.add(Forge(api_key="..."))
        forge.player = ForgePlayer(email="ada@example.com")
        forge.achievement("First light")
        forge.playtime(0.75)

    Every method returns a `Call` at once and never blocks. Frame thread.

    The key names your company and is good for every player's records. A key inside a game can be read by whoever has
    the game's files, so let shipped games report to a `relay` of yours, which adds it.

    Args:
        api_key: the game's key from Forge; empty only with a `relay`, or a `base_url` that needs none.
        base_url: where the API is, such as a sandbox.
        player: who plays; can be set later.
        unlock_time_format: how unlock times are written: ``"unix"`` (seconds, as the documentation's samples) or
            ``"datetime"`` (``YYYY-MM-DD HH:MM:SS`` in UTC, as a later edition has it).
        largest_batch: records that one request may carry.
        name: as it appears in events and errors.
        allow_http: accept a `base_url` with plain http to another machine.
        clock: seconds, monotonic; for tests.
        relay: address of a relay of yours, which holds the key (``gameservices relay``); then there is none here. It
            reports each record once.

    Attributes:
        player: whose records are reported when a call names nobody, or None.
        key: what the API key says about itself, without its secret; None without a key.

    Raises:
        UsageError: an argument cannot be right.
    """

    DURABLE: ClassVar[bool] = True
    """Whether records are kept on disk until they are delivered."""

    def __init__(
        self,
        api_key: str | Secret = "",
        *,
        base_url: str = BASE_URL,
        player: ForgePlayer | None = None,
        unlock_time_format: str = "unix",
        largest_batch: int = LARGEST_BATCH,
        name: str = "forge",
        allow_http: bool = False,
        clock: Callable[[], float] = monotonic,
        relay: str | None = None,
    ) -> None:
        api_key = concealed(api_key)
        behind = relayed(relay, "forge", key=api_key, base_url=base_url, usual=BASE_URL, allow_http=allow_http)
        super().__init__(name, base_url if behind is None else behind.base_url, allow_http=allow_http)
        self._relay = behind
        self._key = secret("api_key", api_key, empty=True)
        if not self._key and self.base_url == BASE_URL:
            raise UsageError("api_key is empty; pass the key that Forge gave you, or the base_url of your relay")
        if isinstance(largest_batch, bool) or not isinstance(largest_batch, int) or largest_batch < 1:
            raise UsageError(f"largest_batch is {largest_batch!r}; pass a whole number of at least 1")
        self.key: KeyParts | None = key_parts(self._key) if self._key else None
        self._secrets = (self._key, key_secret(self._key)) if self._key else ()
        self._tracker: PlaytimeTracker | None = None
        self._player: ForgePlayer | None = None
        self.player = player
        self.largest_batch = largest_batch
        self._unlock_time_format = checked_format(unlock_time_format)
        self._clock = clock
        # Written by workers and read by workers; one reference at a time, so it needs no lock.
        self._parked: tuple[float, DailyQuotaExceeded] | None = None

    @classmethod
    def from_config(cls, config: Config | str | os.PathLike[str] | None = None, **options: Any) -> Self:
        """Make one from ``api_key``, ``base_url`` and ``unlock_time_format`` in ``[forge]`` of ``gameservices.toml``,
        or from ``FORGE_API_KEY``, ``FORGE_BASE_URL`` and ``FORGE_UNLOCK_TIME_FORMAT``; or for the sandbox that
        `Config.sandbox` names; or with ``relay`` (``FORGE_RELAY``) in place of key and address.

        Args:
            config: what to go by, or the path of the file; None is `Config.load()`.
            options: further arguments of this class; they go before what the file says.

        Raises:
            ConfigurationError: there is neither a key nor a relay's address, or a value cannot be right.
        """
        options = sealed(options, "api_key")
        section = Config.of(config).section("forge")
        relay = options.get("relay") or section.relay()
        if relay:
            how = {"unlock_time_format": lambda: section.text("unlock_time_format", UNLOCK_TIME_FORMATS[0])}
            return cls(**filled(options, relay=lambda: relay, **how))
        base_url = options.get("base_url") or section.address(BASE_URL, in_sandbox="/forge")
        needed = None if base_url == BASE_URL else ""
        return cls(
            **filled(
                options,
                api_key=lambda: section.secret("api_key", needed, in_sandbox=SANDBOX_KEY),
                base_url=lambda: base_url,
                unlock_time_format=lambda: section.text("unlock_time_format", UNLOCK_TIME_FORMATS[0]),
            )
        )

    @property
    def player(self) -> ForgePlayer | None:
        """Whose records are reported when a call names nobody. Setting it raises `UsageError` if it names nobody.

        When somebody else plays, or nobody any more, the playtime tracked so far is reported for who played it.
        """
        return self._player

    @player.setter
    def player(self, player: ForgePlayer | None) -> None:
        if player is not None:
            player_fields(player)
        if self._tracker is not None and self._player is not None and player != self._player:
            self._tracker.report()
        self._player = player

    def playtime(
        self,
        hours: float,
        *,
        ended: datetime | None = None,
        player: ForgePlayer | None = None,
        durable: bool | None = None,
    ) -> Call[Receipt]:
        """Report one session (``POST /player/playtime``). Hours add up at Forge: report each session once.

        Args:
            hours: length of this session in hours; not a running total.
            ended: when it ended, an aware datetime; now if not given.
            player: who played; `Forge.player` if not given.
            durable: False keeps it off the disk; see `DURABLE`.

        Returns:
            A call that ends with `RecordsRejected`, `DailyQuotaExceeded`, ... or as unknown when the answer was lost:
            Forge cannot be asked, so it is not sent again then.

        Raises:
            UsageError: a value cannot be right, or nobody plays.
        """
        when = ended if ended is not None else datetime.now(UTC)
        record = PlaytimeRecord(player=self._who(player), hours=hours, ended=when)
        return self._submit("playtime", Kind.ADDITIVE, [playtime_fields(record)], durable)

    def playtime_batch(self, records: Iterable[PlaytimeRecord], *, durable: bool | None = None) -> Call[Receipt]:
        """Report several sessions in one request (``POST /player/playtime`` with an array).

        Each record carries a ``record_id``, which Forge documents for achievements alone, so that a failure can be
        told from the others. Forge promises nothing about records that come twice.

        Raises:
            UsageError: a value cannot be right, or there are none or more than `largest_batch`.
        """
        fields = [playtime_fields(record) for record in listed("records", records, "PlaytimeRecord")]
        return self._submit("playtime", Kind.ADDITIVE, self._batch(fields), durable)

    def achievement(
        self,
        title: str,
        *,
        description: str = "",
        unlocked: bool = True,
        unlock_time: datetime | int | str | None = None,
        player: ForgePlayer | None = None,
        durable: bool | None = None,
    ) -> Call[Receipt]:
        """Report an achievement (``POST /player/achievement``). Reporting it again does no harm.

        Args:
            title: as the quests on Forge name it.
            description: its text.
            unlocked: whether the player has it.
            unlock_time: since when, an aware datetime or Unix seconds; now if not given and `unlocked`. A text goes to
                Forge as it is, whatever `unlock_time_format` is.
            player: who it is; `Forge.player` if not given.
            durable: False keeps it off the disk; see `DURABLE`.

        Raises:
            UsageError: a value cannot be right, or nobody plays.
        """
        if unlock_time is None and unlocked:
            unlock_time = datetime.now(UTC)
        record = AchievementRecord(
            player=self._who(player),
            title=title,
            description=description,
            unlocked=unlocked,
            unlock_time=unlock_time,
        )
        return self._submit(
            "achievement", Kind.IDEMPOTENT, [achievement_fields(record, self._unlock_time_format)], durable
        )

    def achievement_batch(self, records: Iterable[AchievementRecord], *, durable: bool | None = None) -> Call[Receipt]:
        """Report several achievements in one request (``POST /player/achievement`` with an array).

        Raises:
            UsageError: a value cannot be right, or there are none or more than `largest_batch`.
        """
        how = self._unlock_time_format
        fields = [achievement_fields(record, how) for record in listed("records", records, "AchievementRecord")]
        return self._submit("achievement", Kind.IDEMPOTENT, self._batch(fields), durable)

    def points(self, *, player: ForgePlayer | None = None, game_name: str | None = None) -> Call[ForgePoints | None]:
        """Ask what a player has earned (``GET /v1/user/points``). Like all calls, it needs the key, or a relay.

        Args:
            player: who it is; `Forge.player` if not given.
            game_name: the game's name on Forge; that of the key if not given.

        Returns:
            A call whose value is None when Forge does not know the player.

        Raises:
            UsageError: nobody plays, or there is no key to tell the game's name.
        """
        return self._look_up("points", player, game_name)

    def referrals(
        self, *, player: ForgePlayer | None = None, game_name: str | None = None
    ) -> Call[ForgeReferrals | None]:
        """Ask whom a player has brought along (``GET /v1/user/referrals``). Arguments and outcomes as for `points`."""
        return self._look_up("referrals", player, game_name)

    def track_playtime(self, **how: Any) -> PlaytimeTracker:
        """Measure how long the player really plays, and report it; see `PlaytimeTracker` for the arguments.

        Set `player` first, or later: what was played before belongs to the first player there is.

        Raises:
            UsageError: it is being measured already.
        """
        if self._tracker is not None:
            raise UsageError("playtime is tracked already; track_playtime() is called once")
        self._tracker = PlaytimeTracker(self, **how)
        return self._tracker

    def frame(self, now: float) -> None:
        """Let the tracker count, by `ServiceManager.update`. Frame thread."""
        if self._tracker is not None:
            self._tracker.frame(now)

    def activity(self, active: bool | None, focused: bool | None) -> None:
        """Let the tracker hear of input and focus, by `ServiceManager.activity`. Frame thread."""
        if self._tracker is not None:
            self._tracker.activity(active, focused)

    def closing(self) -> None:
        """Report the session of play before the manager closes. Frame thread."""
        if self._tracker is not None:
            self._tracker.close()

    def say(self, event: Event) -> None:
        """Let the game hear of `event`. By the parts of this service, on the frame thread."""
        self.manager.announce(event)

    def request(self, operations: Sequence[Operation]) -> Request:
        """Build an operation's request. Worker thread."""
        (operation,) = operations
        self._check_parked(operation)
        if operation.name in LOOK_UPS:
            return Request(
                method="GET",
                url=f"{self.base_url}{LOOK_UPS[operation.name]}?{urlencode(operation.arguments)}",
                headers=self._key_header(),
                secrets=(self._key,) if self._key else (),
                timeout_s=operation.timeout_s,
                max_bytes=operation.max_bytes,
                started_by=self._started_by,
            )
        return Request(
            method="POST",
            url=self.base_url + PATHS[operation.name],
            headers={"Content-Type": "application/json", **self._key_header(), **self._name(operation)},
            body=operation.arguments["records"].encode(),
            secrets=self._secrets if self._relay is None else self._relay.ticket,
            timeout_s=operation.timeout_s,
            max_bytes=operation.max_bytes,
            started_by=self._started_by,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode an operation's answer. Worker thread."""
        (operation,) = operations
        if self._relay is not None:
            self._relay.hear(response)
        try:
            if operation.name in LOOK_UPS:
                refused_by_key_or_quota(response, datetime.now(UTC))
                return [Answer(standing(operation.name, response))]
            return [Answer(receipt(response, _ids(operation), datetime.now(UTC)))]
        except DailyQuotaExceeded as quota:
            self._parked = (self._clock() + (quota.retry_after or 0.0), quota)
            raise _quota_error(operation, quota, quota.retry_after or 0.0) from None

    def __repr__(self) -> str:
        game = f"game {self.key.game_id!r}" if self.key is not None else "no key"
        return f"<Forge {self.name!r}, {game}, at {self.base_url}>"

    def _look_up(self, name: str, player: ForgePlayer | None, game_name: str | None) -> Call[Any]:
        game = game_name if game_name is not None else self.key.game if self.key is not None else None
        if game is None:
            raise UsageError("there is no key that tells the game's name; pass game_name", fields=("game_name",))
        who = player_fields(self._who(player))
        if "user_email" in who:
            identity = {"email": who["user_email"]}
        else:
            identity = {"wallet_address": who["wallet_address"], "blockchain": who["blockchain"]}
        return self.manager.submit(
            Operation(
                service=self.name,
                name=name,
                kind=Kind.SAFE,
                arguments={"game_name": text("game_name", game), **identity},
                timeout_s=20.0,
            )
        )

    def _who(self, player: ForgePlayer | None) -> ForgePlayer:
        who = player if player is not None else self._player
        if who is None:
            raise UsageError("nobody plays; set forge.player, or pass player=ForgePlayer(email=...)")
        return who

    def _batch(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not 1 <= len(records) <= self.largest_batch:
            raise UsageError(f"the batch holds {len(records)} records; pass from 1 to {self.largest_batch}")
        named = [record if "record_id" in record else {**record, "record_id": uuid.uuid4().hex} for record in records]
        same_names(record["record_id"] for record in named)
        return named

    def _submit(
        self, name: str, kind: Kind, records: list[dict[str, Any]], durable: bool | None = None
    ) -> Call[Receipt]:
        body: object = records if len(records) > 1 else records[0]
        arguments = {"records": msgspec.json.encode(body).decode()}
        flags = {record.get("unlocked") for record in records}  # None: playtime, in whatever order
        if any("record_id" in record for record in records):
            arguments["record_ids"] = msgspec.json.encode([record.get("record_id", "") for record in records]).decode()
        return self.manager.submit(
            Operation(
                service=self.name,
                name=name,
                kind=kind if self._relay is None else Kind.IDEMPOTENT,
                id=new_id(),
                arguments=arguments,
                timeout_s=20.0,
                deadline_s=120.0,
                # What was unlocked and then taken back must not arrive the other way round.
                lane="" if None in flags else f"{self.name}/{name}",
                mingles="" if len(flags) > 1 else f"unlocked {flags}",
                durable=self.DURABLE if durable is None else durable,
            )
        )

    def _name(self, operation: Operation) -> dict[str, str]:
        """What a relay is told besides: what the write is called, so that it knows it again."""
        return {WRITE_ID: operation.id} if self._relay is not None and operation.id else {}

    @property
    def _started_by(self) -> str:
        return "" if self._relay is None else STARTED_BY

    def _key_header(self) -> dict[str, str]:
        if self._relay is not None:
            return self._relay.headers()
        return {"X-API-Key": self._key.reveal()} if self._key else {}

    def _check_parked(self, operation: Operation) -> None:
        """Send nothing while the day's quota is used up: it would only be refused again."""
        parked = self._parked
        if parked is None:
            return
        left = parked[0] - self._clock()
        if left > 0:
            raise _quota_error(operation, parked[1], left)
        self._parked = None


def _quota_error(operation: Operation, quota: DailyQuotaExceeded, left: float) -> DailyQuotaExceeded:
    kind = WaitingForQuota if operation.durable else DailyQuotaExceeded
    return kind(quota.message, retry_after=left, until=quota.until, status=quota.status)


def _ids(operation: Operation) -> list[str]:
    """The record ids that were sent; one empty string stands for a single record without any."""
    written = operation.arguments.get("record_ids")
    return [""] if written is None else msgspec.json.decode(written, type=list[str])
