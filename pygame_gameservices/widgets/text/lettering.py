"""Lines of text: measured, cut, wrapped and drawn at their real size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, features

from pygame_gameservices.widgets.painting.brushes import faint, lay, stamp
from pygame_gameservices.widgets.painting.color import Color
from pygame_gameservices.widgets.text.bidi import is_turned
from pygame_gameservices.widgets.text.clusters import boundaries
from pygame_gameservices.widgets.text.scripts import hangs_together, needs_shaping
from pygame_gameservices.widgets.text.shaping import Drawn, Measured, shaper
from pygame_gameservices.widgets.text.typeface import REGULAR, Run, Typeface

ELLIPSIS = "…"
_SMALL = 10
"""Pixels up to which letters are small; see `_wider`."""
_FINE, _FINER = 20, 4
"""Up to so many pixels letters are laid out and drawn so many times as large, and brought to size afterwards: a letter
is drawn at a whole pixel, and where it is small that shows as one that is too near to the next."""
_WORD = re.compile("[^ ]+")
_DIGITS = "0123456789"
_DIGIT_OR_REST = re.compile(f"[{_DIGITS}]|[^{_DIGITS}]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Line breaks and the like, which have no place within a line: a service may send anything."""


@dataclass(frozen=True)
class Lettering:
    """A typeface at one size and weight. Any thread.

    Attributes:
        typeface: the fonts to draw with.
        size: height of the em in pixels. What is drawn is for exactly this size, and never scaled to another.
        weight: `REGULAR` or `BOLD` of the typeface module.
        tracking: extra space after each character, in em; for small capitals.
        glance: whether to measure with the fonts at hand, on the frame thread; see `Typeface.runs`.
        tabular: whether all digits are equally wide, in both weights alike, so that they stand below one another in a
            column of numbers. They are laid out on cells: so it works with every font, with Raqm and without.
    """

    typeface: Typeface
    size: int
    weight: str = REGULAR
    tracking: float = 0.0
    glance: bool = False
    tabular: bool = False

    @property
    def cap_height(self) -> int:
        """Height of a capital letter in pixels, for optical centering."""
        return _cap_height(self.typeface, self.typeface.main(self.weight), self.size)

    def width(self, text: str) -> float:
        """Width of `text` on one line, in pixels."""
        pieces = self._pieces(text)
        return sum(self._measured(piece).advance for piece in pieces) + self._gap * max(0, len(pieces) - 1)

    def carets(self, text: str) -> dict[int, float]:
        """Where the caret stands behind so many characters, in pixels from the left end of the line.

        Only the places between clusters are in it. Where two directions meet it stands at the end of what comes before.
        """
        places = boundaries(text)
        if not is_turned(text) and not needs_shaping(text):
            return {place: self.width(text[:place]) for place in places}
        edges: dict[int, tuple[float, float]] = {}
        for start, left, right, rtl in self._boxes(text):
            edges[start] = (right, left) if rtl else (left, right)
        carets: dict[int, float] = {}
        at: float | None = None
        for first, last in pairwise(places):
            before, behind = edges.get(first, (at or 0.0, at or 0.0))
            carets.setdefault(first, before if at is None else at)
            at = behind
            carets[last] = at
        return carets or {0: 0.0}

    def spans(self, text: str, first: int, last: int) -> list[tuple[float, float]]:
        """What to mark where the characters from `first` up to `last` are selected: from where to where in pixels from
        the left end of the line; more than one where the directions meet."""
        if first >= last:
            return []
        if not is_turned(text) and not needs_shaping(text):
            return [(self.width(text[:first]), self.width(text[:last]))]
        spans: list[tuple[float, float]] = []
        for start, left, right, _ in sorted(self._boxes(text), key=lambda box: box[1]):
            if not first <= start < last:
                continue
            if spans and left - spans[-1][1] < 0.5:
                spans[-1] = (spans[-1][0], right)
            else:
                spans.append((left, right))
        return spans

    def fit(self, text: str, width: float) -> str:
        """Return `text`, cut and ended with an ellipsis where it is wider than `width` pixels."""
        if self.width(text) <= width:
            return text
        places = boundaries(text)
        low, high = 0, len(places) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[: places[middle]].rstrip() + ELLIPSIS) <= width:
                low = middle
            else:
                high = middle - 1
        return text[: places[low]].rstrip() + ELLIPSIS

    def wrap(self, text: str, width: float, lines: int) -> list[str]:
        """Break `text` at blanks into at most `lines` lines of `width` pixels; what is left over ends in an ellipsis.

        A word that is wider than a line is broken inside, so that scripts without blanks wrap too.
        """
        wrapped: list[str] = []
        rest = " ".join(text.split())
        while rest and len(wrapped) < lines - 1:
            line = self._first_line(rest, width)
            wrapped.append(line.rstrip())
            rest = rest[len(line) :].lstrip()
        if rest:
            wrapped.append(self.fit(rest, width))
        return wrapped

    def draw(self, image: Image.Image, xy: tuple[float, float], text: str, color: Color) -> float:
        """Draw one line with its left end on the baseline at `xy`. Returns the x where it ends, in pixels."""
        x, baseline = xy
        pieces = self._pieces(text)
        for piece in pieces:
            x = self._draw_piece(image, (x, baseline), piece, color) + self._gap
        return x - self._gap if pieces else x

    def _pieces(self, text: str) -> list[Run]:
        """What is drawn in one go, from left to right: whole runs, or single clusters where space is between them.

        Letters that hang together are never torn apart.
        """
        runs = self.typeface.runs(_CONTROL.sub(" ", text), self.weight, glance=self.glance)
        if not self.tracking:
            return runs
        return [piece for run in runs for piece in ([run] if hangs_together(run.text) else _single(run))]

    def _draw_piece(self, image: Image.Image, xy: tuple[float, float], piece: Run, color: Color) -> float:
        x, baseline = xy
        whole = int(x)
        shift, cell = x - whole, self._cell(piece)
        drawn = _drawn(self.typeface, piece.path, self.size, piece.text, shift, piece.shaped, piece.rtl, cell)
        if drawn is not None:
            place = whole + drawn.left, round(baseline) + drawn.top
            if drawn.image.mode == "L":
                stamp(image, drawn.image, color, place)
            else:
                lay(image, _as_opaque(drawn.image, color[3]), place)
        return x + self._measured(piece).advance

    def _measured(self, piece: Run) -> Measured:
        if piece.shaped:
            return shaper(glance=self.glance).measure(piece.path, self.size, piece.text, piece.rtl)
        return Measured(_advance(self.typeface, piece.path, self.size, piece.text, self._cell(piece)), ())

    def _cell(self, piece: Run) -> float:
        """How wide each digit of a piece is; 0 where each has its own width."""
        if not self.tabular:
            return 0.0
        return max(_widest_digit(self.typeface, path, self.size) for path in (piece.path, *self.typeface.weights))

    def _boxes(self, text: str) -> Iterator[tuple[int, float, float, bool]]:
        """The clusters of a line: the first character of each, its left and right end in pixels, and whether it is read
        from right to left."""
        x = 0.0
        for piece in self._pieces(text):
            measured = self._measured(piece)
            carets = measured.carets or tuple(
                _advance(self.typeface, piece.path, self.size, piece.text[:count], self._cell(piece))
                for count in range(len(piece.text) + 1)
            )
            for first, last in pairwise(boundaries(piece.text)):
                left, right = sorted((x + carets[first], x + carets[last]))
                yield piece.places[first], left, right, piece.rtl
            x += measured.advance + self._gap

    def _first_line(self, text: str, width: float) -> str:
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer) > width:
                break
            line = longer
        if line:
            return line
        _, *places = boundaries(text)
        fitting = places[0]
        for place in places[1:]:
            if self.width(text[:place]) > width:
                break
            fitting = place
        return text[:fitting]

    @property
    def _gap(self) -> float:
        return self.tracking * self.size


