"""A program that ends without ``close()``: what it made in its last moment is on disk all the same."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices.sandbox import Refuse, Sandbox
from tests.core.outbox.test_outbox import Game, a_minute_passes, entries, sorts
from tests.thinned import thinned

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


@pytest.mark.parametrize("runs", [1, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("way", ["end", "exit", "error"])
def test_what_was_made_last_is_delivered_once(sandbox: Sandbox, tmp_path: Path, way: str, runs: int) -> None:
    for number in range(10_000, 10_000 + runs):
        play(sandbox, tmp_path, number, way)
    a_minute_passes(tmp_path)
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None and game.services.undelivered == 0)
    game.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_000 + runs))


def test_with_nobody_there_it_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    play(sandbox, tmp_path, 10_000, "end", "http://127.0.0.1:9/nobody")
    assert [entry.operation.arguments["sort"] for entry in entries(tmp_path)] == ["10000"]


UNWAITING = """
import sys
from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.http.polled import PolledHttp
from pygame_gameservices.core.http.transport import tls_context
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
folder, address, key, token = sys.argv[1:]
services = ServiceManager("tests", folder=folder, runner=CooperativeRunner(PolledHttp(tls_context(None)), None))
gj = services.add(GameJolt(1, key, base_url=address, presence=False))
gj.sign_in("ada", token)
gj.scores.add("10000", 10_000)
"""


def test_where_nothing_can_wait_it_ends_without_a_word_and_what_was_made_last_is_kept(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    facts = (str(tmp_path), "http://127.0.0.1:9/nobody", sandbox.private_key, sandbox.player("ada").token)
    ended = subprocess.run([sys.executable, "-c", UNWAITING, *facts], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False), ended.stderr
    assert [entry.operation.arguments["sort"] for entry in entries(tmp_path)] == ["10000"]


WAYS_OUT = """
import atexit, gc, os, signal, sys, time
folder, address, key, token, way = sys.argv[1:]
made = []

def late():
    made.append(gj.scores.add("10002", 10_002))
    gj.saves.save("late", {"level": 2})

if way == "an older atexit handler":
    atexit.register(late)
if way == "an older atexit handler that closes":
    atexit.register(lambda: (late(), services.close()))
from pygame_gameservices import GameJolt, ServiceManager
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, key, base_url=address, presence=False))
gj.sign_in("ada", token)
first = gj.scores.add("10000", 10_000)
durable = way in ("os._exit", "SIGTERM")
while durable and not first.durable or first.attempts == 0:
    services.update()
    time.sleep(0.002)
if not durable:
    gj.scores.add("10001", 10_001)
    gj.saves.save("slot", {"level": 1})
if way == "os._exit":
    os._exit(0)
if way == "SIGTERM":
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)
if way == "a SIGTERM handler":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    os.kill(os.getpid(), signal.SIGTERM)
    while True:
        services.update()
        time.sleep(0.002)
if way == "the manager deleted":
    del services, gj, first
    gc.collect()
if "callback" in way:
    def leave(call):
        if way == "sys.exit in a callback":
            sys.exit(4)
        raise KeyboardInterrupt
    gj.time.fetch().then(leave)
    while True:
        services.update()
        time.sleep(0.002)
if way == "sys.exit in a thread's task":
    services.background(lambda: sys.exit(5))
"""

WAYS = (
    "the end",
    "an older atexit handler",
    "an older atexit handler that closes",
    "a SIGTERM handler",
    "SIGTERM",
    "sys.exit in a callback",
    "KeyboardInterrupt in a callback",
    "sys.exit in a thread's task",
    "the manager deleted",
    "os._exit",
)


ONLINE = ("an older atexit handler", "sys.exit in a callback", "the manager deleted")


USUAL = ("an older atexit handler", "SIGTERM", "sys.exit in a callback", "the manager deleted", "os._exit")


@pytest.mark.parametrize(
    ("way", "network"),
    thinned(
        [(way, "offline") for way in WAYS] + [(way, "online") for way in ONLINE],
        lambda way, network: (way in USUAL and network == "offline") or way == ONLINE[0],
    ),
)
def test_no_way_out_loses_what_was_made(sandbox: Sandbox, tmp_path: Path, way: str, network: str) -> None:
    if network == "offline":
        sandbox.faults.set(Refuse())
    facts = (str(tmp_path), sandbox.gamejolt_url, sandbox.private_key, sandbox.player("ada").token, way)
    ended = subprocess.run([sys.executable, "-c", WAYS_OUT, *facts], capture_output=True, timeout=60, text=True)
    assert "Error" not in ended.stderr, ended.stderr
    sandbox.faults.clear()
    a_minute_passes(tmp_path)
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None and game.services.undelivered == 0)
    expected = [10_000] if way in ("os._exit", "SIGTERM") else [10_000, 10_001]
    expected += [10_002] if "older" in way else []
    assert sorted(sorts(sandbox)) == expected
    slots = [] if len(expected) == 1 else ["slot"] if len(expected) == 2 else ["late", "slot"]
    for slot in slots:
        loaded = game.gj.saves.load(slot)
        game.until(lambda loaded=loaded: loaded.done)
        assert loaded.value is not None
    game.services.close()
