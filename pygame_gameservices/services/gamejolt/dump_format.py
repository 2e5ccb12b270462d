"""Dumps: ``SUCCESS`` or ``FAILURE`` on a line, then the bare value or the message (API page "Formats").

Only an answer of one value can be told from its dump, so lists are never asked for in this format.
"""

from __future__ import annotations

from typing import Any

from pygame_gameservices.services.gamejolt.senseless import Senseless

_FIELD_OF = {
    "users.auth": "",
    "sessions.open": "",
    "sessions.ping": "",
    "sessions.check": "",
    "sessions.close": "",
    "scores.add": "",
    "scores.get_rank": "rank",
    "trophies.add_achieved": "",
    "trophies.remove_achieved": "",
    "data_store.fetch": "data",
    "data_store.set": "",
    "data_store.update": "data",
    "data_store.remove": "",
}
"""The field that holds the value of an answer; empty when success is all it says."""


def can_carry(operation_name: str) -> bool:
    """Whether the answer to an operation is one value at most."""
    return operation_name in _FIELD_OF


def parse(body: str, operation_name: str) -> dict[str, Any]:
    """Read a dump into the fields that JSON would have. Worker thread.

    Raises:
        Senseless: it is none.
    """
    verdict, _, rest = body.partition("\n")
    verdict = verdict.removesuffix("\r")
    if verdict == "FAILURE":
        return {"success": "false", "message": rest}
    if verdict != "SUCCESS":
        raise Senseless
    field = _FIELD_OF[operation_name]
    return {"success": "true", field: rest} if field else {"success": "true"}
