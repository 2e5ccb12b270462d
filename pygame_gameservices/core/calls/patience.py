"""How long somebody is willing to wait, as a number that clocks and locks take."""

from __future__ import annotations

import math
import threading

from pygame_gameservices.errors import UsageError


def patience_s(name: str, value: object) -> float:
    """Return `value` as seconds to wait: what is negative is over already, what is longer than a lock can wait is cut.

    Raises:
        UsageError: it is no finite number (a bool does not count).
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"{name} is {type(value).__name__} {value!r}; pass seconds, such as 2 or 0.5")
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{name} is {value!r}; pass seconds that have an end, such as 2 or 0.5")
    return float(min(max(0, value), threading.TIMEOUT_MAX / 2))
