"""The peer `gamejoltapi` 0.0.3, in a child interpreter: importing it turns off TLS verification for all of it."""

from __future__ import annotations

import time
from typing import Any

import gamejoltapi  # type: ignore[import-untyped]

_api: Any = None


def connect(base_url: str, game_id: int, private_key: str, username: str, token: str) -> None:
    """Make the client and turn it from the real service to `base_url`, which it has no setting for."""
    global _api
    _api = gamejoltapi.GameJoltAPI(game_id, private_key, username, token)
    official = _api._GameJoltAPI__API_URL
    _api.operations = {name: url.replace(official, base_url) for name, url in _api.operations.items()}


def run(steps: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    """Make the calls of a mix one after another. Returns wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    for name, about in steps:
        one(name, about)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def ask_time(count: int) -> list[float]:
    """Ask for the server's time, one call after another. Returns the seconds of each."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        _api.time()
        taken.append(time.perf_counter() - before)
    return taken


def one(name: str, about: dict[str, Any]) -> Any:
    """Make one call of a mix."""
    table_id = about.get("table_id")
    match name:
        case "score":
            return _api.scoresAdd(f"{about['sort']} points", about["sort"], table_id)
        case "guest_score":
            return _api.scoresAdd(f"{about['sort']} points", about["sort"], table_id, guest=about["guest"])
        case "trophy":
            return _api.trophiesAddAchieved(about["trophy_id"])
        case "set":
            return _api.dataStoreSet(about["key"], about["data"])
        case "update":
            return _api.dataStoreUpdate(about["key"], "add", about["value"])
        case "fetch":
            return _api.dataStoreFetch(about["key"])
        case "rank":
            return _api.scoresGetRank(about["sort"], table_id)
        case "board":
            return _api.scoresFetch(about["limit"], table_id)
        case "around":
            return _api.scoresFetch(about["limit"], table_id, betterThan=about["better_than"])
    raise ValueError(name)
