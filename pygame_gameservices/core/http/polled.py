"""HTTP without threads and without blocking: each request on a connection of its own, moved on whenever it is polled.

For runs without threads on desktops; needs h11 (``pip install pygame_gameservices[threadless]``). A name is looked up
in place, which can take a while: the system has nothing else for a program of one thread. Proxies are not used.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import zlib
from collections.abc import Generator
from time import monotonic
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import h11

from pygame_gameservices.core import forking
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http import limits
from pygame_gameservices.core.http.addresses import check_public
from pygame_gameservices.errors import CallError

AT_ONCE = 16
"""Chunks that one exchange may read in a row, before the others get their turn."""
LONGEST_HEAD = 256 << 10

_READABLE, _WRITABLE = "readable", "writable"
_Wait = Generator[str, None, None]
_UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0))
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class PolledHttp:
    """See above; a `Carrier`. One thread.

    Args:
        tls: the context of secure connections.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._open: list[PolledExchange] = []

    def begin(self, request: Request) -> PolledExchange:
        """See `Carrier.begin`."""
        exchange = PolledExchange(request, self._tls)
        self._open = [one for one in self._open if not one.over]
        self._open.append(exchange)
        return exchange

    def rest(self, seconds: float) -> None:
        """Wait so many seconds, or until an exchange has something to do."""
        waiting = [one for one in self._open if one.connected_or_connecting]
        reads = [one for one in waiting if one.waits_for == _READABLE]
        writes = [one for one in waiting if one.waits_for == _WRITABLE]
        if waiting or seconds:
            _select(reads, writes, seconds)

    def close(self) -> None:
        """See `Carrier.close`."""
        for exchange in self._open:
            exchange.close()
        self._open.clear()

    def forked(self) -> None:
        """See `Carrier.forked`. The sockets themselves are let go of by `forking`."""
        forking.keep_open(self._open)
        self._open = []


