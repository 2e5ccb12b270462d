"""Completion by Tab: what a shell is told, and that a real one completes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pygame_gameservices.cli.main import COMMANDS
from tests.cli.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str, run: Run) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert "_GAMESERVICES_COMPLETE" in done.stdout
    assert run("completion", SHELL=f"/usr/bin/{shell}").stdout == done.stdout


def test_an_unknown_shell_is_asked_which_it_is(run: Run) -> None:
    done = run("completion", SHELL="/bin/nu")
    assert (done.returncode, "gameservices completion bash" in done.stderr) == (2, True)


def completed(words: str, process: Run) -> list[str]:
    """What click would tell bash for these words."""
    done = process(_GAMESERVICES_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1))
    assert done.returncode == 0, done.stderr
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_commands_options_and_choices_are_completed(process: Run) -> None:
    assert completed("gameservices ", process) == sorted(COMMANDS)
    assert completed("gameservices outbox r", process) == ["retry"]
    assert "--offline" in completed("gameservices doctor --", process)
    assert completed("gameservices init --engine pyg", process) == ["pygame", "pygame-ce"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_with_it(tmp_path: Path, run: Run) -> None:
    program = tmp_path / "gameservices"
    program.write_text(f"#!{sys.executable}\nfrom pygame_gameservices.cli.main import main\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "script").write_text(run("completion", "bash").stdout, encoding="utf-8")
    asks = (
        ". ./script; COMP_WORDS=(gameservices sand); COMP_CWORD=1;"
        ' _gameservices_completion gameservices sand gameservices; echo "${COMPREPLY[@]}"'
    )
    paths = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        ["bash", "--norc", "-c", asks], cwd=tmp_path, env=os.environ | paths, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["sandbox"], done.stderr
