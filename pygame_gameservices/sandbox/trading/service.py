"""The GAME trading API, put together and served under ``/trading/api/v1``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from http.client import responses
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from pygame_gameservices.sandbox.bodies import BodyTooLarge, read_body
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.journal import entry_of
from pygame_gameservices.sandbox.trading import maker
from pygame_gameservices.sandbox.trading.access import Access, Denied
from pygame_gameservices.sandbox.trading.book import Book, NoSuchOrder, OrderGone
from pygame_gameservices.sandbox.trading.seed import read
from pygame_gameservices.sandbox.trading.terms import BadOrder, read_terms
from pygame_gameservices.sandbox.trading.views import DEFAULT_AREA, Views, created_order, listed_order, stamp
from pygame_gameservices.sandbox.trading.world import Account

LARGEST_BULK = 100
LARGEST_SPOT = 10_000

_API = "/api/v1"
_VERSION = "1.2.3"


class BadParameter(Exception):
    """A parameter of the query, or another `place`, has a value of no use."""

    def __init__(self, name: str, message: str, place: str = "query") -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that was let in."""

    request: Request
    body: Any
    account: Account
    book: Book


class Trading:
    """The protocol ``trading`` of the sandbox. Built once per server process; used on its event loop."""

    name = "trading"

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._market = read(ground.seed)
        self._access = Access(self._market)
        self._started = ground.clock.now()

    def plant(self, fresh: bool) -> None:
        """Let the market maker offer."""
        with self._ground.database.transaction() as sql:
            if self._market.market_maker:
                maker.quote(Book(sql, self._ground.clock.now()))

    def routes(self) -> list[BaseRoute]:
        """Return the API's endpoints."""
        table: list[tuple[str, str, str, Callable[[Visit], Any]]] = [
            ("GET", "/status", "status", self._status),
            ("GET", "/trades", "trades", _trades),
            ("GET", "/orders", "orders", _orders),
            ("POST", "/orders", "orders/create", self._create),
            ("POST", "/orders/create-bulk", "orders/create-bulk", self._create_bulk),
            ("DELETE", "/orders/{number}", "orders/delete", _delete),
            ("GET", "/market", "market", _market),
            ("GET", "/market/market-ltp", "market/market-ltp", _market_ltp),
            ("GET", "/market/latest-ltp", "market/latest-ltp", _latest_ltp),
            ("GET", "/spot", "spot", _spot),
            ("GET", "/spot/status", "spot/status", _spot_status),
        ]
        served: list[BaseRoute] = [Route(_API + "/auth/token", self._exchange, methods=["POST"])]
        for verb, path, endpoint, handler in table:
            served.append(Route(_API + path, self._visited(endpoint, handler), methods=[verb]))
        # Like FastAPI, it words as JSON what the router itself has to say: no such path, no such method.
        worded = Middleware(ExceptionMiddleware, handlers={HTTPException: _not_served})
        return [Mount("/", routes=served, middleware=[worded])]

    def failure(self, _request: Request, status: int) -> Response:
        """Say what the status means, as FastAPI does."""
        return JSONResponse({"detail": responses.get(status, "Server Error")}, status)

    def facts(self) -> dict[str, Any]:
        """Return the base address and the accounts with their personal tokens."""
        accounts = [{"trader": a.trader, "token": a.token, "zone": a.zone} for a in self._market.accounts]
        return {"path": f"/{self.name}", "accounts": accounts}

    async def _exchange(self, request: Request) -> Response:
        entry_of(request.scope).endpoint = "auth/token"
        try:
            body = _decoded(await read_body(request.receive))
            personal = body.get("token") if isinstance(body, dict) else None
            with self._ground.database.transaction() as sql:
                return JSONResponse(self._access.exchange(sql, personal, self._ground.clock.now()))
        except Denied as no:
            return _denied(no)
        except BodyTooLarge:
            return _denied(Denied(413, "Payload too large"))

    def _visited(self, endpoint: str, handler: Callable[[Visit], Any]) -> Callable[[Request], Any]:
        async def serve(request: Request) -> Response:
            entry = entry_of(request.scope)
            entry.endpoint = endpoint
            entry.success = False
            try:
                body = _decoded(await read_body(request.receive))
                now = self._ground.clock.now()
                with self._ground.database.transaction() as sql:
                    account = self._access.admit(sql, request.headers.get("authorization", ""), now)
                    book = Book(sql, now)
                    if self._market.market_maker:
                        maker.quote(book)
                    answer = handler(Visit(request, body, account, book))
                entry.success = True
                return JSONResponse(answer)
            except Denied as no:
                return _denied(no)
            except BodyTooLarge:
                return _denied(Denied(413, "Payload too large"))
            except BadOrder as bad:
                return _invalid("body", bad.field, bad.message)
            except BadParameter as bad:
                return _invalid(bad.place, bad.name, bad.message)

        return serve

    def _create(self, visit: Visit) -> Any:
        return self._place(visit, visit.body)

    def _create_bulk(self, visit: Visit) -> Any:
        payloads = visit.body.get("orders") if isinstance(visit.body, dict) else None
        if not isinstance(payloads, list) or not 1 <= len(payloads) <= LARGEST_BULK:
            raise Denied(422, f"orders must be a list of 1 to {LARGEST_BULK} orders")
        created: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for index, payload in enumerate(payloads):
            try:
                created.append({"index": index, "result": self._place(visit, payload)})
            except BadOrder as bad:
                failed.append({"index": index, "error": bad.message})
        return {"requested": len(payloads), "created": created, "failed": failed}

    def _place(self, visit: Visit, payload: object) -> dict[str, Any]:
        account = visit.account
        terms = read_terms(
            payload,
            visit.book.now,
            positive_prices=self._market.positive_prices,
            strict_durations=self._market.strict_durations,
            suffixes=account.groupe_e,
        )
        return created_order(visit.book.place(account.trader, account.zone, terms))

    def _status(self, visit: Visit) -> Any:
        limits = self._access.limits(visit.account.trader, visit.book.now)
        services = ("orders", "trades", "market_data", "spot")
        return {
            "status": "healthy",
            "version": _VERSION,
            "timestamp": stamp(visit.book.now),
            "services": dict.fromkeys(services, "operational"),
            "uptime": max(0, int(visit.book.now - self._started)),
            "response_time_ms": 1,
            "rate_limit": {**limits, "reset_time": stamp(limits["reset_time"])},
        }


