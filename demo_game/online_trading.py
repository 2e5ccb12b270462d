"""The market on which the light that is brought home is sold to the valleys, a quarter hour at a time. To copy from.

Orders on the real market are real money: the token is yours and not your players', and nothing is sold unless
`allow_trading` is on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pygame_gameservices import (
    Call,
    FeedMarket,
    MarketRow,
    NewOrder,
    Offers,
    Order,
    Pending,
    ServiceManager,
    Trading,
    order_at,
    parse_contract,
)

HOURS = 0.25
"""Of one contract."""
GATE = timedelta(minutes=5)
"""Nothing is sold for a quarter hour that begins sooner than this."""


@dataclass(frozen=True, slots=True)
class TradingAccount:
    """Whose account on which market."""

    token: str = field(repr=False)
    base_url: str
    allow_trading: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What is paid in one quarter hour: its contract, its start, and what buyers bid, the best first."""

    contract: str
    start: datetime
    bids: tuple[MarketRow, ...]

    @property
    def wanted(self) -> float:
        """How many megawatts all buyers together want."""
        return sum(bid.volume or 0.0 for bid in self.bids)

    def limit(self, megawatts: float) -> float:
        """The lowest price that selling so much takes; that of the lowest bid when there are not enough."""
        left = megawatts
        for bid in self.bids:
            left -= bid.volume or 0.0
            if left <= 0:
                break
        return bid.price or 0.0


class EnergyMarket:
    """Sells at what the next quarter hours bring.

    Attributes:
        quotes: the next quarter hours for which somebody bids, the soonest first.
        state: a short line for the screen: what is under way, or what became of it.
        sold: the orders of this sitting that were carried out at least in part.
        busy: whether a sale is under way.
        board: the market as a whole, a source for the `MarketBoard` widget.
    """

    def __init__(self, services: ServiceManager, account: TradingAccount) -> None:
        self.quotes: tuple[Quote, ...] = ()
        self.state = ""
        self.sold: list[Order] = []
        self.busy = False
        self.trading = services.add(
            Trading(account.token, account.base_url, allow_trading=account.allow_trading, min_price=0.01)
        )
        self.feed = self.trading.feed()
        self.board = FeedMarket(self.feed, name=in_words)

    @property
    def best(self) -> Quote | None:
        """The quarter hour for which most is paid; None when nobody bids."""
        return max(self.quotes, key=lambda quote: quote.bids[0].price or 0.0, default=None)

    def refresh(self) -> None:
        """Ask what is paid."""
        self.trading.best_offers(duration="15m").then(self._quoted)

    def sell(self, quote: Quote, megawatts: float, done: Callable[[float, float], object]) -> None:
        """Sell; then ``done(megawatts, euros)`` is called with what was sold, 0 when nothing was."""
        order = order_at("sell", quote.limit(megawatts), megawatts, quote.start)
        self.busy, self.state = True, "Selling ..."
        self.trading.orders.create(order).then(lambda call: self._placed(call, order, done))

    def look_closer(self) -> None:
        """Let the board show the quarter hour that pays best now: there both buyers and sellers wait."""
        if self.best is not None:
            self.feed.select(self.best.contract)

    def _quoted(self, asked: Pending[dict[str, Offers]]) -> None:
        if asked.value is None:
            self.quotes, self.state = (), "The market cannot be reached."
            return
        found = []
        for name, offers in asked.value.items():
            contract = parse_contract(name)
            bids = tuple(row for row in offers.buy if row.price is not None)
            if contract is not None and bids and contract.start - datetime.now(UTC) > GATE:
                found.append(Quote(name, contract.start, bids))
        self.quotes = tuple(sorted(found, key=lambda quote: quote.start))
        if self.state == "The market cannot be reached.":
            self.state = ""

    def _placed(self, call: Call[Order], order: NewOrder, done: Callable[[float, float], object]) -> None:
        if call.value is not None:
            self.trading.orders.find(call.value).then(lambda found: self._settle(found.value, done))
        elif call.outcome == "unknown":  # sent, and the answer was lost: look whether it stands, never send it again
            self.trading.orders.look_for(order).then(lambda found: self._settle((found.value or (None,))[0], done))
        else:
            self._settle(None, done)

    def _settle(self, order: Order | None, done: Callable[[float, float], object]) -> None:
        megawatts = 0.0 if order is None else order.executed_volume or 0.0
        euros = 0.0 if order is None else megawatts * (order.average_price or 0.0) * HOURS
        self.busy = False
        if order is not None and megawatts:
            self.sold.append(order)
            self.feed.select(order.contract)
            self.state = f"Sold {megawatts:,.1f} MW for {euros:,.2f} EUR."
        else:
            self.state = "Nothing was sold."
        done(megawatts, euros)
        self.refresh()


def in_words(contract: str) -> str:
    """The name of a contract for players: its quarter hour on their clock."""
    hours = parse_contract(contract)
    return contract if hours is None else f"Power {hours.start.astimezone():%H:%M} - {hours.end.astimezone():%H:%M}"
