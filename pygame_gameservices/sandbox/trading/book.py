"""The order book in the database: orders come in, match, rest and are taken out."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.matching import Fill, Resting, fills
from pygame_gameservices.sandbox.trading.terms import MICRO, Terms

OTHER = {"buy": "sell", "sell": "buy"}

_orders = tables.orders


class NoSuchOrder(Exception):
    """There is no such order, or it is another trader's: the two are not told apart."""


class OrderGone(Exception):
    """The order cannot be deleted any more: it was executed, or its delivery has begun."""


@dataclass(frozen=True, slots=True)
class Book:
    """The book, inside one transaction. `now` is in Unix seconds."""

    sql: Connection
    now: float

    def place(self, trader: str, zone: str, terms: Terms) -> RowMapping:
        """Take an order in, let it match, and return its row as it is then."""
        key = self.sql.execute(_orders.insert().values(self._values(trader, zone, terms))).inserted_primary_key
        assert key is not None
        number = int(key[0])
        for fill in fills(terms.side, terms.price, terms.volume, self._opposite(terms)):
            self._execute(number, terms, fill)
        return self._row(number)

    def rest(self, trader: str, zone: str, offers: Iterable[Terms]) -> None:
        """Take in orders that meet none, all at once: those of one trader who buys below the price of each sale."""
        rows = [self._values(trader, zone, terms) for terms in offers]
        if rows:
            self.sql.execute(_orders.insert(), rows)

    def contested(self) -> set[str]:
        """Return the contracts in which orders stand that a new one could meet."""
        standing = select(_orders.c.contract).where(_orders.c.remaining > 0, _orders.c.deleted == 0)
        return set(self.sql.execute(standing.distinct()).scalars())

    def delete(self, trader: str, number: int) -> None:
        """Take an order out of the book.

        Raises:
            NoSuchOrder, OrderGone: it cannot be.
        """
        row = self.sql.execute(select(_orders).where(_orders.c.id == number)).mappings().first()
        if row is None or row["deleted"] or row["account"] != trader:
            raise NoSuchOrder
        if row["remaining"] == 0 or row["starts"] <= self.now:
            raise OrderGone
        self.sql.execute(update(_orders).where(_orders.c.id == number).values(deleted=1, updated=self.now))

    def of_trader(self, trader: str, side: str | None) -> list[RowMapping]:
        """Return a trader's orders that were not deleted and whose delivery has not begun, newest first."""
        mine = (_orders.c.account == trader, _orders.c.deleted == 0, _orders.c.starts > self.now)
        query = select(_orders).where(*mine)
        if side is not None:
            query = query.where(_orders.c.side == side)
        return list(self.sql.execute(query.order_by(_orders.c.id.desc())).mappings().all())

    def visible(self, side: str | None = None, contract: str | None = None) -> list[RowMapping]:
        """Return the offers that everyone sees, by contract, side and then best first."""
        query = select(_orders).where(
            _orders.c.remaining > 0, _orders.c.deleted == 0, _orders.c.hidden == 0, _orders.c.starts > self.now
        )
        if side is not None:
            query = query.where(_orders.c.side == side)
        if contract is not None:
            query = query.where(_orders.c.contract == contract)
        rows = list(self.sql.execute(query.order_by(_orders.c.id)).mappings().all())
        rows.sort(key=lambda row: (row["contract"], row["side"], _rank(row)))
        return rows

    def _values(self, trader: str, zone: str, terms: Terms) -> dict[str, Any]:
        return {
            # A letter in it at least: nobody is to take digits out of it for the order's number.
            "reference": f"ord_{secrets.choice('abcdef')}{secrets.token_hex(5)}",
            "account": trader,
            "trader": f"{trader}_{terms.suffix}" if terms.suffix else trader,
            "zone": zone,
            "side": terms.side,
            "price": terms.price,
            "volume": terms.volume,
            "remaining": terms.volume,
            "spent": 0,
            "executions": 0,
            "hidden": int(terms.hidden),
            "deleted": 0,
            "contract": terms.contract,
            "starts": terms.starts,
            "date": terms.date,
            "start_time": terms.start_time,
            "end_time": terms.end_time,
            "duration": terms.duration,
            "tz_offset_hours": terms.tz_offset_hours,
            "created": self.now,
            "updated": self.now,
        }

    def _opposite(self, terms: Terms) -> Iterator[Resting]:
        side = OTHER[terms.side]
        best = _orders.c.price.asc() if side == "sell" else _orders.c.price.desc()
        query = (
            select(_orders.c.id, _orders.c.price, _orders.c.remaining)
            .where(
                _orders.c.contract == terms.contract,
                _orders.c.side == side,
                _orders.c.remaining > 0,
                _orders.c.deleted == 0,
            )
            .order_by(best, _orders.c.id)
        )
        # All of them at once: the rows change while the fills are carried out.
        return iter([Resting(row.id, row.price, row.remaining) for row in self.sql.execute(query)])

    def _execute(self, number: int, terms: Terms, fill: Fill) -> None:
        for one in (number, fill.number):
            change = {
                "remaining": _orders.c.remaining - fill.volume,
                "spent": _orders.c.spent + fill.volume / MICRO * fill.price / MICRO,
                "executions": _orders.c.executions + 1,
                "updated": self.now,
            }
            self.sql.execute(update(_orders).where(_orders.c.id == one).values(change))
        mine, other = self._row(number), self._row(fill.number)
        buy, sell = (mine, other) if terms.side == "buy" else (other, mine)
        trade: dict[str, Any] = {
            "contract": terms.contract,
            "duration": terms.duration,
            "direction": terms.side,
            "price": fill.price,
            "volume": fill.volume,
            "buy_order": buy["id"],
            "sell_order": sell["id"],
            "buyer": buy["trader"],
            "seller": sell["trader"],
            "zone": other["zone"],
            "executed": self.now,
        }
        self.sql.execute(tables.trades.insert().values(trade))

    def _row(self, number: int) -> RowMapping:
        return self.sql.execute(select(_orders).where(_orders.c.id == number)).mappings().one()


def _rank(row: RowMapping) -> tuple[int, int]:
    return (row["price"] if row["side"] == "sell" else -row["price"], row["id"])
