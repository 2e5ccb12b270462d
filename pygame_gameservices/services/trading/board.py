"""What a market board shows: the book of one contract, the last trades, and spot prices. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Protocol

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.trading.models import BookLevel, MarketRow, OrderBook, Spot, Trade

TRADES_SHOWN = 50


class Market(Protocol):
    """What a feed reads from: `Trading`, or a game's own backend."""

    def market(self) -> Call[tuple[MarketRow, ...]]:
        """Fetch the offers."""

    def trades(self) -> Call[tuple[Trade, ...]]:
        """Fetch the trades."""

    def spot(self) -> Call[tuple[Spot, ...]]:
        """Fetch spot prices."""


class PricePoint(msgspec.Struct, frozen=True):
    """A point of a chart: when, and at which price."""

    when: datetime
    price: float


class MarketFeed:
    """The market as last seen. A board asks it each frame and repaints when `version` changed. Frame thread.

    What was there stays while a refresh is under way, and when one fails.

    Args:
        market: where to read, such as `Trading`.
        contract: the contract to show; empty takes the first one there is.
        clock: seconds, monotonic.

    Attributes:
        version: goes up with each change.
        state: ``"empty"`` before the first refresh, ``"loading"``, ``"loaded"``, or ``"failed"``.
        error: why the last refresh failed, or None.
        contract: the contract shown.
        contracts: all contracts with offers, in order.
        trades: the newest trades of all contracts, newest first.
        spot: the spot price, or None.
    """

    def __init__(self, market: Market, contract: str = "", clock: Callable[[], float] = monotonic) -> None:
        self._market = market
        self._clock = clock
        self._rows: tuple[MarketRow, ...] = ()
        self._waiting: set[int] = set()
        self._then: list[Callable[[], object]] = []
        self._round = 0
        self._loaded_at: float | None = None
        self.version = 0
        self.state = "empty"
        self.error: CallError | None = None
        self.contract = contract
        self.contracts: tuple[str, ...] = ()
        self.trades: tuple[Trade, ...] = ()
        self.spot: Spot | None = None

    def refresh(self, then: Callable[[], object] | None = None) -> None:
        """Read everything anew, with three calls; nothing while a refresh is under way. Never blocks.

        Args:
            then: what to run, on the frame thread, when the refresh that is then under way has ended.
        """
        if then is not None:
            self._then.append(then)
        if self._waiting:
            return
        self._round += 1
        self.error = None
        self._set_state("loading")
        calls: tuple[tuple[Call[Any], Callable[[Any], None]], ...] = (
            (self._market.market(), self._keep_rows),
            (self._market.trades(), self._keep_trades),
            (self._market.spot(), self._keep_spot),
        )
        self._waiting = set(range(len(calls)))
        for place, (call, keep) in enumerate(calls):
            call.then(partial(self._arrived, place, keep))

    def select(self, contract: str) -> None:
        """Show another contract; no call is needed."""
        if contract != self.contract:
            self.contract = contract
            self.version += 1

    @property
    def book(self) -> OrderBook:
        """Both sides of the contract shown, best prices first, equal prices added up."""
        rows = [row for row in self._rows if row.contract == self.contract]
        return OrderBook(
            bids=_levels([row for row in rows if row.direction == "buy"], best=max),
            asks=_levels([row for row in rows if row.direction == "sell"], best=min),
        )

    @property
    def contract_trades(self) -> tuple[Trade, ...]:
        """The trades of the contract shown, newest first."""
        return tuple(trade for trade in self.trades if trade.contract == self.contract)

    @property
    def history(self) -> tuple[PricePoint, ...]:
        """The prices at which the contract shown was traded, oldest first, for a chart."""
        points = [
            PricePoint(trade.timestamp, trade.price)
            for trade in reversed(self.contract_trades)  # so that trades of one moment stay in order
            if trade.timestamp is not None and trade.price is not None
        ]
        return tuple(sorted(points, key=lambda point: point.when))

    @property
    def age_s(self) -> float | None:
        """Seconds since the last refresh that worked; None before it."""
        return None if self._loaded_at is None else self._clock() - self._loaded_at

    def _arrived(self, place: int, keep: Callable[[Any], None], call: Call[Any]) -> None:
        self._waiting.discard(place)
        if call.error is not None:
            self.error = self.error or call.error
        elif call.value is not None:
            keep(call.value)
            self.version += 1
        if not self._waiting:
            if self.error is None:
                self._loaded_at = self._clock()
            self._set_state("loaded" if self.error is None else "failed")
            waiting, self._then = self._then, []
            for then in waiting:
                then()

    def _keep_rows(self, rows: tuple[MarketRow, ...]) -> None:
        self._rows = rows
        self.contracts = tuple(sorted({row.contract for row in rows if row.contract}))
        if self.contract not in self.contracts and self.contracts:
            self.contract = self.contracts[0]  # the one shown has begun delivery, or none was chosen

    def _keep_trades(self, trades: tuple[Trade, ...]) -> None:
        self.trades = trades[:TRADES_SHOWN]

    def _keep_spot(self, prices: tuple[Spot, ...]) -> None:
        self.spot = prices[-1] if prices else None

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.version += 1


def _levels(rows: list[MarketRow], best: Callable[[Any], float]) -> tuple[BookLevel, ...]:
    volumes: dict[float, float] = {}
    for row in rows:
        if row.price is not None:
            volumes[row.price] = volumes.get(row.price, 0.0) + (row.volume or 0.0)
    prices = sorted(volumes, reverse=best is max)
    return tuple(BookLevel(price, volumes[price]) for price in prices)
