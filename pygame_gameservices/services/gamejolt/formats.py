"""From bytes to `WireResponse`, in each of Game Jolt's four formats (API page "Formats"). All on the worker.

JSON is the default and the only one that keeps every value of every call: XML cannot carry control characters and
turns a carriage return into a line feed, and a dump is a bare value. Where an answer is more than one value, and for
batches, a client that asked for dumps therefore gets JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.errors import Forbidden, ProtocolError, ServiceError
from pygame_gameservices.services.gamejolt import dump_format
from pygame_gameservices.services.gamejolt.errors import error_for
from pygame_gameservices.services.gamejolt.senseless import Senseless
from pygame_gameservices.services.gamejolt.wire import WireEnvelope, WireResponse, flag, said
from pygame_gameservices.services.http_status import excerpt, status_error
from pygame_gameservices.services.pieces import decode

FORMATS = ("json", "xml", "keypair", "dump")
"""What a client may ask for."""
LARGE = 64 << 10
"""Bytes from which an answer is decoded bit by bit."""

_decoder = msgspec.json.Decoder(WireEnvelope)


def format_for(wanted: str, operation: Operation | None = None) -> str:
    """The format in which to ask: `wanted`, or JSON where a dump is not possible.

    Args:
        operation: what is asked; None for a batch.
    """
    if wanted == "dump" and (operation is None or not dump_format.can_carry(operation.name)):
        return "json"
    return wanted


def read(response: Response, format_name: str = "json", *names: str, in_batch: bool = False) -> WireResponse:
    """Decode an answer. The body comes first: Game Jolt explains itself there whatever the HTTP status. Worker thread.

    Args:
        format_name: one of `FORMATS`.
        names: the operations it answers, in order; JSON and XML can be read without.
        in_batch: whether it is the answer to a batch.

    Raises:
        RateLimited, ServiceUnavailable: the body is no answer, but the status says why.
        ProtocolError: it makes no sense at all.
    """
    try:
        wire = _decoded(response.body, format_name, names, in_batch)
        if _explains(wire, response.status):
            return wire
    except (Senseless, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    error = status_error(response)
    if error is None or isinstance(error, Forbidden):  # Game Jolt says why: this no is somebody else's, on the way
        word = {"json": "JSON", "xml": "XML", "keypair": "key pairs", "dump": "dump"}[format_name]
        error = ProtocolError(f"Game Jolt's {word}", excerpt(response), status=response.status)
    raise error


def _explains(wire: WireResponse, status: int) -> bool:
    """Whether the body says more than the status: a no without a known reason may be one that passes."""
    if flag(wire.success) or (status < 500 and status != 429):
        return bool(said(wire.success))
    return type(error_for(said(wire.message))) is not ServiceError


def _decoded(body: bytes, format_name: str, names: Sequence[str], in_batch: bool) -> WireResponse:
    if format_name != "json":
        return _converted(_fields(body, format_name, names, in_batch))
    try:
        if len(body) <= LARGE:
            return _decoder.decode(body).response
        from pygame_gameservices.services.gamejolt.large_json import read_large  # most answers are small

        return read_large(body)
    except msgspec.ValidationError:  # JSON, but somewhere not of the kind it should be
        whole = decode(body)
        if not isinstance(whole, dict):
            raise
        return _converted(whole.get("response"))


def _converted(fields: Any) -> WireResponse:
    from pygame_gameservices.services.gamejolt.large_json import convert_large

    try:
        return convert_large(fields)
    except msgspec.ValidationError:
        return convert_large(_without_odd_fields(fields))


def _without_odd_fields(answer: Any) -> Any:
    """`answer` whose rows hold scalars alone, as they should: one odd field, or row, spoils no list."""
    if not isinstance(answer, dict):
        return answer
    return {name: _plain_rows(name, value) if isinstance(value, list) else value for name, value in answer.items()}


def _plain_rows(name: str, rows: list[Any]) -> list[Any]:
    if name == "responses":
        return [_without_odd_fields(answer) for answer in rows]
    return [
        {field: value for field, value in row.items() if not isinstance(value, (dict, list))}
        for row in rows
        if isinstance(row, dict)
    ]


def _fields(body: bytes, format_name: str, names: Sequence[str], in_batch: bool) -> dict[str, Any]:
    if format_name == "xml":
        from pygame_gameservices.services.gamejolt import xml_format  # few ask for it, or for key pairs

        return xml_format.parse(body)
    if format_name == "keypair":
        from pygame_gameservices.services.gamejolt import keypair_format

        return keypair_format.parse(body.decode(), names, in_batch)
    return dump_format.parse(body.decode(), names[0])
