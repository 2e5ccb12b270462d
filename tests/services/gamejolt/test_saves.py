"""Cloud saves: whole or not at all, never over another machine's, of any type and size."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest

from pygame_gameservices import CallRejected, Cancelled, GameJolt, Postponed, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Reset
from pygame_gameservices.services.gamejolt import save_format
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, SaveConflict, SaveDamaged
from pygame_gameservices.services.gamejolt.events import SaveProgress
from pygame_gameservices.services.gamejolt.saves import Save
from tests import save_kill
from tests.conftest import WAIT_S, run_until, settle
from tests.lateness import cost_of
from tests.services.gamejolt.waiting import until_said

MEGABYTE = 1 << 20


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that cannot be compressed."""
    return random.Random(seed).randbytes(size)


@pytest.fixture
def other(ada: GameJolt, sandbox: Sandbox) -> Iterator[GameJolt]:
    """Another machine of the same player."""
    with ServiceManager("other machine") as services:
        gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        gj.sign_in("ada", sandbox.player("ada").token)
        run_until(services, lambda: gj.user is not None)
        yield gj


def do(work: Any) -> Any:
    """Run frames of the manager behind `work` until it is done, and return its value or raise its error."""
    return work.result(WAIT_S)


@pytest.mark.parametrize(
    "value", ["text 日本", b"\x00\xff", 42, 0.5, True, {"level": 3, "lights": [1, 2]}, None, b"", "x" * 200_000]
)
def test_what_was_saved_is_loaded(ada: GameJolt, services: ServiceManager, value: Any) -> None:
    saved = ada.saves.save("slot 1", value)
    settle(services, saved)
    loaded = ada.saves.load("slot 1")
    settle(services, loaded)
    assert loaded.value is not None
    assert (loaded.value.value, type(loaded.value.value)) == (value, type(value))
    assert loaded.value == saved.value


def test_a_small_save_is_one_key(ada: GameJolt) -> None:
    do(ada.saves.save("slot", {"level": 1}))
    do(ada.saves.save("slot", {"level": 2}))
    assert ada.data_store.get_keys(mine=True).result(WAIT_S) == ("save/slot",)


