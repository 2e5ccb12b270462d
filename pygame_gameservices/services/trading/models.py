"""What the trading API takes and answers, as frozen values with honest types. Safe to hand between threads.

Prices are in EUR per MWh, volumes in MW; the service gives neither unit on the wire. `raw` holds what came, as it came.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from pygame_gameservices.services.raw import Raw

Number = int | float | Decimal


def _raw() -> Raw:
    return msgspec.field(default_factory=Raw, name="__raw__")


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to be placed. `trading.orders.create` checks it; `NewOrder` itself does not.

    Attributes:
        side: ``"buy"`` or ``"sell"``.
        price: any finite number; prices of power are negative at times.
        volume: more than 0.
        date: the day of delivery, ``YYYY-MM-DD``.
        start_time, end_time: delivery, ``HH:MM``, on that day in the offset below.
        duration: ``"15m"``, ``"30m"``, ``"1h"``, ...; must equal end - start.
        tz_offset_hours: hours east of UTC that date and times are meant in, 0 to 2; None takes Swiss time of that day.
        state: ``"displayed"``, or ``"hidden"`` from the other participants.
        trader_suffixe: appended to the trader's name, at most 50 characters; for accounts of Groupe E.
    """

    side: str
    price: Number
    volume: Number
    date: str
    start_time: str
    end_time: str
    duration: str
    tz_offset_hours: int | None = None
    state: str = "displayed"
    trader_suffixe: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the service describes it.

    Attributes:
        order_id: a number in lists; the answer to a creation has a name instead, which deletes nothing.
        direction: ``"buy"`` or ``"sell"``.
        volume, price: as ordered.
        state: in lower case: ``"displayed"``, ``"hidden"``.
        contract: the product; see `parse_contract`.
        trader: the name that others see.
        date, start_time, end_time, duration, tz_offset_hours: as ordered.
        created_at, updated_at: when, or None if not told.
        executed_volume, remaining_volume, average_price, execution_count, total_value, fees: in lists only.
        metadata: whatever else the service keeps.
    """

    order_id: int | str
    direction: str = ""
    volume: float = 0.0
    price: float = 0.0
    state: str = ""
    contract: str = ""
    trader: str = ""
    date: str = ""
    start_time: str = ""
    end_time: str = ""
    duration: str = ""
    tz_offset_hours: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    executed_volume: float | None = None
    remaining_volume: float | None = None
    average_price: float | None = None
    execution_count: int | None = None
    total_value: float | None = None
    fees: float | None = None
    metadata: dict[str, object] | None = None
    raw: Raw = _raw()


class BulkCreated(msgspec.Struct, frozen=True):
    """An order of a bulk that was taken: its place in the bulk, counted from 0, and the order."""

    index: int
    order: Order


class BulkFailure(msgspec.Struct, frozen=True):
    """An order of a bulk that was refused: its place in the bulk, counted from 0, and why."""

    index: int
    error: str


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a bulk. Some orders may stand although others were refused.

    Attributes:
        requested: how many orders were sent, as the service counted; of several batches, how many there were.
        created, failed: which were taken, and which were not.
        unclear: of which nobody knows, since an answer was lost; only where several batches were sent.
    """

    requested: int
    created: tuple[BulkCreated, ...] = ()
    failed: tuple[BulkFailure, ...] = ()
    unclear: tuple[BulkFailure, ...] = ()
    raw: Raw = _raw()


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to deleting an order: what the service called the result, such as ``"deleted"``."""

    status: str
    raw: Raw = _raw()


class Ticker(msgspec.Struct, frozen=True, kw_only=True):
    """What offers and spot prices have in common.

    Attributes:
        contract: the product.
        price, volume: of the offer, or of the product at the moment.
        timestamp: when this was true.
        bid, ask, spread: best prices of the contract.
        high_24h, low_24h, volume_24h, change_24h, change_percent_24h: its last day.
    """

    contract: str = ""
    price: float | None = None
    volume: float | None = None
    timestamp: datetime | None = None
    bid: float | None = None
    ask: float | None = None
    spread: float | None = None
    high_24h: float | None = None
    low_24h: float | None = None
    volume_24h: float | None = None
    change_24h: float | None = None
    change_percent_24h: float | None = None
    raw: Raw = _raw()


class MarketRow(Ticker, frozen=True, kw_only=True):
    """One row of the market: an offer, or in the first edition of the API a whole contract.

    Attributes:
        direction: ``"buy"`` or ``"sell"``; empty where the API does not tell.
    """

    direction: str = ""


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """A trade: who bought what from whom, at which price. `direction` is that of the order which came last."""

    trade_id: int | str = ""
    contract: str = ""
    direction: str = ""
    volume: float | None = None
    price: float | None = None
    timestamp: datetime | None = None
    buyer: str | None = None
    seller: str | None = None
    fees: float | None = None
    duration: str | None = None
    execution_time: datetime | None = None
    raw: Raw = _raw()


class LastPrice(msgspec.Struct, frozen=True, kw_only=True):
    """The last trade of a contract in one market zone.

    Attributes:
        zones: every zone in which the contract was traded; set by `latest_prices` alone.
    """

    contract: str = ""
    market_zone: str = ""
    price: float | None = None
    volume: float | None = None
    timestamp: datetime | None = None
    zones: tuple[str, ...] = ()
    raw: Raw = _raw()


class BookLevel(msgspec.Struct, frozen=True):
    """One price of an order book and the volume offered at it."""

    price: float
    volume: float


class OrderBook(msgspec.Struct, frozen=True):
    """Both sides of a book, best prices first."""

    bids: tuple[BookLevel, ...] = ()
    asks: tuple[BookLevel, ...] = ()


class Spot(Ticker, frozen=True, kw_only=True):
    """A spot price; `area_name` and `order_book` where the service tells them."""

    area_name: str = ""
    order_book: OrderBook | None = None


class ApiRateLimit(msgspec.Struct, frozen=True):
    """How many requests are allowed per minute, how many are left, and when the count starts anew."""

    requests_per_minute: int | None = None
    requests_remaining: int | None = None
    reset_time: datetime | None = None


class ApiStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the service is: `services` by name, `uptime` in seconds, `response_time_ms` in milliseconds."""

    status: str = ""
    version: str = ""
    timestamp: datetime | None = None
    services: dict[str, str] = {}
    uptime: float | None = None
    response_time_ms: float | None = None
    rate_limit: ApiRateLimit | None = None
    raw: Raw = _raw()


class SpotStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the spot market is, and which contracts are traded."""

    status: str = ""
    timestamp: datetime | None = None
    active_contracts: tuple[str, ...] = ()
    market_open: bool | None = None
    next_update: datetime | None = None
    last_update: datetime | None = None
    raw: Raw = _raw()
