"""Every widget looks, in every state, as it did when somebody looked at it.

The pictures are kept at half their size, which is as fine as the comparison looks: it takes the mean over blocks of
six pixels. After a change that is meant to be seen: ``python -m tests.widgets.test_golden_widgets`` paints them anew,
and ``python -m tests.contact_sheet OUT.png`` shows all of them at full size; look at it.
"""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.widgets.theme import DARK, Theme
from tests.thinned import thinned
from tests.widgets.scenes import SCENES, shot
from tests.widgets.test_golden import GOLDEN, SIZES, THEMES

BLOCK = 3
TOLERANCE = 10
LOW = "180p"
CASES = [(widget, theme, size) for widget in SCENES for theme in THEMES for size in SIZES]
CASES += [(widget, "dark", LOW) for widget in SCENES]


def _half(image: Image.Image) -> Image.Image:
    """At half the size and without the three lowest bits of each channel."""
    return image.convert("RGB").reduce(2).point([value & 0xF8 | 4 for value in range(256)] * 3)


def _size(name: str) -> tuple[int, int]:
    return (320, 180) if name == LOW else SIZES[name]


def _sheet(widget: str, theme: Theme, size: tuple[int, int]) -> Image.Image:
    """All states of a widget, one below the other."""
    images = [_half(shot(act, theme, size)) for act in SCENES[widget].values()]
    whole = Image.new("RGB", (max(image.width for image in images), sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole


def _apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart where they differ most: the mean over the worst block, of 255."""
    difference = ImageChops.difference(one, other).reduce(BLOCK)
    return float(max(high for _, high in difference.getextrema()))  # type: ignore[misc]


def _quick(widget: str, theme: str, size: str) -> bool:
    """Each widget at each size in another theme; all the widgets together are seen in every theme at every size."""
    turn = (list(SCENES).index(widget) + list(THEMES).index(theme)) % len(THEMES)
    return size == LOW or turn == list(SIZES).index(size)


@pytest.mark.parametrize(("widget", "theme", "size"), thinned(CASES, _quick))
def test_widgets_look_as_they_should(widget: str, theme: str, size: str) -> None:
    golden = Image.open(GOLDEN / f"{widget}_{theme}_{size}.png").convert("RGB")
    painted = _sheet(widget, THEMES[theme], _size(size))
    assert painted.size == golden.size
    assert _apart(painted, golden) <= TOLERANCE


def test_the_tolerance_notices_another_state() -> None:
    """The least there is to see: a field that has become red at its edge."""
    states = SCENES["login"]
    plain, wrong = (_half(shot(states[name], DARK, (640, 360))) for name in ("filled", "wrong"))
    assert _apart(plain, wrong) > 2 * TOLERANCE


def _write() -> None:
    for widget, theme, size in CASES:
        _sheet(widget, THEMES[theme], _size(size)).save(GOLDEN / f"{widget}_{theme}_{size}.png", optimize=True)


if __name__ == "__main__":
    _write()
