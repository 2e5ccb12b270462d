"""Plays the patched game of nested loops without a screen, as ``drive_pygame.py`` plays the alien game.

Its screens wait for the space bar, which is let go of again and again by a timer, so they all come round.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from tests.dropin.drive_pygame import Player, pygame

EVERY_MS = 400


def main(game: str, folder: str) -> None:
    player = Player(Path(folder))
    pygame.init()
    pygame.key.get_pressed = player.keys
    pygame.display.flip = player.flip
    pygame.time.set_timer(pygame.event.Event(pygame.KEYUP, key=pygame.K_SPACE, mod=0, unicode=" "), EVERY_MS)
    runpy.run_path(game, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
