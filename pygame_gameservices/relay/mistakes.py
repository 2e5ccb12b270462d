"""What is wrong in ``relay.toml``, in words: which key of which table, and what to write there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect

LONGEST_SHOWN = 20
"""Characters of a text that an error repeats: a longer one may be a key in the wrong place."""


def mistakes(told: Mapping[str, Any], kind: type[msgspec.Struct]) -> Iterator[str]:
    """Say what keeps `told` from being a `kind`, one mistake after another."""
    yield from _in_table(told, kind, "")


def _in_table(told: Mapping[str, Any], kind: type[msgspec.Struct], where: str) -> Iterator[str]:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in told.items():
        path = f"{where}.{key}" if where else key
        if key in fields:
            yield from _at(path, value, fields[key].type)
        else:
            yield f"{path} is not known; known here: {', '.join(sorted(fields))}{_keys_stand_elsewhere(key)}"
    for name, field in fields.items():
        if field.required and name not in told:
            yield f"{f'{where}.' if where else ''}{name} is missing; write {_wanted(inspect.type_info(field.type))}"


def _at(path: str, value: Any, kind: Any) -> Iterator[str]:
    info = _given(inspect.type_info(kind))
    if isinstance(info, inspect.StructType):
        if isinstance(value, Mapping):
            yield from _in_table(value, info.cls, path)
        else:
            yield f"{path} must be a table, written [{path}]"
    elif isinstance(info, inspect.DictType) and isinstance(info.value_type, inspect.StructType):
        if not isinstance(value, Mapping):
            yield f"{path} must hold tables, each written [{path}.NUMBER]"
            return
        for name, inner in value.items():
            if not (name.isdecimal() and name.isascii() and name[0] != "0"):
                yield f"{path}.{name} is no table's number; write [{path}.NUMBER], such as [{path}.1]"
            else:
                yield from _at(f"{path}.{name}", inner, info.value_type.cls)
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            yield f"{path} must be {_wanted(info)}, not {_shown(value)}"


def _given(info: inspect.Type) -> inspect.Type:
    """What is written where something is written at all."""
    if isinstance(info, inspect.UnionType):
        return next(one for one in info.types if not isinstance(one, inspect.NoneType))
    return info


def _wanted(info: inspect.Type) -> str:
    match info:
        case inspect.IntType(ge=None):
            return "a whole number"
        case inspect.IntType(ge=least):
            return f"a whole number of at least {least}"
        case inspect.FloatType(ge=least):
            return f"a number of at least {least or 0:g}"
        case inspect.BoolType():
            return "true or false (without quotes)"
        case inspect.VarTupleType(item_type=inspect.StrType()):
            return 'a list of texts such as ["one", "two"]'
        case inspect.VarTupleType():
            return "a list of whole numbers such as [1, 2]"
        case _:
            return "a text in quotes"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return "a text"
    return (
        repr(value)
        if isinstance(value, (str, int, float))
        else f"a {'table' if isinstance(value, Mapping) else 'list'}"
    )


def _keys_stand_elsewhere(key: str) -> str:
    if key.endswith("key") or key == "secret":
        return ". Keys never stand here: set RELAY_GAMEJOLT_KEY (RELAY_FORGE_KEY, ...), or name a file"
    return ""
