"""Shows a widget without an engine, and takes a picture of the screen."""

from __future__ import annotations

from PIL import Image

from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.theme import DARK, Theme
from pygame_gameservices.widgets.widget import Widget
from tests.widgets.samples import HandServices

FRAME = 0.05
GAME = (96, 104, 120, 255)


class Scene:
    """An overlay whose helper thread is the test."""

    def __init__(
        self, theme: Theme = DARK, size: tuple[int, int] = (1280, 720), device: Device = Device.KEYBOARD
    ) -> None:
        self.services = HandServices()
        self.overlay = Overlay(self.services, size=size, theme=theme)
        self.overlay.device = device

    def show(self, widget: Widget, seconds: float = 1.0) -> Scene:
        self.overlay.show(widget)
        return self.run(seconds)

    def run(self, seconds: float = 0.3) -> Scene:
        for _ in range(round(seconds / FRAME)):
            self.overlay.update(FRAME)
            self.overlay.pictures()
        return self

    def screen(self, ground: tuple[int, int, int, int] = GAME) -> Image.Image:
        """The whole screen as the player sees it now."""
        whole = Image.new("RGBA", self.overlay.size, ground)
        return self.onto(whole)

    def cut(self, box: Region, ground: tuple[int, int, int, int] = GAME) -> Image.Image:
        """A piece of the screen, which is much less work than all of it."""
        return self.onto(Image.new("RGBA", (box.width, box.height), ground), (box.x, box.y))

    def onto(self, whole: Image.Image, corner: tuple[int, int] = (0, 0)) -> Image.Image:
        """Lay what is shown on an image that has its own corner at `corner` of the screen."""
        for picture, at_x, at_y, alpha, part in self.overlay.pictures():
            shown = part or Region(0, 0, *picture.size)
            x, y = at_x - corner[0], at_y - corner[1]
            left, top = max(0, -x), max(0, -y)
            right, bottom = min(shown.width, whole.width - x), min(shown.height, whole.height - y)
            if left >= right or top >= bottom:
                continue
            image = Image.frombuffer("RGBA", picture.size, picture.pixels, "raw", "RGBA", 0, 1)
            image = image.crop((shown.x + left, shown.y + top, shown.x + right, shown.y + bottom))
            if alpha < 255:
                image.putalpha(image.getchannel("A").point([value * alpha // 255 for value in range(256)]))
            whole.alpha_composite(image, (max(0, x), max(0, y)))
        return whole
