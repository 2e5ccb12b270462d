"""Plays the patched games that show frames by a window or a renderer, as ``drive_pygame.py`` plays the alien game."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from pygame._sdl2 import video

from tests.dropin.drive_pygame import Player, pygame


def main(game: str, folder: str) -> None:
    player = Player(Path(folder))

    class Renderer(video.Renderer):
        def __init__(self, window: video.Window) -> None:
            super().__init__(window, accelerated=0)

        def present(self) -> None:
            player.look(self.to_surface())
            super().present()

    video.Renderer = Renderer
    if hasattr(video.Window, "flip"):

        class Window(video.Window):
            def flip(self) -> None:
                super().flip()
                player.look(self.get_surface())

        pygame.Window = video.Window = Window
    pygame.init()
    pygame.time.set_timer(pygame.QUIT, 60_000, 1)
    runpy.run_path(game, run_name="__main__")
    raise SystemExit("the toast was not seen")


if __name__ == "__main__":
    main(*sys.argv[1:])
