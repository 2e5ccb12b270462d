"""Cloud saves that could not go up at once: kept on disk, and delivered by themselves later."""

from __future__ import annotations

import asyncio
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import (
    BackOnline,
    Cancelled,
    Event,
    GameJolt,
    NetworkError,
    OutboxTrouble,
    Postponed,
    SaveConflict,
    SaveConflicted,
    SaveDelivered,
    SaveKept,
    SaveProgress,
    ServiceManager,
    SignInFailed,
    WentOffline,
)
from pygame_gameservices.core.storage.live_processes import try_lock
from pygame_gameservices.sandbox import Garbage, Refuse, Reset, Sandbox, ServerError
from pygame_gameservices.services.gamejolt import kept_saves, save_courier
from tests.conftest import WAIT_S

LONG_S = 90.0
"""How long a delivery by itself may take: the network is tried at longer and longer intervals."""


class Machine:
    """One run of a game on one machine, and its player signed in or about to be."""

    def __init__(self, sandbox: Sandbox, folder: Path, player: str = "ada") -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.services = ServiceManager("tests", folder=folder)
        url, key = sandbox.gamejolt_url, sandbox.private_key
        self.gj = self.services.add(GameJolt(sandbox.game_id, key, base_url=url, presence=False))
        self.events: list[Event] = []
        self.sign_in(player)

    def sign_in(self, player: str) -> None:
        self.gj.sign_in(player, self.sandbox.player(player).token)

    def until(self, condition: Callable[[], Any]) -> None:
        """Run frames until `condition` holds; it may look at what was said so far."""
        until = time.monotonic() + LONG_S
        while not condition():
            assert time.monotonic() < until, f"waited {LONG_S} s in vain; so far: {self.events}"
            self.look()
            time.sleep(0.002)
        self.look()

    def until_said(self, kind: type[Event]) -> None:
        self.until(lambda: self.said(kind))

    def look(self) -> None:
        self.events += self.services.update()

    def said(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def do(self, work: Any) -> Any:
        """Run frames until `work` is done; return its value or raise its error."""
        self.until(lambda: work.done)
        return work.result(0)

    def save_offline(self, slot: str, value: Any, **how: Any) -> Postponed:
        """Save without a network."""
        self.sandbox.faults.set(Refuse())
        work = self.gj.saves.save(slot, value, **how)
        self.until(lambda: work.done)
        assert isinstance(work.error, Postponed)
        return work.error

    def files(self) -> list[Path]:
        return sorted((self.folder / "saves").glob("*"))

    def close(self) -> None:
        self.events += self.services.close(timeout=1.0)


@pytest.fixture
def machine(sandbox: Sandbox, tmp_path: Path) -> Any:
    """Starts runs of a game on named machines, and closes those that are open at the end."""
    machines: list[Machine] = []

    def start(name: str = "one", player: str = "ada") -> Machine:
        machines.append(Machine(sandbox, tmp_path / name, player))
        return machines[-1]

    yield start
    for one in machines:
        one.close()


def test_a_save_without_a_network_goes_up_when_it_is_back(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    error = one.save_offline("slot", {"level": 3})
    assert "kept on disk" in str(error)
    assert isinstance(error.__cause__, NetworkError)
    assert one.said(SaveKept) == [SaveKept("slot")]
    one.until_said(WentOffline)
    sandbox.faults.clear()
    one.until_said(SaveDelivered)
    assert one.said(BackOnline)
    assert one.said(SaveDelivered) == [SaveDelivered("slot")]
    two = machine("two")
    assert two.do(two.gj.saves.load("slot")).value == {"level": 3}
    assert one.files() == []
    assert one.do(one.gj.saves.save("slot", "next")).generation == 2


def test_any_call_that_succeeds_is_taken_for_a_network(
    machine: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_courier, "KNOCKS", 1)
    monkeypatch.setattr(save_courier, "PAUSE_S", 1000.0)
    monkeypatch.setattr(save_courier, "LONGEST_PAUSE_S", 1000.0)
    one = machine()
    one.save_offline("slot", "x")
    one.until(lambda: one.gj.saves._courier._knock is None)
    sandbox.faults.clear()
    one.until(lambda: there(one))
    one.until_said(SaveDelivered)


def there(one: Machine) -> bool:
    """Whether Game Jolt answers a read, which it does not while it is given a rest after an outage."""
    work = one.gj.time.fetch()
    one.until(lambda: work.done)
    return work.succeeded


def test_after_a_successful_save_no_file_is_left(machine: Any) -> None:
    one = machine()
    one.do(one.gj.saves.save("slot", random.Random(1).randbytes(3 << 20)))
    assert one.said(SaveKept) == [SaveKept("slot")]
    assert one.said(SaveDelivered) == []
    assert one.files() == []


def test_the_file_is_private_and_its_name_is_safe_and_it_holds_no_token(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    for slot in ("../../etc/passwd", "a\0b", "x" * 1000, "日本 / *"):
        one.save_offline(slot, slot)
        assert one.do(one.gj.saves.load(slot)).value == slot
    assert len(one.files()) == 4
    for path in one.files():
        assert sandbox.player("ada").token.encode() not in path.read_bytes()
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("value", ["text 日本", b"\x00\xff", 42, None, {"a": [1, 2]}, "x" * 200_000])
def test_a_later_run_has_it_offline_and_delivers_it_online(machine: Any, sandbox: Sandbox, value: Any) -> None:
    first = machine()
    first.save_offline("slot", value)
    first.close()
    offline = machine()
    loaded = offline.do(offline.gj.saves.load("slot"))
    assert (loaded.value, type(loaded.value), loaded.slot) == (value, type(value), "slot")
    offline.close()
    sandbox.faults.clear()
    online = machine()
    online.until_said(SaveDelivered)
    assert online.do(online.gj.saves.load("slot")).value == value
    assert online.files() == []


def test_loading_online_at_once_delivers_first(machine: Any, sandbox: Sandbox) -> None:
    first = machine()
    first.save_offline("slot", "kept")
    first.close()
    sandbox.faults.clear()
    second, other = machine(), machine("other")
    assert second.do(second.gj.saves.load("slot")).value == "kept"
    second.until_said(SaveDelivered)
    assert other.do(other.gj.saves.load("slot")).value == "kept"
    assert second.do(second.gj.saves.save("slot", "next")).generation == 2
    assert second.said(SaveDelivered) == [SaveDelivered("slot")]


def test_what_it_was_made_on_top_of_is_known_in_later_runs(machine: Any, sandbox: Sandbox) -> None:
    other = machine("other")
    other.do(other.gj.saves.save("slot", "one"))
    first = machine()
    first.do(first.gj.saves.load("slot"))
    first.save_offline("slot", "two")
    first.close()
    second = machine()
    assert second.do(second.gj.saves.load("slot")).generation == 2
    second.save_offline("slot", "three")
    second.close()
    sandbox.faults.clear()
    third = machine()
    third.until_said(SaveDelivered)
    assert not third.said(SaveConflicted)
    other.do(other.gj.saves.load("slot"))
    loaded = other.do(other.gj.saves.load("slot"))
    assert (loaded.value, loaded.generation) == ("three", 2)


def test_the_newest_of_several_offline_saves_goes_up(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    for value in ("first", "second", "third"):
        one.save_offline("slot", value)
    one.save_offline("another slot", "other")
    assert len(one.files()) == 2
    sandbox.faults.clear()
    one.until(lambda: len(one.said(SaveDelivered)) == 2)
    two = machine("two")
    loaded = two.do(two.gj.saves.load("slot"))
    assert (loaded.value, loaded.generation) == ("third", 1)


class TestConflicts:
    def conflicted(self, machine: Any, sandbox: Sandbox) -> Machine:
        """A machine on which a kept save met one that another machine had made meanwhile."""
        one, other = machine(), machine("other")
        one.do(one.gj.saves.save("slot", "common"))
        other.do(other.gj.saves.load("slot"))
        one.save_offline("slot", "ours")
        one.close()
        sandbox.faults.clear()
        other.until(lambda: other_saved(other))
        again: Machine = machine()
        again.until_said(SaveConflicted)
        return again

    def test_nothing_is_overwritten_and_the_player_can_choose_ours(self, machine: Any, sandbox: Sandbox) -> None:
        one = self.conflicted(machine, sandbox)
        (told,) = one.said(SaveConflicted)
        assert (told.slot, told.generation) == ("slot", 2)
        assert abs(told.saved_at - time.time()) < 300
        assert one.do(one.gj.saves.load("slot")).value == "theirs"
        kept = one.do(one.gj.saves.kept("slot"))
        assert kept.value == "ours"
        saved = one.do(one.gj.saves.save("slot", kept.value, overwrite=True))
        assert saved.generation == 3
        assert one.files() == []
        assert one.do(one.gj.saves.kept("slot")) is None
        assert one.do(one.gj.saves.load("slot")).value == "ours"

    def test_or_drop_it(self, machine: Any, sandbox: Sandbox) -> None:
        one = self.conflicted(machine, sandbox)
        assert one.do(one.gj.saves.discard("slot")) is True
        assert one.do(one.gj.saves.discard("slot")) is False
        assert one.files() == []
        assert one.do(one.gj.saves.load("slot")).value == "theirs"

    def test_it_waits_over_restarts_and_is_said_again(self, machine: Any, sandbox: Sandbox) -> None:
        self.conflicted(machine, sandbox).close()
        one = machine()
        one.until_said(SaveConflicted)
        assert one.said(SaveConflicted)[0].generation == 2
        assert one.do(one.gj.saves.kept("slot")).value == "ours"
        assert one.do(one.gj.saves.load("slot")).value == "theirs"
        assert not one.said(SaveDelivered)

    def test_a_fresh_save_that_meets_one_is_kept_until_the_next_that_succeeds(
        self, machine: Any, sandbox: Sandbox
    ) -> None:
        other, one = machine("other"), machine()
        other.do(other.gj.saves.save("slot", "theirs"))
        with pytest.raises(SaveConflict):
            one.do(one.gj.saves.save("slot", "ours"))
        assert not one.said(SaveConflicted)
        assert one.do(one.gj.saves.kept("slot")).value == "ours"
        assert one.do(one.gj.saves.load("slot")).value == "theirs"
        one.do(one.gj.saves.save("slot", "both"))
        assert one.do(one.gj.saves.kept("slot")) is None
        assert other.do(other.gj.saves.load("slot")).value == "both"

    def test_an_older_kept_one_goes_when_a_save_that_is_not_durable_succeeds(
        self, machine: Any, sandbox: Sandbox
    ) -> None:
        one = self.conflicted(machine, sandbox)
        one.do(one.gj.saves.load("slot"))
        one.do(one.gj.saves.save("slot", "both", durable=False))
        assert one.files() == []

    def test_one_that_was_asked_to_overwrite_does(self, machine: Any, sandbox: Sandbox) -> None:
        one, other = machine(), machine("other")
        one.save_offline("slot", "ours", overwrite=True)
        sandbox.faults.clear()
        other.until(lambda: other_saved(other))
        one.until_said(SaveDelivered)
        assert other.do(other.gj.saves.load("slot")).value == "ours"

    def test_what_cannot_be_read_in_the_cloud_is_not_overwritten_unasked(self, machine: Any, sandbox: Sandbox) -> None:
        other, one = machine("other"), machine()
        one.save_offline("slot", "ours")
        one.close()
        sandbox.faults.clear()
        other.do(other.gj.data_store.set("save/slot", "nonsense", mine=True))
        again = machine()
        again.until_said(SaveConflicted)
        assert again.said(SaveConflicted) == [SaveConflicted("slot", 0, 0.0)]
        assert again.do(again.gj.saves.kept("slot")).value == "ours"
        again.do(again.gj.saves.save("slot", "ours", overwrite=True))
        assert other.do(other.gj.saves.load("slot")).value == "ours"


def other_saved(other: Machine) -> bool:
    """Save "theirs", unless the service is still being given a rest after an outage."""
    work = other.gj.saves.save("slot", "theirs", overwrite=True, durable=False)
    try:
        work.result(WAIT_S)
    except NetworkError:
        return False
    return True


class TestAnswersThatAreLost:
    def test_one_that_had_arrived_is_no_conflict_and_not_sent_twice(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        one.do(one.gj.saves.save("slot", "one"))
        sandbox.faults.set(Reset(path="*/data-store/set/", applied=True))
        work = one.gj.saves.save("slot", "two")
        one.until(lambda: work.done)
        assert isinstance(work.error, Postponed)
        one.close()
        sandbox.faults.clear()
        again = machine()
        again.until_said(SaveDelivered)
        loaded = again.do(again.gj.saves.load("slot"))
        assert (loaded.value, loaded.generation) == ("two", 2)
        assert again.files() == []

    @pytest.mark.parametrize("fault", [ServerError(status=503), Garbage()])
    def test_a_service_that_is_down_or_a_page_in_its_place(self, machine: Any, sandbox: Sandbox, fault: Any) -> None:
        one = machine()
        one.until(lambda: one.gj.user is not None)
        sandbox.faults.set(fault)
        work = one.gj.saves.save("slot", "x")
        one.until(lambda: work.done)
        assert isinstance(work.error, Postponed)
        sandbox.faults.clear()
        one.until_said(SaveDelivered)
        assert one.do(one.gj.saves.load("slot")).value == "x"


class TestPlayers:
    def test_two_players_do_not_get_each_others(self, machine: Any, sandbox: Sandbox) -> None:
        ada = machine(player="ada")
        ada.save_offline("slot", "ada's")
        ada.close()
        grace = machine(player="grace")
        grace.save_offline("slot", "grace's")
        assert len(grace.files()) == 2
        assert grace.do(grace.gj.saves.kept("slot")).value == "grace's"
        sandbox.faults.clear()
        grace.until_said(SaveDelivered)
        assert grace.do(grace.gj.saves.load("slot")).value == "grace's"
        assert {row["player_id"] for row in sandbox.dump("gamejolt_items")} == {sandbox.player("grace").id}
        grace.sign_in("ada")
        grace.until(lambda: len(grace.said(SaveDelivered)) == 2)
        assert grace.do(grace.gj.saves.load("slot")).value == "ada's"

    def test_a_save_whose_player_leaves_in_the_middle_waits_for_that_player(
        self, machine: Any, sandbox: Sandbox
    ) -> None:
        one = machine()
        work = one.gj.saves.save("slot", random.Random(1).randbytes(4 << 20))
        one.until_said(SaveProgress)
        one.sign_in("grace")
        one.until(lambda: work.done)
        assert isinstance(work.error, Postponed)
        assert "when ada signs in again" in str(work.error)
        assert one.do(one.gj.saves.load("slot")) is None
        one.sign_in("ada")
        one.until_said(SaveDelivered)
        assert len(one.do(one.gj.saves.load("slot")).value) == 4 << 20

    def test_a_refused_token_keeps_it_for_the_next_sign_in(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        one.until(lambda: one.gj.user is not None)
        sandbox.change_token("ada", "renewed")  # else the save goes up with the first one if the refusal comes early
        one.gj.sign_in("ada", "wrong")
        work = one.gj.saves.save("slot", "x")
        one.until(lambda: work.done and one.said(SignInFailed))
        assert isinstance(work.error, Postponed)
        one.gj.sign_in("ada", "renewed")
        one.until_said(SaveDelivered)


class TestEndings:
    def test_closing_in_the_middle_postpones_it(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        value = random.Random(1).randbytes(8 << 20)
        under_way = one.gj.saves.save("slot", value)
        one.until_said(SaveProgress)
        waiting = one.gj.saves.save("slot", "newest")
        one.close()
        for work in (under_way, waiting):
            assert work.done
            assert isinstance(work.error, Postponed)
        again = machine()
        again.until_said(SaveDelivered)
        assert again.do(again.gj.saves.load("slot")).value == "newest"

    def test_a_save_right_before_closing_is_on_disk(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        sandbox.faults.set(Refuse())
        work = one.gj.saves.save("slot", "last words")
        one.close()
        assert isinstance(work.error, Postponed)
        assert one.said(SaveKept) == [SaveKept("slot")]
        sandbox.faults.clear()
        again = machine()
        assert again.do(again.gj.saves.load("slot")).value == "last words"

    @pytest.mark.threads
    def test_closing_is_in_time_however_much_is_yet_to_be_packed(self, machine: Any) -> None:
        one, sizable = machine(), random.Random(1).randbytes(20 << 20)
        started = time.monotonic()
        one.save_offline("how long one takes here", sizable)
        takes = time.monotonic() - started
        for number in range(6):
            one.gj.saves.save(f"slot {number}", sizable)
        started = time.monotonic()
        one.services.close(timeout=0.5)
        assert time.monotonic() - started < 0.5 + 3 * takes

    def test_closing_does_not_wait_for_what_waits_for_the_network(self, machine: Any) -> None:
        one = machine()
        one.save_offline("slot", "x")
        started = time.monotonic()
        one.services.close(timeout=30)
        assert time.monotonic() - started < 10

    @pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
    @pytest.mark.slow
    def test_killed_right_after_it_was_kept(self, machine: Any, sandbox: Sandbox, tmp_path: Path) -> None:
        for number in range(3):
            arguments = [str(tmp_path / "one"), sandbox.gamejolt_url, sandbox.private_key, sandbox.player("ada").token]
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD, *arguments, str(number)], stdout=subprocess.PIPE, text=True
            )
            assert child.stdout is not None
            assert child.stdout.readline() == "kept\n"
            child.kill()
            child.wait(10)
            child.stdout.close()
            one = machine()
            loaded = one.do(one.gj.saves.load("slot"))
            assert loaded.value == {"number": number, "noise": "x" * 1000}
            one.close()
            assert one.files() == []

    def test_cancelling_takes_it_off_the_disk_and_brings_the_older_one_back(
        self, machine: Any, sandbox: Sandbox
    ) -> None:
        one = machine()
        one.save_offline("slot", "older")
        newer = one.gj.saves.save("slot", "newer")
        newer.cancel()
        one.until(lambda: newer.done and len(one.said(SaveKept)) == 2)
        assert isinstance(newer.error, Cancelled)
        assert one.do(one.gj.saves.kept("slot")).value == "older"
        sandbox.faults.clear()
        one.until_said(SaveDelivered)
        fresh = one.gj.saves.save("slot", random.Random(1).randbytes(4 << 20))
        one.until_said(SaveProgress)
        fresh.cancel()
        assert one.do(one.gj.saves.kept("slot")) is None
        assert one.do(one.gj.saves.load("slot")).value == "older"


CHILD = """
import os, sys, time
from pygame_gameservices import GameJolt, SaveKept, ServiceManager
folder, url, key, token, number = sys.argv[1:]
services = ServiceManager("tests", folder=folder)
gj = services.add(GameJolt(1, key, base_url=url, presence=False))
gj.sign_in("ada", token)
gj.saves.load("slot").result(20)
gj.saves.save("slot", {"number": int(number), "noise": "x" * 1000})
while True:
    for happened in services.update():
        if isinstance(happened, SaveKept):
            os.write(1, b"kept\\n")
            time.sleep(60)
"""


class TestDisks:
    def test_one_that_refuses_is_told_and_the_save_goes_up_all_the_same(
        self, machine: Any, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        one = machine()
        (tmp_path / "one" / "saves").write_text("in the way")
        for value in ("first", "second"):
            assert one.do(one.gj.saves.save("slot", value)).value == value
        assert [event.path for event in one.said(OutboxTrouble)] == [str(tmp_path / "one" / "saves")]
        assert not one.said(SaveKept)
        assert "could not be kept" in caplog.text
        assert one.do(one.gj.saves.load("slot")).value == "second"
        assert one.do(one.gj.saves.kept("slot")) is None
        sandbox.faults.set(Refuse())
        work = one.gj.saves.save("slot", "third")
        one.until(lambda: work.done)
        assert isinstance(work.error, NetworkError)

    @pytest.mark.parametrize("damage", [b"", b"nonsense", None])
    def test_a_damaged_file_is_set_aside_and_kept(
        self, machine: Any, sandbox: Sandbox, damage: bytes | None, caplog: pytest.LogCaptureFixture
    ) -> None:
        one = machine()
        one.do(one.gj.saves.save("slot", "old"))
        one.save_offline("slot", "new" * 50_000)
        one.close()
        (path,) = one.files()
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"!" if damage is None else damage)
        sandbox.faults.clear()
        again = machine()
        assert again.do(again.gj.saves.load("slot")).value == "old"
        assert again.do(again.gj.saves.kept("slot")) is None
        assert [one.name.partition(".damaged-")[0] for one in again.files()] == [path.name]
        assert "is damaged" in caplog.text
        again.do(again.gj.saves.save("slot", "goes on"))

    def test_a_save_that_does_not_unpack_is_set_aside_too(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        one.save_offline("slot", "x")
        store = one.gj.saves._courier.store
        kept = store.read("ada", "slot")
        store.write(kept_saves.Kept(kept.about, "bm9uc2Vuc2U"))
        one.close()
        again = machine()
        assert again.do(again.gj.saves.kept("slot")) is None
        assert ".damaged-" in again.files()[0].name

    def test_what_a_killed_game_left_half_written_is_removed_but_not_what_is_being_written(self, machine: Any) -> None:
        one = machine()
        one.save_offline("slot", "x")
        one.close()
        (path,) = one.files()
        left = path.with_name(path.name + ".0123456789abcdef")
        being_written = path.with_name(path.name + ".fedcba9876543210")
        left.write_bytes(b"half")
        with being_written.open("wb") as file:
            assert try_lock(file)
            again = machine()
            again.until(lambda: not left.exists())
            assert again.do(again.gj.saves.kept("slot")) is not None
            assert being_written.exists()
        assert path.exists()


class TestTwoProcesses:
    def test_both_deliver_the_same_save(self, machine: Any, sandbox: Sandbox) -> None:
        one = machine()
        value = random.Random(1).randbytes(2 << 20)
        one.save_offline("slot", value)
        one.close()
        sandbox.faults.clear()
        first, second = machine(), machine()
        loads = [each.gj.saves.load("slot") for each in (first, second)]
        until = time.monotonic() + LONG_S
        while not all(load.done for load in loads):
            assert time.monotonic() < until
            first.look()
            second.look()
            time.sleep(0.001)
        assert [load.value.value == value for load in loads] == [True, True]
        other = machine("other")
        assert other.do(other.gj.saves.load("slot")).value == value
        assert not first.said(SaveConflicted)
        assert not second.said(SaveConflicted)

    def test_a_newer_save_of_another_process_is_not_removed(self, machine: Any, sandbox: Sandbox) -> None:
        one, two = machine(), machine()
        one.save_offline("slot", "older")
        store = one.gj.saves._courier.store
        older = store.read("ada", "slot")
        two.save_offline("slot", "newer")
        assert store.drop("ada", "slot", ids={older.id}) is False
        assert store.flag(older.about, kept_saves.Conflict(1, 1.0)) is False
        assert two.do(two.gj.saves.kept("slot")).value == "newer"


def test_a_save_that_was_kept_for_days_gets_a_new_id_before_it_goes_up(machine: Any, sandbox: Sandbox) -> None:
    """Or another machine would take its pieces for those of a save that broke off, and sweep them up."""
    one = machine()
    one.save_offline("slot", random.Random(1).randbytes(2 << 20))
    store = one.gj.saves._courier.store
    kept = store.read("ada", "slot")
    days_ago = f"{int(time.time()) - 300_000:x}-abc"
    store.renew(kept, days_ago)
    one.close()
    sandbox.faults.clear()
    again = machine()
    again.until_said(SaveDelivered)
    ids = {row["key"].split("/")[2] for row in sandbox.dump("gamejolt_items") if row["key"].count("/") == 3}
    assert len(ids) == 1
    assert days_ago not in ids


def test_deleting_drops_what_is_kept_as_well(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    one.save_offline("slot", "x")
    one.close()
    sandbox.faults.clear()
    other = machine("other")
    other.do(other.gj.saves.save("slot", "theirs"))
    again = machine()
    again.until_said(SaveConflicted)
    assert again.do(again.gj.saves.delete("slot")) is True
    assert again.files() == []
    assert again.do(again.gj.saves.load("slot")) is None


def test_a_load_between_two_saves_does_not_see_the_second(machine: Any) -> None:
    one = machine()
    first = one.gj.saves.save("slot", "first")
    load = one.gj.saves.load("slot")
    second = one.gj.saves.save("slot", "second")
    kept = one.gj.saves.kept("slot")
    one.until(lambda: first.done and load.done and second.done and kept.done)
    assert load.value is not None
    assert load.value.value == "first"
    assert kept.value is None
    assert one.files() == []


def test_not_durable_is_as_it_says(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    sandbox.faults.set(Refuse())
    work = one.gj.saves.save("slot", "x", durable=False)
    one.until(lambda: work.done)
    assert isinstance(work.error, NetworkError)
    assert one.files() == []
    assert not one.said(SaveKept)


def test_it_can_be_awaited(machine: Any, sandbox: Sandbox) -> None:
    one = machine()
    sandbox.faults.set(Refuse())

    async def wait() -> Any:
        with pytest.raises(Postponed):
            await asyncio.wait_for(one.gj.saves.save("slot", "x"), LONG_S)
        return await asyncio.wait_for(one.gj.saves.load("slot"), LONG_S)

    assert asyncio.run(wait()).value == "x"
