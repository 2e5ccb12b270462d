"""A server that says exactly the bytes a test wants said, on loopback, to however many connections."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Script = Callable[[socket.socket, bytes], None]


class RawServer:
    """Runs `script(connection, request_head)` for each request; connections stay open until the script closes them.

    Attributes:
        requests: the heads of all requests so far.
        connections: how many were made.
        left: how many of them ended.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self.port = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        self.connections = 0
        self.left = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/path"

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with contextlib.suppress(OSError):  # not every system can
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(1.0)  # or it might take what comes to another server, whose handle has the same number
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            buffered = b""
            try:
                while True:
                    while b"\r\n\r\n" not in buffered:
                        more = connection.recv(65536)
                        if not more:
                            return
                        buffered += more
                    head, _, buffered = buffered.partition(b"\r\n\r\n")
                    self.requests.append(head)
                    self._script(connection, head)
            except OSError:
                return
            finally:
                self.left += 1


def reply(body: bytes, *, status: str = "200 OK", headers: str = "") -> Script:
    """A script that answers every request with one complete answer."""

    def script(connection: socket.socket, head: bytes) -> None:
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)

    return script
