"""Leaderboards as pages and not as calls: the top, around me, my friends, each with ranks and my own row.

``gj.leaderboard(table_id)`` gives a `Leaderboard`. Whoever shows one needs nothing of Game Jolt, only this protocol of
a *board source*, which a game's own backend can fulfil as well:

``board.views``
    the views that make sense now, a tuple of `BoardView` in the order of their tabs.
``view.name``
    ``"top"``, ``"around"`` or ``"friends"``.
``view.rows``
    a tuple of `BoardRow`, best first. While it is refreshed the old rows stay.
``view.own``
    the player's own `BoardRow`, also when it is not among the rows; None when there is none.
``view.loading``, ``view.error``, ``view.complete``, ``view.as_of``
    whether something is under way; why the last try failed, or None; whether there is nothing after the last row; when
    the rows were fetched, in Unix seconds, or None when they never were.
``view.version``
    a number that changes whenever any of these does, so that a widget need not compare rows.
``view.refresh()``, ``view.more()``
    fetch anew; fetch the next page. Both return at once, and do nothing while the same is under way.

All of it belongs to the frame thread and changes only within `ServiceManager.update`, except that `refresh` and `more`
set ``loading`` at once.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from time import time
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from pygame_gameservices.core.call import Call, Pending
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.base import text
from pygame_gameservices.services.chain import Chain
from pygame_gameservices.services.gamejolt.ladder import Ladder
from pygame_gameservices.services.gamejolt.models import Score
from pygame_gameservices.services.gamejolt.scores import MOST_SCORES

if TYPE_CHECKING:
    from pygame_gameservices.services.gamejolt.client import GameJolt

ViewName = Literal["top", "around", "friends"]
_Steps: TypeAlias = Generator[Pending[Any], Any, None]

FRIENDS_DEPTH = 500
"""How many rows of the table are searched for friends: the service cannot be asked for theirs alone."""


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row, ready to be shown.

    Attributes:
        rank: its place, from 1; ties share one.
        name: who made it.
        score: what players read, such as "500 points".
        sort: the number it is ranked by.
        mine: whether it is the player's own.
        guest: whether it was made without an account.
        user_id: the account's number; None for a guest.
        stored: when, in words ("1 week ago").
    """

    rank: int
    name: str
    score: str
    sort: int
    mine: bool = False
    guest: bool = False
    user_id: int | None = None
    stored: str = ""


class BoardView:
    """One view of a table, see the module's docstring. Frame thread.

    Attributes:
        name, rows, own, loading, error, complete, as_of, version: see there.
        omitted: rows that the service cannot give, in the middle of more than 200 equal scores.
    """

    name: ViewName

    def __init__(self, board: Leaderboard) -> None:
        self._board = board
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
        self.version += 1

    def _refresh(self) -> _Steps:
        raise NotImplementedError

    def _run(self, steps: _Steps) -> None:
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


class TopView(BoardView):
    """The table from the first row on, page after page to its very end."""

    name = "top"

    def __init__(self, board: Leaderboard) -> None:
        super().__init__(board)
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

    def _refresh(self) -> _Steps:
        board, ladder = self._board, Ladder()
        own = board.ask_own()
        while True:
            yield from board.climb(ladder, board.page_size)
            if ladder.complete or len(ladder) >= len(self.rows):
                break
        self._ladder = ladder
        self._show()
        mine = None if own is None else (yield own)
        yield from self._place_own(mine[0] if mine else None)

    def _more(self) -> _Steps:
        yield from self._board.climb(self._ladder, self._board.page_size)
        self._show()

    def _show(self) -> None:
        ladder = self._ladder
        self._publish(self._board.rows(ladder), complete=ladder.complete, omitted=ladder.omitted)

    def _place_own(self, mine: Score | None) -> _Steps:
        """Find the rank of the player's best score: in the rows if it is there, else by asking."""
        if mine is None:
            self.own = None
        else:
            known = dict(zip((score.sort for score in self._ladder.scores), self._ladder.ranks, strict=True))
            rank = known.get(mine.sort)
            self.own = self._board.row(mine, (yield self._board.ask_rank(mine.sort)) if rank is None else rank)
        self.version += 1


class AroundView(BoardView):
    """The rows just above and below the player's best score."""

    name = "around"

    def __init__(self, board: Leaderboard) -> None:
        super().__init__(board)
        self._nearest: bool | None = None

    def _refresh(self) -> _Steps:
        board = self._board
        asked = board.ask_own()
        mine = None if asked is None else (yield asked)
        if not mine:
            self.own = None
            self._publish((), complete=True)
            return
        sort, half = mine[0].sort, board.page_size // 2
        # My own ties are neither better nor worse than I. Worse than the next value up is what has mine and what has a
        # worse one, so of these two the one that starts with my value is the right one, and tells the direction.
        rank_asked = board.ask_rank(sort)
        above_asked = board.ask(limit=min(MOST_SCORES, half + 1), better_than=sort)
        below_asked = [board.ask(limit=half + 1, worse_than=sort + step) for step in (1, -1)]
        rank: int = yield rank_asked
        above: tuple[Score, ...] = yield above_asked
        candidates: list[tuple[Score, ...]] = []
        for call in below_asked:
            candidates.append((yield call))
        right = [bool(rows) and rows[0].sort == sort for rows in candidates]
        below = candidates[right.index(True)] if any(right) else mine
        board.note_direction(right[1] if any(right) else None)
        ranked = yield from self._ranks_above(rank, above)
        self.own = board.row(mine[0], rank)
        rows = [board.row(score, place) for score, place in ranked]
        rows += [board.row(score, place) for score, place in _ranks_from(rank, below)]
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
            first = self._board.ask_rank(above[0].sort)
            last = self._board.ask_rank(above[-1].sort)
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

    def _refresh(self) -> _Steps:
        board, ladder = self._board, Ladder()
        asked = board.gj.friends.fetch()
        yield from board.climb(ladder, MOST_SCORES)
        friends = frozenset((yield asked))
        while not ladder.complete and len(ladder) < FRIENDS_DEPTH:
            yield from board.climb(ladder, MOST_SCORES)
        rows = [row for row in board.rows(ladder) if row.mine or row.user_id in friends]
        self.own = next((row for row in rows if row.mine), None)
        self._publish(rows, complete=ladder.complete)


