"""Calls that wait travel together, in order, each with its own outcome, and the game sees none of it."""

from __future__ import annotations

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import WAIT_S, settle


def test_a_frame_full_of_calls_travels_in_a_few_requests(
    ada: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    sandbox.clear_journal()
    calls = [ada.scores.add(f"{n} points", n) for n in range(10_000, 10_200)]
    settle(services, *calls)
    assert all(call.value is True for call in calls)
    assert sandbox.request_count() <= 12
    stored = [row["sort"] for row in sandbox.dump("gamejolt_scores")]
    assert all(stored.count(n) == 1 for n in range(10_000, 10_200))


def test_a_lone_call_travels_alone_and_at_once(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    settle(services, ada.trophies.fetch())
    sandbox.clear_journal()
    settle(services, ada.trophies.add_achieved(1))
    paths = [entry["path"] for entry in sandbox.journal()]
    assert [path for path in paths if "batch" in path] == []
    assert paths[0].endswith("/trophies/add-achieved/")


def test_order_is_kept_and_outcomes_do_not_mix(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    calls = []
    for n in range(40):
        calls += [
            ada.data_store.set("k", f"value {n} & #é+%"),
            ada.data_store.fetch("k"),
            ada.trophies.add_achieved(999),
            ada.scores.tables(),
        ]
    settle(services, *calls)
    assert [call.value for call in calls[1::4]] == [f"value {n} & #é+%" for n in range(40)]
    assert {call.outcome for call in calls[2::4]} == {"rejected"}
    assert {call.outcome for call in calls[0::4] + calls[3::4]} == {"succeeded"}


def test_equal_reads_of_one_frame_are_one_request(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    gj.time.fetch().result(WAIT_S)
    sandbox.clear_journal()
    settle(services, *(gj.users.fetch("ada") for _ in range(50)))
    assert sandbox.request_count() <= 2


def test_a_large_value_does_not_share_a_request(gj: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    large = "x" * 300_000
    calls = [gj.data_store.set(f"k{n}", large if n == 5 else "small") for n in range(10)]
    settle(services, *calls)
    assert gj.data_store.fetch("k5").result(WAIT_S) == large
    alone = [e for e in sandbox.journal() if e["path"].endswith("/data-store/set/")]
    assert len(alone) >= 1
