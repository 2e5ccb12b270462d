"""The outbox with its real file and thread: what is durable survives, is delivered once, and trouble is told."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    CallDurable,
    GameJolt,
    OutboxProgress,
    OutboxTrouble,
    OutcomeUnknown,
    Postponed,
    QueueFull,
    ScoreSubmitted,
    ServiceManager,
    TrophyUnlocked,
)
from pygame_gameservices.core import manager as manager_module
from pygame_gameservices.core.outbox import outbox as outbox_module
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.sandbox import Latency, Refuse, Reset, Sandbox, Stall
from tests.conftest import WAIT_S, run_until, settle
from tests.thinned import thinned


class Game:
    """One run of a game on its own folder, signed in as ada."""

    def __init__(self, sandbox: Sandbox, folder: Path, token: str = "") -> None:
        self.services = ServiceManager("tests", folder=folder)
        url, key = sandbox.gamejolt_url, sandbox.private_key
        self.gj = self.services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False))
        self.gj.sign_in("ada", token or sandbox.player("ada").token)

    def until(self, condition: Any, timeout: float = WAIT_S) -> list:
        return run_until(self.services, condition, timeout)


def entries(folder: Path) -> list:
    file = OutboxFile(folder / "outbox.sqlite3")
    found = file.all()
    file.close()
    return found


def passed(folder: Path, seconds: float) -> None:
    """As if the game was started that much later."""
    with contextlib.closing(sqlite3.connect(folder / "outbox.sqlite3")) as db, db:
        db.execute("UPDATE delivered SET at = at - ?1, began = began - ?1", (seconds,))
        db.execute("UPDATE entries SET attempted_at = attempted_at - ?1, created_at = created_at - ?1", (seconds,))


def a_minute_passes(folder: Path) -> None:
    """The service has long been done with what was under way when the game starts again."""
    passed(folder, 60)


def sorts(sandbox: Sandbox) -> list[int]:
    return [row["sort"] for row in sandbox.dump("gamejolt_scores") if row["sort"] >= 10_000]


def test_a_call_says_when_it_is_durable_and_leaves_the_disk_when_delivered(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    happened = settle(game.services, call)
    kinds = [type(e).__name__ for e in happened if getattr(e, "call", None) is call]
    assert kinds == ["CallDurable", "CallSucceeded"]
    assert call.durable
    game.services.close()
    assert entries(tmp_path) == []


def test_what_was_not_delivered_goes_out_the_next_time(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = [game.gj.trophies.add_achieved(3), game.gj.data_store.set("k", "v", mine=True)]
    calls += [game.gj.scores.add(f"{n}", n) for n in range(10_000, 10_060)]
    game.until(lambda: all(call.durable for call in calls))
    assert game.services.undelivered == 62
    happened = game.services.close(timeout=1.0)
    assert all(isinstance(call.error, Postponed) for call in calls)
    assert len(happened) >= 62
    assert len(entries(tmp_path)) == 62
    raw = (tmp_path / "outbox.sqlite3").read_bytes()
    assert b"ada-token" not in raw

    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    happened = game.until(lambda: game.gj.user is not None)
    happened += game.until(lambda: game.services.undelivered == 0)
    happened += game.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_060))
    assert [row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")] == [3]
    assert sum(isinstance(e, ScoreSubmitted) for e in happened) == 60
    assert sum(isinstance(e, TrophyUnlocked) for e in happened) == 1
    assert entries(tmp_path) == []


def test_it_waits_for_its_own_player(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    game.until(lambda: call.durable)
    game.services.close(timeout=3.0)
    sandbox.faults.clear()

    other = ServiceManager("tests", folder=tmp_path)
    gj = other.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("grace", sandbox.player("grace").token)
    run_until(other, lambda: gj.user is not None)
    settle(other, gj.scores.add("10,001", 10_001))
    assert sorts(sandbox) == [10_001]
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(other, lambda: other.undelivered == 0)
    other.close()
    owners = {row["sort"]: row["player_id"] for row in sandbox.dump("gamejolt_scores")}
    assert owners[10_000] == sandbox.player("ada").id
    assert owners[10_001] == sandbox.player("grace").id


def test_a_refused_token_loses_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path, token="outdated")
    call = game.gj.trophies.add_achieved(1)
    game.until(lambda: game.gj.player is None)
    assert not call.done
    game.gj.sign_in("ada", sandbox.player("ada").token)
    settle(game.services, call)
    assert call.value is True
    game.services.close()


def outboxes_with(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    """Open outboxes with this setting of SQLite from now on."""
    opened = OutboxFile.__init__

    def init(self: OutboxFile, *how: Any) -> None:
        opened(self, *how)
        self._db.execute(f"PRAGMA {pragma}")

    monkeypatch.setattr(OutboxFile, "__init__", init)


def test_only_the_last_of_several_values_is_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Refuse())
    calls = [game.gj.data_store.set("k", f"value {n}" + "." * 1000) for n in range(50)]
    game.until(lambda: calls[-1].durable)
    time.sleep(0.2)
    assert game.services.undelivered in (1, 2)
    in_memory = [n for n, call in enumerate(calls) if call.operation.arguments["data"]]
    assert in_memory == [48, 49], "days offline must not fill it"
    sandbox.faults.clear()
    sandbox.clear_journal()
    settle(game.services, *calls)
    assert all(call.value is True for call in calls)
    assert game.gj.data_store.fetch("k").result(WAIT_S) == "value 49" + "." * 1000
    assert sandbox.request_count() <= 6
    game.services.close()


def test_what_reads_or_changes_in_between_keeps_what_was_set_before_it(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Latency(seconds=0.3))
    store = game.gj.data_store
    calls = [store.set("k", "1"), store.update("k", "add", 5), store.set("k", "10"), store.fetch("k")]
    calls += [store.set("k", "20"), store.update("k", "append", "0")]
    settle(game.services, *calls)
    assert [call.value for call in calls] == [True, "6", True, "10", True, "200"]
    game.services.close()


@pytest.mark.parametrize("applied", [True, False])
def test_lost_answers_are_looked_up(sandbox: Sandbox, tmp_path: Path, applied: bool) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(
        Reset(path="*/scores/add/", applied=applied, count=3), Reset(path="*/batch/", applied=applied, count=2)
    )
    calls = [game.gj.scores.add(f"{n} points", n) for n in range(10_000, 10_040)]
    calls += [game.gj.scores.add(f"{n} points", n, guest="Zoë") for n in range(20_000, 20_010)]
    calls += [game.gj.scores.add(f"{n} s", n, table_id=2) for n in range(30_000, 30_010)]
    settle(game.services, *calls)
    assert all(call.value is True for call in calls)
    assert sorted(sorts(sandbox)) == [*range(10_000, 10_040), *range(20_000, 20_010), *range(30_000, 30_010)]
    game.services.close()
    assert entries(tmp_path) == []


def test_equal_scores_are_not_taken_for_each_other(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    settle(game.services, game.gj.scores.add("same", 10_000))
    sandbox.faults.set(Reset(path="*/scores/add/", applied=False, count=1))
    settle(game.services, game.gj.scores.add("same", 10_000))
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    settle(game.services, game.gj.scores.add("same", 10_000))
    assert sorts(sandbox) == [10_000] * 3
    game.services.close()


def test_what_cannot_be_looked_up_is_set_aside_as_unknown(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    settle(game.services, game.gj.data_store.set("n", "1"))
    sandbox.faults.set(Reset(path="*/data-store/update/", applied=True, count=1))
    call = game.gj.data_store.update("n", "add", 1)
    settle(game.services, call)
    assert isinstance(call.error, OutcomeUnknown)
    assert game.gj.data_store.fetch("n").result(WAIT_S) == "2"
    game.services.close()
    (entry,) = entries(tmp_path)
    assert (entry.state, entry.operation.name) == ("unknown", "data_store.update")


def test_what_the_service_rejects_is_set_aside_with_its_reason(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    call = game.gj.trophies.add_achieved(777)
    settle(game.services, call)
    assert call.outcome == "rejected"
    game.services.close()
    (entry,) = entries(tmp_path)
    assert (entry.state, "trophy" in entry.reason.lower()) == ("rejected", True)


def test_two_processes_of_one_game_share_the_file(sandbox: Sandbox, tmp_path: Path) -> None:
    first, second = Game(sandbox, tmp_path), Game(sandbox, tmp_path)
    calls = []
    for n in range(10_000, 10_050):
        calls += [first.gj.scores.add(str(n), n), second.gj.scores.add(str(n + 1000), n + 1000)]
    first.until(lambda: (second.services.update(), all(call.done for call in calls))[1])
    assert sorted(sorts(sandbox)) == [*range(10_000, 10_050), *range(11_000, 11_050)]
    first.services.close()
    second.services.close()
    assert entries(tmp_path) == []


KILLED = """
import os, sys, time
from pathlib import Path
from pygame_gameservices import GameJolt, ServiceManager
folder, url, key, token, how = sys.argv[1:]
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, key, base_url=url, presence=False))
gj.sign_in("ada", token)
calls = [gj.scores.add(str(n), n) for n in range(10_000, 10_040)]
calls += [gj.trophies.add_achieved(n) for n in (1, 2)]
while not all(call.durable for call in calls):
    services.update()
    time.sleep(0.001)
