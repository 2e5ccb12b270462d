"""One score table as rows that are ready to be shown, with ranks and faces, whichever view asks for them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeAlias

import msgspec

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.services.gamejolt.accounts import Users
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.ladder import Ladder
from pygame_gameservices.services.gamejolt.models import Score, User
from pygame_gameservices.services.gamejolt.scores import MOST_SCORES, Scores

Steps: TypeAlias = Generator[Pending[Any], Any, None]


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
        avatar_url: where the player's picture is; empty for guests, and until it is known, shortly after the row.
    """

    rank: int
    name: str
    score: str
    sort: int
    mine: bool = False
    guest: bool = False
    user_id: int | None = None
    stored: str = ""
    avatar_url: str = ""


class ScoreTable:
    """Asks for the rows of one table, and makes of them what a player reads. Frame thread.

    Args:
        game: whose player has rows in it.
        scores: makes the calls for rows and ranks.
        users: makes those for faces.
        table_id: the table's number, or None for the primary one.
        guest: whose rows are the player's own, in place of the signed-in player's.
        page_size: rows of a page.

    Attributes:
        table_id, guest, page_size: as passed.
        ascending: whether less is better; None until enough rows were seen to tell (the API does not).
    """

    def __init__(
        self, game: Gateway, scores: Scores, users: Users, table_id: int | None, guest: str | None, page_size: int
    ) -> None:
        self.table_id = table_id
        self.guest = guest
        self.page_size = page_size
        self.ascending: bool | None = None
        self._game = game
        self._scores = scores
        self._users = users
        self._faces: dict[int, str] = {}
        self._asked_for: set[int] = set()

    @property
    def has_player(self) -> bool:
        """Whether somebody with an account plays."""
        return self._game.player is not None

    def ask(self, **which: Any) -> Call[tuple[Score, ...]]:
        """Ask for rows of this table."""
        return self._scores.fetch(table_id=self.table_id, **which)

    def ask_rank(self, sort: int) -> Call[int]:
        """Ask for the rank of a sort value in this table."""
        return self._scores.get_rank(sort, table_id=self.table_id)

    def ask_own(self) -> Call[tuple[Score, ...]] | None:
        """Ask for the best score of the player or the guest; None when there is neither."""
        if self.guest is not None:
            return self.ask(limit=1, guest=self.guest)
        return None if self._game.player is None else self.ask(limit=1, mine=True)

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
            self.ascending = ascending

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

    def ask_for_faces(self, rows: Iterable[BoardRow], came: Callable[[], object]) -> None:
        """Fetch where the pictures of the players in `rows` are, in one call, if they are not known yet.

        Args:
            came: called when some are known that were not.
        """
        wanted = {row.user_id for row in rows if row.user_id is not None} - self._asked_for
        if not wanted:
            return
        self._asked_for |= wanted

        def keep(call: Call[tuple[User, ...]]) -> None:
            if call.value is None:
                self._asked_for -= wanted
                return
            self._faces.update({user.id: user.avatar_url for user in call.value})
            came()

        self._users.fetch(user_id=sorted(wanted)).then(keep)

    def with_face(self, row: BoardRow) -> BoardRow:
        """`row` with its player's picture, if that is known."""
        face = self._faces.get(row.user_id or 0, "")
        return row if face == row.avatar_url else msgspec.structs.replace(row, avatar_url=face)

    def _is_mine(self, score: Score) -> bool:
        if self.guest is not None:
            return score.is_guest and score.guest == self.guest
        user, player = self._game.user, self._game.player
        if user is not None and user.id and score.user_id is not None:
            return score.user_id == user.id
        return player is not None and score.user.casefold() == player.username.casefold()
