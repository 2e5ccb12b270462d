"""A program that ends without ``close()``: what it made in its last moment is on disk all the same."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.core.test_outbox import Game, a_minute_passes, entries, sorts

PROGRAM = """
import sys
from pygame_gameservices import GameJolt, ServiceManager
folder, address, key, token, number, way = sys.argv[1:]
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, key, base_url=address, presence=False))
gj.sign_in("ada", token)
gj.scores.add(number, int(number))
if way == "exit":
    sys.exit()
if way == "error":
    raise ValueError("a game's own")
"""


def play(sandbox: Sandbox, folder: Path, number: int, way: str, address: str = "") -> float:
    began = time.monotonic()
    player = sandbox.player("ada").token
    facts = (str(folder), address or sandbox.gamejolt_url, sandbox.private_key, player, str(number), way)
    subprocess.run([sys.executable, "-c", PROGRAM, *facts], capture_output=True, timeout=60)
    return time.monotonic() - began


@pytest.mark.parametrize("way", ["end", "exit", "error"])
def test_what_was_made_last_is_delivered_once(sandbox: Sandbox, tmp_path: Path, way: str) -> None:
    for number in range(10_000, 10_005):
        play(sandbox, tmp_path, number, way)
    a_minute_passes(tmp_path)
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None and game.services.undelivered == 0)
    game.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_005))


def test_with_nobody_there_it_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    play(sandbox, tmp_path, 10_000, "end", "http://127.0.0.1:9/nobody")
    assert [entry.operation.arguments["sort"] for entry in entries(tmp_path)] == ["10000"]
