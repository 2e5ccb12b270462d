"""What somebody meets in the first hour at the command line: guesses, examples, a game to begin with, failures."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.cli import doctor
from pygame_gameservices.cli import sandbox as sandbox_command
from pygame_gameservices.cli.doctor_checks import FAILED, FINE, NOTE, Finding
from pygame_gameservices.cli.main import _group
from pygame_gameservices.cli.output import counted
from pygame_gameservices.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.conftest import run_until


def commands(group: click.Group | None = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command that does something."""
    group = group or _group()
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def found(path: tuple[str, ...]) -> click.Command:
    command: click.Command = _group()
    for name in path:
        assert isinstance(command, click.Group)
        inner = command.get_command(click.Context(command), name)
        assert inner is not None
        command = inner
    return command


ALL = sorted(commands())
GROUPS = sorted({path[:depth] for path in ALL for depth in range(len(path))})


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_shows_examples_that_are_right(
    path: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is parsed as the command line would; the last words after a pipe are another program's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.py").touch()  # a game, as its developer would have it there
    epilog = found(path).epilog or ""
    lines = [line.strip() for line in epilog.splitlines() if line.startswith("  ")]
    assert lines, f"{' '.join(path)} has no examples"
    for line in lines:
        words = shlex.split(re.sub(r'eval "\$\((.*)\)"', r"\1", line).split(" > ")[0])
        end = words.index("|") if "|" in words and words.index("|") > words.index("gameservices") else len(words)
        words = words[words.index("gameservices") : end]
        assert tuple(words[1 : 1 + len(path)]) == path
        command = found(path)
        command.make_context(" ".join(path), words[1 + len(path) :], **command.context_settings)


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: " ".join(path) or "gameservices")
def test_every_group_guesses_and_cuts_no_summary(path: tuple[str, ...], run: Run) -> None:
    group = found(path)
    assert isinstance(group, click.Group)
    name = group.list_commands(click.Context(group))[0]
    mistyped = run(*path, name[:-1] + "x")
    assert mistyped.returncode == 2
    assert f"did you mean {' '.join(('gameservices', *path, name))}?" in mistyped.stderr
    assert "..." not in run(*path, "--help").stdout.replace("COMMAND [ARGS]...", "")


def test_what_resembles_nothing_is_answered_with_what_there_is(run: Run) -> None:
    assert "there are completion, demo, doctor" in run("qqq").stderr


def test_a_mistyped_option_is_guessed(run: Run) -> None:
    done = run("sandbox", "--prot", "8765")
    assert (done.returncode, "--port" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", ["whoami", "games", "owns 4 --email ada@example.com"])
def test_without_a_key_itchio_says_where_one_goes_and_is_made(command: str, process: Run) -> None:
    done = process("itchio", *command.split())
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    for words in ("ITCHIO_API_KEY", "--key-file", "https://itch.io/user/settings/api-keys"):
        assert words in line
    for python in ("sign_in(", "api_key", "[NoKey]"):
        assert python not in done.stderr


def test_whose_copy_is_asked_in_the_words_of_the_command_line(run: Run) -> None:
    done = run("itchio", "owns", "4", ITCHIO_API_KEY="k")
    assert (done.returncode, "--user-id" in done.stderr, "user_id" in done.stderr) == (2, True, False)


def test_what_fails_is_said_once(sandbox: Sandbox, process: Run) -> None:
    done = process("itchio", "whoami", "--base-url", sandbox.itchio_url, ITCHIO_API_KEY="wrong")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr


def test_a_game_that_kept_nothing_here_is_no_success(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "asteroids").mkdir(parents=True)
    (tmp_path / "data" / "asteroids" / "outbox.sqlite3").touch()
    done = run("outbox", "list", "--app", "asteroid")
    assert (done.returncode, "did you mean asteroids?" in done.stderr) == (2, True)
    done = run("outbox", "list", "--app", "nosuch")
    assert (done.returncode, "no game called nosuch" in done.stderr) == (2, True)
    (tmp_path / "data" / "quiet").mkdir()
    assert run("outbox", "list", "--app", "quiet").returncode == 0


def test_one_is_one() -> None:
    assert [counted(n, "problem") for n in (0, 1, 2, 1000)] == [
        "0 problems",
        "1 problem",
        "2 problems",
        "1,000 problems",
    ]
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


def test_one_problem_is_no_problems(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("nonsense")
    assert run("easyjam", "validate", "bad.json").stdout.splitlines()[-1] == "1 problem"


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ({"network": FINE}, "All is well."),
        ({"network": FINE, "keyring": NOTE}, "All is well. 1 note: keyring."),
        ({"network": FAILED, "keyring": NOTE}, "1 thing does not work: network."),
        ({"network": FAILED, "key": FAILED}, "2 things do not work: network, key."),
    ],
)
def test_the_doctor_ends_with_a_verdict(
    states: dict[str, str], verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    doctor._print([Finding(check, state, "said") for check, state in states.items()])
    assert capsys.readouterr().out.splitlines()[-1] == verdict


def test_the_doctors_verdict_is_its_last_line(run: Run) -> None:
    done = run("doctor", "--offline")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1].startswith("All is well.")


