"""Closing keeps its time whatever the network does, and what was durable stays on disk."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, Postponed, ServiceManager, Timeout, UsageError
from pygame_gameservices.core.outbox.store import OutboxFile
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
    assert took < 3, "and not until the network answers, which is never"
    assert all(isinstance(call.error, Postponed) for call in calls)
    assert all(call.done and call.error is not None for call in reads)
    file = OutboxFile(tmp_path / "outbox.sqlite3")
    assert len(file.all()) == CALLS
    file.close()


@pytest.mark.parametrize("timeout", [0, -1, -1e300, 10**400, 1e300, 2])
def test_close_takes_any_number_that_has_an_end(timeout: float, tmp_path: Path) -> None:
    services = ServiceManager("patience", folder=tmp_path)
    began = time.monotonic()
    services.close(timeout)
    assert services.is_closed
    if timeout < 0:
        assert time.monotonic() - began < 5.0


@pytest.mark.parametrize("timeout", [float("nan"), float("inf"), float("-inf"), "2", None, True, [2], 2 + 0j])
def test_close_says_what_is_wrong_with_anything_else_and_closes_nothing(timeout: Any, tmp_path: Path) -> None:
    with ServiceManager("patience", folder=tmp_path) as services:
        with pytest.raises(UsageError, match=r"timeout.*pass seconds"):
            services.close(timeout)
        assert not services.is_closed
        call = services.background(lambda: 7)
        for wait in (timeout, float("nan")):
            if wait is not None:
                with pytest.raises(UsageError, match=r"timeout.*pass seconds"):
                    call.result(wait)
        assert call.result(1e300) == 7


@pytest.mark.threads
def test_a_result_is_not_waited_for_when_no_time_is_given(tmp_path: Path) -> None:
    gate = threading.Event()
    with ServiceManager("patience", folder=tmp_path) as services:
        task = services.background(gate.wait)
        for none in (0, -5, -(10**400)):
            with pytest.raises(Timeout):
                task.result(none)
        gate.set()
        assert task.result(10**400)
