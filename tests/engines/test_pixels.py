"""What reaches the screen is, pixel for pixel, what was painted: in pygame, in pygame-ce and in Arcade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.widget import Widget
from tests.engines.drivers import GROUND, SIZE, Driver
from tests.widgets.samples import checkered
from tests.widgets.sources import Accounts, Cabinet, Gallery, Games, Prices, Scores

ROUNDING = 3
"""Levels of 255 that engines may be off by: each rounds its blending in its own way."""
FADING = 4
"""The same while something fades, which pygame blends in two steps."""


def _shown(driver: Driver) -> Image.Image:
    """What the screen has to look like: the pictures laid over the ground by Pillow."""
    expected = Image.new("RGBA", SIZE, (*GROUND, 255))
    for picture, x, y, alpha, part in driver.overlay.overlay.pictures():
        image = Image.frombytes("RGBA", picture.size, picture.pixels)
        image = image if part is None else image.crop((part.x, part.y, part.right, part.bottom))
        image.putalpha(image.getchannel("A").point([value * alpha // 255 for value in range(256)]))
        layer = Image.new("RGBA", SIZE)
        layer.paste(image, (x, y))
        expected = Image.alpha_composite(expected, layer)
    return expected.convert("RGB")


def _toasts(driver: Driver) -> None:
    driver.overlay.notify("Wave 3 begins", "Hold on to your light.")
    driver.overlay.notify("Second")


WIDGETS: dict[str, Callable[[Driver], Any]] = {
    "toasts": _toasts,
    "login": lambda driver: driver.overlay.show_login(Accounts()),
    "leaderboard": lambda driver: driver.overlay.show_leaderboard(Scores()),
    "trophies": lambda driver: driver.overlay.show_trophies(Cabinet()),
    "shelf": lambda driver: driver.overlay.show(_games()),
    "market": lambda driver: driver.overlay.show(_market()),
}


def _games() -> Any:
    from pygame_gameservices.widgets.shelf.shelf import GamesShelf

    return GamesShelf(Games(), lambda url: False)


def _market() -> Any:
    from pygame_gameservices.widgets.market.market import MarketBoard

    return MarketBoard(Prices())


@pytest.mark.parametrize("theme", [DARK, LIGHT, HIGH_CONTRAST], ids=lambda theme: theme.name)
@pytest.mark.parametrize("widget", WIDGETS)
def test_the_screen_shows_exactly_the_pictures(driver: Driver, widget: str, theme: Theme) -> None:
    driver.overlay.overlay.theme = theme
    driver.overlay.toasts.pictures = Gallery()
    WIDGETS[widget](driver)
    coming = 0
    while not driver.overlay.overlay.pictures():
        driver.frame()
        coming += 1
        assert coming < 100
    for frames, bound in ((1, FADING), (30, ROUNDING)):  # while it comes, half transparent, and when it is there
        for _ in range(frames):
            driver.frame()
        driver.frame()
        expected, seen = _shown(driver), driver.screen_now()
        apart = max(high for _, high in ImageChops.difference(seen, expected).getextrema())  # type: ignore[misc]
        assert apart <= bound
    plain = Image.new("RGB", SIZE, GROUND)
    assert ImageChops.difference(seen, plain).getbbox() is not None, "something is there"


class Halves(Widget):
    """Shows the two halves of a picture apart from each other, the right one half transparent."""

    def painter(self) -> Callable[[], Picture]:
        return lambda: checkered(80)

    def pictures(self) -> Sequence[Placed]:
        return [
            Placed(placed.picture, placed.x + 60 * side, placed.y, 255 - 100 * side, Region(40 * side, 10, 40, 60))
            for placed in super().pictures()
            for side in (0, 1)
        ]


def test_parts_of_a_picture_are_shown_where_they_belong(driver: Driver) -> None:
    driver.overlay.show(Halves())
    while not driver.overlay.overlay.pictures():
        driver.frame()
    driver.frame()
    expected, seen = _shown(driver), driver.screen_now()
    assert max(high for _, high in ImageChops.difference(seen, expected).getextrema()) <= ROUNDING  # type: ignore[misc]
    assert seen.getpixel((SIZE[0] // 2 + 10, SIZE[1] // 2)) == GROUND, "between them is nothing"


@pytest.mark.parametrize("widget", ["leaderboard", "trophies", "shelf"])
def test_rows_on_their_way_are_shown_where_they_are(driver: Driver, widget: str) -> None:
    dialog = WIDGETS[widget](driver)
    if dialog is None:
        (dialog,) = driver.overlay.overlay._widgets
    for _ in range(60):
        driver.frame()
    dialog.scroll(1)
    places = set()
    for _ in range(60):
        driver.frame()
        if dialog._gliding.moving:
            places.add(dialog._gliding.at)
            assert len(driver.overlay.overlay.pictures()) > 6
            apart = ImageChops.difference(driver.screen_now(), _shown(driver)).getextrema()
            assert max(high for _, high in apart) <= ROUNDING  # type: ignore[misc]
    assert len(places) > 3, "it glides"