def _trades(visit: Visit) -> Any:
    return Views(visit.book).trades(_side(visit), visit.request.query_params.get("duration"))


def _orders(visit: Visit) -> Any:
    return [listed_order(row) for row in visit.book.of_trader(visit.account.trader, _side(visit))]


def _delete(visit: Visit) -> Any:
    text = visit.request.path_params["number"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadParameter("order_id", "order_id must be a number", place="path")
    try:
        visit.book.delete(visit.account.trader, int(text))
    except NoSuchOrder:
        raise Denied(404, "Order not found") from None
    except OrderGone:
        raise Denied(409, "Order cannot be deleted any more") from None
    return {"status": "deleted", "order_id": int(text)}


def _market(visit: Visit) -> Any:
    return Views(visit.book).market(_side(visit), visit.request.query_params.get("duration"))


def _market_ltp(visit: Visit) -> Any:
    return Views(visit.book).last_prices(visit.request.query_params.get("market_zone"))


def _latest_ltp(visit: Visit) -> Any:
    return Views(visit.book).latest_prices(visit.request.query_params.get("duration"))


def _spot(visit: Visit) -> Any:
    """The first edition answers with one object; filters came later, and with them lists."""
    query = visit.request.query_params
    if not any(key in query for key in ("area_name", "date_from", "date_to", "limit")):
        return Views(visit.book).spot()
    today = date.fromisoformat(stamp(visit.book.now)[:10])
    first, last = _day(visit, "date_from", today), _day(visit, "date_to", today)
    limit = _limit(query.get("limit", "500"))
    last = min(last, first + timedelta(days=LARGEST_SPOT // 24))
    return Views(visit.book).spot_history(query.get("area_name", DEFAULT_AREA), first, last, limit)


def _spot_status(visit: Visit) -> Any:
    now = visit.book.now
    minute = int(now // 60) * 60
    return {
        "status": "operational",
        "timestamp": stamp(now),
        "active_contracts": sorted({row["contract"] for row in visit.book.visible()}),
        "market_open": True,
        "next_update": stamp(minute + 60),
        "last_update": stamp(minute),
    }


def _side(visit: Visit) -> str | None:
    side = visit.request.query_params.get("direction")
    if side not in (None, "buy", "sell"):
        raise BadParameter("direction", "direction must be 'buy' or 'sell'")
    return side


def _limit(text: str) -> int:
    digits = text.lstrip("0")
    if not (text.isascii() and digits.isdigit() and len(digits) < 16 and int(digits) <= LARGEST_SPOT):
        raise BadParameter("limit", f"limit must be a number from 1 to {LARGEST_SPOT}")
    return int(digits)


def _day(visit: Visit, name: str, default: date) -> date:
    text = visit.request.query_params.get(name)
    try:
        day = default if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadParameter(name, f"{name} must be YYYY-MM-DD") from None
    if not 2000 <= day.year <= 2100:
        raise BadParameter(name, f"{name} must be of this century")
    return day


def _decoded(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError):  # of Decimal, the second, where an exponent is too large
        raise Denied(422, "The body is no JSON") from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _invalid(place: str, name: str, message: str) -> Response:
    kind = "missing" if message.startswith("Missing") else "value_error"
    return JSONResponse({"detail": [{"loc": [place, name], "msg": message, "type": kind}]}, 422)


async def _not_served(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


def _denied(no: Denied) -> Response:
    headers = {} if no.retry_after is None else {"retry-after": str(no.retry_after)}
    return JSONResponse({"detail": no.detail}, no.status, headers)
