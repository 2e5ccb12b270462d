"""Values as comma-separated lines, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from pygame_gameservices.cli.output import clean

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a text as a formula."""


def as_csv(values: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> str:
    """Return a heading and a line for each value. Texts of others can start no formula in a spreadsheet."""
    names = [name for name in kind.__struct_fields__ if name not in ("raw", "order_book")]
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(names)
    for value in values:
        lines.writerow([_cell(getattr(value, name)) for name in names])
    return written.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, (dict, tuple)):
        value = msgspec.json.encode(value).decode()
    if isinstance(value, str):
        return f"'{clean(value)}" if value.startswith(_FORMULA) else clean(value)
    return value
