"""The six operations of ``data-store/update/``: https://gamejolt.com/game-api/doc/data-store/update"""

from __future__ import annotations

import math
import re

from pygame_gameservices.sandbox.gamejolt import messages
from pygame_gameservices.sandbox.gamejolt.ask import Refused

_MATHEMATICAL = frozenset({"add", "subtract", "multiply", "divide"})

OPERATIONS = _MATHEMATICAL | {"append", "prepend"}
"""What ``operation`` may be."""

_NUMBER = re.compile(r"\s*[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,4})?", re.ASCII)


def apply(operation: str, held: str, value: str) -> str:
    """Return what an item that holds `held` holds after the operation. Whole results have no decimal point.

    Raises:
        Refused: something is not numeric, or `value` is zero in a division.
    """
    if operation == "append":
        return held + value
    if operation == "prepend":
        return value + held
    left, right = _number(held), _number(value)
    if left is None:
        raise Refused(messages.ITEM_NOT_NUMERIC)
    if right is None:
        raise Refused(messages.VALUE_NOT_NUMERIC)
    if operation == "divide" and right == 0:
        raise Refused(messages.DIVIDED_BY_ZERO)
    try:
        return _text(_compute(operation, left, right))
    except OverflowError:
        raise Refused(messages.FATAL) from None


def _compute(operation: str, left: int | float, right: int | float) -> int | float:
    if operation == "add":
        return left + right
    if operation == "subtract":
        return left - right
    if operation == "multiply":
        return left * right
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right  # exact also beyond 2**53
    return left / right


def _number(text: str) -> int | float | None:
    if len(text) > 700 or not _NUMBER.fullmatch(text):
        return None
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return number if math.isfinite(number) else None


def _text(number: int | float) -> str:
    if isinstance(number, float):
        if not math.isfinite(number):
            raise OverflowError
        if number.is_integer() and abs(number) < 2**53:
            return str(int(number))
        return repr(number)
    return str(number)
