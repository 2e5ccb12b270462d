"""How far a player is with a quest, judged from the records alone. Pure: no clock, no database."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pygame_gameservices.sandbox.forge.world import Quest


@dataclass(frozen=True, slots=True)
class Session:
    """A playtime record: when it ended, in Unix seconds, and how long it was."""

    ended: float
    hours: float


@dataclass(frozen=True, slots=True)
class Unlock:
    """An achievement record, in the order in which they came in."""

    title: str
    unlocked: bool


def progress(quest: Quest, sessions: Sequence[Session], unlocks: Sequence[Unlock]) -> float:
    """Return how much of `quest.goal` is reached: hours, days, or achievements. It may exceed the goal.

    A session counts for the day on which it ended, in the quest's time zone, since the end is all that a record
    tells; a session without any length makes no day. The last record of an achievement says whether it is unlocked.
    """
    if quest.kind == "hours":
        return math.fsum(session.hours for session in sessions)
    if quest.kind == "days-in-week":
        return float(_most_in_a_week(_days(sessions, quest.time_zone)))
    if quest.kind == "days-in-row":
        return float(_longest_run(_days(sessions, quest.time_zone)))
    held = {unlock.title: unlock.unlocked for unlock in unlocks}
    if quest.kind == "achievement":
        return float(held.get(quest.achievement, False))
    return float(sum(held.values()))


def reached(quest: Quest, so_far: float) -> bool:
    """Whether that progress is enough. A millionth of an hour is forgiven: sums of fractions are never exact."""
    return so_far >= quest.goal - 1e-6


def _days(sessions: Iterable[Session], time_zone: str) -> set[date]:
    zone = ZoneInfo(time_zone)
    return {datetime.fromtimestamp(session.ended, zone).date() for session in sessions if session.hours > 0}


def _most_in_a_week(days: set[date]) -> int:
    weeks = Counter(day - timedelta(days=day.weekday()) for day in days)
    return max(weeks.values(), default=0)


def _longest_run(days: set[date]) -> int:
    longest = 0
    for day in days:
        if day - timedelta(days=1) in days:
            continue
        length = 1
        while day + timedelta(days=length) in days:
            length += 1
        longest = max(longest, length)
    return longest
