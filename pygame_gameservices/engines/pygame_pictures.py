"""Pictures as pygame takes them: their bytes laid as its surfaces have them, and what of them there is to see."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from PIL import Image

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.widgets.picture import Picture, Placed
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


def surface_of(pygame: Any, picture: Picture) -> Any:
    """A surface of the picture's very bytes, as they are laid: perhaps wider, and not converted. Frame thread."""
    if picture.swapped is None:
        return pygame.image.frombuffer(picture.pixels, picture.size, "RGBA")
    high = picture.size[1]
    return pygame.image.frombuffer(picture.swapped, (len(picture.swapped) // (4 * high), high), "BGRA")


def parts(placed: Placed) -> Iterator[tuple[Region | None, tuple[int, int]]]:
    """What there is to see of a picture, or of its part that is shown, and where each piece of that goes. None is all
    of it. Frame thread."""
    picture, x, y, _, part = placed
    if picture.seen is None:
        yield part, (x, y)
        return
    left, top = (0, 0) if part is None else part[:2]
    for seen in picture.seen:
        piece = seen if part is None else seen.common(part)
        if piece.width and piece.height:
            yield piece, (x + piece.x - left, y + piece.y - top)


def _seen(alpha: Image.Image, width: int) -> tuple[Region, ...]:
    """The parts of a picture that are to be seen, in rows of `width` pixels: none, one, or the sides of a frame."""
    box = alpha.getbbox()
    if box is None:
        return ()
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
