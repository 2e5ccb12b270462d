"""Covers of games, drawn when asked for: the same number gives the same picture."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (315, 250)
"""Pixels, as large as itch.io's."""


@lru_cache(maxsize=256)
def cover(game_id: int, kind: str = "PNG") -> bytes:
    """Return the picture of a game: hills at night, whose shape and colour depend on its number."""
    digest = hashlib.sha256(str(game_id).encode()).digest()
    hue = digest[0] / 255
    picture = Image.new("RGB", SIZE, _shade(hue, 0.25))
    draw = ImageDraw.Draw(picture)
    x, y, radius = 40 + digest[1] % 200, 30 + digest[2] % 60, 14 + digest[3] % 16
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(250, 244, 214))
    for layer in range(3):
        draw.polygon(_hill(digest, layer), fill=_shade(hue, 0.45 + 0.2 * layer))
    buffer = BytesIO()
    picture.save(buffer, kind, optimize=True)
    return buffer.getvalue()


def _hill(digest: bytes, layer: int) -> list[tuple[float, float]]:
    width, height = SIZE
    phase, waves = digest[4 + layer] / 40, 1 + digest[7 + layer] % 3
    base = height * (0.5 + 0.16 * layer)
    top = [(x, base - 22 * math.sin(phase + waves * math.tau * x / width)) for x in range(0, width + 15, 15)]
    return [(0.0, float(height)), *((float(x), y) for x, y in top), (float(width), float(height))]


def _shade(hue: float, light: float) -> tuple[int, int, int]:
    red, green, blue = (round(light * (150 + 100 * math.cos(math.tau * (hue - shift)))) for shift in (0, 1 / 3, 2 / 3))
    return red, green, blue
