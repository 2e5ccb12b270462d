"""urllib3 connections that know whether a request was sent, and that another thread can cut off.

A socket timeout bounds one read, not a whole answer: a server that drips a byte now and then could hold a worker for
hours. So each attempt has a `Line`, and whoever watches the deadline hangs up on it.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


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
            with contextlib.suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)


class _Current(threading.local):
    line: Line | None = None


current = _Current()
"""The attempt that this thread makes right now."""


class _Watched:
    """What both kinds of connection add to urllib3's: a second handle on the socket, and note of what was sent.

    The second handle stays valid while TLS takes the first one over, and while another thread closes it.
    """

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self._handle = sock.dup()
        if current.line is not None:
            current.line.carry(self._handle)
        return sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        if current.line is not None:
            current.line.carry(self._handle)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self.sock is None and self.auto_open:  # type: ignore[attr-defined]
            self.connect()  # type: ignore[attr-defined]
        if current.line is not None:
            current.line.sent = True
        super().send(data)  # type: ignore[misc]

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()
        super().close()  # type: ignore[misc]


class _HTTP(_Watched, HTTPConnection):
    pass


class _HTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


class Adapter(HTTPAdapter):
    """requests' adapter with watched connections and one shared TLS context, made before the first frame.

    requests would otherwise load the certificates anew for each connection, some 20 ms that hold the interpreter lock.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool manager with our connections. Worker thread, by requests."""
        kwargs["ssl_context"] = self._tls
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make a proxy's pool manager with our connections. Worker thread, by requests."""
        kwargs["ssl_context"] = self._tls
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the certificates to the shared context, which has loaded them and demands a valid one."""
        conn.cert_reqs = "CERT_REQUIRED" if url.lower().startswith("https") else "CERT_NONE"


class _HideAddresses(logging.Filter):
    """Cuts query strings out of urllib3's debug lines for our own requests: they hold tokens and signatures."""

    def filter(self, record: logging.LogRecord) -> bool:
        if current.line is not None and isinstance(record.args, tuple):
            record.args = tuple(a.partition("?")[0] if isinstance(a, str) else a for a in record.args)
        return True


_hide_addresses = _HideAddresses()


def hide_addresses_in_logs() -> None:
    """Keep our tokens out of urllib3's log lines; the game's own use of urllib3 logs as before."""
    for name in ("urllib3.connectionpool", "urllib3.connection"):
        logging.getLogger(name).addFilter(_hide_addresses)
