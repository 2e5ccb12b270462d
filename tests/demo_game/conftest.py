"""What the demo's tests share: no screen, no sound, one sandbox with the demo's own configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from demo_game.settings import CONFIG
from pygame_gameservices.sandbox import Sandbox

if TYPE_CHECKING:
    from demo_game.screens import Screens

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
os.environ.setdefault("ARCADE_HEADLESS", "True")
ENGINES = [engine for engine in ("pygame", "arcade") if find_spec(engine)]
NEEDS_PYGAME = ["controls", "online", "sounds", "view", "window", "all_services", "frozen"]
collect_ignore = [] if "pygame" in ENGINES else [f"test_{name}.py" for name in NEEDS_PYGAME]
if not ENGINES:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def demo_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(config=CONFIG) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(demo_sandbox: Sandbox) -> Sandbox:
    """A sandbox as if just started, with the demo's trophies and scores."""
    if not demo_sandbox.running:
        demo_sandbox.restart()
    demo_sandbox.reset()
    return demo_sandbox


@pytest.fixture(scope="session")
def screens() -> dict[tuple[int, int], Screens]:
    """The pictures for two sizes of window, made once since that takes a second."""
    from demo_game.screens import Screens
    from demo_game.window import open_window

    made = {}
    for size in ((1280, 720), (640, 360)):
        open_window(size, visible=False)
        made[size] = Screens(size)
    return made
