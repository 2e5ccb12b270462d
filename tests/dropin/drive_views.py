"""Plays the patched Arcade game of several views without a screen until its toast and leaderboard were seen."""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path

os.environ["ARCADE_HEADLESS"] = "True"

import arcade
from PIL import Image
from pyglet.event import EventDispatcher

from tests.dropin.watching import Watching

FRAME = 1 / 60


def tap(key: int = arcade.key.F9) -> None:
    for name in ("on_key_press", "on_key_release"):
        EventDispatcher.dispatch_event(arcade.get_window(), name, key, 0)


def picture() -> Image.Image:
    window = arcade.get_window()
    window.ctx.finish()
    return arcade.get_image(0, 0, *window.get_size()).convert("RGB")


def run(folder: Path) -> None:
    """What `arcade.run` does with a screen: dispatch the events of a frame, draw it, show it."""
    window = arcade.get_window()
    watching = Watching(folder, tap, lambda down: None)
    tap(arcade.key.SPACE)
    while not watching.look(picture):
        EventDispatcher.dispatch_event(window, "on_update", FRAME)
        EventDispatcher.dispatch_event(window, "on_draw")
        time.sleep(FRAME)


def main(game: str, folder: str) -> None:
    arcade.run = lambda view=None: run(Path(folder))
    runpy.run_path(game, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
