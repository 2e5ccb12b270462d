"""The names of contracts: ``2025-01-15T14:00:00Z/PT15M`` is a quarter hour of power. Any thread."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from pygame_gameservices.services.dates import parse_date

_LENGTH = re.compile(r"PT(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?")


class Contract(msgspec.Struct, frozen=True):
    """When power flows: from `start` (an aware datetime in UTC) for `duration`."""

    start: datetime
    duration: timedelta

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + self.duration

    @property
    def name(self) -> str:
        """Its name as the service writes it."""
        minutes = round(self.duration.total_seconds() / 60)
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/PT{minutes}M"


def parse_contract(name: str) -> Contract | None:
    """Read a contract's name; None where it is something else, such as ``BASE-QUOTE``: names are opaque."""
    start, slash, length = name.partition("/")
    match = _LENGTH.fullmatch(length)
    moment = parse_date(start)
    if not slash or match is None or moment is None or "T" not in start:
        return None
    return Contract(moment, timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)))


def minutes_of(duration: str) -> int | None:
    """Minutes of a duration such as ``"15m"`` or ``"1h"``; None when it is none."""
    match = re.fullmatch(r"([1-9]\d{0,3})([mh])", duration, re.ASCII)
    return None if match is None else int(match[1]) * (60 if match[2] == "h" else 1)
