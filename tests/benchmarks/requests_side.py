"""Plain `requests`, as a game without a library would use it: signed by hand, blocking, or in threads of its own."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import requests

_session: requests.Session
_player: dict[str, Any]
_own = threading.local()


def connect(**player: Any) -> None:
    """Note where the API is and who plays."""
    global _session, _player
    _session, _player = requests.Session(), player


def run(steps: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Make the calls of a mix one after another, in one session. Returns wall and CPU seconds."""
    return _taken(lambda: [_ask(_session, *step) for step in steps])


def run_in_pool(steps: list[tuple[str, dict[str, Any]]], workers: int) -> dict[str, float]:
    """Make them in so many threads, each with a session of its own."""

    def work() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda step: _ask(_session_of_thread(), *step), steps))

    return _taken(work)


def run_in_threads(steps: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Make each in a thread of its own, as ``threading.Thread(target=requests.get, ...)`` does."""
    ended: list[Any] = []

    def work() -> None:
        threads = [threading.Thread(target=lambda step=step: ended.append(_ask(requests, *step))) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    taken = _taken(work)
    if len(ended) != len(steps):
        raise RuntimeError(f"{len(steps) - len(ended)} of {len(steps)} calls in threads failed")
    return taken


def ask_time(count: int) -> list[float]:
    """Ask for the server's time, one call after another. Returns the seconds of each."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        _ask(_session, "time", {})
        taken.append(time.perf_counter() - before)
    return taken


def signed(player: dict[str, Any], path: str, arguments: dict[str, Any]) -> str:
    """The signed address of a call."""
    query = urlencode({"game_id": player["game_id"], "format": "json", **arguments})
    address = f"{player['base_url']}/{path}/?{query}"
    return f"{address}&signature={hashlib.md5((address + player['private_key']).encode()).hexdigest()}"


def _ask(client: Any, name: str, about: dict[str, Any]) -> Any:
    path, arguments = _call(name, dict(about))
    return client.get(signed(_player, path, arguments), timeout=30).json()["response"]


def _call(name: str, about: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The path and the parameters of one call of a mix."""
    user = {"username": _player["username"], "user_token": _player["token"]}
    match name:
        case "time":
            return "time", {}
        case "score":
            return "scores/add", {**user, "score": f"{about['sort']} points", **about}
        case "guest_score":
            return "scores/add", {"score": f"{about['sort']} points", **about}
        case "trophy":
            return "trophies/add-achieved", {**user, **about}
        case "set":
            return "data-store/set", {**user, **about}
        case "update":
            return "data-store/update", {**user, "operation": "add", **about}
        case "fetch":
            return "data-store", {**user, **about}
        case "rank":
            return "scores/get-rank", about
        case "board" | "around":
            return "scores", about
    raise ValueError(name)


def _session_of_thread() -> requests.Session:
    if not hasattr(_own, "session"):
        _own.session = requests.Session()
    session: requests.Session = _own.session
    return session


def _taken(work: Callable[[], object]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
