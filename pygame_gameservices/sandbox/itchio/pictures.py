"""Covers of games, drawn when asked for: the same number gives the same picture, and neighbours never look alike."""

from __future__ import annotations

import colorsys
import math
import random
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (315, 250)
"""Pixels, as large as itch.io's."""
_GOLDEN = 0.381966
"""A share of the circle of hues after which neighbours are as different as can be."""
_MOON, _GLOW = (250, 244, 214), (255, 190, 120)
_SCALE = 2
"""Drawn so many times larger, for smooth edges."""
_WIDE, _HIGH = SIZE[0] * _SCALE, SIZE[1] * _SCALE


class Easel:
    """What a motif paints with: a canvas, shades of one hue, and chance that is the same each time."""

    def __init__(self, game_id: int) -> None:
        self.hue = (0.62 + game_id * _GOLDEN) % 1.0
        self.chance = random.Random(game_id)
        self.picture = Image.new("RGB", (_WIDE, _HIGH))
        self.draw = ImageDraw.Draw(self.picture)
        for y in range(_HIGH):
            self.draw.line((0, y, _WIDE, y), fill=self.shade(0.14 + 0.3 * y / _HIGH))

    def shade(self, light: float, *, turn: float = 0.0, grey: float = 0.0) -> tuple[int, int, int]:
        """A shade of the picture's hue, or of one `turn` of the circle away."""
        red, green, blue = colorsys.hsv_to_rgb((self.hue + turn) % 1.0, 0.72 * (1.0 - grey), min(1.0, light))
        return round(255 * red), round(255 * green), round(255 * blue)

    def disc(self, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
        """A filled circle; places and sizes are shares of the picture's height, x from the left."""
        x, y, radius = x * _HIGH, y * _HIGH, radius * _HIGH
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def polygon(self, points: list[tuple[float, float]], colour: tuple[int, int, int]) -> None:
        """A filled polygon, in the same measure."""
        self.draw.polygon([(x * _HIGH, y * _HIGH) for x, y in points], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: tuple[int, int, int]) -> None:
        """A filled rectangle, in the same measure."""
        self.draw.rectangle((left * _HIGH, top * _HIGH, right * _HIGH, bottom * _HIGH), fill=colour)

    def wave(self, base: float, height: float, waves: float, phase: float, colour: tuple[int, int, int]) -> None:
        """Everything below a wave."""
        end = _WIDE / _HIGH
        steps = [end * step / 60 for step in range(61)]
        top = [(x, base - height * math.sin(phase + waves * math.tau * x / end)) for x in steps]
        self.polygon([(0.0, 1.0), *top, (end, 1.0)], colour)


def _hills(easel: Easel) -> None:
    easel.disc(0.9, 0.24, 0.1, _MOON)
    for layer in range(3):
        easel.wave(
            0.56 + 0.15 * layer, 0.08, 1 + layer % 2, easel.chance.uniform(0, 6), easel.shade(0.36 + 0.2 * layer)
        )


def _lanterns(easel: Easel) -> None:
    for x, y, size in ((0.3, 0.66, 0.15), (0.98, 0.55, 0.19), (0.62, 0.32, 0.12), (1.1, 0.16, 0.07), (0.2, 0.2, 0.06)):
        for glow in range(6, 0, -1):
            easel.disc(x, y, size * (0.7 + 0.16 * glow), easel.shade(0.34 + 0.05 * (6 - glow)))
        easel.polygon(
            [(x - size / 2, y - size * 0.6), (x + size / 2, y - size * 0.6), (x + size * 0.36, y + size * 0.6),
             (x - size * 0.36, y + size * 0.6)],
            _GLOW,
        )  # fmt: skip
        easel.box(x - size * 0.2, y + size * 0.4, x + size * 0.2, y + size * 0.6, _MOON)


def _sea(easel: Easel) -> None:
    easel.disc(0.63, 0.42, 0.2, _GLOW)
    for layer in range(5):
        easel.wave(0.5 + 0.1 * layer, 0.018, 4 + layer, 1.3 * layer, easel.shade(0.44 + 0.11 * layer))
    easel.polygon([(0.78, 0.64), (1.06, 0.64), (0.99, 0.72), (0.84, 0.72)], easel.shade(0.16))
    easel.polygon([(0.91, 0.62), (0.91, 0.36), (1.05, 0.62)], _MOON)


def _tram(easel: Easel) -> None:
    end = _WIDE / _HIGH
    easel.polygon([(0.0, 1.0), (end * 0.44, 0.52), (end * 0.56, 0.52), (end, 1.0)], easel.shade(0.2))
    for side in (-1, 1):
        easel.polygon(
            [(end / 2 + side * 0.3, 1.0), (end / 2 + side * 0.34, 1.0), (end / 2 + side * 0.02, 0.52)], easel.shade(0.7)
        )
    left, right = end / 2 - 0.22, end / 2 + 0.22
    easel.draw.rounded_rectangle((left * _HIGH, 0.2 * _HIGH, right * _HIGH, 0.82 * _HIGH), 26, fill=easel.shade(0.85))
    easel.box(left + 0.05, 0.28, right - 0.05, 0.52, easel.shade(0.95, turn=0.5, grey=0.6))
    easel.box(left, 0.6, right, 0.64, easel.shade(0.3))
    for side in (-1, 1):
        easel.disc(end / 2 + side * 0.14, 0.71, 0.045, _MOON)


def _city(easel: Easel) -> None:
    easel.disc(0.24, 0.2, 0.07, _MOON)
    left = -0.04
    while left < _WIDE / _HIGH:
        wide, top = easel.chance.uniform(0.12, 0.22), easel.chance.uniform(0.26, 0.66)
        easel.box(left, top, left + wide, 1.0, easel.shade(easel.chance.choice((0.24, 0.3, 0.38))))
        for row in range(int((1.0 - top) / 0.075)):
            for column in range(int(wide / 0.055)):
                if easel.chance.random() < 0.5:
                    x, y = left + 0.02 + 0.055 * column, top + 0.03 + 0.075 * row
                    easel.box(x, y, x + 0.025, y + 0.035, _GLOW)
        left += wide + 0.015


def _owl(easel: Easel) -> None:
    for x, high in ((0.1, 0.62), (0.32, 0.4), (0.98, 0.5), (1.2, 0.7)):
        easel.box(x - 0.015, 0.9, x + 0.015, 1.0, easel.shade(0.2))
        for layer in range(3):
            top, half = 0.94 - high + layer * high * 0.24, 0.07 + 0.035 * layer
            easel.polygon([(x, top), (x - half, top + high * 0.42), (x + half, top + high * 0.42)], easel.shade(0.5))
    middle = 0.64
    easel.draw.ellipse(
        ((middle - 0.2) * _HIGH, 0.36 * _HIGH, (middle + 0.2) * _HIGH, 0.92 * _HIGH), fill=easel.shade(0.8)
    )
    for side in (-1, 1):
        easel.polygon(
            [(middle + side * 0.19, 0.5), (middle + side * 0.17, 0.3), (middle + side * 0.05, 0.42)], easel.shade(0.8)
        )
        easel.disc(middle + side * 0.09, 0.52, 0.09, _MOON)
        easel.disc(middle + side * 0.09, 0.52, 0.042, easel.shade(0.12))
    easel.polygon([(middle - 0.03, 0.58), (middle + 0.03, 0.58), (middle, 0.66)], easel.shade(1.0, turn=0.5))


_MOTIFS = (_hills, _lanterns, _sea, _tram, _city, _owl)


@lru_cache(maxsize=256)
def cover(game_id: int, kind: str = "PNG") -> bytes:
    """Return the picture of a game: one of some motifs in a hue of its own, both by its number."""
    easel = Easel(game_id)
    _MOTIFS[game_id % len(_MOTIFS)](easel)
    picture = easel.picture.resize(SIZE, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    picture.save(buffer, kind, optimize=True)
    return buffer.getvalue()
