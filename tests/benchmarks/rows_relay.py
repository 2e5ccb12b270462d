"""Rows about the relay: what it adds to a call, how many calls it carries, and whether ten million notes slow it."""

from __future__ import annotations

import http.client
import json
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import text

from pygame_gameservices.core.calls.operation import new_id
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.database import Database
from pygame_gameservices.sandbox import Sandbox
from tests.benchmarks.forwarder import forwarder
from tests.benchmarks.ground import player_of, sandbox
from tests.benchmarks.requests_side import signed
from tests.benchmarks.row import Bench, Measured, row
from tests.relay import postgres
from tests.relay.running import RunningRelay

WARM_UP = 30
SMALLEST = 10**4
CLIENTS = 16
UNLIMITED = dict.fromkeys(("player_per_minute", "guest_per_minute", "address_per_minute", "game_per_minute"), 10**9)
"""Rates are counted as they are by default; they are only never reached."""
CALLS: dict[str, Callable[[int], tuple[str, dict[str, object]]]] = {
    "read": lambda number: ("scores/get-rank", {"sort": number, "table_id": 1}),
    "write": lambda number: ("scores/add", {"score": f"{number} points", "sort": number, "table_id": 1}),
}


class Asker:
    """Asks over one connection that stays open, as a game does.

    Args:
        netloc: where requests go.
        running: the sandbox at their end.
        relayed: whether a relay signs them; else they are signed here.
    """

    def __init__(self, netloc: str, running: Sandbox, *, relayed: bool) -> None:
        self._player = player_of(running)
        self._relayed = relayed
        self._connection = http.client.HTTPConnection(netloc, timeout=60)

    def time(self, kind: str, number: int) -> float:
        """Milliseconds that one call takes."""
        path = self._path(kind, number)
        begun = time.perf_counter()
        self._connection.request("GET", path)
        body = self._connection.getresponse().read()
        took = time.perf_counter() - begun
        if json.loads(body)["response"]["success"] != "true":
            raise RuntimeError(f"{kind}: {body[:200]!r}")
        return took * 1e3

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _path(self, kind: str, number: int) -> str:
        endpoint, given = CALLS[kind](number)
        if kind == "write":
            given |= {"username": self._player["username"], "user_token": self._player["token"]}
        if self._relayed:
            own = {"game_id": self._player["game_id"], "write_id": new_id()}
            return f"/gamejolt/{endpoint}/?{urlencode(own | given)}"
        address = signed(self._player, endpoint, given)
        return address[len(self._player["base_url"]) - len(urlsplit(self._player["base_url"]).path) :]


@contextmanager
def relay(running: Sandbox, environment: dict[str, str] | None = None) -> Iterator[RunningRelay]:
    """A relay in front of a sandbox, with a folder and a database of its own unless `environment` names one."""
    game = {"game_id": running.game_id, "base_url": running.gamejolt_url}
    keys = {"RELAY_GAMEJOLT_KEY": running.private_key, **(environment or {})}
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningRelay(Path(folder), {"gamejolt": game, "limits": UNLIMITED}, keys) as found,
    ):
        yield found


@row(
    "relay_call",
    target=2,
    judged="ours/peer",
    unit="ms",
    what="what the relay adds to a call, notes in SQLite included / what a bare Starlette endpoint adds that forwards",
)
def relay_call(bench: Bench) -> Iterator[Measured]:
    """One call after another: straight to the sandbox, through the bare endpoint, and through the relay, in turn."""
    with ExitStack() as stack:
        running = stack.enter_context(sandbox(0))
        ways = {
            "direct": Asker(urlsplit(running.url).netloc, running, relayed=False),
            "bare": Asker(f"127.0.0.1:{stack.enter_context(forwarder(running.url))}", running, relayed=False),
            "relay": Asker(urlsplit(stack.enter_context(relay(running)).url).netloc, running, relayed=True),
        }
        for asker in ways.values():
            stack.callback(asker.close)
        ways["direct"].time("write", 0)  # an empty table has no ranks
        for kind in CALLS:
            taken: dict[str, list[float]] = {way: [] for way in ways}
            for number in range(bench.rounds(600, 100) + WARM_UP):
                for place, (way, asker) in enumerate(ways.items()):
                    took = asker.time(kind, 3 * number + place)
                    if number >= WARM_UP:
                        taken[way].append(took)
            direct = statistics.median(taken["direct"])
            yield Measured(
                ours=[took - direct for took in taken["relay"]],
                peer=[took - direct for took in taken["bare"]],
                peer_name="bare Starlette",
                variant=kind,
                note=f"the call itself takes {direct:.2f} ms",
            )


