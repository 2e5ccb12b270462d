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
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from pygame_gameservices.core import forking
from pygame_gameservices.core.http.addresses import check_public
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.turns.compute_lock import aside


class _Current(threading.local):
    line: Line | None = None
    redactor: Redactor | None = None
    public = False


current = _Current()
"""The attempt that this thread makes right now, and what must not be told of it."""


_AT_ONCE = 16 << 10
"""Bytes that an idle connection takes at once, so that sending them is no wait to step aside for."""


class _WaitsAside:
    """What both kinds of socket add: a worker steps aside while it waits."""

    def sendall(self, data: Any, flags: int = 0) -> None:
        with contextlib.nullcontext() if len(data) <= _AT_ONCE else aside:
            super().sendall(data, flags)  # type: ignore[misc]

    def recv_into(self, *args: Any) -> int:
        with aside:
            return super().recv_into(*args)  # type: ignore[misc, no-any-return]


class _Socket(_WaitsAside, socket.socket):
    def connect(self, address: Any) -> None:
        with aside:
            super().connect(address)


class _TLSSocket(_WaitsAside, ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        with aside:
            super().do_handshake(block)


def let_wait_aside(tls: ssl.SSLContext) -> ssl.SSLContext:
    """Have a worker step aside while it waits on a connection of this context. Any thread. Returns the context."""
    tls.sslsocket_class = _TLSSocket
    return tls


class _Watched:
    """What both kinds of connection add to urllib3's: a second handle on the socket, and note of what was sent.

    The second handle stays valid while TLS takes the first one over, and while another thread closes it. It is there
    before the socket connects, so that a connection that never comes about can be hung up on, too.
    """

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        host, port, timeout = self._dns_host, self.port, self.timeout  # type: ignore[attr-defined]
        try:
            return self._dial(host, port, timeout)
        except socket.gaierror as error:
            raise NameResolutionError(host, self, error) from error  # type: ignore[arg-type]
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"no connection within {timeout} s") from error
        except OSError as error:
            raise NewConnectionError(self, f"no connection: {error}") from error  # type: ignore[arg-type]

    def _dial(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Connect to the first address of `host` that takes us."""
        failed: OSError = OSError(f"{host} has no address")
        with aside:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        if current.public and self.proxy is None:  # type: ignore[attr-defined]
            check_public(host, [str(address[0]) for *_, address in addresses])
        for family, kind, protocol, _, address in addresses:
            sock = self._make_socket(family, kind, protocol)
            try:
                sock.settimeout(timeout and timeout / len(addresses))  # one that is silent leaves time for the next
                sock.connect(address)
                sock.settimeout(timeout)
                return sock
            except OSError as error:
                failed = error
                sock.close()
                self._drop_handle()
        raise failed

    def _make_socket(self, family: int, kind: int, protocol: int) -> socket.socket:
        with forking.guards.sockets:
            sock = _Socket(family, kind, protocol)
            forking.note_socket(sock)
            handle = self._handle = sock.dup()
            forking.note_socket(handle)
        for option in self.socket_options or ():  # type: ignore[attr-defined]
            sock.setsockopt(*option)
        if current.line is not None:
            current.line.carry(handle)
        return sock

    def _drop_handle(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if current.line is not None:
            current.line.carry(self._handle)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self.sock is None and self.auto_open:  # type: ignore[attr-defined]
            self.connect()  # type: ignore[attr-defined]
        line = current.line
        if line is not None and not line.may_send():
            raise ConnectionAbortedError("it was hung up on before anything was sent")
        super().send(data)  # type: ignore[misc]

    def close(self) -> None:
        self._drop_handle()
        super().close()  # type: ignore[misc]


class _HTTP(_Watched, HTTPConnection):
    pass


class _HTTPS(_Watched, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


HOSTS = 8
"""To so many a worker keeps a connection: to each service, and to where pictures are."""


class Adapter(HTTPAdapter):
    """requests' adapter with watched connections and one shared TLS context, made before the first frame.

    requests would otherwise load the certificates anew for each connection, some 20 ms that hold the interpreter lock.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._pools: WeakValueDictionary[tuple[str, str], Any] = WeakValueDictionary()
        super().__init__(pool_connections=HOSTS, pool_maxsize=1, max_retries=0)

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

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """Find the pool of a host, for which the proxies are always the same: requests would work it out anew for each
        request.

        The pool managers alone hold the pools: one that they let go of, to make room or to close, drops its connections
        when nobody has it any more.
        """
        place = urlsplit(request.url)[:2]
        pool = self._pools.get(place)
        if pool is None:
            pool = self._pools[place] = super().get_connection_with_tls_context(request, verify, proxies, cert)
        return pool

    def build_response(self, req: Any, resp: Any) -> Any:
        """Return urllib3's own answer: requests' would hold cookies and more that nobody asks for."""
        return resp

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the certificates to the shared context, which says whether it demands a valid one."""
        demanded = url.lower().startswith("https") and self._tls.verify_mode is ssl.CERT_REQUIRED
        conn.cert_reqs = "CERT_REQUIRED" if demanded else "CERT_NONE"


class _Redacting(logging.Filter):
    """Takes queries, secrets and whatever an answer repeats of them out of the libraries' lines about our requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        redactor = current.redactor
        if redactor is not None:
            if isinstance(record.args, tuple):
                record.args = tuple(a.partition("?")[0] if isinstance(a, str) else a for a in record.args)
            record.msg, record.args = redactor.text(record.getMessage()), ()
            record.exc_info = record.exc_text = record.stack_info = None
        return True


_redacting = _Redacting()
_SPEAKING = ("connectionpool", "connection", "poolmanager", "response", "util.retry", "util.ssl_")


def redact_logs() -> None:
    """Keep our secrets out of urllib3's log lines; the game's own use of urllib3 logs as before."""
    for name in _SPEAKING:
        logging.getLogger(f"urllib3.{name}").addFilter(_redacting)
