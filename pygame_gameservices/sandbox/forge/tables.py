"""Forge's tables. Records whose `user_id` is NULL are the archive: their player is not known yet."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from pygame_gameservices.sandbox.database import metadata

users = Table(
    "forge_users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String, nullable=False, unique=True),
    Column("email", String, nullable=False),
    Column("joined", Float, nullable=False),
)

wallets = Table(
    "forge_wallets",
    metadata,
    Column("blockchain", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("user_id", Integer, nullable=False),
)

playtime = Table(
    "forge_playtime",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", String, nullable=False),
    Column("user_id", Integer),
    Column("email", String, nullable=False),
    Column("blockchain", String, nullable=False),
    Column("address", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("received", Float, nullable=False),
    Column("ended", Float, nullable=False),
    Column("hours", Float, nullable=False),
)

achievements = Table(
    "forge_achievements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", String, nullable=False),
    Column("user_id", Integer),
    Column("email", String, nullable=False),
    Column("blockchain", String, nullable=False),
    Column("address", String, nullable=False),
    Column("record_id", String, nullable=False),
    Column("received", Float, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("unlocked", Integer, nullable=False),
    Column("unlock_time", String, nullable=False),
)

for _table in (playtime, achievements):
    Index(f"{_table.name}_by_user", _table.c.user_id, _table.c.game_id)
    Index(f"{_table.name}_by_email", _table.c.email)
    Index(f"{_table.name}_by_wallet", _table.c.address, _table.c.blockchain)
    Index(f"{_table.name}_by_record", _table.c.record_id)

requests = Table(
    "forge_requests",
    metadata,
    Column("game_id", String, primary_key=True),
    Column("day", String, primary_key=True),
    Column("requests", Integer, nullable=False),
    Column("records", Integer, nullable=False),
)
