"""The story through a relay: the process that plays it, and its files, hold none of the keys at any time."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo_game.relayed import host, start_game
from tests.demo_game.conftest import ENGINES
from tests.demo_game.recount import SERVICES, recount

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into the memory of a process")
GAME_S = 300.0
OWN = Path(__file__).parents[2]


def in_memory(pid: int, wanted: dict[str, bytes]) -> set[str]:
    """Which of these a process has anywhere in what it can write to, its environment and its stack included."""
    found: set[str] = set()
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(address, 16) for address in where.split("-"))
            try:
                memory.seek(begin)
                held = memory.read(end - begin)
            except (OSError, OverflowError):  # the process has just given it back
                continue
            found |= {name for name, text in wanted.items() if text in held}
    return found


def contents(folder: Path) -> dict[Path, bytes]:
    """What the files of a folder hold, in which a game may be making and removing some."""
    held = {}
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # a folder, or gone by now
            held[path] = path.read_bytes()
    return held


def in_files(held: dict[Path, bytes], wanted: dict[str, bytes]) -> set[str]:
    """Which of these any file has, with its path."""
    assert held
    return {f"{name} in {path}" for path, what in held.items() for name, text in wanted.items() if text in what}


def test_a_process_with_a_secret_is_found_out() -> None:
    """The search finds what is there, in the environment or in an object; else the test below could not fail."""
    secret = os.urandom(16).hex()
    code = "import sys; kept = [sys.stdin.readline().strip()]; print('ready', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(secret + "\n")
        process.stdin.flush()
        process.stdout.readline()
        assert in_memory(process.pid, {"kept": secret.encode(), "not": os.urandom(16).hex().encode()}) == {"kept"}
        process.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES[:1])
def test_the_story_through_a_relay(engine: str, tmp_path: Path) -> None:
    pytest.importorskip("prometheus_client", reason="relays need the extra of their name")
    report = tmp_path / "out" / "report.json"
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    env = {**kept, "HOME": str(home), "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = ["--playthrough", "--quick", "--engine", engine, "--width", "640"]
    with host() as hosted:
        wanted = {name: key.encode() for name, key in hosted.keys.items()}
        wanted["forge in the clear"] = base64.b64decode(hosted.keys["forge"]).rpartition(b":")[2]
        process = start_game(hosted.told, [*arguments, "--out", str(report.parent), "--json", str(report)], env)
        looks, until = 0, time.monotonic() + GAME_S
        try:
            while process.poll() is None:
                assert time.monotonic() < until, "the story does not end"
                if held := contents(temporary):  # it plays
                    assert in_memory(process.pid, wanted) == set()
                    assert in_files(held, wanted) == set()
                    looks += 1
                time.sleep(3.0)
        finally:
            process.kill()
            process.wait()
        assert looks >= 3
        assert process.returncode == 0
        told = json.loads(report.read_text(encoding="utf-8"))
        assert {service: told[service] for service in SERVICES} == recount(hosted.sandbox.dump)
    assert told["agrees"] is True
    assert told["itchio"]["owns"] is True
    assert len(told["gamejolt"]["trophies"]) >= 4
    for folder in (tmp_path, OWN / "demo_game", OWN / "pygame_gameservices"):
        assert in_files(contents(folder), wanted) == set()
