"""Tables and trophies are not fetched again and again, and never a moment longer than they are true."""

from __future__ import annotations

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.gamejolt.cache import Cache
from pygame_gameservices.testing import FakeClock
from tests.conftest import WAIT_S, run_until, settle


def test_a_value_lives_for_its_time() -> None:
    clock = FakeClock()
    cache: Cache[int] = Cache(60.0, clock)
    cache.put(1, cache.ticket())
    clock.advance(59.9)
    assert cache.get() == 1
    clock.advance(0.2)
    assert cache.get() is None


def test_what_was_asked_before_a_change_is_not_kept_after_it() -> None:
    cache: Cache[int] = Cache(60.0)
    ticket = cache.ticket()
    cache.clear()
    cache.put(1, ticket)
    assert cache.get() is None


def test_no_lifetime_keeps_nothing() -> None:
    cache: Cache[int] = Cache(0.0)
    cache.put(1, cache.ticket())
    assert cache.get() is None


def count(sandbox: Sandbox, endpoint: str) -> int:
    entries = sandbox.journal()
    return sum(endpoint in (entry["endpoint"], *entry["sub_requests"]) for entry in entries)


def test_tables_are_fetched_once(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    first = ada.scores.tables()
    settle(services, first)
    for _ in range(5):
        again = ada.scores.tables()
        settle(services, again)
        assert again.value == first.value
    assert count(sandbox, "scores/tables") == 1
    settle(services, ada.scores.tables(fresh=True))
    assert count(sandbox, "scores/tables") == 2


def test_trophies_are_known_from_the_sign_in(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    settle(services, ada.trophies.fetch())
    before = count(sandbox, "trophies")
    calls = [
        ada.trophies.fetch(),
        ada.trophies.fetch(achieved=False),
        ada.trophies.fetch(achieved=True),
        ada.trophies.fetch(trophy_id=[5, 2]),
    ]
    settle(services, *calls)
    assert [len(call.value or ()) for call in calls] == [6, 6, 0, 2]
    assert [trophy.id for trophy in calls[3].value or ()] == [5, 2]
    assert count(sandbox, "trophies") == before


def test_a_trophy_that_was_won_shows_at_once(ada: GameJolt, services: ServiceManager) -> None:
    settle(services, ada.trophies.fetch())
    won, after = ada.trophies.add_achieved(1), ada.trophies.fetch(achieved=True)
    settle(services, won, after)
    assert [trophy.id for trophy in after.value or ()] == [1]
    settle(services, ada.trophies.remove_achieved(1))
    assert ada.trophies.fetch(achieved=True).result(WAIT_S) == ()


def test_signing_out_throws_it_away(ada: GameJolt, services: ServiceManager, sandbox: Sandbox) -> None:
    ada.trophies.add_achieved(1).result(WAIT_S)
    settle(services, ada.trophies.fetch(), ada.scores.tables())
    ada.sign_in("grace", sandbox.player("grace").token)
    run_until(services, lambda: ada.user is not None)
    before = count(sandbox, "scores/tables")
    theirs = ada.trophies.fetch(achieved=True)
    settle(services, theirs, ada.scores.tables())
    assert theirs.value == ()
    assert count(sandbox, "scores/tables") == before + 1


def test_what_the_cache_does_not_know_is_asked(ada: GameJolt, services: ServiceManager) -> None:
    settle(services, ada.trophies.fetch())
    call = ada.trophies.fetch(trophy_id=777)
    settle(services, call)
    assert call.outcome == "rejected"
