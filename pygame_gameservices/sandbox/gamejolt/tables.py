"""Game Jolt's SQL tables.

`gamejolt_scores.place` is the sort value turned so that smaller is better in every table. So one index serves both
orders, and among equal scores the earlier one comes first without a sort step.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from pygame_gameservices.sandbox.database import metadata

GLOBAL = 0
"""The `player_id` of what belongs to the game and to no player."""

games = Table(
    "gamejolt_games",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("private_key", String, nullable=False),
)

score_tables = Table(
    "gamejolt_tables",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", Integer, nullable=False),
    Column("name", String, nullable=False),
    Column("description", String, nullable=False),
    Column("primary", Integer, nullable=False),
    Column("order", String, nullable=False),
    Column("guests", Integer, nullable=False),
    Column("unique", Integer, nullable=False),
)

trophies = Table(
    "gamejolt_trophies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", Integer, nullable=False),
    Column("title", String, nullable=False),
    Column("description", String, nullable=False),
    Column("difficulty", String, nullable=False),
    Column("secret", Integer, nullable=False),
)

achieved = Table(
    "gamejolt_achieved",
    metadata,
    Column("player_id", Integer, primary_key=True),
    Column("trophy_id", Integer, primary_key=True),
    Column("achieved", Float, nullable=False),
    sqlite_with_rowid=False,
)
Index("gamejolt_achieved_by_time", achieved.c.achieved)

scores = Table(
    "gamejolt_scores",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table_id", Integer, nullable=False),
    Column("place", Integer, nullable=False),
    Column("sort", Integer, nullable=False),
    Column("score", Text, nullable=False),
    Column("player_id", Integer),
    Column("guest", Text),
    Column("extra_data", Text, nullable=False),
    Column("stored", Float, nullable=False),
)
Index("gamejolt_scores_by_place", scores.c.table_id, scores.c.place)
Index("gamejolt_scores_by_player", scores.c.player_id, scores.c.table_id, scores.c.place)
Index("gamejolt_scores_by_guest", scores.c.guest, scores.c.table_id, scores.c.place)

sessions = Table(
    "gamejolt_sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("game_id", Integer, nullable=False),
    Column("player_id", Integer, nullable=False),
    Column("opened", Float, nullable=False),
    Column("pinged", Float, nullable=False),
    Column("closed", Float),
    Column("status", String, nullable=False),
    Column("pings", Integer, nullable=False),
)
Index("gamejolt_sessions_by_player", sessions.c.player_id, sessions.c.game_id, sessions.c.closed)

items = Table(
    "gamejolt_items",
    metadata,
    Column("game_id", Integer, primary_key=True),
    Column("player_id", Integer, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("restricted_to", Integer),
    Column("changed", Float, nullable=False),
)
