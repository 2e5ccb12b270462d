"""Whether lists and dicts come back as they were: JSON changes some values silently, and others it cannot hold."""

from __future__ import annotations

import contextlib
import math
from typing import Any

from pygame_gameservices.core.turns.breath import Breath
from pygame_gameservices.errors import UsageError

AT_ONCE = 500
"""Values that are looked at within the frame, which takes some 0.2 ms; the rest is looked at on the helper thread."""
LONGEST_AT_ONCE = 64 << 10
"""Characters of a text that is looked at within the frame."""

_PLAIN = frozenset({int, bool, type(None)})


class _Enough(Exception):
    """There is too much to look at it all within the frame."""


class _Unfit(Exception):
    """Something cannot be kept, or would come back changed. The steps that lead to it are added on the way out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.steps: list[object] = []


class _Look:
    """One look at a value. `breath` is for the helper thread, which looks at it all but rests now and then."""

    __slots__ = ("_breath", "_finite", "_left")

    def __init__(self, finite: bool, breath: Breath | None) -> None:
        self._finite = finite
        self._breath = breath
        self._left = AT_ONCE

    def at(self, value: Any) -> None:
        """Look at `value` and all that is in it."""
        if type(value) in _PLAIN:
            return
        if isinstance(value, str):
            self._at_text(value)
        elif isinstance(value, float):
            if self._finite and not math.isfinite(value):
                raise _Unfit(f"is {value}, for which JSON has no word; pass a finite number")
        elif isinstance(value, dict):
            self._at_all(value.items(), keyed=True)
        elif isinstance(value, (list, tuple)):
            self._at_all(enumerate(value), keyed=False)
        elif not isinstance(value, int):
            kind = type(value).__name__
            raise _Unfit(
                f"is of type {kind}, which cannot be kept; pass str, int, float, bool, None, or a list or dict"
            )

    def _at_all(self, items: Any, *, keyed: bool) -> None:
        step: object = None
        try:
            for step, inner in items:
                self._left -= 1
                if self._left < 0:
                    self._rest()
                if keyed:
                    self._at_key(step)
                self.at(inner)
        except _Unfit as unfit:
            unfit.steps.append(step)
            raise

    def _at_key(self, key: object) -> None:
        if not isinstance(key, str):
            raise _Unfit(f"is under a key of type {type(key).__name__}, which would come back as text; pass str keys")
        self._at_text(key)

    def _at_text(self, text: str) -> None:
        if text.isascii() or (self._breath is None and len(text) > LONGEST_AT_ONCE):
            return
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _Unfit("holds half a surrogate pair; pass text that can be encoded as UTF-8") from None

    def _rest(self) -> None:
        if self._breath is None:
            raise _Enough
        self._breath.take()
        self._left = AT_ONCE


def check_at_once(value: object, *, finite: bool = False) -> None:
    """Look at a value on the frame thread; of a list or dict, at the first `AT_ONCE` values in it.

    Args:
        finite: refuse infinities and NaN, too.

    Raises:
        UsageError: something in it would come back changed or cannot be kept; the text says where and what to pass.
            Tuples are taken: they come back as lists.
    """
    with contextlib.suppress(_Enough):
        _check(value, _Look(finite, None))


def check_whole(value: object, *, finite: bool = False) -> None:
    """Look at all of a list or dict, however large; see `check_at_once`. Helper thread."""
    _check(value, _Look(finite, Breath()))


def _check(value: object, look: _Look) -> None:
    try:
        look.at(value)
    except _Unfit as unfit:
        where = "".join(f"[{step!r}]" for step in reversed(unfit.steps))
        raise UsageError(f"value{where} {unfit.why}") from None
    except RecursionError:
        raise UsageError("value is nested too deeply, or holds itself; pass a flatter one") from None
