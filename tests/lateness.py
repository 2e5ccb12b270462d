"""What frames cost, which came late, and whose fault it is: on a shared machine any loop is held up now and then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

LATE_S = 0.025
FRAME_S = 1 / 60
_STAT = os.open("/proc/stat", os.O_RDONLY) if os.path.exists("/proc/stat") else None


class Late(NamedTuple):
    """A late frame.

    Attributes:
        taken_s: what it took in all.
        calls_s: what our calls took of that.
        threads_s: processor time of the other threads of this process meanwhile.
        stolen_s: what the host took from all processors meanwhile.
    """

    taken_s: float
    calls_s: float
    threads_s: float
    stolen_s: float

    @property
    def ours(self) -> bool:
        """Whether it would have been in time without us, or late even on a machine that takes nothing for others.

        The others were late for the machine's sake, which on a shared one happens to a loop that makes no calls, too.
        """
        ours = self.calls_s + self.threads_s
        return not self.stolen_s and (self.taken_s - ours <= LATE_S or FRAME_S + ours > LATE_S)


class Lateness:
    """Collects the frames that came late in a loop of 60 a second, with what it takes to blame somebody. Frame thread.

    Attributes:
        frames: those that took over 25 ms, whoever was to blame.
        longest_s: the longest frame of all.
    """

    def __init__(self) -> None:
        self.frames: list[Late] = []
        self.longest_s = 0.0
        self._in_our_calls = 0.0
        self._started = time.perf_counter()
        self._others = _others_s()
        self._stolen = _stolen_s()

    @property
    def late(self) -> int:
        """How many came late, whoever was to blame."""
        return len(self.frames)

    @property
    def ours(self) -> int:
        """How many of them were ours."""
        return sum(frame.ours for frame in self.frames)

    def called(self, seconds: float) -> None:
        """Note what our calls took in this frame, usually ``cost_of(...).own_s``."""
        self._in_our_calls += seconds

    def frame(self) -> None:
        """Note that a frame has ended, and the next one begins."""
        now, others, stolen = time.perf_counter(), _others_s(), _stolen_s()
        taken = now - self._started
        if taken > LATE_S:
            threads, taken_away = others - self._others, stolen - self._stolen
            self.frames.append(Late(taken, self._in_our_calls, threads, taken_away))
        self.longest_s = max(self.longest_s, taken)
        self._started, self._others, self._stolen, self._in_our_calls = now, others, stolen, 0.0


class Cost(NamedTuple):
    """Seconds that something took on the frame thread.

    Attributes:
        own_s: its processor time, and what it waited while other threads of this process ran.
        wall_s: all of it, with what the machine gave to others meanwhile.
    """

    own_s: float
    wall_s: float


def cost_of(function: Callable[[], object]) -> Cost:
    """Run `function` on this thread and return what it cost."""
    others, busy, began = _others_s(), time.thread_time(), time.perf_counter()
    function()
    wall, busy, others = time.perf_counter() - began, time.thread_time() - busy, _others_s() - others
    return Cost(busy + max(0.0, min(wall - busy, others)), wall)


def _others_s() -> float:
    """Processor seconds of all threads but this one."""
    return time.process_time() - time.thread_time()


def _stolen_s() -> float:
    """Seconds that the host took from this machine's processors; 0 where no kernel tells.

    One call of the system per frame: each gives the interpreter away, and the frame has to ask for it again.
    """
    if _STAT is None:
        return 0.0
    return int(os.pread(_STAT, 256, 0).split(maxsplit=9)[8]) / os.sysconf("SC_CLK_TCK")