def _single(run: Run) -> list[Run]:
    """The clusters of a run, from left to right."""
    clusters = [
        replace(run, text=run.text[first:last], places=run.places[first:last])
        for first, last in pairwise(boundaries(run.text))
    ]
    return clusters[::-1] if run.rtl else clusters


def _as_opaque(image: Image.Image, alpha: int) -> Image.Image:
    """A picture in colours of its own, as opaque as the ink of the words around it."""
    if alpha == 255:
        return image
    fainter = image.copy()
    fainter.putalpha(faint(image.getchannel("A"), alpha))
    return fainter


@lru_cache(maxsize=64)
def _cap_height(typeface: Typeface, path: Path, size: int) -> int:
    return int(typeface.face(path, size).getbbox("H", anchor="ls")[1]) * -1


@lru_cache(maxsize=4096)
def _advance(typeface: Typeface, path: Path, size: int, text: str, cell: float = 0.0) -> float:
    if cell:
        pieces = _DIGIT_OR_REST.findall(text)
        return sum(cell if piece in _DIGITS else _advance(typeface, path, size, piece) for piece in pieces)
    finer = 1 if _measures_finely() else _finer(size)
    return float(typeface.face(path, size * finer).getlength(text)) / finer + _wider(size) * text.count(" ")


@lru_cache(maxsize=64)
def _widest_digit(typeface: Typeface, path: Path, size: int) -> float:
    return max(_advance(typeface, path, size, digit) for digit in _DIGITS)


