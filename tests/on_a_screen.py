"""Runs something on a screen of its own, which nobody sees: much that has none hides is to be seen there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_SCREENLESS = ("SDL_VIDEODRIVER", "ARCADE_HEADLESS", "DISPLAY", "WAYLAND_DISPLAY")


def on_a_screen(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments under Xvfb, and skip the test where that is not installed."""
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        pytest.skip("xvfb-run is not installed (Debian's package xvfb)")
    kept = {name: value for name, value in os.environ.items() if name not in _SCREENLESS}
    return subprocess.run(
        [xvfb, "-a", sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), "SDL_AUDIODRIVER": "dummy", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def printed_on_a_screen(code: str, **environment: str) -> list[str]:
    """Run `code`, which must succeed, and return the lines that it printed."""
    done = on_a_screen(["-W", "ignore", "-c", code], **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
