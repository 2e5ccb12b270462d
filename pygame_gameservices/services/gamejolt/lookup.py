"""Whether a score was added after all: asked when the answer was lost, or the game was killed in the middle.

Game Jolt knows no name for a request, so the very score is looked for among those of its owner that rank beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.services.gamejolt.models import Score, ServerTime

TOLERANCE_S = 5.0
"""How much earlier than the attempt a score may seem to be stored: clocks run and answers take their time."""

LONG_AGO_S = 86_400.0
MOST_ROWS = 100
"""Rows that one read brings at most. Of more scores with the very same sort value, only the first are seen."""


def score_lookup(operation: Operation) -> Sequence[Operation]:
    """The reads for `operation`; none if it is not a score.

    Which direction a table is sorted in is not told, so both neighbours of the sort value are asked from.
    """
    if operation.name != "scores.add":
        return ()
    given = operation.arguments
    sort = int(given["sort"])
    kept = {name: given[name] for name in ("table_id", "guest") if name in given}
    return [
        Operation(service=operation.service, name="time.fetch", kind=Kind.SAFE),
        *(
            msgspec.structs.replace(
                operation,
                name="scores.fetch",
                kind=Kind.SAFE,
                arguments={"limit": str(MOST_ROWS), **kept, "worse_than": str(neighbour)},
                lane="",
                mingles="",
                durable=False,
            )
            for neighbour in (sort + 1, sort - 1)
        ),
    ]


def score_found(
    operation: Operation, values: Sequence[Any], attempted_at: float, now: float, equal_delivered: int
) -> bool | None:
    """Whether the score of `operation` is among what the reads of `score_lookup` brought; None if that cannot be told.

    Args:
        values: the server's time, and two lists of scores.
        attempted_at: Unix seconds of the first attempt, by this machine's clock.
        now: Unix seconds of the moment when the server told its time, by the same clock.
        equal_delivered: how many equal scores are known to have been delivered since then.
    """
    clock: ServerTime = values[0]
    ago = now - attempted_at if now >= attempted_at else LONG_AGO_S  # the clock was set back since
    earliest = clock.timestamp - ago - TOLERANCE_S
    sort, wanted = int(operation.arguments["sort"]), _told(operation.arguments)
    same = [
        sum(row.sort == sort and _of(row) == wanted and not 0 < row.stored_timestamp < earliest for row in rows)
        for rows in values[1:]
    ]
    if max(same) > equal_delivered:
        return True
    crowded = any(len(rows) >= MOST_ROWS and rows[-1].sort == sort for rows in values[1:])
    return None if crowded else False


def _told(given: dict[str, str]) -> tuple[str, str, str]:
    """What beside its sort value tells the score that was given from others."""
    return _plain(given["score"]), _plain(given.get("extra_data", "")), _plain(given.get("guest", ""))


def _of(row: Score) -> tuple[str, str, str]:
    """The same of a score that was found."""
    return _plain(row.score), _plain(row.extra_data), _plain(row.guest)


def _plain(text: str) -> str:
    """`text` without what some answer formats do not bring back as it was: line ends, and what cannot be printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
