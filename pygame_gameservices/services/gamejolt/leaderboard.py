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

from pygame_gameservices.services.gamejolt.accounts import Friends
from pygame_gameservices.services.gamejolt.board_views import AroundView, BoardView, FriendsView, TopView
from pygame_gameservices.services.gamejolt.score_table import BoardRow, ScoreTable

__all__ = ["BoardRow", "BoardView", "Leaderboard"]


class Leaderboard:
    """One score table as pages. Made by `GameJolt.leaderboard`; see the module's docstring. Frame thread.

    Attributes:
        table_id: the table's number, or None for the primary one.
        page_size: rows of a page, up to 100.
        top, around, friends: its views.
    """

    def __init__(self, table: ScoreTable, friends: Friends) -> None:
        self.table_id = table.table_id
        self.page_size = table.page_size
        self.top = TopView(table, self._faces_came)
        self.around = AroundView(table, self._faces_came)
        self.friends = FriendsView(table, self._faces_came, friends)
        self._table = table

    @property
    def views(self) -> tuple[BoardView, ...]:
        """The views that make sense now: around needs somebody to be around, and friends an account."""
        if self._table.guest is not None:
            return (self.top, self.around)
        return (self.top, self.around, self.friends) if self._table.has_player else (self.top,)

    @property
    def ascending(self) -> bool | None:
        """Whether less is better, as in a race; None until enough rows were seen to tell (the API does not)."""
        return self._table.ascending

    def forget(self) -> None:
        """Drop what was fetched. By sign-out."""
        for view in (self.top, self.around, self.friends):
            view.forget()

    def _faces_came(self) -> None:
        for view in (self.top, self.around, self.friends):
            view.faces_came()
