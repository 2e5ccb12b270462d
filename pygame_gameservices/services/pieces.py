"""JSON of any size, decoded bit by bit: one call into C for some megabytes would hold up a frame or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.turns.breath import breathe

LARGE = 64 << 10
"""Bytes from which a piece is taken apart further."""
DEEPEST = 16
"""Large pieces inside each other; each is looked through once more for every one that it lies in."""

_list = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def decode(body: bytes, *, float_hook: Callable[[str], Any] | None = None) -> Any:
    """Decode JSON as `msgspec.json.decode` does, with rests between its pieces. Worker thread.

    Args:
        float_hook: makes a number with a fraction of its text.

    Raises:
        msgspec.DecodeError, UnicodeDecodeError, RecursionError: it is no JSON, or nested too deeply.
    """
    return _piece(body, msgspec.json.Decoder(float_hook=float_hook), 0)


def _piece(raw: bytes | memoryview, decoder: msgspec.json.Decoder[Any], depth: int) -> Any:
    breathe()
    view = memoryview(raw)
    start = _first(view)
    if len(view) <= LARGE or start not in b"[{":
        return decoder.decode(view)
    if depth >= DEEPEST:
        raise RecursionError("too many large pieces inside each other")
    if start in b"[":
        elements = _list.decode(view)
        return [one for some in _groups(elements) for one in _several(some, decoder, depth)]
    fields = _object.decode(view)
    return {name: _piece(memoryview(one), decoder, depth + 1) for name, one in fields.items()}


def _several(elements: Sequence[msgspec.Raw], decoder: msgspec.json.Decoder[Any], depth: int) -> list[Any]:
    if len(elements) == 1:
        return [_piece(memoryview(elements[0]), decoder, depth + 1)]
    breathe()
    found: list[Any] = decoder.decode(b"[" + b",".join(memoryview(one) for one in elements) + b"]")
    return found


def _groups(elements: Sequence[msgspec.Raw]) -> Iterator[Sequence[msgspec.Raw]]:
    """Neighbours that together are not large."""
    begin = size = 0
    for place, one in enumerate(elements):
        length = len(memoryview(one))
        if place > begin and size + length > LARGE:
            yield elements[begin:place]
            begin, size = place, 0
        size += length
    if elements:
        yield elements[begin:]


def _first(view: memoryview) -> bytes:
    """The first character that is no blank, or nothing."""
    return bytes(view[:64]).lstrip()[:1]
