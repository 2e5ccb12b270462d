"""itch.io's SQL tables. Times are Unix seconds."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, String, Table, Text

from pygame_gameservices.sandbox.database import metadata

games = Table(
    "itchio_games",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("published", Integer, nullable=False),
)

credentials = Table(
    "itchio_credentials",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("api_key", String, nullable=False, unique=True),
    Column("user_id", Integer, nullable=False),
    Column("scopes", String),  # separated by blanks; NULL is a key without limits
)

download_keys = Table(
    "itchio_download_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", Integer, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("created", Float, nullable=False),
    Column("downloads", Integer, nullable=False),
    Column("owner_id", Integer),
    Column("email", String, nullable=False),
    Column("purchase_id", Integer),
    Column("revoked", Integer, nullable=False),
)

purchases = Table(
    "itchio_purchases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer),
    Column("email", String, nullable=False),
    Column("created", Float, nullable=False),
    Column("source", String, nullable=False),
    Column("currency", String, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("sale_rate", Float, nullable=False),
    Column("donation", Integer, nullable=False),
    Column("kind", String, nullable=False),
)

purchased_games = Table(
    "itchio_purchased_games",
    metadata,
    Column("purchase_id", Integer, primary_key=True),
    Column("game_id", Integer, primary_key=True),
    Column("note", Text, nullable=False),
)
