"""A panel to draw on: words, boxes and icons placed by their boxes, with the theme and the scale at hand."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.painting.brushes import lay, rim, rounded, stamp
from pygame_gameservices.widgets.painting.color import Color, contrast, mix, over, with_alpha
from pygame_gameservices.widgets.painting.icons import icon
from pygame_gameservices.widgets.painting.panel import bleed_of, panel, slip
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import Theme

LEFT, CENTER, RIGHT = 0.0, 0.5, 1.0
"""Where words stand in their box."""
LONGEST = 300
"""Characters of a line that are looked at; what does not fit anyway need not be measured."""


class Sheet:
    """An image of a widget while it is being painted. Used by one thread at a time.

    All places are in pixels from the corner of the panel; the shadow around it is kept out of sight.

    Attributes:
        theme, scale: as the stage has them.
        fit: how much room the parts of a dialog take.
        size: of the panel, without its shadow.
        image: what is painted so far, with the shadow around it.
    """

    def __init__(
        self, theme: Theme, scale: float, size: tuple[int, int], *, compact: bool = False, radius: float | None = None
    ) -> None:
        """Begin with an empty panel; with a `radius` in pixels, with something that lies on one."""
        self.theme = theme
        self.scale = scale
        self.fit = Fit(scale, compact)
        self.size = size
        self.image = panel(size, theme, scale) if radius is None else slip(size, radius, theme, scale)
        self._bleed = bleed_of(theme, scale)

    def px(self, length: float) -> int:
        """Real pixels for a length of the 1080p design."""
        return round(length * self.scale)

    def picture(self) -> Picture:
        """What has been painted."""
        return Picture.of(self.image, bleed=self._bleed)

    def lettering(self, size: float, *, bold: bool = False, tracking: float = 0.0, tabular: bool = False) -> Lettering:
        """Letters of `size` units of the 1080p design; `tabular` for a column of numbers."""
        return self.theme.lettering(size * self.scale, bold=bold, tracking=tracking, tabular=tabular)

    def text(
        self,
        box: Region,
        words: str,
        size: float,
        color: Color,
        *,
        bold: bool = False,
        align: float = LEFT,
        tracking: float = 0.0,
        tabular: bool = False,
        baseline: int | None = None,
    ) -> int:
        """Write one line in the middle of the height of `box`, cut to its width. Returns the x where it ends.

        What stands beside other words takes their `baseline`: two sizes in the middle of a box can be a pixel apart.
        """
        letters = self.lettering(size, bold=bold, tracking=tracking, tabular=tabular)
        line = letters.fit(words[:LONGEST], box.width)
        left = box.x + (box.width - letters.width(line)) * align if align else box.x
        foot = self.baseline(box, letters) if baseline is None else baseline
        return round(letters.draw(self.image, (left + self._bleed, foot + self._bleed), line, color)) - self._bleed

    def baseline(self, box: Region, letters: Lettering) -> int:
        """Where words stand that are in the middle of the height of `box`."""
        return box.y + (box.height + letters.cap_height) // 2  # equal boxes alike: halves are not rounded to even

    def fill(self, box: Region, color: Color, radius: float = 0.0) -> None:
        """Fill a box."""
        if box.width <= 0 or box.height <= 0 or not color[3]:
            return
        if radius:
            stamp(self.image, _rounded((box.width, box.height), radius), color, self.at(box))
        else:
            layer = Image.new("RGBA", (box.width, box.height), color)
            lay(self.image, layer, self.at(box))

    def outline(self, box: Region, color: Color, radius: float, width: float | None = None) -> None:
        """Draw a border inside a box, as wide as the theme's unless told otherwise, in pixels."""
        thick = max(1.0, self.theme.colors.border_width * self.scale) if width is None else width
        stamp(self.image, rim((box.width, box.height), radius, thick), color, self.at(box))

    def icon(self, box: Region, name: str, color: Color, size: float) -> None:
        """Draw an icon of `size` units in the middle of `box`."""
        side = self.px(size)
        corner = Region(box.x + (box.width - side) // 2, box.y + (box.height - side) // 2, side, side)
        stamp(self.image, icon(name, side), color, self.at(corner))

    def beside(self, name: str, size: float) -> int:
        """Pixels that an icon of `size` units has free at its right side."""
        mask = icon(name, self.px(size))
        seen = mask.getbbox()
        return mask.width - seen[2] if seen is not None else 0

    def paste(self, image: Image.Image, x: int, y: int) -> None:
        """Lay a finished RGBA image on it."""
        lay(self.image, image, (x + self._bleed, y + self._bleed))

    def at(self, box: Region) -> tuple[int, int]:
        """Where the corner of a box is on the image, which has the shadow around the panel."""
        return box.x + self._bleed, box.y + self._bleed


@lru_cache(maxsize=64)
def _rounded(size: tuple[int, int], radius: float) -> Image.Image:
    return rounded(size, min(radius, min(size) / 2))


def ink_on(ground: Color, theme: Theme) -> Color:
    """Black or white, whichever can be read better on `ground` as it looks on the theme's panel."""
    seen = over(ground, over(mix(theme.colors.panel_top, theme.colors.panel_bottom, 0.5), (0, 0, 0, 255)))
    dark, light = (10, 14, 24, 255), (255, 255, 255, 255)
    return max((dark, light), key=lambda ink: contrast(ink, seen))


EDGE = 0.55
"""How much of the text's color the edge of a control has, to be seen on every panel."""

OFF = 0.5
"""How much is left of the edge and the icon of a control that cannot be used now."""


def faint(color: Color, share: float) -> Color:
    """`color`, `share` times as opaque: for grounds and lines, never for words."""
    return with_alpha(color, share)
