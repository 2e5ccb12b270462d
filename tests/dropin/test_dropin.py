"""Games by other people take the plugin by a patch of ten lines, earn a trophy, and show it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.dropin.patching import added_lines, patched

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONFIG = ROOT / "demo_game" / "gameservices.toml"
MOST_ADDED = 10
MOST_ATTACHED = 5
TROPHY = 101


def installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def example(package: str, name: str) -> Path:
    if (HERE / name).is_file():
        return HERE / name
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "examples" / name


@pytest.mark.parametrize("patch", sorted(HERE.glob("*.patch")), ids=lambda path: path.stem)
def test_ten_lines_are_enough(patch):
    assert 0 < added_lines(patch.read_text(encoding="utf-8")) <= MOST_ADDED


@pytest.mark.parametrize("patch", sorted(HERE.glob("*.patch")), ids=lambda path: path.stem)
def test_five_lines_are_enough_for_a_game_that_is_attached_to(patch):
    text = patch.read_text(encoding="utf-8")
    if ".attach()" not in text:
        pytest.skip("it is patched by hand")
    assert added_lines(text) <= MOST_ATTACHED


NESTED = ("pygame", "nested_loops.py", "nested-loops.patch", "drive_nested")
WINDOW = ("pygame", "window_game.py", "window-game.patch", "drive_window")
RENDERER = ("pygame", "renderer_game.py", "renderer-game.patch", "drive_window")
SMALL = {
    "asyncio": "a loop in asyncio",
    "small_surface": "a small surface that is scaled up",
    "modes": "SCALED, full screen, and one window after the other",
    "pad": "a pad and nothing else",
    "polled": "keys that are asked for and no events",
    "dirty": "only what has changed is shown",
    "gl": "OPENGL",
}
IN_A_HURRY = ("pad", "dirty")
"""Those that are played even where slow tests are not: what they do is done nowhere else."""


@pytest.mark.parametrize(
    ("distribution", "package", "name", "patch", "driver"),
    [
        ("pygame", "pygame", "aliens.py", "aliens-pygame.patch", "drive_pygame"),
        ("pygame-ce", "pygame", "aliens.py", "aliens-pygame-ce.patch", "drive_pygame"),
        pytest.param(*("pygame", *NESTED), marks=pytest.mark.slow),
        pytest.param(*("pygame-ce", *NESTED), marks=pytest.mark.slow),
        pytest.param("pgzero", "pgzero", "zero_game.py", "zero-game.patch", "drive_zero", marks=pytest.mark.slow),
        pytest.param(*("pygame-ce", *WINDOW), marks=pytest.mark.slow),
        pytest.param(*("pygame", *RENDERER), marks=pytest.mark.slow),
        pytest.param(*("pygame-ce", *RENDERER), marks=pytest.mark.slow),
        ("arcade", "arcade", "sprite_collect_coins.py", "collect-coins-arcade.patch", "drive_arcade"),
    ],
    ids=[
        "pygame",
        "pygame-ce",
        "nested loops on pygame",
        "nested loops on pygame-ce",
        "Pygame Zero",
        "a window of pygame-ce",
        "a renderer on pygame",
        "a renderer on pygame-ce",
        "arcade",
    ],
)
def test_a_strangers_game_earns_a_trophy_and_shows_it(distribution, package, name, patch, driver, tmp_path):
    if not installed(distribution):
        pytest.skip(f"{distribution} is not installed")
    play(example(package, name), patch, driver, tmp_path)


@pytest.mark.parametrize(
    "game",
    [pytest.param(game, id=SMALL[game], marks=[] if game in IN_A_HURRY else pytest.mark.slow) for game in SMALL],
)
def test_a_game_of_each_shape_shows_trophy_and_leaderboard(game, tmp_path):
    pytest.importorskip("pygame")
    screen = []
    if game in ("gl", "modes"):  # SDL scales with a renderer
        if shutil.which("xvfb-run") is None:
            pytest.skip("xvfb-run is not installed (Debian's package xvfb)")
        screen = ["xvfb-run", "-a"]
    play(HERE / f"{game}_game.py", f"{game.replace('_', '-')}-game.patch", "drive_small", tmp_path, screen)
    assert (tmp_path / "board.png").stat().st_size > 1000


@pytest.mark.slow
def test_an_arcade_game_of_several_views_and_cameras_shows_trophy_and_leaderboard(tmp_path):
    pytest.importorskip("arcade")
    play(HERE / "views_game.py", "views-game.patch", "drive_views", tmp_path)
    assert (tmp_path / "board.png").stat().st_size > 1000


def play(source: Path, patch: str, driver: str, tmp_path: Path, screen: list[str] | None = None) -> None:
    """Patch a game, let a driver play it against a sandbox, and see that its trophy arrived there, once."""
    name = source.name
    folder = tmp_path / "game"
    folder.mkdir()
    if (source.parent / "data").is_dir():
        shutil.copytree(source.parent / "data", folder / "data")
    game = folder / name
    text = patched(source.read_text(encoding="utf-8"), (HERE / patch).read_text(encoding="utf-8"))
    game.write_text(text, encoding="utf-8")
    with Sandbox.start(config=CONFIG) as sandbox:
        player = sandbox.players[0]
        (folder / ".gj-credentials").write_text(f"0.2.1\n{player.username}\n{player.token}\n")
        environment = {
            **{key: value for key, value in os.environ.items() if key not in ("DISPLAY", "SDL_VIDEODRIVER")},
            "PYTHONPATH": str(ROOT),
            "GJ_GAME": str(sandbox.game_id),
            "GJ_KEY": sandbox.private_key,
            "GJ_URL": sandbox.gamejolt_url,
            "GAMEJOLT_GAME_ID": str(sandbox.game_id),
            "GAMEJOLT_PRIVATE_KEY": sandbox.private_key,
            "GAMEJOLT_BASE_URL": sandbox.gamejolt_url,
            "XDG_DATA_HOME": str(tmp_path / "data"),
        }
        command = [*(screen or []), sys.executable, "-m", f"tests.dropin.{driver}", str(game), str(tmp_path)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        achieved = [(row["player_id"], row["trophy_id"]) for row in sandbox.dump("gamejolt_achieved")]
    assert achieved == [(player.id, TROPHY)]
    assert (tmp_path / "after.png").stat().st_size > 1000
