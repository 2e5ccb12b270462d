"""A listening port that can refuse connections and greet them late.

asyncio's own servers can do neither, so the accept loop is written out here; each connection is then handed to
uvicorn's protocol as asyncio would do it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
from collections.abc import Callable

from pygame_gameservices.sandbox.wire import Connections

_BACKLOG = 512


class Listener:
    """One port.

    Args:
        host: address to listen on.
        port: 0 picks a free one, which is then kept.
        make_protocol: makes the protocol for one connection.
        connections: those of this port, as the protocol notes them.
        tls: serve TLS with this context, or plain text when None.
        delay: asked for each connection: how many seconds to wait before the TLS handshake.
    """

    def __init__(
        self,
        host: str,
        port: int,
        make_protocol: Callable[[], asyncio.Protocol],
        connections: Connections,
        *,
        tls: ssl.SSLContext | None = None,
        delay: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.host = host
        self.port = port
        self._make_protocol = make_protocol
        self._connections = connections
        self._tls = tls
        self._delay = delay
        self._socket = self._bind()
        self.port = self._socket.getsockname()[1]
        self._accepting: asyncio.Task[None] | None = None
        self._greeting: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> bool:
        """Whether connections are accepted now."""
        return self._accepting is not None

    def accept(self) -> None:
        """Begin to listen. Must run on the event loop."""
        if self._accepting is None:
            self._socket.listen(_BACKLOG)
            self._accepting = asyncio.get_running_loop().create_task(self._accept(self._socket))

    def refuse(self) -> None:
        """Stop listening and reset what is connected. The port stays bound, so that nobody else can take it."""
        if self._accepting is not None:
            self.close()
            self._socket = self._bind()

    def close(self) -> None:
        """Stop listening, reset all connections and give the port back."""
        if self._accepting is not None:
            with contextlib.suppress(NotImplementedError):  # not every loop has readers
                # Or what it is about to accept would meet a socket that is closed.
                self._accepting.get_loop().remove_reader(self._socket)
            self._accepting.cancel()
            self._accepting = None
        for task in self._greeting:
            task.cancel()
        self._socket.close()
        self._connections.reset_all()

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # The protocol number is passed on to accepted sockets, and only with it does asyncio turn off Nagle's delay.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if sys.platform != "win32":  # where it would let two servers share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((self.host, self.port))
        except OSError:
            bound.close()
            raise
        bound.setblocking(False)
        return bound

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listening)
            except OSError:  # out of file handles, or the client left the queue: others may fare better
                await asyncio.sleep(0.02)
                continue
            task = loop.create_task(self._greet(accepted))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, accepted: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            delay = self._delay()
            if delay:
                await asyncio.sleep(delay)
            await loop.connect_accepted_socket(self._make_protocol, accepted, ssl=self._tls)
        except (OSError, ssl.SSLError):  # the client left, or it spoke no TLS
            accepted.close()
        except asyncio.CancelledError:
            accepted.close()
            raise
