"""The floor: HTTP by hand on one socket that stays open. No library, no care for errors: nothing for a game to use."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.requests_side import signed

_address: tuple[str, int]
_socket: socket.socket
_request: bytes
_more: list[socket.socket] = []


def connect(**player: Any) -> None:
    """Connect, and write down the one request that is made: even its signature is not made anew."""
    global _address, _socket, _request
    parts = urlsplit(signed(player, "time", {}))
    _address = parts.hostname or "", parts.port or 80
    _socket = _connected()
    _request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


def ask_time(count: int) -> list[float]:
    """Ask for the server's time, one request after another. Returns the seconds of each."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        _socket.sendall(_request)
        json.loads(_answer(_socket))
        taken.append(time.perf_counter() - before)
    return taken


def send(requests: list[str], workers: int) -> dict[str, float]:
    """Send requests that are written down, over so many sockets at once. Returns wall and CPU seconds."""
    while len(_more) < workers:
        _more.append(_connected())
    waiting = deque(request.encode() for request in requests)

    def work(by: socket.socket) -> None:
        with suppress(IndexError):
            while True:
                by.sendall(waiting.popleft())
                _answer(by)

    wall, cpu = time.perf_counter(), time.process_time()
    threads = [threading.Thread(target=work, args=(by,)) for by in _more[:workers]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _connected() -> socket.socket:
    made = socket.create_connection(_address)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _answer(by: socket.socket) -> bytes:
    head, _, body = b"", b"", b""
    while b"\r\n\r\n" not in head:
        head += by.recv(65536)
    head, _, body = head.partition(b"\r\n\r\n")
    (length,) = (line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < int(length):
        body += by.recv(65536)
    return body
