"""Plays Arcade's patched coin game without a screen until its trophy's toast was seen, and keeps two pictures of it.

``drive_arcade.py GAME FOLDER``: ``before.png`` is the first frame, ``after.png`` one with the toast on it.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

os.environ["ARCADE_HEADLESS"] = "True"

import arcade
from pyglet.event import EventDispatcher

from tests.dropin.seen import shows_trophy

PATIENCE_S = 60.0
FRAME = 1 / 60
LOOK_EVERY = 5
"""Frames from look to look."""


def run(folder: Path) -> None:
    """What `arcade.run` does with a screen: dispatch the events of a frame, draw it, show it."""
    window = arcade.get_window()
    game, size = window.current_view, window.get_size()
    before, until = b"", time.monotonic() + PATIENCE_S
    for frame in range(100_000):
        assert time.monotonic() < until, "no toast was seen"
        if frame > 2 and not game.score:
            x, y = game.coin_list[0].position
            EventDispatcher.dispatch_event(window, "on_mouse_motion", int(x), int(y), 0, 0)
        EventDispatcher.dispatch_event(window, "on_update", FRAME)
        EventDispatcher.dispatch_event(window, "on_draw")
        window.ctx.finish()
        picture = arcade.get_image(0, 0, *size).convert("RGB")
        if frame == 1:
            before = picture.tobytes()
            picture.save(folder / "before.png")
        elif frame > 1 and frame % LOOK_EVERY == 0 and shows_trophy(before, picture.tobytes(), size):
            picture.save(folder / "after.png")
            return
        time.sleep(FRAME)


def main(game: str, folder: str) -> None:
    arcade.run = lambda view=None: run(Path(folder))
    runpy.run_path(game, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
