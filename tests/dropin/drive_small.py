"""Plays a patched game of our own with pygame until its toast and its leaderboard were seen.

``drive_small.py GAME FOLDER``. Space is pressed now and then. While the leaderboard is open the key q and a button of
the pad are held, which end the games that ask for them; that must not reach the game.
"""

from __future__ import annotations

import os
import runpy
import sys
from ctypes import CDLL, create_string_buffer
from ctypes.util import find_library
from pathlib import Path

if "DISPLAY" not in os.environ:
    os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame
from PIL import Image

from tests.dropin.watching import Watching
from tests.engines.virtual_pad import VirtualPad

EVERY_MS = 400
BACK = 6
_RGB, _BYTES, _PACK_ALIGNMENT = 0x1907, 0x1401, 0x0D05


class Keys(tuple):
    """What is held, as pygame says it: by the number of a key, of which there are very large ones."""

    def __getitem__(self, key: int) -> bool:
        return super().__getitem__(key % len(self))


def post(kind: int, key: int) -> None:
    pygame.event.post(pygame.event.Event(kind, key=key, mod=0, unicode="", scancode=0))


def tap() -> None:
    post(pygame.KEYDOWN, pygame.K_F9)
    post(pygame.KEYUP, pygame.K_F9)


def picture() -> Image.Image:
    """What is about to be shown."""
    screen = pygame.display.get_surface()
    if not screen.get_flags() & pygame.OPENGL:
        return Image.frombytes("RGB", screen.get_size(), pygame.image.tobytes(screen, "RGB"))
    width, height = screen.get_size()
    pixels = create_string_buffer(width * height * 3)
    gl = CDLL(find_library("GL") or "libGL.so.1")
    gl.glPixelStorei(_PACK_ALIGNMENT, 1)
    gl.glReadPixels(0, 0, width, height, _RGB, _BYTES, pixels)
    return Image.frombytes("RGB", (width, height), pixels.raw).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def main(game: str, folder: str) -> None:
    pygame.init()
    pad = VirtualPad(pygame) if "pad" in Path(game).name else None
    held: set[int] = set()

    def hold(down: bool) -> None:
        (held.add if down else held.discard)(pygame.K_q)
        if pad is not None:
            pad.press(BACK, down)

    watching = Watching(Path(folder), tap, hold)
    flip, update = pygame.display.flip, pygame.display.update

    def shown(show: object, *areas: object) -> None:
        if watching.look(picture):
            raise SystemExit(0)
        show(*areas)

    pygame.key.get_pressed = lambda: Keys(key in held for key in range(512))
    pygame.display.flip = lambda: shown(flip)
    pygame.display.update = lambda *areas: shown(update, *areas)
    for kind in (pygame.KEYDOWN, pygame.KEYUP):
        pygame.time.set_timer(pygame.event.Event(kind, key=pygame.K_SPACE, mod=0, unicode=" "), EVERY_MS)
    runpy.run_path(game, run_name="__main__")
    raise SystemExit("the game ended before all was seen")


if __name__ == "__main__":
    main(*sys.argv[1:])
