"""What ``gameservices sandbox`` prints for people: how to reach each service, on a narrow terminal too."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGTERM ends it")

END = "admin token"
"""What the last line begins with."""


def printed(folder: Path, seed: str = "", columns: int = 80, path: Path = Path(sys.executable).parent) -> list[str]:
    """The lines that a sandbox with this seed prints, up to the last one."""
    (folder / "gameservices.toml").write_text(seed)
    command = [
        sys.executable,
        "-c",
        "from pygame_gameservices.cli.main import main; main()",
        "sandbox",
        "--all",
        "--port",
        "0",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": str(columns), "PATH": str(path)}
    child = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines: list[str] = []
    for line in child.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(END):
            break
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=10)
    assert child.returncode == 0
    return lines


def test_all_five_services_are_told_on_eighty_columns(tmp_path: Path) -> None:
    lines = printed(tmp_path)
    too_long = [line for line in lines if len(line) > 80]
    assert [line.split(",")[0] for line in too_long] in ([], ["console"]), "its address must stay whole"
    text = "\n".join(lines)
    port = text.partition("http://127.0.0.1:")[2].partition(" ")[0].partition("/")[0]
    (play,) = (line for line in lines if line.startswith("play "))
    assert play.split(maxsplit=1)[1] == f"GAMESERVICES_SANDBOX=http://127.0.0.1:{port} python your_game.py"
    for label, path in (
        ("Game Jolt", "/gamejolt/api/game/v1_2"),
        ("itch.io", "/itchio"),
        ("Forge", "/forge"),
        ("EasyJam", "/easyjam/"),
        ("Trading", "/trading"),
    ):
        (line,) = (line for line in lines if line.startswith(f"{label} "))
        assert line.split()[-1].startswith("http://127.0.0.1:")
        assert line.endswith(path)
    assert "hedy, API key sandbox-itchio-key" in text
    assert "ada, API key ada-itchio-token" in text
    assert "launch_keys" in text
    assert "c2FuZGJveDpMaWdodCBIYXJ2ZXN0OmxpZ2h0LWhhcnZlc3QtMDE6c2FuZGJveGtleTAx" in text
    assert "grace, token sandboxjam_grace_e010fd1ce1acc173e3b4835b7635f8d4" in text
    assert "You, token sandbox-personal-token" in text
    assert "Rival, token sandbox-rival-token" in text


def test_where_plain_python_is_none_that_has_the_package_its_path_is_printed(tmp_path: Path) -> None:
    (tmp_path / "main.py").touch()
    (play,) = (line for line in printed(tmp_path, path=tmp_path) if line.startswith("play "))
    _, interpreter, game = shlex.split(play.split(maxsplit=1)[1])
    assert (Path(interpreter), game) == (Path(sys.executable), "main.py")
    (play,) = (line for line in printed(tmp_path) if line.startswith("play "))
    assert play.endswith(" python main.py")


def test_a_crowd_is_not_listed_whole_and_a_name_steers_no_terminal(tmp_path: Path) -> None:
    lines = printed(
        tmp_path,
        '[easyjam]\nkey = "jam-key"\n[sandbox.easyjam]\ncrowd = 100\n[trading]\ntrader = "Evil\\u001b[2J"\n',
    )
    assert sum(line.startswith("  maker ") for line in lines) == 8
    assert any(line.strip() == "and 92 more, in --json" for line in lines)
    assert any(line.split() == ["API", "key", "jam-key"] for line in lines)
    assert "\x1b" not in "".join(lines)
