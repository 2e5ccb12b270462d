"""What was traded in a contract before anybody of this sandbox looked: so that a fresh market has prices and a past."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from sqlalchemy import func, select

from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.book import Book
from pygame_gameservices.sandbox.trading.terms import MICRO, contract_name
from pygame_gameservices.sandbox.trading.world import HOME_ZONE, MAKER

TRADERS = (MAKER, "Alpine Hydro", "Lakeside Solar", "North Wind")
"""Who traded. None of them has an account: nobody can sign in as one of them."""

_ZONES = (HOME_ZONE, "10YDE-RWENET---I")
_TRADES = 12
_OPEN_S = 6 * 3600.0
"""How long before now the first of them was."""


def write(book: Book, contracts: Mapping[int, float], length_s: int) -> None:
    """Enter the trades of contracts, and the orders that they were made of, all executed.

    Args:
        contracts: where each stands now, in EUR, by when its power begins to flow, in Unix seconds.
        length_s: for how long it does.
    """
    first = int(book.sql.execute(select(func.coalesce(func.max(tables.orders.c.id), 0))).scalar_one()) + 1
    orders: list[dict[str, Any]] = []
    trades: list[dict[str, Any]] = []
    for starts, price in contracts.items():
        begin, end = datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(starts + length_s, UTC)
        contract = {"contract": contract_name(begin, length_s // 60), "duration": f"{length_s // 60}m"}
        window = {"starts": float(starts), "date": f"{begin:%Y-%m-%d}"}
        window |= {"start_time": f"{begin:%H:%M}", "end_time": f"{end:%H:%M}"}
        for trade in _trades(starts, price, book.now):
            buy = first + len(orders)
            trades.append({**contract, **trade, "buy_order": buy, "sell_order": buy + 1})
            for side, trader in (("buy", trade["buyer"]), ("sell", trade["seller"])):
                orders.append({**contract, **window, **_order(first + len(orders), side, trader, trade)})
    if orders:
        book.sql.execute(tables.orders.insert(), orders)
        book.sql.execute(tables.trades.insert(), trades)


def _trades(starts: int, price: float, now: float) -> Iterator[dict[str, Any]]:
    chance = Random(starts)  # the same past in every sandbox
    for number in range(_TRADES):
        age = (1 - (number + chance.random() * 0.8) / _TRADES) * _OPEN_S
        wave = math.sin(number / _TRADES * 5 + starts / 7e3) * 4 + chance.uniform(-1.5, 1.5)
        deal = {
            "price": round((price + wave * age / _OPEN_S + chance.uniform(-0.8, 0.8)) * 100) * (MICRO // 100),
            "volume": chance.randint(1, 30) * MICRO // 10,
            "executed": round(now - age),
        }
        buyer, seller = chance.sample(TRADERS, 2)
        direction, zone = chance.choice(("buy", "sell")), chance.choice(_ZONES)
        yield {**deal, "direction": direction, "buyer": buyer, "seller": seller, "zone": zone}


def _order(number: int, side: str, trader: str, trade: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "reference": f"ord_past{number}",
        "account": trader,
        "trader": trader,
        "zone": HOME_ZONE,
        "side": side,
        "price": trade["price"],
        "volume": trade["volume"],
        "remaining": 0,
        "spent": trade["volume"] / MICRO * trade["price"] / MICRO,
        "executions": 1,
        "hidden": 0,
        "deleted": 0,
        "tz_offset_hours": 0,
        "created": trade["executed"],
        "updated": trade["executed"],
    }
