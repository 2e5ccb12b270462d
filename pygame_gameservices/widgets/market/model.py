"""What there is to be shown of a market: how it stands, its orders and its last trades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Offer(NamedTuple):
    """An order that waits, or several at one price.

    Attributes:
        price, amount: as they are to be read.
        depth: how much it is of the most at any price, 0 to 1; drawn as a bar.
    """

    price: str
    amount: str
    depth: float = 0.0


class TradeLine(NamedTuple):
    """A trade that took place.

    Attributes:
        price, amount, when: as they are to be read.
        up: whether the price was higher than the trade before; None when it was the same or is not known.
    """

    price: str
    amount: str
    when: str = ""
    up: bool | None = None


class Market(NamedTuple):
    """How a market stands.

    Attributes:
        name: what is traded.
        spot: the price now, as it is to be read; empty when there is none.
        change: against some time ago, such as "+2.4%"; may be empty.
        history: prices, the oldest first, for the chart.
        asks: what is offered, the lowest price first.
        bids: what is wanted, the highest price first.
        spread: between the two, as it is to be read; may be empty.
        trades: the last ones, the newest first.
        as_of: when this was so, if it is not fresh; else empty.
        price_unit, amount_unit: what prices and amounts are counted in, such as "EUR/MWh" and "MW"; said once, over
            their columns. May be empty.
        span: over how long `history` goes, from its first to its last price, such as ``("09:00", "12:00")``.
    """

    name: str
    spot: str = ""
    change: str = ""
    history: Sequence[float] = ()
    asks: Sequence[Offer] = ()
    bids: Sequence[Offer] = ()
    spread: str = ""
    trades: Sequence[TradeLine] = ()
    as_of: str = ""
    price_unit: str = ""
    amount_unit: str = ""
    span: tuple[str, str] | None = None
