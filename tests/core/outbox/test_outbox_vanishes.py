"""The outbox whose file or folder goes away while the game plays, or is not to be had: durable is never a lie."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import Call, Cancelled, FileDamaged, GameJolt, OutboxTrouble, Postponed, ServiceManager
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery, State
from pygame_gameservices.core.storage.live_processes import Instance
from pygame_gameservices.sandbox import Refuse, Sandbox
from tests.conftest import WAIT_S, run_until, settle
from tests.core.by_hand import Service
from tests.core.outbox.test_outbox import Game, entries, sorts
from tests.core.outbox.test_outbox_trouble import held, left_behind

NAME = "outbox.sqlite3"
posix = pytest.mark.skipif(os.name != "posix", reason="open files cannot be deleted or renamed there")


def kept_sorts(folder: Path) -> list[int]:
    return sorted(int(entry.operation.arguments["sort"]) for entry in entries(folder))


def remade(services: ServiceManager) -> list[FileDamaged]:
    """Play until the file was made again, and return what was said of it."""
    said: list[FileDamaged] = []
    until = time.monotonic() + WAIT_S
    while not said:
        assert time.monotonic() < until
        said += [event for event in services.update() if isinstance(event, FileDamaged)]
        time.sleep(0.002)
    return said


def playing(sandbox: Sandbox, folder: Path, count: int) -> tuple[Game, list[Call[bool]]]:
    """A game without a network, with so many scores on disk, from 10,000 on."""
    sandbox.faults.set(Refuse())
    game = Game(sandbox, folder)
    calls = [game.gj.scores.add(str(n), n) for n in range(10_000, 10_000 + count)]
    game.until(lambda: all(call.durable for call in calls))
    return game, calls


def delete_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def rename_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def delete_files(folder: Path) -> None:
    for file in folder.glob(f"{NAME}*"):
        file.unlink()


def delete_file(folder: Path) -> None:
    (folder / NAME).unlink()


def delete_log(folder: Path) -> None:
    (folder / f"{NAME}-wal").unlink()


def rename_file(folder: Path) -> None:
    (folder / NAME).rename(folder / "kept for later")


def replace_file(folder: Path) -> None:
    """As a program does that brings back a copy of yesterday."""
    (folder / NAME).rename(folder / "today")
    (folder / f"{NAME}-wal").rename(folder / "today-wal")
    (folder / f"{NAME}-shm").unlink()
    db = sqlite3.connect(folder / NAME)
    db.execute("CREATE TABLE notes (text)")
    db.close()


WAYS = (delete_folder, rename_folder, delete_files, delete_file, delete_log, rename_file, replace_file)


@posix
@pytest.mark.parametrize("vanish", WAYS)
def test_what_is_still_known_is_written_again(vanish: Callable[[Path], None], sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    game, calls = playing(sandbox, folder, 10)
    vanish(folder)
    new = game.gj.scores.add("10,010", 10_010)
    happened = game.until(lambda: new.durable and all(call.durable for call in calls))
    happened += game.until(lambda: kept_sorts(folder) == list(range(10_000, 10_011)))
    said = [event for event in happened if isinstance(event, FileDamaged)]
    assert vanish is delete_log or [event.lost for event in said] == [0]
    assert game.services.undelivered == 11
    game.services.close(timeout=0.5)
    assert all(isinstance(call.error, Postponed) for call in (*calls, new))
    assert kept_sorts(folder) == list(range(10_000, 10_011))
    sandbox.faults.clear()
    again = Game(sandbox, folder)
    again.until(lambda: again.services.undelivered == 0)
    again.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_011))


@posix
def test_it_is_noticed_although_nothing_is_made(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    game, calls = playing(sandbox, folder, 3)
    shutil.rmtree(folder)
    (said,) = remade(game.services)
    game.until(lambda: all(call.durable for call in calls))
    assert (said.saved, said.lost, "deleted or renamed" in said.reason) == (3, 0, True)
    assert (folder / "running").is_dir(), "other processes must not take this one for dead"
    game.services.close(timeout=0.5)
    assert kept_sorts(folder) == [10_000, 10_001, 10_002]


@posix
def test_what_vanishes_in_the_last_moment_is_written_again_by_close(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    game, _ = playing(sandbox, folder, 3)
    shutil.rmtree(folder)
    happened = game.services.close(timeout=1.0)
    assert [event.saved for event in happened if isinstance(event, FileDamaged)] == [3]
    assert kept_sorts(folder) == [10_000, 10_001, 10_002]


@posix
def test_what_earlier_runs_left_and_nobody_knows_any_more_is_said_to_be_lost(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    left_behind(sandbox, folder, range(10_000, 10_005))
    services = ServiceManager("tests", folder=folder)
    gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    run_until(services, lambda: services.undelivered == 5)
    shutil.rmtree(folder)
    assert [(event.saved, event.lost) for event in remade(services)] == [(0, 5)]
    assert services.undelivered == 0
    call = gj.scores.add("1", 20_000, guest="Zoë")
    settle(services, call)
    assert call.durable
    services.close()


@posix
def test_a_folder_that_cannot_be_made_again_makes_no_promise(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    game, (call,) = playing(sandbox, folder, 1)
    shutil.rmtree(folder)
    folder.write_text("in the way")
    happened = game.until(lambda: not call.durable)
    happened += game.until(lambda: game.services.undelivered is None)
    happened += game.services.close(timeout=0.5)
    assert any(isinstance(event, OutboxTrouble) for event in happened)
    assert isinstance(call.error, Cancelled)


@posix
def test_two_processes_lose_nothing_when_the_folder_goes(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    sandbox.faults.set(Refuse())
    games = [Game(sandbox, folder) for _ in range(2)]
    calls = [[game.gj.scores.add(str(n), n) for n in range(10_000 + odd, 10_010, 2)] for odd, game in enumerate(games)]
    for game, mine in zip(games, calls, strict=True):
        game.until(lambda mine=mine: all(call.durable for call in mine))
    shutil.rmtree(folder)
    for game, mine in zip(games, calls, strict=True):
        remade(game.services)
        game.until(lambda mine=mine: all(call.durable for call in mine))
    assert len(list((folder / "running").iterdir())) == 2, "none is taken for dead"
    assert kept_sorts(folder) == list(range(10_000, 10_010))
    sandbox.faults.clear()
    for game in games:
        game.until(lambda game=game: game.services.undelivered == 0)
    for game in games:
        game.services.close()
    assert sorted(sorts(sandbox)) == list(range(10_000, 10_010))
    assert entries(folder) == []


def an_outbox(folder: Path) -> Outbox:
    """That of a process of its own, whose turns are given by hand."""
    outbox = Outbox(folder / NAME, EventQueue(), lambda message: None)
    outbox.open()
    return outbox


def stored(outbox: Outbox, *numbers: int) -> list[Delivery]:
    deliveries = []
    for number in numbers:
        how: dict[str, Any] = {"kind": Kind.ADDITIVE, "arguments": {"sort": str(number)}, "durable": True}
        operation = Operation(service="game", name="scores.add", **how)
        deliveries.append(Delivery(operation, Call(operation, lambda call: None)))
        outbox.carry_out(do.Store(deliveries[-1]))
    outbox.turn()
    return deliveries


@pytest.fixture
def two_outboxes(tmp_path: Path) -> Iterator[tuple[Outbox, Outbox]]:
    """One that wrote one row, and another that wrote two after it."""
    one, other = an_outbox(tmp_path), an_outbox(tmp_path)
    yield one, other
    for outbox in (one, other):
        outbox.close()
        outbox.turn()


@posix
def test_two_processes_keep_the_order_of_each_where_numbers_are_given_away_again(
    two_outboxes: tuple[Outbox, Outbox], tmp_path: Path
) -> None:
    one, other = two_outboxes
    stored(one, 10_000)
    older, newer = stored(other, 10_001, 10_002)
    delete_files(tmp_path)
    one.turn()
    _, passing = stored(one, 10_003, 10_004)
    one.carry_out(do.Remove(passing, delivered=True))
    one.turn()
    stored(other, 10_005)
    rows = {entry.operation.arguments["sort"]: entry.id for entry in entries(tmp_path)}
    assert sorted(rows) == ["10000", "10001", "10002", "10003", "10005"]
    assert rows["10001"] < rows["10002"] < rows["10005"], "the next run goes by it"
    assert (older.entry, newer.entry) == (rows["10001"], rows["10002"])


@posix
@pytest.mark.parametrize(
    "end",
    [
        lambda ended: do.Remove(ended, delivered=True),
        lambda ended: do.SetAside(ended, "unknown", "nobody can tell"),
        do.Unmark,
    ],
    ids=["delivered", "set aside", "not applied"],
)
def test_what_becomes_of_a_row_that_vanished_is_not_done_to_another_processs(
    two_outboxes: tuple[Outbox, Outbox], tmp_path: Path, end: Callable[[Delivery], do.Effect]
) -> None:
    one, other = two_outboxes
    stored(one, 10_000)
    (ended,) = stored(other, 10_001)
    delete_files(tmp_path)
    (mine,) = stored(one, 10_002)
    assert mine.entry == ended.entry, "it was given away again"
    one.carry_out(do.Mark(Batch(Service(), [mine], 0.0), [mine]))
    one.turn()
    ended.state = State.ENDED
    other.carry_out(end(ended))
    other.turn()
    assert [(entry.operation.arguments["sort"], entry.state) for entry in entries(tmp_path)] == [
        ("10000", "waiting"),
        ("10002", "in flight"),
    ]
    assert one._instance is not None
    with contextlib.closing(OutboxFile(tmp_path / NAME)) as file:
        assert file.owner_of(mine.entry) == one._instance.name


@posix
def test_a_needless_value_whose_row_is_gone_takes_no_other_row_with_it_when_it_ends(tmp_path: Path) -> None:
    outbox = an_outbox(tmp_path)
    (needless,) = stored(outbox, 10_000)
    number = needless.entry
    outbox.carry_out(do.Remove(needless, delivered=False))  # two newer values were made
    outbox.turn()
    delete_files(tmp_path)
    (other,) = stored(outbox, 10_001)
    assert other.entry == number, "it was given away again"
    outbox.carry_out(do.Remove(needless, delivered=False))  # the newest is delivered
    outbox.close()
    outbox.turn()
    assert kept_sorts(tmp_path) == [10_001]


def test_a_lock_that_was_deleted_comes_back(tmp_path: Path) -> None:
    mine = Instance(tmp_path / "running")
    mine.note(7)
    shutil.rmtree(tmp_path / "running")
    mine.stay()
    other = Instance(tmp_path / "running")
    assert sorted(other.alive()) == sorted([mine.name, other.name])
    assert other.dead() == []
    mine.forget()
    assert (other.dead(), other.dead_noted) == ([mine.name], 7)
    other.close()


HOLDER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA journal_mode=WAL")
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def held_by_another(folder: Path):
    """Another program has the file, as a virus scanner or a backup does."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / NAME)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "held"
    try:
        yield
    finally:
        child.communicate("")


