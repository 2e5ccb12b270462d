"""What a service sent, kept as it came: fields that nobody knew of when this was written are in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Raw(Mapping[str, Any]):
    """A read-only view on one decoded JSON object. Equal to any mapping with the same content; short in ``repr``."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values))  # names alone: the values may be lists, and equal views hash alike

    def __repr__(self) -> str:
        return f"<Raw {len(self._values)} fields>"
