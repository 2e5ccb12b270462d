"""Game Jolt's answers as they come: nearly every scalar a string, sometimes a number; an empty list an empty string.

One struct holds the fields of all answers, since a batch mixes them. Nothing here decides what they mean. Rows hold
scalars alone, so the garbage collector need not look at the thousands of them (it would stop the game meanwhile).
"""

from __future__ import annotations

import msgspec

Scalar = str | int | float | bool | None


class WireUser(msgspec.Struct, gc=False):
    """An element of ``users``."""

    id: Scalar = None
    type: Scalar = None
    username: Scalar = None
    avatar_url: Scalar = None
    signed_up: Scalar = None
    signed_up_timestamp: Scalar = None
    last_logged_in: Scalar = None
    last_logged_in_timestamp: Scalar = None
    status: Scalar = None
    developer_name: Scalar = None
    developer_website: Scalar = None
    developer_description: Scalar = None


class WireScore(msgspec.Struct, gc=False):
    """An element of ``scores``."""

    score: Scalar = None
    sort: Scalar = None
    extra_data: Scalar = None
    user: Scalar = None
    user_id: Scalar = None
    guest: Scalar = None
    stored: Scalar = None
    stored_timestamp: Scalar = None


class WireTable(msgspec.Struct, gc=False):
    """An element of ``tables``."""

    id: Scalar = None
    name: Scalar = None
    description: Scalar = None
    primary: Scalar = None


class WireTrophy(msgspec.Struct, gc=False):
    """An element of ``trophies``."""

    id: Scalar = None
    title: Scalar = None
    description: Scalar = None
    difficulty: Scalar = None
    image_url: Scalar = None
    achieved: Scalar = None


class WireFriend(msgspec.Struct, gc=False):
    """An element of ``friends``."""

    friend_id: Scalar = None


class WireKey(msgspec.Struct, gc=False):
    """An element of ``keys``."""

    key: Scalar = None


class WireResponse(msgspec.Struct):
    """What stands under ``response``, and what a batch holds under ``responses``. Only a relay says ``rule``."""

    success: Scalar = None
    message: Scalar = None
    rule: Scalar = None
    users: list[WireUser] | str | None = None
    scores: list[WireScore] | str | None = None
    tables: list[WireTable] | str | None = None
    trophies: list[WireTrophy] | str | None = None
    friends: list[WireFriend] | str | None = None
    keys: list[WireKey] | str | None = None
    responses: list[WireResponse] | str | None = None
    rank: Scalar = None
    data: Scalar = None
    timestamp: Scalar = None
    timezone: Scalar = None
    year: Scalar = None
    month: Scalar = None
    day: Scalar = None
    hour: Scalar = None
    minute: Scalar = None
    second: Scalar = None


class WireEnvelope(msgspec.Struct):
    """The whole document."""

    response: WireResponse


def said(value: Scalar) -> str:
    """A scalar as text; nothing is the empty string."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def number(value: Scalar) -> int | None:
    """A scalar as a whole number; None when it is empty or none at all. A fraction is cut off."""
    if type(value) is int:
        return value
    if value is None or value == "":
        return None
    try:
        return int(value)
    except ValueError:
        try:
            return int(float(value))
        except (ValueError, OverflowError):
            return None
    except OverflowError:
        return None


def flag(value: Scalar) -> bool:
    """A scalar as yes or no: ``"false"``, ``"0"``, ``"no"`` and nothing are no."""
    return said(value).strip().lower() in ("true", "1", "yes")
