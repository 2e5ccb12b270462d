"""The file behind the outbox: operations that must not be lost, in SQLite, each row one operation. No threads here."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pygame_gameservices.core.calls.equal_calls import EQUAL_WITHIN_S, SLACK_S, fingerprint
from pygame_gameservices.core.calls.operation import NOBODY_YET, Kind, Operation, Priority

VERSION = 2
WAITING, IN_FLIGHT, UNKNOWN, REJECTED = "waiting", "in flight", "unknown", "rejected"
UNREADABLE = "unreadable"
"""Damaged, or changed by hand: it can be looked at, but not be sent."""
ASIDE = (UNKNOWN, REJECTED, UNREADABLE)
"""States that last until a person decides."""
STATES = (WAITING, IN_FLIGHT, *ASIDE)
PATIENCE_S = 5.0
"""Seconds to wait for another process that has the file."""
LOG_PAGES = 100
"""Pages of the write-ahead log after which they are brought home: on a small disk the log itself could fill it."""
LOG_BYTES = 1 << 20
"""How large the log stays when it is not needed."""
CLOSELY_UP_TO = 8 << 20
"""Bytes of a file up to which its index is compared with its table row by row, at each start."""
LEDGER_S = 24 * 3600.0
"""Seconds for which delivered additive operations are remembered, to tell equal ones apart."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    service TEXT NOT NULL,
    player TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempted_at REAL,
    created_at REAL NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS entries_by_player ON entries (service, player, id);
