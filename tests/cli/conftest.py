"""Commands run as a person would run them: most in this process, to be quick, and some in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pygame_gameservices.cli.main import _group


@dataclass
class Done:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


def _environment(tmp_path: Path, variables: dict[str, str]) -> dict[str, str | None]:
    cleared: dict[str, str | None] = {
        name: None for name in os.environ if name.startswith(("ITCHIO_", "EASYJAM_", "GAME_API_", "GAMESERVICES_"))
    }
    return cleared | {"XDG_DATA_HOME": str(tmp_path / "data"), "COLUMNS": "160", **variables}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``gameservices`` with these arguments; keywords are environment variables, `stdin` is the input."""
    monkeypatch.chdir(tmp_path)

    def go(*arguments: str, stdin: str = "", **variables: str) -> Done:
        done = CliRunner().invoke(
            _group(), arguments, input=stdin, env=_environment(tmp_path, variables), prog_name="gameservices"
        )
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return go


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """The same in a process of its own."""

    def go(*arguments: str, stdin: str = "", **variables: str) -> Done:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        for name, value in _environment(tmp_path, variables).items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
        command = [sys.executable, "-c", "from pygame_gameservices.cli.main import main; main()", *arguments]
        done = subprocess.run(
            command, env=environment, input=stdin, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return go