class PolledExchange:
    """One request; see `Exchange`.

    Attributes:
        sent: see `Exchange.sent`.
        over: whether it has ended.
        waits_for: what its socket has to be before it can go on: ``"readable"`` or ``"writable"``.
    """

    def __init__(self, request: Request, tls: ssl.SSLContext) -> None:
        self.sent = False
        self.over = False
        self.waits_for = _WRITABLE
        self._request = request
        self._tls = tls
        self._aborted = False
        self._until = monotonic() + request.timeout_s
        self._heard_at = monotonic()
        self._answering = False
        self._socket: socket.socket | None = None
        self._steps = self._all()

    @property
    def connected_or_connecting(self) -> bool:
        """Whether it has a socket."""
        return self._socket is not None

    def fileno(self) -> int:
        """Of its socket, for `select`."""
        assert self._socket is not None
        return self._socket.fileno()

    def poll(self) -> Response | None:
        """See `Exchange.poll`."""
        failure: CallError
        try:
            return self._go_on()
        except CallError as error:
            failure = error
        except (OSError, ValueError, h11.ProtocolError, zlib.error) as error:
            failure = self._explained(error)
        self.close()
        failure.__context__ = None
        raise failure  # out here: what the libraries raised may hold more than is to be told

    def abort(self) -> None:
        """See `Exchange.abort`."""
        self._aborted = True

    def close(self) -> None:
        """Let go of the connection."""
        self.over = True
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _go_on(self) -> Response | None:
        if self._aborted:
            raise limits.given_up(self._request, sent=self.sent)
        try:
            self.waits_for = next(self._steps)
        except StopIteration as end:
            self.close()
            response: Response = end.value
            return response
        now = monotonic()
        if now > self._until and self._answering:
            raise limits.unfinished(self._request)
        if now > self._until or now - self._heard_at > limits.patience_s(self._request):
            raise limits.silent(self._request, sent=self.sent)
        return None

    def _all(self) -> Generator[str, None, Response]:
        """The whole exchange. Yields whenever it has to wait for its socket."""
        parts = urlsplit(self._request.url)
        secure, host = parts.scheme == "https", parts.hostname or ""
        addresses = socket.getaddrinfo(host, parts.port or (443 if secure else 80), type=socket.SOCK_STREAM)
        if self._request.public:
            check_public(host, [str(address[0]) for *_, address in addresses])
        connection = yield from self._connect(addresses)
        if secure:
            connection = yield from self._handshake(connection, host)
        http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)
        yield from self._send(connection, _written(http, self._request))
        return (yield from self._receive(connection, http))

    def _connect(self, addresses: list[Any]) -> Generator[str, None, socket.socket]:
        """Connect to the first address that takes us; one that is silent leaves time for the next."""
        patience_s = limits.patience_s(self._request) / max(1, len(addresses))
        failed: OSError = OSError("it has no address")
        for family, kind, protocol, _, address in addresses:
            with forking.guards.sockets:
                connection = self._socket = socket.socket(family, kind, protocol)
                forking.note_socket(connection)
            connection.setblocking(False)
            until = monotonic() + patience_s
            error = connection.connect_ex(address)
            while error in _UNDER_WAY and monotonic() < until:
                if _select([], [connection], 0):
                    error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not error:
                        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        self._heard_at = monotonic()
                        return connection
                else:
                    yield _WRITABLE
            failed = TimeoutError() if error in _UNDER_WAY else OSError(error, os.strerror(error))
            connection.close()
        raise failed

    def _handshake(self, connection: socket.socket, host: str) -> Generator[str, None, socket.socket]:
        secure = self._socket = self._tls.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
        while True:
            try:
                secure.do_handshake()
            except _LATER as later:
                yield _wanted(later, _READABLE)
            else:
                return secure

    def _send(self, connection: socket.socket, data: bytes) -> _Wait:
        left = memoryview(data)
        self.sent = True
        while left:
            try:
                left = left[connection.send(left) :]
            except _LATER as later:
                yield _wanted(later, _WRITABLE)

    def _receive(self, connection: socket.socket, http: h11.Connection) -> Generator[str, None, Response]:
        request, chunks = self._request, 0
        status, headers, body, unpacked = 0, dict[str, str](), bytearray(), _Unpacked("")
        while not isinstance(event := http.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                chunks += 1
                if chunks % AT_ONCE == 0:
                    yield _READABLE
                try:
                    http.receive_data(connection.recv(limits.CHUNK))
                except _LATER as later:
                    yield _wanted(later, _READABLE)
                else:
                    self._heard_at = monotonic()
            elif isinstance(event, h11.Response):
                self._answering, status = True, event.status_code
                for raw_name, raw_value in event.headers:
                    name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
                    headers[name] = f"{headers[name]}, {value}" if name in headers else value
                limits.check_head(request, status, headers.get("content-length", ""), headers.get("location", ""))
                unpacked = _Unpacked(headers.get("content-encoding", ""))
            elif isinstance(event, h11.Data):
                body += unpacked.feed(event.data, request.max_bytes + 1 - len(body))
                limits.check_size(request, len(body))
            elif not isinstance(event, h11.InformationalResponse):
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
        return Response(status=status, headers=headers, body=bytes(body), secrets=request.secrets)

    def _explained(self, error: Exception) -> CallError:
        """One of our errors, in our own words."""
        request = self._request
        if isinstance(error, ssl.SSLError):
            return limits.insecure(request, error, sent=self.sent)
        if isinstance(error, TimeoutError):
            return limits.silent(request, sent=self.sent)
        if isinstance(error, socket.gaierror):
            return limits.broken_off(request, "its name is not known", sent=False)
        ended = isinstance(error, h11.RemoteProtocolError) and "closed" in str(error).lower()
        if isinstance(error, (h11.ProtocolError, zlib.error)) and not ended:
            return limits.no_http(request, str(error))
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else type(error).__name__
        return limits.broken_off(request, reason, sent=self.sent)


class _Unpacked:
    """A body as it was before it was packed for its way.

    Args:
        encoding: what `Content-Encoding` says, or nothing.
    """

    def __init__(self, encoding: str) -> None:
        packed = encoding.strip().lower() in ("gzip", "x-gzip")
        self._packer = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed else None

    def feed(self, data: bytes, most: int) -> bytes:
        """Return what `data` stands for, of which at most `most` bytes are wanted."""
        return bytes(data) if self._packer is None else self._packer.decompress(data, max(1, most))


def _written(http: h11.Connection, request: Request) -> bytes:
    """The bytes of a request. What was signed is what is sent: the address stays as it is."""
    parts = urlsplit(request.url)
    body = request.body or b""
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": limits.USER_AGENT, "Accept-Encoding": "gzip"}
    headers |= request.headers
    headers |= {"Connection": "close"} | ({"Content-Length": str(len(body))} if request.method != "GET" or body else {})
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    head = http.send(h11.Request(method=request.method, target=target, headers=list(headers.items())))
    return (
        (head or b"")
        + ((http.send(h11.Data(data=body)) or b"") if body else b"")
        + (http.send(h11.EndOfMessage()) or b"")
    )


def _wanted(later: OSError, otherwise: str) -> str:
    if isinstance(later, ssl.SSLWantReadError):
        return _READABLE
    return _WRITABLE if isinstance(later, ssl.SSLWantWriteError) else otherwise


def _select(reads: list[Any], writes: list[Any], seconds: float) -> bool:
    """Whether one of these can be used within so many seconds. Windows tells of a failed connection as an exception."""
    return any(select.select(reads, writes, writes, seconds))
