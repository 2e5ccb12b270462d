"""A row about the sandbox itself: whether it still answers at once when a table holds a million scores."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from pygame_gameservices.sandbox import Sandbox
from tests.benchmarks.row import Bench, Measured, row

SMALLEST = 1_000
WARM_UP = 3
"""Requests of each kind that are not counted."""
START_S = 180.0
_TABLE = 1
_FIRST_PLAYER = 1001
_SPREAD = 2_654_435_761
"""A large odd number: its multiples, cut to size, are spread evenly and in no order."""

_FILL = f"""
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :scores)
INSERT INTO gamejolt_scores (table_id, place, sort, score, player_id, guest, extra_data, stored)
SELECT {_TABLE}, -(i * {_SPREAD} % :scores), i * {_SPREAD} % :scores, (i * {_SPREAD} % :scores) || ' points',
       {_FIRST_PLAYER} + i % :players, NULL, '', 1700000000.0 + i FROM n
"""


class Asker:
    """Asks one sandbox over one connection, as a game does."""

    def __init__(self, running: Sandbox, scores: int) -> None:
        self._running = running
        self._scores = scores
        self._asked = 0
        self._connection = http.client.HTTPConnection(urlsplit(running.url).netloc, timeout=60)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def time(self, what: str) -> float:
        """Milliseconds that one request of this kind takes, each about another place of the table."""
        self._asked += 1
        endpoint, params = self._request(what, self._asked * 7_919 % self._scores)
        url = f"{self._running.gamejolt_url}/{endpoint}/?{urlencode({'game_id': self._running.game_id, **params})}"
        signature = hashlib.md5((url + self._running.private_key).encode()).hexdigest()
        begun = time.perf_counter()
        self._connection.request("GET", url[len(self._running.url) :] + f"&signature={signature}")
        body = self._connection.getresponse().read()
        took = time.perf_counter() - begun
        if json.loads(body)["response"]["success"] != "true":
            raise RuntimeError(f"{what}: {body[:200]!r}")
        return took * 1e3

    def _request(self, what: str, sort: int) -> tuple[str, dict[str, object]]:
        player = {"username": f"player{sort % (self._scores // 10)}", "user_token": "t"}
        requests: dict[str, tuple[str, dict[str, object]]] = {
            "rank": ("scores/get-rank", {"sort": sort}),
            "top page": ("scores", {"limit": 20}),
            "better than me": ("scores", {"limit": 10, "better_than": sort + 1}),
            "worse than me": ("scores", {"limit": 10, "worse_than": sort - 1}),
            "my best": ("scores", {"limit": 1, **player}),
            "add": ("scores/add", {"score": "s", "sort": sort, **player}),
        }
        return requests[what]


KINDS = ("rank", "top page", "better than me", "worse than me", "my best", "add")


@row(
    "sandbox_growth",
    target=1.5,
    judged="ours/peer",
    unit="ms",
    what="one request to the sandbox when a table holds 10^6 scores of 10^5 players / 10^3 scores",
)
def sandbox_growth(bench: Bench) -> Iterator[Measured]:
    """Rank, top page, around-me, a player's best, and adding, each put to tables of growing size in turn."""
    sizes = (SMALLEST, 10**5) if bench.quick else (SMALLEST, 10**4, 10**5, 10**6)
    with ExitStack() as stack:
        empty = stack.enter_context(_empty())
        askers = {size: stack.enter_context(filled(size, empty)) for size in sizes}
        for what in KINDS:
            taken: dict[int, list[float]] = {size: [] for size in sizes}
            for number in range(bench.rounds(60, 20) + WARM_UP):
                for size, asker in askers.items():
                    took = asker.time(what)
                    if number >= WARM_UP:
                        taken[size].append(took)
            medians = ", ".join(f"{statistics.median(each):.2f} ms at {size:,}" for size, each in taken.items())
            yield Measured(
                ours=taken[sizes[-1]],
                peer=taken[SMALLEST],
                peer_name="10^3 scores",
                variant=f"{what}, 10^{len(str(sizes[-1])) - 1}",
                note=medians,
            )


@contextmanager
def filled(scores: int, empty: Path) -> Iterator[Asker]:
    """A sandbox whose main table holds so many scores, of a tenth as many players; made from a copy of `empty`."""
    players = [{"username": f"player{number}", "token": "t"} for number in range(scores // 10)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sandbox.sqlite3")
        shutil.copy(empty, path)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DELETE FROM gamejolt_scores")
            database.execute(_FILL, {"scores": scores, "players": len(players)})
        config = {"sandbox": {"players": players}}
        with Sandbox.start(config, database=path, timeout=START_S) as running:
            asker = Asker(running, scores)
            yield asker
            asker.close()


@contextmanager
def _empty() -> Iterator[Path]:
    """A sandbox's database with its tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sandbox.sqlite3")
        with Sandbox.start({}, database=path, timeout=START_S):
            pass
        yield path
