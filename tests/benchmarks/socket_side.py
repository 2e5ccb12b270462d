"""The floor: HTTP by hand on one socket that stays open. No library, no care for errors: nothing for a game to use."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

from tests.benchmarks.requests_side import signed

_socket: socket.socket
_request: bytes


def connect(**player: Any) -> None:
    """Connect, and write down the one request that is made: even its signature is not made anew."""
    global _socket, _request
    parts = urlsplit(signed(player, "time", {}))
    _socket = socket.create_connection((parts.hostname, parts.port))
    _socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _request = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()


def ask_time(count: int) -> list[float]:
    """Ask for the server's time, one request after another. Returns the seconds of each."""
    taken = []
    for _ in range(count):
        before = time.perf_counter()
        _socket.sendall(_request)
        json.loads(_answer())
        taken.append(time.perf_counter() - before)
    return taken


def _answer() -> bytes:
    head, _, body = b"", b"", b""
    while b"\r\n\r\n" not in head:
        head += _socket.recv(65536)
    head, _, body = head.partition(b"\r\n\r\n")
    (length,) = (line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < int(length):
        body += _socket.recv(65536)
    return body
