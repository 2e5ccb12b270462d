"""Whether the toast of a bronze trophy, and a leaderboard, can be seen, told from pixels alone."""

from __future__ import annotations

from PIL import Image

LEAST_BRONZE = 600
"""Pixels of the medal: its disc is some 50 pixels wide."""
LEAST_DARK = 6000
"""Pixels of the plate behind it."""
GROUND = (30, 60, 40)
"""What the small games of our own are drawn on, more or less: greener than anything in a dialog."""
LEAST_PANEL = 0.6
"""Of the middle of the screen, while a dialog is open."""


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


def shows_dialog(picture: Image.Image) -> bool:
    """Whether the dark panel of a dialog is in the middle of a small game."""
    width, height = picture.size
    middle = picture.crop((width // 3, height // 4, width * 2 // 3, height * 3 // 4)).tobytes()
    panel = sum(middle[at + 2] >= middle[at + 1] and middle[at] < 110 for at in range(0, len(middle), 3))
    return panel * 3 > len(middle) * LEAST_PANEL
