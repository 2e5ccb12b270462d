"""The sky behind the game: nebulae, stars and dawn, made with Pillow. No engine; the same sky every time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops

from demo_game.look import (
    BASE_HEIGHT,
    BASE_WIDTH,
    DAWN_LOW,
    DAWN_MIDDLE,
    DAWN_TOP,
    NEBULA_COLD,
    NEBULA_WARM,
    NIGHT_LOW,
    NIGHT_TOP,
    Colour,
    mix,
)

OVERSCAN = 1.06
"""The sky is larger than the window by this much, so that it can shift a little behind the ship."""


@dataclass(frozen=True, slots=True)
class FixedStar:
    """A star of the background: its place in units of the window, its layer's depth (0 far, 1 near), its light."""

    x: float
    y: float
    depth: float
    brightness: float
    warmth: float
    phase: float


def stars(seed: int = 3, count: int = 190) -> list[FixedStar]:
    """Stars in three layers, far ones small and many."""
    draw = Random(seed)
    found = []
    for place in range(count):
        depth = (0.12, 0.12, 0.12, 0.3, 0.3, 0.6)[place % 6]
        light = draw.uniform(0.25, 0.6) + depth * 0.5
        found.append(FixedStar(draw.random(), draw.random(), depth, light, draw.random(), draw.uniform(0, 6.28)))
    return found


def _clouds(draw: Random, size: tuple[int, int], cells: int) -> Image.Image:
    """Soft noise from 0 to 255: four octaves, the coarsest `cells` wide."""
    total = Image.new("L", size, 0)
    for octave, weight in enumerate((0.52, 0.27, 0.14, 0.07)):
        wide, high = cells * 2**octave, max(2, cells * 2**octave * 9 // 16)
        noise = Image.frombytes("L", (wide, high), draw.randbytes(wide * high))
        layer = noise.resize(size, Image.Resampling.BICUBIC).point([round(v * weight) for v in range(256)])
        total = ImageChops.add(total, layer)
    return total


def _gradient(size: tuple[int, int], stops: tuple[tuple[float, Colour], ...]) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for y in range(256):
        share = y / 255
        for (start, upper), (end, lower) in pairwise(stops):
            if start <= share <= end:
                column.putpixel((0, y), mix(upper, lower, (share - start) / (end - start)))
                break
    return column.resize(size, Image.Resampling.BICUBIC)


def _tinted(mask: Image.Image, colour: Colour, strength: float) -> Image.Image:
    return Image.merge("RGB", [mask.point([round(v * c / 255 * strength) for v in range(256)]) for c in colour])


def _grain(draw: Random, picture: Image.Image) -> Image.Image:
    """A little noise, so that dark gradients show no bands."""
    wide, high = picture.size
    tile = Image.frombytes("L", (256, 256), draw.randbytes(256 * 256)).point([v % 4 for v in range(256)])
    grain = Image.new("L", (wide, high))
    for left in range(0, wide, 256):
        for top in range(0, high, 256):
            grain.paste(tile, (left, top))
    return ImageChops.add(picture, Image.merge("RGB", [grain] * 3))


def _sky(scale: float, stops: tuple[tuple[float, Colour], ...], cold: float, warm: float) -> Image.Image:
    draw = Random(11)
    size = round(BASE_WIDTH * OVERSCAN * scale), round(BASE_HEIGHT * OVERSCAN * scale)
    half = size[0] // 2, size[1] // 2
    picture = _gradient(half, stops)
    band = [max(0, min(255, round((v - 104) * 2.6))) for v in range(256)]
    veil = ImageChops.multiply(_clouds(draw, half, 3).point(band), _clouds(draw, half, 6))
    picture = ImageChops.screen(picture, _tinted(veil, NEBULA_COLD, cold))
    veil = ImageChops.multiply(_clouds(draw, half, 3).point(band), _clouds(draw, half, 5))
    picture = ImageChops.screen(picture, _tinted(veil, NEBULA_WARM, warm))
    return _grain(draw, picture.resize(size, Image.Resampling.BICUBIC))


def night(scale: float) -> Image.Image:
    """The sky at the start of a run."""
    return _sky(scale, ((0.0, NIGHT_TOP), (1.0, NIGHT_LOW)), 1.15, 0.95)


def dawn(scale: float) -> Image.Image:
    """The sky at the end of a run."""
    stops = ((0.0, DAWN_TOP), (0.5, mix(DAWN_TOP, DAWN_MIDDLE, 0.6)), (0.76, DAWN_MIDDLE), (1.0, DAWN_LOW))
    return _sky(scale, stops, 0.7, 0.8)
