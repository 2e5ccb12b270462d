"""Every Python example of the pages is run: here, or by the test that is named for its page."""

from __future__ import annotations

import gc
import inspect
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import pygame_gameservices
from pygame_gameservices import Forge, GameJolt, PygameOverlay, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import run_until

ROOT = Path(pygame_gameservices.__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("pygame_*/**/*.md"))]

ELSEWHERE = {
    "README.md:import pygame": "tests/engines/test_examples.py",
    "docs/index.md:import pygame": "tests/engines/test_docs_examples.py",
    "docs/games.md:overlay = PygameOverlay(services)": "tests/engines/test_games_page.py",
    "docs/games.md:from pygame._sdl2.video import Renderer, Window": "tests/engines/test_games_page.py",
    "docs/tutorial.md:from pygame_gameservices import Achievements": "tests/services/test_service_pages.py",
    "pygame_gameservices/services/gamejolt/README.md:import time": "tests/services/gamejolt/test_readme.py",
    "pygame_gameservices/services/forge/README.md:import time": "tests/services/forge/test_readme.py",
    "pygame_gameservices/services/trading/README.md:from datetime": "tests/services/trading/test_readme.py",
    "pygame_gameservices/services/itchio/README.md:import pygame": "tests/services/test_service_pages.py",
    "pygame_gameservices/services/easyjam/README.md:import pygame": "tests/services/test_service_pages.py",
}
"""The examples that other tests run, by page and beginning."""

PLAYED = ("docs/tutorial.md:import random", "docs/games.md:import pgzrun")
"""Whole games, which are played below as programs of their own."""


class Block(NamedTuple):
    page: str
    told: str
    """What stands behind ``python`` at its head."""
    code: str

    @property
    def name(self) -> str:
        return f"{self.page}:{self.code.splitlines()[0]}"


def blocks() -> Iterator[Block]:
    for path in PAGES:
        page = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        for told, code in re.findall(r"^```python\b([^\n]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            yield Block(page, told.strip(), code)


RUN = [block for block in blocks() if not block.told]
HERE = [
    block for block in RUN if not block.name.startswith((*ELSEWHERE, *PLAYED)) and "(arcade.Window)" not in block.code
]


def test_what_is_not_run_says_why() -> None:
    assert [b.name for b in blocks() if b.told and not re.fullmatch(r"no-run: \w.{20,}", b.told)] == []


@pytest.mark.parametrize("beginning", ELSEWHERE)
def test_what_is_run_elsewhere_is_there(beginning: str) -> None:
    assert any(block.name.startswith(beginning) for block in RUN)
    assert (ROOT / ELSEWHERE[beginning]).is_file()


def test_the_site_begins_with_readmes_first_example() -> None:
    first = {page: next(b.code for b in RUN if b.page == page) for page in ("README.md", "docs/index.md")}
    assert first["README.md"] == first["docs/index.md"]


class Server:
    """A server of a game's own, as the page of the widgets has it."""

    def get_scores(self, start: int, count: int, then: Callable[[list[Any]], object]) -> None:
        then([])


@pytest.fixture
def names(pygame: Any, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the examples take as given: a display, a manager against the sandbox, and what a game has of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAMESERVICES_SANDBOX", sandbox.url)
    (tmp_path / "gameservices.toml").write_text('app = "my-game"\n', encoding="utf-8")
    with ServiceManager("docs", folder=tmp_path / "data") as services:
        known = {
            **{name: getattr(pygame_gameservices, name) for name in pygame_gameservices.__all__},
            "Sandbox": Sandbox,
            "pygame": pygame,
            "services": services,
            "screen": pygame.display.get_surface(),
            "overlay": PygameOverlay(services),
            "my_server": Server(),
            "start_at": print,
        }
        yield known
        for overlay in [one for one in gc.get_objects() if isinstance(one, PygameOverlay)]:
            overlay.detach()  # an example may have attached one and given it no name


def add_services(names: dict[str, Any], code: str, sandbox: Sandbox) -> None:
    """Add those that an example takes as given."""
    services = names["services"]
    if "gj = " not in code:
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url))
        gj.sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: gj.user)
        names["gj"] = gj
    if "forge" in code:
        names["forge"] = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url))


