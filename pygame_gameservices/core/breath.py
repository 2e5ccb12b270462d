"""Long work on a worker, in short breaths: whoever decodes a large answer lets the frame thread in between."""

from __future__ import annotations

import time

WORK_S = 0.001
REST_S = 0.0005


class Breath:
    """Counts the time of one long piece of work. One thread."""

    __slots__ = ("_since",)

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def take(self) -> None:
        """Rest for a moment if the last rest is a while ago.

        Python hands the interpreter over only every 5 ms and never within a call into C, so a frame that runs beside
        some 30 ms of decoding would take twice as long and be late.
        """
        if time.perf_counter() - self._since >= WORK_S:
            time.sleep(REST_S)
            self._since = time.perf_counter()
