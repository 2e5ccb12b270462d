"""The database of the relay: SQLite in a file, or PostgreSQL where several processes or machines share it.

Used on worker threads, each of which takes a connection for the length of a transaction.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from queue import LifoQueue
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.sql import ClauseElement

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.relay import partitions

POOL = 30
"""Connections at most: as many as there are threads that could want one."""
BRIEF_POOL = 8
"""Connections at most for what is over at once, where they are others."""
BUSY_MS = 10_000
WAL_PAGES = 4000
"""Pages of the log of SQLite after which they are moved to their places."""
_DIALECTS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "sqlite": "sqlite"}


_COLLISIONS = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    sqlite3.IntegrityError,
)
"""A deadlock: two requests wanted the same people in another order, and PostgreSQL let the other one go on. What is
not serialized waited for a row that has moved to another partition."""


class Collision(Exception):
    """Another process was a moment earlier: nothing was noted, and it may be tried again."""


@contextmanager
def collisions() -> Iterator[None]:
    """Raise `Collision` where another process was a moment earlier. Around a transaction."""
    try:
        yield
    except (DBAPIError, psycopg.Error) as error:
        found = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(error, IntegrityError) and not isinstance(found, _COLLISIONS):
            raise
        raise Collision from None


class Database:
    """An open database.

    Args:
        address: ``sqlite:///...`` or ``postgresql://...``.
        wait_for_disk: whether SQLite waits at each lasting write until it would survive a power cut; PostgreSQL goes by
            its own settings. The end of the process it survives in any case.

    Raises:
        ConfigurationError: it is neither.
    """

    def __init__(self, address: Secret, *, wait_for_disk: bool = True) -> None:
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
        url = url.set(drivername=_DIALECTS[kind])
        if self.is_sqlite:
            self._lasting = _Pool(_sqlite(url, "FULL" if wait_for_disk else "NORMAL"), 1)
            self._brief = _Pool(_sqlite(url, "NORMAL"), 1) if wait_for_disk else self._lasting
        else:
            self._lasting = _Pool(_postgresql(url), POOL)
            self._brief = _Pool(_postgresql(url, "-c synchronous_commit=off"), BRIEF_POOL)
        # One writes at a time in SQLite: those of one process wait in line, and not in sleeps of growing length.
        self._turn: Any = threading.Lock() if self.is_sqlite else nullcontext()

    @contextmanager
    def transaction(self, *, lasting: bool = True, together: bool = True) -> Iterator[Connection]:
        """Give a connection; commit when the block ends, roll back when it raises.

        In SQLite it is the only one that writes from its beginning on, in PostgreSQL rows are locked as they are read
        ``FOR UPDATE``. Not to be begun within another one.

        Args:
            lasting: whether it must survive a power cut.
            together: whether its statements belong together: in PostgreSQL those of another one, and of one that need
                not last, are each by itself. That saves the way there and back twice.
        """
        with self._turn, (self._lasting if lasting else self._brief).connection() as sql:
            if self.is_sqlite:
                sql.begin()
            elif lasting and together:
                sql.begin()
                _raw(sql).execute("BEGIN", prepare=False)
            yield sql

    @contextmanager
    def beside(self, sql: Connection) -> Iterator[Connection]:
        """A transaction for rows that everybody wants, so that they are not held for as long as `sql` takes.

        In SQLite, where one writes at a time anyway, it is `sql` itself.
        """
        if self.is_sqlite:
            yield sql
        else:
            with self._brief.connection() as own:
                yield own

    def prepared(self, statement: ClauseElement) -> Statement:
        """A statement for this database that is run often; values go by the names of its parameters."""
        return Statement(statement, self._lasting.engine)

    def insert(self, table: Table) -> Any:
        """An insert into `table` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    def migrate(self, version: str = "head") -> None:
        """Make the tables, or bring those of an older version up to date. Several processes may do so at once.

        Args:
            version: up to which; tests begin with an older one.
        """
        with self.transaction() as sql:
            if not self.is_sqlite:
                sql.execute(text("SELECT pg_advisory_xact_lock(732871)"))  # one after another
            config = Config()
            config.set_main_option("script_location", "pygame_gameservices.relay:migrations")
            config.attributes["connection"] = sql
            command.upgrade(config, version)
            if not self.is_sqlite and version == "head":
                partitions.make(sql, int(time.time() // 86_400))

    def make_room(self, now: float) -> None:
        """See that there is a place for the notes of today and the days to come."""
        if not self.is_sqlite:
            with self.transaction() as sql:
                partitions.make(sql, int(now // 86_400))

    def is_current(self) -> bool:
        """Whether the tables are those of this version."""
        config = Config()
        config.set_main_option("script_location", "pygame_gameservices.relay:migrations")
        head = ScriptDirectory.from_config(config).get_current_head()
        with self.transaction(lasting=False) as sql:
            return MigrationContext.configure(sql).get_current_revision() == head

    def close(self) -> None:
        """Close all connections, once nobody has a turn."""
        with self._turn:
            self._lasting.close()
            self._brief.close()


class _Pool:
    """Connections that are kept open, those that are warm first: SQLAlchemy takes as long to hand one out, and to tidy
    it up, as it takes to ask something. Any thread.

    Args:
        engine: makes them.
        most: how many; whoever wants another one waits.
    """

    def __init__(self, engine: Engine, most: int) -> None:
        self.engine = engine
        self._idle: LifoQueue[Connection | None] = LifoQueue()
        for _ in range(most):
            self._idle.put(None)  # not made yet

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give one; what was begun is committed when the block ends, and rolled back when it raises."""
        sql = self._idle.get()
        try:
            if sql is None:
                sql = self.engine.connect()
            yield sql
            sql.commit()
        except BaseException:
            sql = sql and _cleared(sql)
            raise
        finally:
            self._idle.put(sql)

    def close(self) -> None:
        """Close those that nobody uses; whoever wants one after that gets a new one."""
        for sql in [self._idle.get_nowait() for _ in range(self._idle.qsize())]:
            if sql is not None:
                sql.close()
            self._idle.put(None)


def _cleared(sql: Connection) -> Connection | None:
    """A connection on which something went wrong, fit for the next; None if it is lost."""
    raw = _raw(sql)
    if getattr(raw, "closed", False):
        sql.invalidate()
        sql.close()
        return None
    sql.rollback()
    raw.rollback()  # also what could not be committed, of which SQLAlchemy thinks no more
    return sql


class Statement:
    """A statement that is written out once and then handed to the driver: SQLAlchemy takes several times as long to get
    to it as SQLite takes to answer it. Any thread."""

    def __init__(self, statement: ClauseElement, engine: Engine) -> None:
        compiled = statement.compile(dialect=engine.dialect)
        self._text = str(compiled)
        self._values = dict(compiled.params or {})

    def run(self, sql: Connection, **values: object) -> Any:
        """Run it. Returns the driver's cursor."""
        return _raw(sql).execute(self._text, {**self._values, **values})


def _raw(sql: Connection) -> Any:
    """The driver's own connection."""
    return sql.connection.dbapi_connection


def _postgresql(url: URL, options: str = "") -> Engine:
    """Transactions are begun by `Database`, and not by the driver. Statements are planned once for a connection, and
    not anew for each value: all of them go by keys, and to plan one for all partitions takes longer than to run it."""
    connect = {"options": f"-c plan_cache_mode=force_generic_plan {options}", "prepare_threshold": 0}
    return create_engine(url, connect_args=connect, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _sqlite(url: URL, synchronous: str) -> Engine:
    engine = create_engine(url, paramstyle="named", poolclass=NullPool)
    event.listen(engine, "connect", partial(_tune, synchronous))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _tune(synchronous: str, raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are begun below, and not by the driver
    pragmas = ("journal_mode=WAL", f"synchronous={synchronous}", f"busy_timeout={BUSY_MS}", "temp_store=MEMORY")
    for pragma in (*pragmas, f"wal_autocheckpoint={WAL_PAGES}"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(sql: Connection) -> None:
    _raw(sql).execute("BEGIN IMMEDIATE")