print("durable", flush=True)
if how == "exit":
    sys.exit(0)
if how == "exception":
    raise RuntimeError("a mistake in the main loop")
if how == "_exit":
    os._exit(0)
time.sleep(60)
"""


WAYS_OUT = ["exit", "exception", "_exit", "SIGTERM", "SIGHUP", "SIGKILL"]


@pytest.mark.parametrize("how", thinned(WAYS_OUT, lambda how: how in ("exception", "SIGTERM", "SIGKILL")))
def test_whatever_way_out_a_game_takes_what_was_durable_is_delivered_once(
    sandbox: Sandbox, tmp_path: Path, how: str
) -> None:
    sandbox.faults.set(Stall(seconds=0.15, applied=True))
    token = sandbox.player("ada").token
    arguments = [str(tmp_path), sandbox.gamejolt_url, sandbox.private_key, token, how]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "durable"
    if how.startswith("SIG"):
        import signal

        child.send_signal(getattr(signal, how))
    child.wait(20)
    child.stdout.close()
    sandbox.faults.clear()
    a_minute_passes(tmp_path)
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    game.until(lambda: game.services.undelivered == 0)
    game.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_040))
    assert sorted(row["trophy_id"] for row in sandbox.dump("gamejolt_achieved")) == [1, 2]


class TestTrouble:
    def play_on(self, sandbox: Sandbox, folder: Path) -> list:
        game = Game(sandbox, folder)
        call = game.gj.scores.add("10,000", 10_000)
        happened = settle(game.services, call)
        assert call.value is True
        return happened + game.services.close()

    def test_a_damaged_file_is_set_aside(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "outbox.sqlite3").write_bytes(b"this is no database at all " * 100)
        happened = self.play_on(sandbox, tmp_path)
        (trouble,) = [e for e in happened if isinstance(e, OutboxTrouble)]
        assert "damaged" in trouble.reason
        (kept,) = tmp_path.glob("outbox.sqlite3.damaged-*")
        assert kept.read_bytes().startswith(b"this is no database")
        assert any(isinstance(e, CallDurable) for e in happened)

    def test_a_newer_file_is_left_as_it_is(self, sandbox: Sandbox, tmp_path: Path) -> None:
        with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
            db.execute("PRAGMA user_version=99")
        db.close()
        happened = self.play_on(sandbox, tmp_path)
        (trouble,) = [e for e in happened if isinstance(e, OutboxTrouble)]
        assert "newer version" in trouble.reason

    def test_a_folder_that_cannot_be_made(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        happened = self.play_on(sandbox, tmp_path / "file")
        assert any(isinstance(e, OutboxTrouble) for e in happened)
        assert not any(isinstance(e, CallDurable) for e in happened)

    @pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="needs a small file system to fill")
    def test_a_full_disk(self, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        outboxes_with(monkeypatch, "max_page_count=12")
        game = Game(sandbox, tmp_path)
        calls = [game.gj.data_store.set(f"k{n}", "x" * 8000) for n in range(40)]
        happened = settle(game.services, *calls)
        assert all(call.value is True for call in calls)
        assert any(isinstance(e, OutboxTrouble) and "full" in e.reason for e in happened)
        game.services.close()


def test_a_full_outbox_refuses_on_the_callers_line(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manager_module, "MOST_KEPT", 10)
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    with pytest.raises(QueueFull, match="the outbox holds"):
        for n in range(10_000, 20_000):
            game.gj.scores.add(str(n), n)
            game.services.update()
            time.sleep(0.001)
    game.services.close(timeout=0.5)
    sandbox.faults.clear()


def test_leftovers_of_a_dead_process_are_adopted(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    game.until(lambda: call.durable)
    game.services.close(timeout=0.5)
    shutil.rmtree(tmp_path / "running")
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    game.until(lambda: game.services.undelivered == 0)
    assert sorts(sandbox) == [10_000]
    game.services.close()


def test_what_was_surely_not_applied_needs_no_asking_the_next_time(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    settle(game.services, game.gj.data_store.set("n", "1"))
    game.services.close()
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)  # with no connection left open, on which something might still have been sent
    call = game.gj.data_store.update("n", "add", 1)
    game.until(lambda: call.attempts >= 1)
    time.sleep(0.1)
    game.services.close(timeout=0.5)
    (entry,) = entries(tmp_path)
    assert (entry.state, entry.attempted_at) == ("waiting", None)
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    assert game.services.undelivered == 1
    game.until(lambda: game.services.undelivered == 0)
    assert game.gj.data_store.fetch("n").result(WAIT_S) == "2"
    game.services.close()


def test_progress_is_said_while_what_waited_goes_out(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = [game.gj.scores.add(f"{n}", n) for n in range(10_000, 10_300)]
    game.until(lambda: all(call.durable for call in calls))
    game.services.close(timeout=0.5)
    sandbox.faults.clear()
    sandbox.faults.set(Latency(seconds=0.5))
    game = Game(sandbox, tmp_path)
    assert game.services.undelivered == 300
    happened = game.until(lambda: game.services.undelivered == 0)
    happened += game.services.close()
    said = [(e.waiting, e.delivered) for e in happened if isinstance(e, OutboxProgress)]
    assert len(said) >= 2
    assert said[-1] == (0, 300)
    assert all(waiting + delivered == 300 for waiting, delivered in said)


def test_values_of_an_earlier_run_that_a_later_one_replaces_leave_the_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    for value in ("1", "2", "3"):
        game = Game(sandbox, tmp_path)
        call = game.gj.data_store.set("k", value)
        game.until(lambda c=call: c.durable)
        game.services.close(timeout=0.3)
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services.undelivered == 0)
    assert game.gj.data_store.fetch("k").result(WAIT_S) == "3"
    game.services.close()
    assert entries(tmp_path) == []


def test_a_name_is_the_same_player_in_any_case(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    call = game.gj.scores.add("10,000", 10_000)
    game.until(lambda: call.durable)
    game.services.close(timeout=0.3)
    sandbox.faults.clear()
    services = ServiceManager("tests", folder=tmp_path)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ADA", sandbox.player("ada").token)
    run_until(services, lambda: services.undelivered == 0)
    services.close()
    assert sorts(sandbox) == [10_000]


def test_among_too_many_equal_scores_it_is_unknown(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    for _ in range(3):
        settle(game.services, *(game.gj.scores.add("0 points", 10_000, guest="Zoë") for _ in range(40)))
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    call = game.gj.scores.add("0 points", 10_000, guest="Zoë")
    settle(game.services, call)
    assert call.outcome == "unknown"
    assert len(sorts(sandbox)) == 121
    game.services.close()


def test_a_late_value_of_a_process_that_died_does_not_overwrite_a_newer_one(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "ADOPT_EVERY_S", 0.2)
    sandbox.faults.set(Refuse())
    first = Game(sandbox, tmp_path)
    call = first.gj.data_store.set("k", "old")
    first.until(lambda: call.durable)
    second = Game(sandbox, tmp_path)
    first.services.close(timeout=0.3)
    (tmp_path / "running" / "of-one-that-died").write_bytes(b"")
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("UPDATE entries SET owner = 'nobody yet'")
    sandbox.faults.clear()
    settle(second.services, second.gj.data_store.set("k", "new"))
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as db:
        db.execute("UPDATE entries SET owner = 'of-one-that-died'")
    db.close()
    (tmp_path / "running" / "of-one-that-died").write_bytes(b"")
    second.until(lambda: not entries(tmp_path))
    assert second.gj.data_store.fetch("k").result(WAIT_S) == "new"
    second.services.close()


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
def test_the_file_is_readable_by_this_user_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    settle(game.services, game.gj.scores.add("10,000", 10_000))
    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("outbox.sqlite3*")}
    assert modes == dict.fromkeys(("outbox.sqlite3" + end for end in ("", "-wal", "-shm", ".lock")), 0)
    game.services.close()
