"""HTTP as it should not be: each way of going wrong ends in time, in the error class that says so, without secrets."""

from __future__ import annotations

import contextlib
import gzip
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.connection import HOSTS
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.http.polled import PolledHttp
from pygame_gameservices.core.http.transport import HttpTransport, tls_context
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError, Offline, ProtocolError, ResponseTooLarge, Timeout, TLSError
from tests.core.raw_server import RawServer, reply
from tests.core.runners.test_close import black_hole

SECRET = Secret("s3cret#token&")


class Polled:
    """Sends by exchanges that are polled, one at a time, as a worker would send: each is held to the same."""

    def __init__(self) -> None:
        self._http = PolledHttp(tls_context())

    def send(self, request: Request, line: Line) -> Response:
        exchange = self._http.begin(request)
        try:
            while (response := exchange.poll()) is None:
                self._http.rest(0.01)
                if line.cut:
                    exchange.abort()
            return response
        finally:
            line.sent = exchange.sent

    def close(self) -> None:
        self._http.close()


@pytest.fixture(params=["requests", "polled"])
def transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    transport: Transport = HttpTransport(tls_context()) if request.param == "requests" else Polled()
    yield transport
    transport.close()


def send(transport: Transport, url: str, *, line: Line | None = None, **how: object) -> Response:
    options: dict = {"timeout_s": 1.0, "max_bytes": 1000, **how}
    request = Request(method="GET", url=f"{url}?user_token=s3cret%23token%26", secrets=(SECRET,), **options)
    return transport.send(request, line or Line())


def failure(transport: Transport, url: str, *, line: Line | None = None, **how: object) -> CallError:
    with pytest.raises(CallError) as caught:
        send(transport, url, line=line, **how)
    error = caught.value
    assert "s3cret" not in str(error) + repr(error)
    assert error.__cause__ is None
    return error


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_an_answer_arrives_whole_and_the_connection_is_kept(transport: Transport) -> None:
    with RawServer(reply(b"hello", headers="X-Thing: 7\r\n")) as server:
        for _ in range(3):
            answer = send(transport, server.url)
        assert (answer.status, answer.body, answer.headers["x-thing"]) == (200, b"hello", "7")
        assert (len(server.requests), server.connections) == (3, 3 if isinstance(transport, Polled) else 1)


def test_what_comes_in_several_fields_of_one_name_is_all_there(transport: Transport) -> None:
    with RawServer(reply(b"hello", headers="X-Thing: 7\r\nX-Other: 8\r\nx-thing: 9\r\n")) as server:
        assert send(transport, server.url).headers == {"content-length": "5", "x-thing": "7, 9", "x-other": "8"}


def test_a_worker_keeps_the_connections_of_few_hosts(transport: Transport) -> None:
    with contextlib.ExitStack() as running:
        servers = [running.enter_context(RawServer(reply(b"hello"))) for _ in range(2 * HOSTS)]
        for server in servers:
            send(transport, server.url, timeout_s=10.0)
        until(lambda: sum(server.left for server in servers) >= HOSTS)


def test_a_worker_that_ends_keeps_no_connection(transport: Transport) -> None:
    with RawServer(reply(b"hello")) as server:
        send(transport, server.url, timeout_s=10.0)
        transport.close()
        until(lambda: server.left == 1)


def test_the_address_is_sent_as_it_was_signed(transport: Transport) -> None:
    with RawServer(reply(b"")) as server:
        request = Request(method="GET", url=server.url + "?a=~%2B%20%26%E2%82%AC%5B%5D%2F%23")
        transport.send(request, Line())
        assert server.requests[0].startswith(b"GET /path?a=~%2B%20%26%E2%82%AC%5B%5D%2F%23 HTTP/1.1")


def test_a_compressed_answer_is_opened_and_a_bomb_is_not(transport: Transport) -> None:
    with RawServer(reply(gzip.compress(b"x" * 900), headers="Content-Encoding: gzip\r\n")) as server:
        assert send(transport, server.url).body == b"x" * 900
    with RawServer(reply(gzip.compress(b"x" * 50_000_000), headers="Content-Encoding: gzip\r\n")) as server:
        assert isinstance(failure(transport, server.url, max_bytes=100_000), ResponseTooLarge)


