"""The market as the package's board widget shows it. To copy from, beside `online_trading.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices import Market, MarketFeed, Trade, parse_contract
from pygame_gameservices.widgets.market import Offer, TradeLine

SHOWN = 12


class FeedBoard:
    """Answers the board with a `MarketFeed`. Frame thread."""

    service = "trading"

    def __init__(self, feed: MarketFeed) -> None:
        self._feed = feed
        self._asked: list[Callable[[Market | Exception], Any]] = []

    def market(self, deliver: Callable[[Market | Exception], Any]) -> None:
        """Fetch the market anew."""
        self._asked.append(deliver)
        self._feed.refresh()

    def poll(self) -> None:
        """Deliver what has arrived. Once a frame."""
        if self._asked and self._feed.state != "loading":
            asked, self._asked = self._asked, []
            for deliver in asked:
                deliver(self._feed.error or market_of(self._feed))


def market_of(feed: MarketFeed) -> Market:
    """What the feed holds, in words."""
    book, trades = feed.book, feed.contract_trades
    most = max((level.volume for level in (*book.asks, *book.bids)), default=1.0)
    return Market(
        name=contract_text(feed.contract),
        spot="" if feed.spot is None or feed.spot.price is None else f"{feed.spot.price:.2f}",
        history=[point.price for point in feed.history],
        asks=[Offer(f"{level.price:.2f}", f"{level.volume:g} MW", level.volume / most) for level in book.asks[:SHOWN]],
        bids=[Offer(f"{level.price:.2f}", f"{level.volume:g} MW", level.volume / most) for level in book.bids[:SHOWN]],
        spread=f"{book.asks[0].price - book.bids[0].price:.2f}" if book.asks and book.bids else "",
        trades=[_line(trade) for trade in trades[:SHOWN]],
    )


def contract_text(name: str) -> str:
    """The name of a contract for players: its quarter hour on their clock."""
    contract = parse_contract(name)
    if contract is None:
        return name
    return f"Power {contract.start.astimezone():%H:%M} - {contract.end.astimezone():%H:%M}"


def _line(trade: Trade) -> TradeLine:
    when = "" if trade.timestamp is None else f"{trade.timestamp.astimezone():%H:%M:%S}"
    return TradeLine(f"{trade.price or 0.0:.2f}", f"{trade.volume or 0.0:g} MW", when)