def test_a_large_save_travels_in_pieces_and_says_how_far_it_is(
    ada: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    value = noise(3 * MEGABYTE)
    saved = ada.saves.save("big", value)
    happened = settle(services, saved)
    progress = [(e.done, e.of) for e in happened if isinstance(e, SaveProgress) and e.doing == "save"]
    assert len(progress) == 5
    assert progress == sorted(progress)
    assert progress[-1][0] == progress[-1][1]
    sizes = [len(row["data"]) for row in sandbox.dump("gamejolt_items")]
    assert max(sizes) <= MEGABYTE
    loaded = ada.saves.load("big")
    happened = settle(services, loaded)
    assert loaded.value is not None
    assert loaded.value.value == value
    assert [e.doing for e in happened if isinstance(e, SaveProgress)] == ["load"] * 5


@pytest.mark.threads
@pytest.mark.slow
def test_beyond_the_16_megabytes_of_one_key(ada: GameJolt, services: ServiceManager) -> None:
    value = noise(17 * MEGABYTE)
    saved, started = ada.saves.save("huge", value), monotonic()
    worst = 0.0
    while not saved.done:
        worst = max(worst, cost_of(services.update).own_s)
        assert monotonic() - started < 120
    assert saved.error is None
    loaded = ada.saves.load("huge")
    run_until(services, lambda: loaded.done, timeout=120)
    assert loaded.value is not None
    assert loaded.value.value == value
    assert worst < 0.25, f"a frame was held up for {worst * 1000:.0f} ms"


def test_old_pieces_are_removed_after_the_switch(ada: GameJolt, services: ServiceManager) -> None:
    do(ada.saves.save("slot", noise(2 * MEGABYTE)))
    do(ada.saves.save("slot", "small now"))
    run_until(services, lambda: not services._completion.open)
    assert ada.data_store.get_keys(mine=True).result(WAIT_S) == ("save/slot",)


class TestConflicts:
    def test_another_machine_saved_meanwhile(self, ada: GameJolt, other: GameJolt) -> None:
        do(ada.saves.save("slot", "one"))
        assert do(other.saves.load("slot")).value == "one"
        do(other.saves.save("slot", "two"))
        with pytest.raises(SaveConflict) as caught:
            do(ada.saves.save("slot", "three"))
        assert (caught.value.slot, caught.value.generation) == ("slot", 2)
        assert do(ada.saves.load("slot")).value == "two"
        do(ada.saves.save("slot", "three"))
        assert do(other.saves.load("slot")).value == "three"

    def test_it_can_be_overruled(self, ada: GameJolt, other: GameJolt) -> None:
        do(ada.saves.save("slot", "one"))
        with pytest.raises(SaveConflict):
            do(other.saves.save("slot", "never looked"))
        saved: Save = do(other.saves.save("slot", "anyway", overwrite=True))
        assert saved.generation == 2
        assert do(ada.saves.load("slot")).value == "anyway"

    def test_a_switch_during_a_long_upload_is_noticed(
        self, ada: GameJolt, other: GameJolt, services: ServiceManager
    ) -> None:
        do(ada.saves.save("slot", "one"))
        do(other.saves.load("slot"))
        long = ada.saves.save("slot", noise(3 * MEGABYTE))
        until_said(services, SaveProgress)
        do(other.saves.save("slot", "two"))
        settle(services, long)
        assert isinstance(long.error, SaveConflict)
        assert do(ada.saves.load("slot")).value == "two"
        run_until(services, lambda: not services._completion.open)
        assert ada.data_store.get_keys(mine=True).result(WAIT_S) == ("save/slot",)

    def test_a_save_whose_answer_was_lost_is_still_ours(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        do(ada.saves.save("slot", "one"))
        sandbox.faults.set(Reset(path="*/data-store/set/", applied=True))
        second = ada.saves.save("slot", "two")
        run_until(services, lambda: second.done, timeout=60)
        sandbox.faults.clear()
        assert second.error is not None
        run_until(services, lambda: do_quietly(ada) is not None, timeout=60)
        assert do(ada.saves.load("slot")).value == "three"


def do_quietly(gj: GameJolt) -> Save | None:
    """Save, unless the service is still being given a rest after an outage."""
    try:
        return do(gj.saves.save("slot", "three"))  # type: ignore[no-any-return]
    except Postponed:
        return None


class TestTrouble:
    def test_a_missing_piece_and_an_altered_one_are_found(self, ada: GameJolt) -> None:
        do(ada.saves.save("slot", noise(2 * MEGABYTE)))
        keys = [key for key in ada.data_store.get_keys(mine=True).result(WAIT_S) if key.endswith("/1")]
        piece = ada.data_store.fetch(keys[0], mine=True).result(WAIT_S)
        assert piece is not None
        ada.data_store.set(keys[0], "A" + piece[1:], mine=True, durable=False).result(WAIT_S)
        with pytest.raises(SaveDamaged):
            do(ada.saves.load("slot"))
        ada.data_store.set(keys[0], piece[:-1], mine=True, durable=False).result(WAIT_S)
        with pytest.raises(SaveDamaged):
            do(ada.saves.load("slot"))
        ada.data_store.remove(keys[0], mine=True, durable=False).result(WAIT_S)
        with pytest.raises(SaveDamaged):
            do(ada.saves.load("slot"))

    def test_a_manifest_that_lies_about_its_size_makes_no_bomb(self, ada: GameJolt) -> None:
        packed = save_format.pack(b"\x00" * (8 * MEGABYTE), None)
        lie = save_format.encode_manifest(packed.manifest).replace(f'"size":{8 * MEGABYTE}', '"size":10')
        ada.data_store.set("save/slot", lie, mine=True, durable=False).result(WAIT_S)
        with pytest.raises(SaveDamaged):
            do(ada.saves.load("slot"))

    @pytest.mark.parametrize("kept", ["no manifest", '{"version":1}'])
    def test_a_slot_that_holds_nonsense_can_be_overwritten_and_deleted(self, ada: GameJolt, kept: str) -> None:
        for repair in (lambda: ada.saves.save("slot", "new", overwrite=True), lambda: ada.saves.delete("slot")):
            ada.data_store.set("save/slot", kept, mine=True, durable=False).result(WAIT_S)
            for work in (ada.saves.load("slot"), ada.saves.save("slot", "mine")):
                with pytest.raises(SaveDamaged):
                    do(work)
            assert do(repair())
            do(ada.saves.load("slot"))

    def test_a_save_of_a_later_version_is_not_overwritten_unasked(self, ada: GameJolt) -> None:
        later = save_format.encode_manifest(save_format.pack("x", None).manifest).replace('"version":1', '"version":2')
        ada.data_store.set("save/slot", later, mine=True, durable=False).result(WAIT_S)
        for work in (ada.saves.load("slot"), ada.saves.save("slot", "mine")):
            with pytest.raises(SaveDamaged, match="version 1"):
                do(work)
        do(ada.saves.save("slot", "mine", overwrite=True))
        assert do(ada.saves.load("slot")).value == "mine"

    def test_nobody_signed_in(self, gj: GameJolt, services: ServiceManager, caplog: pytest.LogCaptureFixture) -> None:
        works = (gj.saves.save("slot", "x"), gj.saves.load("slot"), gj.saves.delete("slot"))
        happened = run_until(services, lambda: all(work.done for work in works))
        for work in works:
            with pytest.raises(NotSignedIn):
                do(work)
        told = [event.call.operation.name for event in happened if isinstance(event, CallRejected)]
        assert told == ["saves.save slot", "saves.load slot", "saves.delete slot"]
        assert "saves.save slot: nobody is signed in" in caplog.text

    def test_signing_out_in_the_middle_writes_nothing_into_the_next_players_store(
        self, ada: GameJolt, services: ServiceManager, sandbox: Sandbox
    ) -> None:
        saving = ada.saves.save("slot", noise(4 * MEGABYTE))
        until_said(services, SaveProgress)
        ada.sign_in("grace", sandbox.player("grace").token)
        settle(services, saving)
        assert isinstance(saving.error, Postponed)
        assert {row["player_id"] for row in sandbox.dump("gamejolt_items")} == {sandbox.player("ada").id}

    def test_what_cannot_be_saved_is_told_at_once(self, ada: GameJolt) -> None:
        with pytest.raises(UsageError, match="set cannot be kept"):
            ada.saves.save("slot", {1, 2})
        with pytest.raises(UsageError, match="slot is empty"):
            ada.saves.save("", 1)


def test_saves_of_one_slot_keep_their_order(ada: GameJolt, services: ServiceManager) -> None:
    works = [ada.saves.save("slot", noise(MEGABYTE, seed=n) if n % 2 else f"{n}") for n in range(6)]
    last = ada.saves.load("slot")
    settle(services, *works, last)
    assert [work.error for work in works] == [None] * 6
    assert last.value is not None
    assert (last.value.generation, last.value.value) == (6, noise(MEGABYTE, seed=5))


def test_taking_one_back_takes_back_no_earlier_one(ada: GameJolt, services: ServiceManager) -> None:
    first, second, third = (ada.saves.save("slot", n) for n in range(3))
    second.cancel()
    settle(services, first, second, third)
    assert (first.error, type(second.error), third.error) == (None, Cancelled, None)
    loaded = do(ada.saves.load("slot"))
    assert (loaded.generation, loaded.value) == (2, 2)


def test_the_last_of_many_can_be_waited_for(ada: GameJolt) -> None:
    works = [ada.saves.save("slot", n) for n in range(3)]
    assert do(works[-1]).generation == 3
    ada.saves.save("slot", noise(3 * MEGABYTE))
    last = ada.saves.load("slot")

    async def wait() -> Any:
        return await asyncio.wait_for(last, WAIT_S)

    assert asyncio.run(wait()).generation == 4


def test_slots_and_deleting(ada: GameJolt, services: ServiceManager) -> None:
    do(ada.saves.save("one/two * %", noise(MEGABYTE)))
    do(ada.saves.save("three", 3))
    assert do(ada.saves.slots()) == ("one/two * %", "three")
    assert do(ada.saves.delete("one/two * %")) is True
    assert do(ada.saves.delete("one/two * %")) is False
    assert do(ada.saves.load("one/two * %")) is None
    run_until(services, lambda: not services._completion.open)
    assert ada.data_store.get_keys(mine=True).result(WAIT_S) == ("save/three",)


def test_pieces_that_a_crash_left_are_swept_up_a_day_later(ada: GameJolt, services: ServiceManager) -> None:
    yesterday = f"{int(save_format.time()) - 90_000:x}-abc"
    just_now = f"{int(save_format.time()):x}-abc"
    for save_id in (yesterday, just_now):
        ada.data_store.set(f"save/slot/{save_id}/0", "piece", mine=True, durable=False).result(WAIT_S)
    do(ada.saves.save("slot", 1))
    run_until(services, lambda: not services._completion.open)
    assert ada.data_store.get_keys(mine=True).result(WAIT_S) == ("save/slot", f"save/slot/{just_now}/0")


@pytest.mark.slow
def test_killed_in_the_middle_the_old_save_is_whole() -> None:
    result = save_kill.run(rounds=3, seed=7)
    assert result["torn"] == 0
    assert result["old"] + result["new"] == 3
