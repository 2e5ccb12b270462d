"""Leaderboards, in the API's own words (API page ``scores/``)."""

from __future__ import annotations

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import integer, text
from pygame_gameservices.services.gamejolt.events import ScoreSubmitted
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.models import Score, ScoreTable

MOST_SCORES = 100
"""Rows that one `Scores.fetch` can return."""


class Scores:
    """Score tables. Frame thread; every method returns at once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def add(
        self, score: str, sort: int, *, table_id: int | None = None, guest: str | None = None, extra_data: str = ""
    ) -> Call[bool]:
        """Add a score for the player, or for a guest (API page ``scores/add/``).

        Args:
            score: what players read, such as "500 points".
            sort: the number to rank it by.
            table_id: the table; the primary one when None.
            guest: a guest's name, instead of the player who is signed in.
            extra_data: anything the game wants to keep beside it; players never see it.

        Returns:
            A call whose value is True. `ScoreSubmitted` follows. It ends with `GuestsNotAllowed` or `TableNotFound`
            where the table says no, and with `NotSignedIn` when there is neither a player nor a guest.

        Raises:
            UsageError: an argument is of the wrong kind.
        """
        arguments = {"score": text("score", score), "sort": integer("sort", sort), **_table(table_id)}
        if extra_data:
            arguments["extra_data"] = text("extra_data", extra_data)
        lane = self._lane(table_id)
        call: Call[bool]
        if guest is not None:
            arguments["guest"] = text("guest", guest)
            call = self._gateway.call("scores.add", Kind.ADDITIVE, arguments, lane=lane, mingles="add")
        else:
            call = self._gateway.call_as_player("scores.add", Kind.ADDITIVE, arguments, lane=lane, mingles="add")
        return call.then(lambda ended: self._added(ended, ScoreSubmitted(score, sort, table_id, guest or "")))

    def fetch(
        self,
        *,
        limit: int = 10,
        table_id: int | None = None,
        mine: bool = False,
        guest: str | None = None,
        better_than: int | None = None,
        worse_than: int | None = None,
    ) -> Call[tuple[Score, ...]]:
        """Fetch scores, best first (API page ``scores/``).

        Args:
            limit: rows at most, 1 to 100.
            table_id: the table; the primary one when None.
            mine: only those of the player who is signed in.
            guest: only those of this guest.
            better_than: only those that rank better than this sort value.
            worse_than: only those that rank worse than this sort value.

        Raises:
            UsageError: `mine` and `guest`, or `better_than` and `worse_than`, exclude each other.
        """
        if mine and guest is not None:
            raise UsageError("pass either mine=True or guest, not both")
        if better_than is not None and worse_than is not None:
            raise UsageError("pass either better_than or worse_than, not both")
        arguments = {"limit": integer("limit", limit, least=1, most=MOST_SCORES), **_table(table_id)}
        if guest is not None:
            arguments["guest"] = text("guest", guest)
        if better_than is not None:
            arguments["better_than"] = integer("better_than", better_than)
        if worse_than is not None:
            arguments["worse_than"] = integer("worse_than", worse_than)
        lane = self._lane(table_id)
        if mine:
            return self._gateway.call_as_player("scores.fetch", Kind.SAFE, arguments, lane=lane)
        return self._gateway.call("scores.fetch", Kind.SAFE, arguments, lane=lane)

    def get_rank(self, sort: int, *, table_id: int | None = None) -> Call[int]:
        """Fetch the rank, from 1, that a sort value has or would have (API page ``scores/get-rank/``)."""
        arguments = {"sort": integer("sort", sort), **_table(table_id)}
        return self._gateway.call("scores.get_rank", Kind.SAFE, arguments, lane=self._lane(table_id))

    def tables(self) -> Call[tuple[ScoreTable, ...]]:
        """Fetch the game's score tables (API page ``scores/tables/``)."""
        return self._gateway.call("scores.tables", Kind.SAFE, {})

    def _lane(self, table_id: int | None) -> str:
        return f"{self._gateway.name}/scores/{table_id or ''}"

    def _added(self, call: Call[bool], event: ScoreSubmitted) -> None:
        if call.succeeded:
            self._gateway.say(event)


def _table(table_id: int | None) -> dict[str, str]:
    return {} if table_id is None else {"table_id": integer("table_id", table_id, least=1)}
