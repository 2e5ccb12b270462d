"""Which processes of a game are alive, told by locks that the operating system lets go of when a process dies."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[bytes]) -> bool:
        """Lock `file` until it is closed, unless another process has; returns whether it is ours. Never waits."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[bytes]) -> bool:
        """Lock `file` until it is closed, unless another process has; returns whether it is ours. Never waits."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _let_go_of(path: Path) -> bool:
    """Whether no process holds the lock at `path` any more."""
    try:
        with open(path, "r+b") as file:
            return try_lock(file)
    except OSError:
        return False


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def anyone_running(folder: Path) -> bool:
    """Whether any process that has its lock in `folder` is alive. Changes nothing there.

    Raises:
        OSError: the folder cannot be read.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError), open(path, "r+b") as file:
            if not try_lock(file):
                return True
    return False


@contextlib.contextmanager
def alone_with(path: Path, patience_s: float = 2.0) -> Iterator[None]:
    """Keep other processes that ask the same out while this one works on `path`; a lock lies beside it.

    Who waited for `patience_s` goes on all the same: somebody is stuck, and losing what is to be written is worse.
    Not on the frame thread.

    Raises:
        OSError: the folder cannot be written to.
    """
    until = time.monotonic() + patience_s
    with open(path.with_name(f"{path.name}.lock"), "wb", opener=_private) as file:
        while not try_lock(file) and time.monotonic() < until:
            time.sleep(0.01)
        yield


class Instance:
    """This process's entry in a folder of locks. Used on one thread.

    Args:
        folder: where the locks are; made if need be.

    Attributes:
        name: unique to this process and start.
        dead_noted: the highest number that a process that died had noted.

    Raises:
        OSError: the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = os.urandom(16).hex()
        self.dead_noted = 0
        self._noted = 0
        self._enter()

    def _enter(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # held for as long as the process lives
        self._file = open(self._folder / self.name, "wb", buffering=0, opener=_private)  # noqa: SIM115
        try_lock(self._file)

    def stay(self) -> None:
        """Come back if somebody deleted the folder: other processes would take this one for dead.

        Raises:
            OSError: the folder cannot be written to.
        """
        if not (self._folder / self.name).exists():
            self._file.close()
            self._enter()
            noted, self._noted = self._noted, 0
            self.note(noted)

    def note(self, number: int) -> None:
        """Leave a number for whoever finds that this process died. Where the disk refuses, there is none."""
        if number != self._noted:
            self._noted = number
            with contextlib.suppress(OSError):
                self._file.seek(0)
                self._file.write(b"%020d" % number)

    def dead(self) -> list[str]:
        """The names of processes that died without closing. Their locks are removed, so each is named once."""
        gone = [path for path in self._folder.iterdir() if path.name != self.name and _let_go_of(path)]
        for path in gone:  # closed by now: Windows deletes no open file
            with contextlib.suppress(OSError):
                noted = path.read_bytes()[:20]
                self.dead_noted = max(self.dead_noted, int(noted) if noted.isdigit() else 0)
            with contextlib.suppress(OSError):
                path.unlink()
        return [path.name for path in gone]

    def alive(self) -> list[str]:
        """The names of the processes that are there, this one's among them."""
        return [path.name for path in self._folder.iterdir()]

    def close(self) -> None:
        """Leave the folder."""
        self._file.close()
        (self._folder / self.name).unlink(missing_ok=True)

    def forget(self) -> None:
        """Let go of the lock without a trace on disk: in a forked child, where it belongs to the parent."""
        self._file.close()
