"""Plays the patched game of Pygame Zero without a screen, as ``drive_pygame.py`` plays the alien game.

One key is pressed: what is seen afterwards comes over a screen that the game does not draw any more.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from tests.dropin.drive_pygame import Player, pygame

AFTER_MS = 400


def main(game: str, folder: str) -> None:
    player = Player(Path(folder))
    update = pygame.display.update

    def shown(*areas: object) -> None:
        update(*areas)
        player.look(pygame.display.get_surface())

    pygame.init()
    pygame.display.flip = player.flip
    pygame.display.update = shown
    pygame.time.set_timer(pygame.event.Event(pygame.KEYUP, key=pygame.K_SPACE, mod=0, unicode=" "), AFTER_MS, 2)
    pygame.time.set_timer(pygame.QUIT, 60_000, 1)
    runpy.run_path(game, run_name="__main__")
    raise SystemExit("the toast was not seen")


if __name__ == "__main__":
    main(*sys.argv[1:])
