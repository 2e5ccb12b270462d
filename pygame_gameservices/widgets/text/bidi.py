"""In which order the characters of a line stand where scripts of both directions meet (UAX 9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

_TURNED = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""What a line must have for anything but left to right."""
_BLANKS = ("WS", "S", "B", "BN", "LRI", "RLI", "FSI", "PDI", "LRE", "RLE", "LRO", "RLO", "PDF")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LEVELS = re.compile(r"Level\(\s*(\d+)")
MIRRORED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")
"""Brackets as they look from right to left, for a renderer that does not turn them itself."""


class Stretch(NamedTuple):
    """Characters that run in one direction.

    Attributes:
        start, end: the first of them in the text, and the first behind.
        rtl: whether they run from right to left.
    """

    start: int
    end: int
    rtl: bool


def is_turned(text: str) -> bool:
    """Whether anything in `text` could run from right to left. Quick."""
    return _TURNED.search(text) is not None


def starts_rtl(text: str) -> bool:
    """Whether a line with `text` alone runs from right to left: whether its first letter does."""
    if not is_turned(text):
        return False
    isolated = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("LRI", "RLI", "FSI"):
            isolated += 1
        elif kind == "PDI":
            isolated = max(0, isolated - 1)
        elif not isolated and kind in ("L", "R", "AL"):
            return kind != "L"
    return False


@lru_cache(maxsize=512)
def visual_order(text: str) -> tuple[Stretch, ...]:
    """The stretches of one line, from the left to the right. Any thread."""
    if not is_turned(text):
        return (Stretch(0, len(text), False),) if text else ()
    base = int(starts_rtl(text))
    levels = _finder()(text, base)
    for place in range(len(text) - 1, -1, -1):  # blanks at the end stand at the end of the line (L1)
        if unicodedata.bidirectional(text[place]) not in _BLANKS:
            break
        levels[place] = base
    runs: list[tuple[int, Stretch]] = []
    start = 0
    for level, group in groupby(levels):
        end = start + len(list(group))
        runs.append((level, Stretch(start, end, level % 2 == 1)))
        start = end
    for least in range(max(levels), 0, -1):  # from the highest level down, what is at least so high is turned (L2)
        turned: list[tuple[int, Stretch]] = []
        for high, each in groupby(runs, key=lambda run: run[0] >= least):
            members = list(each)
            turned += reversed(members) if high else members
        runs = turned
    return tuple(stretch for _, stretch in runs)


@cache
def _finder() -> Callable[[str, int], list[int]]:
    try:
        from bidi import get_display
    except ImportError:
        return plain_levels

    def levels(text: str, base: int) -> list[int]:
        """Ask the library. With ``debug`` it returns what it found out, the level of each byte among it."""
        text = _SURROGATE.sub("\ufffd", text)
        told = str(get_display(text, base_dir="R" if base else "L", debug=True)).rpartition("levels: [")[2]
        of_bytes = [int(level) for level in _LEVELS.findall(told.partition("]")[0])]
        sizes = [len(character.encode()) for character in text]
        if len(of_bytes) != sum(sizes):  # another version of the library tells it in another way
            return plain_levels(text, base)
        found, at = [], 0
        for size in sizes:
            found.append(of_bytes[at])
            at += size
        return found

    return levels


def plain_levels(text: str, base: int) -> list[int]:
    """The level of each character by the rules for letters, numbers and neutrals alone (W1 to W7, N1, N2, I1, I2):
    brackets are not paired, and controls count as nothing."""
    kinds = _weak(text, base)
    edge = "R" if base else "L"
    place = 0
    while place < len(kinds):  # what has no direction goes along with both its neighbours, else with the line
        end = place
        while end < len(kinds) and kinds[end] == "ON":
            end += 1
        if end > place:
            left = _side(kinds[place - 1]) if place else edge
            right = _side(kinds[end]) if end < len(kinds) else edge
            kinds[place:end] = [left if left == right else edge] * (end - place)
        place = end + 1
    lift = {"L": base, "R": 1 - base, "EN": 2 - base, "AN": 2 - base}
    return [base + lift[kind] for kind in kinds]


def _weak(text: str, base: int) -> list[str]:
    """Resolve numbers and what belongs to them; the rest is L, R or ON."""
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    strong = before = "R" if base else "L"
    for place, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "NSM":
            kind = before
        elif kind == "EN" and strong == "AL":
            kind = "AN"
        kinds[place] = before = kind
    for place in range(1, len(kinds) - 1):
        around = kinds[place - 1], kinds[place + 1]
        if around[0] == around[1] and (around[0], kinds[place]) in {("EN", "ES"), ("EN", "CS"), ("AN", "CS")}:
            kinds[place] = around[0]
    for order in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        last = ""
        for place in order:
            if kinds[place] == "ET" and last == "EN":
                kinds[place] = "EN"
            last = kinds[place]
    strong = "R" if base else "L"
    for place, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "L":
            kind = "L"
        kinds[place] = "R" if kind == "AL" else kind if kind in ("L", "R", "EN", "AN") else "ON"
    return kinds


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"
