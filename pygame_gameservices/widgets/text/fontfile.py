"""Which characters a font file can show, read from the file itself.

Pillow draws a box for a character that a font lacks and does not say so; this is how we know before drawing.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

_Span = tuple[int, int]


class Coverage:
    """The characters that a font file covers. Immutable."""

    def __init__(self, spans: Iterable[_Span]) -> None:
        """Take inclusive ranges of code points, in any order, overlapping or not."""
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = [end for _, end in ordered]
        for index in range(1, len(self._ends)):  # an overlapping earlier span may reach further than a later one
            self._ends[index] = max(self._ends[index], self._ends[index - 1])

    def __contains__(self, character: str) -> bool:
        """Whether the font has a glyph for `character`."""
        point = ord(character)
        index = bisect_right(self._starts, point) - 1
        return index >= 0 and point <= self._ends[index]

    @classmethod
    def of(cls, path: Path, index: int = 0) -> Coverage:
        """Read the coverage of a TrueType or OpenType file, or of font `index` of a collection.

        Reads its table of characters and nothing else, which takes a millisecond; any thread.

        A file that makes no sense covers nothing: a broken system font must not break a game.
        """
        try:
            with path.open("rb") as file:
                return cls(_read_cmap(_table(file, index, b"cmap")))
        except (OSError, struct.error, IndexError):
            return cls(())


def _table(file: BinaryIO, index: int, wanted: bytes) -> bytes:
    """Read one table of a font; empty when the font has none of that name."""
    start = 0
    if file.read(4) == b"ttcf":
        file.seek(12 + 4 * index)
        start = struct.unpack(">I", file.read(4))[0]
    file.seek(start + 4)
    tables = struct.unpack(">H", file.read(2))[0]
    file.seek(start + 12)
    for tag, _, offset, length in struct.iter_unpack(">4sIII", file.read(16 * tables)):
        if tag == wanted:
            file.seek(offset)
            return file.read(length)
    return b""


def _read_cmap(data: bytes) -> list[_Span]:
    """Read the richest Unicode table of a ``cmap``: format 12 (all planes), else format 4 (the basic plane)."""
    if not data:
        return []
    tables: dict[int, int] = {}
    for entry in range(struct.unpack_from(">H", data, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", data, 4 + 8 * entry)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            tables[struct.unpack_from(">H", data, offset)[0]] = offset
    if 12 in tables:
        return _read_format_12(data, tables[12])
    if 4 in tables:
        return _read_format_4(data, tables[4])
    return []


def _read_format_12(data: bytes, table: int) -> list[_Span]:
    count = struct.unpack_from(">I", data, table + 12)[0]
    groups = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * count])
    return [(first, last) for first, last, _ in groups]


def _read_format_4(data: bytes, table: int) -> list[_Span]:
    segments = struct.unpack_from(">H", data, table + 6)[0] // 2
    column = f">{segments}H"
    ends = struct.unpack_from(column, data, table + 14)
    starts = struct.unpack_from(column, data, table + 16 + 2 * segments)
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start != 0xFFFF]
