"""Each fault bites, as seen by plain sockets and http.client, and lets go again."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.sandbox import (
    ClockSkew,
    DeepJson,
    Drip,
    Fault,
    Flood,
    Garbage,
    Hang,
    HtmlPage,
    HugeJson,
    Latency,
    Refuse,
    Reset,
    Sandbox,
    ServerError,
    Stall,
    TooManyRequests,
    Truncate,
    WrongLength,
)
from tests.sandbox.client import ADA, Client, fetch, unwrap


@pytest.fixture(autouse=True)
def lifted(process: Sandbox) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    process.faults.clear()


class Wire:
    """One connection with one GET sent on it, read byte by byte."""

    def __init__(self, url: str, *, timeout: float = 10.0, tail: str = "") -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout)
        request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{tail}\r\n"
        self.socket.sendall(request.encode())

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def read(self, limit: int = 10_000_000) -> bytes:
        """All that comes, until the other side closes or `limit` is reached."""
        parts = []
        size = 0
        while size < limit and (part := self.socket.recv(65536)):
            parts.append(part)
            size += len(part)
        return b"".join(parts)


def score(client: Client, sort: int) -> str:
    return client.url("scores/add", **ADA, score="s", sort=sort)


def stored(sandbox: Sandbox) -> list[int]:
    return [row["sort"] for row in sandbox.dump("gamejolt_scores")]


def bites(sandbox: Sandbox) -> list[int]:
    return [fault["bites"] for fault in sandbox.faults.report()]


@pytest.mark.parametrize("applied", [False, True])
def test_reset(client: Client, sandbox: Sandbox, applied: bool) -> None:
    sandbox.faults.set(Reset(applied=applied))
    with Wire(score(client, 7)) as wire, pytest.raises(ConnectionResetError):
        wire.read()
    assert stored(sandbox) == ([7] if applied else [])
    (entry,) = sandbox.journal()
    assert (entry["status"], entry["faults"], entry["success"]) == (None, ["reset"], True if applied else None)


@pytest.mark.parametrize("applied", [False, True])
def test_hang(client: Client, sandbox: Sandbox, applied: bool) -> None:
    sandbox.faults.set(Hang(applied=applied))
    with Wire(score(client, 7), timeout=0.5) as wire:
        with pytest.raises(TimeoutError):
            wire.read()
        assert stored(sandbox) == ([7] if applied else [])
        sandbox.faults.clear()
        wire.socket.settimeout(10)
        with pytest.raises(ConnectionResetError):
            wire.read()
    assert stored(sandbox) == ([7] if applied else [])


def test_a_hang_ends_when_the_client_goes(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Hang(count=1))
    with Wire(client.url("time")):
        wait_for(lambda: bites(sandbox) == [1])
    assert client.get("time")["success"] == "true"


@pytest.mark.parametrize("applied", [False, True])
def test_stall(client: Client, sandbox: Sandbox, applied: bool) -> None:
    sandbox.faults.set(Stall(0.6, applied=applied))
    early: list[list[int]] = []
    look = threading.Timer(0.3, lambda: early.append(stored(sandbox)))
    look.start()
    begun = time.monotonic()
    assert unwrap(fetch(score(client, 7))[2]) == {"success": "true"}
    assert time.monotonic() - begun >= 0.6
    look.join()
    assert early == [[7] if applied else []]
    assert stored(sandbox) == [7]


def test_a_stalled_request_of_a_client_that_left_is_never_applied(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Stall(0.4))
    with Wire(score(client, 7)):
        wait_for(lambda: bites(sandbox) == [1])
    time.sleep(0.6)
    assert stored(sandbox) == []


def test_clearing_ends_a_stall(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Stall(60))
    with Wire(client.url("time"), tail="Connection: close\r\n") as wire:
        wait_for(lambda: bites(sandbox) == [1])
        sandbox.faults.clear()
        assert b"200 OK" in wire.read()


def test_latency_and_jitter(client: Client, sandbox: Sandbox) -> None:
    def took() -> float:
        begun = time.monotonic()
        assert client.get("time")["success"] == "true"
        return time.monotonic() - begun

    sandbox.faults.set(Latency(0.25))
    assert took() >= 0.25
    sandbox.faults.set(Latency(0.15, jitter=0.15))
    times = [took() for _ in range(6)]
    assert max(times) - min(times) > 0.05
    sandbox.faults.clear()
    assert min(took() for _ in range(5)) < 0.25


def test_refuse(client: Client, sandbox: Sandbox) -> None:
    address = urlsplit(sandbox.url)
    kept = http.client.HTTPConnection(address.netloc, timeout=10)
    kept.request("GET", "/_sandbox/health")
    kept.getresponse().read()
    sandbox.faults.set(Refuse())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), 5)
    with pytest.raises(ConnectionResetError):
        kept.sock.recv(1)
    kept.close()
    assert sandbox.faults.report()[0]["kind"] == "refuse"  # the admin port still answers
    sandbox.faults.clear()
    assert client.get("time")["success"] == "true"


def test_refuse_for_a_while(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Refuse(for_s=0.5))
    with pytest.raises(ConnectionRefusedError):
        client.get("time")
    wait_for(lambda: reachable(client))
    assert sandbox.faults.report()[0]["spent"] is True


@pytest.mark.parametrize("part", ["body", "headers"])
def test_drip(client: Client, sandbox: Sandbox, part: str) -> None:
    rate = 400.0
    plain = len(client.raw("time")[2])
    sandbox.faults.set(Drip(rate, part=part))
    begun = time.monotonic()
    with Wire(client.url("time")) as wire:
        first = wire.socket.recv(16)
        at_first = time.monotonic() - begun
        whole = first + wire.read()
    took = time.monotonic() - begun
    head, _, body = whole.partition(b"\r\n\r\n")
    assert json.loads(body)["response"]["success"] == "true"
    slow = plain if part == "body" else len(whole)
    assert took > slow / rate * 0.8
    assert at_first < took / 2
    assert len(first) <= (16 if part == "body" else 20)
    assert b"content-length: " + str(len(body)).encode() in head


def test_drip_of_headers_is_slow_from_the_first_byte(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Drip(20, part="headers"))
    with Wire(client.url("time"), timeout=5) as wire:
        time.sleep(0.3)
        assert len(wire.socket.recv(1000)) < 30


def test_truncate(client: Client, sandbox: Sandbox) -> None:
    plain = client.raw("scores/tables")[2]
    sandbox.faults.set(Truncate(keep=0.25))
    with pytest.raises(http.client.IncompleteRead) as caught:
        client.raw("scores/tables")
    assert caught.value.partial == plain[: len(plain) // 4]
    assert caught.value.expected == len(plain) - len(plain) // 4


@pytest.mark.parametrize("extra", [100, -20])
def test_wrong_length(client: Client, sandbox: Sandbox, extra: int) -> None:
    plain = client.raw("scores/tables")[2]
    sandbox.faults.set(WrongLength(extra))
    with Wire(client.url("scores/tables")) as wire:
        head, _, body = wire.read().partition(b"\r\n\r\n")
    assert f"content-length: {len(plain) + extra}".encode() in head
    assert body == plain


def test_garbage(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Garbage(2000))
    status, headers, first = client.raw("time")
    assert (status, headers["Content-Type"].partition(";")[0], len(first)) == (200, "application/json", 2000)
    with pytest.raises(UnicodeDecodeError):
        first.decode()
    assert client.raw("time")[2] != first


@pytest.mark.parametrize("status", [200, 502])
def test_html(client: Client, sandbox: Sandbox, status: int) -> None:
    sandbox.faults.set(HtmlPage(status))
    code, headers, body = client.raw("time")
    assert (code, headers["Content-Type"].partition(";")[0]) == (status, "text/html")
    assert body.startswith(b"<!DOCTYPE html>")


def test_deep_json(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(DeepJson(depth=50_000))
    status, _, body = client.raw("time")
    assert (status, body.count(b"["), body.count(b"]")) == (200, 50_000, 50_000)
    with pytest.raises(RecursionError):
        json.loads(body)


def test_huge_json(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(HugeJson(megabytes=8))
    status, headers, body = client.raw("time")
    assert (status, len(body)) == (200, int(headers["Content-Length"]))
    assert abs(len(body) - 8 * 1024 * 1024) < 100_000
    assert json.loads(body)["response"]["success"] == "true"


def test_flood(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(Flood(gigabytes=10))
    with Wire(client.url("time")) as wire:
        received = wire.read(limit=30_000_000)
    assert f"content-length: {10 * 1024**3}".encode() in received[:500]
    assert len(received) >= 30_000_000
    sandbox.faults.clear()
    assert client.get("time")["success"] == "true"


@pytest.mark.parametrize("retry_after", [None, 7])
def test_too_many_requests(client: Client, sandbox: Sandbox, retry_after: int | None) -> None:
    sandbox.faults.set(TooManyRequests(retry_after))
    status, headers, _ = client.raw("time")
    assert (status, headers["Retry-After"]) == (429, None if retry_after is None else "7")


@pytest.mark.parametrize(("status", "retry_after"), [(500, None), (502, None), (503, 3)])
def test_server_error_for_a_number_of_requests(
    client: Client, sandbox: Sandbox, status: int, retry_after: int | None
) -> None:
    sandbox.faults.set(ServerError(status, retry_after, count=2))
    for _ in range(2):
        code, headers, _ = client.raw("scores/add", **ADA, score="s", sort=1)
        assert (code, headers["Retry-After"]) == (status, None if retry_after is None else str(retry_after))
    assert stored(sandbox) == []
    assert client.raw("time")[0] == 200


SERVICE_ERRORS = [
    ("/gamejolt/api/game/v1_2/time/", {"response": {"success": "false", "message": "Unknown fatal error occurred."}}),
    ("/forge/player/playtime", {"records_processed": 0, "errors": [{"message": "Service Unavailable"}]}),
    ("/trading/api/v1/status", {"detail": "Service Unavailable"}),
    ("/itchio/profile", {"errors": ["There was a server error"]}),
    ("/easyjam/", {"Error": "Something is wrong"}),
]


@pytest.mark.parametrize(("path", "said"), SERVICE_ERRORS, ids=lambda value: value if isinstance(value, str) else "")
def test_server_error_in_the_words_of_the_service(sandbox: Sandbox, path: str, said: dict[str, object]) -> None:
    sandbox.faults.set(ServerError(503, 4, body="service"))
    status, headers, body = fetch(sandbox.url + path)
    assert (status, headers["Retry-After"], headers.get_content_type()) == (503, "4", "application/json")
    assert json.loads(body) == said
    sandbox.faults.set("server-error:status=599,body=service,applied=true")
    assert fetch(sandbox.url + path)[0] == 599
    sandbox.faults.set(ServerError(503))
    assert fetch(sandbox.url + path)[1].get_content_type() == "text/html"


def test_server_error_in_the_format_of_the_request(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(body="service"))
    status, headers, body = client.raw("time", format="keypair")
    assert (status, headers.get_content_type()) == (500, "text/plain")
    assert body.startswith(b'success:"false"')


def test_server_error_where_there_is_no_service(sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(body="service"))
    assert fetch(f"{sandbox.url}/nowhere")[1].get_content_type() == "text/html"


def test_server_error_for_a_while(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ServerError(500, for_s=0.4))
    assert client.raw("time")[0] == 500
    wait_for(lambda: client.raw("time")[0] == 200)


@pytest.mark.parametrize(
    "fault",
    [
        Reset(applied=True),
        Garbage(applied=True),
        HtmlPage(applied=True),
        DeepJson(applied=True),
        HugeJson(1, applied=True),
        ServerError(applied=True),
        TooManyRequests(applied=True),
        Truncate(),
        WrongLength(),
        Drip(5000),
    ],
    ids=lambda fault: fault.kind,
)
def test_the_reply_is_lost_and_the_request_applied_once(client: Client, sandbox: Sandbox, fault: Fault) -> None:
    sandbox.faults.set(fault)
    try:
        _, _, body = fetch(score(client, 7))
    except (ConnectionResetError, http.client.HTTPException):
        body = b""
    assert stored(sandbox) == [7]
    assert (body == b'{"response":{"success":"true"}}') is (fault.kind in ("drip", "wrong-length") and body != b"")


@pytest.mark.parametrize(
    "fault",
    [Reset(), Garbage(), HtmlPage(), DeepJson(), HugeJson(1), ServerError(), TooManyRequests()],
    ids=lambda fault: fault.kind,
)
def test_the_request_is_not_applied(client: Client, sandbox: Sandbox, fault: Fault) -> None:
    sandbox.faults.set(fault)
    try:
        fetch(score(client, 7))
    except ConnectionResetError:
        assert fault.kind == "reset"
    assert stored(sandbox) == []


def test_clock_skew(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.set(ClockSkew(86_400.0, path="*/time/"))
    _, headers, body = client.raw("time")
    assert abs(unwrap(body)["timestamp"] - time.time() - 86_400) < 30
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - time.time() - 86_400) < 30
    _, headers, _ = client.raw("scores/tables")
    assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - time.time()) < 30


def reachable(client: Client) -> bool:
    try:
        return client.get("time") != {}
    except ConnectionRefusedError:
        return False


def wait_for(condition: object, timeout: float = 5.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
