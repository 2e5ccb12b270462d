"""Shaping with what Pillow brings along: Raqm where it runs, else single letters in the right order."""

from __future__ import annotations

import threading
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, features

from pygame_gameservices.widgets.text.bidi import MIRRORED
from pygame_gameservices.widgets.text.clusters import boundaries, clusters
from pygame_gameservices.widgets.text.scripts import is_emoji, seen
from pygame_gameservices.widgets.text.shaping import Drawn, Measured

_STRIKES = (109, 136, 128, 160, 96, 64, 48, 72, 32, 20)
"""Sizes in pixels that fonts of bitmaps come in; FreeType takes no others of them."""
_mine = threading.local()  # FreeType faces are not to be shared between threads


class PillowShaper:
    """Draws runs of one font, script and direction. Any thread."""

    def measure(self, path: Path, size: int, text: str, rtl: bool) -> Measured:
        """Measure `text`."""
        face, factor = _face(path, size)
        carets: list[float] = []
        at = 0.0
        for first, last in pairwise(boundaries(text)):
            carets += [at] * (last - first)
            at = _length(face, text[:last], rtl) * factor
        carets.append(at)
        advance = carets[-1]
        return Measured(advance, tuple(advance - caret for caret in carets) if rtl else tuple(carets))

    def draw(self, path: Path, size: int, text: str, rtl: bool, shift: float) -> Drawn | None:
        """Draw it; a font of bitmaps is brought to size afterwards, since it has only its own."""
        face, factor = _face(path, size)
        real = round(size / factor)
        wide = int(_length(face, text, rtl)) + 2 * real + 2
        coloured = is_emoji(text)
        image = Image.new("RGBA" if coloured else "L", (wide, 3 * real), (255, 255, 255, 0) if coloured else 0)
        brush = ImageDraw.Draw(image)
        shown, extra = _laid(text, rtl)
        ink: Any = (255, 255, 255, 255) if coloured else 255
        place = (real + (shift if factor == 1 else 0.0), 2 * real)
        brush.text(place, shown, fill=ink, font=face, anchor="ls", embedded_color=coloured, **extra)
        if factor != 1:
            size_now = round(image.width * factor), round(image.height * factor)
            image = image.resize(size_now, Image.Resampling.LANCZOS)
        if coloured and image.getchannel("R").getextrema() == image.getchannel("B").getextrema() == (255, 255):
            image = image.getchannel("A")  # a font without colours: it takes the ink that all the words have
        box = image.getchannel("A").getbbox() if image.mode == "RGBA" else image.getbbox()
        return None if box is None else Drawn(image.crop(box), box[0] - size, box[1] - 2 * size)


def _length(face: ImageFont.FreeTypeFont, text: str, rtl: bool) -> float:
    shown, extra = _laid(text, rtl)
    return float(face.getlength(shown, **extra))


def _laid(text: str, rtl: bool) -> tuple[str, dict[str, Any]]:
    """What to hand to Pillow, and how."""
    if _joins():
        return text, {"direction": "rtl" if rtl else "ltr"}
    plain = [seen(cluster) for cluster in clusters(text)]
    return ("".join(reversed(plain)).translate(MIRRORED) if rtl else "".join(plain)), {}


@cache
def _joins() -> bool:
    return bool(features.check("raqm"))


def _face(path: Path, size: int) -> tuple[ImageFont.FreeTypeFont, float]:
    """The font, and by how much what it draws is to be made larger."""
    known: dict[tuple[Path, int], tuple[ImageFont.FreeTypeFont, float]] | None = getattr(_mine, "faces", None)
    if known is None:
        known = _mine.faces = {}
    found = known.get((path, size))
    if found is None:
        found = known[path, size] = _opened(path, size)
    return found


def _opened(path: Path, size: int) -> tuple[ImageFont.FreeTypeFont, float]:
    for real in (size, *_STRIKES):
        try:
            return ImageFont.truetype(path, real), size / real
        except OSError as error:
            if "pixel size" not in str(error):
                raise
    return ImageFont.truetype(path, size), 1.0
