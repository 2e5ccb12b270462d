"""Avatars and trophy icons, drawn when asked for: the same name gives the same picture."""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

AVATAR_SIZE = 100
TROPHY_SIZE = 75
"""Pixels; both as large as Game Jolt's."""

_SMOOTH = 4
_METALS = {
    "Bronze": ((205, 127, 50), (122, 66, 20)),
    "Silver": ((203, 210, 217), (110, 120, 130)),
    "Gold": ((255, 205, 60), (166, 110, 10)),
    "Platinum": ((190, 235, 245), (60, 120, 145)),
}
_NIGHT = (24, 24, 34)


@lru_cache(maxsize=256)
def avatar(username: str) -> bytes:
    """Return a PNG: a symmetric pattern of squares in a colour, both made from `username`."""
    digest = hashlib.sha256(username.casefold().encode()).digest()
    hue = digest[0] / 255
    colour = _colour(hue)
    picture = Image.new("RGB", (AVATAR_SIZE, AVATAR_SIZE), tuple(channel // 6 + 20 for channel in colour))
    draw = ImageDraw.Draw(picture)
    cell = AVATAR_SIZE // 7
    margin = (AVATAR_SIZE - 5 * cell) // 2
    for row in range(5):
        for column in range(3):
            if digest[1 + row * 3 + column] % 2:
                for x in {column, 4 - column}:
                    left, top = margin + x * cell, margin + row * cell
                    draw.rectangle((left, top, left + cell - 1, top + cell - 1), fill=colour)
    return _png(picture)


@lru_cache(maxsize=256)
def trophy(trophy_id: int, difficulty: str) -> bytes:
    """Return a PNG: a medal in the metal of `difficulty` with a star, whose points depend on `trophy_id`."""
    light, dark = _METALS[difficulty]
    side = TROPHY_SIZE * _SMOOTH
    picture = Image.new("RGB", (side, side), _NIGHT)
    draw = ImageDraw.Draw(picture)
    centre, radius = side / 2, side * 0.42
    draw.ellipse(_square(centre, radius), fill=dark)
    draw.ellipse(_square(centre, radius * 0.88), fill=light)
    draw.polygon(_star(centre, radius * 0.7, 5 + trophy_id % 4), fill=dark)
    return _png(picture.resize((TROPHY_SIZE, TROPHY_SIZE), Image.Resampling.LANCZOS))


@lru_cache(maxsize=1)
def secret_trophy() -> bytes:
    """Return the PNG of a trophy not found yet. It is served under a name in ``.jpg``, as the real one is."""
    side = TROPHY_SIZE * _SMOOTH
    picture = Image.new("RGB", (side, side), _NIGHT)
    draw = ImageDraw.Draw(picture)
    centre, radius = side / 2, side * 0.42
    draw.ellipse(_square(centre, radius), fill=(70, 70, 88))
    line = round(side * 0.075)
    top = side * 0.36
    draw.arc((centre - side * 0.13, top - side * 0.13, centre + side * 0.13, top + side * 0.13), 180, 90, "white", line)
    draw.line((centre, top + side * 0.1, centre, side * 0.6), fill="white", width=line)
    draw.ellipse(_square(centre, line * 0.6, side * 0.7), fill="white")
    return _png(picture.resize((TROPHY_SIZE, TROPHY_SIZE), Image.Resampling.LANCZOS))


def _colour(hue: float) -> tuple[int, int, int]:
    red, green, blue = (round(150 + 100 * math.cos(2 * math.pi * (hue - shift))) for shift in (0, 1 / 3, 2 / 3))
    return red, green, blue


def _square(centre: float, radius: float, y: float | None = None) -> tuple[float, float, float, float]:
    middle = centre if y is None else y
    return centre - radius, middle - radius, centre + radius, middle + radius


def _star(centre: float, radius: float, points: int) -> list[tuple[float, float]]:
    corners = []
    for corner in range(points * 2):
        reach = radius if corner % 2 == 0 else radius * 0.45
        angle = math.pi * corner / points - math.pi / 2
        corners.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    return corners


def _png(picture: Image.Image) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
