"""Game Jolt as the source of what widgets show: the login, the leaderboard and the trophy list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from time import localtime, strftime

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.services.gamejolt import leaderboard as boards
from pygame_gameservices.services.gamejolt.client import GameJolt
from pygame_gameservices.services.gamejolt.models import ScoreTable, Trophy
from pygame_gameservices.widgets.leaderboard.board import BoardPage, BoardRow, BoardTable, View
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.service_pictures import avatar_of
from pygame_gameservices.widgets.toasts.announcements import own_picture
from pygame_gameservices.widgets.trophies.case import TrophyItem


class GameJoltSignIn:
    """Signs in to Game Jolt for a `Login`.

    Attributes:
        service: the name of the service.
        username: what the login begins with.
        token_page: where players find their token.
    """

    token_page = "https://gamejolt.com"

    def __init__(self, gj: GameJolt, username: str = "") -> None:
        self.service = gj.name
        self.username = username or (gj.player.username if gj.player is not None else "")
        self._gj = gj
        self._call: Call[bool] | None = None

    def sign_in(self, username: str, token: str, remember: bool, deliver: Callable[[Exception | None], object]) -> None:
        """Sign in, then deliver None or why it did not work."""
        call = self._call = self._gj.sign_in(username, token, remember=remember)
        call.then(lambda ended: deliver(ended.error))

    def cancel(self) -> None:
        """Give the sign-in under way up."""
        call, self._call = self._call, None
        if call is not None and not call.done:
            call.cancel()
            self._gj.sign_out()


class GameJoltBoards:
    """The score tables of Game Jolt for a `Leaderboard`."""

    def __init__(self, gj: GameJolt, table_id: int | None = None) -> None:
        """Show the tables of `gj`, and begin with `table_id`, or the primary one when it is None."""
        self.first: Hashable = table_id
        self._gj = gj
        self._waiting: list[Callable[[], bool]] = []

    @property
    def service(self) -> str:
        """The name of the service."""
        return self._gj.name

    @property
    def views(self) -> Sequence[View]:
        """The top; with a player also what is around, and the friends."""
        return [View(view.name) for view in self._gj.leaderboard().views]

    def tables(self, deliver: Callable[[Sequence[BoardTable] | Exception], object]) -> None:
        """Fetch the tables, the primary one first."""

        def arrived(call: Call[tuple[ScoreTable, ...]]) -> None:
            tables = sorted(call.value or (), key=lambda table: not table.primary)
            deliver(call.error or [BoardTable(table.id, table.name) for table in tables])

        self._gj.scores.tables().then(arrived)

    def page(
        self,
        table: Hashable,
        view: View,
        start: int,
        count: int,
        deliver: Callable[[BoardPage | Exception], object],
    ) -> None:
        """Fetch the rows of a view anew, or those after the last one."""
        board = self._gj.leaderboard(table if isinstance(table, int) else None)
        shown: boards.BoardView = getattr(board, view.value)
        if start == 0:
            shown.refresh()
        elif start >= len(shown.rows):
            shown.more()
        self._waiting.append(partial(_answered, shown, start, deliver))

    def poll(self) -> None:
        """Deliver what has arrived. By the widget, once a frame."""
        if self._waiting:
            asked, self._waiting = self._waiting, []
            self._waiting = [answered for answered in asked if not answered()] + self._waiting


class GameJoltTrophies:
    """The trophies of Game Jolt for a `Trophies`."""

    def __init__(self, gj: GameJolt) -> None:
        self._gj = gj

    @property
    def service(self) -> str:
        """The name of the service."""
        return self._gj.name

    def trophies(self, deliver: Callable[[Sequence[TrophyItem] | Exception], object]) -> None:
        """Fetch the game's trophies."""

        def arrived(call: Call[tuple[Trophy, ...]]) -> None:
            deliver(call.error or [trophy_item(trophy) for trophy in call.value or ()])

        self._gj.trophies.fetch().then(arrived)


def trophy_item(trophy: Trophy) -> TrophyItem:
    """A trophy of Game Jolt as the list shows it."""
    return TrophyItem(
        title=trophy.title,
        text=trophy.description,
        rarity=Rarity.named(trophy.difficulty),
        unlocked=trophy.achieved,
        when=trophy.achieved_when,
        secret=trophy.is_hidden,
        image_url=own_picture(trophy),
    )


def _answered(view: boards.BoardView, start: int, deliver: Callable[[BoardPage | Exception], object]) -> bool:
    """Deliver a view's rows from `start` on, once they are there. Returns whether they were."""
    if view.loading:
        return False
    if view.error is not None and (start or not view.rows):
        deliver(view.error)
    else:
        rows = [_row(row) for row in view.rows[start:]]
        stale = view.error is not None and view.as_of is not None
        as_of = strftime("%H:%M", localtime(view.as_of)) if stale else ""
        more = view.name == "top" and not view.complete
        deliver(BoardPage(rows, more, None if view.own is None else _row(view.own), as_of))
    return True


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdigit())


def _row(row: boards.BoardRow) -> BoardRow:
    return BoardRow(
        name=row.name,
        score=row.score,
        rank=row.rank,
        when=row.stored,
        avatar_url=avatar_of(row.user_id),
        own=row.mine,
        guest=row.guest,
        value=row.sort if _digits(row.score) == _digits(str(row.sort)) else None,
    )
