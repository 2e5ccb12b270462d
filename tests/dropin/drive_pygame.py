"""Plays pygame's patched alien game without a screen until its trophy's toast was seen, and keeps two pictures of it.

``drive_pygame.py GAME FOLDER``: ``before.png`` is the first frame, ``after.png`` one with the toast on it.
"""

from __future__ import annotations

import os
import random
import runpy
import sys
import time
from collections import defaultdict
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"

import pygame

from tests.dropin.seen import shows_trophy

PATIENCE_S = 60.0
STAY_S = 2.0
"""Seconds the game goes on after that, as a player would."""
LOOK_EVERY = 5
"""Frames from look to look."""


class Player:
    """Stands in for the hands: fires all the time, drives to and fro, and looks at what is shown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frames = 0
        self.until = time.monotonic() + PATIENCE_S
        self.before = b""
        self.seen = False
        self._flip = pygame.display.flip

    def keys(self) -> defaultdict[int, bool]:
        held = defaultdict(bool)
        held[pygame.K_SPACE] = self.frames % 3 == 0
        held[pygame.K_LEFT if self.frames // 60 % 2 else pygame.K_RIGHT] = True
        return held

    def flip(self) -> None:
        self._flip()
        self.look(pygame.display.get_surface())

    def look(self, screen: pygame.Surface) -> None:
        """See what is shown, and end the game when that was long enough."""
        self.frames += 1
        pixels = pygame.image.tobytes(screen, "RGB")
        if self.frames == 2:
            self.before = pixels
            pygame.image.save(screen, str(self.folder / "before.png"))
        elif self.frames % LOOK_EVERY == 0 and not self.seen:
            self.seen = shows_trophy(self.before, pixels, screen.get_size())
            if self.seen:
                pygame.image.save(screen, str(self.folder / "after.png"))
                self.until = time.monotonic() + STAY_S
        if time.monotonic() > self.until:
            raise SystemExit(0 if self.seen else 1)


def main(game: str, folder: str) -> None:
    random.seed(4)
    player = Player(Path(folder))
    pygame.key.get_pressed = player.keys
    pygame.display.flip = player.flip
    pygame.time.wait = lambda milliseconds: 0
    while True:  # a bomb may end the game before the first alien is hit
        runpy.run_path(game, run_name="__main__")
        pygame.init()


if __name__ == "__main__":
    main(*sys.argv[1:])
