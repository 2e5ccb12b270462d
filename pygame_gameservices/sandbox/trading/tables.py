"""The market's tables. Prices and volumes are whole millionths, so that no trade makes or loses a crumb."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from pygame_gameservices.sandbox.database import metadata

orders = Table(
    "trading_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String, nullable=False, unique=True),
    Column("account", String, nullable=False),
    Column("trader", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("side", String, nullable=False),
    Column("price", Integer, nullable=False),
    Column("volume", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    Column("spent", Float, nullable=False),
    Column("executions", Integer, nullable=False),
    Column("hidden", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("contract", String, nullable=False),
    Column("starts", Float, nullable=False),
    Column("date", String, nullable=False),
    Column("start_time", String, nullable=False),
    Column("end_time", String, nullable=False),
    Column("duration", String, nullable=False),
    Column("tz_offset_hours", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
)
Index("trading_orders_by_book", orders.c.contract, orders.c.side, orders.c.price, orders.c.id)
Index("trading_orders_by_account", orders.c.account)

trades = Table(
    "trading_trades",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contract", String, nullable=False),
    Column("duration", String, nullable=False),
    Column("direction", String, nullable=False),
    Column("price", Integer, nullable=False),
    Column("volume", Integer, nullable=False),
    Column("buy_order", Integer, nullable=False),
    Column("sell_order", Integer, nullable=False),
    Column("buyer", String, nullable=False),
    Column("seller", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("executed", Float, nullable=False),
)
Index("trading_trades_by_contract", trades.c.contract, trades.c.executed)

tokens = Table(
    "trading_tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("trader", String, nullable=False),
    Column("expires", Float, nullable=False),
)
