"""Access tokens: a personal token is exchanged for one that expires. Worker threads only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

import msgspec

from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.http.redaction import Redactor
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.turns.compute_lock import aside
from pygame_gameservices.errors import AuthError, CallError, RateLimited
from pygame_gameservices.services.http_status import asked_wait
from pygame_gameservices.services.trading.errors import NoAccess

EXCHANGE_TIMEOUT_S = 6.0
MARGIN_S = 60.0
"""A token is renewed when it has less than this left, so that none expires on the way."""
DEFAULT_LIFETIME_S = 3600.0
_LARGEST_ANSWER = 256 << 10


class WireToken(msgspec.Struct):
    """The answer of ``/auth/token``."""

    access_token: str
    expires_in: float | None = None


class Access:
    """Holds the access token, and exchanges the personal one for a new one when it is needed: one exchange at a time.

    Workers that need a token while another one fetches it wait for that one. The frame thread never comes here.

    Args:
        url: the address of the exchange.
        personal: the personal token.
        timeout_s: seconds that one exchange may take.
        transport: makes what carries the exchange; on a worker thread.
        clock: seconds, monotonic: a wall clock may be set, and a token then be thought fresh for years.
    """

    def __init__(
        self,
        url: str,
        personal: Secret,
        *,
        timeout_s: float = EXCHANGE_TIMEOUT_S,
        transport: Callable[[], Transport],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._url = url
        self._personal = personal
        self._timeout_s = timeout_s
        self._make_transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self._token: Secret | None = None
        self._good_until = 0.0
        self._proved = False

    def token(self) -> Secret:
        """Return a token that is good for now, exchanging if need be; blocks for at most two exchanges.

        Raises:
            NoAccess: no token could be had; nothing of the call was sent.
            AuthError: the personal token was refused.
            RateLimited: too many requests.
        """
        with aside:
            turn = self._lock.acquire(timeout=self._timeout_s)
        if not turn:
            raise NoAccess("another call has been waiting for an access token for too long")
        try:
            if self._token is None or self._clock() >= self._good_until:
                self._exchange()
            assert self._token is not None
            return self._token
        finally:
            self._lock.release()

    def worked(self, token: Secret) -> None:
        """Note that the service took this token: it answered, and not with 401."""
        with aside, self._lock:
            self._proved = self._proved or token == self._token

    def refused(self, token: Secret) -> bool:
        """Note that the service refused this token (401). Returns whether asking again makes sense.

        It does not when the token was fresh and never worked: a new one would be refused just as well.
        """
        with aside, self._lock:
            if token != self._token:
                return True  # another call has noticed before and there is a newer one
            proved, self._token, self._proved = self._proved, None, False
            return proved

    def _exchange(self) -> None:
        """Fetch a new token. Under the lock."""
        started = self._clock()
        if self._transport is None:
            self._transport = self._make_transport()
        request = self._request()
        try:
            response = self._transport.send(request, Line())
        except CallError as error:
            # Whatever became of the exchange, the call that needs the token was not sent.
            said = Redactor.of(request).text(error.message)
            raise NoAccess(f"no access token: {said}") from None
        granted = _granted(response)
        lifetime = DEFAULT_LIFETIME_S if granted.expires_in is None else granted.expires_in
        margin = min(MARGIN_S, lifetime / 2)
        self._token, self._proved = Secret(granted.access_token), False
        self._good_until = started + lifetime - margin

    def _request(self) -> Request:
        return Request(
            method="POST",
            url=self._url,
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode({"token": self._personal.reveal()}),
            secrets=(self._personal,),
            timeout_s=self._timeout_s,
            max_bytes=_LARGEST_ANSWER,
        )


def _granted(response: Response) -> WireToken:
    """Read the answer of an exchange. None of its text goes into an error: it may hold a token."""
    if response.status in (400, 401, 403, 422):
        raise AuthError(f"the personal token was refused (HTTP {response.status})", status=response.status)
    if response.status == 429:
        raise RateLimited("too many requests for an access token", retry_after=asked_wait(response), status=429)
    if response.status == 404:
        raise NoAccess("no access token: there is no exchange at this address (HTTP 404; is base_url right?)")
    if response.status != 200:
        raise NoAccess(f"no access token: the exchange answered HTTP {response.status}")
    try:
        granted = msgspec.json.decode(response.body, type=WireToken, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NoAccess("no access token: the exchange's answer makes no sense") from None
    if not granted.access_token or not granted.access_token.isascii() or not granted.access_token.isprintable():
        raise NoAccess("no access token: the exchange's answer makes no sense")
    return granted
