"""Paints every widget in every state, theme and size on one sheet: ``python -m tests.contact_sheet OUT.png``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from PIL import Image, ImageDraw

from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES, shot
from tests.widgets.stagecraft import Scene

SIZES = ((1280, 720), (640, 360), (320, 180))
THEMES = (DARK, LIGHT, HIGH_CONTRAST)
_SHEET_WIDTH = 4000
_MARGIN = 12

Section = Callable[[Theme, tuple[int, int]], Iterator[Image.Image]]


def toasts(theme: Theme, size: tuple[int, int]) -> Iterator[Image.Image]:
    """Every toast, and a mini one."""
    room = Scene(theme, size).overlay.toasts._places.width(compact=False)
    painter = ToastPainter(theme, theme.scale_for(size[1]), room)
    mini = ToastPainter(theme, theme.scale_for(size[1]), room, mini=True)
    pictures = [*map(painter.paint, TOASTS.values()), mini.paint(TOASTS["platinum"])]
    for picture in pictures:
        yield _cut(picture, ground(size, theme))


def unlocks(theme: Theme, size: tuple[int, int]) -> Iterator[Image.Image]:
    """The moments of a trophy's coming: the emblem, the flash, the bar that unfolds, the glint; a row for each rank."""
    for rank in ("bronze", "gold", "platinum"):
        scene = Scene(theme, size)
        scene.overlay.toasts.push(TOASTS[rank])
        seen = 0
        while seen < 34:
            scene.overlay.update(1 / 30)
            seen += any(placed.alpha for placed in scene.overlay.pictures())
            if seen % 5 == 2:
                whole = scene.overlay.toasts.standing[0].whole
                box = (whole.x, whole.y, whole.x + whole.picture.size[0], whole.y + whole.picture.size[1])
                yield scene.onto(ground(size, theme)).crop(_on(size, box))


def section(widget: str) -> Section:
    """All states of another widget."""

    def states(theme: Theme, size: tuple[int, int]) -> Iterator[Image.Image]:
        for act in SCENES[widget].values():
            yield shot(act, theme, size, ground(size, theme))

    return states


SECTIONS: tuple[Section, ...] = (toasts, unlocks, *map(section, SCENES))
"""What is on the sheet."""


def ground(size: tuple[int, int], theme: Theme) -> Image.Image:
    """Something busy behind the pictures, as a game would be: bright for the light theme, else dark, and stripes."""
    tone = (214, 226, 236) if theme is LIGHT else (34, 44, 66)
    image = Image.new("RGBA", size, (*tone, 255))
    draw = ImageDraw.Draw(image)
    for x in range(-size[1], size[0], 150):
        shade = tuple(min(255, channel + (x // 150 % 4) * 14) for channel in tone)
        draw.polygon([(x, size[1]), (x + size[1], 0), (x + size[1] + 75, 0), (x + 75, size[1])], fill=(*shade, 255))
    return image


def sheet() -> Image.Image:
    """Paint the whole sheet."""
    bands = [_band(section, theme, size) for section in SECTIONS for theme in THEMES for size in SIZES]
    whole = Image.new("RGBA", (_SHEET_WIDTH, sum(band.height for band in bands)))
    top = 0
    for band in bands:
        whole.paste(band, (0, top))
        top += band.height
    return whole.convert("RGB")


def _on(size: tuple[int, int], box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The part of a box that is on the screen."""
    return max(0, box[0]), max(0, box[1]), min(size[0], box[2]), min(size[1], box[3])


def _cut(picture: Picture, back: Image.Image) -> Image.Image:
    """A picture on its part of the ground."""
    image = Image.frombytes("RGBA", picture.size, picture.pixels)
    return Image.alpha_composite(back.crop((0, 0, *image.size)), image)


def _band(section: Section, theme: Theme, size: tuple[int, int]) -> Image.Image:
    """One section in one theme and size, wrapped into rows."""
    places: list[tuple[Image.Image, int, int]] = []
    x = y = _MARGIN
    row = 0
    for image in section(theme, size):
        if x + image.width + _MARGIN > _SHEET_WIDTH:
            x, y, row = _MARGIN, y + row + _MARGIN, 0
        places.append((image, x, y))
        x, row = x + image.width + _MARGIN, max(row, image.height)
    tone = (226, 234, 241, 255) if theme is LIGHT else (24, 31, 48, 255)
    band = Image.new("RGBA", (_SHEET_WIDTH, y + row + _MARGIN), tone)
    for image, left, top in places:
        band.paste(image, (left, top))
    return band


def main() -> int:
    """Write the sheet to the file named on the command line."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("use: python -m tests.contact_sheet OUT.png", file=sys.stderr)
        return 2
    sheet().save(sys.argv[1])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