CREATE TABLE IF NOT EXISTS delivered (
    fingerprint TEXT NOT NULL,
    at REAL NOT NULL,
    owner TEXT NOT NULL,
    began REAL
);
CREATE INDEX IF NOT EXISTS delivered_by_fingerprint ON delivered (fingerprint, at);
"""


class NewerFile(Exception):
    """The file was written by a newer version of this package, which may mean things that this one does not know."""


class Moved(OSError):
    """The open file is not at its name any more: it was deleted, renamed or replaced, and what is written is lost."""


class StoredOperation(msgspec.Struct, frozen=True):
    """What of an `Operation` is written down: everything but the player's token."""

    kind: Kind
    arguments: dict[str, str]
    lane: str
    mingles: str
    priority: Priority
    timeout_s: float
    attempts: int
    max_bytes: int
    latest_wins: bool
    id: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A row of the outbox.

    Attributes:
        id: grows with time, so it is the order of entries.
        operation: the operation, without the player's token.
        state: ``"waiting"``, ``"in flight"``, ``"unknown"``, ``"rejected"`` or ``"unreadable"``.
        attempted_at: Unix seconds of the first attempt whose outcome is not known, or None.
        created_at: Unix seconds of its making.
        reason: why it is unknown or was rejected.
        bytes: what it takes on disk.
    """

    id: int
    operation: Operation
    state: str
    attempted_at: float | None
    created_at: float
    reason: str
    bytes: int


class OutboxFile:
    """An open outbox file. One thread at a time; every change is on disk when `commit` returns.

    Args:
        path: the file; made if need be, with its folder.
        patience_s: seconds to wait for another process that has the file while it is opened.

    Raises:
        NewerFile: a newer version wrote it; it is left as it is.
        sqlite3.DatabaseError: it is no database, damaged, or another program's.
        OSError, sqlite3.OperationalError: the folder cannot be written to, or another process has the file.
    """

    def __init__(self, path: Path, patience_s: float = PATIENCE_S) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)  # saves and names are nobody else's business
        self.path = path
        self._changes = 0
        self._db = sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(patience_s)
            self._places = [(name, _place(name)) for name in (str(path), f"{path}-wal")]
            if any(place is None or place != _place(name) for name, place in self._places):
                self._places = []  # a file system that numbers its files anew each time it is asked, or no log
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, patience_s: float) -> None:
        db = self._db
        self._use_wal(patience_s)
        db.execute("PRAGMA synchronous=FULL")  # the log is synced at each commit, so a commit survives a power cut
        db.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}")
        db.execute(f"PRAGMA journal_size_limit={LOG_BYTES}")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        if names and "entries" not in names:
            raise sqlite3.DatabaseError("it is another program's")
        self.check_version(version, self.path)
        if version < VERSION:
            self._renew()

    def _renew(self) -> None:
        """Make the tables, or bring those of an older version up to date, unless another process did meanwhile."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version == 1:
                db.execute("ALTER TABLE delivered ADD COLUMN began REAL")
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={max(version, VERSION)}")
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise

    @staticmethod
    def check_version(version: int, path: Path) -> None:
        """Raise `NewerFile` if the file at `path`, of this version, is one that this package does not know."""
        if version > VERSION:
            raise NewerFile(f"{path} was written by a newer version of pygame_gameservices")

    def _use_wal(self, patience_s: float) -> None:
        """SQLite does not wait for this by itself, and two processes may open a new file at the same moment."""
        until = time.monotonic() + patience_s
        while True:
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def begin(self) -> None:
        """Start a transaction.

        Raises:
            sqlite3.OperationalError: another process holds the file for too long.
            Moved: the file is not at its name any more.
        """
        self._db.execute("BEGIN IMMEDIATE")
        self._changes = self._db.total_changes
        self._check_place()  # who puts another file in its place holds this one's lock meanwhile

    @property
    def changed(self) -> bool:
        """Whether the transaction has changed anything."""
        return self._db.total_changes != self._changes

    def content(self) -> bytes:
        """The file as it will be once the transaction is committed."""
        return self._db.serialize()

    def commit(self) -> None:
        """Bring the transaction to disk. Raises `Moved` if it is in a file that nobody will find."""
        self._db.execute("COMMIT")
        self._check_place(log=False)  # which takes long just after it was written; the next transaction sees to it

    def wait_up_to(self, patience_s: float) -> None:
        """Wait so long for another process that has the file from now on."""
        self._db.execute(f"PRAGMA busy_timeout={int(patience_s * 1000)}")

    def moved(self, *, log: bool = True) -> bool:
        """Whether the file, or its `log`, is not at its name any more: deleted, renamed, or replaced by another one."""
        return any(place != _place(name) for name, place in self._places[: 1 + log])

    def _check_place(self, *, log: bool = True) -> None:
        if self.moved(log=log):
            raise Moved(f"{self.path} was deleted, renamed or replaced")

    def make_room(self) -> None:
        """Bring home what is in the log and make it short: the disk is full. Outside a transaction."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> str:
        """``"ok"``, or what SQLite finds wrong first. A large file's index is only compared in number."""
        (pages,), (size,) = (self._db.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size"))
        how = "integrity" if pages * size <= CLOSELY_UP_TO else "quick"
        (found,) = self._db.execute(f"PRAGMA {how}_check(1)").fetchone()
        if found != "ok":
            return str(found).splitlines()[-1]
        states = ", ".join(f"'{state}'" for state in STATES)
        odd = f"state NOT IN ({states}) OR typeof(created_at) = 'text'"  # SQLite knows no checksums
        query = f"SELECT count(*), min(CASE WHEN {odd} THEN id END) FROM entries NOT INDEXED"
        rows, senseless = self._db.execute(query).fetchone()
        if senseless is not None:
            return f"entry {senseless} makes no sense"
        if how == "integrity":
            return "ok"
        (indexed,) = self._db.execute("SELECT count(*) FROM entries INDEXED BY entries_by_player").fetchone()
        return "ok" if rows == indexed else f"{rows} rows, but {indexed} in the index"

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def insert(self, owner: str, operation: Operation, now: float, entry: int = 0) -> tuple[int, int]:
        """Write an operation down for `owner` and return its id and its bytes. Within a transaction.

        Args:
            now: Unix seconds.
            entry: the id that it gets; 0 for the next one.
        """
        body = _to_bytes(operation)
        cursor = self._db.execute(
            "INSERT INTO entries (id, owner, service, player, name, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entry or None, owner, operation.service, operation.player, operation.name, body, now),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid, len(body)

    def restore(self, entries: Iterable[Sequence[Any]], delivered: Iterable[Sequence[Any]], highest: int) -> None:
        """Take over rows of another file, as they are; no new entry gets a number up to `highest`. Within a
        transaction."""
        self._db.executemany(
            "INSERT INTO entries (id, owner, service, player, name, body, state, attempted_at, created_at, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entries,
        )
        self._db.executemany("INSERT INTO delivered (fingerprint, at, owner, began) VALUES (?, ?, ?, ?)", delivered)
        self._db.execute("DELETE FROM sqlite_sequence WHERE name = 'entries'")
        self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('entries', ?)", (highest,))

    def highest(self) -> int:
        """The highest id that an entry ever had."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
        return 0 if row is None else int(row[0])

    def owner_of(self, entry: int) -> str | None:
        """Whose an entry is; None where there is none of that id."""
        row = self._db.execute("SELECT owner FROM entries WHERE id = ?", (entry,)).fetchone()
        return None if row is None else str(row[0])

    def ids(self, owner: str) -> set[int]:
        """The ids of all entries of `owner`."""
        return {id_ for (id_,) in self._db.execute("SELECT id FROM entries WHERE owner = ?", (owner,))}

    def mark_in_flight(self, ids: Iterable[int], at: float) -> None:
        """Note that entries are about to be sent. Within a transaction."""
        self._db.executemany(
            "UPDATE entries SET state = 'in flight', attempted_at = coalesce(attempted_at, ?) WHERE id = ?",
            [(at, id_) for id_ in ids],
        )

    def wait_again(self, owner: str, ids: Iterable[int]) -> None:
        """Let entries be sent as if for the first time, by `owner`. Within a transaction."""
        self._db.executemany(
            "UPDATE entries SET state = 'waiting', attempted_at = NULL, reason = '', owner = ? WHERE id = ?",
            [(owner, id_) for id_ in ids],
        )

    def park(self, id_: int, state: str, reason: str) -> None:
        """Set an entry aside as unknown or rejected. Within a transaction."""
        self._db.execute("UPDATE entries SET state = ?, reason = ? WHERE id = ?", (state, reason, id_))

    def remove(self, ids: Iterable[int]) -> None:
        """Delete entries. Within a transaction."""
        self._db.executemany("DELETE FROM entries WHERE id = ?", [(id_,) for id_ in ids])

    def note_delivered(self, owner: str, delivered: Iterable[tuple[str, float]], at: float) -> None:
        """Remember that `owner` delivered additive operations. Within a transaction.

        Args:
            delivered: the fingerprint of each, and Unix seconds of its first attempt that was perhaps the one that was
                applied.
            at: Unix seconds of when `owner` heard that they were applied, which may be long after.
        """
        rows = [(mark, at, owner, began) for mark, began in delivered]
        self._db.executemany("INSERT INTO delivered VALUES (?, ?, ?, ?)", rows)

    def forget_delivered(self, before: float) -> None:
        """Forget what was delivered long ago, but for what tells equal operations of unknown outcome apart. Within a
        transaction."""
        if self._db.execute("SELECT 1 FROM delivered WHERE at < ? LIMIT 1", (before,)).fetchone() is None:
            return  # there may be far more entries to look through
        query = "SELECT min(attempted_at) FROM entries WHERE state = 'in flight'"
        first = self._db.execute(query).fetchone()[0]
        before = before if first is None else min(before, first - EQUAL_WITHIN_S - SLACK_S)
        self._db.execute("DELETE FROM delivered WHERE at < ?", (before,))

    def count_equal(self, owner: str, operation: Operation, attempted_at: float, *, alone: bool) -> tuple[int, int]:
        """How many equal operations others than `owner`, who keeps count itself, delivered since shortly before an
        attempt: so many for sure, and so many at most.

        Args:
            alone: whether no other process is alive, which could be sending one just now.
        """
        mark = fingerprint(operation)
        query = (
            "SELECT count(CASE WHEN coalesce(began, at) >= ? THEN 1 END), count(*)"
            " FROM delivered WHERE fingerprint = ? AND at >= ? AND owner != ?"
        )
        since = attempted_at - EQUAL_WITHIN_S
        least, most = self._db.execute(query, (since + SLACK_S, mark, since - SLACK_S, owner)).fetchone()
        return least, most if alone else most + self._count_under_way(owner, operation)

    def _count_under_way(self, owner: str, operation: Operation) -> int:
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM entries WHERE service = ? AND player = ? AND state = 'in flight' AND owner != ?",
            (operation.service, operation.player, owner),
        )
        mark = fingerprint(operation)
        return sum(fingerprint(to_entry(row).operation) == mark for row in rows)

    def adopt(self, owner: str, dead: Iterable[str]) -> None:
        """Take over the entries of processes that died. Within a transaction."""
        self._db.executemany("UPDATE entries SET owner = ? WHERE owner = ?", [(owner, name) for name in dead])

    def adopt_orphans(self, owner: str, alive: Sequence[str]) -> None:
        """Take over the entries of all processes but those `alive`. Within a transaction."""
        marks = ", ".join("?" * len(alive))
        self._db.execute(f"UPDATE entries SET owner = ? WHERE owner NOT IN ({marks})", (owner, *alive))

    def kept_for_anyone(self, owner: str) -> set[str]:
        """The services of which `owner` has entries that wait for whoever signs in first."""
        query = "SELECT DISTINCT service FROM entries WHERE owner = ? AND player = ?"
        return {service for (service,) in self._db.execute(query, (owner, NOBODY_YET))}

    def claim(self, owner: str, service: str, player: str) -> int:
        """Make `player`'s what `owner` has for whoever signs in first. Returns how many. Within a transaction."""
        query = "UPDATE entries SET player = ? WHERE owner = ? AND service = ? AND player = ?"
        return self._db.execute(query, (player, owner, service, NOBODY_YET)).rowcount

    def load(self, owner: str, service: str, player: str, after: int, limit: int) -> list[Entry]:
        """The next entries of a player that are to be sent, oldest first; what cannot be read is among them."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM entries WHERE service = ? AND player = ? AND id > ? AND owner = ?"
            " AND state IN ('waiting', 'in flight') ORDER BY id LIMIT ?",
            (service, player, after, owner, limit),
        )
        return [to_entry(row) for row in rows]

    def all(self, limit: int = -1) -> list[Entry]:
        """All entries, oldest first, or the first `limit`."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM entries ORDER BY id LIMIT ?", (limit,))
        return [to_entry(row) for row in rows]

    def get(self, ids: Iterable[int]) -> list[Entry]:
        """The entries of these ids that there are, in the order of `ids`."""
        query = f"SELECT {_COLUMNS} FROM entries WHERE id = ?"
        rows = [self._db.execute(query, (id_,)).fetchone() for id_ in ids]
        return [to_entry(row) for row in rows if row is not None]

    def counts(self) -> dict[str, int]:
        """How many entries there are in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM entries GROUP BY state"))

    def size(self, owner: str) -> tuple[int, int, int]:
        """How many entries there are, their bytes, and how many of them `owner` has yet to deliver."""
        waits = "owner = ? AND state IN ('waiting', 'in flight')"
        query = f"SELECT count(*), coalesce(sum(length(body)), 0), count(CASE WHEN {waits} THEN 1 END) FROM entries"
        count, size, waiting = self._db.execute(query, (owner,)).fetchone()
        return int(count), int(size), int(waiting)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


_COLUMNS = "id, service, player, name, CAST(body AS BLOB), state, attempted_at, created_at, reason"
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(StoredOperation)


def _to_bytes(operation: Operation) -> bytes:
    return _encoder.encode(
        StoredOperation(
            operation.kind,
            operation.arguments,
            operation.lane,
            operation.mingles,
            operation.priority,
            operation.timeout_s,
            operation.attempts,
            operation.max_bytes,
            operation.latest_wins,
            operation.id,
        )
    )


Row = tuple[int, str, str, str, bytes, str, float | None, float, str]
"""What is read of an entry, in the order of `_COLUMNS`."""


def to_entry(row: Row) -> Entry:
    """The entry of a row; one that cannot be read says so by its state."""
    id_, service, player, name, body, state, attempted_at, created_at, reason = row
    body = body or b""  # a damaged file gives what no outbox ever wrote
    try:
        stored = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        as_it_stands = {"as it stands": body.decode("utf-8", "backslashreplace")}
        operation = Operation(service=service, name=name, kind=Kind.DANGEROUS, arguments=as_it_stands, player=player)
        return Entry(id_, operation, UNREADABLE, attempted_at, created_at, f"it cannot be read: {error}", len(body))
    operation = Operation(
        service=service,
        name=name,
        kind=stored.kind,
        arguments=stored.arguments,
        player=player,
        lane=stored.lane,
        mingles=stored.mingles,
        priority=stored.priority,
        timeout_s=stored.timeout_s,
        attempts=stored.attempts,
        max_bytes=stored.max_bytes,
        durable=True,
        latest_wins=stored.latest_wins,
        id=stored.id,
    )
    return Entry(id_, operation, state, attempted_at, created_at, reason, len(body))


def _place(name: str) -> tuple[int, int] | None:
    """Which file is at a name; None where there is none."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino
