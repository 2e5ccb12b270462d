"""What a game keeps in a page: files of a folder in memory, copied into the page's database (IndexedDB).

One tab of a game has it, told by a Web Lock. Until this one does, a file stands where the folder would be: who writes
there is refused as by a full disk, and says so.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pygame_gameservices.core.page.bridge import Shim

OPENING_S = 5.0
"""Seconds after which a browser that says nothing about its database is taken to have none."""
LOADING_S = 0.002
"""Seconds of a turn in which files that are kept are read."""
LARGEST_IMAGE = 1 << 20
"""Bytes of the outbox at most: it is in memory three times while it is written."""
PIECE = 4096
"""Bytes of the outbox that are kept under one name, so that a write writes what has changed: a page of SQLite's."""
ELSEWHERE = "another tab of this game has what is kept; this one takes over once that one is closed"
_NOT_KEPT = ("credentials.json", "outbox.sqlite3", ".lock", "-wal", "-shm", "-journal")
"""Ends of names: tokens are never kept in a page, whose storage other games may share; the outbox is written by itself;
and locks mean nothing here."""
_PIECE = "/"
"""Before the number of a piece of the outbox; no name of a file begins so."""
_LOCKS = "running"
"""A folder that is not kept either."""


class PageStorage:
    """See above. Nothing here blocks.

    Args:
        shim: the page.
        name: of the game.
        folder: where its files are in memory.
        clock: monotonic seconds.
    """

    def __init__(self, shim: Shim, name: str, folder: Path, clock: Callable[[], float]) -> None:
        self._shim = shim
        self._name = name
        self._folder = folder
        self._clock = clock
        self._give_up_at = clock() + OPENING_S
        self._open = False
        self._why = ""
        self._loading = False
        self._kept: dict[str, tuple[int, int]] = {}
        self._pieces: dict[int, bytes] = {}
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.touch()
        shim.open(name)
        self.look()  # the first time takes long

    def look(self) -> bool:
        """See how opening it is going, in each turn until it is open: another tab may let go of it at any time. Returns
        whether it is known for now: it is open, or `check` says why not. A turn reads a part of what is kept."""
        if self._open:
            return True
        shelf = json.loads(self._shim.shelf(self._name))
        if shelf["state"] == "open":
            self._why = ""
            self._open = self._load(self._clock() + LOADING_S)
        elif shelf["state"] == "opening":
            self._why = "the browser's database does not open" if self._clock() >= self._give_up_at else ""
        else:
            self._why = shelf["why"] or ELSEWHERE
        return self._open or bool(self._why)

    def check(self) -> None:
        """Raise OSError, which says why, unless it is open."""
        if not self._open:
            raise OSError(f"nothing is kept in this page: {self._why or 'its database is being opened'}")

    def changed(self) -> dict[str, bytes | None]:
        """The files that are not as they are kept; None for those that are gone. The outbox is none of them."""
        if not self._open:
            return {}
        there: dict[str, tuple[int, int]] = {}
        changes: dict[str, bytes | None] = {}
        for name, found in _files(self._folder):
            there[name] = found.st_mtime_ns, found.st_size
            if self._kept.get(name) != there[name]:
                changes[name] = (self._folder / name).read_bytes()
        changes.update(dict.fromkeys(self._kept.keys() - there.keys()))
        self._kept = there
        return changes

    def write(self, changes: Mapping[str, bytes | None]) -> int:
        """Begin to write files for good, all of them or none. Returns a number to ask `written` about."""
        return int(self._shim.write(self._name, as_texts(changes)))

    def written(self, number: int) -> bool:
        """Whether a write is over.

        Raises:
            OSError: it failed, and nothing of it is kept; nor, perhaps, is what was kept before.
        """
        said = self._shim.written(self._name, number)
        if said not in ("", "ok"):
            self._kept = dict.fromkeys(self._kept, (0, 0))
            raise OSError(f"the browser's database takes nothing: {said}")
        return bool(said)

    def pieces(self) -> list[bytes]:
        """The pieces of the outbox that were kept; once."""
        pieces, self._pieces = self._pieces, {}
        return [pieces[number] for number in sorted(pieces)]

    def close(self) -> None:
        """Let another tab have it."""
        self._shim.release(self._name)

    def _load(self, until: float) -> bool:
        """Take over what is kept. Returns whether that is all."""
        if not self._loading:
            self._loading = True
            if self._folder.is_dir():  # of a manager of this page that was closed since
                shutil.rmtree(self._folder)
            else:
                self._folder.unlink(missing_ok=True)
            self._folder.mkdir()
        while told := self._shim.next(self._name):
            name, content = json.loads(told)
            if name.startswith(_PIECE):
                self._pieces[int(name.removeprefix(_PIECE))] = b64decode(content)
            else:
                path = self._folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b64decode(content))
            if self._clock() >= until:
                return False
        self._kept = {name: (found.st_mtime_ns, found.st_size) for name, found in _files(self._folder)}
        return True


def _files(folder: str | os.PathLike[str], within: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """The files below a folder that are to be kept, by their names within it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = within + entry.name
            if entry.is_dir():
                if name != _LOCKS:
                    yield from _files(entry.path, f"{name}/")
            elif not name.endswith(_NOT_KEPT):
                yield name, entry.stat()


def as_texts(changes: Mapping[str, bytes | None]) -> str:
    """Changes of files as the shim takes them: JSON, and contents in base64."""
    return json.dumps(
        {name: None if content is None else b64encode(content).decode() for name, content in changes.items()}
    )


class Keeps(Protocol):
    """What an image needs of `PageStorage`."""

    def check(self) -> None:
        """See `PageStorage.check`."""

    def write(self, changes: Mapping[str, bytes | None]) -> int:
        """See `PageStorage.write`."""

    def written(self, number: int) -> bool:
        """See `PageStorage.written`."""

    def pieces(self) -> list[bytes]:
        """See `PageStorage.pieces`."""


class PageImage:
    """The outbox in a page: see `Image`.

    Args:
        storage: where it is kept.
        path: the outbox's file.
    """

    def __init__(self, storage: Keeps, path: Path) -> None:
        self._storage = storage
        self._path = path
        self._kept: list[bytes] = []
        self._pieces: list[bytes] = []
        self._writing = 0

    def check(self) -> None:
        """See `Image.check`."""
        self._storage.check()
        if pieces := self._storage.pieces():
            self._kept = pieces
            self._path.write_bytes(b"".join(pieces))
        elif not self._path.exists():
            with contextlib.closing(sqlite3.connect(self._path)) as fresh:  # that shrinks when calls leave it
                fresh.execute("PRAGMA auto_vacuum = FULL")
                fresh.execute("VACUUM")

    def write(self, content: bytes) -> None:
        """See `Image.write`."""
        if len(content) > LARGEST_IMAGE:
            raise OSError(f"the outbox of a page holds {LARGEST_IMAGE:,} bytes, and is full")
        self._pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        changes: dict[str, bytes | None] = {
            f"{_PIECE}{number}": piece
            for number, piece in enumerate(self._pieces)
            if number >= len(self._kept) or self._kept[number] != piece
        }
        changes |= {f"{_PIECE}{number}": None for number in range(len(self._pieces), len(self._kept))}
        self._writing = self._storage.write(changes)

    def written(self) -> bool:
        """See `Image.written`."""
        try:
            over = self._storage.written(self._writing)
        except OSError:
            self._kept = [b""] * len(self._kept)  # perhaps the player has cleared it, so all of it is written next time
            raise
        if over:
            self._kept = self._pieces
        return over
