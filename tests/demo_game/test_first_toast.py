"""The file that README begins with: it starts a sandbox, and a toast comes, every time it is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "demo_game" / "first_toast.py"

WATCH = """
import os, runpy, time
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame
from pygame_gameservices import PygameOverlay, TrophyUnlocked

began = time.monotonic()
seen = []
update, draw = PygameOverlay.update, PygameOverlay.draw

def watched(self, dt=None):
    happened = update(self, dt)
    seen.extend(one.trophy.title for one in happened if isinstance(one, TrophyUnlocked))
    return happened

def drawn(self, surface):
    plain = pygame.image.tobytes(surface, "RGB")
    draw(self, surface)
    if seen and pygame.image.tobytes(surface, "RGB") != plain:
        print("toast of", *seen)
        pygame.event.post(pygame.event.Event(pygame.QUIT))
    assert time.monotonic() - began < 60, "no toast"

PygameOverlay.update, PygameOverlay.draw = watched, drawn
runpy.run_module("demo_game.first_toast", run_name="__main__")
"""


def test_readme_begins_with_it() -> None:
    code = FILE.read_text(encoding="utf-8").split('"""\n', 2)[-1].strip()
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0].strip()
    assert first == code


@pytest.mark.slow
def test_a_toast_comes_each_time(tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(tmp_path)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", WATCH], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        assert "toast of" in done.stdout
