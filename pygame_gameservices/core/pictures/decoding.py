"""From the bytes of a picture to pixels of the size that is wanted. Off the frame thread."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

import msgspec

Fit = Literal["cover", "contain"]

MOST_PIXELS = 16 << 20
"""Pixels that a picture may have before it is made smaller; more is taken for an attack."""


class Pixels(msgspec.Struct, frozen=True):
    """A finished picture: straight (not premultiplied) RGBA, 4 bytes a pixel, rows from the top without gaps.

    Attributes:
        data: the bytes.
        size: width and height in pixels.
    """

    data: bytes
    size: tuple[int, int]

    def __repr__(self) -> str:
        return f"<Pixels {self.size[0]} x {self.size[1]}>"


class NoPicture(ValueError):
    """The bytes are no picture of a known kind, or one that is too large. The text says which."""


def kind_of(content: bytes) -> str:
    """What kind of picture `content` is, by its first bytes: a name ends in whatever somebody typed.

    Raises:
        NoPicture: none that is known.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    raise NoPicture("it is no PNG, JPEG, GIF or WebP")


def decode(content: bytes, size: tuple[int, int], fit: Fit) -> Pixels:
    """Decode a picture (of a moving one the first frame) and fit it into `size`.

    Args:
        fit: ``"cover"`` fills the size and cuts off what is too much; ``"contain"`` shows all of it, centred.

    Raises:
        NoPicture: it is broken, of an unknown kind or too large.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=[kind_of(content)]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NoPicture(f"it has {image.width} x {image.height} pixels")
            image.draft("RGB", (2 * size[0], 2 * size[1]))  # a JPEG decoder need not make what is thrown away
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        if fit == "cover":
            fitted = ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
        else:
            fitted = ImageOps.pad(upright, size, Image.Resampling.LANCZOS, color=(0, 0, 0, 0))
    except NoPicture:
        raise
    except Exception as error:  # decoders raise whatever they like on what is broken on purpose
        raise NoPicture(f"it cannot be decoded ({type(error).__name__})") from None
    return Pixels(fitted.tobytes(), fitted.size)