@row(
    "relay_rate",
    target=0.5,
    judged="ours/peer",
    unit="writes/s",
    at_least=True,
    what=f"writes a second of {CLIENTS} clients through the relay / through a bare Starlette endpoint that forwards",
)
def relay_rate(bench: Bench) -> Iterator[Measured]:
    """One process on SQLite, and two on one PostgreSQL, each in turn with the bare endpoint; all on this machine."""
    with ExitStack() as stack:
        running = stack.enter_context(sandbox(0))
        bare = [f"127.0.0.1:{stack.enter_context(forwarder(running.url))}"]
        ways: dict[str, list[str]] = {"SQLite, 1 process": [_netloc(stack.enter_context(relay(running)))]}
        if postgres.there():
            address = stack.enter_context(postgres.running(durable=True))
            pair = [stack.enter_context(relay(running, {"RELAY_DATABASE": address})) for _ in range(2)]
            ways["PostgreSQL, 2 processes"] = [_netloc(one) for one in pair]
        numbers = iter(range(1, 10**9))
        for variant, netlocs in ways.items():
            ours, peer = [], []
            for _ in range(bench.rounds(7, 3)):
                peer.append(_rate(bare, running, numbers, relayed=False, seconds=2.0))
                ours.append(_rate(netlocs, running, numbers, relayed=True, seconds=2.0))
            yield Measured(ours=ours, peer=peer, peer_name="bare Starlette", variant=variant)


def _netloc(running: RunningRelay) -> str:
    return urlsplit(running.url).netloc


