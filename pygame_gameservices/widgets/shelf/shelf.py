"""A shelf with other games by the same makers. A link is opened only when the game allows it and the player agrees."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol, runtime_checkable
from urllib.parse import urlsplit

from pygame_gameservices.core.events import Event
from pygame_gameservices.widgets.checks import check_callable, check_source
from pygame_gameservices.widgets.control import Layout
from pygame_gameservices.widgets.gliding import Scroll
from pygame_gameservices.widgets.grid import CELL, Grid, Whole
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.portraits import Portraits
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.shelf.painter import (
    ShelfLook,
    paint_shelf,
    rows_of_games,
    shelf_layout,
    shelf_rows,
    whole_game,
)
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.trouble import Trouble


class ShelfItem(NamedTuple):
    """One game.

    Attributes:
        title: its name.
        url: its page; one that is not http or https cannot be opened.
        text: a line about it; may be empty.
        cover_url: where its cover is; may be empty.
    """

    title: str
    url: str = ""
    text: str = ""
    cover_url: str = ""


class ShelfSource(Protocol):
    """Whoever knows the games. Everything is called on the frame thread, must not block, and answers there later."""

    @property
    def service(self) -> str:
        """Its name, such as ``"itchio"``; the wording may know it by another for players."""

    def games(self, deliver: Callable[[Sequence[ShelfItem] | Exception], object], /) -> None:
        """Call ``deliver(games)`` later, or ``deliver(error)``."""


@runtime_checkable
class GrowingShelfSource(ShelfSource, Protocol):
    """A source that is slow, and knows some games before it knows all. The shelf shows those meanwhile."""

    def growing_games(
        self,
        deliver: Callable[[Sequence[ShelfItem] | Exception], object],
        show: Callable[[Sequence[ShelfItem]], object],
        /,
    ) -> None:
        """As `games`; until then, call ``show(games)`` with all that are known, each time that they are more."""


class LinkOpened(Event, frozen=True):
    """The player chose to open a page, and the game allowed it.

    Attributes:
        url: which page.
    """

    url: str


class GamesShelf(Grid):
    """Shows games with their covers. Frame thread only."""

    needs = (960, 540)
    compact = (616, 336)
    columns = 4

    def __init__(
        self,
        source: ShelfSource,
        may_open: Callable[[str], bool],
        *,
        browse: Callable[[str], object] = webbrowser.open,
    ) -> None:
        """Show the games of `source`.

        Args:
            source: where they come from.
            may_open: asked with the address before the player is; False leaves the game alone on the screen.
            browse: opens an address; called on a helper thread, since a browser may take its time.

        Raises:
            UsageError: `source` is none, or one of the others no function.
        """
        advice = "pass a ShelfSource, such as ListedShelf(games) or JamShelf(jam, makers)"
        check_source(source, advice, "games", says=("service",))
        check_callable("may_open", may_open, "that takes an address and says whether it may be opened", optional=False)
        check_callable("browse", browse, "that takes an address and opens it", optional=False)
        super().__init__()
        self._source = source
        self._may_open = may_open
        self._browse = browse
        self._games: tuple[ShelfItem, ...] = ()
        self._known = self._loading = False
        self._trouble: Trouble | None = None
        self._asking: ShelfItem | None = None
        self._portraits: Portraits | None = None

    def enter(self, stage: Stage) -> None:
        """Be shown on `stage`; the games are fetched anew."""
        super().enter(stage)
        self._portraits = Portraits(stage, self.changed)
        self._asking = None
        self.refresh()

    def refresh(self) -> None:
        """Fetch the games anew."""
        if not self._loading:
            self._loading = True
            if isinstance(self._source, GrowingShelfSource):
                self._source.growing_games(self._came, self._came_so_far)
            else:
                self._source.games(self._came)
            self.changed()

    @property
    def cells(self) -> tuple[int, int, int]:
        """How many games, columns, and rows at once."""
        fit = self.fit
        columns = max(1, self.columns - 1) if fit.compact else self.columns
        return len(self._games), columns, shelf_rows(self._size, fit, columns)

    def arrange(self) -> Layout:
        """Where everything is."""
        return shelf_layout(self._look(self.top), self._size, self.fit, self.stage.theme)

    def _painter_at(self, row: int) -> Callable[[], Picture]:
        look, stage = self._look(row), self.stage
        return partial(paint_shelf, look, self._size, self.fit, stage.theme, stage.wording, stage.hands)

    @property
    def _rows(self) -> Scroll | None:
        return rows_of_games(self._size, self.fit, self.cells[1]) if self._asking is None else None

    def whole(self, cell: int, size: tuple[int, int], *, focus: bool) -> Whole | None:
        """A game with all its words."""
        game, linked, fit, theme = self._games[cell], _can_open(self._games[cell].url), self.fit, self.stage.theme
        covers = self._portraits.of([game.cover_url]) if self._portraits is not None else {}
        cover = covers.get(game.cover_url)
        paint = partial(whole_game, game.title, game.text, cover, size, fit, theme, linked=linked, focus=focus)
        return Whole((game, cover), paint)

    def activate(self, name: str) -> None:
        """Choose a game, or answer the question."""
        if name.startswith(CELL):
            self._choose(self._games[int(name.removeprefix(CELL))])
        elif name == "open" and self._asking is not None:
            self._open(self._asking.url)
        elif name == "stay":
            self.cancel()
        elif name == "retry":
            self.refresh()
        elif name == "close":
            self.close()

    def cancel(self) -> None:
        """Leave the question, or else close."""
        if self._asking is None:
            self.close()
            return
        self.focus_on(f"{CELL}{self._games.index(self._asking)}")
        self._asking = None
        self.changed()

    @property
    def patient(self) -> bool:
        """Nothing comes by itself."""
        return True

    @property
    def busy_at(self) -> Region | None:
        """Where the spinner is."""
        return self.fit.spinner(self.layout.size[1]) if self._loading else None

    @property
    def _size(self) -> tuple[int, int]:
        return self.room(1100, 830)

    def _look(self, row: int) -> ShelfLook:
        """All that is to be painted, `row` being the first that is seen."""
        _, columns, rows = self.cells
        first = row * columns
        shown = self._games[first : first + columns * rows]
        asking = self._asking
        covers = [game.cover_url for game in shown]
        return ShelfLook(
            titles=tuple(game.title for game in shown),
            texts=tuple(game.text for game in shown),
            covers=tuple(covers),
            linked=tuple(_can_open(game.url) for game in shown),
            top=row,
            amount=len(self._games),
            columns=columns,
            question=(asking.title, urlsplit(asking.url).hostname or "", asking.cover_url) if asking else None,
            loading=self._loading and not self._known,
            trouble=self._trouble,
            service=self.stage.wording.service(self._source.service),
            portraits=self._portraits.of(covers) if self._portraits is not None else {},
        )

    def _choose(self, game: ShelfItem) -> None:
        if _can_open(game.url) and self._may_open(game.url):
            self._asking = game
            self.focus = "stay"
            self.changed()

    def _open(self, url: str) -> None:
        self.cancel()
        self.stage.say(LinkOpened(url))
        self.stage.run(partial(self._browse, url), lambda opened: None, lambda: None)

    def _came(self, answer: Sequence[ShelfItem] | Exception) -> None:
        self._loading = False
        if isinstance(answer, Exception):
            self._trouble = Trouble.of(answer)
            self._put(self._games)
        else:
            self._trouble, self._known = None, True
            self._put(answer)

    def _came_so_far(self, games: Sequence[ShelfItem]) -> None:
        if games:
            self._trouble, self._known = None, True
            self._put(games)

    def _put(self, games: Sequence[ShelfItem]) -> None:
        """Show these games. The focus stays on its game, wherever that is now; the first place stays the first."""
        cell = self.cell
        chosen = self._games[cell] if cell and cell < len(self._games) else None
        self._games = tuple(games)
        if self._asking not in self._games:
            self._asking = None
        if self._asking is None:
            if chosen in self._games and self._stage is not None:
                self.go_to(self._games.index(chosen))
            self.settle()
        self.changed()


def _can_open(url: str) -> bool:
    """Whether it is a page on the web: a source that went wrong shall start no program."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
