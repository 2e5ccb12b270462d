"""The demo frozen with PyInstaller: it starts without Python, plays, and a trophy arrives."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import demo_game
import pygame_gameservices
from pygame_gameservices._pyinstaller import get_hook_dirs

ROOT = Path(demo_game.__file__).parents[1]
needs_pyinstaller = pytest.mark.skipif(
    importlib.util.find_spec("PyInstaller") is None, reason="PyInstaller is not installed"
)
NOT_THE_GAMES = [
    "arcade",
    "hypothesis",
    "mypy",
    "numpy",
    "pkg_resources",
    "psycopg",
    "pyarrow",
    "pyglet",
    "pytest",
    "setuptools",
    "tkinter",
]
"""What is installed for tests, and not where somebody plays or freezes the demo: it takes half of a build."""


def registered() -> bool:
    return any(one.value.startswith("pygame_gameservices.") for one in entry_points(group="pyinstaller40"))


def test_the_hooks_are_where_pyinstaller_is_told_to_look():
    (folder,) = get_hook_dirs()
    hooks = {path.stem for path in Path(folder).glob("hook-*.py")}
    assert hooks == {"hook-pygame_gameservices", "hook-pygame_gameservices.sandbox"}
    config = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert "hook-dirs = pygame_gameservices._pyinstaller:get_hook_dirs" in config


@pytest.mark.slow
@needs_pyinstaller
def test_a_frozen_game_earns_a_trophy(tmp_path):
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "--name=light-harvest"]
    command += [f"--{kind}path={tmp_path / kind}" for kind in ("dist", "work", "spec")]
    command += [f"--paths={ROOT}", f"--add-data={ROOT / 'demo_game' / 'gameservices.toml'}{os.pathsep}demo_game"]
    command += [f"--exclude-module={name}" for name in NOT_THE_GAMES]
    if not registered():  # a checkout that was never installed
        command += [f"--additional-hooks-dir={folder}" for folder in get_hook_dirs()]
    main = Path(demo_game.__file__).with_name("__main__.py")
    built = subprocess.run([*command, str(main)], cwd=tmp_path, capture_output=True, text=True, timeout=1800)
    assert built.returncode == 0, built.stderr[-3000:]
    game = tmp_path / "dist" / "light-harvest" / ("light-harvest.exe" if os.name == "nt" else "light-harvest")
    report = tmp_path / "report.json"
    play = [str(game), "--playthrough", "--quick", "--width=640", f"--out={tmp_path / 'out'}", f"--json={report}"]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    played = subprocess.run(play, cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=240)
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["agrees"] is True
    assert 101 in told["gamejolt"]["trophies"]
    assert "trophy-first-light" in told["pictures_with_toast"]
    files = {path.name for path in (tmp_path / "dist").rglob("*")}
    fonts = Path(pygame_gameservices.__file__).parent / "widgets" / "fonts"
    assert {path.name for path in fonts.glob("*.otf")} <= files, "the fonts came along"
    modules = (tmp_path / "work" / "light-harvest" / "xref-light-harvest.html").read_text(encoding="utf-8")
    assert "pygame_gameservices.sandbox.server" in modules
    assert "pygame_gameservices.relay" not in modules, "which no game runs"
