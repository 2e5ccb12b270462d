"""What a page of another origin may read, seen by a plain client; a real browser has its say in `tests.page`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox import Drip, Garbage, NoCors, Sandbox, ServerError
from pygame_gameservices.sandbox.cors_modes import USUAL, cors_modes
from tests.sandbox.client import Client, fetch

PAGE = {"Origin": "http://127.0.0.1:8000"}
ASKS = {**PAGE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture(autouse=True)
def lifted(process: Sandbox) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    process.faults.clear()


def allowed(url: str) -> str | None:
    return fetch(url, headers=PAGE)[1]["Access-Control-Allow-Origin"]


def preflight(url: str) -> tuple[int, str | None]:
    status, headers, _ = fetch(url, headers=ASKS, method="OPTIONS")
    return status, headers["Access-Control-Allow-Headers"]


def test_game_jolt_lets_pages_read_and_refuses_preflights(client: Client) -> None:
    url = client.url("time")
    assert allowed(url) == "*"
    assert fetch(url)[1]["Access-Control-Allow-Origin"] is None
    assert preflight(url) == (405, None)


def test_what_needs_a_key_lets_no_page_in(sandbox: Sandbox) -> None:
    for url in (f"{sandbox.itchio_url}/profile", f"{sandbox.forge_url}/v1/", f"{sandbox.trading_url}/api/v1/status"):
        assert allowed(url) is None
        assert preflight(url) == (405, None)
    assert allowed(sandbox.easyjam_url) == "*"


def test_one_service_can_be_told_to_let_pages_in() -> None:
    with Sandbox.start({}, cors={"itchio": "allow", "gamejolt": "refuse"}) as told:
        url = f"{told.itchio_url}/profile"
        assert preflight(url) == (204, "authorization")
        assert allowed(url) == "*"
        assert allowed(Client(told).url("time")) is None


def test_strange_pages_stay_out_whatever_is_told() -> None:
    with Sandbox.start({}, cors="allow") as told:
        assert fetch(Client(told).url("time"), headers={"Origin": "https://evil.example"})[0] == 403


@pytest.mark.parametrize("fault", [Garbage(), ServerError(503)], ids=["garbage", "server error"])
def test_a_page_may_read_what_a_fault_answers(sandbox: Sandbox, client: Client, fault: Garbage | ServerError) -> None:
    sandbox.faults.set(fault)
    assert allowed(client.url("time")) == "*"


def test_a_page_may_read_what_is_written_raw(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(Drip(100_000))
    parts = urlsplit(client.url("time"))
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as wire:
        origin = PAGE["Origin"]
        wire.sendall(
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {origin}\r\n\r\n".encode()
        )
        assert b"access-control-allow-origin: *\r\n" in wire.recv(1000)


def test_a_fault_keeps_pages_from_reading(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults.set(NoCors(count=1))
    assert allowed(client.url("time")) is None
    assert allowed(client.url("time")) == "*"


def test_modes_are_read_and_mistakes_named() -> None:
    assert cors_modes(None) == USUAL
    assert set(cors_modes("allow").values()) == {"allow"}
    assert cors_modes(["refuse", "itchio=allow"]) == dict.fromkeys(USUAL, "refuse") | {"itchio": "allow"}
    with pytest.raises(UsageError, match="'yes'; choose allow, simple, refuse"):
        cors_modes("yes")
    with pytest.raises(UsageError, match="'steam': there is no such protocol"):
        cors_modes(["steam=allow"])
