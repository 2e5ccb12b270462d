"""Shaping and drawing with HarfBuzz: the right forms, the right places, emoji in colour, on every system alike."""

from __future__ import annotations

import threading
from functools import cache, lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz as hb
from PIL import Image

from pygame_gameservices.widgets.text.clusters import boundaries
from pygame_gameservices.widgets.text.shaping import Drawn, Measured

if not hasattr(hb, "RasterDraw"):
    raise ImportError("uharfbuzz is older than 0.53, and cannot draw", name="uharfbuzz")

_FINE = 64
"""HarfBuzz counts in whole numbers: parts of a pixel."""
_COLOURS = frozenset({"COLR", "CBDT", "sbix"})
"""Tables of a font that has colours of its own."""
_mine = threading.local()  # fonts are not shared between threads


class _Glyph(NamedTuple):
    """A glyph in its place; all but `number` in pixels, y upwards."""

    number: int
    cluster: int
    x: float
    y: float
    advance: float


class HarfBuzzShaper:
    """Draws runs of one font, script and direction. Any thread."""

    def measure(self, path: Path, size: int, text: str, rtl: bool) -> Measured:
        """Measure `text`; a ligature is shared out among its characters."""
        glyphs = _shaped(path, size, text, rtl)
        ends: dict[int, tuple[float, float]] = {}
        pen = 0.0
        for glyph in glyphs:
            left, right = ends.get(glyph.cluster, (pen, pen))
            ends[glyph.cluster] = min(left, pen), max(right, pen + glyph.advance)
            pen += glyph.advance
        return Measured(pen, _carets(text, ends, pen, rtl))

    def draw(self, path: Path, size: int, text: str, rtl: bool, shift: float) -> Drawn | None:
        """Draw it; in colour if any of its glyphs is."""
        font = _font(path, size)
        coloured = _is_coloured(path)
        outlines = hb.RasterDraw()
        pictures: list[Drawn] = []
        pen = shift
        for glyph in _shaped(path, size, text, rtl):
            picture = _picture(font, glyph, pen) if coloured else None
            if picture is not None:
                pictures.append(picture)
            else:
                outlines.transform = (1 / _FINE, 0, 0, 1 / _FINE, pen + glyph.x, glyph.y)
                outlines.draw_glyph(font, glyph.number)
            pen += glyph.advance
        rendered = outlines.render()
        mask = None if rendered is None or not rendered.extents.width or not rendered.extents.height else rendered
        if not pictures:
            return None if mask is None else _mask(mask)
        return _together(pictures)


def _carets(text: str, ends: dict[int, tuple[float, float]], advance: float, rtl: bool) -> tuple[float, ...]:
    """Where the caret stands before each character: at the near edge of what was drawn of it, or within a ligature."""
    places = boundaries(text)
    starts = sorted(ends)
    carets = [0.0 if rtl else advance] * (len(text) + 1)
    for first, last in pairwise([*starts, len(text)]):
        left, right = ends[first]
        inside = [place for place in places if first <= place < last] or [first]
        for number, place in enumerate(inside):
            share = (right - left) * number / len(inside)
            until = inside[number + 1] if number + 1 < len(inside) else last
            for each in range(place, until):
                carets[each] = right - share if rtl else left + share
    return tuple(carets)


@lru_cache(maxsize=1024)
def _shaped(path: Path, size: int, text: str, rtl: bool) -> tuple[_Glyph, ...]:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(_font(path, size), buffer)
    return tuple(
        _Glyph(
            info.codepoint,
            info.cluster,
            place.x_offset / _FINE,
            place.y_offset / _FINE,
            place.x_advance / _FINE,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


def _font(path: Path, size: int) -> Any:
    known: dict[tuple[Path, int], Any] | None = getattr(_mine, "fonts", None)
    if known is None:
        known = _mine.fonts = {}
    font = known.get((path, size))
    if font is None:
        font = known[path, size] = hb.Font(hb.Face(hb.Blob.from_file_path(path)))
        font.scale = (size * _FINE, size * _FINE)
    return font


@cache
def _is_coloured(path: Path) -> bool:
    return not _COLOURS.isdisjoint(hb.Face(hb.Blob.from_file_path(path)).table_tags)


def _picture(font: Any, glyph: _Glyph, pen: float) -> Drawn | None:
    """A glyph that has colours of its own: a bitmap of the font, or what it paints."""
    extents = font.get_glyph_extents(glyph.number)
    if extents is None or not extents.width or not extents.height:
        return None
    bitmap = font.get_glyph_color_png(glyph.number)
    if bitmap and bitmap.data:
        width, height = round(extents.width / _FINE), round(-extents.height / _FINE)
        image = Image.open(BytesIO(bitmap.data)).convert("RGBA")
        image = image.resize((max(1, width), max(1, height)), Image.Resampling.LANCZOS)
        left, top = pen + glyph.x + extents.x_bearing / _FINE, -glyph.y - extents.y_bearing / _FINE
        return Drawn(image, round(left), round(top))
    paint = hb.RasterPaint()
    paint.transform = (1 / _FINE, 0, 0, 1 / _FINE, pen + glyph.x, glyph.y)
    paint.set_glyph_extents(extents)
    if not paint.paint_glyph_or_fail(font, glyph.number):
        return None
    rendered = paint.render()
    at = rendered.extents
    image = Image.frombytes("RGBa", (at.width, at.height), rendered.buffer, "raw", "BGRa", at.stride, -1)
    return Drawn(image.convert("RGBA"), at.x_origin, -at.y_origin - at.height)


def _mask(rendered: Any) -> Drawn:
    at = rendered.extents
    image = Image.frombytes("L", (at.width, at.height), rendered.buffer, "raw", "L", at.stride, -1)
    return Drawn(image, at.x_origin, -at.y_origin - at.height)


def _together(pictures: list[Drawn]) -> Drawn:
    left, top = min(each.left for each in pictures), min(each.top for each in pictures)
    right = max(each.left + each.image.width for each in pictures)
    bottom = max(each.top + each.image.height for each in pictures)
    whole = Image.new("RGBA", (right - left, bottom - top), (0, 0, 0, 0))
    for each in pictures:
        whole.alpha_composite(each.image, (each.left - left, each.top - top))
    return Drawn(whole, left, top)
