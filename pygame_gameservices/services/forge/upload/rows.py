"""From a row of a file to a record. The columns have the names of the API's fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.dates import parse_date
from pygame_gameservices.services.forge.models import AchievementRecord, ForgePlayer, PlaytimeRecord
from pygame_gameservices.services.forge.wire import achievement_fields, playtime_fields

KINDS = ("playtime", "achievement")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Record = PlaytimeRecord | AchievementRecord


def record_of(kind: str, row: Mapping[str, Any], record_id: str) -> Record:
    """Make a record of a row, and check it. Raises `UsageError` that says what is wrong with it."""
    player = ForgePlayer(_text(row, "user_email"), _text(row, "wallet_address"), _text(row, "blockchain"))
    record_id = _text(row, "record_id") or record_id
    if kind == "playtime":
        session = PlaytimeRecord(
            player=player, hours=_hours(row), ended=_moment(row, "last_time_played", None), record_id=record_id
        )
        playtime_fields(session)
        return session
    has_time = row.get("unlock_time") not in (None, "")
    achievement = AchievementRecord(
        player=player,
        title=_text(row, "achievement_title"),
        description=_text(row, "achievement_description"),
        unlocked=_flag(row),
        unlock_time=_moment(row, "unlock_time", None) if has_time else None,
        record_id=record_id,
    )
    achievement_fields(achievement, "unix")
    return achievement


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value).strip()
    raise UsageError(f"{name} is {type(value).__name__}; write a text")


def _hours(row: Mapping[str, Any]) -> float:
    value = row.get("total_hours")
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise UsageError(f"total_hours is {value!r}; write a number") from None
    if value is None:
        raise UsageError("total_hours is missing; write the hours of the session")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"total_hours is {type(value).__name__}; write a number")
    return value


def _flag(row: Mapping[str, Any]) -> bool:
    value = row.get("unlocked", True)
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(str(value).strip().lower())
    if flag is None:
        raise UsageError(f"unlocked is {value!r}; write true or false")
    return flag


def _moment(row: Mapping[str, Any], name: str, default: datetime | None) -> datetime:
    """A date, in UTC unless it says otherwise, or Unix seconds."""
    value = row.get(name)
    found = default
    if isinstance(value, datetime):
        found = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    elif not isinstance(value, bool) and re.fullmatch(r"\d+(\.\d+)?", str(value), re.ASCII):
        try:
            found = datetime.fromtimestamp(float(value), UTC)  # type: ignore[arg-type]
        except (ValueError, OverflowError, OSError):
            found = None
    elif isinstance(value, str):
        found = parse_date(value)
    if found is None:
        raise UsageError(f"{name} is {value!r}; write a date such as 2026-01-31 18:30:00 (UTC), or Unix seconds")
    return found
