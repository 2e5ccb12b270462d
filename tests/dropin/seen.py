"""Whether the toast of a bronze trophy can be seen, told from pixels alone."""

from __future__ import annotations

from PIL import Image

LEAST_BRONZE = 600
"""Pixels of the medal: its disc is some 50 pixels wide."""
LEAST_DARK = 6000
"""Pixels of the plate behind it."""


def shows_trophy(before: bytes, after: bytes, size: tuple[int, int]) -> bool:
    """Whether a bronze medal on a dark plate came into the upper right corner, where `before` had none."""
    width, height = size
    place = (width // 2, 0, width, round(height * 0.4))
    first = Image.frombytes("RGB", size, before).crop(place).tobytes()
    now = Image.frombytes("RGB", size, after).crop(place).tobytes()
    bronze = dark = 0
    for at in range(0, len(now), 3):
        red, green, blue = now[at : at + 3]
        if now[at : at + 3] == first[at : at + 3]:
            continue
        bronze += red > 130 and 0.5 * red < green < 0.8 * red and 0.2 * red < blue < 0.66 * red
        dark += red < 80 and green < 80 and blue < 90
    return bronze >= LEAST_BRONZE and dark >= LEAST_DARK
