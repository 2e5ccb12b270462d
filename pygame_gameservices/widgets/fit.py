"""How a dialog is fitted to its screen: how large a unit of the design is, and how much room its parts take.

Where the usual layout would have to shrink until nobody can read it, as on the 320x180 pixels of a game with large ones
or with very large text, a dialog has a compact one: fewer words and narrower edges, in letters that can be read.
"""

from __future__ import annotations

from typing import NamedTuple

from pygame_gameservices.widgets.region import Region

ABOVE_HINTS = 2
"""Units of the 1080p design from where the hints begin up to the line over them."""


class Fit(NamedTuple):
    """Sizes in units of the 1080p design, except where pixels are spoken of.

    Attributes:
        scale: pixels per unit.
        compact: whether the layout is the compact one.
    """

    scale: float
    compact: bool = False

    def px(self, length: float) -> int:
        """Real pixels for a length."""
        return round(length * self.scale)

    @property
    def header(self) -> int:
        """Height of a title, with its emblem where there is one."""
        return 48 if self.compact else 92

    @property
    def footer(self) -> int:
        """Height of the hints."""
        return 36 if self.compact else 48

    @property
    def below(self) -> int:
        """From what is on a panel to the line above its hints."""
        return 5 if self.compact else 12

    def foot(self, *, hints: bool) -> int:
        """From the lowest control of a form to the lower edge of its panel: with what keys do in between, if there are
        `hints`; a form has none in the compact layout."""
        return self.below + self.footer if hints and not self.compact else self.padding

    @property
    def tab(self) -> int:
        """Height of a row of tabs."""
        return 38 if self.compact else 50

    @property
    def padding(self) -> int:
        """From the edge of a panel to what is on it."""
        return 18 if self.compact else 32

    def close(self, width: int) -> Region:
        """The cross in the upper corner of a panel that is so many pixels wide."""
        side, right, top = (38, 46, 6) if self.compact else (44, 66, 28)
        return Region(width - self.px(right), self.px(top), self.px(side), self.px(side))

    def spinner(self, height: int, *, sign: bool = False) -> Region:
        """Where something turns, at the foot of a panel that is so many pixels high: at its edge, or where the `sign`
        of what is old would be."""
        side = self.px(22 if self.compact else 26)
        middle = height - self.px(self.footer) // 2
        left = self.px(self.padding) + (self.px(12) + (self.px(20) - side) // 2 if sign else 0)
        return Region(left, middle - side // 2, side, side)

    def retry(self, room: Region) -> Region:
        """The button below the message that something went wrong, in the middle of `room`."""
        width, height, down = (200, 44, 54) if self.compact else (240, 50, 92)
        x = room.x + (room.width - self.px(width)) // 2
        return Region(x, room.y + room.height // 2 + self.px(down), self.px(width), self.px(height))
