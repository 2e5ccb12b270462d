"""Every toast looks as it did when somebody looked at it.

After a change that is meant to be seen: ``python -m tests.widgets.test_golden`` paints the pictures anew; look at them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from pygame_gameservices.widgets.toasts.toast import Toast
from tests.widgets.samples import TOASTS

GOLDEN = Path(__file__).parent / "golden"
SIZES = {"720p": (1280, 720), "360p": (640, 360)}
THEMES = {"dark": DARK, "light": LIGHT, "contrast": HIGH_CONTRAST}
GAME = (96, 104, 120, 255)
BLOCK = 6
TOLERANCE = 10
"""Mean difference in a block of `BLOCK` pixels, of 255; other versions of FreeType draw an edge a little otherwise."""


def _painted(name: str, theme: Theme, size: tuple[int, int]) -> Image.Image:
    picture = ToastPainter(theme, theme.scale_for(size[1]), size[0]).paint(TOASTS[name])
    return Image.frombytes("RGBA", picture.size, picture.pixels)


def _sheet(theme: Theme, size: tuple[int, int]) -> Image.Image:
    """All toasts of one theme and size, one below the other: one small file each."""
    images = [_painted(name, theme, size) for name in TOASTS]
    whole = Image.new("RGBA", (max(image.width for image in images), sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole


def _apart(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart where they differ most: the mean over the worst block, of 255."""
    common = (0, 0, min(one.width, other.width), min(one.height, other.height))
    difference = ImageChops.difference(one.crop(common), other.crop(common)).reduce(BLOCK)
    return float(max(high for _, high in difference.getextrema()))  # type: ignore[misc]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_toasts_look_as_they_should(theme: str, size: str) -> None:
    golden = Image.open(GOLDEN / f"toasts_{theme}_{size}.png").convert("RGB")
    painted = _small(_sheet(THEMES[theme], SIZES[size]))
    assert painted.size == golden.size
    assert _apart(painted, golden) <= TOLERANCE


def test_the_tolerance_notices_one_changed_letter() -> None:
    """A golden test that passes whatever one paints would be worth nothing."""
    painter = ToastPainter(DARK, DARK.scale_for(360), 640)
    pictures = [painter.paint(Toast(title=title)) for title in ("Wave 3", "Wave 8")]
    images = [_small(Image.frombytes("RGBA", picture.size, picture.pixels)) for picture in pictures]
    assert _apart(*images) > 2 * TOLERANCE


def _small(image: Image.Image) -> Image.Image:
    """The same over a grey game, without the two lowest bits of each channel: half the bytes, to the eye the same."""
    ground = Image.new("RGBA", image.size, GAME)
    return Image.alpha_composite(ground, image).convert("RGB").point([value & 0xFC | 2 for value in range(256)] * 3)


def _write() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for theme_name, theme in THEMES.items():
        for size_name, size in SIZES.items():
            _small(_sheet(theme, size)).save(GOLDEN / f"toasts_{theme_name}_{size_name}.png", optimize=True)


if __name__ == "__main__":
    _write()
