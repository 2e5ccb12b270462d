"""The trophy list: what there is to get, what the player has, and how far along that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.achievement_models import AchievementProgressed
from pygame_gameservices.services.gamejolt.events import SignedIn, SignedOut, TrophyUnlocked
from pygame_gameservices.widgets.checks import check_callable, check_number, check_source
from pygame_gameservices.widgets.control import Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.gliding import Scroll
from pygame_gameservices.widgets.grid import Grid, Whole
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.portraits import Portraits
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.trophies.case import Filter, TrophyItem, TrophySource, in_order
from pygame_gameservices.widgets.trophies.painter import (
    TrophiesLook,
    free_around,
    paint_trophies,
    rows_of_trophies,
    trophies_layout,
    trophies_room,
    whole_card,
)
from pygame_gameservices.widgets.trouble import FRESH, Age, Trouble


class Trophies(Grid, Dialog):
    """Shows a game's trophies by difficulty, in a grid or a list. Frame thread only.

    The shoulder buttons change the filter. What is known is shown at once while newer is fetched.

    Attributes:
        shown: the trophies that the filter lets through, in the order in which they stand.
    """

    needs = (960, 540)
    compact = (616, 336)

    def __init__(self, source: TrophySource, *, columns: int = 2, sign_in: Callable[[], object] | None = None) -> None:
        """Show the trophies of `source`.

        Args:
            source: where they come from.
            columns: of the grid; 1 makes a list.
            sign_in: opens the login; there is a button for it when the source's error is `NotSignedIn`. None for none.

        Raises:
            UsageError: `source` is none, `columns` no whole number of at least 1, or `sign_in` no function.
        """
        advice = "pass a TrophySource; overlay.show_trophies() makes one of a GameJolt and shows it"
        check_source(source, advice, "trophies", says=("service",))
        check_number("columns", columns, 1, "pass a whole number of at least 1", whole=True)
        check_callable("sign_in", sign_in)
        super().__init__()
        self._source = source
        self._sign_in = sign_in
        self._columns = columns
        self._trophies: tuple[TrophyItem, ...] = ()
        self.shown: tuple[TrophyItem, ...] = ()
        self._filter = Filter.ALL
        self._known = False
        self._loading = False
        self._trouble: Trouble | None = None
        self._portraits: Portraits | None = None

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`; the trophies are fetched anew."""
        super().enter(stage)
        self._portraits = Portraits(stage, self.changed)
        self.refresh()

    def hear(self, event: Event) -> None:
        """Another player has other trophies, and the same player may have one more, or be nearer to one."""
        if isinstance(event, SignedIn | SignedOut | TrophyUnlocked | AchievementProgressed):
            self.refresh()

    def refresh(self) -> None:
        """Fetch the trophies anew."""
        if not self._loading:
            self._loading = True
            self._source.trophies(self._came)
            self.changed()

    def arrange(self) -> Layout:
        """Where everything is."""
        return trophies_layout(self._look(self.top), self.size, self.fit, self.stage.theme)

    @property
    def size(self) -> tuple[int, int]:
        """Of the panel, in pixels."""
        return self.room(1120 if self._columns > 1 else 860, 900)

    @property
    def cells(self) -> tuple[int, int, int]:
        """How many trophies there are, in how many columns, and in how many rows at once."""
        fit = self.fit
        return len(self.shown), 1 if fit.compact else self._columns, trophies_room(self.size, fit)[1]

    def _painter_at(self, row: int) -> Callable[[], Picture]:
        look, stage = self._look(row), self.stage
        return partial(paint_trophies, look, self.size, self.fit, stage.theme, stage.wording, stage.hands)

    @property
    def _rows(self) -> Scroll | None:
        return rows_of_trophies(self._filter, self.size, self.fit, self.cells[1])

    def whole(self, cell: int, size: tuple[int, int], *, focus: bool) -> Whole | None:
        """The card of a trophy, as high as its words need."""
        trophy, fit, stage = self.shown[cell], self.fit, self.stage
        portraits = self._faces((trophy,))
        highest = self.layout.size[1] - fit.px(fit.footer + 2 * fit.below)
        _, columns, rows = self.cells
        row = cell // columns - self.top
        free = free_around(fit, stage.theme, first=row == 0, last=row == rows - 1)
        paint = partial(
            whole_card, trophy, size, highest, free, fit, stage.theme, stage.wording, portraits, focus=focus
        )
        return Whole((trophy, *portraits.values(), highest, free, stage.wording), paint, *free)

    def activate(self, name: str) -> None:
        """Choose a filter, try again, sign in, or close."""
        if name.startswith("filter "):
            self._choose(Filter(name.removeprefix("filter ")))
        elif name == "retry":
            self.refresh()
        elif name == "sign_in" and self._sign_in is not None:
            self._sign_in()
        elif name == "close":
            self.close()

    def turn(self, step: int) -> bool:
        """Go to the next filter."""
        filters = list(Filter)
        self._choose(filters[(filters.index(self._filter) + step) % len(filters)])
        return True

    @property
    def patient(self) -> bool:
        """Nothing comes by itself."""
        return True

    @property
    def busy_at(self) -> Region | None:
        """Where the spinner is."""
        return self.fit.spinner(self.layout.size[1], sign=bool(self._shown_age)) if self._loading else None

    @property
    def _shown_age(self) -> Age:
        return Age(self._trouble) if self._trophies else FRESH

    @property
    def resort(self) -> str:
        """The filter that is chosen."""
        return f"filter {self._filter}"

    def _look(self, row: int) -> TrophiesLook:
        """All that is to be painted, `row` being the first that is seen."""
        count, columns, rows = self.cells
        first = row * columns
        shown = self.shown[first : first + columns * rows]
        return TrophiesLook(
            trophies=shown,
            top=row,
            amount=count,
            columns=columns,
            filter=self._filter,
            unlocked=sum(trophy.unlocked for trophy in self._trophies),
            total=len(self._trophies),
            loading=self._loading and not self._known,
            busy=self._loading,
            trouble=self._trouble,
            age=self._shown_age,
            remedy="sign_in" if self._trouble is Trouble.SIGN_IN and self._sign_in is not None else "retry",
            service=self.stage.wording.service(self._source.service),
            portraits=self._faces(shown),
        )

    def _faces(self, trophies: Sequence[TrophyItem]) -> dict[str, Picture]:
        """The pictures that have come of those whose picture may be seen."""
        urls = [trophy.image_url for trophy in trophies if not (trophy.secret and not trophy.unlocked)]
        return self._portraits.of(urls) if self._portraits is not None else {}

    def _choose(self, chosen: Filter) -> None:
        self._filter = chosen
        self._sift()
        self.begin()
        self.changed()

    def _came(self, answer: Sequence[TrophyItem] | Exception) -> None:
        self._loading = False
        if isinstance(answer, Exception):
            self._trouble = Trouble.of(answer)
        else:
            self._trouble, self._known = None, True
            self._trophies = in_order(answer)
            self._sift()
        self.settle()
        self.changed()

    def _sift(self) -> None:
        self.shown = tuple(trophy for trophy in self._trophies if self._filter.keeps(trophy))
