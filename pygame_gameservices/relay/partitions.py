"""Partitions of the notes in PostgreSQL, one for each day: made before they are needed, and dropped as a whole.

What is of no day that has a partition, since a clock was wrong, lies in one of its own.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

DAYS_AHEAD = 3
OTHERS = "notes_others"
PATIENCE_MS = 2_000
"""How long it is tried to get hold of the table: everybody else waits meanwhile. There is another time."""
_NAME = re.compile(r"notes_day_([0-9]+)")


def make(sql: Connection, today: int) -> None:
    """Have partitions for today and the days to come. Several processes may do so at once.

    Args:
        sql: a transaction.
        today: days since 1970.
    """
    wanted = set(range(today, today + DAYS_AHEAD + 1)) - set(_days(sql))
    if not wanted:
        return
    sql.execute(text("SELECT pg_advisory_xact_lock(732872)"))  # one after another
    sql.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
    for day in sorted(wanted - set(_days(sql))):
        stray = text(f"SELECT 1 FROM {OTHERS} WHERE day = :day LIMIT 1")
        if sql.execute(stray, {"day": day}).first() is None:
            sql.execute(text(f"CREATE TABLE notes_day_{day} PARTITION OF notes FOR VALUES FROM ({day}) TO ({day + 1})"))


def drop(sql: Connection, first_kept: int) -> None:
    """Drop the partitions of days before one. In a transaction of its own."""
    sql.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
    for day in _days(sql):
        if day < first_kept:
            sql.execute(text(f"DROP TABLE notes_day_{day}"))
    sql.execute(text(f"DELETE FROM {OTHERS} WHERE day < :day"), {"day": first_kept})


def _days(sql: Connection) -> list[int]:
    there = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'notes'::regclass")
    found = (_NAME.fullmatch(name) for name in sql.execute(there).scalars())
    return sorted(int(one[1]) for one in found if one is not None)
