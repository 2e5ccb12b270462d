"""The market: the order book of each contract, and what was traded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from pygame_gameservices.sandbox.console.desk import Panel, Visit
from pygame_gameservices.sandbox.console.listing import card, chooser, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.terms import MICRO
from pygame_gameservices.sandbox.trading.world import MAKER

SHOWN = 50

_CONTRACTS = 12
_C = tables.orders.c


def _show(visit: Visit) -> Child:
    desk = visit.desk
    now = desk.ground.clock.now()
    standing = (_C.remaining > 0, _C.deleted == 0, _C.starts > now)
    known = select(_C.contract, _C.starts).where(*standing).distinct().order_by(_C.starts, _C.contract)
    with desk.ground.database.transaction() as sql:
        contracts = [row.contract for row in sql.execute(known.limit(_CONTRACTS))]
        chosen = visit.query.get("contract") or (contracts[0] if contracts else "")
        book = sql.execute(select(tables.orders).where(*standing, _C.contract == chosen)).all()
        trades = sql.execute(select(tables.trades).order_by(tables.trades.c.id.desc()).limit(SHOWN)).all()
    buys = sorted((row for row in book if row.side == "buy"), key=lambda row: (-row.price, row.id))[:SHOWN]
    sells = sorted((row for row in book if row.side == "sell"), key=lambda row: (row.price, row.id))[:SHOWN]
    most = max((row.remaining for row in book), default=1)
    options: list[tuple[dict[str, str | int], str, bool]] = [
        ({"contract": one}, _short(one), one == chosen) for one in contracts
    ]
    spread = f"spread {(sells[0].price - buys[0].price) / MICRO:,.2f}" if buys and sells else None
    return [
        chooser("market", "Contract", options),
        Node(
            "div",
            card("Buy", _side("buy", buys, most), note="best first"),
            card("Sell", _side("sell", sells, most), note=spread),
            class_="book",
        ),
        card("Trades", _trades(trades, now)),
    ]


def _side(side: str, rows: Sequence[Any], most: int) -> Node:
    listed: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                Node("strong", f"{row.price / MICRO:,.2f}", class_=side),
                [
                    Node("meter", value=row.remaining, max=most, class_=side, aria_hidden="true"),
                    f"{row.remaining / MICRO:g}",
                ],
                [
                    Node("span", row.trader, class_="muted" if row.account == MAKER else None),
                    pill("hidden", "warn") if row.hidden else None,
                ],
                Node("code", row.id),
            ],
        )
        for row in rows
    ]
    return table(side, ("#Price", "#Volume", "Trader", "Order"), listed, empty="No order stands.", label=f"{side} side")


def _trades(rows: Sequence[Any], now: float) -> Node:
    listed: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                row.id,
                _short(row.contract),
                pill(row.direction, "good" if row.direction == "buy" else "bad"),
                f"{row.price / MICRO:,.2f}",
                f"{row.volume / MICRO:g}",
                row.buyer,
                row.seller,
                when(row.executed, now),
            ],
        )
        for row in rows
    ]
    heads = ("#Id", "Contract", "Taken by", "#Price", "#Volume", "Buyer", "Seller", "When")
    return table("trade", heads, listed, empty="Nothing was traded.", label="Trades")


def _short(contract: str) -> str:
    """``2026-01-02T10:15:00Z/PT15M`` without what all contracts share."""
    return contract[5:].replace("T", " ", 1).replace(":00Z/PT", " · ").replace("M", " min")


PANEL = Panel(
    "market", "Market", "The order book of each contract, hidden orders included, and what was traded.", _show
)
