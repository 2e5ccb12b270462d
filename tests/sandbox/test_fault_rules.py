"""Which requests a fault bites, how faults add up, and what they leave whole."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.sandbox import Latency, Sandbox, ServerError, TooManyRequests
from tests.sandbox.client import ADA, Client, fetch, refused
from tests.sandbox.test_faults import bites, wait_for


@pytest.fixture(autouse=True)
def lifted(process: Sandbox) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    process.faults.clear()


def test_path(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(path="/gamejolt/*/scores/add/"))
    assert client.raw("scores")[0] == 200
    assert client.raw("scores/add", **ADA, score="s", sort=1)[0] == 500


def test_probability_is_repeatable(client: Client, sandbox: Sandbox) -> None:
    def run(seed: int) -> list[int]:
        sandbox.faults.set(ServerError(probability=0.5, seed=seed))
        return [client.raw("time")[0] for _ in range(24)]

    first = run(1)
    assert set(first) == {200, 500}
    assert run(1) == first
    assert run(2) != first


def test_faults_add_up_and_the_first_ending_wins(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Latency(0.2), TooManyRequests(count=1))
    sandbox.faults.add(ServerError(503))
    begun = time.monotonic()
    assert client.raw("time")[0] == 429
    assert time.monotonic() - begun >= 0.2
    assert bites(sandbox) == [1, 1, 0]
    assert client.raw("time")[0] == 503
    assert bites(sandbox) == [2, 1, 1]


def test_a_fault_leaves_the_connection_usable(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(count=1))
    parts = urlsplit(client.url("time"))
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    for expected in (500, 200):
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        response.read()
        assert response.status == expected
    connection.close()


def test_a_large_post_is_read_before_it_is_refused(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(503))
    status, _, _ = fetch(client.url("data-store/set"), b"data=" + b"x" * 5_000_000)
    assert status == 503


def test_an_incomplete_post_is_not_applied(client: Client, sandbox: Sandbox) -> None:
    """No fault of the sandbox, but the one it must not commit itself."""
    parts = urlsplit(client.url("data-store/set", key="k", data="d"))
    with socket.create_connection((parts.hostname, parts.port), 10) as wire:
        head = f"POST {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 100\r\n\r\nabc"
        wire.sendall(head.encode())
        wait_for(lambda: sandbox.request_count() == 1)
    time.sleep(0.1)
    assert client.get("data-store", key="k") == refused("No item with that key could be found.")
