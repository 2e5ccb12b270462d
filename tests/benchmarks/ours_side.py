"""This package in a child interpreter, as a game would use it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.calls.operation import Operation

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


def written_down(steps: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """The calls of a mix as HTTP requests of as many calls as fit, in order. Nothing is sent."""
    operations = [one(name, about, _gj.prepare).operation for name, about in steps]
    requests = (_gj.request(part) for part in batched(operations, _gj.batch_limit))
    return [_on_the_wire(request) for request in requests]


def batched(operations: list[Operation], size: int) -> Iterator[list[Operation]]:
    """Parts of so many."""
    return (operations[at : at + size] for at in range(0, len(operations), size))


def _on_the_wire(request: Request) -> str:
    parts, body = urlsplit(request.url), request.body or b""
    head = [f"{request.method} {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", body.decode()])


def one(name: str, about: dict[str, Any], client: Any = None) -> Any:
    """Make one call of a mix, or have `client` prepare it."""
    client = client or _gj
    table_id = about.get("table_id")
    match name:
        case "score":
            return client.scores.add(f"{about['sort']} points", about["sort"], table_id=table_id)
        case "guest_score":
            return client.scores.add(f"{about['sort']} points", about["sort"], table_id=table_id, guest=about["guest"])
        case "trophy":
            return client.trophies.add_achieved(about["trophy_id"])
        case "set":
            return client.data_store.set(about["key"], about["data"], mine=True)
        case "update":
            return client.data_store.update(about["key"], "add", about["value"], mine=True)
        case "fetch":
            return client.data_store.fetch(about["key"], mine=True)
        case "rank":
            return client.scores.get_rank(about["sort"], table_id=table_id)
        case "board":
            return client.scores.fetch(limit=about["limit"], table_id=table_id)
        case "around":
            return client.scores.fetch(limit=about["limit"], better_than=about["better_than"], table_id=table_id)
    raise ValueError(name)
