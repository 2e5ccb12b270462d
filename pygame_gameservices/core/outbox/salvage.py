"""What can still be read of a hurt outbox, row by row, and how it gets into a fresh file. No threads, no events here.

Only what SQLite itself reads is believed. Whoever digs in the pages beyond that finds rows that were deleted long ago,
and a score that was delivered would be sent once more.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pygame_gameservices.core.outbox.store import STATES, Entry, OutboxFile, Row, to_entry

MOST_ASIDE = 3
"""Damaged files that are kept for a person to look at."""
MOST_PROBES = 200_000
"""Times that it is tried to read on behind what cannot be read; some seconds' worth."""
LONGEST_VALUE = 64 << 20
"""Bytes of a value that are read at most: a damaged length could ask for all memory."""
FARTHEST = (1 << 63) - 1
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
READ_ERRORS = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
_COLUMNS = "owner, service, player, name, body, state, attempted_at, created_at, reason"


class Found(NamedTuple):
    """What of an outbox can be read.

    Attributes:
        entries: the rows of its entries, ``id`` first, in their order.
        delivered: the rows of what was delivered lately.
        highest: the highest number that an entry ever had, as far as it is known.
        lost: how many entries cannot be read, at most; None where nobody can tell.
        damaged: whether it is.
    """

    entries: list[tuple[Any, ...]]
    delivered: list[tuple[Any, ...]]
    highest: int
    lost: int | None
    damaged: bool

    def as_entries(self) -> list[Entry]:
        """The entries, oldest first."""
        return [to_entry(_row(raw)) for raw in self.entries]


class Salvaged(NamedTuple):
    """What became of a damaged outbox.

    Attributes:
        saved: how many entries are in the fresh file.
        lost: how many are not, at most; None where nobody can tell.
        aside: the name under which the damaged file is kept, or empty.
    """

    saved: int
    lost: int | None
    aside: str


def is_damage(error: BaseException) -> bool:
    """Whether `error` says that the file itself is hurt, rather than busy, full or out of reach."""
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return type(error) is sqlite3.DatabaseError
    if code == sqlite3.SQLITE_ERROR:
        return "no such" in str(error)  # a table or column that every outbox has
    return code & 0xFF in DAMAGE or code in READ_ERRORS


def read(path: Path) -> Found:
    """Read what can be read of the outbox at `path`, which is left as it is.

    Raises:
        NewerFile: a newer version of this package wrote it.
        OSError: it cannot be opened.
    """
    if not path.stat().st_size:  # SQLite deletes the log of an empty file
        return _read_with_first_page(path)
    with contextlib.suppress(sqlite3.Error), _reading(path) as db:
        _check_ours(db, path)
        return _read(db)
    return _read_with_first_page(path)


def salvage(path: Path) -> Salvaged:
    """Put a fresh outbox with all that can be read in the place of the damaged one at `path`, which is kept beside it.

    Whenever this is cut short, either the damaged file is still there or `finish` has the rest of the work. Nobody in
    this process has the file open; other processes are kept out by `alone_with`.

    Raises:
        NewerFile: a newer version of this package wrote it; nothing was changed.
        OSError, sqlite3.Error: the disk refuses, or another program holds the file; nothing was changed.
    """
    if path.is_dir():
        found = Found([], [], 0, 0, damaged=True)
    else:
        with _held(path):
            found = read(path)
    growing, fresh = _beside(path, "salvaging"), _beside(path, "salvaged")
    _remove(growing)
    _write(found, growing)
    os.replace(growing, fresh)
    aside = finish(path)
    return Salvaged(len(found.entries), found.lost, aside)


