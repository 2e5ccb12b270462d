"""Shows a leaderboard and a toast on a display of some kind, and says how what is seen differs from what was painted.

``show_on.py KIND``, on a machine with a screen or under Xvfb. Prints a JSON object.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
from typing import Any

import pygame
from PIL import Image, ImageChops, ImageGrab

from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from pygame_gameservices.widgets import arrivals
from tests.engines.test_pixels import ROUNDING
from tests.widgets.samples import HandServices
from tests.widgets.sources import Accounts, Scores

SIZE = (640, 360)
GROUND = (70, 110, 160)
FRAME = 1 / 30
GL_ENUMS = {
    "program": 0x8B8D,
    "unit": 0x84E0,
    "texture": 0x8069,
    "array buffer": 0x8894,
    "viewport": 0x0BA2,
    "mask": 0x0C23,
    "source": 0x80C9,
    "source of alpha": 0x80CB,
    "equation": 0x8009,
    "alignment": 0x0CF5,
    "row length": 0x0CF2,
}
GL_SWITCHES = {"depth": 0x0B71, "cull": 0x0B44, "scissor": 0x0C11, "stencil": 0x0B90, "blend": 0x0BE2}


class GLGame:
    """A game on an OPENGL display that leaves the state as games do."""

    def __init__(self, kind: str) -> None:
        set_to, numbers = pygame.display.gl_set_attribute, {"core": (3, 3, 1), "es": (3, 0, 4)}.get(kind)
        if numbers:
            for name, number in zip(("MAJOR_VERSION", "MINOR_VERSION", "PROFILE_MASK"), numbers, strict=True):
                set_to(getattr(pygame, f"GL_CONTEXT_{name}"), number)
        self.target = pygame.display.set_mode(SIZE, pygame.OPENGL | pygame.DOUBLEBUF)
        self.overlay = PygameOverlay(HandServices())
        self.gl = self.overlay._gl._gl
        self.states: list[Any] = []
        floats = [ctypes.c_float] * 4
        self.clear_color = self._function("glClearColor", None, *floats)
        self.clear = self._function("glClear", None, ctypes.c_uint)
        self.scissor = self._function("glScissor", None, *[ctypes.c_int] * 4)
        self.error = self._function("glGetError", ctypes.c_uint)
        self.read = self._function(
            "glReadPixels", None, *[ctypes.c_int] * 4, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p
        )

    def _function(self, name: str, *signature: Any) -> Any:
        return ctypes.CFUNCTYPE(*signature)(self.gl._address(name.encode()))

    def draw(self) -> None:
        gl = self.gl
        gl.glDisable(GL_SWITCHES["scissor"])
        self.clear_color(*(value / 255 for value in GROUND), 1)
        self.clear(0x4000)
        for switch in ("depth", "cull", "scissor"):
            gl.glEnable(GL_SWITCHES[switch])
        self.scissor(0, 0, 40, 40)
        gl.glViewport(0, 0, 100, 100)
        gl.glActiveTexture(0x84C3)
        gl.glPixelStorei(0x0CF5, 2)
        gl.glPixelStorei(0x0CF2, 7)

    def state(self) -> Any:
        return {
            **{name: self.gl.integers(number, 4) for name, number in GL_ENUMS.items()},
            **{name: self.gl.glIsEnabled(number) for name, number in GL_SWITCHES.items()},
        }

    def seen(self) -> Image.Image:
        pixels = ctypes.create_string_buffer(SIZE[0] * SIZE[1] * 4)
        self.gl.glPixelStorei(0x0D05, 1)
        self.read(0, 0, *SIZE, 0x1908, 0x1401, pixels)
        assert self.error() == 0
        image = Image.frombytes("RGBA", SIZE, pixels.raw)
        return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")

    def show(self) -> None:
        pygame.display.flip()


class RendererGame:
    """A game that draws with textures, on a part of its window, to a texture of its own."""

    def __init__(self, kind: str) -> None:
        from pygame._sdl2 import video

        self.window = video.Window("game", size=SIZE)
        self.target = video.Renderer(self.window)
        self.overlay = PygameOverlay(HandServices())
        self.own = video.Texture(self.target, (64, 64), target=True)

    def draw(self) -> None:
        self.target.target = None
        self.target.set_viewport(None)
        self.target.draw_color = (*GROUND, 255)
        self.target.clear()
        self.target.set_viewport(pygame.Rect(10, 10, 50, 50))

    def state(self) -> Any:
        return [tuple(self.target.get_viewport()), tuple(self.target.draw_color), self.target.target is None]

    def seen(self) -> Image.Image:
        self.target.set_viewport(None)
        return Image.frombytes("RGB", SIZE, pygame.image.tobytes(self.target.to_surface(), "RGB"))

    def show(self) -> None:
        self.target.present()


class WindowGame:
    """A game with a Window of pygame-ce, and its surface."""

    def __init__(self, kind: str) -> None:
        self.target = pygame.Window("game", SIZE)
        self.target.get_surface()
        self.overlay = PygameOverlay(HandServices())

    def draw(self) -> None:
        self.target.get_surface().fill(GROUND)

    def state(self) -> Any:
        return tuple(self.target.get_surface().get_clip())

    def seen(self) -> Image.Image:
        return Image.frombytes("RGB", SIZE, pygame.image.tobytes(self.target.get_surface(), "RGB"))

    def show(self) -> None:
        self.target.flip()


class ScreenGame:
    """A game that draws to the surface of its display, seen as the screen shows it."""

    def __init__(self, kind: str) -> None:
        os.environ["SDL_VIDEO_WINDOW_POS"] = "0,0"
        self.target = pygame.display.set_mode(SIZE, pygame.SCALED if kind == "scaled" else 0)
        self.overlay = PygameOverlay(HandServices())

    def draw(self) -> None:
        self.target.fill(GROUND)

    def state(self) -> Any:
        return tuple(self.target.get_clip())

    def seen(self) -> Image.Image:
        self.show()
        wanted, until = expected(self.overlay), time.monotonic() + 10
        while True:  # the screen follows a little later
            area = (0, 0, *pygame.display.get_window_size())
            screen = ImageGrab.grab(area, xdisplay=os.environ["DISPLAY"]).convert("RGB")
            screen = screen.resize(SIZE, Image.Resampling.NEAREST)
            apart = ImageChops.difference(screen, wanted).getextrema()
            if max(high for _, high in apart) <= ROUNDING or time.monotonic() > until:
                return screen

    def show(self) -> None:
        pygame.event.pump()
        pygame.display.flip()


def expected(overlay: PygameOverlay) -> Image.Image:
    whole = Image.new("RGBA", SIZE, (*GROUND, 255))
    for placed in overlay.overlay.pictures():
        image = Image.frombytes("RGBA", placed.picture.size, placed.picture.pixels)
        if placed.part is not None:
            left, top, width, height = placed.part
            image = image.crop((left, top, left + width, top + height))
        image.putalpha(image.getchannel("A").point([value * placed.alpha // 255 for value in range(256)]))
        layer = Image.new("RGBA", SIZE)
        layer.paste(image, (placed.x, placed.y))
        whole = Image.alpha_composite(whole, layer)
    return whole.convert("RGB")


def main(kind: str) -> None:
    arrivals.PIXELS_A_FRAME = 80_000  # on so small a screen a board would be copied in one go
    pygame.init()
    others = {"renderer": RendererGame, "window": WindowGame, "plain": ScreenGame, "scaled": ScreenGame}
    make = others.get(kind, GLGame)
    game: Any = make(kind)
    overlay = game.overlay
    overlay.show_leaderboard(Scores())
    overlay.notify("Hello")
    apart: list[int] = []
    kept = True
    for frame in range(40):
        overlay.update(FRAME)
        game.draw()
        before = game.state()
        overlay.draw(game.target)
        kept = kept and game.state() == before
        if frame in (12, 39):  # while the toast comes, and when it is there
            difference = ImageChops.difference(game.seen(), expected(overlay))
            apart.append(max(high for _, high in difference.getextrema()))
        game.show()
    textures = {RendererGame: lambda: overlay._renderer._textures, GLGame: lambda: overlay._gl._textures}
    held = len(textures.get(make, lambda: overlay._surfaces._surfaces)())
    login = overlay.show_login(Accounts())
    overlay.hide(login)
    said = {
        "apart": apart,
        "kept": kept,
        "held": held,
        "shown": len({each.picture for each in overlay.overlay.pictures()}),
    }
    if os.environ.get("SHOW_ON_PICTURE"):
        game.draw()
        overlay.draw(game.target)
        game.seen().save(os.environ["SHOW_ON_PICTURE"])
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
