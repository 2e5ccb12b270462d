"""Rows of a file, one after another, whatever its size: CSV, JSON lines or Parquet. Row numbers count from 1."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pygame_gameservices.errors import UsageError

LONGEST_LINE = 1 << 20
"""Bytes. A longer line is no record, and is not kept in memory."""
FORMATS = ("csv", "jsonl", "parquet")
_ENDINGS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_PARQUET_ROWS = 1000
_SAMPLE = 1 << 16
_NO_TEXT = "\ufffd"
"""What bytes that are no UTF-8 become."""
_NOT_UTF8 = "holds bytes that are no UTF-8; save the file as UTF-8"

Row = Mapping[str, Any] | str
"""The fields of a row by name, or what is wrong with it."""


class Source:
    """A file of records.

    Args:
        path: where it is.
        form: one of `FORMATS`; by the file's ending if not given.

    Attributes:
        total: bytes, or rows of Parquet; `position` counts in the same unit.
        position: how far reading has come.

    Raises:
        UsageError: there is no such file, or its form is not known.
    """

    def __init__(self, path: Path, form: str | None = None) -> None:
        if not path.is_file():
            raise UsageError(f"{path}: there is no such file")
        self.path = path
        self.form = form or _ENDINGS.get(path.suffix.lower(), "")
        if self.form not in FORMATS:
            raise UsageError(f"{path.name}: its ending tells no form; pass one of {', '.join(FORMATS)}")
        self.total = path.stat().st_size
        self.position = 0

    def fingerprint(self) -> str:
        """Return a short name for the file's content: its size, start and end. Equal files are equal in it."""
        digest = hashlib.sha256(str(self.path.stat().st_size).encode())
        with self.path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(0, self.path.stat().st_size - _SAMPLE))
            digest.update(file.read(_SAMPLE))
        return digest.hexdigest()[:16]

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Read the rows, with their numbers. Memory does not grow with the file."""
        reader = {"csv": self._csv, "jsonl": self._json_lines, "parquet": self._parquet}[self.form]
        return enumerate(reader(), 1)

    def _csv(self) -> Iterator[Row]:
        with self.path.open("rb") as file:
            reader = csv.reader(self._lines(file))
            header = next(reader, None)
            if header is None:
                return
            names = [name.strip().lstrip("\ufeff") for name in header]
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield f"not a row of CSV: {error}"
                    continue
                if not values:
                    continue
                if len(values) != len(names):
                    yield f"{len(values)} values under {len(names)} names"
                elif any(_NO_TEXT in value for value in values):
                    yield _NOT_UTF8
                else:
                    yield {name: value for name, value in zip(names, values, strict=True) if value != ""}

    def _json_lines(self) -> Iterator[Row]:
        with self.path.open("rb") as file:
            for line in self._lines(file):
                if not line.strip():
                    continue
                if _NO_TEXT in line:
                    yield _NOT_UTF8
                    continue
                try:
                    row = msgspec.json.decode(line)
                except (msgspec.DecodeError, UnicodeError, RecursionError):
                    yield "not JSON"
                    continue
                yield row if isinstance(row, dict) else "not a JSON object"

    def _parquet(self) -> Iterator[Row]:
        try:
            from pyarrow import parquet
        except ImportError:
            raise UsageError('Parquet needs pyarrow: pip install "pygame_gameservices[parquet]"') from None
        with parquet.ParquetFile(self.path) as file:
            self.total = file.metadata.num_rows
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
                for row in batch.to_pylist():
                    self.position += 1
                    yield {name: value for name, value in row.items() if value is not None}

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        """Read lines as text. One that is too long becomes an empty one with a mark that no record has."""
        while line := file.readline(LONGEST_LINE):
            self.position = file.tell()
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                    pass
                line = b"(a line longer than a megabyte)\n"
            yield line.decode("utf-8", "replace")
