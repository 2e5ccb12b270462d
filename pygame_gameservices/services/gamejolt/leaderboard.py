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

from typing import TYPE_CHECKING, Any

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.services.gamejolt.board_views import (
    AroundView,
    BoardRow,
    BoardView,
    FriendsView,
    Steps,
    TopView,
)
from pygame_gameservices.services.gamejolt.ladder import Ladder
from pygame_gameservices.services.gamejolt.models import Score, User
from pygame_gameservices.services.gamejolt.scores import MOST_SCORES

if TYPE_CHECKING:
    from pygame_gameservices.services.gamejolt.client import GameJolt

__all__ = ["BoardRow", "BoardView", "Leaderboard"]


class Leaderboard:
    """One score table as pages. Made by `GameJolt.leaderboard`; see the module's docstring. Frame thread.

    Attributes:
        table_id: the table's number, or None for the primary one.
        page_size: rows of a page, up to 100.
        top, around, friends: its views.
    """

    def __init__(self, gj: GameJolt, table_id: int | None, guest: str | None, page_size: int) -> None:
        self.gj = gj
        self.table_id = table_id
        self.page_size = page_size
        self.top = TopView(self)
        self.around = AroundView(self)
        self.friends = FriendsView(self)
        self._guest = guest
        self._faces: dict[int, str] = {}
        self._asked_for: set[int] = set()
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

    def climb(self, ladder: Ladder, limit: int) -> Steps:
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

    def _climb_wall(self, ladder: Ladder, page: tuple[Score, ...]) -> Steps:
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
            avatar_url=self._faces.get(score.user_id or 0, ""),
        )

    def ask_for_faces(self, view: BoardView) -> None:
        """Fetch where the pictures of the players in `view` are, in one call, if they are not known yet."""
        wanted = {row.user_id for row in view.rows if row.user_id is not None} - self._asked_for
        if not wanted:
            return
        self._asked_for |= wanted

        def keep(call: Call[tuple[User, ...]]) -> None:
            if call.value is None:
                self._asked_for -= wanted
                return
            self._faces.update({user.id: user.avatar_url for user in call.value})
            for one in (self.top, self.around, self.friends):
                one.faces_came()

        self.gj.users.fetch(user_id=sorted(wanted)).then(keep)

    def with_face(self, row: BoardRow) -> BoardRow:
        """`row` with its player's picture, if that is known."""
        face = self._faces.get(row.user_id or 0, "")
        return row if face == row.avatar_url else msgspec.structs.replace(row, avatar_url=face)

    def _is_mine(self, score: Score) -> bool:
        if self._guest is not None:
            return score.is_guest and score.guest == self._guest
        user, player = self.gj.user, self.gj.player
        if user is not None and user.id and score.user_id is not None:
            return score.user_id == user.id
        return player is not None and score.user.casefold() == player.username.casefold()
