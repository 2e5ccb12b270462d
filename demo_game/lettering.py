"""Lettering: neon strokes of our own for what is large, the package's Inter for what is small. No engine."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib.resources import as_file, files

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from demo_game.look import Colour

Stroke = tuple[tuple[float, float], ...]


def _arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    """Points on an ellipse, degrees clockwise from the right."""
    steps = max(3, int(abs(end - start) / 9))
    turns = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return tuple((cx + math.cos(t) * rx, cy + math.sin(t) * ry) for t in turns)


GLYPHS: dict[str, tuple[float, tuple[Stroke, ...]]] = {
    "A": (0.72, (((0, 1), (0.36, 0), (0.72, 1)), ((0.13, 0.66), (0.59, 0.66)))),
    "B": (0.58, (((0, 0), *_arc(0.32, 0.24, 0.24, 0.24, -90, 90), (0, 0.48)), ((0, 0), (0, 1)),
                 ((0, 0.48), *_arc(0.32, 0.74, 0.26, 0.26, -90, 90), (0, 1)))),
    "C": (0.76, (_arc(0.45, 0.5, 0.45, 0.5, -48, -312),)),
    "D": (0.68, (((0, 0), *_arc(0.24, 0.5, 0.44, 0.5, -90, 90), (0, 1), (0, 0)),)),
    "E": (0.52, (((0.52, 0), (0, 0), (0, 1), (0.52, 1)), ((0, 0.48), (0.44, 0.48)))),
    "F": (0.5, (((0.5, 0), (0, 0), (0, 1)), ((0, 0.48), (0.42, 0.48)))),
    "G": (0.9, ((*_arc(0.45, 0.5, 0.45, 0.5, -48, -360), (0.5, 0.5)),)),
    "H": (0.62, (((0, 0), (0, 1)), ((0.62, 0), (0.62, 1)), ((0, 0.48), (0.62, 0.48)))),
    "I": (0.0, (((0, 0), (0, 1)),)),
    "J": (0.44, (((0.44, 0), *_arc(0.22, 0.76, 0.22, 0.24, 0, 180)),)),
    "K": (0.58, (((0, 0), (0, 1)), ((0.56, 0), (0, 0.58)), ((0.2, 0.38), (0.58, 1)))),
    "L": (0.48, (((0, 0), (0, 1), (0.48, 1)),)),
    "M": (0.76, (((0, 1), (0, 0), (0.38, 0.62), (0.76, 0), (0.76, 1)),)),
    "N": (0.64, (((0, 1), (0, 0), (0.64, 1), (0.64, 0)),)),
    "O": (0.86, (_arc(0.43, 0.5, 0.43, 0.5, 0, 360),)),
    "P": (0.56, (((0, 1), (0, 0), *_arc(0.3, 0.27, 0.26, 0.27, -90, 90), (0, 0.54)),)),
    "Q": (0.86, (_arc(0.43, 0.5, 0.43, 0.5, 0, 360), ((0.55, 0.72), (0.84, 1.02)))),
    "R": (0.58, (((0, 1), (0, 0), *_arc(0.3, 0.26, 0.26, 0.26, -90, 90), (0, 0.52)), ((0.28, 0.52), (0.58, 1)))),
    "S": (0.54, ((*_arc(0.27, 0.245, 0.25, 0.245, -35, -270), *_arc(0.27, 0.745, 0.27, 0.255, -90, 150)),)),
    "T": (0.6, (((0, 0), (0.6, 0)), ((0.3, 0), (0.3, 1)))),
    "U": (0.6, (((0, 0), *_arc(0.3, 0.68, 0.3, 0.32, 180, 0), (0.6, 0)),)),
    "V": (0.68, (((0, 0), (0.34, 1), (0.68, 0)),)),
    "W": (0.98, (((0, 0), (0.25, 1), (0.49, 0.2), (0.73, 1), (0.98, 0)),)),
    "X": (0.62, (((0, 0), (0.62, 1)), ((0.62, 0), (0, 1)))),
    "Y": (0.64, (((0, 0), (0.32, 0.5), (0.64, 0)), ((0.32, 0.5), (0.32, 1)))),
    "Z": (0.58, (((0, 0), (0.58, 0), (0, 1), (0.58, 1)),)),
    "0": (0.58, (_arc(0.29, 0.5, 0.29, 0.5, 0, 360),)),
    "1": (0.58, (((0.12, 0.2), (0.34, 0), (0.34, 1)),)),
    "2": (0.58, ((*_arc(0.29, 0.28, 0.27, 0.28, -170, 40), (0.02, 1), (0.58, 1)),)),
    "3": (0.58, ((*_arc(0.28, 0.245, 0.25, 0.245, -150, 90), *_arc(0.28, 0.745, 0.28, 0.255, -90, 150)),)),
    "4": (0.58, (((0.44, 1), (0.44, 0), (0, 0.7), (0.58, 0.7)),)),
    "5": (0.58, (((0.52, 0), (0.08, 0), (0.04, 0.46), *_arc(0.27, 0.68, 0.29, 0.32, -125, 145)),)),
    "6": (0.58, (_arc(0.29, 0.69, 0.28, 0.31, 0, 360), ((0.03, 0.58), (0.4, 0)))),
    "7": (0.58, (((0, 0), (0.58, 0), (0.2, 1)),)),
    "8": (0.58, (_arc(0.29, 0.24, 0.24, 0.24, 90, 450), _arc(0.29, 0.74, 0.29, 0.26, -90, 270))),
    "9": (0.58, (_arc(0.29, 0.31, 0.28, 0.31, 0, 360), ((0.55, 0.42), (0.18, 1)))),
    "x": (0.4, (((0.02, 0.42), (0.4, 0.9)), ((0.4, 0.42), (0.02, 0.9)))),
    "+": (0.4, (((0, 0.6), (0.4, 0.6)), ((0.2, 0.4), (0.2, 0.8)))),
    "#": (0.6, (((0.2, 0.1), (0.1, 0.9)), ((0.5, 0.1), (0.4, 0.9)), ((0.04, 0.36), (0.6, 0.36)),
                ((0, 0.66), (0.56, 0.66)))),
    ",": (0.08, (((0.08, 0.96), (0.0, 1.16)),)),
    ".": (0.04, (((0.02, 0.97), (0.02, 1.0)),)),
    " ": (0.36, ()),
}  # fmt: skip
"""Width and strokes of each letter, in units of its height, y downwards."""

SUPERSAMPLE = 3


def neon_width(text: str, height: float, spacing: float = 0.3) -> float:
    """How wide `neon` draws `text`, without the glow around it."""
    return sum(GLYPHS[letter][0] for letter in text) * height + spacing * height * max(0, len(text) - 1)


def neon(text: str, height: float, colour: Colour, *, weight: float = 0.085, spacing: float = 0.3) -> Image.Image:
    """`text` as glowing strokes on black, to be added to the picture. Its pad around the text is `height` wide."""
    big = SUPERSAMPLE
    pad = height
    size = math.ceil(neon_width(text, height, spacing) + 2 * pad), math.ceil(height * 3)
    mask = Image.new("L", (size[0] * big, size[1] * big))
    draw = ImageDraw.Draw(mask)
    thick = max(1.6, weight * height) * big
    left = pad
    for letter in text:
        width, strokes = GLYPHS[letter]
        for stroke in strokes:
            points = [((left + x * height) * big, (pad + y * height) * big) for x, y in stroke]
            draw.line(points, fill=255, width=round(thick), joint="curve")
            for x, y in (points[0], points[-1]):
                draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
        left += (width + spacing) * height
    core = mask.resize(size, Image.Resampling.BOX)
    near = core.filter(ImageFilter.GaussianBlur(height * 0.09)).point([min(255, int(v * 0.85)) for v in range(256)])
    far = core.filter(ImageFilter.GaussianBlur(height * 0.32)).point([min(255, int(v * 0.9)) for v in range(256)])
    halo = ImageChops.add(near, far)
    bands = []
    for band in colour:
        shade = [min(255, round(v * band / 255 * 0.62)) for v in range(256)]
        white = [round(v * (0.55 + 0.45 * band / 255)) for v in range(256)]
        bands.append(ImageChops.add(halo.point(shade), core.point(white)))
    return Image.merge("RGB", bands)


@lru_cache(maxsize=64)
def _font(size: int, strong: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    name = "Inter-SemiBold.otf" if strong else "Inter-Regular.otf"
    font = files("pygame_gameservices.widgets") / "fonts" / name
    if not font.is_file():
        return ImageFont.load_default(size)
    with as_file(font) as path:
        return ImageFont.truetype(str(path), size)


def plain(text: str, size: int, colour: Colour, *, strong: bool = False) -> Image.Image:
    """`text` in the reading typeface, `size` pixels, on nothing. The picture is as high as the font's line."""
    font = _font(size, strong)
    width = max(1, math.ceil(font.getlength(text)))
    line = Image.new("RGBA", (width + 2, math.ceil(size * 1.35)), (*colour, 0))
    ImageDraw.Draw(line).text((1, size * 0.08), text, font=font, fill=(*colour, 255))
    return line


@lru_cache(maxsize=512)
def plain_width(text: str, size: float, *, strong: bool = False) -> float:
    """How wide `plain` draws `text`, at `size` units."""
    return float(_font(round(size * 4), strong).getlength(text)) / 4
