"""A game that forks while calls are under way: the child is inert and shares nothing, the parent goes on."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pygame_gameservices import Cancelled, Closed, GameJolt, OutboxTrouble, ServiceManager
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import NO_MAKER, WAIT_S, run_until, settle

pytestmark = [
    pytest.mark.threads,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
HANG_S = 10.0


@pytest.fixture
def busy(sandbox: Sandbox, tmp_path: Path) -> ServiceManager:
    services = ServiceManager("tests", folder=tmp_path)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    return services


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


@pytest.mark.slow
def test_150_forks_while_busy(busy: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    gj = busy._services["gamejolt"]
    assert isinstance(gj, GameJolt)
    port = int(sandbox.url.rpartition(":")[2])
    database = str(tmp_path / "outbox.sqlite3")
    lock = str(tmp_path / "running")
    shared = 0

    def look() -> None:
        assert connected_to(port) == set(), "shares a socket"
        assert not any(handle.startswith(lock) for handle in handles()), "shares the lock of the running game"
        with pytest.raises(Closed, match="forked"):
            gj.scores.add("child", 99_999)
        assert busy.update() == []
        assert busy.close() == []
        sqlite3.connect(":memory:").execute("SELECT 1")
        socket.socket().close()

    calls = []
    for number in range(150):
        for n in range(4):
            sort = 10_000 + number * 4 + n
            calls.append(gj.scores.add(str(sort), sort))
        gj.time.fetch()
        busy.update()
        shared += len(connected_to(port))
        assert in_child(look) == ""
        if number % 25 == 0:
            settle(busy, calls[-1])
    assert shared > 100, "nothing was under way when it forked"
    settle(busy, *calls)
    busy.close()
    stored = sorted(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] >= 10_000)
    assert stored == list(range(10_000, 10_600))
    file = OutboxFile(Path(database))
    assert file.all() == []
    file.close()


def test_calls_of_the_parent_end_in_the_child_and_nothing_of_them_is_sent(
    busy: ServiceManager, sandbox: Sandbox
) -> None:
    gj = busy._services["gamejolt"]
    assert isinstance(gj, GameJolt)
    sandbox.faults.set("refuse")
    ran: list[object] = []
    call = gj.scores.add("10,000", 10_000).then(ran.append)
    run_until(busy, lambda: call.durable)

    def look() -> None:
        sandbox.faults.clear()
        with pytest.raises(Exception, match="goes on in the process"):
            call.result(1)
        busy.update()
        assert ran == []
        time.sleep(0.2)

    assert in_child(look) == ""
    settle(busy, call)
    assert (call.value, len(ran)) == (True, 1)
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores")].count(10_000) == 1
    busy.close()


def test_background_work_of_the_parent_ends_in_the_child(busy: ServiceManager) -> None:
    go_on = threading.Event()
    tasks = [busy.background(lambda: go_on.wait(HANG_S)), busy.background(lambda: True)]
    time.sleep(0.1)

    def look() -> None:
        for task in tasks:
            with pytest.raises(Cancelled):
                task.result(1.0)

    assert in_child(look) == ""
    go_on.set()
    settle(busy, *tasks)
    assert [task.value for task in tasks] == [True, True]
    busy.close()


def test_a_child_can_have_a_manager_of_its_own(busy: ServiceManager, sandbox: Sandbox, tmp_path: Path) -> None:
    url, key, token = sandbox.gamejolt_url, sandbox.private_key, sandbox.player("grace").token

    def play(folder: Path, kept: bool) -> None:
        own = ServiceManager("tests", folder=folder)
        gj = own.add(GameJolt(1, key, base_url=url, presence=False))
        gj.sign_in("grace", token)
        call = gj.scores.add("20,000", 20_000)
        happened = settle(own, call)
        assert call.value is True
        assert call.durable is kept
        assert any(isinstance(e, OutboxTrouble) for e in happened) is not kept
        own.close()

    assert in_child(lambda: play(tmp_path / "other", kept=True)) == ""
    assert in_child(lambda: play(tmp_path, kept=False)) == ""  # SQLite's locks on that file are the parent's
    assert [row["sort"] for row in sandbox.dump("gamejolt_scores")].count(20_000) == 2
    busy.close()


def test_over_tls_the_parents_session_goes_on(tmp_path: Path) -> None:
    with Sandbox.start(NO_MAKER, tls=True) as sandbox:
        services = ServiceManager("tests", folder=tmp_path, ca_file=str(sandbox.ca_file))
        gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        assert gj.time.fetch().result(WAIT_S)
        before = connected_to(int(sandbox.url.rpartition(":")[2]))
        assert before
        for _ in range(10):
            assert in_child(lambda: None) == ""
            assert gj.time.fetch().result(WAIT_S)
        assert connected_to(int(sandbox.url.rpartition(":")[2])) & before, "the parent had to connect anew"
        services.close()
