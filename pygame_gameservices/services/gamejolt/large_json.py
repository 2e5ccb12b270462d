"""Large answers, decoded bit by bit: one call into C for a megabyte of rows would hold up a frame or two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.services.gamejolt.wire import (
    WireFriend,
    WireKey,
    WireResponse,
    WireScore,
    WireTable,
    WireTrophy,
    WireUser,
)

LARGE_LIST = 16 << 10
"""Bytes from which a list is decoded like this."""
AT_A_TIME = 50
"""Rows that are decoded in one go."""


class _Envelope(msgspec.Struct):
    response: dict[str, msgspec.Raw]


_envelope = msgspec.json.Decoder(_Envelope)
_outline = msgspec.json.Decoder(list[msgspec.Raw])
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_response = msgspec.json.Decoder(WireResponse)
_kinds: dict[str, Any] = {
    "users": list[WireUser],
    "scores": list[WireScore],
    "tables": list[WireTable],
    "trophies": list[WireTrophy],
    "friends": list[WireFriend],
    "keys": list[WireKey],
}
_rows: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(kind) for name, kind in _kinds.items()}


def read_large(body: bytes) -> WireResponse:
    """Decode an answer as `msgspec` would in one go, in pieces with rests between them. Worker thread.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError: it is no JSON, or not what it should be.
    """
    return _filled(_envelope.decode(body).response, Breath())


def _filled(fields: dict[str, msgspec.Raw], breath: Breath) -> WireResponse:
    """Decode large lists row by row, and everything else at once."""
    breath.take()
    lists = {name: raw for name, raw in fields.items() if _is_large_list(name, raw)}
    small = {name: raw for name, raw in fields.items() if name not in lists}
    response = _response.decode(msgspec.json.encode(small))
    for name, raw in lists.items():
        elements = _outline.decode(raw)
        breath.take()
        decoded = _answers(elements, breath) if name == "responses" else _in_pieces(name, elements, breath)
        setattr(response, name, decoded)
    return response


def _is_large_list(name: str, raw: msgspec.Raw) -> bool:
    view = memoryview(raw)
    return len(view) > LARGE_LIST and (name in _rows or name == "responses") and bytes(view[:1]) == b"["


def _answers(elements: Sequence[msgspec.Raw], breath: Breath) -> list[WireResponse]:
    return [_filled(_fields.decode(element), breath) for element in elements]


def _in_pieces(name: str, elements: Sequence[msgspec.Raw], breath: Breath) -> list[Any]:
    rows: list[Any] = []
    for start in range(0, len(elements), AT_A_TIME):
        rows += _rows[name].decode(msgspec.json.encode(elements[start : start + AT_A_TIME]))
        breath.take()
    return rows


def convert_large(fields: Any) -> WireResponse:
    """Convert the fields of another format as `msgspec` would in one go, in the same pieces. Worker thread.

    Raises:
        msgspec.ValidationError: they are not what they should be.
    """
    if not isinstance(fields, dict):
        return msgspec.convert(fields, WireResponse)
    breath = Breath()
    lists = {name: rows for name, rows in fields.items() if name in _kinds and isinstance(rows, list)}
    answers = fields.get("responses")
    small = {n: v for n, v in fields.items() if n not in lists and not (n == "responses" and isinstance(answers, list))}
    response = msgspec.convert(small, WireResponse)
    for name, rows in lists.items():
        converted: list[Any] = []
        for start in range(0, len(rows), AT_A_TIME):
            converted += msgspec.convert(rows[start : start + AT_A_TIME], _kinds[name])
            breath.take()
        setattr(response, name, converted)
    if isinstance(answers, list):
        response.responses = [convert_large(one) for one in answers]
    return response
