"""Ranks in microseconds: the places of each table, sorted, in memory.

Counting index entries in SQLite takes tens of milliseconds at a million scores; a binary search does not.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort

from sqlalchemy import Connection, bindparam, select

from pygame_gameservices.sandbox.gamejolt import tables

_PLACES = (
    select(tables.scores.c.place).where(tables.scores.c.table_id == bindparam("table")).order_by(tables.scores.c.place)
)


class Ranks:
    """What is known of the places in each table; read from the database when first needed, kept in step after."""

    def __init__(self) -> None:
        self._places: dict[int, array[int]] = {}
        self._changes: list[tuple[int, int, bool]] = []

    def rank(self, sql: Connection, table_id: int, place: int) -> int | None:
        """Return the rank of `place`: one more than the number of better scores, so equal scores share a rank.

        A place that no score has gets the rank that it would have, as observed on the real service. None when the
        table is empty.
        """
        places = self._load(sql, table_id)
        return bisect_left(places, place) + 1 if places else None

    def add(self, sql: Connection, table_id: int, place: int) -> None:
        """Note a score. Call it before the row is inserted, or a first load would count it twice."""
        insort(self._load(sql, table_id), place)
        self._changes.append((table_id, place, True))

    def remove(self, sql: Connection, table_id: int, place: int) -> None:
        """Note that a score is about to be deleted. Call it before the row is."""
        places = self._load(sql, table_id)
        del places[bisect_left(places, place)]
        self._changes.append((table_id, place, False))

    def count(self, sql: Connection, table_id: int) -> int:
        """Return how many scores a table has."""
        return len(self._load(sql, table_id))

    def keep(self) -> None:
        """Let the changes of a transaction stand, after its commit."""
        self._changes.clear()

    def undo(self) -> None:
        """Take back the changes of a transaction, after its rollback. To read all places anew may take a second."""
        for table_id, place, added in reversed(self._changes):
            places = self._places.get(table_id)
            if places is None:
                continue
            if added:
                del places[bisect_left(places, place)]
            else:
                insort(places, place)
        self._changes.clear()

    def forget(self) -> None:
        """Read everything anew, after a reset."""
        self._places.clear()
        self._changes.clear()

    def _load(self, sql: Connection, table_id: int) -> array[int]:
        known = self._places.get(table_id)
        if known is None:
            known = self._places[table_id] = array("q", sql.execute(_PLACES, {"table": table_id}).scalars())
        return known
