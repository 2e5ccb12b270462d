"""One record of a payload, read and judged the way a strict server does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_WALLET = re.compile(r"0x[0-9a-fA-F]{40}|0x[0-9a-fA-F]{64}|ronin:[0-9a-fA-F]{40}|[1-9A-HJ-NP-Za-km-z]{32,44}")
_MOST_HOURS = 1e9
_LONGEST_ID = 200
_TIME = "%Y-%m-%d %H:%M:%S"
_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class BadRecord(Exception):
    """A record that is not taken; the text is sent to the partner."""


def record_id(record: object, place: int) -> str:
    """Return what names a record in an error: its own ``record_id``, else its place counted from 1."""
    own = record.get("record_id") if isinstance(record, Mapping) else None
    named = isinstance(own, (str, int)) and not isinstance(own, bool) and own != ""
    return str(own)[:_LONGEST_ID] if named else str(place + 1)


def playtime(record: object) -> dict[str, Any]:
    """Return the columns of a playtime record. Raises `BadRecord`."""
    fields = _object(record)
    return {**_identity(fields), "ended": _time(fields), "hours": _hours(fields.get("total_hours"))}


def achievement(record: object) -> dict[str, Any]:
    """Return the columns of an achievement record. Raises `BadRecord`."""
    fields = _object(record)
    title, unlocked = _text(fields, "achievement_title", "Invalid achievement title."), fields.get("unlocked")
    if not title.strip():
        raise BadRecord("Invalid achievement title.")
    if not isinstance(unlocked, bool):
        raise BadRecord("Invalid unlocked value.")
    return {
        **_identity(fields),
        "title": title,
        "description": _text(fields, "achievement_description", "Invalid achievement description."),
        "unlocked": int(unlocked),
        "unlock_time": _unlock_time(_text(fields, "unlock_time", "Invalid unlock time.")),
    }


def same_address(address: str) -> str:
    """Bring an address to the form that equal addresses share: hexadecimal ones mean the same in either case."""
    return address.lower() if address.startswith(("0x", "ronin:")) else address


def _object(record: object) -> Mapping[str, Any]:
    if not isinstance(record, Mapping):
        raise BadRecord("Invalid record.")
    own = record.get("record_id", "")
    if not isinstance(own, (str, int)) or not _is_text(str(own)[:_LONGEST_ID]) or len(str(own)) > _LONGEST_ID:
        raise BadRecord("Invalid record id.")
    return record


def _identity(fields: Mapping[str, Any]) -> dict[str, Any]:
    email = _text(fields, "user_email", "Invalid email address.")
    address = _text(fields, "wallet_address", "Invalid wallet address.")
    blockchain = _text(fields, "blockchain", "Invalid blockchain.")
    if not email and not address:
        raise BadRecord("Either user_email or wallet_address is required.")
    if email and not _EMAIL.fullmatch(email):
        raise BadRecord("Invalid email address.")
    if address and not _WALLET.fullmatch(address):
        raise BadRecord("Invalid wallet address.")
    if address and not blockchain:
        raise BadRecord("blockchain is required with wallet_address.")
    own = fields.get("record_id", "")
    return {
        "email": email.casefold(),
        "address": same_address(address),
        "blockchain": blockchain if address else "",
        "record_id": str(own),
    }


def _text(fields: Mapping[str, Any], key: str, complaint: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not _is_text(value):
        raise BadRecord(complaint)
    return value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell and no database can hold
        return False
    return True


def _time(fields: Mapping[str, Any]) -> float:
    value = fields.get("last_time_played")
    moment = _parsed(value) if isinstance(value, str) else None
    if moment is None:
        raise BadRecord("Invalid last_time_played.")
    return moment


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < _MOST_HOURS:
        raise BadRecord("Invalid total_hours.")
    return float(value)


def _unlock_time(text: str) -> str:
    # Two generations of the documentation differ: Unix seconds as text, or a date. Both are taken.
    if text and not (text.isascii() and text.isdigit()) and _parsed(text) is None:
        raise BadRecord("Invalid unlock time.")
    return text


def _parsed(text: str) -> float | None:
    if not _TIME_FORM.fullmatch(text):
        return None
    try:
        moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return moment if moment >= 0 else None
