"""The page on this machine that an OAuth answer comes back to. Standard library only; it is served beside the game."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pygame_gameservices.errors import UsageError

logger = logging.getLogger("pygame_gameservices")

Take = Callable[[dict[str, str]], bool]
RunBeside = Callable[[Callable[[], object], str], object]

_MOST_POSTED = 8192
_SCRIPT = """
const said = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const tell = text => { document.getElementById("said").textContent = text; };
if (!said) {
  tell("There is nothing to hand over. Please start again from the game.");
} else {
  fetch("/", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: said})
    .then(answer => tell(answer.ok ? "Thank you. You can close this page and go back to the game."
                                   : "The game did not expect this. Please start again from the game."))
    .catch(() => tell("The game does not answer any more. Please start again from the game."));
}
"""
_PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Back to the game</title></head>
<body><p id="said">One moment, please.</p><script>{_SCRIPT}</script></body></html>
""".encode()
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


class LoopbackPage:
    """A web page that only this machine can open. It hands the fragment of its own address to `take`.

    Args:
        port: to listen on; 0 picks a free one.
        run_beside: see `ServiceManager.run_beside`.

    Raises:
        UsageError: the port is taken.

    Attributes:
        url: the redirect address: ``http://127.0.0.1:PORT``.
    """

    def __init__(self, port: int, run_beside: RunBeside) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler, run_beside)
        except OSError as error:
            raise UsageError(f"port {port} cannot be used ({error.strerror}); close what uses it, or paste") from None
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._server.origin = self.url
        self._run_beside = run_beside
        self._closing = threading.Event()

    def serve(self, take: Take, expire: Callable[[], object], timeout_s: float) -> None:
        """Serve the page beside all else until `close`, or call `expire` after `timeout_s` seconds.

        Args:
            take: gets what was posted, on a thread of the page; returns whether that was the answer.
            expire: called once if nothing came.
            timeout_s: seconds to wait.

        Raises:
            UsageError: there are no threads here.
        """
        self._server.take = take
        until = monotonic() + timeout_s

        def run() -> None:
            while not self._closing.is_set() and monotonic() < until:
                self._server.handle_request()
            if not self._closing.is_set():
                expire()
            self._server.server_close()

        try:
            self._run_beside(run, "itchio-oauth-page")
        except UsageError:
            self._server.server_close()
            raise

    def close(self) -> None:
        """Stop serving within a moment. Any thread; never blocks."""
        self._closing.set()


class _Server(HTTPServer):
    timeout = 0.1
    """Seconds of `handle_request`: how soon the page notices that it is over."""
    allow_reuse_address = os.name == "posix"
    """Whether a port may be used again right after; on Windows this would let others take it over."""
    origin = ""
    take: Take = staticmethod(lambda fields: False)

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], run_beside: RunBeside) -> None:
        super().__init__(address, handler)
        self._run_beside = run_beside

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer a browser beside all others: it may open a connection and say nothing on it."""
        self._run_beside(partial(self._answer, request, client_address), "itchio-oauth-browser")

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no affair of the game's console."""
        logger.debug("a browser hung up on the page that waits for it")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10.0

    def do_GET(self) -> None:
        """Serve the page that posts its own fragment back."""
        if self._is_ours() and urlsplit(self.path).path in ("", "/"):
            self._reply(200, "text/html; charset=utf-8", _PAGE)
        else:
            self._reply(404, "text/plain", b"nothing here")

    def do_POST(self) -> None:
        """Take the fragment."""
        length = self.headers.get("Content-Length", "")
        if not self._is_ours() or self.headers.get("Origin", self.server.origin) != self.server.origin:
            self._reply(403, "text/plain", b"only the page of this machine may post")
        elif not length.isdigit() or int(length) > _MOST_POSTED:
            self._reply(413, "text/plain", b"too much")
        else:
            posted = self.rfile.read(int(length)).decode("ascii", "replace")
            taken = self.server.take(dict(parse_qsl(posted)))
            self._reply(200 if taken else 403, "text/plain", b"taken" if taken else b"not expected")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the game's console is the game's."""

    def _is_ours(self) -> bool:
        """Whether the browser was asked for this machine by its number, and not by a name that now points here."""
        return self.headers.get("Host", "") == urlsplit(self.server.origin).netloc

    def _reply(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
