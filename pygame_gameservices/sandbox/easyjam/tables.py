"""The jam site's SQL tables. Items are kept as the JSON they are served as."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from pygame_gameservices.sandbox.database import metadata

makers = Table(
    "easyjam_makers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("token", String, nullable=False),
    Column("user", Text, nullable=False),
)

items = Table(
    "easyjam_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("maker_id", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
Index("easyjam_items_by_maker", items.c.maker_id, items.c.id)

asked = Table(
    "easyjam_asked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("maker_id", Integer, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("time", Float, nullable=False),
)
"""Every page that was served, so that tests can see what was asked twice."""
