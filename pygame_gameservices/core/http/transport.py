"""HTTP for one worker: an adapter of requests with deadlines, a size cap, no redirects, and errors without secrets."""

from __future__ import annotations

import http.client
import logging
import os
import ssl
import sys
from functools import cache
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import certifi
import requests
import urllib3.exceptions
from requests.utils import get_environ_proxies

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http import limits
from pygame_gameservices.core.http.addresses import is_loopback
from pygame_gameservices.core.http.connection import Adapter, current, let_wait_aside, redact_logs
from pygame_gameservices.core.http.line import Line
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.turns.compute_lock import aside
from pygame_gameservices.errors import CallError

logger = logging.getLogger("pygame_gameservices")

_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
"""What a connection raises when it breaks, is cut off under a reader's hands, or carries no HTTP at all."""


def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """Return the one TLS context of a manager: certificates are verified, always.

    Args:
        ca_file: a PEM file of further authorities to trust, such as a company's own.
    """
    if ca_file is None:
        return _usual_tls_context()
    context = _tls_context()
    context.load_verify_locations(cafile=ca_file)
    return context


@cache
def _usual_tls_context() -> ssl.SSLContext:
    return _tls_context()


def _tls_context() -> ssl.SSLContext:
    """What `ssl.create_default_context` makes, but for a key log that cannot be written: that one raises then."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.version_info >= (3, 13):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cafile=certifi.where())
    log_keys(context, "" if sys.flags.ignore_environment else os.environ.get("SSLKEYLOGFILE", ""))
    return let_wait_aside(context)


def log_keys(context: ssl.SSLContext, path: str) -> None:
    """Have the keys of connections written to the file `path`, for those who debug; without if it takes none."""
    if not path:
        return
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise OSError("it is no file")  # a pipe would block until somebody reads it
        context.keylog_filename = path
    except (OSError, ValueError) as error:
        logger.warning("SSLKEYLOGFILE cannot be used, so no keys are logged: %s", error)


def unverified_tls_context() -> ssl.SSLContext:
    """Return a TLS context that takes any certificate: whoever is on the way can read along and answer. Any thread.

    For a developer's own machines, where that is asked for by name; nothing of this package takes it by itself.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return let_wait_aside(context)


class HttpTransport:
    """Sends requests over the network. One per worker: its connections are not made for sharing.

    requests' adapter alone, without a session around it: that one would take credentials from .netrc and certificates
    from the environment, keep cookies and follow redirects.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        redact_logs()
        self._adapter = Adapter(tls)
        self._proxies: dict[str, dict[str, str]] = {}

    def send(self, request: Request, line: Line) -> Response:
        """See `Transport.send`."""
        place = limits.place_of(request)
        current.line, current.redactor, current.public = line, Redactor.of(request), request.public
        failure: CallError
        try:
            response = self._exchange(request, place)
            if line.cut:  # what looks like an answer may be the half that came before we hung up
                raise limits.given_up(request, sent=True)
            return response
        except CallError as error:
            failure = error
        except _BROKEN as error:
            failure = _explain(error, request, line)
        finally:
            line.carry(None)
            current.line, current.redactor, current.public = None, None, False
        failure.__context__ = None
        raise failure  # out here: what the libraries raised holds the whole address, and would hang on to this one

    def close(self) -> None:
        """See `Transport.close`."""
        self._adapter.close()

    def _exchange(self, request: Request, place: str) -> Response:
        until = monotonic() + request.timeout_s
        answer: Any = self._adapter.send(
            _prepared(request),
            stream=True,
            timeout=limits.patience_s(request),
            proxies=self._proxies_for(request.url, place),
        )
        with answer:
            try:
                declared, location = (answer.headers.get(name, "") for name in ("Content-Length", "Location"))
                limits.check_head(request, answer.status, declared, location)
                body = bytearray()
                for chunk in answer.stream(limits.CHUNK, decode_content=True):
                    body += chunk
                    limits.check_size(request, len(body))
                    if monotonic() > until:
                        raise limits.unfinished(request)
            except CallError:
                answer.close()  # not to be drained: it may be endless
                raise
            headers = {name.lower(): answer.headers[name] for name in answer.headers}  # several of one name as one
            return Response(status=answer.status, headers=headers, body=bytes(body), secrets=request.secrets)

    def _proxies_for(self, url: str, place: str) -> dict[str, str]:
        if place not in self._proxies:
            with aside:  # some systems look the name up
                self._proxies[place] = proxies_for(url)
        return self._proxies[place]


def proxies_for(url: str) -> dict[str, str]:
    """The proxies that the environment names for `url`, by scheme. This machine is reached without: a proxy would look
    for the service at its own place, and be told the token. Blocking."""
    return {} if is_loopback(urlsplit(url).hostname or "") else get_environ_proxies(url)


def _prepared(request: Request) -> requests.PreparedRequest:
    """Make requests' own object without letting it rewrite the address: what was signed is what is sent."""
    prepared = requests.PreparedRequest()
    prepared.prepare_method(request.method)
    prepared.url = request.url
    prepared.prepare_headers({"User-Agent": limits.USER_AGENT, "Accept-Encoding": "gzip", **request.headers})
    prepared.prepare_body(request.body, None)
    return prepared


def _explain(error: Exception, request: Request, line: Line) -> CallError:
    """Turn whatever the libraries raised into one of our errors, in our own words: theirs hold the whole address."""
    causes = list(_causes(error))
    if line.cut:
        return limits.given_up(request, sent=line.sent)
    if any(isinstance(c, ssl.SSLError) for c in causes):
        reason = next(c for c in causes if isinstance(c, ssl.SSLError))
        return limits.insecure(request, reason, sent=line.sent)
    if any(_is_timeout(c) for c in causes):
        return limits.silent(request, sent=line.sent)
    if any(isinstance(c, (http.client.BadStatusLine, urllib3.exceptions.DecodeError)) for c in causes) and not any(
        isinstance(c, http.client.RemoteDisconnected) for c in causes
    ):
        return limits.no_http(request, str(causes[-1]))
    return limits.broken_off(request, _reason(causes), sent=line.sent)


def _is_timeout(error: BaseException) -> bool:
    """Whether time ran out. urllib3 files a refused connection under timeouts as well."""
    timeouts = (TimeoutError, urllib3.exceptions.ReadTimeoutError, urllib3.exceptions.ConnectTimeoutError)
    return isinstance(error, timeouts) and not isinstance(error, urllib3.exceptions.NewConnectionError)


def _reason(causes: list[BaseException]) -> str:
    """The operating system's own word for what happened, or the kind of the innermost error; never an address."""
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return "its name is not known"
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return type(causes[-1]).__name__


def _causes(error: BaseException) -> Any:
    """Walk to the root of `error`: requests wraps urllib3, which wraps http.client, which wraps the socket."""
    seen: set[int] = set()
    queue: list[BaseException] = [error]
    while queue:
        current_error = queue.pop(0)
        if id(current_error) in seen:
            continue
        seen.add(id(current_error))
        yield current_error
        inner = [current_error.__cause__, current_error.__context__, getattr(current_error, "reason", None)]
        inner.extend(current_error.args)
        queue.extend(i for i in inner if isinstance(i, BaseException))