def _rate(netlocs: list[str], running: Sandbox, numbers: Iterator[int], *, relayed: bool, seconds: float) -> float:
    """Writes a second, with clients that each write one after another."""
    askers = [Asker(netlocs[n % len(netlocs)], running, relayed=relayed) for n in range(CLIENTS)]
    for asker in askers:
        asker.time("write", next(numbers))
    counts = [0] * CLIENTS
    over = time.perf_counter() + seconds

    def work(place: int) -> None:
        while time.perf_counter() < over:
            askers[place].time("write", next(numbers))
            counts[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    for asker in askers:
        asker.close()
    return sum(counts) / took


@row(
    "relay_growth",
    target=1.5,
    judged="ours/peer",
    unit="ms",
    what="one write through the relay when 10^7 are noted / when 10^4 are",
)
def relay_growth(bench: Bench) -> Iterator[Measured]:
    """Two relays in turn, one of which has noted many writes of the last month."""
    largest = 10**5 if bench.quick else 10**7
    with ExitStack() as stack:
        running = stack.enter_context(sandbox(0))
        databases: dict[str, Callable[[int], dict[str, str]]] = {
            "SQLite": lambda notes: _filled_file(Path(stack.enter_context(tempfile.TemporaryDirectory())), notes)
        }
        if postgres.there():
            databases["PostgreSQL"] = lambda notes: _filled_server(stack.enter_context(postgres.running()), notes)
        numbers = iter(range(1, 10**9))
        for variant, fill in databases.items():
            askers = []
            for notes in (largest, SMALLEST):
                netloc = _netloc(stack.enter_context(relay(running, fill(notes))))
                askers.append(Asker(netloc, running, relayed=True))
            ours: list[float] = []
            peer: list[float] = []
            for number in range(bench.rounds(600, 100) + WARM_UP):
                for asker, taken in zip(askers, (ours, peer), strict=True):
                    took = asker.time("write", next(numbers))
                    if number >= WARM_UP:
                        taken.append(took)
            for asker in askers:
                asker.close()
            name = f"{variant}, 10^{len(str(largest)) - 1}"
            yield Measured(ours=ours, peer=peer, peer_name="10^4 notes", variant=name)


_COLUMNS = "game, player, id, who, endpoint, scope, mark, line, state, holder, until, made, sent, answer, done, day"
"""Of the notes; their ids begin with the time, as `new_id` makes them."""
_DAYS = 29
"""Of which the notes are: by themselves they are kept for thirty."""


def _filled_file(folder: Path, notes: int) -> dict[str, str]:
    """An SQLite file with so many notes, and what a relay is told of it. Indexes come last, which is quicker."""
    path = folder / "relay.sqlite3"
    _migrated(f"sqlite:///{path}").close()
    now = int(time.time())
    with closing(sqlite3.connect(path)) as db:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
            db.execute(f"PRAGMA {pragma}").close()
        indexes = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'notes' AND sql LIKE 'CREATE%INDEX%'"
        )
        found = indexes.fetchall()
        for name, _ in found:
            db.execute(f"DROP INDEX {name}")
        db.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {notes})"
            f" INSERT INTO notes ({_COLUMNS}) SELECT 'gamejolt/1', printf('player%07d', i / 100),"
            " printf('%012x', t * 1000 + i % 1000) || lower(hex(randomblob(10))), printf('player%07d', i / 100),"
            " 'scores/add', 'scores/1',"
            " lower(hex(randomblob(32))), lower(hex(randomblob(32))), 'done', '', t, t, t,"
            f' CAST(\'{{"success":"true"}}\' AS BLOB), t + 1.0, t / 86400'
            f" FROM (SELECT i, {now} - i % {_DAYS * 86_400} AS t FROM n)"
        )
        for _, statement in found:
            db.execute(statement)
        db.commit()
        db.execute("PRAGMA journal_mode=WAL")
    return {"RELAY_DATABASE": f"sqlite:///{path}"}


def _filled_server(address: str, notes: int) -> dict[str, str]:
    """The same in PostgreSQL, with a partition for each day, and as tidy as PostgreSQL would keep it by itself."""
    database = _migrated(address)
    now = int(time.time())
    with database.transaction() as sql:
        for day in range(now // 86_400 - _DAYS, now // 86_400):
            sql.execute(text(f"CREATE TABLE notes_day_{day} PARTITION OF notes FOR VALUES FROM ({day}) TO ({day + 1})"))
    for begin in range(0, notes, 10**6):
        end = min(notes, begin + 10**6) - 1
        with database.transaction() as sql:
            sql.execute(
                text(
                    f"INSERT INTO notes ({_COLUMNS}) SELECT 'gamejolt/1', 'player' || i / 100,"
                    " lpad(to_hex(t::bigint * 1000 + i % 1000), 12, '0') || substr(md5(i::text || 'id'), 1, 20),"
                    " 'player' || i / 100, 'scores/add', 'scores/1', md5(i::text || 'm') || md5(i::text), md5(i::text),"
                    " 'done', '', t, t, t, '{\"success\"\\:\"true\"}', t + 1.0, t / 86400"
                    f" FROM (SELECT i, {now} - i % {_DAYS * 86_400} AS t"
                    f" FROM generate_series({begin}, {end}) AS i) AS n"
                )
            )
    with database.transaction(lasting=False) as sql:  # each by itself, as these have to be
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
            sql.execute(text(statement))
    database.close()
    return {"RELAY_DATABASE": address}


def _migrated(address: str) -> Database:
    database = Database(Secret(address))
    database.migrate()
    return database
