"""The server's clock: real time that an admin can move, so that tests need not sleep."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pygame_gameservices.errors import UsageError

_skew: ContextVar[float] = ContextVar("sandbox_clock_skew", default=0.0)


_LATEST = 221_845_392_000.0
"""The year 9000: what is said of a moment after it could not be written any more."""


class Clock:
    """Wall-clock time in Unix seconds, shifted by what the admin asked for.

    Lives in the server process and is read on its event loop only.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds by which this clock runs ahead of the machine's, without the skew of single requests."""
        return self._offset

    def now(self) -> float:
        """Return the time in Unix seconds, as this server believes it to be for the request at hand."""
        return self._source() + self._offset + _skew.get()

    def advance(self, seconds: float) -> None:
        """Move the clock by `seconds`; negative moves it back. Raises `UsageError` as `set` does."""
        self.set(self._source() + self._offset + seconds)

    def set(self, unix_seconds: float) -> None:
        """Make it `unix_seconds` now; time runs on from there.

        Raises:
            UsageError: that is no moment, or one of other times than these; the clock stays as it was.
        """
        if not 0 <= unix_seconds < _LATEST:  # nor NaN
            raise UsageError("the clock would leave the years 1970 to 8999; move it less far")
        self._offset = unix_seconds - self._source()

    def reset(self) -> None:
        """Go back to real time."""
        self._offset = 0.0

    @contextmanager
    def skewed(self, seconds: float) -> Iterator[None]:
        """Run one request with a clock that is `seconds` wrong; other requests keep the right time."""
        # A context variable and not the offset: requests interleave on the event loop, each in its own context.
        before = _skew.set(_skew.get() + seconds)
        try:
            yield
        finally:
            _skew.reset(before)