def finish(path: Path) -> str:
    """Put the fresh file that a salvage made in its place, if there is one. Returns the name of the damaged one.

    Raises:
        OSError: the disk refuses.
    """
    fresh = _beside(path, "salvaged")
    if not fresh.exists():
        return ""
    made = datetime.fromtimestamp(fresh.stat().st_mtime)
    aside = _beside(path, f"damaged-{made:%Y%m%d-%H%M%S-%f}")
    worth_keeping = path.is_dir() or any(_size(Path(f"{path}{end}")) for end in ("", "-wal"))
    for ending in ("", "-wal"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{aside}{ending}")
    Path(f"{path}-shm").unlink(missing_ok=True)
    os.replace(fresh, path)
    if not worth_keeping:
        _remove(aside)
        return ""
    _keep_few(path)
    return aside.name


def _read(db: sqlite3.Connection) -> Found:
    indexed, index_whole = _index(db)
    sequence = _sequence(db)
    entries, gaps, whole, unsound = _walk(db, "entries", "id", _COLUMNS, max(sequence, *indexed, 0), _is_entry)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    columns = f"fingerprint, at, owner, {'began' if version > 1 else 'at'}"
    delivered = _walk(db, "delivered", "rowid", columns, 0, _is_delivered)[0]
    if index_whole:
        lost = len(indexed - entries.keys())
    elif whole:
        lost = unsound
    else:
        lost = gaps
    sound = whole and index_whole and not unsound and indexed == entries.keys()
    highest = max(sequence, *indexed, *entries, 0)
    return Found([entries[id_] for id_ in sorted(entries)], list(delivered.values()), highest, lost, damaged=not sound)


def _read_with_first_page(path: Path) -> Found:
    """Read a file whose first page is of no use through that of a new outbox: all of them have the same tables in the
    same places."""
    import shutil  # hardly ever needed, and slow to load
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="gameservices-", ignore_cleanup_errors=True) as folder:
        copy, empty = Path(folder) / "copy", Path(folder) / "empty"
        OutboxFile(empty).close()
        first = bytearray(empty.read_bytes())
        size = int.from_bytes(first[16:18])
        shutil.copyfile(path, copy)
        with contextlib.suppress(OSError):
            shutil.copyfile(f"{path}-wal", f"{copy}-wal")
        pages = copy.stat().st_size // size
        if not pages and not _size(Path(f"{copy}-wal")):
            return Found([], [], 0, None, damaged=True)
        first[24:32] = (1).to_bytes(4) + max(pages, len(first) // size).to_bytes(4)
        first[92:96] = (1).to_bytes(4)
        with copy.open("r+b") as file:
            file.write(first[:size])
            file.truncate(max(pages * size, len(first)))  # SQLite wants the first page of each table to be there
        with contextlib.suppress(sqlite3.Error), _reading(copy) as db:
            found = _read(db)
            lost = None if found.lost == 0 and not found.entries else found.lost
            return found._replace(lost=lost, damaged=True)
    return Found([], [], 0, None, damaged=True)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    address = path.absolute().as_uri()
    try:
        db = _connected(f"{address}?mode=ro")
    except sqlite3.OperationalError:  # SQLite cannot even put its lock beside it
        db = _connected(f"{address}?immutable=1")
    try:
        yield db
    finally:
        db.close()


def _connected(address: str) -> sqlite3.Connection:
    db = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _check_ours(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone()
    if there is not None:
        OutboxFile.check_version(version, path)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep other processes that have the file open from writing to it, as far as it can be locked at all."""
    if not path.stat().st_size:
        yield
        return
    db = sqlite3.connect(path, isolation_level=None)
    try:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
        yield
    finally:
        db.close()


def _index(db: sqlite3.Connection) -> tuple[set[int], bool]:
    """The numbers of the entries that the index knows of, and whether it could be read to its end."""
    ids: set[int] = set()
    try:
        for (id_,) in db.execute("SELECT id FROM entries INDEXED BY entries_by_player"):
            if isinstance(id_, int) and id_ > 0:
                ids.add(id_)
    except (sqlite3.Error, MemoryError):
        return ids, False
    return ids, True


def _sequence(db: sqlite3.Connection) -> int:
    try:
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    except sqlite3.Error:
        return 0
    return row[0] if row is not None and isinstance(row[0], int) and 0 < row[0] < FARTHEST else 0


def _walk(
    db: sqlite3.Connection, table: str, key: str, columns: str, highest: int, sound: Any
) -> tuple[dict[int, tuple[Any, ...]], int, bool, int]:
    """Read a table from both ends, and around what cannot be read.

    Args:
        highest: the highest key that there may be, or 0.
        sound: whether a row can be what was once written.

    Returns:
        The rows by key, how many keys are perhaps lost, whether the table was read from end to end, and how many rows
        made no sense.
    """
    rows: dict[int, tuple[Any, ...]] = {}
    odd: set[int] = set()

    def scan(low: int, high: int, *, backwards: bool = False) -> tuple[int, bool]:
        """Read on until the end or the damage; return the last key and whether it was the end."""
        order, last = ("DESC", high + 1) if backwards else ("ASC", low - 1)
        # one row is asked for by its number: whoever looks whether another one follows may meet the damage
        where = f"{key} = ?" if low == high else f"{key} BETWEEN ? AND ? ORDER BY {key} {order}"
        query = f"SELECT {key}, {columns} FROM {table} NOT INDEXED WHERE {where}"
        try:
            for row in db.execute(query, (low,) if low == high else (low, high)):
                id_ = row[0]
                if not isinstance(id_, int) or not low <= id_ <= high or (id_ >= last if backwards else id_ <= last):
                    return last, False  # a page that leads in a circle
                last = id_
                if sound(row):
                    rows[id_] = row
                else:
                    odd.add(id_)
        except (sqlite3.Error, MemoryError):
            return last, False
        return last, True

    last, ended = scan(1, FARTHEST)
    if ended:
        return rows, 0, True, len(odd)
    first, _ = scan(last + 1, FARTHEST, backwards=True)
    if first > FARTHEST:
        first = max(highest, last) + 1
    gaps, lost = deque([(last + 1, first - 1)]), 0
    for _ in range(MOST_PROBES):
        if not gaps:
            break
        low, high = gaps.popleft()
        if low > high:
            continue
        low_end, ended = scan(low, high)
        if ended:
            continue
        if low < high:
            high_end, ended = scan(low_end + 1, high, backwards=True)
            if ended:
                continue
            middle = (low_end + 1 + high_end - 1) // 2
            gaps.extend(((low_end + 1, middle), (middle + 1, high_end - 1)))
        else:
            lost += 1
    lost += sum(high - low + 1 for low, high in gaps if high >= low)
    return rows, lost + len(odd), False, len(odd)


def _is_entry(row: Sequence[Any]) -> bool:
    _id, owner, service, player, name, body, state, attempted_at, created_at, reason = row
    texts = all(isinstance(text, str) for text in (owner, service, player, name, state, reason))
    times = isinstance(created_at, (int, float)) and isinstance(attempted_at, (int, float, type(None)))
    return texts and times and body is not None and bool(service) and state in STATES


def _is_delivered(row: Sequence[Any]) -> bool:
    _rowid, fingerprint, at, owner, began = row
    times = isinstance(at, (int, float)) and isinstance(began, (int, float, type(None)))
    return times and isinstance(fingerprint, str) and isinstance(owner, str)


def _row(raw: Sequence[Any]) -> Row:
    id_, _owner, service, player, name, body, state, attempted_at, created_at, reason = raw
    content = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogateescape")
    return id_, service, player, name, content, state, attempted_at, created_at, reason


def _write(found: Found, target: Path) -> None:
    """Make a whole new file of it, with nothing of it left in a log."""
    file = OutboxFile(target)
    try:
        file.begin()
        file.restore(found.entries, [row[1:] for row in found.delivered], found.highest)
        file.commit()
    finally:
        file.close()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            Path(f"{path}{ending}").unlink()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _keep_few(path: Path) -> None:
    """Remove the oldest of the damaged files that were set aside."""
    aside = [one for one in path.parent.glob(f"{path.name}.damaged-*") if not one.name.endswith(("-wal", "-shm"))]
    aside.sort(key=lambda one: one.stat().st_mtime)
    for one in aside[:-MOST_ASIDE]:
        _remove(one)
