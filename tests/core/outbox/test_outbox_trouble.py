"""The outbox when the disk, another process or the moment is against it: nothing is lost, doubled or miscounted."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from pygame_gameservices import CallDurable, Cancelled, GameJolt, OutboxTrouble, Postponed, ServiceManager
from pygame_gameservices.core.outbox import loading as recall
from pygame_gameservices.core.outbox import outbox as outbox_module
from pygame_gameservices.core.scheduling.delivery import State
from pygame_gameservices.core.storage.live_processes import Instance
from pygame_gameservices.sandbox import Latency, Refuse, Sandbox
from tests.conftest import WAIT_S, run_until, settle
from tests.core.outbox.test_outbox import Game, entries, outboxes_with, sorts


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for other programs that have the file open for 0.05 s, not 5 s."""
    outboxes_with(monkeypatch, "busy_timeout=50")


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another program has the file and lets nobody write."""
    db = sqlite3.connect(folder / "outbox.sqlite3", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    yield
    db.execute("ROLLBACK")
    db.close()


def states(folder: Path) -> list[str]:
    return [entry.state for entry in entries(folder)]


def left_behind(sandbox: Sandbox, folder: Path, numbers: range) -> None:
    """An earlier run's scores, which could not be sent."""
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder)
    calls = [game.gj.scores.add(f"{n}", n) for n in numbers]
    game.until(lambda: all(call.durable for call in calls))
    game.services.close(timeout=0.5)
    assert game.services._outbox.over.wait(WAIT_S), "it still writes to what is about to be hurt"
    sandbox.faults.clear()


def nobody(sandbox: Sandbox, folder: Path) -> tuple[ServiceManager, GameJolt]:
    """A run in which nobody is signed in yet."""
    services = ServiceManager("tests", folder=folder)
    key, url = sandbox.private_key, sandbox.gamejolt_url
    return services, services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False))


def test_what_a_full_disk_refused_is_not_counted(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outboxes_with(monkeypatch, "max_page_count=12")
    game = Game(sandbox, tmp_path)
    calls = [game.gj.data_store.set(f"k{n}", "x" * 8000) for n in range(40)]
    happened = settle(game.services, *calls)
    assert any(isinstance(e, OutboxTrouble) and "full" in e.reason for e in happened)
    game.until(lambda: game.services.undelivered == 0)
    game.services.close()
    assert entries(tmp_path) == []


@pytest.mark.usefixtures("impatient")
def test_what_was_delivered_while_the_disk_refused_leaves_it_later(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Latency(seconds=0.5))
    call = game.gj.data_store.set("k", "old")
    game.until(lambda: call.durable)
    with held(tmp_path):
        happened = settle(game.services, call)
        happened += game.until(lambda: game.services.undelivered == 0)
        time.sleep(0.2)
    sandbox.faults.clear()
    assert call.value is True
    settle(game.services, game.gj.data_store.set("other", "1"))
    game.services.close()
    assert entries(tmp_path) == []


@pytest.mark.usefixtures("impatient")
def test_what_is_on_disk_is_not_sent_before_the_disk_takes_that_it_is(sandbox: Sandbox, tmp_path: Path) -> None:
    """Delivered unmarked it would be sent once more by the next run, should this one end before the disk gives in."""
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    game.until(lambda: call.durable)
    with ExitStack() as lock:
        lock.enter_context(held(tmp_path))
        while states(tmp_path) != ["waiting"]:  # it may be on its way just now, which the disk had taken before
            lock.close()
            game.until(lambda: states(tmp_path) == ["waiting"])
            lock.enter_context(held(tmp_path))
        sandbox.faults.clear()
        new = game.gj.scores.add("10,001", 10_001, table_id=2)
        settle(game.services, new)
        time.sleep(1.0)
        assert not call.settled
    settle(game.services, call)
    game.services.close()
    assert sorts(sandbox) == [10_001, 10_000]
    assert entries(tmp_path) == []


@pytest.mark.usefixtures("impatient")
def test_what_the_disk_refused_is_written_down_afterwards(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services._outbox.opened.is_set())
    with held(tmp_path):
        call = game.gj.scores.add("10,000", 10_000)
        game.until(lambda: call.attempts > 0)
    game.until(lambda: call.durable)
    game.services.close(timeout=0.5)
    assert isinstance(call.error, Postponed)
    assert "10000" in [entry.operation.arguments.get("sort") for entry in entries(tmp_path)]


@pytest.mark.usefixtures("impatient")
def test_kept_is_said_only_of_what_is_on_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services._outbox.opened.is_set())
    with held(tmp_path):
        call = game.gj.scores.add("10,000", 10_000)
        game.services.close(timeout=1.0)
        there = entries(tmp_path)
    assert there == []
    assert call.done
    assert not isinstance(call.error, Postponed)