def test_what_is_made_while_another_program_holds_the_file_is_written_down_once_it_lets_go(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pygame_gameservices.core.outbox.outbox.PATIENCE_S", 0.2)
    sandbox.faults.set(Refuse())
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    sandbox.faults.set(Refuse())
    with held_by_another(tmp_path):
        game = Game(sandbox, tmp_path)
        call = game.gj.scores.add("10,001", 10_001)
        game.until(lambda: call.attempts > 0)
        assert game.services.undelivered is None
    began = time.monotonic()
    game.until(lambda: call.durable)
    assert game.services.undelivered == 2
    assert time.monotonic() - began < 15, "it is looked at each second"
    game.services.close(timeout=0.5)
    assert kept_sorts(tmp_path) == [10_000, 10_001]


def test_what_another_program_held_until_the_end_is_written_down_by_close(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pygame_gameservices.core.outbox.outbox.PATIENCE_S", 0.2)
    monkeypatch.setattr("pygame_gameservices.core.outbox.outbox.TRY_AGAIN_S", 3600.0)
    left_behind(sandbox, tmp_path, range(10_000, 10_001))
    sandbox.faults.set(Refuse())
    with held_by_another(tmp_path):
        game = Game(sandbox, tmp_path)
        call = game.gj.scores.add("10,001", 10_001)
        game.until(lambda: call.attempts > 0)
    game.services.close(timeout=2.0)
    assert isinstance(call.error, Postponed)
    assert kept_sorts(tmp_path) == [10_000, 10_001]


def test_while_it_is_busy_the_count_is_what_is_known(sandbox: Sandbox, tmp_path: Path) -> None:
    game, _ = playing(sandbox, tmp_path, 1)
    with held(tmp_path):
        assert game.services.undelivered == 1
    game.services.close(timeout=0.5)
