"""The book, driven by random orders: it never crosses, and it never loses or makes volume."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.trading import tables
from pygame_gameservices.sandbox.trading.book import Book, NoSuchOrder, OrderGone
from pygame_gameservices.sandbox.trading.terms import MICRO, Terms, contract_name
from tests.thinned import examples

NOW = 1_700_000_000.0
STARTS = NOW + 86_400

ORDERS = st.builds(
    dict,
    trader=st.sampled_from(["ann", "bob", "cyd"]),
    side=st.sampled_from(["buy", "sell"]),
    price=st.integers(-3 * MICRO, 3 * MICRO) | st.integers(-3, 3).map(lambda n: n * MICRO),
    volume=st.integers(1, 5 * MICRO) | st.integers(1, 5).map(lambda n: n * MICRO),
    hidden=st.booleans(),
    contract=st.integers(0, 1),
)
STEPS = st.lists(st.one_of(ORDERS, st.integers(1, 30).map(lambda n: {"delete": n})), max_size=30)


def terms(step: dict[str, Any]) -> Terms:
    starts = STARTS + 900 * step["contract"]
    return Terms(
        side=step["side"],
        price=step["price"],
        volume=step["volume"],
        date="2023-11-15",
        start_time="22:00",
        end_time="22:15",
        duration="15m",
        tz_offset_hours=0,
        hidden=step["hidden"],
        suffix="",
        starts=starts,
        contract=contract_name(datetime.fromtimestamp(starts, UTC), 15),
    )


@examples(120)
@given(STEPS)
def test_the_book_keeps_its_promises(steps: list[dict[str, Any]]) -> None:
    database = Database()
    try:
        with database.transaction() as sql:
            book = Book(sql, NOW)
            for step in steps:
                if "delete" in step:
                    for trader in ("ann", "bob", "cyd"):
                        try:
                            book.delete(trader, step["delete"])
                        except (NoSuchOrder, OrderGone):
                            continue
                    continue
                before = resting(sql)
                book.place(step["trader"], "zone", terms(step))
                check_priority(before, step, sql)
                check_never_crossed(sql)
            check_volume(sql)
    finally:
        database.close()


def resting(sql: Any) -> list[Any]:
    orders = tables.orders.c
    query = select(tables.orders).where(orders.remaining > 0, orders.deleted == 0)
    return list(sql.execute(query).mappings())


def check_never_crossed(sql: Any) -> None:
    best: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in resting(sql):
        best[row["contract"], row["side"]].append(row["price"])
    for contract in {contract for contract, _ in best}:
        bids, asks = best.get((contract, "buy"), []), best.get((contract, "sell"), [])
        assert not bids or not asks or max(bids) < min(asks)


def check_priority(before: list[Any], step: dict[str, Any], sql: Any) -> None:
    """Whoever was passed over offered no better price, nor the same price earlier."""
    contract = terms(step).contract
    opposite = [row for row in before if row["contract"] == contract and row["side"] != step["side"]]
    after = {row["id"]: row["remaining"] for row in sql.execute(select(tables.orders)).mappings()}

    def rank(row: Any) -> tuple[int, int]:
        return (row["price"] if step["side"] == "buy" else -row["price"], row["id"])

    traded = [row for row in opposite if after[row["id"]] < row["remaining"]]
    for row in traded:
        for better in opposite:
            if rank(better) < rank(row):
                assert after[better["id"]] == 0


def check_volume(sql: Any) -> None:
    bought: dict[int, int] = defaultdict(int)
    for trade in sql.execute(select(tables.trades)).mappings():
        assert trade["volume"] > 0
        bought[trade["buy_order"]] += trade["volume"]
        bought[trade["sell_order"]] += trade["volume"]
        rows = {
            row["id"]: row
            for row in sql.execute(
                select(tables.orders).where(tables.orders.c.id.in_([trade["buy_order"], trade["sell_order"]]))
            ).mappings()
        }
        buy, sell = rows[trade["buy_order"]], rows[trade["sell_order"]]
        assert sell["price"] <= trade["price"] <= buy["price"]
        assert trade["price"] == rows[min(rows)]["price"], "the earlier order sets the price"
        assert buy["contract"] == sell["contract"] == trade["contract"]
    for row in sql.execute(select(tables.orders)).mappings():
        assert row["volume"] == row["remaining"] + bought[row["id"]]
        assert row["remaining"] >= 0
