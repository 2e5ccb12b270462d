"""Where things go on the screen: anchors, and the part of the screen that is safe to use."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Anchor(Enum):
    """One of nine places on the screen. The value is the place across and down: -1, 0 or 1."""

    TOP_LEFT = (-1, -1)
    TOP = (0, -1)
    TOP_RIGHT = (1, -1)
    LEFT = (-1, 0)
    CENTER = (0, 0)
    RIGHT = (1, 0)
    BOTTOM_LEFT = (-1, 1)
    BOTTOM = (0, 1)
    BOTTOM_RIGHT = (1, 1)

    @property
    def across(self) -> int:
        """-1 for the left edge, 0 for the middle, 1 for the right edge."""
        return self.value[0]

    @property
    def down(self) -> int:
        """-1 for the top edge, 0 for the middle, 1 for the bottom edge."""
        return self.value[1]


class Insets(NamedTuple):
    """Pixels along each edge of the screen to keep free, for a television's overscan or a notch."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


class Region(NamedTuple):
    """A rectangle in pixels of the overlay."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def within(cls, size: tuple[int, int], insets: Insets) -> Region:
        """What is left of a screen of `size` when `insets` are kept free."""
        width = max(0, size[0] - insets.left - insets.right)
        height = max(0, size[1] - insets.top - insets.bottom)
        return cls(insets.left, insets.top, width, height)

    def place(self, size: tuple[int, int], anchor: Anchor) -> tuple[int, int]:
        """The top left corner of something of `size` that leans on `anchor` of this region."""
        x = self.x + (self.width - size[0]) * (anchor.across + 1) // 2
        y = self.y + (self.height - size[1]) * (anchor.down + 1) // 2
        return x, y

    def covers(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height

    def inset(self, across: int, down: int | None = None) -> Region:
        """The same, smaller by `across` on the left and right and by `down` (or `across`) above and below."""
        down = across if down is None else down
        return Region(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def moved(self, x: int, y: int) -> Region:
        """The same, somewhere else."""
        return Region(self.x + x, self.y + y, self.width, self.height)

    def common(self, other: Region) -> Region:
        """The part of it that lies in the other, too; of no width or height where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Region(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def overlap(self, other: Region) -> int:
        """How many pixels of it lie in the other, too."""
        common = self.common(other)
        return common.width * common.height

    @property
    def right(self) -> int:
        """The first column that is not in it any more."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row that is not in it any more."""
        return self.y + self.height
