"""The three views of a leaderboard: what each asks for, and how it gets its ranks. `leaderboard` has the protocol."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from time import time
from typing import Any, Literal

from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.services.chain import Chain
from pygame_gameservices.services.gamejolt.accounts import Friends
from pygame_gameservices.services.gamejolt.ladder import Ladder
from pygame_gameservices.services.gamejolt.models import Score
from pygame_gameservices.services.gamejolt.score_table import BoardRow, ScoreTable, Steps
from pygame_gameservices.services.gamejolt.scores import MOST_SCORES

ViewName = Literal["top", "around", "friends"]

FRIENDS_DEPTH = 500
"""How many rows of the table are searched for friends: the service cannot be asked for theirs alone."""


class BoardView:
    """One view of a table, see `leaderboard`. Frame thread.

    Args:
        table: whose rows it shows.
        faces_came: called when pictures of players in it are known.

    Attributes:
        name, rows, own, loading, error, complete, as_of, version: see there.
        omitted: rows that the service cannot give, in the middle of more than 200 equal scores.
    """

    name: ViewName

    def __init__(self, table: ScoreTable, faces_came: Callable[[], object]) -> None:
        self._table = table
        self._tell_faces = faces_came
        self._chain: Chain[None] | None = None
        self.rows: tuple[BoardRow, ...] = ()
        self.own: BoardRow | None = None
        self.loading = False
        self.error: Exception | None = None
        self.complete = False
        self.omitted = 0
        self.as_of: float | None = None
        self.version = 0

    def refresh(self) -> None:
        """Fetch everything anew, as far down as it was; what is there stays until then."""
        if not self.loading:
            self._run(self._refresh())

    def more(self) -> None:
        """Fetch what comes after the last row. Does nothing when that is the end; only the top goes on and on."""
        if self.as_of is None:
            self.refresh()

    def forget(self) -> None:
        """Drop everything, as when another player signs in."""
        chain, self._chain = self._chain, None
        if chain is not None:
            chain.cancel()
        self.rows, self.own, self.as_of, self.error = (), None, None, None
        self.loading = self.complete = False
        self.omitted = 0
        self.version += 1

    def _refresh(self) -> Steps:
        raise NotImplementedError

    def _run(self, steps: Steps) -> None:
        self.loading = True
        self.version += 1
        self._chain = Chain(f"leaderboard {self.name}", steps)
        self._chain.then(self._ended)

    def _ended(self, chain: Chain[None]) -> None:
        if chain is self._chain:
            self._chain = None
            self.loading, self.error = False, chain.error
            self.version += 1

    def _publish(self, rows: Sequence[BoardRow], *, complete: bool, omitted: int = 0) -> None:
        self.rows, self.complete, self.omitted = tuple(rows), complete, omitted
        self.as_of = time()
        self.version += 1
        self._table.ask_for_faces(self.rows, self._tell_faces)

    def faces_came(self) -> None:
        """Put the pictures that are known now into the rows. By `Leaderboard`."""
        self.rows = tuple(self._table.with_face(row) for row in self.rows)
        if self.own is not None:
            self.own = self._table.with_face(self.own)
        self.version += 1


class TopView(BoardView):
    """The table from the first row on, page after page to its very end."""

    name = "top"

    def __init__(self, table: ScoreTable, faces_came: Callable[[], object]) -> None:
        super().__init__(table, faces_came)
        self._ladder = Ladder()

    def more(self) -> None:
        """See `BoardView.more`."""
        if self.as_of is None:
            self.refresh()
        elif not self.loading and not self.complete:
            self._run(self._more())

    def forget(self) -> None:
        """See `BoardView.forget`."""
        super().forget()
        self._ladder = Ladder()

    def _refresh(self) -> Steps:
        table, ladder = self._table, Ladder()
        own = table.ask_own()
        while True:
            yield from table.climb(ladder, table.page_size)
            if ladder.complete or len(ladder) >= len(self.rows):
                break
        self._ladder = ladder
        self._show()
        mine = None if own is None else (yield own)
        yield from self._place_own(mine[0] if mine else None)

    def _more(self) -> Steps:
        yield from self._table.climb(self._ladder, self._table.page_size)
        self._show()

    def _show(self) -> None:
        ladder = self._ladder
        self._publish(self._table.rows(ladder), complete=ladder.complete, omitted=ladder.omitted)

    def _place_own(self, mine: Score | None) -> Steps:
        """Find the rank of the player's best score: in the rows if it is there, else by asking."""
        if mine is None:
            self.own = None
        else:
            known = dict(zip((score.sort for score in self._ladder.scores), self._ladder.ranks, strict=True))
            rank = known.get(mine.sort)
            self.own = self._table.row(mine, (yield self._table.ask_rank(mine.sort)) if rank is None else rank)
        self.version += 1


