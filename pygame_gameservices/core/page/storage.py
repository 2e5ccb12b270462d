"""What a game keeps in a page: files of a folder in memory, copied into the page's database (IndexedDB).

One tab of a game has it, told by a Web Lock. Until this one does, a file stands where the folder would be: who writes
there is refused as by a full disk, and says so.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from pathlib import Path

from pygame_gameservices.core.page.bridge import Shim

OPENING_S = 5.0
"""Seconds after which a browser that says nothing about its database is taken to have none."""
LARGEST_IMAGE = 1 << 20
"""Bytes of the outbox at most: each write writes all of it."""
ELSEWHERE = "another tab of this game has what is kept; this one takes over once that one is closed"
_NOT_KEPT = ("credentials.json", "outbox.sqlite3", "running", ".lock", "-wal", "-shm", "-journal")
"""Ends of names: tokens are never kept in a page, whose storage other games may share; the outbox is written by itself;
and locks mean nothing here."""


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
        self._kept: dict[str, tuple[int, int]] = {}
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.touch()
        shim.open(name)

    def look(self) -> bool:
        """See how opening it is going. Returns whether it is known: it is open, or `check` says why not."""
        if self._open:
            return True
        shelf = json.loads(self._shim.shelf(self._name))
        if shelf["state"] == "open":
            self._load(json.loads(self._shim.files(self._name)))
        elif shelf["state"] == "opening":
            self._why = "the browser's database does not open" if self._clock() >= self._give_up_at else ""
        else:
            self._why = shelf["why"] or ELSEWHERE
        return self._open or bool(self._why)

    def check(self) -> None:
        """Raise OSError, which says why, unless it is open."""
        if not self.look() or self._why:
            raise OSError(f"nothing is kept in this page: {self._why or 'its database is being opened'}")

    def changed(self) -> dict[str, bytes | None]:
        """The files that are not as they are kept; None for those that are gone. The outbox is none of them."""
        if not self._open:
            return {}
        there: dict[str, tuple[int, int]] = {}
        changes: dict[str, bytes | None] = {}
        for path in self._folder.rglob("*"):
            name = path.relative_to(self._folder).as_posix()
            if not name.endswith(_NOT_KEPT) and not name.startswith("running/") and path.is_file():
                found = path.stat()
                there[name] = found.st_mtime_ns, found.st_size
                if self._kept.get(name) != there[name]:
                    changes[name] = path.read_bytes()
        changes.update(dict.fromkeys(self._kept.keys() - there.keys()))
        self._kept = there
        return changes

    def write(self, changes: Mapping[str, bytes | None]) -> int:
        """Begin to write files for good, all of them or none. Returns a number to ask `written` about."""
        texts = {name: None if content is None else b64encode(content).decode() for name, content in changes.items()}
        return int(self._shim.write(self._name, json.dumps(texts)))

    def written(self, number: int) -> bool:
        """Whether a write is over.

        Raises:
            OSError: it failed, and nothing of it is kept.
        """
        said = self._shim.written(self._name, number)
        if said not in ("", "ok"):
            raise OSError(f"the browser's database takes nothing: {said}")
        return bool(said)

    def close(self) -> None:
        """Let another tab have it."""
        self._shim.release(self._name)

    def _load(self, files: Mapping[str, str]) -> None:
        self._folder.unlink(missing_ok=True)
        self._folder.mkdir()
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b64decode(content))
        self._open, self._why = True, ""
        self.changed()


class PageImage:
    """The outbox in a page: see `Image`.

    Args:
        storage: where it is kept.
        path: the outbox's file.
    """

    def __init__(self, storage: PageStorage, path: Path) -> None:
        self._storage = storage
        self._path = path
        self._writing = 0

    def check(self) -> None:
        """See `Image.check`."""
        self._storage.check()
        if not self._path.exists():
            with contextlib.closing(sqlite3.connect(self._path)) as fresh:  # that shrinks when calls leave it
                fresh.execute("PRAGMA auto_vacuum = FULL")
                fresh.execute("VACUUM")

    def write(self, content: bytes) -> None:
        """See `Image.write`."""
        if len(content) > LARGEST_IMAGE:
            raise OSError(f"the outbox of a page holds {LARGEST_IMAGE:,} bytes, and is full")
        self._writing = self._storage.write({self._path.name: content})

    def written(self) -> bool:
        """See `Image.written`."""
        return self._storage.written(self._writing)
