"""Records as Forge reads them: checked, and turned into the JSON that is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import text
from pygame_gameservices.services.forge.models import AchievementRecord, ForgePlayer, PlaytimeRecord

logger = logging.getLogger("pygame_gameservices")

BLOCKCHAINS = frozenset({"avalanche", "base", "ethereum", "polygon", "ronin", "solana", "sui"})
"""Those that Forge's documentation names; others are sent as well, with a warning."""

UNLOCK_TIME_FORMATS = ("unix", "datetime")
LONG_SESSION_HOURS = 24.0
MOST_HOURS = 1_000_000.0


def playtime_fields(record: PlaytimeRecord) -> dict[str, Any]:
    """Check a session and return its JSON object. Raises `UsageError`."""
    if not isinstance(record, PlaytimeRecord):
        raise UsageError(f"the record is {type(record).__name__}; pass a PlaytimeRecord")
    return {
        "last_time_played": moment("ended", record.ended).strftime("%Y-%m-%d %H:%M:%S"),
        "total_hours": _hours(record.hours),
        **player_fields(record.player),
        **_named(record.record_id),
    }


def achievement_fields(record: AchievementRecord, unlock_time_format: str) -> dict[str, Any]:
    """Check an achievement and return its JSON object. Raises `UsageError`."""
    if not isinstance(record, AchievementRecord):
        raise UsageError(f"the record is {type(record).__name__}; pass an AchievementRecord")
    if not isinstance(record.unlocked, bool):
        raise UsageError(f"unlocked is {record.unlocked!r}; pass True or False")
    if not text("title", record.title).strip():
        raise UsageError("title is blank; pass the achievement's title")
    fields: dict[str, Any] = {"achievement_title": record.title}
    if record.description:
        fields["achievement_description"] = text("description", record.description)
    if record.unlock_time is not None:
        fields["unlock_time"] = _unlock_time(record.unlock_time, unlock_time_format)
    return {
        **fields,
        "unlocked": record.unlocked,
        **player_fields(record.player),
        **_named(record.record_id),
    }


def player_fields(player: ForgePlayer) -> dict[str, str]:
    """Return the identity's fields: an e-mail address, a wallet with its chain, or both. Raises `UsageError`."""
    if not isinstance(player, ForgePlayer):
        raise UsageError(f"player is {type(player).__name__}; pass a ForgePlayer")
    if player.blockchain and player.blockchain not in BLOCKCHAINS:
        known = ", ".join(sorted(BLOCKCHAINS))
        logger.warning("blockchain %r is none that Forge documents: %s", player.blockchain, known)
    fields = {"user_email": player.email, "wallet_address": player.wallet_address, "blockchain": player.blockchain}
    return {name: value for name, value in fields.items() if value}


def moment(name: str, value: object) -> datetime:
    """Return an aware datetime in UTC.

    Raises:
        UsageError: it is none, or it has no time zone, so that nobody could tell which moment is meant.
    """
    if not isinstance(value, datetime):
        raise UsageError(f"{name} is {type(value).__name__}; pass a datetime with a time zone")
    if value.utcoffset() is None:
        raise UsageError(f"{name} has no time zone; pass an aware datetime such as datetime.now(UTC)")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{name} is {value}; pass a moment that has a date in UTC") from None


def checked_format(name: str) -> str:
    """Return `name` if it is one of `UNLOCK_TIME_FORMATS`. Raises `UsageError`."""
    if name not in UNLOCK_TIME_FORMATS:
        raise UsageError(f"unlock_time_format is {name!r}; pass 'unix' or 'datetime'")
    return name


def same_names(record_ids: Iterable[str]) -> None:
    """Make sure that no two records of a batch share an id. Raises `UsageError`."""
    seen: set[str] = set()
    for record_id in record_ids:
        if record_id in seen:
            raise UsageError(f"record_id {record_id!r} stands twice in the batch; give each record its own")
        seen.add(record_id)


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"hours is {type(value).__name__} {value!r}; pass the length of the session in hours")
    if not 0 <= value < MOST_HOURS:
        raise UsageError(f"hours is negative, not finite or over {MOST_HOURS:,.0f}; pass the hours of one session")
    if value > LONG_SESSION_HOURS:
        logger.warning("a session of %.1f hours is reported; hours are those of one session, not a total", value)
    return value


def _unlock_time(value: object, form: str) -> str:
    """A moment or Unix seconds in the form that is set; a text as it is, since Forge's own editions differ."""
    if isinstance(value, str):
        if not text("unlock_time", value).strip():
            raise UsageError("unlock_time is blank; pass None when the time is not known")
        return value
    when = moment("unlock_time", _of_unix(value) if isinstance(value, int) else value)
    return str(int(when.timestamp())) if form == "unix" else when.strftime("%Y-%m-%d %H:%M:%S")


def _of_unix(seconds: int) -> datetime:
    if isinstance(seconds, bool):
        raise UsageError(f"unlock_time is {seconds!r}; pass an aware datetime, Unix seconds or a text")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"unlock_time is {seconds}; pass Unix seconds (not milliseconds)") from None


def _named(record_id: str) -> dict[str, str]:
    return {"record_id": text("record_id", record_id)} if record_id else {}
