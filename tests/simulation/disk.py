"""Where the outboxes of a life are: SQLite in memory, with the outbox's own tables and statements, or real files."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pygame_gameservices.core import forking
from pygame_gameservices.core.outbox import opening
from pygame_gameservices.core.outbox import outbox as outbox_module
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.outbox.salvage import Salvaged
from pygame_gameservices.core.outbox.store import LOG_PAGES, OutboxFile
from pygame_gameservices.core.storage.live_processes import Instance

REFUSALS = ("begin", "insert", "commit")
"""Where a disk may refuse a transaction."""


class Killed(BaseException):
    """The process dies here and now. Nothing in it may catch this."""


class ShakyFile(OutboxFile):
    """A file on a disk that may refuse, in a process that may die before or after a commit.

    Attributes:
        refuses: where it refuses next, one of `REFUSALS`; empty for nowhere.
        between: called where the process may die.
        tearable: the length of the log before a commit after which the process died, or -1.
    """

    refuses = ""
    tearable = -1

    @staticmethod
    def between() -> object:
        """See above."""

    def begin(self) -> None:
        self._perhaps_refuse("begin", "database is locked")
        super().begin()

    def insert(self, *row: Any) -> tuple[int, int]:
        self._perhaps_refuse("insert", "disk I/O error")
        return super().insert(*row)

    def mark_in_flight(self, ids: Any, at: float) -> None:
        self._perhaps_refuse("insert", "disk I/O error")
        super().mark_in_flight(ids, at)

    def commit(self) -> None:
        self._perhaps_refuse("commit", "database or disk is full")
        self.between()
        before = self.log_bytes()
        super().commit()
        try:
            self.between()
        except Killed:
            self.tearable = before
            raise

    def log_bytes(self) -> int:
        """How long the write-ahead log is."""
        return -1

    def has(self, entry: int) -> bool:
        """Whether an entry is there, and will be whatever happens to the process."""
        if self._db.in_transaction:
            return False
        return self._db.execute("SELECT 1 FROM entries WHERE id = ?", (entry,)).fetchone() is not None

    def is_in_flight(self, entry: int) -> bool:
        """Whether an entry is marked as perhaps sent."""
        return self._db.execute("SELECT state FROM entries WHERE id = ?", (entry,)).fetchone() == ("in flight",)

    def _perhaps_refuse(self, where: str, text: str) -> None:
        if self.refuses == where:
            self.refuses = ""
            raise sqlite3.OperationalError(text)


# in real files


class RealFile(ShakyFile):
    """In a real file."""

    def log_bytes(self) -> int:
        log = Path(f"{self.path}-wal")
        return log.stat().st_size if log.exists() else 0


class RealDisk:
    """A folder with the outbox's files.

    Args:
        folder: emptied first.
    """

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.path = folder / "outbox.sqlite3"
        opening.OutboxFile = RealFile  # type: ignore[misc]
        outbox_module.open_or_salvage = opening.open_or_salvage
        outbox_module.Instance = Instance  # type: ignore[misc]

    def file(self) -> OutboxFile:
        """Open what is there."""
        return OutboxFile(self.path)

    def vanish(self) -> None:
        """Delete the file behind the back of whoever has it open."""
        for name in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
            name.unlink(missing_ok=True)

    def died(self, outbox: Outbox, rng: random.Random, *, alone: bool) -> None:
        """Close what a process had open, as its death does."""
        file, instance, chance, where = outbox._file, outbox._instance, rng.random(), rng.random()
        if instance is not None:
            instance._file.close()
        if not isinstance(file, RealFile):
            return
        torn = self._torn(file, where) if alone and chance < 0.5 and not file.moved() else None
        file.rollback()
        file.close()
        if torn:
            kept, log = torn
            self.path.write_bytes(kept)
            Path(f"{self.path}-wal").write_bytes(log)

    def _torn(self, file: RealFile, where: float) -> tuple[bytes, bytes] | None:
        """The file and its log if the last transaction came to the disk in part only."""
        if not 0 <= file.tearable < file.log_bytes() < LOG_PAGES * 4096:
            return None
        log = Path(f"{self.path}-wal").read_bytes()
        return self.path.read_bytes(), log[: file.tearable + int(where * (len(log) - file.tearable))]

    def over(self) -> None:
        """Forget what is kept open of files that vanished."""
        for file in forking._never_closed:
            if isinstance(file, RealFile):
                file.close()
        forking._never_closed.clear()


# in memory


class MemoryFile(ShakyFile):
    """What one process sees of a disk in memory."""

    def __init__(self, disk: MemoryDisk) -> None:
        self.path = disk.path
        self._disk = disk
        self._db = disk.db
        self._generation = disk.generation

    def moved(self, *, log: bool = True) -> bool:
        return self._generation != self._disk.generation

    def make_room(self) -> None:
        pass

    def close(self) -> None:
        self.rollback()


class MemoryInstance:
    """A process's entry in the list of those alive; see `Instance`."""

    def __init__(self, disk: MemoryDisk) -> None:
        disk.started += 1
        self.name = f"process {disk.started}"
        self.dead_noted = 0
        self.noted = 0
        self.lives = True
        self._disk = disk
        disk.instances[self.name] = self

    def stay(self) -> None:
        self._disk.instances[self.name] = self

    def note(self, number: int) -> None:
        self.noted = number

    def dead(self) -> list[str]:
        gone = [one for one in self._disk.instances.values() if not one.lives]
        for one in gone:
            self.dead_noted = max(self.dead_noted, one.noted)
            del self._disk.instances[one.name]
        return [one.name for one in gone]

    def alive(self) -> list[str]:
        return list(self._disk.instances)

    def close(self) -> None:
        self.lives = False
        self._disk.instances.pop(self.name, None)


class MemoryDisk:
    """The outbox in memory. One connection serves all processes and all lives, one after the other."""

    _connection: sqlite3.Connection | None = None

    def __init__(self) -> None:
        self.path = Path("/nowhere/outbox.sqlite3")
        self.generation = 0
        self.started = 0
        self.instances: dict[str, MemoryInstance] = {}
        self.db = self._empty()
        outbox_module.open_or_salvage = self._open
        outbox_module.Instance = lambda folder: MemoryInstance(self)  # type: ignore[misc, assignment]

    @classmethod
    def _empty(cls) -> sqlite3.Connection:
        if cls._connection is None:
            file = OutboxFile.__new__(OutboxFile)
            file._db = cls._connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
            file._renew()
        for table in ("entries", "delivered", "sqlite_sequence"):
            cls._connection.execute(f"DELETE FROM {table}")
        return cls._connection

    def _open(
        self, path: Path, move_in: Callable[[OutboxFile], object], *patience_s: float
    ) -> tuple[OutboxFile, Salvaged | None, Exception | None]:
        file = self.file()
        move_in(file)
        return file, None, None

    def file(self) -> MemoryFile:
        """Open what is there."""
        return MemoryFile(self)

    def vanish(self) -> None:
        """See `RealDisk.vanish`."""
        self.generation += 1
        self._empty()

    def died(self, outbox: Outbox, rng: random.Random, *, alone: bool) -> None:
        """See `RealDisk.died`."""
        file, instance = outbox._file, outbox._instance
        rng.random(), rng.random()  # as there, so that a life is the same in memory and in files
        if file is not None:
            file.rollback()
        if isinstance(instance, MemoryInstance):
            instance.lives = False

    def over(self) -> None:
        """See `RealDisk.over`."""
