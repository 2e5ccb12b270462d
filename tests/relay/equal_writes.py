"""Whether one write is seen as an equal of another, in either database."""

from __future__ import annotations

from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.notes import DAY_S, Answered, Notes, Write

DAYS_LATE = (0.0, 0.4, 0.6, 1.0, 1.4, 1.6, 2.0, 5.0)
"""In a day and a half there are one or two midnights, as the case may be."""
WITHIN_S = 20.0


def equal_write(number: int) -> Write:
    """One of many that differ only in what they are called."""
    return Write(game="g", player="ada", id=f"{number:032}", who="ada", endpoint="e", scope="s", mark="m")


def equal_is_seen_however_late_it_was_done(database: Database, now: float) -> None:
    """A write whose answer was lost is done a while after it was noted, and the next one comes in the same moment, 20 s
    later, or later than that. So it is around midnight, too.

    Args:
        now: of the first write; by ten days later all of it is over.
    """
    notes, number = Notes(database), 0
    for start in (now, now // DAY_S * DAY_S + DAY_S, now // DAY_S * DAY_S + DAY_S - 1e-3):
        for late in DAYS_LATE:
            done = start + late * DAY_S
            lost, *others = (equal_write(number + place) for place in range(4))
            number += 4
            with database.transaction() as sql:
                assert notes.begin(sql, lost, "holder", start)
                notes.finish(sql, lost, b"yes", done)
                assert notes.claim(sql, lost, "another", done) == Answered(b"yes")
                for other, since, seen in zip(others, (done, done - WITHIN_S, done + 1e-3), (1, 1, 0), strict=True):
                    assert notes.has_equal(sql, other, since) == seen, (late, since - done)
                    begun = notes.begin(sql, other, "holder", since + WITHIN_S, equal_since=since)
                    assert begun is not None
                    assert begun.has_equal == seen, (late, since - done)
                for write in (lost, *others):
                    notes.take_back(sql, write)