class AroundView(BoardView):
    """The rows just above and below the player's best score."""

    name = "around"

    def __init__(self, table: ScoreTable, faces_came: Callable[[], object]) -> None:
        super().__init__(table, faces_came)
        self._nearest: bool | None = None

    def _refresh(self) -> Steps:
        table = self._table
        asked = table.ask_own()
        mine = None if asked is None else (yield asked)
        if not mine:
            self.own = None
            self._publish((), complete=True)
            return
        sort, half = mine[0].sort, table.page_size // 2
        # My own ties are neither better nor worse than I. Worse than the next value up is what has mine and what has a
        # worse one, so of these two the one that starts with my value is the right one, and tells the direction.
        rank_asked = table.ask_rank(sort)
        above_asked = table.ask(limit=min(MOST_SCORES, half + 1), better_than=sort)
        below_asked = [table.ask(limit=half + 1, worse_than=sort + step) for step in (1, -1)]
        rank: int = yield rank_asked
        above: tuple[Score, ...] = yield above_asked
        candidates: list[tuple[Score, ...]] = []
        for call in below_asked:
            candidates.append((yield call))
        right = [bool(rows) and rows[0].sort == sort for rows in candidates]
        below = candidates[right.index(True)] if any(right) else mine
        table.note_direction(right[1] if any(right) else None)
        ranked = yield from self._ranks_above(rank, above)
        self.own = table.row(mine[0], rank)
        rows = [table.row(score, place) for score, place in ranked]
        rows += [table.row(score, place) for score, place in _ranks_from(rank, below)]
        self._publish(rows, complete=True)

    def _ranks_above(
        self, rank: int, above: tuple[Score, ...]
    ) -> Generator[Pending[Any], Any, list[tuple[Score, int]]]:
        """Rank the better rows. What the service sends of them must be those next to me: that is looked up once.

        When there are more than it sent, the group of ties at the very top may be cut off, so its rank is not known.
        """
        if len(above) >= rank - 1:
            return _ranks_from(1, above[: rank - 1])
        if self._nearest is None or above[0].sort == above[-1].sort:
            first = self._table.ask_rank(above[0].sort)
            last = self._table.ask_rank(above[-1].sort)
            first_rank, last_rank = (yield first), (yield last)
            in_last = sum(score.sort == above[-1].sort for score in above)
            if first_rank == last_rank:
                return [(score, first_rank) for score in above]
            self._nearest = last_rank == rank - in_last
        if not self._nearest:
            return []  # these are the very best, not those above me; better nothing than a wrong board
        whole = [score for score in above if score.sort != above[0].sort]
        return _ranks_from(rank - len(whole), whole)


class FriendsView(BoardView):
    """The player and the player's friends, with their ranks in the whole table.

    The service knows no board of friends: the table is read down to `FRIENDS_DEPTH` rows, and whoever is below that is
    missing. ``complete`` tells whether the table was read to its end.
    """

    name = "friends"

    def __init__(self, table: ScoreTable, faces_came: Callable[[], object], friends: Friends) -> None:
        super().__init__(table, faces_came)
        self._friends = friends

    def _refresh(self) -> Steps:
        table, ladder = self._table, Ladder()
        asked = self._friends.fetch()
        yield from table.climb(ladder, MOST_SCORES)
        friends = frozenset((yield asked))
        while not ladder.complete and len(ladder) < FRIENDS_DEPTH:
            yield from table.climb(ladder, MOST_SCORES)
        rows = [row for row in table.rows(ladder) if row.mine or row.user_id in friends]
        self.own = next((row for row in rows if row.mine), None)
        self._publish(rows, complete=ladder.complete)


def _ranks_from(rank: int, scores: Sequence[Score]) -> list[tuple[Score, int]]:
    """Rank `scores`, the first of which has `rank`; ties share one."""
    ranked: list[tuple[Score, int]] = []
    for position, score in enumerate(scores, start=rank):
        tied = bool(ranked) and ranked[-1][0].sort == score.sort
        ranked.append((score, ranked[-1][1] if tied else position))
    return ranked
