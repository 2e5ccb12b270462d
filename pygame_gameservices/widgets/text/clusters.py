"""What a reader takes for one character: a letter with its marks, a flag, a family of joined emoji (UAX 29).

Backspace, the caret and the cut of a line that is too long go by these and never by code points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise

_ALONE = re.compile(
    "[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff"
    "\u3000-\u3029\u3030-\u3098\u309b-\u4dbf\u4e00-\u9fff•…]*"
)
"""Characters that always stand for themselves, so that there is nothing to look for."""
_JOINER, _TAGS = "\u200d", range(0xE0020, 0xE0080)
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


@lru_cache(maxsize=1024)
def boundaries(text: str) -> tuple[int, ...]:
    """The places between which the clusters of `text` are, 0 and its length included. Any thread."""
    if _ALONE.fullmatch(text):
        return tuple(range(len(text) + 1))
    return _finder()(text)


def clusters(text: str) -> list[str]:
    """The clusters of `text`, in the order in which they are written."""
    return [text[first:last] for first, last in pairwise(boundaries(text))]


def before(text: str, place: int) -> int:
    """The last boundary before `place`; 0 when there is none."""
    return max((each for each in boundaries(text) if each < place), default=0)


def after(text: str, place: int) -> int:
    """The first boundary behind `place`; the end when there is none."""
    return min((each for each in boundaries(text) if each > place), default=len(text))


def whole(text: str, place: int) -> int:
    """`place`, or where the cluster that it lies in begins."""
    return max(each for each in boundaries(text) if each <= max(0, place))


@cache
def _finder() -> Callable[[str], tuple[int, ...]]:
    """The library's reading where it is installed, else a plain one."""
    try:
        import regex
    except ImportError:
        return plain_boundaries
    cluster = regex.compile(r"\X")
    return lambda text: (0, *(found.end() for found in cluster.finditer(text)))


def plain_boundaries(text: str) -> tuple[int, ...]:
    """Find boundaries by the general categories alone, which is right for marks, joined emoji, skin tones and flags."""
    places = [0]
    for place in range(1, len(text)):
        last, this = text[place - 1], text[place]
        point = ord(this)
        joined = (
            unicodedata.category(this) in ("Mn", "Me", "Mc")
            or this == _JOINER
            or point in _SKIN
            or point in _TAGS
            or (last == _JOINER and _is_pictogram(this))
            or (point in _FLAG_LETTERS and _flag_letters_before(text, place) % 2 == 1)
        )
        if not joined:
            places.append(place)
    return (*places, len(text)) if text else (0,)


def _is_pictogram(character: str) -> bool:
    return unicodedata.category(character) == "So" or character in "♀♂"


def _flag_letters_before(text: str, place: int) -> int:
    count = 0
    while count < place and ord(text[place - 1 - count]) in _FLAG_LETTERS:
        count += 1
    return count
