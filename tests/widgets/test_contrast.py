"""Every word can be read and every control's edge seen, in all themes, over any game: measured on the pixels painted.

Words are looked at as they are drawn: the pixels below them, over a black and over a white game, against their ink.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PIL import Image

from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.painting.color import Color, contrast, over
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.theme import DARK, HIGH_CONTRAST, LIGHT, Theme
from pygame_gameservices.widgets.toasts.painter import ToastPainter
from tests.thinned import WHOLE, share
from tests.widgets.samples import TOASTS
from tests.widgets.scenes import SCENES
from tests.widgets.stagecraft import Scene

THEMES = (DARK, LIGHT, HIGH_CONTRAST)
GAMES: tuple[Color, ...] = ((0, 0, 0, 255), (255, 255, 255, 255))
WORDS, EDGES = 4.5, 3.0
REACH = 7
"""Pixels at both sides of an edge within which the frame of the focus is."""
BUTTONS = ("username", "token", "sign_in", "guest", "offline", "cancel", "retry", "reveal", "open", "stay", "key ")
"""The controls that have an edge of their own; rows, cards and tabs are told by what is on them."""


class Words:
    """What was written, and how well it can be read where it is worst."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.found: dict[str, float] = {}
        draw = Lettering.draw

        def watched(lettering: Lettering, image: Image.Image, xy: Any, text: str, color: Color) -> float:
            width, high = round(lettering.width(text)), lettering.cap_height
            left, top = max(0, round(xy[0])), max(0, round(xy[1]) - high)
            if top >= image.height or left >= image.width or high < 1:
                return draw(lettering, image, xy, text, color)
            below = image.crop((left, top, min(image.width, left + max(1, width)), min(image.height, top + high)))
            if not below.getchannel("A").getbbox():
                return draw(lettering, image, xy, text, color)  # a layer of its own, such as a field's: looked at below
            if text.strip():
                self.found[text] = min(self.found.get(text, 99.0), readable(below, color))
            return draw(lettering, image, xy, text, color)

        monkeypatch.setattr(Lettering, "draw", watched)


def readable(below: Image.Image, ink: Color) -> float:
    """The contrast of `ink` with what lies below it, where that is worst, but for single pixels."""
    small = below.resize((min(8, below.width), min(3, below.height)), Image.Resampling.BOX)
    pixels = {small.getpixel((x, y)) for x in range(small.width) for y in range(small.height)}
    grounds = {over(pixel, game) for pixel in pixels for game in GAMES}  # type: ignore[arg-type]
    return min(contrast(over(ink, ground), ground) for ground in grounds)


