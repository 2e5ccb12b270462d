"""How long and how large an answer may be, and what it may not be; and every failure in our own words, which hold no
address and no secret. The same whatever carries a request."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.http.addresses import is_loopback
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.errors import Offline, ProtocolError, ResponseTooLarge, Timeout, TLSError

if TYPE_CHECKING:
    import ssl

logger = logging.getLogger("pygame_gameservices")

CHUNK = 64 << 10
SILENCE_S = 20.0
"""How long a service may say nothing at all; an answer that may take minutes is one that is large and comes slowly."""
SLOWEST = 64 << 10
"""Bytes a second at which a request may go out: what is on its way is not silence."""
USER_AGENT = "pygame_gameservices (python-requests)"


def place_of(request: Request) -> str:
    """Where a request goes, as errors may name it."""
    return urlsplit(request.url).netloc


def patience_s(request: Request) -> float:
    """Seconds without a byte after which nobody answers."""
    return min(request.timeout_s, SILENCE_S + len(request.body or b"") // SLOWEST)


def check_head(request: Request, status: int, declared: str, location: str) -> None:
    """Look at the head of an answer.

    Args:
        request: what was asked.
        status: the HTTP status.
        declared: what `Content-Length` says, or nothing.
        location: what `Location` says, or nothing.

    Raises:
        ResponseTooLarge: it will be too large.
        ProtocolError: it is a redirect, which is never followed.
    """
    if declared.isdecimal():
        check_size(request, int(declared))
    if 300 <= status < 400:
        try:
            elsewhere = urlsplit(location).netloc
        except ValueError:  # brackets that do not close
            elsewhere = "an address that is none"
        raise ProtocolError(f"an answer from {place_of(request)}, not a redirect", elsewhere, status=status)


def check_size(request: Request, size: int) -> None:
    """Raise `ResponseTooLarge` if an answer of `size` bytes is more than `request` takes."""
    if size > request.max_bytes:
        raise ResponseTooLarge(f"an answer of at most {request.max_bytes:,} bytes", "a larger one")


def given_up(request: Request, *, sent: bool) -> Timeout:
    """Somebody broke it off."""
    return Timeout(f"{place_of(request)} was given up on before it had answered", sent=sent)


def unfinished(request: Request) -> Timeout:
    """The answer took too long."""
    return Timeout(f"{place_of(request)} did not finish its answer within {request.timeout_s:g} s", sent=True)


def silent(request: Request, *, sent: bool) -> Timeout:
    """Nothing came for too long."""
    return Timeout(f"{place_of(request)} did not answer within {patience_s(request):g} s", sent=sent)


def insecure(request: Request, error: ssl.SSLError, *, sent: bool) -> TLSError:
    """There is no connection that can be trusted; why is told in the TLS library's word."""
    detail = getattr(error, "verify_message", "") or error.reason or "handshake failed"
    text = f"no secure connection to {place_of(request)}: {detail}; check this machine's clock and network"
    return TLSError(text, sent=sent)


def no_http(request: Request, found: str) -> ProtocolError:
    """What came is no HTTP."""
    return ProtocolError(f"an HTTP answer from {place_of(request)}", Redactor.of(request).text(found))


def broken_off(request: Request, reason: str, *, sent: bool) -> Offline:
    """The connection broke, or never came about."""
    place = place_of(request)
    if sent:
        return Offline(f"the connection to {place} broke before the answer was complete: {reason}", sent=True)
    return Offline(f"no connection to {place}: {reason}; {_advice(request)}", sent=False)


def _advice(request: Request) -> str:
    """What to do about a place that takes no connection. Of this machine's the log tells as well, once: whoever
    develops against a sandbox that was not started would see nothing at all."""
    place = place_of(request)
    host = urlsplit(f"//{place}")
    if not is_loopback(host.hostname or ""):
        return "check the network"
    if request.started_by:
        how = f"start what should listen there: {request.started_by}"
    else:
        how = f"start what should listen there, such as the sandbox: gameservices sandbox --port {host.port or 80}"
    if place not in _not_started:
        _not_started.add(place)
        logger.warning("nothing answers at %s on this machine; %s", place, how)
    return how


_not_started: set[str] = set()
"""The places on this machine of which the log has told."""
