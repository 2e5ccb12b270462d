"""Order payloads, read and judged the way the service does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

MICRO = 1_000_000
LARGEST = 10**15
"""In millionths: a thousand million, more than any market has."""

_DURATION = re.compile(r"([1-9]\d{0,3})([mh])")
_LONGEST_SUFFIX = 50


class BadOrder(Exception):
    """An order that is not taken. `field` is the one to blame."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order says, in the book's own units."""

    side: str
    price: int
    volume: int
    date: str
    start_time: str
    end_time: str
    duration: str
    tz_offset_hours: int
    hidden: bool
    suffix: str
    starts: float
    contract: str


def read_terms(payload: object, now: float, *, positive_prices: bool, strict_durations: bool, suffixes: bool) -> Terms:
    """Return what an order payload says. Raises `BadOrder` at the first thing that is wrong with it.

    Args:
        now: Unix seconds.
        positive_prices: whether prices of 0 and below are wrong.
        strict_durations: whether a duration that is not the length of the window is wrong.
        suffixes: whether the account may put a suffix to its name; for others it is read and then ignored.
    """
    if not isinstance(payload, Mapping):
        raise BadOrder("body", "Invalid order: must be an object")
    for field in ("side", "price", "volume", "date", "start_time", "end_time", "duration"):
        if payload.get(field) is None:
            raise BadOrder(field, f"Missing required field '{field}'")
    if payload["side"] not in ("buy", "sell"):
        raise BadOrder("side", "Invalid side: must be 'buy' or 'sell'")
    price = _millionths(payload["price"], "price")
    if positive_prices and price <= 0:
        raise BadOrder("price", "Invalid price: must be positive number")
    volume = _millionths(payload["volume"], "volume")
    if volume <= 0:
        raise BadOrder("volume", "Invalid volume: must be positive number")
    state = payload.get("state") or "displayed"
    if state not in ("displayed", "hidden"):
        raise BadOrder("state", "Invalid state: must be 'displayed' or 'hidden'")
    offset = payload.get("tz_offset_hours")
    offset = 0 if offset is None else offset
    if isinstance(offset, bool) or not isinstance(offset, int) or not 0 <= offset <= 2:
        raise BadOrder("tz_offset_hours", "Invalid tz_offset_hours: must be an integer between 0 and 2")
    suffix = _suffix(payload.get("options"))
    starts, ends = _window(payload, offset, now)
    minutes = round((ends - starts).total_seconds() / 60)
    if _minutes(payload["duration"]) != minutes and strict_durations:
        raise BadOrder("duration", "Invalid duration: must equal end_time - start_time")
    return Terms(
        side=payload["side"],
        price=price,
        volume=volume,
        date=payload["date"],
        start_time=payload["start_time"],
        end_time=payload["end_time"],
        duration=payload["duration"],
        tz_offset_hours=offset,
        hidden=state == "hidden",
        suffix=suffix if suffixes else "",
        starts=starts.timestamp(),
        contract=contract_name(starts, minutes),
    )


def contract_name(starts: datetime, minutes: int) -> str:
    """Name the product that is traded: the start in UTC, and how long power flows."""
    return f"{starts.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}/PT{minutes}M"


def _window(payload: Mapping[str, Any], offset: int, now: float) -> tuple[datetime, datetime]:
    day = _parsed(payload["date"], "%Y-%m-%d", r"\d{4}-\d\d-\d\d", "date", "must be YYYY-MM-DD")
    start = _parsed(payload["start_time"], "%H:%M", r"\d\d:\d\d", "start_time", "must be HH:MM")
    end = _parsed(payload["end_time"], "%H:%M", r"\d\d:\d\d", "end_time", "must be HH:MM")
    if end <= start:
        raise BadOrder("end_time", "Invalid end_time: must be after start_time")
    try:
        midnight = day.replace(tzinfo=UTC) - timedelta(hours=offset)
    except OverflowError:
        raise BadOrder("date", "Invalid date: must be in the future") from None
    starts = midnight + timedelta(hours=start.hour, minutes=start.minute)
    ends = midnight + timedelta(hours=end.hour, minutes=end.minute)
    if starts.timestamp() <= now:
        today = datetime.fromtimestamp(now, UTC) + timedelta(hours=offset)
        field = "date" if day.date() < today.date() else "start_time"
        raise BadOrder(field, f"Invalid {field}: must be in the future")
    return starts, ends


def _parsed(value: object, form: str, pattern: str, field: str, rule: str) -> datetime:
    try:
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            return datetime.strptime(value, form)
    except ValueError:
        pass
    raise BadOrder(field, f"Invalid {field}: {rule}")


def _minutes(value: object) -> int:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadOrder("duration", "Invalid duration: must be like '15m' or '1h'")
    return int(match[1]) * (60 if match[2] == "h" else 1)


def _millionths(value: object, field: str) -> int:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        try:
            scaled = (Decimal(value) * MICRO).to_integral_value()
            if abs(scaled) <= LARGEST:
                return int(scaled)
        except ArithmeticError:  # beyond what even Decimal holds
            pass
    raise BadOrder(field, f"Invalid {field}: must be a number")


def _suffix(options: object) -> str:
    if options is None:
        return ""
    if not isinstance(options, Mapping):
        raise BadOrder("options", "Invalid options: must be an object")
    suffix = options.get("trader_suffixe")
    if suffix is None:
        return ""
    if not isinstance(suffix, str) or len(suffix) > _LONGEST_SUFFIX or not suffix.isprintable():
        raise BadOrder("options", "Invalid trader_suffixe: must be a text of at most 50 characters")
    return suffix
