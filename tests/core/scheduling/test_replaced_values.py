"""A value that a newer one replaced is not lost when the newer one is cancelled or refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager, WentOffline
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.errors import Cancelled, Forbidden, NetworkError, OutcomeUnknown, ServiceUnavailable
from pygame_gameservices.sandbox import Fault, Latency, Refuse, Reset, Sandbox, Stall
from tests.conftest import WAIT_S, run_until, settle
from tests.core.by_hand import ByHand, Kind, error_of
from tests.core.outbox.test_equal_scores import dies
from tests.core.outbox.test_outbox import Game, entries

KEY: dict[str, Any] = {"lane": "k", "durable": True, "latest_wins": True}
SET = "*/data-store/set/"


def put(hand: ByHand, value: str, name: str = "set") -> Call[Any]:
    return hand.call(name, Kind.IDEMPOTENT, arguments={"v": value}, **KEY)


def loaded(hand: ByHand, value: str, entry: int) -> Call[Any]:
    """An earlier run's value, read from disk just now."""
    operation = Operation(service="game", name="set", kind=Kind.IDEMPOTENT, arguments={"v": value}, **KEY)
    call = hand.load(operation, entry)
    hand.turn()
    return call


def is_sent_once(hand: ByHand, call: Call[Any]) -> None:
    """It is under way, alone; once it is answered nothing else is sent."""
    assert sent(hand) == [call.operation.arguments["v"]]
    hand.answer("kept")
    hand.wait(100)
    assert not hand.jobs
    assert call.outcome_now() == ("kept", None)


def sent(hand: ByHand) -> list[str]:
    return [operation.arguments["v"] for job in hand.jobs for operation in job.operations]


def lost() -> NetworkError:
    return NetworkError("gone", sent=True)


def test_the_older_one_is_sent_when_the_newer_one_is_cancelled() -> None:
    hand = ByHand()
    put(hand, "busy")
    one, two = put(hand, "1"), put(hand, "2")
    two.cancel()
    hand.answer("first")
    assert sent(hand) == ["1"]
    hand.answer("kept")
    assert one.outcome_now() == ("kept", None)
    assert isinstance(error_of(two), Cancelled)


def test_the_older_one_is_sent_when_the_newer_one_is_refused() -> None:
    hand = ByHand()
    put(hand, "busy")
    one, two = put(hand, "1"), put(hand, "2")
    hand.answer("first")
    hand.answer(Forbidden("too large"))
    assert sent(hand) == ["1"]
    hand.answer("kept")
    assert one.outcome_now() == ("kept", None)
    assert isinstance(error_of(two), Forbidden)


def test_those_before_it_end_as_the_one_that_is_sent_does() -> None:
    hand = ByHand()
    put(hand, "busy")
    zero, one, two = put(hand, "0"), put(hand, "1"), put(hand, "2")
    two.cancel()
    hand.answer("first")
    assert sent(hand) == ["1"]
    assert not zero.settled
    hand.answer("kept")
    assert zero.outcome_now() == one.outcome_now() == ("kept", None)


def test_the_next_one_takes_the_place_of_one_that_was_brought_back() -> None:
    hand = ByHand()
    put(hand, "busy")
    one, two = put(hand, "1"), put(hand, "2")
    two.cancel()
    hand.turn()
    three = put(hand, "3")
    hand.answer("first")
    assert sent(hand) == ["3"]
    hand.answer("kept")
    hand.wait(100)
    assert not hand.jobs
    assert one.outcome_now() == three.outcome_now() == ("kept", None)


def test_one_that_waits_for_its_retry_is_sent_once() -> None:
    hand = ByHand()
    one = put(hand, "1")
    hand.answer(ServiceUnavailable("not now"))
    put(hand, "2").cancel()
    hand.wait(3)
    is_sent_once(hand, one)


def test_one_that_waited_for_its_retry_when_it_was_passed_over_is_sent_once() -> None:
    hand = ByHand()
    one = put(hand, "1")
    hand.answer(ServiceUnavailable("not now"))
    put(hand, "2")
    hand.wait(3)
    assert sent(hand) == ["2"]
    hand.answer(Forbidden("too large"))
    hand.wait(3)
    is_sent_once(hand, one)


def test_order_is_kept_among_what_came_since() -> None:
    hand = ByHand()
    put(hand, "busy")
    put(hand, "1")
    two = put(hand, "2")
    hand.call("remove", Kind.IDEMPOTENT, arguments={"v": "gone"}, **KEY)
    two.cancel()
    for value in ("busy", "1", "gone"):
        assert sent(hand) == [value]
        hand.answer("done")
    assert not hand.jobs


