"""What became of each row, on disk as it happens: a file of JSON lines that only grows.

A line goes to disk before rows are sent, and another one when the answer came. So whatever kills the upload, the next
one knows which rows may or may not have arrived: those of the last request, and no others.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pygame_gameservices.core.storage.live_processes import try_lock
from pygame_gameservices.errors import GameServicesError, UsageError

_LOCKED_AT = 1 << 40
"""The byte that is locked where locks are of bytes: far behind the end, so that others may read."""


class Header(msgspec.Struct, kw_only=True):
    """What is uploaded where; an upload goes on only under the same one."""

    file: str
    fingerprint: str
    kind: str
    base_url: str


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line: rows `first` to `last` are sent, or were answered, or their fate is not known.

    Attributes:
        what: ``send``, ``done``, ``unsent`` (it surely did not arrive) or ``unclear``.
        day: the UTC day of a ``send``.
        invalid: rows that were never sent: number and reason.
        failed: rows that Forge refused: number and reason.
        unmapped: reasons that belong to rows which cannot be told.
        processed: how many records Forge says it took.
    """

    what: str
    first: int
    last: int
    day: str = ""
    invalid: list[tuple[int, str]] = []
    failed: list[tuple[int, str]] = []
    unmapped: list[str] = []
    processed: int = 0


class Totals(msgspec.Struct, kw_only=True):
    """What the journal adds up to.

    Attributes:
        next_row: the first row that was not dealt with.
        open: the request whose answer is missing, or None.
        records: how many records were answered, taken or not.
        processed, failed, unmapped, invalid, unclear: how many records came to what.
        requests: how many requests were made; `requests_today` on the UTC day asked for.
    """

    next_row: int = 1
    open: Entry | None = None
    records: int = 0
    processed: int = 0
    failed: int = 0
    unmapped: int = 0
    invalid: int = 0
    unclear: int = 0
    requests: int = 0
    requests_today: int = 0
    day: str = ""

    def add(self, entry: Entry) -> None:
        """Count one more line."""
        sent = entry.last - entry.first + 1 - len(entry.invalid)
        if entry.what == "send":
            self.open = entry
            self.requests += sent > 0
            self.requests_today = self.requests_today + 1 if entry.day == self.day else 1
            self.day = entry.day
            return
        self.open = None
        if entry.what == "unsent":
            self.next_row = entry.first
            return
        self.next_row = entry.last + 1
        self.invalid += len(entry.invalid)
        if entry.what == "unclear":
            self.unclear += sent
            return
        self.records += sent
        self.processed += entry.processed
        self.failed += len(entry.failed)
        self.unmapped += len(entry.unmapped)


_header = msgspec.json.Decoder(Header)
_entry = msgspec.json.Decoder(Entry)


class Journal:
    """The journal of one file's upload, beside the file. One process at a time has it.

    Args:
        path: of the journal; made when missing.
        header: of this upload.
        restart: forget what is in it.

    Raises:
        UsageError: there is one already, of another file or of another upload.
        GameServicesError: another process is uploading this file.
    """

    def __init__(self, path: Path, header: Header, *, restart: bool = False) -> None:
        self.path = path
        self.totals = Totals()
        self._lock: BinaryIO = path.open("ab")
        self._lock.seek(_LOCKED_AT)
        if not try_lock(self._lock):
            self._lock.close()
            raise GameServicesError(f"this file is being uploaded already ({path.name} is in use); wait for that")
        if restart:
            self._lock.truncate(0)
        try:
            whole = self._resume(header)
        except UsageError:
            self._lock.close()
            raise
        self._file: BinaryIO = path.open("r+b")
        self._file.seek(whole)
        self._file.truncate()  # half a line, written as the last upload was killed
        if not whole:
            self._write(header, to_disk=True)

    def send(self, entry: Entry) -> None:
        """Note that rows are about to be sent; on disk when this returns."""
        self._note(entry, to_disk=True)

    def answer(self, entry: Entry) -> None:
        """Note what became of the rows sent last. If this is lost, their fate is taken for not known: no harm."""
        self._note(entry, to_disk=False)

    def close(self) -> None:
        """Bring everything to disk and let the file go."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._lock.close()

    def entries(self) -> Iterator[Entry]:
        """Read all lines from the start."""
        with self.path.open("rb") as file:
            next(file, b"")
            for line in file:
                yield _entry.decode(line)

    def write_report(self, path: Path) -> int:
        """Write a CSV with every record that did not arrive for sure, and why. Returns how many lines it has."""
        count = 0
        with path.open("w", newline="", encoding="utf-8") as file:
            report = csv.writer(file)
            report.writerow(("row", "outcome", "message"))
            for row, outcome, message in self._reported():
                report.writerow((row, outcome, message))
                count += 1
        return count

    def _reported(self) -> Iterator[tuple[str, str, str]]:
        for entry in self.entries():
            if entry.what not in ("done", "unclear"):
                continue
            left_out = {row for row, _ in entry.invalid}
            for row, reason in entry.invalid:
                yield str(row), "invalid", reason
            for row, reason in entry.failed:
                yield str(row), "rejected", reason
            for reason in entry.unmapped:
                yield f"{entry.first}-{entry.last}", "one of these was rejected", reason
            if entry.what == "unclear":
                for row in range(entry.first, entry.last + 1):
                    if row not in left_out:
                        yield str(row), "unclear", "the answer was lost: Forge may or may not have counted it"

    def _resume(self, header: Header) -> int:
        """Read what is there; returns the length of its whole lines."""
        length = 0
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                try:
                    if length:
                        self.totals.add(_entry.decode(line))
                    elif _header.decode(line) != header:
                        raise UsageError(f"{self.path.name} is of another upload; remove it, or pass --restart")
                except msgspec.MsgspecError:
                    raise UsageError(f"{self.path.name} cannot be read; remove it, or pass --restart") from None
                length += len(line)
        return length

    def _note(self, entry: Entry, *, to_disk: bool) -> None:
        self._write(entry, to_disk=to_disk)
        self.totals.add(entry)

    def _write(self, line: Any, *, to_disk: bool) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        if to_disk:
            os.fsync(self._file.fileno())
