"""A game that forks while calls are under way: the child is inert and shares nothing, the parent goes on."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pygame_gameservices import Cancelled, GameJolt, OutboxTrouble, ServiceManager
from pygame_gameservices.core.calls.operation import new_id
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import NO_MAKER, ROOT, WAIT_S, run_until, settle
from tests.core.runners.forking import EACH, FIRST, FORKS, HANG_S, connected_to, in_child

pytestmark = [
    pytest.mark.threads,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]
GAME_S = 600.0


@pytest.fixture
def busy(sandbox: Sandbox, tmp_path: Path) -> ServiceManager:
    services = ServiceManager("tests", folder=tmp_path)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user is not None)
    return services


@pytest.mark.slow
def test_150_forks_while_busy(sandbox: Sandbox, tmp_path: Path) -> None:
    given = (sandbox.gamejolt_url, sandbox.private_key, sandbox.player("ada").token)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "tests.core.runners.forking", str(tmp_path)]
    game = subprocess.run([*command, *given], cwd=ROOT, capture_output=True, text=True, timeout=GAME_S)
    assert game.returncode == 0, game.stderr
    assert int(game.stdout) > 100, "nothing was under way when it forked"
    stored = sorted(row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] >= FIRST)
    assert stored == list(range(FIRST, FIRST + FORKS * EACH))
    file = OutboxFile(tmp_path / "outbox.sqlite3")
    assert file.all() == []
    file.close()


def test_a_forked_child_and_its_parent_never_call_two_writes_by_one_name() -> None:
    """Nor are the names alike but for the time they begin with, which may be the same."""
    new_id()

    def say() -> None:
        raise LookupError(*(new_id() for _ in range(1000)))

    random_digits = re.compile("(?<=[0-9a-f]{12})[0-9a-f]{20}")
    named_by_child = set(random_digits.findall(in_child(say)))
    assert len(named_by_child) == 1000
    assert not named_by_child & {new_id()[12:] for _ in range(1000)}


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
