"""Each write is carried out once, however often it comes, and whatever gets lost on the way."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.sandbox import Hang, Latency, Reset, Sandbox
from tests.conftest import settle
from tests.relay.conftest import Relays, client
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id


def sorts(sandbox: Sandbox) -> Counter[int]:
    return Counter(row["sort"] for row in sandbox.dump("gamejolt_scores"))


@pytest.fixture
def ada(relay: RunningRelay, sandbox: Sandbox) -> Raw:
    return Raw(relay, sandbox.game_id, "ada", sandbox.player("ada").token)


@pytest.fixture
def anybody(relay: RunningRelay, sandbox: Sandbox) -> Raw:
    return Raw(relay, sandbox.game_id)


def test_a_repeated_write_is_answered_from_the_notes(ada: Raw, sandbox: Sandbox) -> None:
    add = {"score": "31", "sort": 31, "write_id": new_id()}
    assert [ada.said("scores/add", **add) for _ in range(3)] == ["yes"] * 3
    assert sorts(sandbox)[31] == 1
    assert ada.said("scores/add", **{**add, "write_id": new_id()}) == "yes"
    assert sorts(sandbox)[31] == 2, "another id is another write"


def test_an_id_stands_for_one_write_of_one_player(ada: Raw, relay: RunningRelay, sandbox: Sandbox) -> None:
    used = new_id()
    assert ada.said("scores/add", score="31", sort=31, write_id=used) == "yes"
    assert "another write" in ada.said("scores/add", score="32", sort=32, write_id=used)
    grace = Raw(relay, sandbox.game_id, "grace", sandbox.player("grace").token)
    assert grace.said("scores/add", score="31", sort=31, write_id=used) == "yes"
    assert sorts(sandbox)[31] == 2


def test_what_the_service_refused_may_come_again(ada: Raw, sandbox: Sandbox) -> None:
    add = {"trophy_id": 424_242, "write_id": new_id()}
    assert ada.said("trophies/add-achieved", **add) == ada.said("trophies/add-achieved", **add) != "yes"


def test_duplicates_at_the_same_time_wait_for_the_first(ada: Raw, sandbox: Sandbox) -> None:
    ada.said("scores/add", score="1", sort=1, write_id=new_id())  # the player is known from now on
    sandbox.faults.add(Latency(seconds=0.3))
    add = {"score": "32", "sort": 32, "write_id": new_id()}
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(ada.said("scores/add", **add))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["yes"] * 8
    assert sorts(sandbox)[32] == 1


@pytest.mark.parametrize("applied", [True, False])
def test_a_lost_answer_behind_the_relay_is_looked_up(ada: Raw, sandbox: Sandbox, applied: bool) -> None:
    assert ada.said("data-store/set", key="n", data="10", write_id=new_id()) == "yes"
    sandbox.faults.add(Reset(applied=applied, path="*/scores/add/*", count=1))
    sandbox.faults.add(Reset(applied=applied, path="*/data-store/update/*", count=1))
    assert ada.said("scores/add", score="33", sort=33, write_id=new_id()) == "yes"
    assert sorts(sandbox)[33] == 1
    update = {"key": "n", "operation": "add", "value": 5, "write_id": new_id()}
    assert ada.call("data-store/update", **update)["data"] == "15"
    assert ada.call("data-store/update", **update)["data"] == "15"
    assert ada.call("data-store", key="n")["data"] == "15"


@pytest.mark.parametrize("applied", [True, False])
def test_of_two_equal_scores_the_second_is_not_taken_for_the_first(
    anybody: Raw, sandbox: Sandbox, applied: bool
) -> None:
    add = {"score": "34", "sort": 34, "guest": "Twin"}
    assert anybody.said("scores/add", **add, write_id=new_id()) == "yes"
    sandbox.faults.add(Reset(applied=applied, path="*/scores/add/*", count=1))
    assert anybody.said("scores/add", **add, write_id=new_id()) == "yes"
    assert sorts(sandbox)[34] == 2


@pytest.mark.parametrize("applied", [True, False])
def test_a_relay_that_was_killed_looks_up_what_it_had_sent(relays: Relays, sandbox: Sandbox, applied: bool) -> None:
    relay = relays()
    anybody = Raw(relay, sandbox.game_id)
    anybody.said("scores/add", score="1", sort=1, guest="Me", write_id=new_id())
    sandbox.faults.add(Hang(applied=applied, path="*/scores/add/*", count=1))
    add = {"score": "35", "sort": 35, "guest": "Me", "write_id": new_id()}
    before = sandbox.request_count()
    asking = threading.Thread(target=lambda: _quietly(lambda: anybody.ask("scores/add", **add)))
    asking.start()
    wait_until(lambda: sandbox.request_count() > before)
    relay.kill()
    asking.join()
    relay.start()
    _expire_claims(relay)
    assert anybody.said("scores/add", **add) == "yes"
    assert sorts(sandbox)[35] == 1


def _expire_claims(relay: RunningRelay) -> None:
    """Let time pass for the notes alone: half a minute in which the service could have been about it."""
    relay.query("UPDATE notes SET until = until - 60, sent = sent - 1 WHERE state = 'sent'")


def _quietly(function: Callable[[], Any]) -> None:
    with contextlib.suppress(OSError):
        function()


def test_a_value_left_in_doubt_by_another_is_looked_up_when_it_is_in_the_way(relays: Relays, sandbox: Sandbox) -> None:
    relay = relays()
    anybody = Raw(relay, sandbox.game_id)
    assert anybody.said("data-store/set", key="shared", data="1", write_id=new_id()) == "yes"
    sandbox.faults.add(Hang(applied=True, path="*/data-store/update/*", count=1))
    update = {"key": "shared", "operation": "add", "value": 1}
    before = sandbox.request_count()
    asking = threading.Thread(
        target=lambda: _quietly(lambda: anybody.ask("data-store/update", **update, write_id=new_id()))
    )
    asking.start()
    wait_until(lambda: sandbox.request_count() > before + 1)
    relay.kill()
    asking.join()
    relay.start()
    _expire_claims(relay)
    assert anybody.call("data-store/update", **update, write_id=new_id())["data"] == "3"


def test_lost_answers_on_both_sides_lose_and_double_nothing(
    relayed_ada: GameJolt, services: ServiceManager, relay: RunningRelay, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Reset(applied=True, probability=0.15, path="/gamejolt/*"))
    sandbox.faults.add(Reset(applied=False, probability=0.15, path="/gamejolt/*"))
    calls = [relayed_ada.scores.add(f"{n}", n) for n in range(5000, 5030)]
    calls += [relayed_ada.scores.add("same", 6000) for _ in range(5)]
    settle(services, relayed_ada.data_store.set("total", "0"))
    updates = [relayed_ada.data_store.update("total", "add", 1) for _ in range(5)]
    settle(services, *calls, *updates)
    assert [call.outcome for call in [*calls, *updates]] == ["succeeded"] * 40
    stored = sorts(sandbox)
    assert [stored[n] for n in range(5000, 5030)] == [1] * 30
    assert stored[6000] == 5
    sandbox.faults.clear()
    total = relayed_ada.data_store.fetch("total")
    settle(services, total)
    assert total.value == "5"


def test_a_write_has_one_id_over_restarts_of_the_game(relays: Relays, sandbox: Sandbox) -> None:
    relay = relays()
    with ServiceManager("tests") as first:
        gj = client(first, relay, sandbox)
        relay.kill()
        call = gj.scores.add("36", 36, guest="Me")
        wait_until(lambda: first.update() or call.durable)
    named = call.operation.id
    assert len(named) == 32
    relay.start()
    with ServiceManager("tests") as second:
        client(second, relay, sandbox)
        wait_until(lambda: second.update() or sorts(sandbox)[36])
        wait_until(lambda: second.update() or second.undelivered == 0)
    assert relay.query("SELECT id, state FROM notes") == [(named, "done")]
