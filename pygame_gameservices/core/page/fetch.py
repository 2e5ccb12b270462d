"""Requests by the browser's own `fetch`: no redirects, no cookies, no cache, and never a wait."""

from __future__ import annotations

import json
from base64 import b64encode

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http import limits
from pygame_gameservices.core.page.bridge import Shim
from pygame_gameservices.errors import ProtocolError

BROKEN = (
    "the browser does not say why: no network, nothing listens there, or the service lets no page of another address"
    " read its answers (CORS)"
)


class _Ended(msgspec.Struct, frozen=True):
    """What the shim says of a request that is over: why, which is empty for an answer, and the answer."""

    why: str
    status: int = 0
    headers: dict[str, str] = {}
    body: bytes = b""


_decoder = msgspec.json.Decoder(_Ended)


class FetchCarrier:
    """See `Carrier`. Headers go out as they stand in the request, so that a request without any needs no preflight.

    Args:
        shim: the page.
    """

    def __init__(self, shim: Shim) -> None:
        self._shim = shim

    def begin(self, request: Request) -> FetchExchange:
        """See `Carrier.begin`."""
        number = self._shim.begin(
            request.method,
            request.url,
            json.dumps(dict(request.headers)),
            b64encode(request.body or b"").decode(),
            round(request.timeout_s * 1000),
            round(limits.patience_s(request) * 1000),
            request.max_bytes,
        )
        return FetchExchange(self._shim, int(number), request)

    def close(self) -> None:
        """See `Carrier.close`."""

    def forked(self) -> None:
        """See `Carrier.forked`: no page forks."""


class FetchExchange:
    """See `Exchange`. A browser tells why a request failed to nobody, so each counts as sent."""

    sent = True

    def __init__(self, shim: Shim, number: int, request: Request) -> None:
        self._shim = shim
        self._number = number
        self._request = request

    def poll(self) -> Response | None:
        """See `Exchange.poll`."""
        said = self._shim.poll(self._number)
        if not said:
            return None
        ended, request = _decoder.decode(said), self._request
        match ended.why:
            case "":
                limits.check_head(request, ended.status, "", "")
                return Response(status=ended.status, headers=ended.headers, body=ended.body, secrets=request.secrets)
            case "redirect":
                raise ProtocolError(f"an answer from {limits.place_of(request)}, not a redirect", "a redirect")
            case "too large":
                limits.check_size(request, request.max_bytes + 1)
            case "silent":
                raise limits.silent(request, sent=True)
            case "unfinished":
                raise limits.unfinished(request)
            case "given up":
                raise limits.given_up(request, sent=True)
        raise limits.broken_off(request, BROKEN, sent=True)

    def abort(self) -> None:
        """See `Exchange.abort`."""
        self._shim.abort(self._number)