def test_one_that_came_while_the_refused_one_was_under_way_goes_last() -> None:
    hand = ByHand()
    put(hand, "busy")
    put(hand, "1")
    put(hand, "2")
    hand.answer("first")
    put(hand, "3")
    hand.answer(Forbidden("too large"))
    for value in ("1", "3"):
        assert sent(hand) == [value]
        hand.answer("done")
    assert not hand.jobs


@pytest.mark.parametrize("ends", ["succeeds", "is in doubt"])
def test_nothing_is_sent_behind_one_that_was_or_may_have_been_applied(ends: str) -> None:
    hand = ByHand()
    put(hand, "busy")
    one = put(hand, "1")
    two = put(hand, "2")
    hand.answer("first")
    if ends == "succeeds":
        hand.answer("kept")
    else:
        hand.fail(lost())
        two.cancel()
        assert isinstance(error_of(two), OutcomeUnknown)
    hand.wait(100)
    assert not hand.jobs
    assert one.settled


def not_kept(hand: ByHand, value: str) -> Call[Any]:
    return hand.call("set", Kind.IDEMPOTENT, arguments={"v": value}, **{**KEY, "durable": False})


def test_it_does_not_come_behind_one_that_is_not_kept_on_disk_and_was_sent_since() -> None:
    hand = ByHand()
    put(hand, "busy")
    put(hand, "1")
    not_kept(hand, "x")
    put(hand, "2")
    hand.answer("first")
    assert sent(hand) == ["x"]
    hand.answer("done")
    assert sent(hand) == ["2"]
    hand.answer(Forbidden("too large"))
    hand.wait(10)
    assert not hand.jobs


def test_nor_behind_one_that_is_under_way() -> None:
    hand = ByHand()
    put(hand, "busy")
    one = put(hand, "1")
    not_kept(hand, "x")
    two = put(hand, "2")
    hand.answer("first")
    assert sent(hand) == ["x"]
    two.cancel()
    hand.answer("done")
    hand.wait(10)
    assert not hand.jobs
    assert isinstance(error_of(one), Cancelled)


def test_it_comes_before_one_that_is_not_kept_on_disk_and_is_yet_to_be_sent() -> None:
    hand = ByHand()
    put(hand, "busy")
    put(hand, "1")
    not_kept(hand, "x")
    put(hand, "2").cancel()
    for value in ("busy", "1", "x"):
        assert sent(hand) == [value]
        hand.answer("done")
    assert not hand.jobs


def test_the_lane_goes_on_when_a_loaded_value_replaced_one_that_waited_for_its_retry() -> None:
    hand = ByHand()
    loaded(hand, "1", 1)
    hand.answer(ServiceUnavailable("not now"))
    loaded(hand, "2", 2)
    hand.call("get", arguments={"v": "read"}, lane="k", deadline_s=1000)
    for value in ("2", "read"):
        hand.wait(5)
        assert sent(hand) == [value]
        hand.answer("done")


def test_one_that_was_cancelled_itself_is_not_brought_back() -> None:
    hand = ByHand()
    put(hand, "busy")
    one, two = put(hand, "1"), put(hand, "2")
    one.cancel()
    two.cancel()
    hand.answer("first")
    hand.wait(10)
    assert not hand.jobs
    assert isinstance(error_of(one), Cancelled)


def test_an_earlier_runs_value_that_is_loaded_late_is_sent_if_the_newer_one_is_refused() -> None:
    hand = ByHand()
    put(hand, "2")
    late = loaded(hand, "1", 1)
    assert sent(hand) == ["2"]
    hand.answer(Forbidden("too large"))
    assert sent(hand) == ["1"]
    hand.answer("kept")
    assert late.outcome_now() == ("kept", None)


def test_an_earlier_runs_value_is_not_sent_behind_a_newer_one_that_is_updated_since() -> None:
    hand = ByHand()
    put(hand, "2")
    hand.call("update", Kind.IDEMPOTENT, arguments={"v": "3"}, lane="k", durable=True)
    loaded(hand, "1", 1)
    assert sent(hand) == ["2"]
    hand.answer("kept")
    assert sent(hand) == ["3"]
    hand.answer("kept")
    hand.wait(100)
    assert not hand.jobs


def test_nor_behind_one_that_an_earlier_run_sent_and_that_is_refused_now() -> None:
    hand = ByHand()
    operation = Operation(service="game", name="set", kind=Kind.IDEMPOTENT, arguments={"v": "1"}, **KEY)
    older, newer = hand.load(operation, 1), hand.load(operation, 2, attempted_at=1.0, in_doubt=True)
    hand.turn()
    assert len(hand.jobs) == 1, "it is just sent again: twice is the same as once"
    hand.answer(Forbidden("too large"))
    hand.wait(100)
    assert not hand.jobs
    assert isinstance(error_of(older), OutcomeUnknown)
    assert isinstance(error_of(newer), OutcomeUnknown)


