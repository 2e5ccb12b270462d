"""Calls go through a relay that holds the key, and come back as the service answers them."""

from __future__ import annotations

import pytest

from pygame_gameservices import GameJolt, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import settle
from tests.relay.conftest import Relays, client


def test_everything_a_game_does_goes_through(relayed_ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    gj = relayed_ada
    calls = [
        gj.scores.add("500 points", 500),
        gj.trophies.add_achieved(1),
        gj.data_store.set("key", "value with & and = and ü", mine=True),
        gj.data_store.set("count", "5"),
    ]
    settle(services, *calls)
    assert [call.outcome for call in calls] == ["succeeded"] * 4
    added = gj.data_store.update("count", "add", 2)
    settle(services, added)
    assert added.value == "7"
    reads = [
        gj.scores.fetch(mine=True),
        gj.scores.get_rank(500),
        gj.scores.tables(fresh=True),
        gj.trophies.fetch(achieved=True, fresh=True),
        gj.data_store.fetch("key", mine=True),
        gj.data_store.get_keys(mine=True),
        gj.friends.fetch(),
        gj.time.fetch(),
        gj.users.fetch("grace"),
        gj.sessions.open(),
    ]
    settle(services, *reads)
    assert [call.outcome for call in reads] == ["succeeded"] * len(reads)
    assert 500 in [score.sort for score in reads[0].value or ()]
    assert 1 in [trophy.id for trophy in reads[3].value or ()]
    assert reads[4].value == "value with & and = and ü"
    assert reads[5].value == ("key",)


def test_a_burst_becomes_a_batch_here_and_there(
    relayed_ada: GameJolt, services: ServiceManager, sandbox: Sandbox
) -> None:
    before = len(sandbox.journal())
    calls = [relayed_ada.scores.add(f"{n}", n, table_id=2) for n in range(60)]
    settle(services, *calls)
    assert all(call.succeeded for call in calls)
    carried = sandbox.journal()[before:]
    assert len(carried) < 15
    assert len(sandbox.dump("gamejolt_scores")) >= 60


def test_a_guest_gets_a_ticket_and_writes(guest: GameJolt, services: ServiceManager) -> None:
    added = guest.scores.add("7", 7, guest="Somebody")
    settle(services, added)
    assert added.value is True
    found = guest.scores.fetch(guest="Somebody")
    settle(services, found)
    assert [score.sort for score in found.value or ()] == [7]


def test_a_wrong_token_is_what_the_service_says(guest: GameJolt, services: ServiceManager) -> None:
    asked = guest.users.auth("ada", "wrong")
    settle(services, asked)
    assert asked.outcome == "rejected"
    assert "relay" not in str(asked.error)


@pytest.mark.parametrize("break_on_error", [False, True])
def test_a_batch_by_hand(relayed_ada: GameJolt, services: ServiceManager, break_on_error: bool) -> None:
    prepare = relayed_ada.prepare
    parts = [prepare.scores.add("1", 1), prepare.trophies.add_achieved(999_999), prepare.scores.add("2", 2)]
    settle(services, relayed_ada.batch(parts, break_on_error=break_on_error))
    assert [part.outcome for part in parts] == ["succeeded", "rejected", "failed" if break_on_error else "succeeded"]
    mine = relayed_ada.scores.fetch(mine=True)
    settle(services, mine)
    assert {score.sort for score in mine.value or ()} & {1, 2} == ({1} if break_on_error else {1, 2})


def test_a_game_with_a_relay_holds_no_key() -> None:
    with pytest.raises(UsageError, match="holds no key"):
        GameJolt(1, "a-private-key", relay="https://relay.example")
    with pytest.raises(UsageError, match="https"):
        GameJolt(1, relay="http://relay.example")


def test_what_is_not_passed_on_is_refused_in_the_services_form(relayed_ada: GameJolt, services: ServiceManager) -> None:
    removed = relayed_ada.trophies.remove_achieved(1)
    settle(services, removed)
    assert removed.outcome == "rejected"
    assert "not passed on" in str(removed.error)


def test_neither_key_nor_token_is_in_the_log(relays: Relays, services: ServiceManager, sandbox: Sandbox) -> None:
    relay = relays()
    gj = client(services, relay, sandbox)
    gj.sign_in("ada", sandbox.player("ada").token)
    settle(services, gj.scores.add("1", 1))
    assert relay.stop() == 0
    said = str(relay.log)
    assert "the relay has stopped" in said
    assert sandbox.private_key not in said
    assert sandbox.player("ada").token not in said