def test_a_declared_size_beyond_the_cap_is_refused_unread(transport: Transport) -> None:
    def ten_gigabytes(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with RawServer(ten_gigabytes) as server:
        started = time.monotonic()
        assert isinstance(failure(transport, server.url, timeout_s=30.0), ResponseTooLarge)
        assert time.monotonic() - started < 15


def test_an_endless_answer_is_cut_at_the_cap(transport: Transport) -> None:
    def endless(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")

    with RawServer(endless) as server:
        assert isinstance(failure(transport, server.url), ResponseTooLarge)


def test_a_closed_port_was_surely_not_reached(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(transport, f"http://127.0.0.1:{port}/")
    assert isinstance(error, Offline)
    assert not error.sent
    assert "refused" in str(error)


def test_an_unknown_name_says_so(transport: Transport) -> None:
    error = failure(transport, "http://no-such-host.invalid/", timeout_s=5.0)
    assert isinstance(error, Offline)
    assert not error.sent
    assert "name is not known" in str(error)


def test_silence_ends_at_the_deadline_and_may_have_been_applied(transport: Transport) -> None:
    with RawServer(lambda connection, head: time.sleep(30)) as server:
        started = time.monotonic()
        error = failure(transport, server.url)
        assert isinstance(error, Timeout)
        assert error.sent
        assert 0.9 < time.monotonic() - started < 15


def test_silence_is_not_waited_out_for_an_answer_that_may_take_minutes(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pygame_gameservices.core.http.limits.SILENCE_S", 0.3)
    with RawServer(lambda connection, head: time.sleep(30)) as server:
        started = time.monotonic()
        assert isinstance(failure(transport, server.url, timeout_s=266.0), Timeout)
        assert 0.2 < time.monotonic() - started < 15


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_slow_drip_ends_when_the_line_is_hung_up(transport: Transport, where: str) -> None:
    """Each byte comes in time, so no socket timeout ever fires; the watcher of the deadline hangs up."""
    start = b"HTTP/1.1 200 OK\r\n" + (b"" if where == "head" else b"Content-Length: 500\r\n\r\n")

    def drip(connection: socket.socket, head: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with RawServer(drip) as server:
        line = Line()
        threading.Timer(0.7, line.hang_up).start()
        started = time.monotonic()
        error = failure(transport, server.url, line=line)
        assert isinstance(error, Timeout)
        assert error.sent
        assert time.monotonic() - started < 15


def test_hanging_up_breaks_off_a_wait(transport: Transport) -> None:
    with RawServer(lambda connection, head: time.sleep(30)) as server:
        line = Line()
        threading.Timer(0.2, line.hang_up).start()
        started = time.monotonic()
        assert isinstance(failure(transport, server.url, line=line, timeout_s=20.0), Timeout)
        assert time.monotonic() - started < 15


def test_an_address_that_is_silent_leaves_time_for_the_next(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a network whose IPv6 leads nowhere."""
    with black_hole() as nowhere, RawServer(reply(b"hello")) as server:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        places = [(*kind, ("127.0.0.1", urlsplit(nowhere).port)), (*kind, ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        assert send(transport, server.url, timeout_s=4.0).body == b"hello"


def test_a_reset_may_have_been_applied(transport: Transport) -> None:
    def reset(connection: socket.socket, head: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with RawServer(reset) as server:
        error = failure(transport, server.url)
        assert isinstance(error, Offline)
        assert error.sent


def test_a_truncated_answer_is_not_taken_for_a_whole_one(transport: Transport) -> None:
    def truncated(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        connection.close()

    with RawServer(truncated) as server:
        error = failure(transport, server.url)
        assert isinstance(error, Offline)
        assert error.sent


def test_what_is_no_http_is_a_protocol_error(transport: Transport) -> None:
    def garbage(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"\x00\x01\x02 s3cret#token& not http at all\r\n\r\n")
        connection.close()

    with RawServer(garbage) as server:
        assert isinstance(failure(transport, server.url), ProtocolError)


@pytest.mark.parametrize("place", ["http://[bad", "", "//", "\x7f"])
def test_a_redirect_is_refused_wherever_it_leads(transport: Transport, place: str) -> None:
    with RawServer(reply(b"", status="302 Found", headers=f"Location: {place}\r\n")) as server:
        error = failure(transport, server.url)
    assert isinstance(error, ProtocolError)
    assert "redirect" in str(error)


def test_a_redirect_is_refused_with_the_credentials_unsent(transport: Transport) -> None:
    with RawServer(reply(b"")) as other:
        moved = f"Location: http://127.0.0.1:{other.port}/elsewhere\r\n"
        with RawServer(reply(b"", status="302 Found", headers=moved)) as server:
            error = failure(transport, server.url)
        assert isinstance(error, ProtocolError)
        assert "redirect" in str(error)
        assert other.requests == []


def test_a_server_that_does_not_speak_tls_is_a_tls_error(transport: Transport) -> None:
    def plain(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=plain, args=(listener,), daemon=True).start()
        error = failure(transport, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        assert isinstance(error, TLSError)
        assert not error.sent


@pytest.mark.parametrize("transport", ["requests"], indirect=True)
def test_urllib3_logs_no_token_of_ours(transport: Transport, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), RawServer(reply(b"ok")) as server:
        send(transport, server.url)
    assert "/path" in caplog.text, "urllib3 logs the request, or this test looks at nothing"
    assert "s3cret" not in caplog.text
