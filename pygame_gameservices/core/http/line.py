"""What carries a request, and one attempt at it as seen from outside. No library of the network is needed for these."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

from pygame_gameservices.core.calls.endpoint import Request, Response

if TYPE_CHECKING:
    import socket


class Line:
    """One attempt under way, seen from outside the worker that makes it. Safe to use from any thread.

    Attributes:
        sent: whether any byte of the request may have left.
        cut: whether `hang_up` was called.
    """

    __slots__ = ("_handle", "cut", "sent")

    def __init__(self) -> None:
        self.sent = False
        self.cut = False
        self._handle: socket.socket | None = None

    def may_send(self) -> bool:
        """Note that bytes are about to leave, unless somebody hung up before the first of them. Worker thread."""
        if self.sent:
            return True
        self.sent = True  # before the look at `cut`: whoever hangs up either sees this or is seen here
        if self.cut:
            self.sent = False
        return self.sent

    def carry(self, handle: socket.socket | None) -> None:
        """Tell which connection carries the attempt. Worker thread."""
        self._handle = handle
        if self.cut:
            self.hang_up()

    def hang_up(self) -> None:
        """Break the connection, so that a worker blocked on it returns at once with an error. Never blocks."""
        self.cut = True
        handle = self._handle
        if handle is not None:
            import socket  # whoever has one has loaded it

            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)


class Transport(Protocol):
    """What carries requests. The real one is `HttpTransport`; the test kit has another."""

    def send(self, request: Request, line: Line) -> Response:
        """Send `request` and read the answer. Worker thread.

        Raises:
            NetworkError: nothing came back; ``sent`` tells whether the request may have arrived.
            ProtocolError: what came back is no HTTP, is a redirect, or is too large.
        """

    def close(self) -> None:
        """Drop all connections. Worker thread."""
