"""Two equal scores, of which one is in doubt: each is in the table once, whatever clocks, runs and formats do."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.equal_calls import fingerprint
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.outbox.salvage import read as salvage_read
from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.scheduling.delivery import State
from pygame_gameservices.sandbox import Hang, Latency, Refuse, Reset, Sandbox
from tests.conftest import run_until, settle
from tests.core.outbox.test_outbox import Game, a_minute_passes, entries, passed, sorts


def signed_in(sandbox: Sandbox, folder: Path) -> Game:
    game = Game(sandbox, folder)
    game.until(lambda: game.gj.user is not None)
    return game


def dies(game: Any) -> None:
    """As after SIGKILL: from now on nothing is written, and the rows stay as they are."""
    outbox = game.services._outbox
    outbox._transact = lambda batch: iter(())
    game.services._scheduler.finished = True
    outbox._file.rollback()
    outbox._instance._file.close()


def in_doubt(game: Any, call: Call[Any]) -> bool:
    delivery = game.services._scheduler.delivery(call)
    return delivery is not None and delivery.state is State.IN_DOUBT


def dies_in_flight(sandbox: Sandbox, folder: Path, *, first_durable: bool = True) -> None:
    """A score is delivered, and the game dies while an equal one is under way, which the service never takes."""
    game = signed_in(sandbox, folder)
    settle(game.services, game.gj.scores.add("same", 10_000, durable=first_durable))
    sandbox.faults.set(Hang(path="*/scores/add/"))
    game.gj.scores.add("same", 10_000)
    game.until(lambda: any(entry.state == "in flight" for entry in entries(folder)))
    time.sleep(0.3)
    dies(game)
    sandbox.faults.clear()


def comes_back(sandbox: Sandbox, folder: Path) -> None:
    game = signed_in(sandbox, folder)
    game.until(lambda: game.services.undelivered == 0)
    game.services.close()


def test_when_the_service_is_still_at_work_on_it(sandbox: Sandbox, tmp_path: Path) -> None:
    game = signed_in(sandbox, tmp_path)
    sandbox.faults.set(Latency(3.0, path="*/scores/add/", count=1))
    game.gj.scores.add("slow", 10_000)
    game.until(lambda: any(entry.state == "in flight" for entry in entries(tmp_path)))
    time.sleep(0.3)
    dies(game)
    passed(tmp_path, 17)  # of the 24 s after which it is asked about
    comes_back(sandbox, tmp_path)
    assert sorts(sandbox) == [10_000]


def test_days_later(sandbox: Sandbox, tmp_path: Path) -> None:
    dies_in_flight(sandbox, tmp_path)
    passed(tmp_path, 172_800)
    comes_back(sandbox, tmp_path)
    assert sorts(sandbox) == [10_000, 10_000]


@pytest.mark.slow
def test_when_it_is_in_doubt_once_more(sandbox: Sandbox, tmp_path: Path) -> None:
    dies_in_flight(sandbox, tmp_path)
    time.sleep(7.5)
    a_minute_passes(tmp_path)
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    comes_back(sandbox, tmp_path)
    assert sorts(sandbox) == [10_000, 10_000]


def test_when_the_first_was_not_kept_on_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    dies_in_flight(sandbox, tmp_path, first_durable=False)
    a_minute_passes(tmp_path)
    comes_back(sandbox, tmp_path)
    assert sorts(sandbox) == [10_000, 10_000]


@pytest.mark.slow
def test_when_the_clock_is_set_back_meanwhile(sandbox: Sandbox, tmp_path: Path) -> None:
    game = signed_in(sandbox, tmp_path)
    shift = [0.0]
    game.services._runner._driver._wall_clock = lambda: time.time() + shift[0]
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    call = game.gj.scores.add("same", 10_000)
    game.until(lambda: sorts(sandbox))
    sandbox.faults.set(Refuse())
    time.sleep(8)
    shift[0] = -7.0
    sandbox.faults.clear()
    settle(game.services, call)
    game.services.close()
    assert sorts(sandbox) == [10_000]


@pytest.mark.slow
def test_when_the_clock_is_set_forward_meanwhile(sandbox: Sandbox, tmp_path: Path) -> None:
    game = signed_in(sandbox, tmp_path)
    shift = [0.0]
    game.services._runner._driver._wall_clock = lambda: time.time() + shift[0]
    settle(game.services, game.gj.scores.add("same", 10_000))
    time.sleep(9)
    sandbox.faults.set(Reset(path="*/scores/add/", count=1))
    call = game.gj.scores.add("same", 10_000)
    game.until(lambda: in_doubt(game, call))
    shift[0] = 3600.0
    settle(game.services, call)
    game.services.close()
    assert sorts(sandbox) == [10_000, 10_000]


def test_in_a_format_that_does_not_bring_line_ends_back(sandbox: Sandbox, tmp_path: Path) -> None:
    services = ServiceManager("tests", folder=tmp_path)
    key, url = sandbox.private_key, sandbox.gamejolt_url
    gj = services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False, format="xml"))
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: gj.user)
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    settle(services, gj.scores.add("same", 10_000, extra_data="level 1\r\nlevel 2"))
    services.close()
    assert sorts(sandbox) == [10_000]


def test_one_that_another_process_delivered_meanwhile_is_not_taken_for_it(sandbox: Sandbox, tmp_path: Path) -> None:
    one, other = signed_in(sandbox, tmp_path), signed_in(sandbox, tmp_path)
    sandbox.faults.set(Reset(path="*/scores/add/", count=1))
    call = one.gj.scores.add("same", 10_000)
    one.until(lambda: in_doubt(one, call))
    settle(other.services, other.gj.scores.add("same", 10_000))
    settle(one.services, call)
    one.services.close()
    other.services.close()
    assert call.outcome == "succeeded"
    assert sorts(sandbox) == [10_000, 10_000]


def test_of_two_processes_that_both_lost_an_answer_none_claims_the_only_row(sandbox: Sandbox, tmp_path: Path) -> None:
    one, other = signed_in(sandbox, tmp_path), signed_in(sandbox, tmp_path)
    sandbox.faults.set(Reset(path="*/scores/add/", count=1))
    calls = [one.gj.scores.add("same", 10_000)]
    one.until(lambda: in_doubt(one, calls[0]))
    sandbox.faults.set(Reset(path="*/scores/add/", applied=True, count=1))
    calls.append(other.gj.scores.add("same", 10_000))
    other.until(lambda: in_doubt(other, calls[1]))
    for game, call in zip((one, other), calls, strict=True):
        settle(game.services, call)
    one.services.close()
    other.services.close()
    succeeded = [call.outcome for call in calls].count("succeeded")
    assert {call.outcome for call in calls} <= {"succeeded", "unknown"}
    assert succeeded <= len(sorts(sandbox)) <= 2


def test_of_two_that_lost_their_answers_at_once_one_is_sent_again(sandbox: Sandbox, tmp_path: Path) -> None:
    """The service has one of them: whoever looks first may take it for its own, but not both."""
    game = signed_in(sandbox, tmp_path)
    sandbox.faults.set(Hang(path="*/scores/add/"))
    calls = [game.gj.scores.add("same", 10_000)]
    game.until(lambda: sum(entry.state == "in flight" for entry in entries(tmp_path)) == 1)
    calls.append(game.gj.scores.add("same", 10_000))
    game.until(lambda: sum(entry.state == "in flight" for entry in entries(tmp_path)) == 2)
    sandbox.faults.clear()
    other = signed_in(sandbox, tmp_path / "elsewhere")
    settle(other.services, other.gj.scores.add("same", 10_000, durable=False))
    other.services.close()
    for batch in game.services._scheduler.under_way:
        game.services._runner.network.hang_up(batch)
    settle(game.services, *calls)
    game.services.close()
    unknown = [call.outcome for call in calls].count("unknown")
    assert len(sorts(sandbox)) + unknown >= 2


@pytest.mark.slow
def test_a_disk_that_is_busy_when_it_is_asked_does_not_pass_for_an_empty_one(sandbox: Sandbox, tmp_path: Path) -> None:
    dies_in_flight(sandbox, tmp_path)
    a_minute_passes(tmp_path)
    game = signed_in(sandbox, tmp_path)
    holder = sqlite3.connect(tmp_path / "outbox.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    time.sleep(7)
    holder.execute("ROLLBACK")
    holder.close()
    game.until(lambda: game.services.undelivered == 0, 40)
    game.services.close()
    assert len(sorts(sandbox)) == 2 or [entry.state for entry in entries(tmp_path)] == ["unknown"]


def test_one_that_was_found_late_is_told_from_one_that_was_attempted_after_it_was_applied(tmp_path: Path) -> None:
    """What an earlier run found only long after its attempt may have been applied before the attempt that is asked
    about: whether it is among the rows of that time, nobody can tell."""
    same = Operation(service="game", name="score", kind=Kind.ADDITIVE, arguments={"sort": "7"}, player="ada")
    file = OutboxFile(tmp_path / "outbox.sqlite3")
    file.begin()
    file.note_delivered("earlier", [(fingerprint(same), 1_000.0)], 1_015.0)
    file.commit()
    surely_before, perhaps, surely_since = (
        file.count_equal("me", same, at, alone=True) for at in (1_030.0, 1_018.0, 1_001.0)
    )
    file.close()
    assert (surely_before, perhaps, surely_since) == ((0, 0), (0, 1), (1, 1))


def test_a_file_of_an_earlier_version_keeps_what_it_knows_of_equal_ones(tmp_path: Path) -> None:
    same = Operation(service="game", name="score", kind=Kind.ADDITIVE, arguments={"sort": "7"}, player="ada")
    OutboxFile(tmp_path / "outbox.sqlite3").close()
    with contextlib.closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as db, db:
        db.execute("ALTER TABLE delivered DROP COLUMN began")
        db.execute("INSERT INTO delivered VALUES (?, 1000, 'earlier')", (fingerprint(same),))
        db.execute("PRAGMA user_version = 1")
    assert [row[1:] for row in salvage_read(tmp_path / "outbox.sqlite3").delivered] == [
        (fingerprint(same), 1_000.0, "earlier", 1_000.0)
    ]
    one, other = (OutboxFile(tmp_path / "outbox.sqlite3") for _ in range(2))
    assert other.count_equal("me", same, 1_000.0, alone=True) == (1, 1)
    one.begin()
    one.note_delivered("earlier", [(fingerprint(same), 1_001.0)], 1_001.0)
    one.commit()
    assert other.count_equal("me", same, 1_000.0, alone=True) == (2, 2)
    one.close()
    other.close()


def test_one_that_is_not_kept_looks_for_what_others_delivered_too(sandbox: Sandbox, tmp_path: Path) -> None:
    one, other = signed_in(sandbox, tmp_path), signed_in(sandbox, tmp_path)
    sandbox.faults.set(Reset(path="*/scores/add/", count=1))
    call = one.gj.scores.add("same", 10_000, durable=False)
    one.until(lambda: in_doubt(one, call))
    settle(other.services, other.gj.scores.add("same", 10_000))
    settle(one.services, call)
    one.services.close()
    other.services.close()
    assert len(sorts(sandbox)) == 2 or call.outcome == "unknown"