def test_a_port_that_is_taken_says_what_to_do(sandbox: Sandbox, process: Run) -> None:
    port = sandbox.url.rpartition(":")[2]
    done = process("sandbox", "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"127.0.0.1:{port}" in done.stderr
    assert "perhaps a sandbox that runs already" in done.stderr
    assert "if it was started in this folder" in done.stderr
    assert "choose another port" in done.stderr


FACTS: dict[str, Any] = {
    "url": "http://127.0.0.1:8765",
    "console_url": "http://127.0.0.1:9/console/enter/once",
    "ca_file": None,
    "players": [{"username": "ada", "token": "ada-token"}, {"username": "grace", "token": "grace-token"}],
    "gamejolt": {
        "path": "/gamejolt/api/game/v1_2",
        "games": [
            {"id": 1, "name": "G", "private_key": "key", "trophies": [{"id": 1, "title": "First"}], "tables": []}
        ],
    },
}


def test_open_opens_the_console(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened: list[str] = []
    monkeypatch.setattr(sandbox_command.webbrowser, "open", lambda url: bool(opened.append(url)))
    sandbox_command._teller(as_json=False, everything=False, open_console=True)(FACTS)
    assert opened == [FACTS["console_url"]]
    assert "no browser could be opened" in capsys.readouterr().err


def test_the_sandbox_greets_with_what_a_game_needs_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox_command._teller(as_json=False, everything=False, open_console=False)(FACTS)
    said = capsys.readouterr().out
    assert len(said.splitlines()) <= 12
    assert 'gj.sign_in("ada", "ada-token")' in said
    assert "grace" not in said
    assert "--all" in said


DRIVE = """
import os, runpy, sys, threading, time
os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
import pygame

def hands():
    while not pygame.display.get_init() or pygame.display.get_surface() is None:
        time.sleep(0.05)
    key = lambda code: pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, unicode="", mod=0, scancode=0))
    key(pygame.K_SPACE)
    seen.wait(40)
    for code in (pygame.K_s, pygame.K_t):
        key(code)
        time.sleep(0.2)
    pygame.event.post(pygame.event.Event(pygame.QUIT))

class Seen(threading.Event):
    encoding = "utf-8"
    def write(self, text):
        sys.__stdout__.write(text)
        if "unlocked" in text:
            self.set()
    def flush(self):
        sys.__stdout__.flush()

seen = sys.stdout = Seen()
threading.Thread(target=hands, daemon=True).start()
runpy.run_path("main.py", run_name="__main__")
"""


def play(folder: Path, **variables: str) -> str:
    environment = (
        os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "XDG_DATA_HOME": str(folder / "data")} | variables
    )
    command = [sys.executable, "-c", DRIVE]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_init_writes_a_game_that_plays_and_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    done = run("init", "My Game", "--engine", "pygame")
    assert done.returncode == 0
    folder = tmp_path / "My Game"
    assert 'app = "my-game"' in (folder / "gameservices.toml").read_text(encoding="utf-8")
    again = run("init", "My Game")
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    assert "unlocked: First step" in play(folder)


@pytest.mark.slow
def test_what_init_wrote_plays_each_time_and_against_a_sandbox_that_runs(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    run("init", "My Game", "--engine", "pygame")
    folder = tmp_path / "My Game"
    for _ in range(2):
        assert "unlocked: First step" in play(folder), "a fresh sandbox each time, so the toast is there each time"
    with Sandbox.start(folder / "gameservices.toml") as sandbox:
        assert "unlocked: First step" in play(folder, GAMESERVICES_SANDBOX=sandbox.url)
        assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [1]


WITHOUT_JSON = {
    "completion": "prints a script",
    "demo": "plays a game",
    "easyjam build": "prints JSON in any case",
    "itchio launch": "starts another program",
    "outbox export": "prints JSON lines in any case",
    "relay serve": "logs JSON in any case",
}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_speaks_json(path: tuple[str, ...]) -> None:
    names = {name for one in found(path).params for name in one.opts}
    assert ("--json" in names) is (" ".join(path) not in WITHOUT_JSON)


def test_what_was_done_is_told_as_json(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("init", "game", "--engine", "pygame", "--json").stdout)
    assert told["wrote"] == ["game/gameservices.toml", "game/main.py"]
    assert told["next"] == [f"cd game && {sys.executable} main.py"] or told["next"] == ["cd game && python main.py"]
    told = json.loads(run("web", "game/main.py", "--out", "site", "--json").stdout)
    assert told["wrote"] == ["site/index.html", "site/game.zip"]
    (step,) = told["next"]
    assert step.removeprefix(shlex.quote(sys.executable)).removeprefix("python") == " -m http.server --directory site"
    told = json.loads(run("relay", "init", "relay", "--json").stdout)
    assert told["wrote"] == ["relay/relay.toml", "relay/relay.secret"]
    assert json.loads(run("easyjam", "token", "jam", "ada", "--json").stdout)["token"].startswith("jam_ada_")
    (tmp_path / "games.json").write_bytes(b'{"Version": "EasyJam v0.1", "Results": []}')
    told = json.loads(run("easyjam", "gallery", "games.json", "--out", "public", "--json").stdout)
    assert told["wrote"] == ["public/index.html", "public/feed.xml"]


def test_the_demo_is_started_with_its_own_options(process: Run) -> None:
    done = process("demo", "--help")
    assert done.returncode == 0
    assert "gameservices demo" in done.stdout
    done = process("demo", "--engine", "nosuch")
    assert (done.returncode, "nosuch" in done.stderr) == (2, True)


def test_without_a_checkout_the_demo_says_what_to_type(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pygame_gameservices.cli.demo.CHECKOUT", tmp_path)
    done = run("demo")
    assert (done.returncode, "gameservices init my-game" in done.stderr) == (1, True)


def test_the_lines_that_the_sandbox_prints_are_a_game(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Pasted as they are: the two of Python, and the variable for one that reads its configuration."""
    monkeypatch.setenv("COLUMNS", "60")  # a line to paste is never broken
    facts = {**FACTS, "url": sandbox.url}
    facts["gamejolt"]["games"][0].update(id=sandbox.game_id, private_key=sandbox.private_key)
    sandbox_command._teller(as_json=False, everything=False, open_console=False)(facts)
    said = capsys.readouterr().out
    made = re.search(r"gj = services\.add\(.*\)", said)
    signed_in = re.search(r"gj\.sign_in\(.*\)", said)
    variable = re.search(r"GAMESERVICES_SANDBOX=(\S+) ", said)
    assert made
    assert signed_in
    assert variable
    for code, environment in ((made[0], ""), ("gj = services.add(GameJolt.from_config())", variable[1])):
        monkeypatch.setenv("GAMESERVICES_SANDBOX", environment or "0")
        with ServiceManager("pasted", folder=tmp_path / (environment and "variable")) as services:
            here: dict[str, Any] = {"services": services, "GameJolt": GameJolt}
            exec(f"{code}\n{signed_in[0]}", here)
            run_until(services, lambda gj=here["gj"]: gj.user)


def test_init_makes_a_game_for_a_page_that_plays_in_a_window_too(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pygame")
    done = run("init", "game", "--engine", "page")
    assert "gameservices web --out site main.py" in done.stdout
    toml = (tmp_path / "game" / "gameservices.toml").read_text(encoding="utf-8")
    with Sandbox.start(tmp_path / "game" / "gameservices.toml") as sandbox:
        pointed = toml.replace("http://127.0.0.1:8765", sandbox.url)
        assert pointed != toml
        (tmp_path / "game" / "gameservices.toml").write_text(pointed, encoding="utf-8")
        assert "unlocked: First step" in play(tmp_path / "game")
    assert run("web", "game/main.py", "--out", "site").returncode == 0


def test_init_for_pygame_ce_is_that_for_pygame(run: Run, tmp_path: Path) -> None:
    for engine in ("pygame", "pygame-ce"):
        assert run("init", engine, "--engine", engine).returncode == 0
    assert (tmp_path / "pygame" / "main.py").read_bytes() == (tmp_path / "pygame-ce" / "main.py").read_bytes()


def test_what_init_says_can_be_pasted_where_the_environment_is_not_activated(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = json.loads(run("init", "My Game", "--engine", "page", "--json").stdout)
    ours = [sys.executable, "-m", "pygame_gameservices"]
    assert [shlex.split(step)[:3] for step in told["next"]] == [["cd", "My Game", "&&"]] * 3
    sandbox, play, page = [shlex.split(step)[3:] for step in told["next"]]
    assert (sandbox, play) == ([*ours, "sandbox"], [sys.executable, "main.py"])
    assert page == [*ours, "web", "--out", "site", "main.py"]


def test_init_knows_arcade(run: Run, tmp_path: Path) -> None:
    assert run("init", "--engine", "arcade", "--app", "Stars & Co").returncode == 0
    text = (tmp_path / "main.py").read_text(encoding="utf-8")
    compile(text, "main.py", "exec")
    assert "arcade.Window" in text
    assert 'app = "stars-co"' in (tmp_path / "gameservices.toml").read_text(encoding="utf-8")
