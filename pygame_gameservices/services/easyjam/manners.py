"""Good manners towards small sites: a pause between requests, and hours in which nothing is asked at all."""

from __future__ import annotations

import threading
import time as wall
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from pygame_gameservices.errors import RateLimited, UsageError

SPACING_S = 10.0
"""Seconds between two requests, as the specification asks."""

DAY_S = 24 * 3600.0
"""Seconds for which a complete answer is remembered: a sync more than once a day is not wanted."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of each day in which a site wants no requests.

    Attributes:
        start: when they begin, in UTC.
        end: when they are over, in UTC; on the next day if that is before `start`.

    Raises:
        UsageError: one of them is no `datetime.time`, or has a zone of its own.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("end", self.end)):
            if not isinstance(value, time) or value.tzinfo is not None:
                raise UsageError(f"QuietHours: {name} is {value!r}; pass a time of day in UTC, such as time(22, 30)")

    def over_in_s(self, now: float) -> float:
        """Seconds until these hours are over; 0 when it is not quiet at `now` (Unix seconds)."""
        moment = datetime.fromtimestamp(now, UTC)
        for days in (-1, 0):
            day = moment.date() + timedelta(days=days)
            begins = datetime.combine(day, self.start, UTC)
            ends = datetime.combine(day, self.end, UTC)
            if ends <= begins:
                ends += timedelta(days=1)
            if begins <= moment < ends:
                return (ends - moment).total_seconds()
        return 0.0


LUDUM_DARE_QUIET_HOURS = (QuietHours(time(22), time(5)),)
"""Three hours before and after theme announcements, which are at 1:00 or 2:00 UTC, depending on the season."""

KNOWN_QUIET_HOURS = {"api.ludumdare.com": LUDUM_DARE_QUIET_HOURS}
"""By host, for sites that have said when they want to be left alone."""


class QuietTime(RateLimited):
    """The site wants no requests at this hour. Said by this package at once, without asking the site and without trying
    again: that would take hours. `retry_after` says in how many seconds the site may be asked again."""

    unasked = True


class Manners:
    """The pace of requests to one site. Safe to share between threads; implements the scheduler's `Pace`.

    Args:
        spacing_s: seconds between the starts of two requests.
        quiet_hours: when to ask nothing at all.
        clock: Unix seconds; wall-clock time, so that the pause holds from one run of a program to the next.
    """

    def __init__(
        self,
        spacing_s: float = SPACING_S,
        quiet_hours: tuple[QuietHours, ...] = (),
        clock: Callable[[], float] = wall.time,
    ) -> None:
        self._spacing_s = spacing_s
        self._quiet_hours = quiet_hours
        self._clock = clock
        self._last = float("-inf")
        self._lock = threading.Lock()

    def now(self) -> float:
        """Unix seconds."""
        return self._clock()

    def wait_s(self) -> float:
        """Seconds until the next request may start; 0 when it may start now, and in quiet hours: what waits ends
        then as `QuietTime`, which needs no pause.
        """
        if self.quiet_for_s() > 0:
            return 0.0
        with self._lock:
            now = self._clock()
            self._last = min(self._last, now)  # the clock may have been set back: one pause is enough
            return max(0.0, self._spacing_s - (now - self._last))

    def took(self) -> None:
        """Note that a request starts now."""
        with self._lock:
            self._last = self._clock()

    def remember(self, last: float | None) -> None:
        """Note that an earlier run of the program sent a request at `last` (Unix seconds)."""
        if last is not None:
            with self._lock:
                self._last = max(self._last, min(last, self._clock()))

    def quiet_for_s(self) -> float:
        """Seconds for which the site wants no requests; 0 when it takes them."""
        return max((hours.over_in_s(self._clock()) for hours in self._quiet_hours), default=0.0)

    def check(self) -> None:
        """Raise `QuietTime` when nothing may be asked now."""
        quiet = self.quiet_for_s()
        if quiet > 0:
            over = datetime.fromtimestamp(self._clock() + quiet, UTC)
            raise QuietTime(f"the site wants no requests until {over:%H:%M} UTC; ask again then", retry_after=quiet)
