"""The database of the relay: SQLite in a file, or PostgreSQL where several processes or machines share it.

Used on worker threads, each of which takes a connection for the length of a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import ConfigurationError

POOL = 40
"""Connections at most: as many as there are threads that could want one."""
BUSY_MS = 10_000
_DIALECTS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


class Database:
    """An open database.

    Args:
        address: ``sqlite:///...`` or ``postgresql://...``.

    Raises:
        ConfigurationError: it is neither.
    """

    def __init__(self, address: Secret) -> None:
        try:
            url = make_url(address.reveal())
        except ArgumentError:
            raise ConfigurationError(
                "the database's address cannot be read; write a file or postgresql://..."
            ) from None
        kind = url.drivername.partition("+")[0]
        if kind not in _DIALECTS:
            raise ConfigurationError(f"the database is {kind!r}; write a file for SQLite, or postgresql://...")
        self.is_sqlite = kind == "sqlite"
        self._engine: Engine = create_engine(
            url.set(drivername=_DIALECTS[kind]), pool_size=POOL, max_overflow=0, pool_pre_ping=not self.is_sqlite
        )
        # FULL: that a write is about to be sent must survive a power cut. Counts of calls need not.
        self._fleeting = self._engine
        if self.is_sqlite:
            self._fleeting = create_engine(url, pool_size=POOL, max_overflow=0)
            for engine, synchronous in ((self._engine, "FULL"), (self._fleeting, "OFF")):
                event.listen(engine, "connect", partial(_tune, synchronous))
                event.listen(engine, "begin", _begin_immediate)

    @contextmanager
    def transaction(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Give a connection; commit when the block ends, roll back when it raises.

        In SQLite it is the only one that writes from its beginning on, in PostgreSQL rows are locked as they are read
        ``FOR UPDATE``.

        Args:
            lasting: whether it must survive a power cut.
        """
        with (self._engine if lasting else self._fleeting).begin() as sql:
            yield sql

    def insert(self, table: Table) -> Any:
        """An insert into `table` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    def migrate(self) -> None:
        """Make the tables, or bring those of an older version up to date. Several processes may do so at once."""
        with self._engine.begin() as sql:
            if not self.is_sqlite:
                sql.execute(text("SELECT pg_advisory_xact_lock(732871)"))  # one after another
            config = Config()
            config.set_main_option("script_location", "pygame_gameservices.relay:migrations")
            config.attributes["connection"] = sql
            command.upgrade(config, "head")

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        config = Config()
        config.set_main_option("script_location", "pygame_gameservices.relay:migrations")
        head = ScriptDirectory.from_config(config).get_current_head()
        with self._engine.connect() as sql:
            return MigrationContext.configure(sql).get_current_revision() == head

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
        self._fleeting.dispose()


def _tune(synchronous: str, raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun below, and not by the driver
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", f"busy_timeout={BUSY_MS}", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(sql: Connection) -> None:
    sql.exec_driver_sql("BEGIN IMMEDIATE")
