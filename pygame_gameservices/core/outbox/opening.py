"""Opening the outbox's file, whatever state it is in. The outbox's thread only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from pygame_gameservices.core.outbox.salvage import Salvaged, finish, is_damage, salvage
from pygame_gameservices.core.outbox.store import PATIENCE_S, OutboxFile
from pygame_gameservices.core.storage.live_processes import alone_with

OTHERS_S = 6.0
"""Seconds to wait for other processes of the game that open it: longer than one waits for another program."""


def open_or_salvage(
    path: Path,
    move_in: Callable[[OutboxFile], object],
    patience_s: float = PATIENCE_S,
    later_patience_s: float = PATIENCE_S,
) -> tuple[OutboxFile, Salvaged | None, Exception | None]:
    """Open the file at `path`; where it is hurt, a fresh one with all that could be read of it.

    Args:
        move_in: what is done with it first. Some damage shows only then.
        patience_s: seconds to wait for another program that has the file.
        later_patience_s: the same, once it is open.

    Returns:
        The open file, and where it was hurt what became of that, and what was wrong.

    Raises:
        NewerFile: a newer version of this package wrote it; it is left as it is.
        sqlite3.Error, OSError: it cannot be opened now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone_with(path, OTHERS_S):  # other processes may start, or find the damage, at the same moment
        finish(path)
        hurt = _hurt(path)
        if hurt is None:
            try:
                return _opened(path, move_in, patience_s, later_patience_s), None, None
            except Exception as error:
                if not is_damage(error):
                    raise
                hurt = error
        salvaged = salvage(path)
        return _opened(path, move_in, patience_s, later_patience_s), salvaged, hurt


def _hurt(path: Path) -> Exception | None:
    """What can be said of a file before it is opened: who makes one is alone with it until it holds something."""
    if path.is_dir():
        return IsADirectoryError("there is a folder in its place")
    if path.exists() and not path.stat().st_size:
        return EOFError("it is empty, as a power cut leaves a file")
    return None


def _opened(
    path: Path, move_in: Callable[[OutboxFile], object], patience_s: float, later_patience_s: float
) -> OutboxFile:
    file = OutboxFile(path, patience_s)
    try:
        found = file.check()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        move_in(file)
        if patience_s != later_patience_s:
            file.wait_up_to(later_patience_s)
    except BaseException:
        file.close()
        raise
    return file
