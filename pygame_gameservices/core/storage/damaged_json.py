"""What stands before the damage in a JSON document that was cut short or partly overwritten."""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

T = TypeVar("T")

DEEPEST = 64
"""How deep a document is nested at most."""
STEPS_BACK = 100
"""Places before the damage at which it is tried to close the document."""
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]')
_CLOSING = {"{": "}", "[": "]"}


def read_beginning(content: bytes, kind: type[T]) -> T | None:
    """Read the longest beginning of a damaged document that is of a type, closed where it was cut.

    What is whole before the damage is in it; of an object in which the damage begins, the members before it, where the
    type can do without the others. Returns None where nothing can be read.
    """
    text = content.decode("utf-8", "replace")
    damage = _UNWRITTEN.search(text)
    text = text if damage is None else text[: damage.start()]
    ends = _ends(text)
    sound = _sound(text, ends)
    for place, closing in reversed(ends[max(0, sound - STEPS_BACK) : sound]):
        try:
            return msgspec.json.decode(text[:place] + closing, type=kind)
        except (ValueError, RecursionError):
            continue
    return None


def _ends(text: str) -> list[tuple[int, str]]:
    """The places at which the document could be closed, and what closes it there."""
    ends: list[tuple[int, str]] = []
    opened = ""
    for piece in _PIECES.finditer(text):
        sign = piece[0]
        place = piece.end()
        if sign in _CLOSING:
            opened = _CLOSING[sign] + opened
        elif sign == ",":
            place = piece.start()
        elif opened.startswith(sign):
            opened = opened[1:]
        elif sign[0] == '"':
            continue
        else:
            break
        if len(opened) > DEEPEST:
            break
        ends.append((place, opened))
    return ends


def _sound(text: str, ends: list[tuple[int, str]]) -> int:
    """How many of the places make sense: each before one that does, so half of them can be passed over at a time."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        place, closing = ends[middle - 1]
        try:
            json.loads(text[:place] + closing)
        except ValueError:
            high = middle - 1
        else:
            low = middle
    return low
