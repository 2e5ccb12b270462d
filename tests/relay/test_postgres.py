"""Several relays on one PostgreSQL: nothing is lost or doubled between them, whatever happens to any of them."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
import requests
from sqlalchemy import text

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.limits import Rate, RateLimits
from pygame_gameservices.relay.notes import DAY_S, NEVER, Answered, Busy, Fresh, Notes, Write
from pygame_gameservices.relay.partitions import OTHERS
from pygame_gameservices.relay.people import People
from pygame_gameservices.relay.visitors import Later
from pygame_gameservices.sandbox import Latency, Reset, Sandbox
from tests.relay import postgres
from tests.relay.conftest import Relays
from tests.relay.equal_writes import equal_is_seen_however_late_it_was_done
from tests.relay.running import RunningRelay, wait_until
from tests.relay.wire import Raw, new_id

pytestmark = pytest.mark.skipif(not postgres.there(), reason="PostgreSQL is not installed here")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres.running() as found:
        yield found


@pytest.fixture
def two(relays: Relays, address: str) -> list[RunningRelay]:
    """Two relays that were started at the same moment, on an empty database or one that is in use."""
    limits = {"player_per_minute": 0, "guest_per_minute": 0, "address_per_minute": 0, "game_per_minute": 0}
    rules = {"tables": {"2": {"per_hour": 5}}}
    found: list[RunningRelay] = []

    def start(folder: str) -> None:
        found.append(relays(rules, folder, limits=limits, environment={"RELAY_DATABASE": address}))

    threads = [threading.Thread(target=start, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2, "migrating at the same time"
    return found


def sorts(sandbox: Sandbox) -> Counter[int]:
    return Counter(row["sort"] for row in sandbox.dump("gamejolt_scores"))


def side_by_side(functions: list[object]) -> None:
    threads = [threading.Thread(target=function) for function in functions]  # type: ignore[arg-type]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_write_that_comes_to_both_is_carried_out_once(two: list[RunningRelay], sandbox: Sandbox) -> None:
    players = [Raw(relay, sandbox.game_id, "ada", sandbox.player("ada").token) for relay in two]
    sandbox.faults.add(Latency(seconds=0.2))
    add = {"score": "x", "sort": 41, "write_id": new_id()}
    answers: list[str] = []
    side_by_side([lambda player=player: answers.append(player.said("scores/add", **add)) for player in players * 4])
    assert answers == ["yes"] * 8
    assert sorts(sandbox)[41] == 1


def test_a_rule_counts_what_both_let_through(two: list[RunningRelay], sandbox: Sandbox) -> None:
    players = [Raw(relay, sandbox.game_id, "grace", sandbox.player("grace").token) for relay in two]
    answers: list[str] = []

    def add(player: Raw, sort: int) -> None:
        answers.append(player.said("scores/add", score="x", sort=sort, table_id=2, write_id=new_id()))

    side_by_side([lambda p=players[n % 2], n=n: add(p, n) for n in range(12)])
    assert Counter(answers)["yes"] == 5


def test_what_is_released_is_carried_out_once_by_whichever_relay_the_player_comes_to(
    two: list[RunningRelay], sandbox: Sandbox
) -> None:
    players = [Raw(relay, sandbox.game_id, "linus", sandbox.player("linus").token) for relay in two]
    ids = [new_id() for _ in range(6)]
    answers = [players[0].said("scores/add", score="x", sort=43, table_id=2, write_id=named) for named in ids]
    assert [answer == "yes" for answer in answers] == [True] * 5 + [False]
    two[1].command("release", ids[5][-12:])
    sandbox.faults.add(Latency(seconds=0.1))

    def came() -> bool:
        side_by_side([lambda player=player: player.said("trophies") for player in players])
        return sorts(sandbox)[43] > 5

    wait_until(came)
    again = {"score": "x", "sort": 43, "table_id": 2, "write_id": ids[5]}
    assert players[0].said("scores/add", **again) == "yes"
    assert sorts(sandbox)[43] == 6
    assert not [line for relay in two for line in relay.log if line["level"] == "error"]


def test_equal_scores_side_by_side_all_count(two: list[RunningRelay], sandbox: Sandbox) -> None:
    guests = [Raw(relay, sandbox.game_id) for relay in two]
    for guest in guests:
        guest.said("data-store/set", key="ticket", data="1", write_id=new_id())
    sandbox.faults.add(Reset(applied=True, probability=0.3, path="*/scores/add/*"))
    answers: list[str] = []

    def add(guest: Raw) -> None:
        answers.append(guest.said("scores/add", score="x", sort=42, guest="Twin", write_id=new_id()))

    side_by_side([lambda guest=guest: add(guest) for guest in guests * 3])
    assert answers == ["yes"] * 6
    assert sorts(sandbox)[42] == 6


def lossy_life(two: list[RunningRelay], sandbox: Sandbox, writes: int, seed: int) -> None:
    """Writes whose answers are lost behind the relays and before them, while one relay after the other is killed."""
    chance = random.Random(seed)
    ada = {"username": "ada", "user_token": sandbox.player("ada").token}
    for applied in (True, False):
        sandbox.faults.add(Reset(applied=applied, probability=0.1, seed=seed, path="/gamejolt/*"))
    todo = [(100_000 + n, new_id(), random.Random(chance.random())) for n in range(writes)]
    answers: dict[int, str] = {}
    done = threading.Event()

    def work() -> None:
        while todo:
            with contextlib.suppress(IndexError):
                sort, write_id, luck = todo.pop()
                until = time.monotonic() + 300
                while sort not in answers and time.monotonic() < until:
                    answers.update(attempt(sort, write_id, luck))

    def attempt(sort: int, write_id: str, luck: random.Random) -> dict[int, str]:
        relay = luck.choice(two)
        given = {**ada, "score": str(sort), "sort": str(sort), "write_id": write_id}
        url = f"{relay.url}/gamejolt/scores/add/?game_id={sandbox.game_id}"
        try:
            answer = requests.post(url, given, timeout=luck.choice([0.05, 0.3, 20]))
        except requests.RequestException:
            time.sleep(0.05)
            return {}
        if answer.status_code in (429, 503):
            time.sleep(0.2)
            return {}
        return {sort: answer.json()["response"].get("message", "yes")}

    def murder() -> None:
        while not done.wait(chance.uniform(1.0, 4.0)):
            relay = chance.choice(two)
            relay.kill()
            relay.start()

    killer = threading.Thread(target=murder)
    killer.start()
    try:
        side_by_side([work] * 8)
    finally:
        done.set()
        killer.join()
    assert set(answers.values()) == {"yes"}
    stored = sorts(sandbox)
    assert [stored[100_000 + n] for n in range(writes)] == [1] * writes


@pytest.mark.slow
def test_a_short_life_with_losses_everywhere(two: list[RunningRelay], sandbox: Sandbox) -> None:
    lossy_life(two, sandbox, 30, seed=1)


@pytest.mark.slow
def test_a_long_life_with_losses_everywhere(two: list[RunningRelay], sandbox: Sandbox) -> None:
    lossy_life(two, sandbox, 1000, seed=2)


# days


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    database = Database(Secret(address))
    database.migrate()
    with database.transaction() as sql:
        sql.execute(text("DELETE FROM notes"))
    yield database
    database.close()


def partitions_of(database: Database) -> set[str]:
    with database.transaction() as sql:
        return set(sql.execute(text("SELECT DISTINCT tableoid::regclass::text FROM notes")).scalars())


def written(number: int) -> Write:
    return Write(game="g", player="ada", id=f"{number:032}", who="ada", endpoint="e", scope="s", mark="m", line="l")


def test_notes_are_kept_by_day_and_forgotten_by_day(database: Database) -> None:
    notes, today = Notes(database), int(time.time() // DAY_S)
    for day in range(5):  # four are to come, for which there are partitions, and one has passed meanwhile
        database.make_room((today + day) * DAY_S)
        with database.transaction() as sql:
            assert notes.begin(sql, written(day), "holder", (today + day) * DAY_S)
            notes.finish(sql, written(day), b"yes", (today + day) * DAY_S)
    assert partitions_of(database) == {f"notes_day_{today + day}" for day in range(5)}
    notes.forget((today + 3) * DAY_S - 1)
    with database.transaction() as sql:
        kept = [notes.claim(sql, written(day), "another", (today + 5) * DAY_S) for day in range(5)]
    assert kept == [Fresh(), Fresh(), Answered(b"yes"), Answered(b"yes"), Answered(b"yes")]


def test_all_or_nothing_is_taken(database: Database) -> None:
    """The same as in SQLite, though each statement is by itself."""
    rates, now = RateLimits(database), time.time()

    def taken(*wanted: Rate) -> bool:
        try:
            with database.transaction(lasting=False) as sql:
                rates.take(sql, wanted, now)
        except Later as later:
            assert later.retry_after > 0
            return False
        return True

    game, address = Rate("game of this test", 3), Rate("address of this test", 1)
    assert [taken(game, address) for _ in range(3)] == [True, False, False]
    assert [taken(game) for _ in range(3)] == [True, True, False]


def server_is_alone(address: str) -> None:
    """Wait until all connections have ended: what they did is counted then."""
    others = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with psycopg.connect(address, autocommit=True) as server:
        wait_until(lambda: server.execute(others).fetchone() == (0,))


def rows_read(address: str) -> int:
    """Rows and entries of indexes that were read of the notes, by connections that have ended."""
    server_is_alone(address)
    entries = "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname LIKE 'notes%'"
    rows = "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname LIKE 'notes%'"
    with psycopg.connect(address, autocommit=True) as server:
        found = server.execute(f"SELECT ({entries}) + ({rows})").fetchone()
    assert found is not None
    return int(found[0])


def test_a_write_reads_next_to_nothing_however_many_there_were_since_the_day_began(
    database: Database, address: str
) -> None:
    """How it is looked up was settled when there were none, and nothing was known of them."""
    noted, now = 5000, time.time()
    many = (
        "INSERT INTO notes (game, player, id, who, endpoint, scope, mark, state, holder, until, made, done, day)"
        " SELECT 'g', 'p' || i, 'i' || i, 'p' || i, 'e', 's', 'm' || i, 'done', '', %(now)s, %(now)s, %(now)s, %(day)s"
        " FROM generate_series(1, %(noted)s) AS i"
    )
    database.close()
    before = rows_read(address)
    notes = Notes(database)

    def write_on(numbers: range) -> None:
        for number in numbers:
            with database.transaction(together=False) as sql:
                assert notes.begin(sql, written(number), "holder", now, equal_since=now - 60)
            with database.transaction() as sql:
                assert notes.claim(sql, written(number), "another", now) == Busy()
                assert notes.count(sql, written(number), now - 60) == number
                notes.finish(sql, written(number), b"yes", now)

    write_on(range(20))
    with psycopg.connect(address) as server:
        server.execute(many, {"now": now, "day": int(now // DAY_S), "noted": noted})
    write_on(range(20, 40))
    database.close()
    assert rows_read(address) - before < noted


def test_a_connection_that_was_lost_is_made_anew(database: Database, address: str) -> None:
    notes, now = Notes(database), time.time()

    def write(number: int) -> None:
        with database.transaction(together=False) as sql:
            assert notes.begin(sql, written(number), "holder", now)
            notes.finish(sql, written(number), b"yes", now)

    write(1)
    with psycopg.connect(address, autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(psycopg.OperationalError):
        write(2)
    write(3)


def test_only_who_counts_the_writes_of_a_player_waits_for_others_of_that_player(database: Database) -> None:
    people, now = People(database, Secret("s" * 40), 600.0), time.time()
    with database.transaction() as one, database.transaction() as other:
        other.execute(text("SET LOCAL lock_timeout = '1s'"))
        assert people.there(one, "g", "ada", now) == now
        people.hold(one, "g", "grace")
        people.hold(other, "g", "ada")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            people.hold(other, "g", "grace")


def test_a_write_of_yesterday_is_known_today(database: Database) -> None:
    notes, midnight = Notes(database), int(time.time() // DAY_S + 1) * DAY_S
    with database.transaction() as sql:
        assert notes.begin(sql, written(1), "holder", midnight - 1)
    with database.transaction() as sql:
        assert not notes.begin(sql, written(1), "another", midnight + 1)
        assert notes.claim(sql, written(1), "another", midnight + 1) == Busy()
        assert not notes.begin(sql, written(2), "another", midnight + 1), "it is on the same line"
        notes.finish(sql, written(1), b"yes", midnight + 1)
        assert notes.claim(sql, written(1), "another", midnight + 1) == Answered(b"yes")


def test_two_who_look_into_one_write_over_midnight_do_not_both_begin_it(database: Database) -> None:
    notes, midnight = Notes(database), int(time.time() // DAY_S + 1) * DAY_S
    with database.transaction() as sql:
        assert notes.begin(sql, written(3), "holder", midnight - 1)
        with database.transaction() as other:  # before the first one is committed
            assert not notes.begin(other, written(3), "another", midnight + 1)
            assert notes.claim(other, written(3), "another", midnight + 1) == Busy()
            assert not notes.begin(other, written(4), "another", midnight + 1), "nor another one of its line"


def test_an_equal_write_is_seen_however_late_it_was_done(database: Database) -> None:
    equal_is_seen_however_late_it_was_done(database, time.time())


def test_a_write_done_late_moves_to_the_day_before_if_there_is_a_place_for_it(database: Database) -> None:
    notes, today = Notes(database), int(time.time() // DAY_S)
    with database.transaction() as sql:
        assert notes.begin(sql, written(1), "holder", today * DAY_S)
        notes.finish(sql, written(1), b"yes", (today + 2) * DAY_S - 1)
    assert partitions_of(database) == {f"notes_day_{today}"}
    with database.transaction() as sql:
        notes.finish(sql, written(1), b"yes", (today + 3) * DAY_S)
    assert partitions_of(database) == {f"notes_day_{today + 2}"}
    with database.transaction() as sql:
        notes.finish(sql, written(1), b"yes", (today + 3000) * DAY_S)
    assert partitions_of(database) == {OTHERS}


def test_an_equal_write_is_looked_for_in_the_last_days_alone(database: Database, address: str) -> None:
    """Of those in which any is that was done of late, and of what is of no day, all others have to be left out."""
    today = int(time.time() // DAY_S)
    database.make_room((today + 20) * DAY_S)
    database.close()
    seen = "SELECT relname, sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname ~ 'mark' GROUP BY 1"

    def scans() -> dict[str, int]:
        server_is_alone(address)
        with psycopg.connect(address) as server:
            return {name: int(count) for name, count in server.execute(seen)}

    def looked_into(equal_since: float) -> set[str]:
        before = scans()
        with database.transaction() as sql:
            Notes(database).begin(sql, written(1), "holder", now, equal_since=equal_since)
            Notes(database).take_back(sql, written(1))
        database.close()
        return {name for name, count in scans().items() if count > before[name]}

    now = (today + 22) * DAY_S + 5
    assert looked_into(NEVER) == set()
    expected = {f"notes_day_{today + ahead}" for ahead in (20, 21, 22, 23)} | {OTHERS}
    assert looked_into(now - 20) == expected
    assert len(scans()) > len(expected)


@pytest.mark.parametrize("path", ["/gamejolt/scores/add/", "/forge/player/achievement"])
def test_a_write_that_moves_while_it_comes_again_is_answered_from_the_notes(
    path: str, relays: Relays, sandbox: Sandbox, address: str
) -> None:
    """PostgreSQL refuses to wait for a row that has moved to another partition."""
    forge = {"base_url": sandbox.forge_url}
    environment = {"RELAY_DATABASE": address, "RELAY_FORGE_KEY": sandbox.forge_key}
    relay = relays({}, "one", forge=forge, environment=environment)
    named, headers = new_id(), {}
    given = {"game_id": sandbox.game_id, "score": "x", "sort": "44", "guest": "Me", "write_id": named}
    record = {"user_email": "ada@example.com", "achievement_title": "First light", "unlocked": True}
    how = {"json": record} if "forge" in path else {"params": given}
    headers = {"x-relay-write-id": named} if "forge" in path else {}
    answers: list[requests.Response] = []

    def ask() -> None:
        answers.append(requests.post(relay.url + path, headers=headers, timeout=60, **how))

    ask()
    headers["x-relay-ticket"] = answers.pop().headers["x-relay-ticket"]
    ask()
    move = "UPDATE notes SET day = day + %s WHERE id = %s"
    again = threading.Thread(target=ask)
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(move, (-5, named))
        with server.transaction():
            assert server.execute(move, (5, named)).rowcount == 1
            again.start()
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            with psycopg.connect(address, autocommit=True) as other:
                wait_until(lambda: other.execute(waits).fetchone() == (1,))
    again.join()
    first, second = answers
    assert (first.status_code, first.content) == (second.status_code, second.content) == (200, first.content)
    assert not [line for line in relay.log if line["level"] == "error"]


def test_a_clock_that_is_wrong_by_years_finds_a_place(database: Database) -> None:
    notes, later = Notes(database), time.time() + 3000 * DAY_S
    with database.transaction() as sql:
        assert notes.begin(sql, written(5), "holder", later)
    assert partitions_of(database) == {OTHERS}
    database.make_room(later)  # its day has notes already that lie elsewhere: they stay
    with database.transaction() as sql:
        assert notes.claim(sql, written(5), "another", later + 1) == Busy()


def test_notes_of_before_there_were_days_are_kept(address: str) -> None:
    """An older relay's database, brought up to date."""
    name = "older"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    older = address.rpartition("/")[0] + f"/{name}"
    database = Database(Secret(older))
    database.migrate("0002")
    made = time.time() - 40 * DAY_S
    with psycopg.connect(older) as server:
        server.execute(
            "INSERT INTO notes (game, player, id, who, endpoint, scope, mark, state, holder, until, made, answer)"
            " VALUES ('g', 'ada', %s, 'ada', 'e', 's', 'm', 'done', '', 0, %s, 'yes')",
            (f"{1:032}", made),
        )
    database.migrate()
    assert database.is_current()
    notes = Notes(database)
    with database.transaction() as sql:
        assert notes.claim(sql, written(1), "holder", time.time()) == Answered(b"yes")
    notes.forget(made + DAY_S + 1)
    with database.transaction() as sql:
        assert notes.claim(sql, written(1), "holder", time.time()) == Fresh()
    database.close()