def poor(found: dict[str, float], least: float) -> dict[str, float]:
    return {name: round(ratio, 2) for name, ratio in found.items() if ratio < least}


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("widget", SCENES)
def test_every_word_of_a_widget_can_be_read(
    widget: str, theme: Theme, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = Words(monkeypatch)
    for act in share(SCENES[widget].values(), THEMES.index(theme), len(THEMES), whole=whole):
        scene = Scene(theme, (1280, 720))
        act(scene)
        scene.run(0.3)
    assert words.found
    assert poor(words.found, WORDS) == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_word_of_a_toast_can_be_read(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words(monkeypatch)
    for toast in TOASTS.values():
        ToastPainter(theme, 1.0, 1920).paint(toast)
    assert len(words.found) > len(TOASTS)
    assert poor(words.found, WORDS) == {}


def edges(scene: Scene, dialog: Dialog) -> Iterator[tuple[str, float]]:
    """Each control with an edge, and how well that parts what is inside from what is outside."""
    picture = dialog._easel.picture  # type: ignore[union-attr]
    assert picture is not None
    image = Image.frombytes("RGBA", picture.size, picture.pixels)
    for control in dialog.layout.controls:
        if not control.name.startswith(BUTTONS) or control.name.endswith(" keyboard"):
            continue
        box = control.box.moved(picture.bleed, picture.bleed)
        middle = box.y + box.height // 2
        at = partial(_seen, image)
        best = []
        for game in GAMES:
            outside = at(box.x - 3, middle, game)
            best.append(max(contrast(at(box.x + step, middle, game), outside) for step in range(4)))
        yield control.name, min(best)


def _seen(image: Image.Image, x: int, y: int, game: Color) -> Color:
    return over(image.getpixel((x, y)), game)  # type: ignore[arg-type]


@pytest.mark.parametrize("whole", WHOLE)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("widget", ["login", "keyboard", "leaderboard", "trophies", "shelf", "market"])
def test_the_edge_of_every_control_can_be_seen(widget: str, theme: Theme, whole: bool) -> None:
    found: dict[str, float] = {}
    for state, act in share(SCENES[widget].items(), THEMES.index(theme), len(THEMES), whole=whole):
        scene = Scene(theme, (1280, 720))
        act(scene)
        scene.run(0.5)
        *_, dialog = scene.overlay._widgets
        assert isinstance(dialog, Dialog)
        found |= {f"{state}: {name}": ratio for name, ratio in edges(scene, dialog)}
    assert poor(found, EDGES) == {}


def profiles(scene: Scene, box: Region) -> Iterator[tuple[str, list[Color]]]:
    """The pixels across each side of a box in its middle, from outside to inside."""
    image = scene.cut(box.inset(-REACH))
    width, height = image.width - 1, image.height - 1
    places = {
        "left": [(step, height // 2) for step in range(2 * REACH)],
        "right": [(width - step, height // 2) for step in range(2 * REACH)],
        "top": [(width // 2, step) for step in range(2 * REACH)],
        "bottom": [(width // 2, height - step) for step in range(2 * REACH)],
    }
    for side, pixels in places.items():
        yield side, [image.getpixel(each) for each in pixels]  # type: ignore[misc]


def _apart(one: Color, other: Color) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def framed(with_focus: list[Color], without: list[Color], ink: Color) -> float:
    """How well a frame of `ink` is parted from what it stands beside, on the side where that is worse; 1 if the focus
    brings no such frame. A pixel that is half in it does not count."""
    inked = [_apart(pixel, ink) < 32 for pixel in with_focus]
    best = 1.0
    for first in range(2, 2 * REACH):
        if not inked[first] or inked[first - 1]:
            continue
        behind = next((place for place in range(first, 2 * REACH) if not inked[place]), 2 * REACH)
        if any(_apart(without[place], ink) > 32 for place in range(first, behind)):
            sides = with_focus[first - 2 : first], with_focus[behind : behind + 2]
            best = max(best, min(max((contrast(pixel, ink) for pixel in side), default=1.0) for side in sides))
    return best


@pytest.mark.parametrize(
    "size", [pytest.param((1280, 720), id="720p"), pytest.param((320, 180), id="180p", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("widget", "state"),
    [
        ("login", "filled"),
        ("keyboard", "letters"),
        ("leaderboard", "own_in_sight"),
        ("leaderboard", "loaded"),
        ("trophies", "grid"),
        ("shelf", "games"),
        ("shelf", "question"),
    ],
)
def test_the_focus_can_be_seen_on_every_control(widget: str, state: str, theme: Theme, size: tuple[int, int]) -> None:
    """Also on the player's own row and beside it, on what is chosen, on metal and on pictures: its frame is parted from
    what is inside and from what is outside, and has not the color that says what is chosen or whose row it is."""
    scene = Scene(theme, size)
    scene.overlay.reduced_motion = True
    SCENES[widget][state](scene)
    scene.run(0.5)
    *_, dialog = scene.overlay._widgets
    assert isinstance(dialog, Dialog)
    controls = {each.name: each.box.moved(*dialog.origin) for each in dialog.layout.controls if each.reachable}
    without: dict[str, dict[str, list[Color]]] = {}
    names = list(controls)
    for far, part in ((names[-1], names[: len(names) // 2]), (names[0], names[len(names) // 2 :])):
        dialog.focus_on(far)
        scene.run(0.1)
        without |= {name: dict(profiles(scene, controls[name])) for name in part}
    found: dict[str, float] = {}
    for name, box in controls.items():
        dialog.focus_on(name)
        for side, pixels in profiles(scene.run(0.1), box):
            found[f"{name}, {side}"] = framed(pixels, without[name][side], theme.colors.text)
    assert found
    assert poor(found, EDGES) == {}
