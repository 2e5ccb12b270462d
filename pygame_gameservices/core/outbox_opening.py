"""Opening the outbox's file, whatever state it is in. The outbox's thread only."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Protocol

from pygame_gameservices.core.outbox_file import NewerFile, OutboxFile


class Trouble(Protocol):
    """Takes what is wrong, and what it came to where that is not the usual."""

    def __call__(self, error: Exception, what: str = "") -> None:
        """See above."""


def open_or_renew(path: Path, trouble: Trouble) -> OutboxFile | None:
    """Open the file at `path`, a new one where it is damaged; None where that cannot be, told to `trouble`."""
    try:
        return OutboxFile(path)
    except NewerFile as error:
        trouble(error)
    except sqlite3.DatabaseError as error:
        if not isinstance(error, sqlite3.OperationalError):
            return _set_aside(path, error, trouble)
        trouble(error)
    except OSError as error:
        trouble(error)
    return None


def _set_aside(path: Path, error: Exception, trouble: Trouble) -> OutboxFile | None:
    """A damaged file may still hold something for a person with patience, so it is kept."""
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    try:
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(OSError):
                path.with_name(path.name + ending).rename(f"{aside}{ending}")
        file = OutboxFile(path)
    except (sqlite3.Error, OSError) as second:
        trouble(second)
        return None
    trouble(error, f"it was damaged and is kept as {aside.name}; a new one was begun")
    return file
