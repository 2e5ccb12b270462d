"""Closing keeps its time whatever the network does, and what was durable stays on disk."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pygame_gameservices import GameJolt, Postponed, ServiceManager
from pygame_gameservices.core.outbox_file import OutboxFile
from tests.conftest import run_until

CALLS = 60


@contextmanager
def black_hole() -> Iterator[str]:
    """A port that takes no more connections and refuses none: its queue is full."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def refused() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def name_failure() -> Iterator[str]:
    yield "https://no-such-host.invalid"


@contextmanager
def silent(scheme: str) -> Iterator[str]:
    """A port that takes connections and never says a word: to a client of https, a handshake that stalls."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"{scheme}://127.0.0.1:{server.getsockname()[1]}"


WAYS = {
    "black hole": (black_hole, 0.3),
    "refused": (refused, 0.1),
    "name failure": (name_failure, 0.1),
    "TLS stall": (lambda: silent("https"), 0.3),
    "no answer": (lambda: silent("http"), 0.3),
    "in mid-backoff": (refused, 2.0),
}


@pytest.mark.parametrize("way", WAYS)
def test_closing_takes_no_longer_than_it_may(way: str, tmp_path: Path) -> None:
    network, after_s = WAYS[way]
    with network() as url:
        services = ServiceManager("tests", folder=tmp_path)
        gj = services.add(GameJolt(1, "key", base_url=url, presence=False))
        calls = [gj.scores.add(str(n), n, guest="Zoë") for n in range(CALLS)]
        reads = [gj.time.fetch(), gj.scores.fetch()]
        run_until(services, lambda: all(call.durable for call in calls))
        time.sleep(after_s)
        begun = time.monotonic()
        services.close(timeout=1)
        took = time.monotonic() - begun
    assert took < 1.2
    assert all(isinstance(call.error, Postponed) for call in calls)
    assert all(call.done and call.error is not None for call in reads)
    file = OutboxFile(tmp_path / "outbox.sqlite3")
    assert len(file.all()) == CALLS
    file.close()
