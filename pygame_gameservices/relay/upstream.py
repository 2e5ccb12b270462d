"""Asking a service, with the client's own transport: addresses are fixed, answers bounded, certificates verified.

Nothing here follows a redirect or takes an address from a request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.http.transport import HttpTransport, tls_context

TIMEOUT_S = 15.0
"""Seconds that a service has to answer. Longer than clients wait: the answer is noted for when they ask again."""
LATE_S = 0.5
"""How much later than its deadline an answer is given up on: the transport's own timeouts tell more."""
LARGEST_ANSWER = 104 << 20
"""Bytes of an answer; that of a large value with all of it escaped."""


class Upstream:
    """A pool of transports, each of which keeps its connections. Any thread."""

    def __init__(self) -> None:
        self._tls = tls_context()
        self._idle: SimpleQueue[HttpTransport] = SimpleQueue()
        self._watch = _Watch()

    def send(self, request: Request) -> Response:
        """Send a request and read the answer to its end, or hang up at its deadline. Blocks.

        Raises:
            NetworkError: nothing came back; ``sent`` tells whether the request may have arrived.
            ProtocolError: what came back is no HTTP, is a redirect, or is too large.
        """
        line = Line()
        with self._transport() as transport, self._watch.over(line, request.timeout_s):
            return Redactor.of(request).response(transport.send(request, line))

    @contextmanager
    def _transport(self) -> Iterator[HttpTransport]:
        try:
            transport = self._idle.get_nowait()
        except Empty:
            transport = HttpTransport(self._tls)
        try:
            yield transport
        finally:
            self._idle.put(transport)

    def close(self) -> None:
        """Drop all idle connections."""
        self._watch.end()
        while not self._idle.empty():
            self._idle.get_nowait().close()


class _Watch:
    """Hangs up on services that drip: a socket's own timeout bounds one read, not an answer. One thread for all."""

    def __init__(self) -> None:
        self._until: dict[Line, float] = {}
        self._over = threading.Event()
        threading.Thread(target=self._run, name="relay-upstream-watch", daemon=True).start()

    @contextmanager
    def over(self, line: Line, within_s: float) -> Iterator[None]:
        """Hang up on `line` unless the block ends in time."""
        self._until[line] = time.monotonic() + within_s + LATE_S
        try:
            yield
        finally:
            del self._until[line]

    def end(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(LATE_S):
            now = time.monotonic()
            for line, until in list(self._until.items()):
                if now > until:
                    line.hang_up()
