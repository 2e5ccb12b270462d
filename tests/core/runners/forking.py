"""A game that forks while calls are under way, in a process of its own: a fork of one that holds all tests takes a
third of a second. ``python -m tests.core.runners.forking FOLDER URL KEY TOKEN`` prints how many sockets to the service
it had at all forks together.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pygame_gameservices import Closed, GameJolt, ServiceManager
from tests.conftest import run_until, settle

HANG_S = 10.0
FORKS = 150
FIRST = 10_000
EACH = 4
"""Scores that are under way at a fork, from `FIRST` on."""


def in_child(look: Callable[[], object]) -> str:
    """Fork, run `look` in the child, and return what it raised, or nothing. Fails when the child hangs."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = b""
        try:
            look()
        except BaseException as error:
            said = repr(error).encode()
        os.write(writing, said)
        os._exit(0)
    os.close(writing)
    until = time.monotonic() + HANG_S
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > until:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            pytest.fail("the forked child hung")
        time.sleep(0.001)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().decode()


def handles() -> list[str]:
    """What this process has open, by number."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:
            continue
    return found


def connected_to(port: int) -> set[str]:
    """The sockets of this process that lead to `port` of this machine."""
    theirs = set()
    with open("/proc/self/net/tcp") as table:
        for line in list(table)[1:]:
            columns = line.split()
            if int(columns[2].partition(":")[2], 16) == port:
                theirs.add(f"socket:[{columns[9]}]")
    return theirs & set(handles())


def play(folder: Path, url: str, key: str, token: str) -> int:
    """Fork over and over, and look from each child. Returns how many sockets to the service there were."""
    services = ServiceManager("tests", folder=folder)
    gj = services.add(GameJolt(1, key, base_url=url, presence=False))
    gj.sign_in("ada", token)
    run_until(services, lambda: gj.user is not None)
    port = int(url.partition("://")[2].partition("/")[0].rpartition(":")[2])
    lock = str(folder / "running")
    shared = 0

    def look() -> None:
        assert connected_to(port) == set(), "shares a socket"
        assert not any(handle.startswith(lock) for handle in handles()), "shares the lock of the running game"
        with pytest.raises(Closed, match="forked"):
            gj.scores.add("child", 99_999)
        assert services.update() == []
        assert services.close() == []
        sqlite3.connect(":memory:").execute("SELECT 1")
        socket.socket().close()

    calls = []
    for number in range(FORKS):
        for n in range(EACH):
            sort = FIRST + number * EACH + n
            calls.append(gj.scores.add(str(sort), sort))
        gj.time.fetch()
        services.update()
        shared += len(connected_to(port))
        assert in_child(look) == ""
        if number % 25 == 0:
            settle(services, calls[-1])
    settle(services, *calls)
    services.close()
    return shared


if __name__ == "__main__":
    print(play(Path(sys.argv[1]), *sys.argv[2:]))
