"""The sandbox's database: one SQLite file, one connection, used on the server's event loop only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, MetaData, Table, create_engine, event, func, select
from sqlalchemy.pool import StaticPool

metadata = MetaData()
"""Every table of every protocol. A protocol names its tables ``<protocol>_<what>``."""

_SECRET_COLUMNS = frozenset({"token", "private_key", "api_key", "secret"})


class Database:
    """Open or create the SQLite file at `path`, or a database in memory when `path` is None.

    Statements run directly on the event loop. They take microseconds, a thread hand-over takes longer, and with a
    single connection nothing can interleave: a handler that does not await sees and leaves a consistent state.
    """

    def __init__(self, path: str | None = None) -> None:
        self._engine = create_engine(
            f"sqlite:///{path or ':memory:'}", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(self._engine, "connect", _tune)
        self._connection = self._engine.connect()
        self._done: list[Callable[[], None]] = []
        self._undone: list[Callable[[], None]] = []
        with self.transaction() as sql:
            metadata.create_all(sql)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection; commit when the block ends, roll back when it raises. Not reentrant."""
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            for undo in self._undone:
                undo()
            raise
        for done in self._done:
            done()

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each commit."""
        self._done.append(callback)

    def on_rollback(self, callback: Callable[[], None]) -> None:
        """Call `callback` after each rollback, so that whoever caches rows can forget them."""
        self._undone.append(callback)

    def tables(self) -> list[str]:
        """Return the names of all tables, sorted."""
        return sorted(metadata.tables)

    def dump(self, name: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the rows of table `name` in the order of its primary key, secrets blanked out.

        Raises:
            KeyError: there is no such table.
        """
        table = metadata.tables[name]
        query = select(table).order_by(*table.primary_key.columns).limit(limit)
        with self.transaction() as sql:
            rows = sql.execute(query).mappings().all()
        return [{key: "[redacted]" if key in _SECRET_COLUMNS else value for key, value in row.items()} for row in rows]

    def count(self, name: str) -> int:
        """Return how many rows table `name` has. Raises KeyError when there is no such table."""
        with self.transaction() as sql:
            return int(sql.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one())

    def empty(self) -> None:
        """Delete every row of every table."""
        with self.transaction() as sql:
            for table in reversed(metadata.sorted_tables):
                sql.exec_driver_sql(f'DELETE FROM "{table.name}"')  # thrice as fast, and tests do it before each test

    def close(self) -> None:
        """Close the file. The database is of no use afterwards."""
        self._connection.close()
        self._engine.dispose()


def replace_rows(sql: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Make `rows` the whole content of `table`."""
    sql.execute(table.delete())
    if rows:
        sql.execute(table.insert(), rows)


def _tune(raw: Any, _record: Any) -> None:
    # NORMAL survives a killed process (not a power cut), and that is the outage which tests play with.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY", "cache_size=-32768"):
        raw.execute(f"PRAGMA {pragma}").close()
