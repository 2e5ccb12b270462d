"""The outbox in a child interpreter: filled, opened, drained, and watched as it grows."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from pygame_gameservices import GameJolt, Kind, Operation, ServiceManager
from pygame_gameservices.core.outbox.store import OutboxFile
from tests.benchmarks import ours_side

BELOW_ALL = -1_000_000_000
AT_A_TIME = 200


def fill(folder: str, player: str, count: int) -> None:
    """Write an outbox with so many scores of `player`, as a run that ended long ago would have left it."""
    path = Path(folder) / "outbox.sqlite3"
    file = OutboxFile(path)
    file.begin()
    for number in range(count):
        file.insert("a run of long ago", _score(player, number), time.time())
    file.commit()
    file.close()


def open_outbox(folder: str, count: int) -> float:
    """Open an outbox that holds `count` entries as a game does when it starts. Returns seconds until it knows them."""
    before = time.perf_counter()
    services = ServiceManager("benchmark", folder=folder)
    services.add(GameJolt(1, "a private key", base_url="http://127.0.0.1:9", presence=False))
    while (services.undelivered or 0) < count:
        time.sleep(0.001)
    taken = time.perf_counter() - before
    services.close()
    return taken


def open_sqlite(folder: str) -> float:
    """The floor: read the same rows. Returns seconds."""
    before = time.perf_counter()
    database = sqlite3.connect(Path(folder) / "outbox.sqlite3")
    database.execute("SELECT * FROM entries").fetchall()
    database.close()
    return time.perf_counter() - before


def drain(folder: str, player: dict[str, Any], count: int) -> float:
    """Start on a filled outbox and play until nothing is left in it. Returns seconds from the sign-in on."""
    services = ServiceManager("benchmark", folder=folder)
    gj = services.add(_client(player))
    while (services.undelivered or 0) < count:
        time.sleep(0.001)
    before = time.perf_counter()
    gj.sign_in(player["username"], player["token"])
    _play_until(services, lambda: services.undelivered == 0)
    taken = time.perf_counter() - before
    services.close()
    return taken


def plain(folder: str, player: dict[str, Any], count: int) -> float:
    """Make the same calls at once, without the outbox. Returns seconds."""
    services = ServiceManager("benchmark", folder=folder)
    gj = services.add(_client(player))
    ended: list[object] = []
    before = time.perf_counter()
    gj.sign_in(player["username"], player["token"])
    for number in range(count):
        gj.scores.add(*_points(number), durable=False).then(ended.append)
    _play_until(services, lambda: len(ended) == count)
    taken = time.perf_counter() - before
    services.close()
    return taken


def call_site(count: int) -> list[float]:
    """Add durable scores, some in each frame. Returns what each line cost the frame, in seconds."""
    taken = []
    for number in range(count):
        before = time.perf_counter()
        ours_side._gj.scores.add("500 points", number)
        taken.append(time.perf_counter() - before)
        if number % 3 == 2:
            ours_side.update()
            time.sleep(0.004)
    ours_side.play_until(lambda: ours_side._services.undelivered == 0)
    return taken


def commit_site(folder: str, count: int) -> list[float]:
    """The plain way: commit each score to SQLite in the frame. Returns seconds of each."""
    database = sqlite3.connect(Path(folder) / "plain.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS scores (id INTEGER PRIMARY KEY, score TEXT, sort INTEGER)")
    taken = []
    for number in range(count):
        before = time.perf_counter()
        database.execute("INSERT INTO scores (score, sort) VALUES (?, ?)", ("500 points", number))
        taken.append(time.perf_counter() - before)
        if number % 3 == 2:
            time.sleep(0.004)
    database.close()
    return taken


def pile_up(count: int) -> None:
    """Add durable scores until so many wait and are on disk; the service cannot be reached."""
    while (ours_side._services.undelivered or 0) < count:
        wanted = min(AT_A_TIME, count - (ours_side._services.undelivered or 0))
        calls = [ours_side._gj.scores.add("500 points", BELOW_ALL + number) for number in range(wanted)]
        _play_until(ours_side._services, lambda calls=calls: all(call.durable for call in calls))


def cost_of_more(count: int) -> float:
    """Add some more to what waits. Returns the CPU seconds of all threads for each, until it is on disk."""
    before = time.process_time()
    calls = [ours_side._gj.scores.add("500 points", number) for number in range(count)]
    while not all(call.durable for call in calls):
        ours_side.update()
        time.sleep(0.002)
    return (time.process_time() - before) / count


def cost_of_sending(count: int) -> float:
    """Let some of what waits go out. Returns the CPU seconds of all threads for each."""
    services = ours_side._services
    waiting = services.undelivered or 0
    # until it has noticed that the service is back
    _play_until(services, lambda: (services.undelivered or 0) < waiting)
    waiting, before = services.undelivered or 0, time.process_time()
    _play_until(services, lambda: (services.undelivered or 0) <= max(0, waiting - count))
    return (time.process_time() - before) / max(1, waiting - (services.undelivered or 0))


def finish() -> None:
    """Play until everything has gone out."""
    _play_until(ours_side._services, lambda: ours_side._services.undelivered == 0)


def _client(player: dict[str, Any]) -> GameJolt:
    return GameJolt(player["game_id"], player["private_key"], base_url=player["base_url"], presence=False)


def _points(number: int) -> tuple[str, int]:
    return f"{number} points", number


def _score(player: str, number: int) -> Operation:
    score, sort = _points(number)
    return Operation(
        service="gamejolt",
        name="scores.add",
        kind=Kind.ADDITIVE,
        arguments={"score": score, "sort": str(sort)},
        player=player,
        lane="gamejolt/scores/",
        mingles="add",
        durable=True,
    )


def _play_until(services: ServiceManager, over: Any, limit_s: float = 600.0) -> None:
    until = time.monotonic() + limit_s
    while not over():
        if time.monotonic() > until:
            raise TimeoutError(f"not over after {limit_s} s")
        services.update()
        time.sleep(0.004)


connect = ours_side.connect
close = ours_side.close
