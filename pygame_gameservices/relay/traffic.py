"""What passes through, for the maker's page: the latest calls, and how many a minute there were of each kind.

Kept in memory for a moment and then written down together, so that no call waits for it. No name, token, address or
parameter is among it.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, func, insert, select

from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.tables import latest, minutes

ANSWERS = ("yes", "no", "refused", "later")
"""How a call ends: as the service says, by a rule, or not yet."""
MOST_LATEST = 200
KEPT_MINUTES = 24 * 60


class Passed(NamedTuple):
    """One call that was answered.

    Attributes:
        at: Unix seconds.
        service: such as ``"gamejolt"``.
        endpoint: which call; empty for a request that was not read.
        answer: one of `ANSWERS`.
        ms: milliseconds until its request was answered.
    """

    at: float
    service: str
    endpoint: str
    answer: str
    ms: float


class Traffic:
    """Counts what passes in this process. Any thread; what reads and writes runs within a transaction of the caller's.

    Args:
        database: where it is written down.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._latest: deque[Passed] = deque(maxlen=MOST_LATEST)
        self._counts: Counter[tuple[int, str, str]] = Counter()

    def note(self, passed: Passed) -> None:
        """Count a call."""
        with self._lock:
            self._latest.append(passed)
            self._counts[int(passed.at // 60), passed.service, passed.answer] += 1

    @property
    def any(self) -> bool:
        """Whether there is anything to write down."""
        return bool(self._counts)

    def write(self, sql: Connection) -> None:
        """Write down what came since the last time."""
        with self._lock:
            calls, counts = list(self._latest), self._counts
            self._latest.clear()
            self._counts = Counter()
        if calls:
            sql.execute(insert(latest), [one._asdict() for one in calls])
        for (minute, service, answer), count in sorted(counts.items()):
            new = self._database.insert(minutes).values(minute=minute, service=service, answer=answer, count=count)
            key = [minutes.c.minute, minutes.c.service, minutes.c.answer]
            sql.execute(new.on_conflict_do_update(index_elements=key, set_={"count": minutes.c.count + count}))

    def calls(self, sql: Connection, limit: int) -> list[Row[Any]]:
        """The latest calls of all processes, the latest first."""
        return list(sql.execute(select(latest).order_by(latest.c.number.desc()).limit(limit)))

    def rates(self, sql: Connection, first: int) -> dict[tuple[int, str], int]:
        """How many calls there were in each minute from `first` on, by answer."""
        rows = sql.execute(
            select(minutes.c.minute, minutes.c.answer, func.sum(minutes.c.count))
            .where(minutes.c.minute >= first)
            .group_by(minutes.c.minute, minutes.c.answer)
        )
        return {(minute, answer): int(count) for minute, answer, count in rows}

    def forget(self, sql: Connection, now: float) -> None:
        """Forget all but the latest."""
        sql.execute(delete(minutes).where(minutes.c.minute < now // 60 - KEPT_MINUTES))
        newest = sql.execute(select(func.max(latest.c.number))).scalar_one_or_none() or 0
        sql.execute(delete(latest).where(latest.c.number <= newest - MOST_LATEST))
