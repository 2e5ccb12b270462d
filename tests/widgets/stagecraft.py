"""Shows a widget without an engine, and takes a picture of the screen."""

from __future__ import annotations

from PIL import Image

from pygame_gameservices.widgets.input import Device
from pygame_gameservices.widgets.overlay import Overlay
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

    def onto(self, whole: Image.Image) -> Image.Image:
        for picture, x, y, alpha, part in self.overlay.pictures():
            image = Image.frombytes("RGBA", picture.size, picture.pixels)
            if part is not None:
                image = image.crop((part.x, part.y, part.right, part.bottom))
            if alpha < 255:
                image.putalpha(image.getchannel("A").point([value * alpha // 255 for value in range(256)]))
            left, top = max(0, -x), max(0, -y)
            if left < image.width and top < image.height:
                whole.alpha_composite(image, (max(0, x), max(0, y)), (left, top))
        return whole
