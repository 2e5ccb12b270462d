"""Was a write applied whose answer was lost? Game Jolt knows no name for a request, so it is asked what it holds.

The relay sends writes that could be taken for each other one at a time, which makes this exact as long as nobody writes
past it: a score is there once more than before, and a value differs from what it was.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from typing import Any

from pygame_gameservices.errors import ServiceUnavailable
from pygame_gameservices.relay.gamejolt.api import Broken, GameJoltAnswer, GameJoltApi, said_yes
from pygame_gameservices.relay.gamejolt.call import GameJoltCall
from pygame_gameservices.relay.notes import Doubt

MOST_ROWS = 100
TOLERANCE_S = 5.0
"""How much earlier than it was sent a score may seem to be stored: clocks run, and are read in whole seconds."""
EQUAL_WITHIN_S = 20.0
"""Seconds after an equal score within which rows are counted before another one is sent: times would not tell them
apart."""
UNKNOWN: GameJoltAnswer = {
    "success": "false",
    "message": "relay: it may or may not have been applied, and nobody can tell",
}
_NOTHING = "nothing"
_GONE = "no item with that key"


class Doubts:
    """Asks what the service holds. Any thread; every method blocks, and raises what `GameJoltApi.ask` raises.

    Args:
        api: the service.
        clock: Unix seconds.
    """

    def __init__(self, api: GameJoltApi, clock: Callable[[], float] = time.time) -> None:
        self._api = api
        self._clock = clock

    def baseline(self, call: GameJoltCall) -> str:
        """What is there before `call` is sent, to be told from what is there after."""
        if call.endpoint == "data-store/update":
            return _digest(self._value(call))
        counts, _ = self._rows(call, earliest=0.0)
        return str(max(counts))

    def applied(self, call: GameJoltCall, doubt: Doubt) -> GameJoltAnswer | None:
        """The answer that `call` would have got if it was applied; None if it was not; `UNKNOWN` if nobody can tell."""
        if call.endpoint == "data-store/update":
            if doubt.baseline is None:  # it is noted before anything is sent
                return None
            value = self._value(call)
            return None if _digest(value) == doubt.baseline else {"success": "true", "data": value or ""}
        since = None if doubt.baseline is not None else doubt.sent - TOLERANCE_S
        counts, crowded = self._rows(call, earliest=since)
        if max(counts) > int(doubt.baseline or 0):
            return {"success": "true"}
        return UNKNOWN if crowded else None

    def _value(self, call: GameJoltCall) -> str | None:
        kept = _some(call, "key", "username", "restriction_username")
        answer = self._one(_like(call, "data-store", kept))
        if said_yes(answer):
            return str(answer.get("data", ""))
        if _GONE in str(answer.get("message", "")).lower():
            return None
        raise ServiceUnavailable("Game Jolt does not say what an item holds")

    def _rows(self, call: GameJoltCall, earliest: float | None) -> tuple[list[int], bool]:
        """How many equal scores rank beside `call`, asked from both sides, since the table's direction is not told.

        Args:
            earliest: by our clock; earlier ones do not count.
        """
        sort = int(call.given["sort"])
        kept = _some(call, "table_id", "guest", "username")
        asked = [
            GameJoltCall(endpoint="time", given={}),
            *(
                _like(call, "scores", {"limit": str(MOST_ROWS), **kept, "worse_than": str(neighbour)})
                for neighbour in (sort + 1, sort - 1)
            ),
        ]
        began = self._clock()
        answers = [_sure(answer) for answer in self._api.ask(asked)]
        there = float(answers[0].get("timestamp") or 0)
        since = 0.0 if not earliest else there - (began - earliest)
        counts, crowded = [], False
        for answer in answers[1:]:
            rows = answer.get("scores")
            rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            counts.append(sum(_same(row, call) and _number(row.get("stored_timestamp")) >= since for row in rows))
            crowded = crowded or (len(rows) >= MOST_ROWS and _number(rows[-1].get("sort")) == sort)
        return counts, crowded

    def _one(self, call: GameJoltCall) -> GameJoltAnswer:
        (answer,) = self._api.ask([call])
        if isinstance(answer, Broken):
            raise ServiceUnavailable(answer.why)
        return answer


def _some(call: GameJoltCall, *names: str) -> dict[str, str]:
    return {name: call.given[name] for name in names if name in call.given}


def _like(call: GameJoltCall, endpoint: str, given: dict[str, str]) -> GameJoltCall:
    return GameJoltCall(endpoint=endpoint, given=given, player=call.player, token=call.token)


def _sure(answer: GameJoltAnswer | Broken) -> GameJoltAnswer:
    if isinstance(answer, Broken) or not said_yes(answer):
        raise ServiceUnavailable("Game Jolt does not say which scores there are")
    return answer


def _same(row: dict[str, Any], call: GameJoltCall) -> bool:
    """Whether a row is what `call` would have made. Line ends and what cannot be printed may come back changed."""
    return _number(row.get("sort")) == int(call.given["sort"]) and all(
        _plain(str(row.get(name) or "")) == _plain(call.given.get(name, ""))
        for name in ("score", "extra_data", "guest")
    )


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _number(value: Any) -> float:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _digest(value: str | None) -> str:
    return _NOTHING if value is None else hashlib.sha256(value.encode()).hexdigest()
