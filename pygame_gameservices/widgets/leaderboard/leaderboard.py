"""The leaderboard: tables as tabs, three views, any number of rows, and where the player stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.gamejolt.events import ScoreSubmitted, SignedIn, SignedOut
from pygame_gameservices.widgets.checks import check_number, check_source
from pygame_gameservices.widgets.control import Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.gliding import Scroll
from pygame_gameservices.widgets.input import DIRECTIONS, Action
from pygame_gameservices.widgets.leaderboard.board import BoardRow, BoardSource, View
from pygame_gameservices.widgets.leaderboard.model import BoardModel
from pygame_gameservices.widgets.leaderboard.painter import PODIUM, BoardLook, Frame, frame_of, layout_of, paint_board
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.portraits import Portraits
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage

_ROW = "row "


class Leaderboard(Dialog):
    """Shows score tables. Frame thread only.

    What is known is shown at once, what is missing is fetched while the old rows stay. Left and right change the view,
    the shoulder buttons the table; rows further down are fetched before the player gets there.
    """

    needs = (960, 540)
    compact = (616, 336)

    def __init__(self, source: BoardSource, table: Hashable = None, *, rows: int = 14) -> None:
        """Show the scores of `source`.

        Args:
            source: where they come from.
            table: the key of the table to begin with; None for the first one.
            rows: how many rows to show at once, where the screen is large enough for it.

        Raises:
            UsageError: `source` is none, or `rows` is no whole number of at least 1.
        """
        advice = "pass a BoardSource; overlay.show_leaderboard() makes one of a GameJolt and shows it"
        check_source(source, advice, "tables", "page", says=("service", "views"))
        check_number("rows", rows, 1, "pass a whole number of at least 1", whole=True)
        super().__init__()
        self.model = BoardModel(source, table)
        self._rows = rows
        self._top = 0
        self._portraits: Portraits | None = None
        self._placed: Frame | None = None
        self._looked: BoardLook | None = None
        self._laid_out: tuple[tuple[object, ...], Frame] | None = None
        self.focus = f"{_ROW}0"

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`; what is shown is fetched anew."""
        super().enter(stage)
        self._placed = self._looked = None
        self._portraits = Portraits(stage, self.changed)
        self.model.changed = self._news
        self.model.open()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self.model.poll()
        super().update(dt)

    def hear(self, event: Event) -> None:
        """Another player has another place; a score that was sent may have one too."""
        if isinstance(event, SignedIn | SignedOut):
            self.model.forget()
        elif isinstance(event, ScoreSubmitted):
            self.model.refresh()

    def leave(self) -> None:
        """Be taken off; what arrives later is kept for the next time."""
        self.model.changed = lambda: None
        super().leave()

    def arrange(self) -> Layout:
        """Where everything is."""
        return layout_of(self._frame, self._look(self._top))

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        return self._painter_at(self._top)

    def _painter_at(self, row: int) -> Callable[[], Picture]:
        look, stage = self._look(row), self.stage
        return partial(paint_board, look, self._frame, stage.theme, stage.wording, stage.hands)

    @property
    def _first_row(self) -> int:
        return self._top

    def _scroll_at(self, row: int) -> Scroll | None:
        frame, count = self._frame, len(self.model.listing.rows) - self._frame.lead
        if count <= 0:
            return None
        pinned = self._in_sight(row)[-1] is not None  # at the foot, where it does not move
        window = frame.rows._replace(height=frame.row * max(1, frame.capacity - pinned))
        of = self.model.table, self.model.view
        return Scroll(of, window, row * frame.row, frame.row, max(0, count - self._space) * frame.row)

    def activate(self, name: str) -> None:
        """Choose a table or a view, try again, or close."""
        kind, _, which = name.partition(" ")
        if kind == "table":
            self._choose(int(which), self.model.view)
        elif kind == "view":
            self._choose(self.model.table, View(which))
        elif name == "retry":
            self.model.refresh()
        elif name == "close":
            self.close()

    def turn(self, step: int) -> bool:
        """Go to the next table; to the next view where there is one table only."""
        count = len(self.model.tables)
        if count < 2:
            return self._turn_view(step)
        self._choose((self.model.table + step) % count, self.model.view)
        return True

    def refresh(self) -> None:
        """Fetch the scores anew."""
        self.model.refresh()

    def scroll(self, rows: int) -> bool:
        """Scroll down so many rows. The focus stays in sight."""
        self._scroll_to(self._top + rows)
        if self._row is not None and self._row >= self._frame.lead:
            top = self._top + self._frame.lead
            self.focus_on(f"{_ROW}{max(top, min(self._row, top + self._space - 1, self._last))}")
        return True

    @property
    def row_height(self) -> int:
        """Pixels that a finger goes to scroll by one row."""
        return self._frame.row

    def move(self, action: Action) -> None:
        """Move from row to row, through all there are; left and right change the view."""
        row = self._row
        if row is None:
            super().move(action)
            if self._row is not None:  # coming down from the tabs, to what can be seen
                self.focus_on(f"{_ROW}{min(self._top, self._last)}")  # the podium, where there is one
        elif action in (Action.LEFT, Action.RIGHT):
            self._turn_view(1 if action is Action.RIGHT else -1)
        elif action is Action.UP and row == 0:
            super().move(action)
        elif action in DIRECTIONS:
            self._go_to(row + (1 if action is Action.DOWN else -1))
        else:
            super().move(action)

    def action(self, action: Action) -> bool:
        """Also go by pages, and to the ends."""
        page = max(1, self._frame.capacity - 1)
        ways = {Action.PAGE_UP: -page, Action.PAGE_DOWN: page, Action.FIRST: -(1 << 30), Action.LAST: 1 << 30}
        if action in ways:
            self._go_to((self._row or 0) + ways[action])
            return True
        return super().action(action)

    @property
    def resort(self) -> str:
        """The view that is chosen."""
        return f"view {self.model.view}"

    @property
    def busy_at(self) -> Region | None:
        """Where the spinner is."""
        if not self.model.loading:
            return None
        return self.fit.spinner(self._frame.size[1], sign=bool(self.model.age))

    @property
    def foot_at(self) -> Region | None:
        """What keys do, and the player's own row where it stands above that."""
        foot, (_, _, pinned) = super().foot_at, self._in_sight(self._top)
        if pinned is None:
            return foot
        own = self._frame.row_box(self._frame.capacity - 1)
        return own if foot is None else own._replace(height=foot.bottom - own.y)

    @property
    def patient(self) -> bool:
        """Nothing comes by itself."""
        return not self.model.waiting

    @property
    def _row(self) -> int | None:
        return int(self.focus.removeprefix(_ROW)) if self.focus.startswith(_ROW) else None

    @property
    def _last(self) -> int:
        return max(0, len(self.model.listing.rows) - 1)

    def changed(self) -> None:
        """Say that it would look different now."""
        super().changed()
        self._placed = self._looked = None

    @property
    def _frame(self) -> Frame:
        if self._placed is None:
            self._placed = self._lay_out()
        return self._placed

    def _lay_out(self) -> Frame:
        """The frame it had, unless something of what that depends on is other: mere rows are not."""
        model, stage = self.model, self.stage
        tables, views = tuple(table.name for table in model.tables), tuple(model.views)
        given = self.room(1000, 940), self.fit, stage.theme, tables, model.table, views, self._rows, self._has_podium
        if self._laid_out is None or self._laid_out[0] != given:
            self._laid_out = given, frame_of(*given[:-1], podium=given[-1])
        return self._laid_out[1]

    @property
    def _has_podium(self) -> bool:
        """Whether the first three are there, or on their way."""
        model, listing = self.model, self.model.listing
        if model.view is not View.TOP or model.trouble is not None:
            return False
        if not listing.known:
            return listing.trouble is None
        return len(listing.rows) >= PODIUM and listing.rows[0].rank == 1

    def _in_sight(self, row: int) -> tuple[tuple[BoardRow, ...], tuple[BoardRow, ...], BoardRow | None]:
        """Who is on the podium, in the rows from `row` on, and the player's own row where it stands below all of
        them."""
        listing, frame = self.model.listing, self._frame
        top = row + frame.lead
        podium, shown = listing.rows[: frame.lead], listing.rows[top : top + frame.capacity]
        if self.model.view is View.AROUND or _visible(listing.own, (*podium, *shown)):
            return podium, shown, None
        return podium, shown[: frame.capacity - 1], listing.own

    def _look(self, row: int) -> BoardLook:
        """All that is to be painted, `row` being the first below the podium that is seen."""
        if self._looked is None or self._looked.top != row + self._frame.lead:
            self._looked = self._look_at(row)
        return self._looked

    def _look_at(self, row: int) -> BoardLook:
        model, listing, frame = self.model, self.model.listing, self._frame
        podium, shown, pinned = self._in_sight(row)
        faces = (*podium, *shown, pinned) if pinned else (*podium, *shown)
        return BoardLook(
            tables=tuple(table.name for table in model.tables),
            table=model.table,
            views=tuple(model.views),
            view=model.view,
            podium=podium,
            rows=shown,
            top=row + frame.lead,
            gap=model.gap,
            total=len(listing.rows),
            more=listing.more,
            pinned=pinned,
            loading=not listing.rows
            and not listing.known
            and (model.loading or not (model.trouble or listing.trouble)),
            busy=model.loading,
            trouble=listing.trouble or model.trouble,
            age=model.age,
            service=self.stage.wording.service(model.service),
            portraits=self._faces(faces),
        )

    def _faces(self, rows: tuple[BoardRow, ...]) -> dict[str, Picture]:
        if self._portraits is None:
            return {}
        return self._portraits.of([row.avatar_url for row in rows])

    def _choose(self, table: int, view: View) -> None:
        self._top = 0
        if self._row is not None:
            self.focus = f"{_ROW}0"
        self.model.choose(table, view)
        self._find_own()

    def _turn_view(self, step: int) -> bool:
        views = list(self.model.views)
        place = views.index(self.model.view) + step
        if not 0 <= place < len(views):
            return False
        self._choose(self.model.table, views[place])
        return True

    def _go_to(self, row: int) -> None:
        row = max(0, min(self._last, row))
        self.focus_on(f"{_ROW}{row}")
        place = row - self._frame.lead
        if place < self._top:
            self._scroll_to(place)
        elif place >= self._top + self._space:
            self._scroll_to(place - self._space + 1)
        self.model.reach(row)

    def _scroll_to(self, top: int) -> None:
        lead = self._frame.lead
        top = max(0, min(len(self.model.listing.rows) - lead - self._space, top))
        if top != self._top:
            self._top = top
            self.changed()
        self.model.reach(lead + top + self._space)

    @property
    def _space(self) -> int:
        """How many rows there is room for, beside the player's own one at the foot."""
        return max(1, self._frame.capacity - (1 if self.model.listing.own else 0))

    def _news(self) -> None:
        """Rows came, or did not."""
        row = self._row
        if row is not None and row > self._last:
            self.focus = f"{_ROW}{self._last}"
        self._top = max(0, min(self._top, self._last))
        self.changed()
        self._find_own()

    def _find_own(self) -> None:
        """Around me begins where the player is."""
        rows = self.model.listing.rows
        if self.model.view is View.AROUND and self._top == 0 and self._row == 0:
            own = next((index for index, row in enumerate(rows) if row.own), None)
            if own is not None:
                self.focus = f"{_ROW}{own}"
                self._top = max(0, min(own - self._frame.capacity // 2, len(rows) - self._frame.capacity))


def _visible(own: BoardRow | None, rows: tuple[BoardRow, ...]) -> bool:
    return own is None or any(row.own and row.rank == own.rank for row in rows)
