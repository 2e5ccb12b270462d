"""Opening the outbox's file, whatever state it is in. The outbox's thread only."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from pygame_gameservices.core.instance import alone_with
from pygame_gameservices.core.outbox_file import NewerFile, OutboxFile


class Trouble(Protocol):
    """Takes what is wrong, and what it came to where that is not the usual."""

    def __call__(self, error: Exception, what: str = "") -> None:
        """See above."""


def open_or_renew(path: Path, move_in: Callable[[OutboxFile], object], trouble: Trouble) -> OutboxFile | None:
    """Open the file at `path`, a new one where it is damaged; None where that cannot be, told to `trouble`.

    Args:
        move_in: what is done with it first. Most damage shows only then.
    """
    try:
        try:
            return _opened(path, move_in)
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # its subclasses are other trouble, such as a full disk
                raise
            with alone_with(path):  # another process may have found out at the same moment
                return _renewed(path, move_in, trouble)
    except (sqlite3.Error, OSError, NewerFile) as error:
        trouble(error)
    return None


def _opened(path: Path, move_in: Callable[[OutboxFile], object]) -> OutboxFile:
    file = OutboxFile(path)
    try:
        move_in(file)
    except BaseException:
        file.close()
        raise
    return file


def _renewed(path: Path, move_in: Callable[[OutboxFile], object], trouble: Trouble) -> OutboxFile:
    """A damaged file may still hold something for a person with patience, so it is kept."""
    try:
        return _opened(path, move_in)
    except sqlite3.DatabaseError as error:
        aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                path.with_name(path.name + ending).rename(f"{aside}{ending}")
        file = _opened(path, move_in)
        trouble(error, f"it was damaged and is kept as {aside.name}; a new one was begun")
        return file
