"""Connections as such: finding the one below an ASGI request, and resetting it.

ASGI hides the connection. uvicorn's protocol is told of each one, and a scope names both ends of it, so a register
of connections by their two addresses leads back.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import MutableMapping
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Connection:
    """One accepted connection.

    Attributes:
        transport: asyncio's end of it, with TLS inside if there is any.
        ends: addresses of client and server. Kept, since a closed transport does not tell any more.
        lost: set once it is closed, by whichever side.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.ends = _ends(transport)
        self.lost = asyncio.Event()

    def reset(self) -> None:
        """Drop the connection with a TCP RST, so that the client gets "connection reset" and not an end of file."""
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.transport.abort()


class Connections:
    """All open connections of one listener, by the addresses of their two ends. Used on the event loop."""

    def __init__(self) -> None:
        self._open: dict[tuple[Any, Any], Connection] = {}

    def of(self, scope: MutableMapping[str, Any]) -> Connection:
        """Return the connection below the request with this ASGI scope; one already lost if it is gone."""
        found = self._open.get((tuple(scope["client"] or ()), tuple(scope["server"] or ())))
        if found is None:
            found = Connection(_Gone())
            found.lost.set()
        return found

    def reset_all(self) -> None:
        """Reset every connection."""
        for connection in list(self._open.values()):
            connection.reset()

    def opened(self, transport: asyncio.Transport) -> Connection:
        """Note a new connection; called by the protocol."""
        connection = Connection(transport)
        self._open[connection.ends] = connection
        return connection

    def closed(self, connection: Connection) -> None:
        """Note that a connection is closed; called by the protocol."""
        self._open.pop(connection.ends, None)
        connection.lost.set()


def watched_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol class, extended so that it enters its connections in `connections`."""

    class WatchedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        """uvicorn's protocol with a note in the register when a connection comes and goes."""

        def connection_made(self, transport: asyncio.Transport) -> None:
            self._noted = connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            # uvicorn first: it must know that nobody waits for an answer before a fault that waits for this returns.
            super().connection_lost(exc)
            connections.closed(self._noted)

    return WatchedProtocol


class _Gone(asyncio.Transport):
    """The transport of a connection that is closed already."""

    def abort(self) -> None:
        pass

    def close(self) -> None:
        pass

    def write(self, data: Any) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0


def _ends(transport: asyncio.Transport) -> tuple[Any, Any]:
    ends: list[Any] = []
    for name in ("peername", "sockname"):
        address = transport.get_extra_info(name)
        ends.append(tuple(address[:2]) if address else ())
    return ends[0], ends[1]
