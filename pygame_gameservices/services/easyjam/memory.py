"""What a site said, remembered on disk for a day, so that a game which starts often still asks once."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from pygame_gameservices.services.easyjam.manners import DAY_S, Manners
from pygame_gameservices.services.easyjam.models import TokenResult
from pygame_gameservices.services.easyjam.stored import decode_result, encode_result

PATIENCE_S = 5.0
"""How long another process that uses the file is waited for."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results
    (whose TEXT PRIMARY KEY, fetched_at REAL NOT NULL, result BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sites (site TEXT PRIMARY KEY, asked_at REAL NOT NULL) WITHOUT ROWID;
"""


def digest(base_url: str, token: str) -> str:
    """A token's name on disk: the token itself is its user's secret."""
    return hashlib.sha256(f"{base_url}\n{token}".encode()).hexdigest()


class Memory:
    """Complete results by token, and when the site was last asked. Methods touch the disk; never on the frame thread.

    Args:
        path: of the SQLite file; made with its folder when first used.
        base_url: of the site.
        manners: whose clock is used, and which learn when an earlier run of the program asked last.
    """

    def __init__(self, path: Path, base_url: str, manners: Manners) -> None:
        self._path = path
        self._base_url = base_url
        self._manners = manners
        self._lock = threading.Lock()

    def recall(self, tokens: Iterable[str]) -> dict[str, TokenResult]:
        """Return what is remembered of these tokens and is less than a day old."""
        with self._lock, self._open() as sql:
            asked = sql.execute("SELECT asked_at FROM sites WHERE site = ?", (self._base_url,)).fetchone()
            self._manners.remember(asked[0] if asked else None)
            oldest = self._manners.now() - DAY_S
            found: dict[str, TokenResult] = {}
            for token in tokens:
                row = sql.execute(
                    "SELECT result FROM results WHERE whose = ? AND fetched_at > ?",
                    (digest(self._base_url, token), oldest),
                ).fetchone()
                result = decode_result(row[0]) if row else None
                if result is not None:
                    found[token] = result
            return found

    def keep(self, results: Mapping[str, TokenResult]) -> None:
        """Remember complete results, and that the site was asked just now. Old ones are dropped."""
        now = self._manners.now()
        rows = [(digest(self._base_url, token), now, encode_result(result)) for token, result in results.items()]
        with self._lock, self._open() as sql:
            sql.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
            sql.execute("INSERT OR REPLACE INTO sites VALUES (?, ?)", (self._base_url, now))
            sql.execute("DELETE FROM results WHERE fetched_at < ?", (now - DAY_S,))

    def _open(self) -> _Closing:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=PATIENCE_S)
        try:
            connection.executescript(_SCHEMA)
        except sqlite3.OperationalError:  # another process has it, or the disk is full
            connection.close()
            raise
        except sqlite3.DatabaseError:  # not ours, or broken: it holds nothing that cannot be asked for again
            connection.close()
            self._path.unlink()
            connection = sqlite3.connect(self._path, timeout=PATIENCE_S)
            connection.executescript(_SCHEMA)
        return _Closing(connection)


class _Closing:
    """A connection for one piece of work: committed (or rolled back) and closed at its end."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        return self._connection.__enter__()

    def __exit__(self, *error: object) -> None:
        self._connection.__exit__(*error)  # type: ignore[arg-type]
        self._connection.close()
