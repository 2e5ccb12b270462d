"""Faults as text and JSON: ``latency:seconds=0.2,jitter=0.1,path=/gamejolt/*`` and ``{"kind": "latency", ...}``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.faults.kinds import KINDS, Fault


def parse_fault(spec: str) -> Fault:
    """Read a fault as written on the command line: ``NAME`` or ``NAME:KEY=VALUE,KEY=VALUE``.

    Raises:
        UsageError: unknown name or key, or a value of no use.
    """
    name, _, rest = spec.partition(":")
    values: dict[str, Any] = {"kind": name.strip()}
    for piece in rest.split(",") if rest else []:
        key, equals, value = piece.partition("=")
        if not equals:
            raise UsageError(f"fault {spec!r}: {piece!r} must be written KEY=VALUE")
        values[key.strip()] = value.strip()
    return fault_from_json(values)


def fault_from_json(values: Mapping[str, Any]) -> Fault:
    """Build a fault from its JSON form; texts stand for numbers and truth values, too.

    Raises:
        UsageError: unknown kind or key, or a value of no use.
    """
    kind = values.get("kind")
    cls = KINDS.get(str(kind))
    if cls is None:
        raise UsageError(f"there is no fault {kind!r}; known are {', '.join(KINDS)}")
    types = {field.name: str(field.type) for field in fields(cls)}
    arguments = {}
    for key, value in values.items():
        if key == "kind":
            continue
        if key not in types:
            raise UsageError(f"fault {kind}: there is no {key!r}; known are {', '.join(types)}")
        try:
            arguments[key] = _convert(value, types[key])
        except (ValueError, TypeError, OverflowError):
            raise UsageError(f"fault {kind}: {key} must be {_wanted(types[key])}, not {value!r}") from None
    try:
        return cls(**arguments)
    except ValueError as error:
        raise UsageError(f"fault {kind}: {error}") from None


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """Return the JSON form of a fault."""
    return {"kind": fault.kind, **asdict(fault)}


def _convert(value: Any, annotation: str) -> Any:
    base, _, optional = annotation.partition(" | ")
    if optional and (value is None or value in ("", "none")):
        return None
    if base == "bool":
        if isinstance(value, bool):
            return value
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[_known_flag(value)]
    if isinstance(value, bool):
        raise TypeError
    if base == "int":
        return int(value)
    if base != "float":
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _known_flag(value: Any) -> str:
    text = str(value).lower()
    if text not in {"true", "1", "yes", "false", "0", "no"}:
        raise ValueError
    return text


def _wanted(annotation: str) -> str:
    base = annotation.partition(" | ")[0]
    return {"bool": "true or false", "int": "a whole number", "float": "a number"}.get(base, "a text")
