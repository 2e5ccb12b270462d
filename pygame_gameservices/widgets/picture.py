"""Finished pictures, and where to show them: all that an engine needs to know of a widget."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.checks import described
from pygame_gameservices.widgets.region import Region

if TYPE_CHECKING:
    from PIL.Image import Image

_versions = count(1)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Picture:
    """A finished picture. Immutable, so any thread may read it; two are equal only when they are the same object.

    An engine makes its own surface or texture of it once and keeps that for as long as the picture lives.

    Attributes:
        pixels: straight (not premultiplied) RGBA, 4 bytes a pixel, rows from the top without gaps.
        size: width and height in pixels.
        bleed: pixels on every side that belong to the shadow and not to what the player sees as the widget.
        swapped: the same pixels as BGRA, if the engine asked for them, perhaps in longer rows; see `Stage.finish`.
        seen: the parts outside of which all is transparent, if the engine asked for them; None for all of it.
        version: a number no other picture of this process has; later ones are larger.

    Raises:
        UsageError: `pixels` does not hold exactly ``width * height * 4`` bytes.
    """

    pixels: bytes = field(repr=False)
    size: tuple[int, int]
    bleed: int = 0
    swapped: bytes | None = field(default=None, repr=False)
    seen: tuple[Region, ...] | None = None
    version: int = field(default_factory=lambda: next(_versions))

    def __post_init__(self) -> None:
        expected = self.size[0] * self.size[1] * 4
        if len(self.pixels) != expected:
            msg = f"a picture of {self.size[0]} x {self.size[1]} takes {expected} bytes of RGBA, got {len(self.pixels)}"
            raise UsageError(msg)

    @classmethod
    def of(cls, image: Image, *, bleed: int = 0) -> Picture:
        """Make a picture of a Pillow image of any mode. Any thread; copies the pixels.

        Raises:
            UsageError: it is no Pillow image.
        """
        if not callable(getattr(image, "tobytes", None)) or not hasattr(image, "mode"):
            msg = f"image is {described(image)}; pass a Pillow image, such as PIL.Image.open(file)"
            raise UsageError(msg)
        rgba = image if image.mode == "RGBA" else image.convert("RGBA")
        return cls(rgba.tobytes(), rgba.size, bleed)

    @property
    def body(self) -> tuple[int, int]:
        """Width and height without the shadow, in pixels."""
        return self.size[0] - 2 * self.bleed, self.size[1] - 2 * self.bleed


class Placed(NamedTuple):
    """A picture and where it goes this frame.

    Attributes:
        picture: what to show.
        x, y: its top left corner, shadow included, in pixels of the overlay.
        alpha: 0 (invisible) to 255 (as painted), on top of the picture's own transparency.
        part: the part of the picture that is shown, in pixels of its own; `x` and `y` are then that part's corner. None
            for all of it. So something can unfold without being painted anew.
    """

    picture: Picture
    x: int
    y: int
    alpha: int = 255
    part: Region | None = None

    def covers(self, x: float, y: float) -> bool:
        """Whether the point is on the widget itself; its shadow does not count."""
        bleed = self.picture.bleed
        width, height = self.picture.body
        return 0 <= x - self.x - bleed < width and 0 <= y - self.y - bleed < height
