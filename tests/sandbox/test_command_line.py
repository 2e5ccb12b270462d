"""``gameservices sandbox`` in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pygame_gameservices.sandbox import process
from tests.sandbox.client import fetch

ROOT = Path(process.__file__).resolve().parents[2]


def start(*arguments: str, cwd: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "pygame_gameservices", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, cwd: Path, **env: str) -> tuple[int, str, str]:
    child = start(*arguments, cwd=cwd, **env)
    out, err = child.communicate(timeout=60)
    return child.returncode, out, err


@pytest.mark.skipif(os.name != "posix", reason="SIGINT to one process")
def test_json_and_ctrl_c(tmp_path: Path) -> None:
    child = start(
        "sandbox",
        "--port",
        "0",
        "--json",
        "--admin-token",
        "mine",
        "--fault",
        "too-many-requests:count=1",
        cwd=tmp_path,
    )
    assert child.stdout is not None
    facts = json.loads(child.stdout.readline())
    assert facts["admin_token"] == "mine"
    assert facts["gamejolt"]["games"][0]["private_key"] == "sandbox-private-key"
    picture = f"{facts['url']}/gamejolt/pictures/trophy-secret-1.jpg"
    assert [fetch(picture)[0] for _ in range(2)] == [429, 200]
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=10)
    assert (child.returncode, err) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM")
def test_what_a_person_sees(tmp_path: Path) -> None:
    (tmp_path / "gameservices.toml").write_text(
        '[gamejolt]\ngame_id = 42\nname = "My [b]Game"\n[[gamejolt.trophies]]\nid = 3\ntitle = "Win [1]"\n'
    )
    child = start("sandbox", "--all", "--port", "0", cwd=tmp_path)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(6)]
    child.send_signal(signal.SIGTERM)
    out = "".join(lines) + child.stdout.read()
    child.communicate(timeout=10)
    assert child.returncode == 0
    assert re.search(r"Game Jolt\s+http://127\.0\.0\.1:\d+/gamejolt/api/game/v1_2", out)
    assert "My [b]Game: id 42, private key sandbox-private-key" in out
    assert "3 Win [1]" in out
    assert "ada, token ada-token" in out
    assert re.search(r"^console, opens once  http://127\.0\.0\.1:\d+/console/enter/\S{20,}$", out, re.MULTILINE)
    assert re.search(r"^admin  http://127\.0\.0\.1:\d+/_sandbox/$", out, re.MULTILINE)
    assert re.search(r"^admin token  \S{20,}$", out, re.MULTILINE)


def test_mistakes_end_with_2(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[gamejolt]\ngame_id = 'x'\n")
    status, out, err = run("sandbox", "--config", "bad.toml", cwd=tmp_path)
    assert (status, out) == (2, "")
    assert err == "gameservices sandbox: bad.toml: gamejolt.game_id must be a whole number, not 'x'\n"
    status, _, err = run("sandbox", "--fault", "nonsense", cwd=tmp_path)
    assert (status, "there is no fault 'nonsense'" in err) == (2, True)
    assert run("sandbox", "--port", "99999", cwd=tmp_path)[0] == 2
    assert run("nonsense", cwd=tmp_path)[0] == 2


def test_help_lists_the_commands_without_importing_them(tmp_path: Path) -> None:
    status, out, _ = run("--help", cwd=tmp_path)
    assert status == 0
    assert re.search(r"sandbox\s+Run a local server", out)
    status, out, _ = run("sandbox", "--help", cwd=tmp_path)
    assert (status, "--fault" in out, "huge-json" in out) == (0, True, True)


@pytest.mark.parametrize("library", ["click", "rich", "starlette"])
def test_missing_libraries_are_named(tmp_path: Path, library: str) -> None:
    stub = f"raise ModuleNotFoundError(\"No module named '{library}'\", name='{library}')"
    (tmp_path / f"{library}.py").write_text(stub)
    status, _, err = run("sandbox", "--port", "0", cwd=tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert status == 1
    assert f'needs {library}: pip install "pygame_gameservices[tools]"' in err
