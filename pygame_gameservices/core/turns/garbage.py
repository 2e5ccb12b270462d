"""Python's garbage collector, kept out of the frames that follow a manager's start."""

from __future__ import annotations

import gc
from functools import cache


@cache
def go_through_once() -> None:
    """Have the collector go through all there is, the first time that this is called. Before the frame loop.

    It does so by itself when there is a quarter more than last time, and holds up everything for some 20 ms. The
    libraries that the first manager loads are that much; what the calls leave behind is not.
    """
    if gc.isenabled():
        gc.collect()
        gc.collect(1)  # Python 3.14 begins anew by looking at all there is once more, and 3.11 finds nothing to do
