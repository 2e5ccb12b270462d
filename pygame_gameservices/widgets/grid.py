"""What dialogs with a grid of equal things have in common: the focus goes through all of them, the rows scroll, and
what has no room for all its words shows them over its neighbours while it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import NamedTuple

from pygame_gameservices.widgets.control import Control
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.gliding import Scroll
from pygame_gameservices.widgets.input import DIRECTIONS, Action, Device
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.stage import Stage

CELL = "cell "
"""What the names of the things in a grid begin with; their number, from 0, follows."""
_KEPT = 8
"""How many pictures of whole things are kept."""


class Whole(NamedTuple):
    """How a thing looks that says all it has to say.

    Attributes:
        look: what that depends on.
        measure: returns what paints it, or None where the grid shows all of it anyway. Called on a helper thread.
        above, below: pixels around its place in the grid that it may cover without cutting the letters of another.
    """

    look: Hashable
    measure: Callable[[], Callable[[], Picture] | None]
    above: int = 0
    below: int = 0


class _Standing(NamedTuple):
    """What is shown whole, for as long as it is looked at `here` and the panel's picture is the same."""

    here: tuple[object, ...] | None
    panel: Picture | None
    pictures: Sequence[Placed]


_NOWHERE = _Standing(None, None, ())


class Grid(Dialog):
    """A dialog with a grid that may be higher than what is seen of it. Frame thread only.

    Attributes:
        top: the first row that is seen.
    """

    wheel_rows = 1

    def __init__(self) -> None:
        super().__init__()
        self.top = 0
        self.focus = f"{CELL}0"
        self._wholes: dict[Hashable, Picture | None] = {}
        self._standing = _NOWHERE

    def whole(self, cell: int, size: tuple[int, int], *, focus: bool) -> Whole | None:
        """How a thing of `size` pixels looks that says all it has to say; None when it says nothing."""
        return None

    @property
    def cells(self) -> tuple[int, int, int]:
        """How many things there are, in how many columns, and how many rows are seen at once."""
        raise NotImplementedError

    @property
    def cell(self) -> int | None:
        """The thing that has the focus; None when something else has it."""
        return int(self.focus.removeprefix(CELL)) if self.focus.startswith(CELL) else None

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`."""
        super().enter(stage)
        self.settle()

    def begin(self) -> None:
        """Show the grid from its first row again."""
        self.top = 0
        if self.cell is not None:
            self.focus = f"{CELL}0"

    def settle(self) -> None:
        """Keep the focus and the rows within what there is, after that has changed; while it is shown."""
        if self._stage is None:
            return
        count = self.cells[0]
        if self.cell is not None:
            self.focus = f"{CELL}{max(0, min(self.cell, count - 1))}"
        self._scroll_to(self.top)

    def move(self, action: Action) -> None:
        """Move through the grid, and above its first row to what is there."""
        cell, (count, columns, _) = self.cell, self.cells
        if cell is None or not count:
            super().move(action)
            if self.cell is not None:
                self.focus_on(f"{CELL}{min(max(0, count - 1), self.top * columns + self.cell % columns)}")
            return
        steps = {Action.LEFT: -1, Action.RIGHT: 1, Action.UP: -columns, Action.DOWN: columns}
        if action not in DIRECTIONS or (action is Action.UP and cell < columns):
            super().move(action)
            return
        column = cell % columns + (steps[action] if abs(steps[action]) == 1 and columns > 1 else 0)
        if 0 <= column < columns:
            target = cell + steps[action]
            last_row = (count - 1) // columns
            if action is Action.DOWN and target >= count and cell // columns < last_row:
                target = count - 1
            if 0 <= target < count and (columns > 1 or action in (Action.UP, Action.DOWN)):
                self.go_to(target)

    def action(self, action: Action) -> bool:
        """Also go by pages, and to the ends."""
        count, columns, rows = self.cells
        page = columns * max(1, rows - 1)
        ways = {Action.PAGE_UP: -page, Action.PAGE_DOWN: page, Action.FIRST: -count, Action.LAST: count}
        if action in ways:
            self.go_to((self.cell or 0) + ways[action])
            return True
        return super().action(action)

    def scroll(self, rows: int) -> bool:
        """Scroll down so many rows. The focus stays in sight."""
        self._scroll_to(self.top + rows)
        if self.cell is not None:
            count, columns, seen = self.cells
            row = max(self.top, min(self.cell // columns, self.top + seen - 1))
            self.focus_on(f"{CELL}{max(0, min(count - 1, row * columns + self.cell % columns))}")
        return True

    @property
    def row_height(self) -> int:
        """Pixels that a finger goes to scroll by one row."""
        scroll = self._scroll_at(self.top)
        return scroll.row if scroll is not None else 0

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        return self._painter_at(self.top)

    @property
    def _rows(self) -> Scroll | None:
        """How its rows are seen from the first on; None while there are none."""
        return None

    @property
    def _first_row(self) -> int:
        return self.top

    def _scroll_at(self, row: int) -> Scroll | None:
        rows, (count, columns, seen) = self._rows, self.cells
        if rows is None or not count:
            return None
        return rows._replace(at=row * rows.row, last=max(0, -(-count // columns) - seen) * rows.row)

    def pictures(self) -> Sequence[Placed]:
        """What to show this frame, the lowest first."""
        shown = super().pictures()
        if not shown:
            return shown
        name = self._hover if self.stage.device is Device.MOUSE and self._hover.startswith(CELL) else self.focus
        control = self.layout.control(name) if name.startswith(CELL) else None
        if control is None:
            return shown
        here, panel = (control, control.name == self.focus, self.top, self.origin, self.opacity), shown[0].picture
        settled = self.at_rest and self._easel is not None and not self._easel.busy
        if settled and self._standing[:2] != (here, panel):
            self._standing = _Standing(here, panel, self._opened(control))
        elif not settled and (self._gliding.moving or self._standing.here not in (here, None)):
            # What scrolls shows it where it comes to rest.
            self._standing = _NOWHERE
        opened = self._standing.pictures
        return [*shown, *opened] if opened else shown

    def _opened(self, control: Control) -> Sequence[Placed]:
        """The thing with all its words, where it is or above that: so that it ends within the panel and cuts no
        letters of what is below it."""
        _, _, *size = control.box
        focus = control.name == self.focus
        whole = self.whole(int(control.name.removeprefix(CELL)), (size[0], size[1]), focus=focus)
        if whole is None:
            return ()
        key = whole.look, focus, *size, self.stage.theme, self.scale
        if key not in self._wholes:
            self._wholes = dict([*self._wholes.items()][1 - _KEPT :])
            self._wholes[key] = None
            self.stage.run(whole.measure, partial(self._measured, key), lambda: None)
        picture = self._wholes[key]
        if picture is None:
            return ()
        left, top = self.origin
        fit, high = self.fit, self.layout.size[1]
        lowest = high - fit.px(fit.footer + fit.below) - picture.body[1]
        rise = picture.body[1] - size[1] - whole.below
        y = control.box.y - (rise if 0 < rise <= whole.above else 0)
        y = max(fit.px(fit.below), min(y, lowest))
        x, y = left + control.box.x - picture.bleed, top + y - picture.bleed
        return (Placed(picture, x, y, round(255 * self.opacity)),)

    def _measured(self, key: Hashable, paint: Callable[[], Picture] | None) -> None:
        if paint is not None:
            self.stage.paint(paint, partial(self._painted, key), lambda: None)

    def _painted(self, key: Hashable, picture: Picture) -> None:
        self._wholes[key], self._standing = picture, _NOWHERE

    def go_to(self, cell: int) -> None:
        """Give the focus to a thing and bring it into sight."""
        count, columns, rows = self.cells
        cell = max(0, min(count - 1, cell))
        self.focus_on(f"{CELL}{cell}")
        row = cell // columns
        if row < self.top:
            self._scroll_to(row)
        elif row >= self.top + rows:
            self._scroll_to(row - rows + 1)

    def _scroll_to(self, top: int) -> None:
        count, columns, rows = self.cells
        top = max(0, min(-(-count // columns) - rows, top))
        if top != self.top:
            self.top = top
            self.changed()
