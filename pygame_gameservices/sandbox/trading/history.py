"""What was traded in a contract before anybody of this sandbox looked: so that a fresh market has prices and a past."""

from __future__ import annotations

import math
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


def write(book: Book, starts: int, length_s: int, price: float) -> None:
    """Enter the trades of a contract, and the orders that they were made of, all executed.

    Args:
        starts: when power begins to flow, in Unix seconds.
        length_s: for how long.
        price: where the contract stands now, in EUR.
    """
    chance = Random(starts)  # the same past in every sandbox
    first = int(book.sql.execute(select(func.coalesce(func.max(tables.orders.c.id), 0))).scalar_one()) + 1
    orders: list[dict[str, Any]] = []
    trades: list[dict[str, Any]] = []
    for number in range(_TRADES):
        age = (1 - (number + chance.random() * 0.8) / _TRADES) * _OPEN_S
        wave = math.sin(number / _TRADES * 5 + starts / 7e3) * 4 + chance.uniform(-1.5, 1.5)
        deal = {
            "contract": contract_name(datetime.fromtimestamp(starts, UTC), length_s // 60),
            "duration": f"{length_s // 60}m",
            "price": round((price + wave * age / _OPEN_S + chance.uniform(-0.8, 0.8)) * 100) * (MICRO // 100),
            "volume": chance.randint(1, 30) * MICRO // 10,
            "executed": round(book.now - age),
        }
        buyer, seller = chance.sample(TRADERS, 2)
        buy, sell = first + 2 * number, first + 2 * number + 1
        orders += [
            _order(buy, "buy", buyer, deal, starts, length_s),
            _order(sell, "sell", seller, deal, starts, length_s),
        ]
        made = {
            "direction": chance.choice(("buy", "sell")),
            "buyer": buyer,
            "seller": seller,
            "zone": chance.choice(_ZONES),
        }
        trades.append({**deal, **made, "buy_order": buy, "sell_order": sell})
    book.sql.execute(tables.orders.insert(), orders)
    book.sql.execute(tables.trades.insert(), trades)


def _order(number: int, side: str, trader: str, deal: dict[str, Any], starts: int, length_s: int) -> dict[str, Any]:
    begin, end = datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(starts + length_s, UTC)
    return {
        "id": number,
        "reference": f"ord_past{number}",
        "account": trader,
        "trader": trader,
        "zone": HOME_ZONE,
        "side": side,
        "price": deal["price"],
        "volume": deal["volume"],
        "remaining": 0,
        "spent": deal["volume"] / MICRO * deal["price"] / MICRO,
        "executions": 1,
        "hidden": 0,
        "deleted": 0,
        "contract": deal["contract"],
        "starts": float(starts),
        "date": f"{begin:%Y-%m-%d}",
        "start_time": f"{begin:%H:%M}",
        "end_time": f"{end:%H:%M}",
        "duration": deal["duration"],
        "tz_offset_hours": 0,
        "created": deal["executed"],
        "updated": deal["executed"],
    }
