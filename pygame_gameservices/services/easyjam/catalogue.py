"""The local catalogue: games of many makers in one SQLite file, kept so that a sync can stop and go on anywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Self

import msgspec

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.easyjam.manners import DAY_S
from pygame_gameservices.services.easyjam.memory import digest
from pygame_gameservices.services.easyjam.models import JamItem, More, TokenResult
from pygame_gameservices.services.easyjam.stored import decode_item, encode_item

_SCHEMA = """
CREATE TABLE IF NOT EXISTS makers (
    whose TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, round INTEGER NOT NULL,
    pages INTEGER NOT NULL, offset TEXT NOT NULL, error TEXT NOT NULL, finished_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS items (
    whose TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, round INTEGER NOT NULL,
    first_seen REAL NOT NULL, changed_at REAL NOT NULL, PRIMARY KEY (whose, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sites (site TEXT PRIMARY KEY, asked_at REAL NOT NULL) WITHOUT ROWID;
"""
_KEEP_ITEM = """
INSERT INTO items VALUES (:whose, :id, :body, :round, :now, :now)
ON CONFLICT (whose, id) DO UPDATE SET
    changed_at = CASE WHEN body = excluded.body THEN changed_at ELSE excluded.changed_at END,
    body = excluded.body, round = excluded.round
WHERE round < excluded.round
"""


class Left(msgspec.Struct, frozen=True):
    """What is still to be asked about one maker.

    Attributes:
        token: the maker's.
        offset: where to go on; None from the beginning.
        pages: how many pages were read so far.
    """

    token: str
    offset: More | None = None
    pages: int = 0


class Catalogue:
    """A SQLite file of makers and their items. Every page is one transaction, so nothing is half there, ever.

    Tokens are not in it, only digests of them. One thread. A context manager that closes itself.

    Args:
        path: of the file; made when missing.
        base_url: the site that it is about; one file may hold several.

    Raises:
        UsageError: the file is something else, or cannot be opened.
    """

    def __init__(self, path: str | PathLike[str], base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        try:
            self._sql = sqlite3.connect(path, timeout=10.0)
            self._sql.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _SCHEMA)
            self._sql.execute("SELECT state, pages, body FROM makers JOIN items USING (whose) JOIN sites LIMIT 0")
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{path} cannot be used as a catalogue ({error}); name another file") from None

    def left(self, tokens: Iterable[str], now: float) -> list[Left]:
        """What is to be asked: makers that are new, half read, or read more than a day ago. Half-read ones first."""
        half: list[Left] = []
        whole: list[Left] = []
        for token in tokens:
            row = self._sql.execute(
                "SELECT state, pages, offset, finished_at FROM makers WHERE whose = ?", (self._whose(token),)
            ).fetchone()
            if row is None:
                whole.append(Left(token))
            elif row[0] == "reading":
                half.append(Left(token, json.loads(row[2]), row[1]))
            elif row[3] <= now - DAY_S:
                whole.append(Left(token))
        return half + whole

    def asked_at(self) -> float | None:
        """When the site was last asked, in Unix seconds; None when never."""
        row = self._sql.execute("SELECT asked_at FROM sites WHERE site = ?", (self._base_url,)).fetchone()
        return row[0] if row else None

    def asking(self, now: float) -> None:
        """Note that the site is asked now. Before asking, so that the pause holds even if the program is killed."""
        with self._sql:
            self._sql.execute("INSERT OR REPLACE INTO sites VALUES (?, ?)", (self._base_url, now))

    def add(
        self, asked: Iterable[Left], results: Mapping[str, TokenResult], more: Mapping[str, More], now: float
    ) -> tuple[int, int]:
        """Take in a page.

        Args:
            asked: what was asked for.
            results: what came, by token.
            more: where to go on, for tokens that have more.
            now: Unix seconds.

        Returns:
            How many items were new or changed, and how many are gone.
        """
        before = self._sql.total_changes
        changed = gone = 0
        with self._sql:
            for left in asked:
                result = results[left.token]
                turn = self._begin(left, result)
                changed += self._keep_items(left, result, turn, now)
                gone += self._end(left, result, more.get(left.token), turn, now)
        assert self._sql.total_changes > before
        return changed, gone

    def items(self, token: str | None = None) -> Iterator[JamItem]:
        """The items of one maker, or of all, by maker and id."""
        if token is None:
            rows = self._sql.execute("SELECT body FROM items ORDER BY whose, id")
        else:
            rows = self._sql.execute("SELECT body FROM items WHERE whose = ? ORDER BY id", (self._whose(token),))
        for (body,) in rows:
            yield decode_item(body)

    def error_of(self, token: str) -> str:
        """What the site said about a maker's token the last time; empty when all was well."""
        row = self._sql.execute("SELECT error FROM makers WHERE whose = ?", (self._whose(token),)).fetchone()
        return row[0] if row else ""

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _whose(self, token: str) -> str:
        return digest(self._base_url, token)

    def _begin(self, left: Left, result: TokenResult) -> int:
        """The number of this reading of a maker: a new one with each first page."""
        whose = self._whose(left.token)
        name = (result.user.name if result.user else None) or ""
        self._sql.execute(
            "INSERT INTO makers VALUES (?, ?, 'reading', 0, 0, 'null', '', 0) ON CONFLICT DO NOTHING", (whose, name)
        )
        self._sql.execute(
            "UPDATE makers SET round = round + ?, pages = ?, name = CASE ? WHEN '' THEN name ELSE ? END, error = ''"
            " WHERE whose = ?",
            (left.offset is None, left.pages + 1, name, name, whose),
        )
        row: tuple[int] = self._sql.execute("SELECT round FROM makers WHERE whose = ?", (whose,)).fetchone()
        return row[0]

    def _keep_items(self, left: Left, result: TokenResult, turn: int, now: float) -> int:
        whose = self._whose(left.token)
        for item in result.items:
            row = {"whose": whose, "id": str(item.id), "body": encode_item(item), "round": turn, "now": now}
            self._sql.execute(_KEEP_ITEM, row)
        changed: tuple[int] = self._sql.execute(
            "SELECT COUNT(*) FROM items WHERE whose = ? AND round = ? AND changed_at = ?", (whose, turn, now)
        ).fetchone()
        return changed[0]

    def _end(self, left: Left, result: TokenResult, more: More | None, turn: int, now: float) -> int:
        """Note where a maker stands: to be gone on with, done, or refused. Items that are no longer told of go."""
        whose = self._whose(left.token)
        if result.ok and more is not None:
            self._sql.execute(
                "UPDATE makers SET state = 'reading', offset = ? WHERE whose = ?", (json.dumps(more), whose)
            )
            return 0
        error = "" if result.ok else result.error or "the site did not answer for it"
        self._sql.execute(
            "UPDATE makers SET state = ?, offset = 'null', error = ?, finished_at = ? WHERE whose = ?",
            ("done" if result.ok else "failed", error, now, whose),
        )
        if not result.ok:
            return 0
        return self._sql.execute("DELETE FROM items WHERE whose = ? AND round < ?", (whose, turn)).rowcount
