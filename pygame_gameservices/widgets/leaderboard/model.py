"""What a leaderboard knows: tables, pages that came, pages under way. Pure, but for the source it asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from time import monotonic

from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow, BoardSource, BoardTable, View
from pygame_gameservices.widgets.trouble import Age, Trouble

PAGE = 25
"""Rows asked for at a time."""
REST = 5.0
"""Seconds between two fetches of the same rows at least, however often the player asks."""


class Listing:
    """The rows of one view of one table, as far as they are known.

    Attributes:
        rows: what has come so far; it stays while more or newer rows are on their way.
        more: whether there are rows below the last one.
        own: the player's own row, wherever it is.
        as_of: when the rows were true, if they are not fresh.
        loading: whether rows are on their way.
        trouble: why the last fetch failed; None when it did not.
        known: whether an answer ever came.
        places: where each name stood when it was last seen.
    """

    def __init__(self) -> None:
        self.rows: tuple[BoardRow, ...] = ()
        self.more = False
        self.own: BoardRow | None = None
        self.as_of = ""
        self.loading = False
        self.trouble: Trouble | None = None
        self.known = False
        self.places: dict[str, int] = {}
        self.asked_at = float("-inf")
        self.serial = 0


class BoardModel:
    """The state of a leaderboard. Frame thread only.

    Attributes:
        tables: those there are; empty until they came.
        table: which one is chosen, by its place; -1 for the one that was asked for and does not exist.
        view: which view is chosen.
        trouble: why the tables did not come, or not the one asked for; None when they did.
        changed: called when there is something new to show.
    """

    def __init__(self, source: BoardSource, table: Hashable = None, *, clock: Callable[[], float] = monotonic) -> None:
        """Begin with `table`, or the source's first one when it is None."""
        self._source = source
        self._wanted = table if table is not None else getattr(source, "first", None)
        self._clock = clock
        self._listings: dict[tuple[Hashable, View], Listing] = {}
        self._nothing = Listing()
        self._asking = False
        self.tables: tuple[BoardTable, ...] = ()
        self.table = 0
        self.view = next(iter(source.views), View.TOP)
        self.trouble: Trouble | None = None
        self.changed: Callable[[], object] = lambda: None

    @property
    def views(self) -> Sequence[View]:
        """What the source can show."""
        return self._source.views

    @property
    def service(self) -> str:
        """The name of the service that is asked."""
        return self._source.service

    @property
    def listing(self) -> Listing:
        """The rows of what is chosen now."""
        if not self.tables or self.table < 0:
            return self._nothing
        chosen = self.tables[self.table].key, self.view
        listing = self._listings.get(chosen)
        if listing is None:
            listing = self._listings[chosen] = Listing()
        return listing

    @property
    def loading(self) -> bool:
        """Whether anything for what is chosen now is on its way."""
        return self._asking or self.listing.loading

    @property
    def waiting(self) -> bool:
        """Whether anything at all is on its way, so that a source has to be polled."""
        return self._asking or any(listing.loading for listing in self._listings.values())

    @property
    def gap(self) -> tuple[float, int] | None:
        """How much the player lacks to the next better row that is known, and which place that is; None if unknown."""
        own = self.listing.own or next((row for row in self.listing.rows if row.own), None)
        if own is None or own.value is None or own.rank is None or not self.tables:
            return None
        key = self.tables[self.table].key if self.table >= 0 else None
        known = [row for (table, view), listing in self._listings.items() if table == key and view is not View.FRIENDS
                 for row in listing.rows]  # fmt: skip
        better = [(row.rank, row.value) for row in known if row.rank and row.rank < own.rank and row.value is not None]
        if not better:
            return None
        rank, value = max(better, key=lambda each: each[0])
        return abs(value - own.value), rank

    @property
    def age(self) -> Age:
        """Whether the rows are old; where there are none, the trouble is what is shown in their place."""
        listing = self.listing
        there = listing.rows or listing.own is not None
        return Age((listing.trouble or self.trouble) if there else None, listing.as_of)

    def open(self) -> None:
        """Fetch what is not known yet, and what is known if it is not quite fresh."""
        if not self.tables:
            self._ask_tables()
        else:
            self.refresh()

    def poll(self) -> None:
        """Let a source that cannot call back look whether something has arrived. Once a frame."""
        poll = getattr(self._source, "poll", None)
        if poll is not None:
            poll()

    def forget(self) -> None:
        """Drop all rows and fetch anew, as when another player signed in."""
        for listing in self._listings.values():
            listing.serial += 1
        self._listings.clear()
        if self.view not in self.views:
            self.view = next(iter(self.views), View.TOP)
        self.open()
        self.changed()

    def choose(self, table: int, view: View) -> None:
        """Show another table or view. What was known of it is there at once."""
        self.table, self.view = table, view
        if table >= 0:
            self.trouble = None
        self.refresh()
        self.changed()

    def refresh(self) -> None:
        """Fetch the rows that are shown anew, unless they were fetched a moment ago."""
        if not self.tables or self.table < 0:
            self._ask_tables()
            return
        listing = self.listing
        if self._clock() - listing.asked_at >= REST or listing.trouble is not None:
            self._ask(listing, 0, max(PAGE, len(listing.rows)))

    def reach(self, row: int) -> None:
        """The player looks at `row`: fetch the next rows before they are needed."""
        listing = self.listing
        near = row >= len(listing.rows) - PAGE // 2
        rested = listing.trouble is None or self._clock() - listing.asked_at >= REST
        if listing.more and near and rested and not listing.loading:
            self._ask(listing, len(listing.rows), PAGE)

    def _ask_tables(self) -> None:
        if not self._asking:
            self._asking = True
            self.changed()
            self._source.tables(self._tables_came)

    def _tables_came(self, answer: Sequence[BoardTable] | Exception) -> None:
        self._asking = False
        if isinstance(answer, Exception):
            self.trouble = Trouble.of(answer)
        else:
            self.trouble = None
            self.tables = tuple(answer)
            keys = [table.key for table in self.tables]
            self.table = keys.index(self._wanted) if self._wanted in keys else 0
            if self._wanted is not None and self._wanted not in keys:
                self.table, self.trouble = -1, Trouble.NO_TABLE
            elif self.tables:
                self.refresh()
        self.changed()

    def _ask(self, listing: Listing, start: int, count: int) -> None:
        listing.loading = True
        listing.asked_at = self._clock()
        listing.serial += 1
        table = self.tables[self.table].key
        self.changed()
        self._source.page(table, self.view, start, count, partial(self._came, listing, listing.serial, start))

    def _came(self, listing: Listing, serial: int, start: int, answer: BoardPage | Exception) -> None:
        if serial != listing.serial:
            return  # asked again meanwhile: this one is late
        listing.loading = False
        if isinstance(answer, Exception):
            listing.trouble = Trouble.of(answer)
        else:
            listing.trouble = None
            listing.known = True
            listing.rows = (*listing.rows[:start], *_climbed(listing, answer.rows))
            listing.more = answer.more
            listing.own = answer.own or listing.own
            listing.as_of = answer.as_of
        if listing is self.listing:
            self.changed()


def _climbed(listing: Listing, rows: Sequence[BoardRow]) -> list[BoardRow]:
    """The rows, with how many places each has gained since it was here last; what a source says itself stands."""
    told: list[BoardRow] = []
    for row in rows:
        if row.rank is not None:
            climbed = listing.places.get(row.name, row.rank) - row.rank
            listing.places[row.name] = row.rank
            row = row._replace(climbed=climbed) if climbed and not row.climbed else row
        told.append(row)
    return told
