"""``time/``: https://gamejolt.com/game-api/doc/time"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pygame_gameservices.sandbox.gamejolt.ask import Answer, Ask

_ZONE_NAME = "America/New_York"


def _zone() -> tuple[str, ZoneInfo | None]:
    try:
        return _ZONE_NAME, ZoneInfo(_ZONE_NAME)
    except ZoneInfoNotFoundError:  # Windows without the tzdata package
        return "UTC", None


def fetch(ask: Ask) -> Answer:
    """Return the server's time. The real one lives in New York; without zone data this one lives in UTC."""
    name, zone = _zone()
    moment = datetime.fromtimestamp(int(ask.now), zone or UTC)
    return {
        "timestamp": int(ask.now),
        "timezone": name,
        "year": moment.strftime("%Y"),
        "month": moment.strftime("%m"),
        "day": moment.strftime("%d"),
        "hour": moment.strftime("%H"),
        "minute": moment.strftime("%M"),
        "second": moment.strftime("%S"),
    }
