"""The single files under docs: each starts its own sandbox, shows what it is about, and ends when it is closed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from pygame_gameservices.cli.main import _group
from tests.engines.play_example import EXAMPLES, PLAYS

ROOT = EXAMPLES.parents[1]
MOST_COLORS_OF_NOTHING = 16
"""A game without the overlay has a plain ground and at most a number on it."""


def play(name: str, folder: Path, **variables: str) -> None:
    """Play it as a program of its own; its sandbox and its data are gone with the folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder / "data")} | variables
    done = subprocess.run(
        [sys.executable, "-m", "tests.engines.play_example", name, str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with Image.open(folder / f"{name}.png") as picture:
        colors = picture.convert("RGB").getcolors(1 << 20)
    assert colors is not None
    assert len(colors) > MOST_COLORS_OF_NOTHING


def test_each_is_played() -> None:
    assert {name.split()[0] for name in PLAYS} == {path.stem for path in EXAMPLES.glob("*.py")} | {"main"}


@pytest.mark.parametrize(("engine", "name"), [("pygame", "main"), ("arcade", "main arcade")])
def test_what_init_writes_plays_at_once(
    engine: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(engine)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(_group(), ["init", "--engine", engine], prog_name="gameservices")
    assert done.exit_code == 0, done.output
    play(name, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "first_toast",
        pytest.param("leaderboard", marks=pytest.mark.slow),
        pytest.param("own_widget", marks=pytest.mark.slow),
    ],
)
def test_it_shows_what_it_is_about(name: str, tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    play(name, tmp_path)


@pytest.mark.slow
def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    for name in ("saves", "saves again"):
        play(name, tmp_path)


def test_arcade_shows_a_toast_too(tmp_path: Path) -> None:
    pytest.importorskip("arcade")
    play("first_toast_arcade", tmp_path)


@pytest.mark.slow
def test_a_toast_comes_each_time(tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    for _ in range(2):
        play("first_toast", tmp_path)


def test_readme_begins_with_the_first() -> None:
    code = (EXAMPLES / "first_toast.py").read_text(encoding="utf-8").split('"""\n', 2)[-1].strip()
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0].strip()
    assert first == code
