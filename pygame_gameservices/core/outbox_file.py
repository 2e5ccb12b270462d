"""The file behind the outbox: operations that must not be lost, in SQLite, each row one operation. No threads here."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from pygame_gameservices.core.operation import NOBODY_YET, Kind, Operation, Priority

VERSION = 1
WAITING, IN_FLIGHT, UNKNOWN, REJECTED = "waiting", "in flight", "unknown", "rejected"
UNREADABLE = "unreadable"
"""Damaged, or changed by hand: it can be looked at, but not be sent."""
ASIDE = (UNKNOWN, REJECTED, UNREADABLE)
"""States that last until a person decides."""
PATIENCE_S = 5.0
"""Seconds to wait for another process that has the file."""
LEDGER_S = 24 * 3600.0
EQUAL_WITHIN_S = 5.0
"""Seconds before an attempt from which an equal operation's delivery could be mistaken for it."""
SLACK_S = 2.0
"""How far apart the service's idea of a moment and ours may be: whole seconds, clocks, and answers on their way."""
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
CREATE TABLE IF NOT EXISTS delivered (fingerprint TEXT NOT NULL, at REAL NOT NULL, owner TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS delivered_by_fingerprint ON delivered (fingerprint, at);
"""


class NewerFile(Exception):
    """The file was written by a newer version of this package, which may mean things that this one does not know."""


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

    Raises:
        NewerFile: a newer version wrote it; it is left as it is.
        sqlite3.DatabaseError: it is no database, or damaged.
        OSError, sqlite3.OperationalError: the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)  # saves and names are nobody else's business
        self.path = path
        self._db = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        db = self._db
        self._use_wal()
        db.execute("PRAGMA synchronous=FULL")  # the log is synced at each commit, so a commit survives a power cut
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise NewerFile(f"{self.path} was written by a newer version of pygame_gameservices")
        if version < VERSION:
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")

    def _use_wal(self) -> None:
        """SQLite does not wait for this by itself, and two processes may open a new file at the same moment."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)

    def begin(self) -> None:
        """Start a transaction. Raises sqlite3.OperationalError when another process holds the file for too long."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Bring the transaction to disk."""
        self._db.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def insert(self, owner: str, operation: Operation) -> tuple[int, int]:
        """Write an operation down for `owner` and return its id and its bytes. Within a transaction."""
        body = _to_bytes(operation)
        cursor = self._db.execute(
            "INSERT INTO entries (owner, service, player, name, body, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (owner, operation.service, operation.player, operation.name, body, time.time()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid, len(body)

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

    def note_delivered(self, owner: str, fingerprints: Sequence[str], at: float) -> None:
        """Remember that `owner` delivered additive operations. Within a transaction."""
        self._db.executemany("INSERT INTO delivered VALUES (?, ?, ?)", [(f, at, owner) for f in fingerprints])

    def forget_delivered(self, before: float) -> None:
        """Forget what was delivered long ago, but for what tells equal operations of unknown outcome apart. Within a
        transaction."""
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
        query = "SELECT count(*) FROM delivered WHERE fingerprint = ? AND at >= ? AND owner != ?"
        since = attempted_at - EQUAL_WITHIN_S
        least, most = (
            int(self._db.execute(query, (mark, moment, owner)).fetchone()[0])
            for moment in (since + SLACK_S, since - SLACK_S)
        )
        return least, most if alone else most + self._count_under_way(owner, operation)

    def _count_under_way(self, owner: str, operation: Operation) -> int:
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM entries WHERE service = ? AND player = ? AND state = 'in flight' AND owner != ?",
            (operation.service, operation.player, owner),
        )
        mark = fingerprint(operation)
        return sum(fingerprint(_entry(row).operation) == mark for row in rows)

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
        return [_entry(row) for row in rows]

    def all(self, limit: int = -1) -> list[Entry]:
        """All entries, oldest first, or the first `limit`."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM entries ORDER BY id LIMIT ?", (limit,))
        return [_entry(row) for row in rows]

    def get(self, ids: Iterable[int]) -> list[Entry]:
        """The entries of these ids that there are, in the order of `ids`."""
        query = f"SELECT {_COLUMNS} FROM entries WHERE id = ?"
        rows = [self._db.execute(query, (id_,)).fetchone() for id_ in ids]
        return [_entry(row) for row in rows if row is not None]

    def counts(self) -> dict[str, int]:
        """How many entries there are in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM entries GROUP BY state"))

    def size(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        count, size = self._db.execute("SELECT count(*), coalesce(sum(length(body)), 0) FROM entries").fetchone()
        return int(count), int(size)

    def waiting(self, owner: str) -> int:
        """How many entries `owner` has yet to deliver."""
        query = "SELECT count(*) FROM entries WHERE owner = ? AND state IN ('waiting', 'in flight')"
        return int(self._db.execute(query, (owner,)).fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


_COLUMNS = "id, service, player, name, CAST(body AS BLOB), state, attempted_at, created_at, reason"
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(StoredOperation)


def fingerprint(operation: Operation) -> str:
    """What two operations that do the same have in common."""
    same = [operation.service, operation.name, operation.player, sorted(operation.arguments.items())]
    return hashlib.sha256(_encoder.encode(same)).hexdigest()


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
        )
    )


def _entry(row: tuple[int, str, str, str, bytes, str, float | None, float, str]) -> Entry:
    id_, service, player, name, body, state, attempted_at, created_at, reason = row
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
    )
    return Entry(id_, operation, state, attempted_at, created_at, reason, len(body))
