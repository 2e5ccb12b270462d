"""The way from a method to an operation, and from an operation to an authorised request and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Request, Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import Timeout, UsageError
from pygame_gameservices.services.arguments import secret
from pygame_gameservices.services.base import Service
from pygame_gameservices.services.trading.access import EXCHANGE_TIMEOUT_S, Access
from pygame_gameservices.services.trading.checks import Rules
from pygame_gameservices.services.trading.decoding import refusal, value
from pygame_gameservices.services.trading.errors import AccessExpired, TokenRefused

API = "/api/v1"
REQUESTS_PER_S = 10.0
"""The service allows 1000 a minute."""
TIMEOUT_S = 20.0
"""Of one attempt; covers waiting for an access token and then the call itself."""
ORDER_DEADLINE_S = 10.0
"""An order that could not be sent within this is not sent any more: its price is of a moment ago."""
_EXCHANGE_PART = 0.3
"""The part of an attempt's time that one exchange of tokens may take. Waiting for another one takes as much again."""
_LEAST_PART = 0.25
"""A call is not sent any more when less of its time is left."""

PATHS = {
    "status": ("GET", "/status"),
    "trades": ("GET", "/trades"),
    "orders.list": ("GET", "/orders"),
    "orders.create": ("POST", "/orders"),
    "orders.create_bulk": ("POST", "/orders/create-bulk"),
    "orders.delete": ("DELETE", "/orders/"),
    "market": ("GET", "/market"),
    "market_ltp": ("GET", "/market/market-ltp"),
    "latest_ltp": ("GET", "/market/latest-ltp"),
    "spot": ("GET", "/spot"),
    "spot_status": ("GET", "/spot/status"),
}


class Gateway(Service):
    """What all parts of the trading API share. See `Trading` for the arguments."""

    def __init__(
        self,
        token: str | Secret = "",
        base_url: str = "",
        *,
        allow_trading: bool = False,
        strict: bool = True,
        min_price: float | None = None,
        timeout_s: float = TIMEOUT_S,
        ca_file: str | None = None,
        transport: Callable[[], Transport] | None = None,
        name: str = "trading",
        allow_http: bool = False,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        token = concealed(token)
        if not base_url:
            raise UsageError("Trading needs a base_url; pass where your API is, such as 'https://game.example'")
        super().__init__(name, base_url, allow_http=allow_http)
        if self.base_url.endswith(API):
            raise UsageError(f"base_url ends in {API}; leave that out, it is added")
        personal = secret("token", token, empty=True)
        if not personal:
            raise UsageError("Trading has no token, or an empty one; pass your personal token")
        timeout_s = duration_s("timeout_s", timeout_s, positive=True)
        if min_price is not None and not (isinstance(min_price, (int, float)) and math.isfinite(min_price)):
            raise UsageError(f"min_price is {min_price!r}; pass a number, or None to take any price")
        self.allow_trading = allow_trading is True
        self.pace = TokenBucket(REQUESTS_PER_S, int(REQUESTS_PER_S))
        self._personal = personal
        self._access = Access(
            f"{self.base_url}{API}/auth/token",
            personal,
            timeout_s=min(EXCHANGE_TIMEOUT_S, timeout_s * _EXCHANGE_PART),
            transport=transport or partial(_network, ca_file),
            clock=clock,
        )
        self._timeout_s = timeout_s
        self._strict = strict
        self._min_price = min_price
        self._clock = clock
        self._now = now or (lambda: datetime.now(UTC))

    @property
    def rules(self) -> Rules:
        """What orders are measured by at this moment."""
        return Rules(now=self._now(), strict=self._strict, min_price=self._min_price)

    def read(self, name: str, arguments: dict[str, str] | None = None) -> Call[Any]:
        """Make a call that changes nothing. Frame thread; never blocks."""
        return self.manager.submit(
            Operation(
                service=self.name,
                name=name,
                kind=Kind.SAFE,
                arguments=arguments or {},
                timeout_s=self._timeout_s,
                deadline_s=60.0,
                max_bytes=16 << 20,
            )
        )

    def act(self, name: str, arguments: dict[str, str], lane: str = "") -> Call[Any]:
        """Make a call that costs money: sent once or not at all, and never kept. Frame thread; never blocks.

        Raises:
            UsageError: this service may not trade.
        """
        self.need_trading(name)
        return self.manager.submit(
            Operation(
                service=self.name,
                name=name,
                kind=Kind.DANGEROUS,
                arguments=arguments,
                lane=lane,
                timeout_s=self._timeout_s,
                deadline_s=ORDER_DEADLINE_S,
                attempts=1,
            )
        )

    def need_trading(self, name: str) -> None:
        """Raise `UsageError` for the call `name`, unless this service may trade."""
        if not self.allow_trading:
            raise UsageError(
                f"{name} would place or delete real orders; make Trading(..., allow_trading=True) for that"
            )

    def say(self, event: Event) -> None:
        """Let the game hear of `event`. By the parts of this service, on the frame thread."""
        self._say(event)

    def request(self, operations: Sequence[Operation]) -> Request:
        """Fetch an access token if need be, and build an operation's request. Worker thread; may block."""
        (operation,) = operations
        began = self._clock()
        token = self._access.token()
        left = operation.timeout_s - (self._clock() - began)
        if left < operation.timeout_s * _LEAST_PART:
            raise Timeout("the access token came too late to send the call itself", sent=False)
        method, path = PATHS[operation.name]
        headers = {"Authorization": f"Bearer {token.reveal()}"}
        body: bytes | None = None
        if method == "POST":
            body = operation.arguments["body"].encode()
            headers["Content-Type"] = "application/json"
        elif method == "DELETE":
            path += operation.arguments["order_id"]
        elif operation.arguments:
            path += f"?{urlencode(operation.arguments)}"
        return Request(
            method=method,
            url=f"{self.base_url}{API}{path}",
            headers=headers,
            body=body,
            secrets=(token, self._personal),
            timeout_s=left,
            max_bytes=operation.max_bytes,
        )

    def answers(self, operations: Sequence[Operation], response: Response) -> Sequence[Answer]:
        """Decode an operation's answer. Worker thread."""
        (operation,) = operations
        token = response.secrets[0]
        if response.status == 401:
            said = refusal(response).message or "the access token was refused"
            again = self._access.refused(token)
            if again and operation.kind is Kind.SAFE:
                raise AccessExpired(said, retry_after=0.01, status=401)
            raise TokenRefused(said, status=401)
        self._access.worked(token)  # whatever else it may say no to, it was not the token
        return [Answer(value(operation.name, response))]


def _network(ca_file: str | None) -> Transport:
    from pygame_gameservices.core.http.transport import HttpTransport, tls_context

    return HttpTransport(tls_context(ca_file))
