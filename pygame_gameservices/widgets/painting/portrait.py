"""Other people's pictures made to fit: round portraits, cards with round corners, and what stands in for them."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from PIL import Image, ImageOps

from pygame_gameservices.widgets.painting.brushes import canvas, clipped, lay, rounded, smooth, vertical
from pygame_gameservices.widgets.painting.color import Color, contrast, mix
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.theme import Theme

_TINTS: tuple[Color, ...] = (
    (86, 126, 220, 255),
    (156, 98, 206, 255),
    (204, 84, 134, 255),
    (208, 96, 66, 255),
    (172, 126, 36, 255),
    (78, 146, 72, 255),
    (34, 146, 142, 255),
    (104, 116, 138, 255),
)
_WHITE: Color = (255, 255, 255, 255)


def tint(name: str) -> Color:
    """A color that always goes with `name`; white letters can be read on it."""
    base = _TINTS[crc32(name.encode()) % len(_TINTS)]
    while contrast(_WHITE, base) < 4.5:
        base = mix(base, (0, 0, 0, 255), 0.08)
    return base


@lru_cache(maxsize=256)
def round_portrait(picture: Picture, side: int) -> Image.Image:
    """`picture` cut to a disc of `side` pixels. Any thread; callers only read it."""
    return clipped(_fitted(picture, (side, side)), disc(side))


@lru_cache(maxsize=64)
def card(picture: Picture, size: tuple[int, int], radius: float) -> Image.Image:
    """`picture` filling `size` pixels, cut where it is too long, with round corners. Any thread; only read it."""
    return clipped(_fitted(picture, size), rounded(size, radius))


@lru_cache(maxsize=256)
def initial(name: str, side: int, theme: Theme) -> Image.Image:
    """What stands for somebody without a picture: the first letter on a disc of their own color."""
    return _lettered(name, (side, side), theme, disc(side), 0.46)


@lru_cache(maxsize=64)
def initial_card(name: str, size: tuple[int, int], radius: float, theme: Theme) -> Image.Image:
    """What stands for a game without a cover."""
    return _lettered(name, size, theme, rounded(size, radius), 0.4)


@lru_cache(maxsize=16)
def disc(side: int) -> Image.Image:
    """The mask of a disc."""
    return smooth((side, side), lambda draw, f: draw.ellipse((0, 0, side * f - 1, side * f - 1), fill=255))


def _lettered(name: str, size: tuple[int, int], theme: Theme, mask: Image.Image, share: float) -> Image.Image:
    base = tint(name)
    image = canvas(size)
    lay(image, clipped(vertical(size, [(0, base), (1, mix(base, (0, 0, 0, 255), 0.28))]), mask), (0, 0))
    letter = next((each for each in name if each.isalnum()), "?").upper()
    written = canvas(size)
    lettering = theme.lettering(min(size) * share, bold=True)
    left = (size[0] - lettering.width(letter)) / 2
    lettering.draw(written, (left, (size[1] + lettering.cap_height) / 2), letter, _WHITE)
    _, top, _, bottom = written.getbbox() or (0, 0, *size)
    lay(image, written, (0, (size[1] - top - bottom) // 2))  # many scripts have letters that hang below the line
    return image


def _fitted(picture: Picture, size: tuple[int, int]) -> Image.Image:
    source = Image.frombytes("RGBA", picture.size, picture.pixels)
    seen = source.getchannel("A").getbbox()  # a picture that was made to fit a square has empty bars
    if seen is not None and seen != (0, 0, *source.size):
        source = source.crop(seen)
    return ImageOps.fit(source, size, Image.Resampling.LANCZOS)
