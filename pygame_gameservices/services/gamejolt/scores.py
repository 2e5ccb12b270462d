"""Leaderboards, in the API's own words (API page ``scores/``)."""

from __future__ import annotations

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import identifier, integer, text
from pygame_gameservices.services.gamejolt.cache import Cache
from pygame_gameservices.services.gamejolt.caller import Caller
from pygame_gameservices.services.gamejolt.events import ScoreSubmitted
from pygame_gameservices.services.gamejolt.models import Score, ScoreTable
from pygame_gameservices.services.wrong_calls import says_how_to_call

MOST_SCORES = 100
"""Rows that one `Scores.fetch` can return."""
LARGEST_SORT = 2**63 - 2
"""Sort values beyond it, or below its negative, have no neighbour that the service could be asked about."""


@says_how_to_call()
class Scores:
    """Score tables. Frame thread; every method returns at once.

    Args:
        gateway: makes the calls.
        cache_s: seconds for which the list of tables is not fetched again.
        live: the scores that these prepare calls for; None when these are the live ones.
    """

    def __init__(self, gateway: Caller, *, cache_s: float = 0.0, live: Scores | None = None) -> None:
        self._gateway = gateway
        self._tables: Cache[tuple[ScoreTable, ...]] = Cache(cache_s) if live is None else live._tables
        self._primary: str | None = None

    def add(
        self,
        score: str,
        sort: int,
        *,
        table_id: int | str | None = None,
        guest: str | None = None,
        extra_data: str = "",
        durable: bool = True,
    ) -> Call[bool]:
        """Add a score for the player, or for a guest (API page ``scores/add/``).

        Args:
            score: what players read, such as "500 points".
            sort: the number to rank it by.
            table_id: the table; the primary one when None.
            guest: a guest's name, instead of the player who is signed in.
            extra_data: anything the game wants to keep beside it; players never see it.
            durable: keep it on disk until it is delivered, over restarts and days without a network.

        Returns:
            A call whose value is True. `ScoreSubmitted` follows. It ends with `GuestsNotAllowed` or `TableNotFound`
            where the table says no, and with `NotSignedIn` when there is neither a player nor a guest and it is not
            durable; a durable one then waits for whoever signs in first.

        Raises:
            UsageError: an argument is of the wrong kind.
        """
        ranked = integer("sort", sort, least=-LARGEST_SORT, most=LARGEST_SORT)
        arguments = {"score": text("score", score), "sort": ranked}
        if table_id is not None:
            arguments["table_id"] = identifier("table_id", table_id)
        if extra_data:
            arguments["extra_data"] = text("extra_data", extra_data)
        if guest is not None:
            arguments["guest"] = text("guest", guest)
        call: Call[bool] = self._gateway.call(
            "scores.add",
            Kind.ADDITIVE,
            arguments,
            mine=guest is None,
            lane=self._lane(arguments.get("table_id")),
            mingles="add",
            durable=durable,
        )
        return call.then(self.ended)

    def fetch(
        self,
        *,
        limit: int = 10,
        table_id: int | str | None = None,
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

        Returns:
            A call whose value is the rows. It ends with `TableNotFound` when there is no such table, and with
            `NotSignedIn` when `mine` is asked for and nobody is signed in.

        Raises:
            UsageError: an argument is of the wrong kind or out of bounds, or two were passed that exclude each other:
                `mine` and `guest`, `better_than` and `worse_than`.
        """
        if mine and guest is not None:
            raise UsageError("pass either mine=True or guest, not both", fields=("mine", "guest"))
        if better_than is not None and worse_than is not None:
            raise UsageError("pass either better_than or worse_than, not both", fields=("better_than", "worse_than"))
        arguments = {"limit": integer("limit", limit, least=1, most=MOST_SCORES), **_table(table_id)}
        if guest is not None:
            arguments["guest"] = text("guest", guest)
        if better_than is not None:
            arguments["better_than"] = integer("better_than", better_than)
        if worse_than is not None:
            arguments["worse_than"] = integer("worse_than", worse_than)
        lane = self._lane(arguments.get("table_id"))
        return self._gateway.call("scores.fetch", Kind.SAFE, arguments, mine=mine, lane=lane)

    def get_rank(self, sort: int, *, table_id: int | str | None = None) -> Call[int]:
        """Fetch the rank, from 1, that a sort value has or would have (API page ``scores/get-rank/``).

        Returns:
            A call whose value is the rank. It ends with `RankNotFound` where none can be told, such as for a table that
            is not there.

        Raises:
            UsageError: an argument is of the wrong kind or out of bounds.
        """
        arguments = {"sort": integer("sort", sort), **_table(table_id)}
        return self._gateway.call("scores.get_rank", Kind.SAFE, arguments, lane=self._lane(arguments.get("table_id")))

    def tables(self, *, fresh: bool = False) -> Call[tuple[ScoreTable, ...]]:
        """Fetch the game's score tables (API page ``scores/tables/``).

        Args:
            fresh: ask the service even if the tables were fetched a moment ago.
        """
        known = None if fresh else self._gateway.known("scores.tables", {}, self._tables.get)
        if known is not None:
            return known
        ticket = self._tables.ticket()
        call: Call[tuple[ScoreTable, ...]] = self._gateway.call("scores.tables", Kind.SAFE, {})
        return call.then(lambda ended: self._keep_tables(ended, ticket))

    def forget(self) -> None:
        """Drop what is remembered. By sign-out."""
        self._tables.clear()

    def _lane(self, table_id: str | None) -> str:
        """The primary table is one table, whether it is named or not."""
        return f"{self._gateway.name}/scores/{'' if table_id in (None, self._primary) else table_id}"

    def _keep_tables(self, call: Call[tuple[ScoreTable, ...]], ticket: int) -> None:
        if call.value is not None:
            self._tables.put(call.value, ticket)
            self._primary = next((str(table.id) for table in call.value if table.primary), None)

    def ended(self, call: Call[bool]) -> None:
        """Say what it means that a score was delivered, one that an earlier run of the game had kept, too."""
        if call.operation.name == "scores.add" and call.succeeded:
            given = call.operation.arguments
            table_id = int(given["table_id"]) if "table_id" in given else None
            self._gateway.say(ScoreSubmitted(given["score"], int(given["sort"]), table_id, given.get("guest", "")))


def _table(table_id: int | str | None) -> dict[str, str]:
    return {} if table_id is None else {"table_id": identifier("table_id", table_id)}