@pytest.mark.parametrize("block", HERE, ids=lambda block: block.name.replace("/", "-"))
def test_an_example_runs(
    block: Block, names: dict[str, Any], sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_services(names, block.code, sandbox)
    given = set(names)
    exec(compile(block.code, block.page, "exec"), names)
    for name in sorted(set(names) - given):
        test = names[name]
        if name.startswith("test_") and inspect.isfunction(test):
            test(*([tmp_path / "its own"] if inspect.signature(test).parameters else []))
    printed = capsys.readouterr().out
    for code, _, told in (line.partition("  # ") for line in block.code.splitlines()):
        if code.strip().startswith("print("):
            assert told in printed
    for _ in range(3):
        names["overlay"].update(1 / 60)
        names["overlay"].draw(names["screen"])


ARCADE = """
import os, time
import arcade
from pygame_gameservices import Closed

class Window(arcade.Window):
    calls, until = [], time.monotonic() + 60

    def on_update(self, dt):
        if not self.calls:
            gj.sign_in("ada", os.environ["TOKEN"])
            self.calls.append(gj.trophies.add_achieved(1))
        if self.calls[0].settled and self.overlay.overlay.toasts.visible or time.monotonic() > self.until:
            self.close()

arcade.Window = Window
"""
"""What plays: ada signs in and earns a trophy, and when its toast is there the game closes its window by itself."""

AFTER_ITS_END = """
try:
    gj.trophies.add_achieved(1)
except Closed:
    print("closed with its window")
"""


def test_the_arcade_example_is_a_window_that_shows_a_toast(sandbox: Sandbox, tmp_path: Path) -> None:
    """As a program of its own: without a screen, Arcade opens one window in each."""
    pytest.importorskip("arcade")
    (code,) = (block.code for block in RUN if "(arcade.Window)" in block.code)
    (tmp_path / "main.py").write_text(ARCADE + code + AFTER_ITS_END, encoding="utf-8")
    with started(tmp_path, GAMESERVICES_SANDBOX=sandbox.url, TOKEN=sandbox.player("ada").token) as playing:
        said, wrong = playing.communicate(timeout=120)
    assert playing.returncode == 0, wrong
    assert "closed with its window" in said
    assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [1]


TUTORIAL = """
import os, sys, threading, time
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame

class Heard(threading.Event):
    encoding = "utf-8"
    def write(self, text):
        sys.__stdout__.write(text)
        if "unlocked: First light" in text:
            self.set()
    def flush(self):
        sys.__stdout__.flush()

def hands():
    while not pygame.display.get_init() or pygame.display.get_surface() is None:
        time.sleep(0.05)
    click = lambda at: pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
    click((640, 360))
    heard.wait(40)
    click((1, 719))
    until = time.monotonic() + 40
    while time.monotonic() < until and not os.path.exists("seen"):
        time.sleep(0.1)
    pygame.event.post(pygame.event.Event(pygame.QUIT))

heard = sys.stdout = Heard()
threading.Thread(target=hands, daemon=True).start()
"""
"""Gathers a light, misses, and closes the window once the test has seen what came of it."""


def started(folder: Path, **variables: str) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder / "data")} | variables
    return subprocess.Popen(
        [sys.executable, "main.py"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_the_game_of_the_tutorial(tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (declared,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "gameservices.toml").write_text(declared, encoding="utf-8")
    (game,) = (block.code for block in RUN if block.name.startswith("docs/tutorial.md:import random"))
    (tmp_path / "main.py").write_text(TUTORIAL + game, encoding="utf-8")
    with Sandbox.start(tmp_path / "gameservices.toml") as sandbox:
        with started(tmp_path, GAMESERVICES_SANDBOX=sandbox.url) as playing:
            scores = soon(lambda: [row["score"] for row in sandbox.dump("gamejolt_scores")], 2, playing)
            saves = soon(lambda: sandbox.dump("gamejolt_items"), 1, playing)
            (tmp_path / "seen").touch()
            said, wrong = playing.communicate(timeout=60)
        assert playing.returncode == 0, wrong
        assert "unlocked: First light" in said
        assert sorted(scores) == ["1 lights", "4 lights"]
        assert saves
        assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [1047]


def soon(look: Callable[[], list[Any]], least: int, playing: subprocess.Popen[str]) -> list[Any]:
    """What `look` sees once there are so many; whatever there is when the game ends."""
    until = time.monotonic() + 60
    found = look()
    while len(found) < least and playing.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
        found = look()
    return found


ZERO = """
import os, threading, time
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame

def hands():
    while not pygame.display.get_init() or pygame.display.get_surface() is None:
        time.sleep(0.05)
    until = time.monotonic() + 60
    while time.monotonic() < until and not os.path.exists("seen"):
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            pygame.event.post(pygame.event.Event(kind, key=pygame.K_a, mod=0, unicode="a", scancode=0))
        time.sleep(0.5)
    pygame.event.post(pygame.event.Event(pygame.QUIT))

threading.Thread(target=hands, daemon=True).start()
"""
"""What presses keys in a game of Pygame Zero, which has to be the program itself: it stands in front of the game."""


@pytest.mark.slow
def test_the_game_for_pygame_zero(tmp_path: Path) -> None:
    pytest.importorskip("pgzero")
    (game,) = (block.code for block in RUN if block.name.startswith("docs/games.md:import pgzrun"))
    (tmp_path / "main.py").write_text(ZERO + game, encoding="utf-8")
    (tmp_path / "gameservices.toml").write_text('app = "my-game"\n', encoding="utf-8")
    seed = {"gamejolt": {"game_id": 1, "trophies": [{"id": 101, "title": "First"}]}}
    with Sandbox.start(seed) as sandbox:
        token = sandbox.player("ada").token
        (tmp_path / ".gj-credentials").write_text(f"0.2.0\nada\n{token}\n", encoding="utf-8")
        with started(tmp_path, GAMESERVICES_SANDBOX=sandbox.url) as playing:
            got = soon(lambda: sandbox.dump("gamejolt_achieved"), 1, playing)
            (tmp_path / "seen").touch()
            _, wrong = playing.communicate(timeout=60)
        assert playing.returncode == 0, wrong
        assert [row["trophy_id"] for row in got] == [101]
