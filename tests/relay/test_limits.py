"""Rates on both sides of their bounds, and what is forgotten in time, in a database without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.limits import Rate, RateLimits, network_of
from pygame_gameservices.relay.notes import NEVER, Answered, Fresh, Notes, Write
from pygame_gameservices.relay.people import BREAK_S, People
from pygame_gameservices.relay.visitors import Later
from tests.relay.equal_writes import equal_is_seen_however_late_it_was_done, equal_write

NOW = 1_000_000.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(Secret(f"sqlite:///{tmp_path / 'relay.sqlite3'}"))
    database.migrate()
    yield database
    database.close()


def taken(database: Database, wanted: dict[str, int], calls: int, now: float) -> bool:
    rates = RateLimits(database)
    try:
        with database.transaction() as sql:
            rates.take(sql, [Rate(key, per_minute, calls) for key, per_minute in wanted.items()], now)
    except Later as later:
        assert later.status == 429
        assert later.retry_after > 0
        return False
    return True


def test_a_minutes_worth_and_no_more(database: Database) -> None:
    assert [taken(database, {"player a": 10}, 1, NOW) for _ in range(11)] == [True] * 10 + [False]
    assert taken(database, {"player b": 10}, 10, NOW), "others have their own"
    assert not taken(database, {"player a": 10}, 1, NOW + 5.9)
    assert taken(database, {"player a": 10}, 1, NOW + 6.1)
    assert [taken(database, {"player a": 10}, 5, NOW + 3600) for _ in range(3)] == [True, True, False]


def test_all_or_nothing_is_taken(database: Database) -> None:
    assert taken(database, {"game g": 3, "address a": 1}, 1, NOW)
    assert not taken(database, {"game g": 3, "address a": 1}, 1, NOW)
    assert [taken(database, {"game g": 3}, 1, NOW) for _ in range(3)] == [True, True, False]


def test_no_limit_and_a_batch_larger_than_one(database: Database) -> None:
    assert all(taken(database, {"player a": 0}, 1000, NOW) for _ in range(3))
    assert taken(database, {"player b": 10}, 50, NOW), "it takes all there is, or it could never go"
    assert not taken(database, {"player b": 10}, 1, NOW)


def test_a_clock_that_was_set_back_gives_nothing_away(database: Database) -> None:
    assert taken(database, {"player a": 1}, 1, NOW)
    assert not taken(database, {"player a": 1}, 1, NOW - 3600)
    assert not taken(database, {"player a": 1}, 1, NOW + 1)


def test_what_is_one_address() -> None:
    assert network_of("203.0.113.7") == network_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9%eth0")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")


def test_who_is_silent_for_long_begins_anew(database: Database) -> None:
    people = People(database, Secret("s" * 40), 600.0)
    with database.transaction() as sql:
        assert people.there(sql, "g", "ada", NOW) == NOW
        assert people.there(sql, "g", "ada", NOW + BREAK_S) == NOW
        assert people.there(sql, "g", "ada", NOW + 2 * BREAK_S) == NOW
        assert people.there(sql, "g", "ada", NOW + 3 * BREAK_S + 1) == NOW + 3 * BREAK_S + 1


def test_a_token_is_remembered_for_a_while_and_as_no_text(database: Database, tmp_path: Path) -> None:
    people, token = People(database, Secret("s" * 40), 600.0), Secret("the-token-of-ada")
    with database.transaction() as sql:
        assert not people.knows(sql, "g", "ada", token, NOW)
        people.learn(sql, "g", "ada", token, NOW)
        assert people.knows(sql, "g", "ada", token, NOW + 599)
        assert not people.knows(sql, "g", "ada", token, NOW + 601)
        assert not people.knows(sql, "g", "ada", Secret("another"), NOW)
        assert not people.knows(sql, "g", "grace", token, NOW)
    database.close()
    assert b"the-token-of-ada" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_notes_are_kept_for_their_days(database: Database) -> None:
    notes = Notes(database)
    write = Write(game="g", player="ada", id="1" * 32, who="ada", endpoint="e", scope="s", mark="m")
    with database.transaction() as sql:
        assert isinstance(notes.claim(sql, write, "holder", NOW), Fresh)
        notes.mark_sent(sql, write, NOW)
        notes.finish(sql, write, b"yes", NOW)
    notes.forget(NOW)
    with database.transaction() as sql:
        assert notes.claim(sql, write, "another", NOW) == Answered(b"yes")
    notes.forget(NOW + 1)
    with database.transaction() as sql:
        assert isinstance(notes.claim(sql, write, "another", NOW), Fresh)


def test_an_equal_write_is_seen_however_late_it_was_done(database: Database) -> None:
    equal_is_seen_however_late_it_was_done(database, NOW)


def test_who_does_not_ask_for_equal_writes_is_told_of_none(database: Database) -> None:
    notes = Notes(database)
    with database.transaction() as sql:
        assert notes.begin(sql, equal_write(1), "holder", NOW)
        notes.finish(sql, equal_write(1), b"yes", NOW)
        begun = notes.begin(sql, equal_write(2), "holder", NOW, equal_since=NEVER)
    assert begun is not None
    assert not begun.has_equal
