"""The tables of the relay, as they are now; `migrations` says how they came to be so."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, text

metadata = MetaData()

notes = Table(
    "notes",
    metadata,
    Column("game", String, primary_key=True),
    Column("player", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("who", String, nullable=False),
    Column("endpoint", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("line", String),
    Column("state", String, nullable=False),
    Column("holder", String, nullable=False),
    Column("until", Float, nullable=False),
    Column("made", Float, nullable=False),
    Column("sent", Float),
    Column("baseline", String),
    Column("call", LargeBinary),
    Column("answer", LargeBinary),
    Column("done", Float),
    Column("day", Integer, nullable=False),
    Index("notes_by_mark", "game", "mark", "done"),
    Index("notes_by_who", "game", "who", "scope", "made"),
    Index("notes_by_age", "made"),
    Index(
        "one_under_way",
        "game",
        "line",
        unique=True,
        sqlite_where=text("state = 'sent'"),
        postgresql_where=text("state = 'sent'"),
    ),
)
"""Writes, each under the id that the client gave it: what is being done about them, and what came of it.

``player`` is empty for guests. ``who`` is who is counted: the player, or the guest of a ticket. ``mark`` is what equal
writes have in common. Of those with one ``line`` only one is under way at a time, since that alone lets a lost one be
told from another. ``call`` is kept where a lost answer has to be looked up; it holds no token. ``day`` is that of
``made``, from 1970 on, or the one before that of ``done`` if it is later: PostgreSQL has a partition for each, so that
whole days are forgotten at once, and what was done of late is looked for in the last ones alone.
"""

people = Table(
    "people",
    metadata,
    Column("game", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("token", String, nullable=False, server_default=""),
    Column("known_until", Float, nullable=False, server_default="0"),
    Column("began", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Index("people_by_age", "seen"),
)
"""Players and guests: a keyed hash of the token that the service confirmed last, and since when they have been there
without a break."""

buckets = Table(
    "buckets",
    metadata,
    Column("key", String, primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("most", Float, nullable=False),
    Column("within_s", Float, nullable=False),
)
"""Token buckets of the rate limits: how much was left of each, when, how much each holds when it is full, and in how
many seconds an empty one has filled."""

refusals = Table(
    "refusals",
    metadata,
    Column("game", String, primary_key=True),
    Column("player", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("who", String, nullable=False),
    Column("endpoint", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("call", LargeBinary, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("times", Integer, nullable=False),
    Column("released", Boolean, nullable=False),
    Index("refusals_by_age", "at"),
    Index("refusals_by_who", "game", "who", "at"),
    Index("released_refusals", "game", "released", "player"),
)
"""Writes that a rule refused, without tokens, for the maker to read and perhaps to release."""

doors = Table(
    "doors",
    metadata,
    Column("hash", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("csrf", String, nullable=False),
    Column("until", Float, nullable=False),
)
"""Links for the maker that work once, and the sessions that they opened."""

minutes = Table(
    "minutes",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("service", String, primary_key=True),
    Column("answer", String, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many calls there were in each minute, from 1970 on, by how they ended."""

latest = Table(
    "latest",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("service", String, nullable=False),
    Column("endpoint", String, nullable=False),
    Column("answer", String, nullable=False),
    Column("ms", Float, nullable=False),
)
"""The latest calls, without who made them."""
