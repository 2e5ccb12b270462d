"""Dates as services write them: one lenient reader that always returns an aware datetime in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"  # 2017, 2017-10, 2017-10-19
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"  # 13:35, 13:35:06, 13:35:06.432976123
    r" ?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?",  # Z, +00:00, +0000, +00
    re.IGNORECASE | re.ASCII,
)


def parse_date(text: str) -> datetime | None:
    """Read a date in any of the forms that services use; None when it is none. Any thread.

    Takes ``2017-10-19 13:35:06``, RFC 3339 with ``Z`` or an offset (with or without a colon), fractions of up to nine
    digits (cut off after microseconds), and the shorter forms of W3C dates. Without a zone it is taken for UTC.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")[:6]),
            tzinfo=_zone(zone),
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or out of range once it is UTC
        return None


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