@pytest.mark.usefixtures("impatient")
def test_trouble_that_comes_back_is_told_again(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services._outbox.opened.is_set())
    told = []
    for number in range(2):
        with held(tmp_path):
            call = game.gj.data_store.set(f"k{number}", "v")
            told += game.until(lambda call=call: call.attempts > 0)
            time.sleep(0.2)
            told += game.services.update()
        game.until(lambda call=call: call.durable)
    game.services.close(timeout=0.5)
    assert len([event for event in told if isinstance(event, OutboxTrouble)]) == 2


@pytest.mark.usefixtures("impatient")
def test_a_lock_at_the_start_costs_only_as_long_as_it_lasts(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "ADOPT_EVERY_S", 0.5)
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    with held(tmp_path):
        game = Game(sandbox, tmp_path)
        time.sleep(0.3)
    game.until(lambda: len(sorts(sandbox)) == 1)
    call = game.gj.scores.add("10,001", 10_001)
    settle(game.services, call)
    assert call.durable
    game.services.close()
    assert sorts(sandbox) == [10_000, 10_001]


@pytest.mark.usefixtures("impatient")
def test_what_could_not_be_loaded_at_sign_in_is_loaded_later(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "ADOPT_EVERY_S", 0.5)
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    services, gj = nobody(sandbox, tmp_path)
    services.update()
    time.sleep(0.1)
    with held(tmp_path):
        gj.sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: gj.user is not None)
        time.sleep(0.2)
    run_until(services, lambda: services.undelivered == 0)
    services.close()
    assert sorts(sandbox) == [10_000]


def test_closing_before_an_attempt_is_marked_leaves_nothing_in_doubt(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.data_store.update("n", "add", 1)
    game.until(lambda: call.durable)
    with held(tmp_path):
        delivery = game.services._scheduler.delivery(call)
        game.until(lambda: delivery.state is State.MARKING)
        game.services.close(timeout=0.3)
    assert game.services._outbox.over.wait(WAIT_S)
    (entry,) = entries(tmp_path)
    assert (entry.state, entry.attempted_at) == ("waiting", None)


def test_closing_promises_nothing_that_is_not_on_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path / "file")
    first = game.gj.trophies.add_achieved(1)
    game.until(lambda: first.attempts > 3)
    call = game.gj.trophies.add_achieved(2)
    game.services.close(timeout=0.5)
    assert [type(one.error) for one in (first, call)] == [Cancelled, Cancelled]


def test_a_file_that_is_damaged_in_the_middle_is_set_aside(sandbox: Sandbox, tmp_path: Path) -> None:
    left_behind(sandbox, tmp_path, range(10_000, 10_200))
    path = tmp_path / "outbox.sqlite3"
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 200] = b"\xff" * 200
    path.write_bytes(content)
    game = Game(sandbox, tmp_path)
    happened = settle(game.services, game.gj.scores.add("20,000", 20_000))
    happened += game.services.close()
    (trouble,) = [e for e in happened if isinstance(e, OutboxTrouble)]
    assert "damaged" in trouble.reason
    assert any(isinstance(e, CallDurable) for e in happened)
    (kept,) = tmp_path.glob("outbox.sqlite3.damaged-*")
    assert kept.read_bytes() == bytes(content)


@pytest.mark.parametrize("body", [b"\xff\x00", b"{", b"{}", b'{"kind": "new"}', b"", "text", 7], ids=repr)
def test_an_entry_that_cannot_be_read_holds_up_none_of_the_others(
    body: bytes | str | int, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "WINDOW", 2)
    left_behind(sandbox, tmp_path, range(10_000, 10_006))
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3", isolation_level=None)) as db:
        ids = [id_ for (id_,) in db.execute("SELECT id FROM entries ORDER BY id")]
        damaged = [ids[0], ids[1], ids[4]]
        db.executemany("UPDATE entries SET body = ? WHERE id = ?", [(body, id_) for id_ in damaged])
    game = Game(sandbox, tmp_path)
    late = game.gj.scores.add("20,000", 20_000)
    happened = game.until(lambda: game.services.undelivered == 0 and late.done)
    happened += game.services.close()
    assert sorted(sorts(sandbox)) == [10_002, 10_003, 10_005, 20_000]
    told = [e.reason.partition(": ")[0] for e in happened if isinstance(e, OutboxTrouble)]
    assert told == [f"entry {id_} (gamejolt scores.add) is set aside" for id_ in damaged]
    assert [(e.id, e.state) for e in entries(tmp_path)] == [(id_, "unreadable") for id_ in damaged]
    again = Game(sandbox, tmp_path)
    happened = again.until(lambda: again.services.undelivered == 0) + settle(again.services, again.gj.time.fetch())
    assert not [e for e in happened if isinstance(e, OutboxTrouble)]
    again.services.close()


