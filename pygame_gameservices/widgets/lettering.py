"""Lines of text: measured, cut, wrapped and drawn at their real size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw

from pygame_gameservices.widgets.color import Color
from pygame_gameservices.widgets.painting import stamp
from pygame_gameservices.widgets.typeface import REGULAR, Run, Typeface

ELLIPSIS = "…"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Line breaks and the like, which have no place within a line: a service may send anything."""


@dataclass(frozen=True)
class Lettering:
    """A typeface at one size and weight. Any thread.

    Attributes:
        typeface: the fonts to draw with.
        size: height of the em in pixels; text is drawn at exactly this size, never scaled afterwards.
        weight: `REGULAR` or `BOLD` of the typeface module.
        tracking: extra space after each character, in em; for small capitals.
        glance: whether to measure with the fonts at hand, on the frame thread; see `Typeface.runs`.
    """

    typeface: Typeface
    size: int
    weight: str = REGULAR
    tracking: float = 0.0
    glance: bool = False

    @property
    def ascent(self) -> int:
        """Pixels from the top of a line to its baseline."""
        return self._metrics[0]

    @property
    def cap_height(self) -> int:
        """Height of a capital letter in pixels, for optical centering."""
        return _cap_height(self.typeface, self.typeface.main(self.weight), self.size)

    @property
    def line_height(self) -> int:
        """Pixels from one line to the next."""
        return round(self.size * 1.32)

    def width(self, text: str) -> float:
        """Width of `text` on one line, in pixels."""
        pieces = self._pieces(text)
        drawn = sum(_advance(self.typeface, piece.path, self.size, piece.text) for piece in pieces)
        return drawn + self._gap * max(0, len(pieces) - 1)

    def fit(self, text: str, width: float) -> str:
        """Return `text`, cut and ended with an ellipsis where it is wider than `width` pixels."""
        if self.width(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + ELLIPSIS

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
        """What is drawn in one go: whole runs, or single characters where there is space between them."""
        runs = self.typeface.runs(_CONTROL.sub(" ", text), self.weight, glance=self.glance)
        return [Run(each, run.path) for run in runs for each in run.text] if self.tracking else runs

    def _draw_piece(self, image: Image.Image, xy: tuple[float, float], piece: Run, color: Color) -> float:
        x, baseline = xy
        whole = int(x)
        drawn = _drawn(self.typeface, piece.path, self.size, piece.text, x - whole)
        if drawn is not None:
            stamp(image, drawn.mask, color, (whole + drawn.left, round(baseline) + drawn.top))
        return x + _advance(self.typeface, piece.path, self.size, piece.text)

    def _first_line(self, text: str, width: float) -> str:
        line = ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer) > width:
                break
            line = longer
        if line:
            return line
        length = 1
        while length < len(text) and self.width(text[: length + 1]) <= width:
            length += 1
        return text[:length]

    @property
    def _gap(self) -> float:
        return self.tracking * self.size

    @property
    def _metrics(self) -> tuple[int, int]:
        return self.typeface.face(self.typeface.main(self.weight), self.size).getmetrics()


class _Drawn(NamedTuple):
    """A piece of text as a mask, and where that goes from the pen's place on the baseline."""

    mask: Image.Image
    left: int
    top: int


@lru_cache(maxsize=64)
def _cap_height(typeface: Typeface, path: Path, size: int) -> int:
    return int(typeface.face(path, size).getbbox("H", anchor="ls")[1]) * -1


@lru_cache(maxsize=4096)
def _advance(typeface: Typeface, path: Path, size: int, text: str) -> float:
    return float(typeface.face(path, size).getlength(text))


@lru_cache(maxsize=512)
def _drawn(typeface: Typeface, path: Path, size: int, text: str, shift: float) -> _Drawn | None:
    """Draw a piece, cut to what can be seen of it; None if nothing can. Kept, since a list that is scrolled or a focus
    that moves leaves most of a widget's words as they are."""
    margin = size
    mask = Image.new("L", (int(_advance(typeface, path, size, text)) + 2 * margin + 2, 3 * margin), 0)
    face = typeface.face(path, size)
    ImageDraw.Draw(mask).text((margin + shift, 2 * margin), text, fill=255, font=face, anchor="ls")
    seen = mask.getbbox()
    return None if seen is None else _Drawn(mask.crop(seen), seen[0] - margin, seen[1] - 2 * margin)
