"""Times in seconds that a game passes, as numbers that clocks and locks take. Every such argument is read here."""

from __future__ import annotations

import threading

from pygame_gameservices.errors import UsageError

LONGEST_S = threading.TIMEOUT_MAX / 2
"""What is longer is cut to this, which is longer than anybody plays: more than a lock can wait."""
_SUCH_AS = "such as 2 or 0.5"


def patience_s(name: str, value: object) -> float:
    """Return `value` as seconds to wait: what is negative is over already, what is longer than `LONGEST_S` is cut.

    Raises:
        UsageError: it is no finite number (a bool does not count).
    """
    if type(value) is float and 0.0 <= value <= LONGEST_S:  # once a frame
        return value
    return min(max(0.0, _finite(name, value, f"pass seconds, {_SUCH_AS}")), LONGEST_S)


def duration_s(name: str, value: object, *, positive: bool = False, advice: str = "") -> float:
    """Return `value` as the length of something in seconds; what is longer than `LONGEST_S` is cut.

    Args:
        name: of the argument.
        value: what was passed for it.
        positive: whether 0 makes no sense.
        advice: what to pass instead, where there is more to say.

    Raises:
        UsageError: it is no finite number (a bool does not count), or negative, or 0 with `positive`.
    """
    if type(value) is float and 0.0 < value <= LONGEST_S:  # once a call
        return value
    advice = advice or f"pass {'more than 0 seconds' if positive else 'seconds'}, {_SUCH_AS}"
    length = _finite(name, value, advice)
    if length < 0 or (positive and length == 0):
        raise UsageError(f"{name} is {length:g}; {advice}", fields=(name,))
    return min(length, LONGEST_S)


def _finite(name: str, value: object, advice: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"{name} is {type(value).__name__} {value!r}; {advice}", fields=(name,))
    if value != value or value in (float("inf"), float("-inf")):
        raise UsageError(f"{name} is {value!r}; {advice}: it must have an end", fields=(name,))
    return float(max(-LONGEST_S, min(value, LONGEST_S)))
