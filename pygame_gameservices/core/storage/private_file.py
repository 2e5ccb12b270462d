"""Files that are nobody else's business, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pygame_gameservices.core.storage.live_processes import try_lock

TRIES = 10
"""How often it is tried to write a file that other processes sweep away in the moment in which it is made."""
_UNFINISHED = "[0-9a-f]" * 16


def write_private(path: Path, content: bytes) -> None:
    """Replace the file in one step; at no moment can anybody else read it. Waits for the disk. Raises OSError."""
    for _ in range(TRIES):
        with contextlib.suppress(FileNotFoundError):  # one that has just started took it for one that was left behind
            _write(path, content)
            return
    _write(path, content)


def sweep(folder: Path, name: str = "*") -> None:
    """Remove what processes that were killed left half written of the files of this name in a folder. Any thread but
    the frame thread.

    Args:
        name: of the files, with ``*`` for any part.
    """
    for path in folder.glob(f"{name}.{_UNFINISHED}"):
        with contextlib.suppress(OSError):
            with path.open("r+b") as file:
                left = try_lock(file)
            if left:
                path.unlink()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with open(descriptor, "wb") as file:
            try_lock(file)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