OPENING = """
import sys, time
from pathlib import Path
from pygame_gameservices.core.outbox.store import OutboxFile
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
OutboxFile(Path(sys.argv[1])).close()
"""


def test_processes_that_start_at_the_same_moment_share_a_new_file(tmp_path: Path) -> None:
    for turn in range(5):
        arguments = [str(tmp_path / f"{turn}.sqlite3"), str(time.time() + 0.7)]
        children = [
            subprocess.Popen([sys.executable, "-c", OPENING, *arguments], stderr=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        assert [child.communicate(timeout=WAIT_S)[1] for child in children] == [""] * 4


def test_all_of_a_name_in_another_case_is_sent(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "WINDOW", 4)
    left_behind(sandbox, tmp_path, range(10_000, 10_020))
    services, gj = nobody(sandbox, tmp_path)
    gj.sign_in("ADA", sandbox.player("ada").token)
    run_until(services, lambda: services.undelivered == 0)
    services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_020))


def test_a_refused_call_goes_when_its_player_signs_in_in_another_case(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path, token="outdated")
    call = game.gj.trophies.add_achieved(1)
    game.until(lambda: game.gj.player is None)
    game.gj.sign_in("ADA", sandbox.player("ada").token)
    settle(game.services, call)
    assert call.value is True
    game.services.close()


def test_a_busy_game_takes_over_from_one_that_died(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "ADOPT_EVERY_S", 0.3)
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    other = Instance(tmp_path / "running")
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("UPDATE entries SET owner = ?", (other.name,))
    db.close()
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    assert game.services.undelivered == 0
    other.forget()
    until = time.monotonic() + WAIT_S
    while not sorts(sandbox):
        assert time.monotonic() < until
        game.gj.data_store.set("k", str(until))
        game.services.update()
        time.sleep(0.05)
    game.services.close()
    assert sorts(sandbox) == [10_000]


def test_the_dead_are_recognised_where_open_files_cannot_be_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows."""
    unlink = Path.unlink

    def careful(self: Path, missing_ok: bool = False) -> None:
        if any(one.exists() and one.samefile(self) for one in Path("/proc/self/fd").iterdir()):
            raise PermissionError(32, "it is being used by another process")
        unlink(self, missing_ok)

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("cannot tell here which files are open")
    gone, alive = Instance(tmp_path), Instance(tmp_path)
    gone.forget()
    monkeypatch.setattr(Path, "unlink", careful)
    mine = Instance(tmp_path)
    assert mine.dead() == [gone.name]
    assert sorted(mine.alive()) == sorted([alive.name, mine.name])


def test_what_is_in_doubt_while_the_token_is_refused_is_looked_up_with_the_right_one(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    left_behind(sandbox, tmp_path, range(10_000, 10_002))
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("UPDATE entries SET state = 'in flight', attempted_at = ? WHERE id = 1", (time.time() - 60,))
    db.close()
    game = Game(sandbox, tmp_path, token="outdated")
    game.until(lambda: game.gj.player is None)
    time.sleep(2.5)
    game.gj.sign_in("grace", sandbox.player("grace").token)
    settle(game.services, game.gj.scores.add("20,000", 20_000))
    game.gj.sign_in("ada", sandbox.player("ada").token)
    game.until(lambda: game.services.undelivered == 0)
    game.services.close()
    assert sorted(sorts(sandbox)) == [10_000, 10_001, 20_000]
    assert entries(tmp_path) == []


RENEWING = """
import sys, time
from pathlib import Path
from pygame_gameservices.core.outbox.opening import open_or_salvage
time.sleep(max(0.0, float(sys.argv[2]) - time.time()))
file, salvaged, hurt = open_or_salvage(Path(sys.argv[1]), lambda file: time.sleep(0.05))
if salvaged:
    print("damaged", hurt)
time.sleep(1)
print(file.path.stat().st_ino)
"""


def test_processes_that_find_the_damage_at_the_same_moment_renew_the_file_once(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    path.write_bytes(b"this is no database at all " * 100)
    arguments = [str(path), str(time.time() + 0.7)]
    children = [
        subprocess.Popen([sys.executable, "-c", RENEWING, *arguments], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [child.communicate(timeout=WAIT_S)[0].splitlines() for child in children]
    assert {lines[-1] for lines in said} == {str(path.stat().st_ino)}
    assert sum("damaged" in line for lines in said for line in lines) == 1
    (kept,) = tmp_path.glob("outbox.sqlite3.damaged-*")
    assert kept.read_bytes().startswith(b"this is no database")
