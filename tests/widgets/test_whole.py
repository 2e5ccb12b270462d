"""What a grid has no room for is shown whole while it is looked at: by keys, by pad, and with the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from pygame_gameservices.widgets.furniture import ring_reach
from pygame_gameservices.widgets.grid import CELL, Grid
from pygame_gameservices.widgets.input import Device, Pointer, Press
from pygame_gameservices.widgets.painting.color import Color
from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.shelf.shelf import GamesShelf, ShelfItem
from pygame_gameservices.widgets.text.lettering import ELLIPSIS, Lettering
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.trophies.case import TrophyItem
from pygame_gameservices.widgets.trophies.trophies import Trophies
from tests.widgets.sources import Cabinet, Games
from tests.widgets.stagecraft import Scene

SIZES = [(1280, 720), (640, 360), (320, 180)]
LONG = (
    "Survive for two whole minutes without losing more than half of your shield, twice in a row, on the longest night."
)
NAME = "Guardian of the Long Night, Keeper of the Flame"
CUT = [TrophyItem("Short", "Fits."), TrophyItem(NAME, LONG), TrophyItem("On the way", LONG, progress=(3, 10))]


def trophies() -> Grid:
    return Trophies(Cabinet(CUT))


def shelf() -> Grid:
    games = [ShelfItem("Ember", "https://a.example"), ShelfItem(NAME, "https://b.example", "A puzzle in the dark")]
    return GamesShelf(
        Games([*games, ShelfItem("The Long Way Round", "", "Walking, and then walking back again")]), bool
    )


def whole(grid: Grid) -> Placed | None:
    return next(iter(grid._standing.pictures), None)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is drawn from now on, in its order."""
    lines: list[str] = []
    draw = Lettering.draw

    def watched(self: Lettering, image: Image.Image, xy: tuple[float, float], text: str, color: object) -> float:
        lines.append(text)
        return draw(self, image, xy, text, color)  # type: ignore[arg-type]

    monkeypatch.setattr(Lettering, "draw", watched)
    return lines


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [trophies, shelf])
def test_all_words_of_what_has_the_focus_can_be_read_within_the_panel(
    make: Callable[[], Grid], size: tuple[int, int], theme: Theme, written: list[str]
) -> None:
    scene, grid = Scene(theme, size), make()
    scene.show(grid)
    opened = 0
    for cell in (1, 2):
        written.clear()
        grid.go_to(cell)
        scene.run(0.5)
        shown = whole(grid)
        said = grid.shown[cell] if isinstance(grid, Trophies) else grid._games[cell]  # type: ignore[attr-defined]
        if shown is None:  # there was room for all of it
            continue
        opened += 1
        lines = " ".join(written[-20:])
        assert said.title in lines and said.text in lines
        top, y = grid.origin[1], shown.y + shown.picture.bleed
        assert y >= top and y + shown.picture.body[1] <= top + grid.layout.size[1]
        assert shown.picture.body[1] >= grid.layout.control(grid.focus).box.height  # type: ignore[union-attr]
    assert opened


@pytest.mark.parametrize("theme", [DARK, HIGH_CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", [9, 14, 24, 40])
def test_what_is_shown_whole_cuts_no_letters_of_its_neighbours(
    size: tuple[int, int], theme: Theme, words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In each row that is seen: what it covers of other words it covers wholly."""
    drawn: list[Region] = []
    draw = Lettering.draw

    def watched(self: Lettering, image: Image.Image, xy: tuple[float, float], text: str, color: Color) -> float:
        end = draw(self, image, xy, text, color)
        drawn.append(Region(round(xy[0]), round(xy[1]) - self.cap_height, round(end - xy[0]), self.cap_height))
        return end

    scene, text = Scene(theme, size), " ".join(["longest"] * words)
    grid = Trophies(Cabinet([TrophyItem(f"Number {number}", text, progress=(1, 3)) for number in range(24)]))
    scene.show(grid)
    _, columns, rows = grid.cells
    opened = 0
    for row in range(1, 2 + rows):
        grid.go_to(row * columns)
        scene.run(1.0)
        monkeypatch.setattr(Lettering, "draw", watched)
        drawn.clear()
        panel = grid._painter_at(grid.top)()
        monkeypatch.setattr(Lettering, "draw", draw)
        placed = whole(grid)
        if placed is None:
            continue
        opened += 1
        reach, (left, top) = ring_reach(theme, grid.scale), grid.origin
        bleed = placed.picture.bleed
        body = Region(placed.x + bleed - left, placed.y + bleed - top, *placed.picture.body).inset(-reach)
        for letters in (each.moved(-panel.bleed, -panel.bleed) for each in drawn):
            assert letters.overlap(body) in (0, letters.width * letters.height)
    assert opened == 1 + rows or words < 24


def test_what_says_all_anyway_is_left_as_it_is() -> None:
    scene, grid = Scene(), trophies()
    scene.show(grid)
    assert whole(grid) is None
    grid.go_to(1)
    scene.run()
    assert whole(grid) is not None
    grid.focus_on("filter all")
    scene.run()
    assert len(grid.pictures()) == 2  # the panel, and the frame of the focus


def test_the_mouse_opens_what_it_is_on_and_keys_what_has_the_focus() -> None:
    scene, grid = Scene(), trophies()
    scene.show(grid)
    scene.overlay.device = Device.MOUSE
    box = grid.layout.control(f"{CELL}1").box.moved(*grid.origin)  # type: ignore[union-attr]
    grid.pointer(Pointer(Press.MOVE, box.x + 5, box.y + 5))
    scene.run()
    shown = whole(grid)
    assert shown is not None and shown.x + shown.picture.bleed == box.x
    scene.overlay.device = Device.KEYBOARD
    scene.run()
    assert whole(grid) is None  # the first trophy has the focus, and says all


def test_a_longest_description_on_the_smallest_screen_ends_within_the_panel(written: list[str]) -> None:
    scene = Scene(size=(320, 180))
    grid = Trophies(Cabinet([TrophyItem(NAME, "wide and wider " * 30)]))
    scene.show(grid)
    shown = whole(grid)
    assert shown is not None and shown.picture.body[1] <= grid.layout.size[1]
    assert any(line.endswith(ELLIPSIS) for line in written)
