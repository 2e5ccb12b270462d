"""Pictures on disk, as they came, the least recently used thrown away first. Blocking: off the frame thread."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
from pathlib import Path
from time import time


class PictureCache:
    """A folder of pictures of limited size. Safe to use from any thread. A disk that fails is no error, only slow.

    Args:
        folder: where; made when first needed.
        most_bytes: how much it may hold.
        fresh_s: seconds after which a picture should be fetched again.
    """

    def __init__(self, folder: Path, *, most_bytes: int = 32 << 20, fresh_s: float = 7 * 86_400.0) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._size: int | None = None

    def read(self, url: str) -> tuple[bytes, bool] | None:
        """The bytes kept for `url` and whether they are still fresh; None when there are none."""
        path = self._path(url)
        try:
            content, kept_at = path.read_bytes(), path.stat().st_mtime
            os.utime(path, (time(), kept_at))  # the access time says when it was used last
        except OSError:
            return None
        return content, 0 <= time() - kept_at < self._fresh_s

    def write(self, url: str, content: bytes) -> None:
        """Keep `content` for `url`, and make room."""
        path = self._path(url)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(content)
            os.replace(fresh, path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            return
        with self._lock:
            self._size = None if self._size is None else self._size + len(content)
            if self._size is None or self._size > self._most_bytes:
                self._make_room()

    def remove(self, url: str) -> None:
        """Forget what is kept for `url`."""
        with contextlib.suppress(OSError):
            self._path(url).unlink()

    def _path(self, url: str) -> Path:
        return self._folder / hashlib.sha256(url.encode()).hexdigest()

    def _make_room(self) -> None:
        """Throw away the oldest until a tenth of the room is free, so that the folder is not listed each time."""
        files: list[tuple[float, int, Path]] = []
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                with contextlib.suppress(OSError):
                    facts = path.stat()
                    files.append((max(facts.st_atime, facts.st_mtime), facts.st_size, path))
        total = sum(size for _, size, _ in files)
        goal = self._most_bytes if total <= self._most_bytes else self._most_bytes * 9 // 10
        for _, size, path in sorted(files):
            if total <= goal:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
        self._size = total
