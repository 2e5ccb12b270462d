"""Times in seconds that a test or a tool passes to a sandbox, checked where they are passed. Standard library only."""

from __future__ import annotations

import math
import threading

from pygame_gameservices.errors import UsageError

LONGEST_S = threading.TIMEOUT_MAX / 2
"""What is longer is cut to this: more than a lock can wait."""
_MOST = 1 << 1000
"""An integer that a float can still hold."""


def checked_seconds(name: str, value: object, *, least: float = 0.0, longest: float = LONGEST_S) -> float:
    """Return `value` as seconds; what is longer than `longest`, forwards or backwards, is cut.

    Raises:
        UsageError: it is no finite number (a bool does not count), or less than `least`.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"{name} is {type(value).__name__} {value!r}; pass seconds, such as 2 or 0.5")
    length = float(value) if isinstance(value, float) else float(max(-_MOST, min(value, _MOST)))
    if not least <= length < math.inf or not math.isfinite(length):
        bound = "" if least == -math.inf else f", at least {least:g},"
        raise UsageError(f"{name} is {length:g}; pass seconds{bound} that have an end")
    return max(-longest, min(length, longest))