@cache
def _measures_finely() -> bool:
    """Whether Pillow measures letters to a fraction of a pixel at their own size; without Raqm it counts whole ones."""
    return bool(features.check("raqm"))


def _finer(size: int) -> int:
    """How many times as large letters of `size` pixels are drawn at first."""
    return _FINER if size <= _FINE else 1


def _wider(size: int) -> float:
    """Pixels that a blank takes beside its own: where letters are small the gap between two words is hardly wider than
    the one between two letters."""
    return 0.5 if size <= _SMALL else 0.0


@lru_cache(maxsize=512)
def _drawn(
    typeface: Typeface, path: Path, size: int, text: str, shift: float, shaped: bool, rtl: bool, cell: float
) -> Drawn | None:
    """Draw a piece, cut to what can be seen of it; None if nothing can. Kept, since a list that is scrolled or a focus
    that moves leaves most of a widget's words as they are."""
    if shaped:
        return shaper().draw(path, size, text, rtl, shift)
    margin, finer = size, _finer(size)
    wide, high = int(_advance(typeface, path, size, text, cell)) + 2 * margin + 2, 3 * margin
    mask = Image.new("L", (wide * finer, high * finer), 0)
    face, pen = typeface.face(path, size * finer), ImageDraw.Draw(mask)
    for start, word in _apart(text, size, cell):
        x = margin + shift + _advance(typeface, path, size, text[:start], cell)
        if cell and word in _DIGITS:
            x += (cell - _advance(typeface, path, size, word)) / 2
        pen.text((x * finer, 2 * margin * finer), word, fill=255, font=face, anchor="ls")
    mask = mask.reduce(finer)
    seen = mask.getbbox()
    return None if seen is None else Drawn(mask.crop(seen), seen[0] - margin, seen[1] - 2 * margin)


def _apart(text: str, size: int, cell: float) -> list[tuple[int, str]]:
    """What of `text` is drawn at a place of its own, and from which character on each."""
    split = _DIGIT_OR_REST if cell else _WORD if _wider(size) else None
    return [(found.start(), found[0]) for found in split.finditer(text)] if split is not None else [(0, text)]
