"""Values of Python's basic types as text and bytes, and back. Any thread; slow for megabytes."""

from __future__ import annotations

import math
from typing import Any, Literal

from pygame_gameservices.errors import ProtocolError, UsageError
from pygame_gameservices.services.gamejolt.value_check import check_whole

ValueKind = Literal["str", "bytes", "int", "float", "bool", "json"]


def kind_of(value: object) -> ValueKind:
    """The kind that `value` is kept as; lists, tuples, dicts and None are kept as JSON, in which a tuple is a list.

    Raises:
        UsageError: it is of no such type.
    """
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "str"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "bytes"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    if value is None or isinstance(value, (list, tuple, dict)):
        return "json"
    raise UsageError(f"a {type(value).__name__} cannot be kept; pass str, bytes, int, float, bool, or a list or dict")


def to_bytes(value: Any, *, finite: bool = False) -> bytes:
    """`value` as bytes, from which `from_bytes` makes it again.

    Args:
        finite: refuse infinities and NaN within JSON, which has no word for them; Python alone would read them.

    Raises:
        UsageError: it cannot be encoded, such as a list that holds a set, or would come back changed.
    """
    kind = kind_of(value)
    if kind == "bytes":
        return bytes(value)
    try:
        if kind == "json":
            import json  # as `base64` below: not for who only makes a manager

            check_whole(value, finite=finite)
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=not finite).encode()
        return ("true" if value else "false").encode() if kind == "bool" else str(value).encode()
    except UsageError:
        raise
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the value cannot be encoded: {error}") from None


def from_bytes(kind: ValueKind, content: bytes) -> Any:
    """The value of which `to_bytes` made `content`.

    Raises:
        ProtocolError: `content` is no value of that kind.
    """
    if kind == "bytes":
        return content
    try:
        text = content.decode()
        if kind == "json":
            import json

            return json.loads(text)
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
        if kind == "bool":
            return {"true": True, "false": False, "1": True, "0": False}[text.strip().lower()]
    except (ValueError, KeyError, RecursionError):
        raise ProtocolError(f"a value of type {kind}", content[:100].decode("utf-8", "replace")) from None
    return text


def to_text(value: Any) -> str:
    """`value` as the data store keeps it: numbers in digits, so that ``update`` can count with them; bytes in base64.

    Raises:
        UsageError: it cannot be encoded, or is a number that has no digits.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{value} is no number that can be kept; pass a finite one")
    content = to_bytes(value, finite=True)
    if kind_of(value) != "bytes":
        return content.decode()
    from base64 import b64encode

    return b64encode(content).decode()


def from_text(kind: ValueKind, text: str) -> Any:
    """The value of that kind which the data store keeps as `text`.

    Raises:
        ProtocolError: it is no value of that kind.
    """
    if kind != "bytes":
        return from_bytes(kind, text.encode())
    from base64 import b64decode

    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise ProtocolError("bytes in base64", text[:100]) from None