class Leaderboard:
    """One score table as pages. Made by `GameJolt.leaderboard`; see the module's docstring. Frame thread.

    Attributes:
        table_id: the table's number, or None for the primary one.
        page_size: rows of a page, up to 100.
        top, around, friends: its views.
    """

    def __init__(self, gj: GameJolt, table_id: int | None, guest: str | None, page_size: int) -> None:
        if not 2 <= page_size <= MOST_SCORES:
            raise UsageError(f"page_size is {page_size}; pass a whole number from 2 to {MOST_SCORES}")
        self.gj = gj
        self.table_id = table_id
        self.page_size = page_size
        self.top = TopView(self)
        self.around = AroundView(self)
        self.friends = FriendsView(self)
        self._guest = None if guest is None else text("guest", guest)
        self._ascending: bool | None = None

    @property
    def views(self) -> tuple[BoardView, ...]:
        """The views that make sense now: around needs somebody to be around, and friends an account."""
        if self._guest is not None:
            return (self.top, self.around)
        return (self.top,) if self.gj.player is None else (self.top, self.around, self.friends)

    @property
    def ascending(self) -> bool | None:
        """Whether less is better, as in a race; None until enough rows were seen to tell (the API does not)."""
        return self._ascending

    def forget(self) -> None:
        """Drop what was fetched. By sign-out."""
        for view in (self.top, self.around, self.friends):
            view.forget()

    # -- for the views -------------------------------------------------------------------------------------------------

    def ask(self, **which: Any) -> Call[tuple[Score, ...]]:
        """Ask for rows of this table."""
        return self.gj.scores.fetch(table_id=self.table_id, **which)

    def ask_rank(self, sort: int) -> Call[int]:
        """Ask for the rank of a sort value in this table."""
        return self.gj.scores.get_rank(sort, table_id=self.table_id)

    def ask_own(self) -> Call[tuple[Score, ...]] | None:
        """Ask for the best score of the player or the guest; None when there is neither."""
        if self._guest is not None:
            return self.ask(limit=1, guest=self._guest)
        return None if self.gj.player is None else self.ask(limit=1, mine=True)

    def climb(self, ladder: Ladder, limit: int) -> _Steps:
        """Add the next page to `ladder`."""
        page = yield self.ask(limit=limit, worse_than=ladder.after())
        if ladder.is_wall(page, limit) and limit < MOST_SCORES:
            limit = MOST_SCORES
            page = yield self.ask(limit=limit, worse_than=ladder.after())
        if ladder.is_wall(page, limit):
            yield from self._climb_wall(ladder, page)
        else:
            ladder.add(page, limit)
        self.note_direction(ladder.ascending)

    def _climb_wall(self, ladder: Ladder, page: tuple[Score, ...]) -> _Steps:
        """Find out how many ties there are, what the last of them are, and what comes after. One batch.

        The ranks that the values next to theirs have, or would have, tell on which side the worse ones are.
        """
        sort = page[0].sort
        asked_rank, asked_beyond = self.ask_rank(sort), self.ask(limit=MOST_SCORES, worse_than=sort)
        sides = [(self.ask_rank(sort + step), self.ask(limit=MOST_SCORES, better_than=sort + step)) for step in (-1, 1)]
        rank, beyond = (yield asked_rank), (yield asked_beyond)
        found = []
        for rank_call, rows_call in sides:
            found.append(((yield rank_call), (yield rows_call)))
        behind, tail = max(found, key=lambda side: side[0])
        self.note_direction(found[0][0] < found[1][0])
        same = [score for score in tail if score.sort == sort]
        ladder.bridge(page, max(behind - rank, len(page)), same, beyond, MOST_SCORES)

    def note_direction(self, ascending: bool | None) -> None:
        """Keep what was learned about the table's order."""
        if ascending is not None:
            self._ascending = ascending

    def rows(self, ladder: Ladder) -> list[BoardRow]:
        """The rows of `ladder`, ready to be shown."""
        return [self.row(score, rank) for score, rank in zip(ladder.scores, ladder.ranks, strict=True)]

    def row(self, score: Score, rank: int) -> BoardRow:
        """`score`, ready to be shown."""
        return BoardRow(
            rank=rank,
            name=score.name,
            score=score.score,
            sort=score.sort,
            mine=self._is_mine(score),
            guest=score.is_guest,
            user_id=score.user_id,
            stored=score.stored,
        )

    def _is_mine(self, score: Score) -> bool:
        if self._guest is not None:
            return score.is_guest and score.guest == self._guest
        user, player = self.gj.user, self.gj.player
        if user is not None and user.id and score.user_id is not None:
            return score.user_id == user.id
        return player is not None and score.user.casefold() == player.username.casefold()


def _ranks_from(rank: int, scores: Sequence[Score]) -> list[tuple[Score, int]]:
    """Rank `scores`, the first of which has `rank`; ties share one."""
    ranked: list[tuple[Score, int]] = []
    for position, score in enumerate(scores, start=rank):
        tied = bool(ranked) and ranked[-1][0].sort == score.sort
        ranked.append((score, ranked[-1][1] if tied else position))
    return ranked
