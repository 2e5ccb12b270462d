"""Lays the bytes of a picture as pygame's surfaces have them, and says what of it there is to see. Helper threads."""

from __future__ import annotations

import sys
from dataclasses import replace

from PIL import Image

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region

_AT_ONCE = 8
"""So many pixels of a row are blended at once."""


def laid(picture: Picture) -> Picture:
    """Return the picture with its bytes laid for surfaces. Helper thread.

    Rows, and the parts of them that are not all transparent, have whole eights of pixels, some of them empty if need
    be: so many are blended at once, and pygame takes twice as long for odd rows.
    """
    if sys.byteorder != "little":
        return picture
    breathe()
    red, green, blue, alpha = Image.frombuffer("RGBA", picture.size, picture.pixels, "raw", "RGBA", 0, 1).split()
    breathe()
    merged = Image.merge("RGBA", (blue, green, red, alpha))
    breathe()
    over = -picture.size[0] % _AT_ONCE
    if over:
        merged = merged.crop((0, 0, picture.size[0] + over, picture.size[1]))
        breathe()
    return replace(picture, swapped=merged.tobytes(), seen=_seen(alpha, merged.width))


def _seen(alpha: Image.Image, width: int) -> tuple[Region, ...] | None:
    """The parts of a picture that are to be seen, in rows of `width` pixels: one, or the four sides of a frame."""
    box = alpha.getbbox()
    if box is None:
        return None
    left, top, right, bottom = box
    wide = _whole(right - left)
    around = Region(min(left, width - wide), top, wide, bottom - top)
    hole = _hole(alpha, around)
    if 2 * hole.width * hole.height < around.width * around.height:
        return (around,)
    aside = around.right - hole.right
    return (
        around._replace(height=hole.y - top),
        Region(around.x, hole.y, hole.x - around.x, hole.height),
        Region(hole.right, hole.y, aside, hole.height),
        Region(around.x, hole.bottom, wide, around.bottom - hole.bottom),
    )


def _hole(alpha: Image.Image, around: Region) -> Region:
    """What is all transparent in the middle, if it is so out to the sides of a frame; else nothing."""
    x, y = around.x + around.width // 2, around.y + around.height // 2
    left, right = _gap(alpha.crop((around.x, y, around.right, y + 1)).tobytes())
    top, bottom = _gap(alpha.crop((x, around.y, x + 1, around.bottom)).tobytes())
    left, right = _whole(left), around.width - _whole(around.width - right)
    hole = Region(around.x + left, around.y + top, max(0, right - left), max(0, bottom - top))
    clear = hole.width and hole.height and alpha.crop((hole.x, hole.y, hole.right, hole.bottom)).getbbox() is None
    return hole if clear else Region(x, y, 0, 0)


def _gap(line: bytes) -> tuple[int, int]:
    """From where to where a line is transparent around its middle."""
    middle = len(line) // 2
    return len(line[:middle].rstrip(b"\0")), len(line) - len(line[middle:].lstrip(b"\0"))


def _whole(pixels: int) -> int:
    """So many, or some more, that are blended at once."""
    return pixels + -pixels % _AT_ONCE