@pytest.mark.parametrize("fault", [Reset(path=SET, applied=True), Stall(path=SET, applied=True)], ids=lambda f: f.kind)
def test_the_disk_knows_what_may_have_arrived(sandbox: Sandbox, tmp_path: Path, fault: Fault) -> None:
    """Whether it waits for its next attempt when the game closes, or is broken off then."""
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(fault)
    game.gj.data_store.set("k", "1")
    game.until(lambda: sandbox.dump("gamejolt_items"))
    game.services.close(timeout=0.5)
    until = time.monotonic() + WAIT_S
    while [entry.state for entry in entries(tmp_path)] != ["in flight"]:  # the disk may be slower than closing waits
        assert time.monotonic() < until
        time.sleep(0.01)
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services.undelivered == 0)
    assert value(game, "k") == "1"
    game.services.close()
    assert entries(tmp_path) == []


def test_one_that_may_have_arrived_and_was_cancelled_leaves_the_disk(sandbox: Sandbox, tmp_path: Path) -> None:
    """Alone there, it would overwrite the newer one in the next run."""
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Reset(path=SET, applied=True))
    one = game.gj.data_store.set("k", "1")
    game.until(lambda: any(isinstance(event, WentOffline) for event in game.services.update()))
    two = game.gj.data_store.set("k", "2")
    game.until(lambda: two.durable)
    one.cancel()
    game.until(lambda: one.done)
    assert isinstance(one.error, OutcomeUnknown)
    sandbox.faults.clear()
    game.until(lambda: two.done)
    game.services.close()
    assert entries(tmp_path) == []


def value(game: Game, key: str, **how: Any) -> Any:
    found = game.gj.data_store.fetch(key, **how)
    settle(game.services, found)
    return found.value


def test_on_disk_as_well(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = [game.gj.data_store.set("k", text) for text in "123"]
    game.until(lambda: all(call.durable for call in calls))
    game.until(lambda: calls[2].cancel() or calls[2].done)  # not while an attempt is under way
    sandbox.faults.clear()
    game.until(lambda: calls[0].done and calls[1].done)
    assert value(game, "k") == "2"
    game.services.close()
    assert entries(tmp_path) == []


def test_it_outlives_the_game(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = [game.gj.data_store.set("k", text) for text in "1234"]
    game.until(lambda: all(call.durable for call in calls))
    assert [entry.operation.arguments["data"] for entry in entries(tmp_path)] == ["3", "4"]
    dies(game)
    sandbox.faults.clear()
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.services.undelivered == 0)
    assert value(game, "k") == "4"
    game.services.close()
    assert entries(tmp_path) == []


def test_a_newer_value_that_is_delivered_leaves_nothing_that_could_overwrite_it(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    sandbox.faults.set(Latency(0.3, path=SET))
    calls = [game.gj.data_store.set("k", str(number)) for number in range(20)]
    game.until(lambda: all(call.done for call in calls))
    assert value(game, "k") == "19"
    game.services.close()
    assert entries(tmp_path) == []


def test_it_waits_for_whoever_signs_in_first(sandbox: Sandbox, tmp_path: Path) -> None:
    services = ServiceManager("tests", folder=tmp_path)
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    one = gj.data_store.set("k", "1", mine=True)
    two = gj.data_store.set("k", "2", mine=True)
    kept = gj.data_store.set("other", "1", mine=True)
    last = gj.data_store.set("other", "2", mine=True)
    run_until(services, lambda: last.durable)
    two.cancel()
    run_until(services, lambda: two.done)
    gj.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: one.done and kept.done)
    assert one.outcome == kept.outcome == "succeeded"
    found = [gj.data_store.fetch(key, mine=True) for key in ("k", "other")]
    settle(services, *found)
    assert [call.value for call in found] == ["1", "2"]
    services.close()
    assert entries(tmp_path) == []


def test_many_replaced_values_of_earlier_runs_do_not_hold_up_what_waits_for_them(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """More of them than are in memory at once, each with a newer value that may only go when all have been loaded."""
    sandbox.faults.set(Refuse())
    game = Game(sandbox, tmp_path)
    calls = [game.gj.data_store.set(f"k{number}", "old", mine=True) for number in range(1200)]
    game.until(lambda: all(call.durable for call in calls))
    game.services.close(timeout=0.2)
    game = Game(sandbox, tmp_path)
    time.sleep(0.5)
    calls = [game.gj.data_store.set(f"k{number}", "new", mine=True) for number in range(1200)]
    game.until(lambda: all(call.durable for call in calls))
    sandbox.faults.clear()
    game.until(lambda: game.services.undelivered == 0, 60)
    assert {row["data"] for row in sandbox.dump("gamejolt_items")} == {"new"}
    game.services.close()
    assert entries(tmp_path) == []
