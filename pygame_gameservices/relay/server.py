"""The server process: its port, its protocol, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from pygame_gameservices.errors import GameServicesError
from pygame_gameservices.relay.app import Relay
from pygame_gameservices.relay.limits import network_of
from pygame_gameservices.relay.reports import say
from pygame_gameservices.relay.settings import Keys, LimitSettings, Settings, address

KEEP_ALIVE_S = 75
GRACE_S = 20
"""Seconds that requests have to end when the server is told to stop."""
LARGEST_HEAD = 32 << 10
"""Bytes of a request's first lines."""
BACKLOG = 512


def serve(settings: Settings, keys: Keys, path: Path, certificate: tuple[str, str] | None = None) -> None:
    """Run until SIGINT or SIGTERM; requests that are under way come to their end first. Blocks.

    Args:
        settings: what the toml says.
        keys: what it does not.
        path: where the toml is, for errors.
        certificate: files of a certificate and its key, to serve https without a proxy in front.

    Raises:
        GameServicesError: the port cannot be had.
    """
    host, port = address(settings.listen, path)
    bound = _bind(host, port)
    here = bound.getsockname()
    relay = Relay(settings, keys, path.resolve().parent)
    say("the relay listens", address=f"{here[0]}:{here[1]}", https=certificate is not None)
    config = Config(
        relay.app(),
        http=protocol(settings.limits, settings.proxies),
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        limit_concurrency=settings.limits.connections,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        ssl_certfile=certificate[0] if certificate else None,
        ssl_keyfile=certificate[1] if certificate else None,
    )
    asyncio.run(_Server(config).serve(sockets=[bound]))
    say("the relay has stopped")


class _Server(Server):
    """uvicorn's server, which ends as asked by a signal and does not die of it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Begin to end at a signal; end at once at the second."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows; Ctrl-C ends it there
                loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        there = "perhaps a relay runs there already; else " if error.errno == errno.EADDRINUSE else ""
        problem = f"cannot listen on {host}:{port}: {error.strerror}; {there}change listen in relay.toml"
        raise GameServicesError(problem) from error
    return bound


def protocol(limits: LimitSettings, proxies: Collection[str] = ()) -> type[asyncio.Protocol]:
    """uvicorn's protocol, which leaves whoever takes their time connected for ever, with limits.

    ``head_s`` counts from the connection, or from the first byte of another request.

    Args:
        limits: how long one may take, and how many connections an address may have open.
        proxies: addresses that may have any number of them.
    """
    head_s, unread_s, per_address = limits.head_s, limits.body_s, limits.connections_per_address
    open_from: Counter[str] = Counter()

    class HeadWithin(H11Protocol):
        """Hangs up on clients that take their time."""

        _hang_up: asyncio.TimerHandle | None = None
        _unread: asyncio.TimerHandle | None = None
        _network: str = ""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            address = (transport.get_extra_info("peername") or ("",))[0]
            if address not in proxies:
                self._network = network_of(address)
                open_from[self._network] += 1
                if open_from[self._network] > per_address:
                    transport.abort()
                    return
            self._hang_up = self.loop.call_later(head_s, transport.abort)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            reading = self.cycle is None or self.cycle.response_complete
            if not reading:
                self._relax()
            elif self._hang_up is None and self.conn.trailing_data[0]:
                self._hang_up = self.loop.call_later(head_s, self.transport.abort)

        def pause_writing(self) -> None:
            super().pause_writing()
            if self._unread is None:
                self._unread = self.loop.call_later(unread_s, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            self._read_on()

        def connection_lost(self, exc: Exception | None) -> None:
            self._relax()
            self._read_on()
            if self._network:
                open_from[self._network] -= 1
                if not open_from[self._network]:
                    del open_from[self._network]
            super().connection_lost(exc)

        def _relax(self) -> None:
            if self._hang_up is not None:
                self._hang_up.cancel()
                self._hang_up = None

        def _read_on(self) -> None:
            if self._unread is not None:
                self._unread.cancel()
                self._unread = None

    made: type[Any] = HeadWithin
    return made
