"""This package in a child interpreter, as a game would use it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable
from typing import Any

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.call import Call

FRAME_S = 1 / 60

_services: ServiceManager
_gj: GameJolt
_folder: str


def connect(
    base_url: str, game_id: int, private_key: str, username: str, token: str, ca_file: str | None = None
) -> None:
    """Make a manager and sign the player in."""
    global _services, _gj, _folder
    _folder = tempfile.mkdtemp(prefix="gameservices-benchmark-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    _services = ServiceManager("benchmark", folder=_folder, ca_file=ca_file)
    _gj = _services.add(GameJolt(game_id, private_key, base_url=base_url, presence=False))
    _gj.sign_in(username, token)
    play_until(lambda: _gj.user is not None)


def close() -> None:
    """End the manager."""
    _services.close()


def update() -> None:
    """Let a frame pass."""
    _services.update()


def play_until(over: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Run frames as a game does until `over`."""
    until = time.monotonic() + limit_s
    while not over():
        if time.monotonic() > until:
            raise TimeoutError(f"not over after {limit_s} s")
        _services.update()
        time.sleep(FRAME_S)


def run(steps: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Make the calls of a mix within one frame and play until all have ended. Returns wall and CPU seconds."""
    ended: list[Call[Any]] = []
    wall, cpu = time.perf_counter(), time.process_time()
    for name, about in steps:
        one(name, about).then(ended.append)
    play_until(lambda: len(ended) == len(steps))
    taken = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    taken["failed"] = sum(not call.succeeded for call in ended)
    return taken


def ask_time(count: int) -> list[float]:
    """Ask for the server's time, one call after another. Returns the seconds of each."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        _gj.time.fetch().result(30.0)
        taken.append(time.perf_counter() - before)
        _services.update()
    return taken


def one(name: str, about: dict[str, Any]) -> Call[Any]:
    """Make one call of a mix."""
    table_id = about.get("table_id")
    match name:
        case "score":
            return _gj.scores.add(f"{about['sort']} points", about["sort"], table_id=table_id)
        case "guest_score":
            return _gj.scores.add(f"{about['sort']} points", about["sort"], table_id=table_id, guest=about["guest"])
        case "trophy":
            return _gj.trophies.add_achieved(about["trophy_id"])
        case "set":
            return _gj.data_store.set(about["key"], about["data"], mine=True)
        case "update":
            return _gj.data_store.update(about["key"], "add", about["value"], mine=True)
        case "fetch":
            return _gj.data_store.fetch(about["key"], mine=True)
        case "rank":
            return _gj.scores.get_rank(about["sort"], table_id=table_id)
        case "board":
            return _gj.scores.fetch(limit=about["limit"], table_id=table_id)
        case "around":
            return _gj.scores.fetch(limit=about["limit"], better_than=about["better_than"], table_id=table_id)
    raise ValueError(name)
