"""Long work off the frame thread, in short breaths: whoever decodes or paints lets the frame thread in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pygame_gameservices.core.turns.compute_lock import aside

WORK_S = 0.001
REST_S = 0.0005


class _Here(threading.local):
    rests = False
    breath: Breath | None = None


_here = _Here()


class Breath:
    """Counts the time of one long piece of work, if this thread works `in_short_breaths`: who rests on the frame thread
    only makes the frame longer. One thread."""

    __slots__ = ("_since",)

    def __init__(self) -> None:
        self._since = time.perf_counter() if _here.rests else float("inf")

    def take(self) -> None:
        """Rest for a moment if the last rest is a while ago.

        Python hands the interpreter over only every 5 ms and never within a call into C, so a frame that runs beside
        some 30 ms of decoding would take twice as long and be late.
        """
        if time.perf_counter() - self._since >= WORK_S:
            with aside:
                time.sleep(REST_S)
            self._since = time.perf_counter()


@contextmanager
def in_short_breaths() -> Iterator[None]:
    """Let `breathe` rest on this thread, which is not the frame thread. Any thread but that."""
    _here.rests = True
    _here.breath = Breath()
    try:
        yield
    finally:
        _here.rests, _here.breath = False, None


def breathe() -> None:
    """Rest for a moment if this thread works `in_short_breaths` and has worked for a while; else do nothing.

    For work that may as well be done where nobody waits for it, such as painting. Any thread.
    """
    if _here.breath is not None:
        _here.breath.take()
