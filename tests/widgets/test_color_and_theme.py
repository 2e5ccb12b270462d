"""Themes can be read: by players, in grey, and from files."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from pygame_gameservices.errors import ConfigurationError, UsageError
from pygame_gameservices.widgets.painting.color import color, contrast, over
from pygame_gameservices.widgets.painting.emblem import medal
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme, ToastAnimation, ToastAnimations, scaled
from pygame_gameservices.widgets.theme_file import load_theme
from pygame_gameservices.widgets.toasts.painter import _LABEL, _TEXT, _TITLE

THEMES = (DARK, LIGHT, HIGH_CONTRAST)
BLACK, WHITE = color("#000"), color("#fff")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(color("#777777"), WHITE) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345", "#gggggg", "123456", "#1234567890"])
def test_what_is_no_color_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="#rrggbb"):
        color(text)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("game", [BLACK, WHITE], ids=["over black", "over white"])
def test_every_text_can_be_read_on_every_panel_over_any_game(theme: Theme, game: tuple[int, int, int, int]) -> None:
    colors = theme.colors
    inks = [colors.text, colors.muted, colors.accent, colors.good, colors.bad]
    inks += [colors.metal(rarity).label for rarity in Rarity]
    for ground in (colors.panel_top, colors.panel_bottom):
        for ink in inks:
            seen = over(ground, game)
            assert contrast(over(ink, seen), seen) >= 4.5, (ink, ground)


def test_letters_are_large_enough_at_1080p_and_grow_with_the_screen_and_the_player() -> None:
    assert min(_TITLE, _TEXT, _LABEL) * DARK.scale_for(1080) >= 18
    assert DARK.scale_for(2160) == 2 * DARK.scale_for(1080)
    assert min(_TITLE, _TEXT, _LABEL) * DARK.scale_for(360) >= 10
    assert scaled(DARK, 2.0).scale_for(1080) == 2.0


@pytest.mark.parametrize("pair", list(combinations(Rarity, 2)), ids=str)
def test_medals_differ_in_shape_alone(pair: tuple[Rarity, Rarity]) -> None:
    first, second = (medal(48, rarity, DARK.colors).getchannel("A") for rarity in pair)
    apart = ImageStat.Stat(ImageChops.difference(first, second)).sum[0] / 255
    assert apart > 0.08 * 48 * 48


def test_a_theme_file_says_only_what_is_different(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    (tmp_path / "ding.ogg").write_bytes(b"")
    file.write_text(
        'base = "light"\nscale = 1.5\n[colors]\naccent = "#ff00aa"\nborder_width = 2\ngold = {label = "#553300"}\n'
        '[radii]\npanel = 4\n[sounds]\ngold = "ding.ogg"\nsilver = "bell"\n'
    )
    theme = load_theme(file)
    assert theme.name == "mine"
    assert theme.scale == 1.5
    assert theme.colors.accent == (255, 0, 170, 255)
    assert theme.colors.gold.label == (0x55, 0x33, 0, 255)
    assert theme.colors.gold.base == LIGHT.colors.gold.base
    assert theme.colors.text == LIGHT.colors.text
    assert theme.radii.panel == 4
    assert (theme.sounds.gold, theme.sounds.silver) == (str(tmp_path / "ding.ogg"), "bell")
    assert theme.sounds.bronze == LIGHT.sounds.bronze


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('base = "pink"', "base = 'pink'.*high_contrast"),
        ("colour = 1", "no such key: colour"),
        ("scale = 0", "scale = 0; write a positive number"),
        ("colors = 3", r"colors = 3; write a table"),
        ('[colors]\ntxt = "#fff"', "no such key: colors.txt"),
        ('[colors]\ntext = "white"', "colors.text = 'white'; write a color"),
        ('[colors]\ngold = "#ffff00"', "colors.gold = .*write a table"),
        ('[colors.gold]\nshine = "#ffff00"', "no such key: colors.gold.shine"),
        ("[radii]\npanel = -1", "radii.panel = -1"),
        ("[radii]\npanel = true", "radii.panel = True"),
        ('[fonts]\nregular = "none.ttf"', "fonts.regular = 'none.ttf'; write a file"),
        ('[fonts]\nfallback = "a.ttf"', "fonts.fallback = 'a.ttf'; write a list"),
        ('[fonts]\nregular = "theme.toml"', "is not a font"),
        ("[sounds]\ngold = 3", "sounds.gold = 3"),
        ('[animations]\ntrophy = "explode"', "animations.trophy = 'explode'; write one of 'slide', .*'unfold'"),
        ("[animations]\ntrophy = [1]", "animations.trophy = .*write one of 'slide'"),
        ('[animations]\ngold = "slide"', "no such key: animations.gold; write one of trophy"),
        ("a = = 2", "is not TOML"),
    ],
)
def test_a_wrong_theme_file_is_refused_with_the_key_and_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "theme.toml"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        load_theme(file)


def test_an_animation_that_is_none_is_refused_with_those_there_are() -> None:
    names = ", ".join(ToastAnimation.__members__)
    with pytest.raises(UsageError, match=f"trophy is str 'slide'; pass one of {names} of ToastAnimation"):
        ToastAnimations(trophy="slide")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"animations is .*pass a ToastAnimations"):
        replace(DARK, animations=ToastAnimation.SLIDE)  # type: ignore[arg-type]


def test_a_missing_theme_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml cannot be read"):
        load_theme(tmp_path / "nowhere.toml")


def test_a_medal_is_empty_in_its_corners_and_solid_in_its_middle() -> None:
    for rarity in Rarity:
        image: Image.Image = medal(64, rarity, DARK.colors)
        assert image.getpixel((0, 63))[3] == 0  # type: ignore[index]
        assert image.getpixel((32, 32))[3] == 255  # type: ignore[index]
