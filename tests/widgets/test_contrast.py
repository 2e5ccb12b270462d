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


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_focus_can_be_seen_on_a_row_and_on_the_players_own(theme: Theme) -> None:
    scene = Scene(theme)
    SCENES["leaderboard"]["loaded"](scene)
    *_, board = scene.overlay._widgets
    assert isinstance(board, Dialog)
    for name in ("row 4", "row 0", "view around"):
        board.focus_on(name)
        control = board.layout.control(name)
        assert control is not None
        box = control.box.moved(*board.origin)
        y = box.y + box.height // 2
        with_focus = scene.run(0.5).screen().convert("RGBA")
        board.focus_on("row 7")
        without = scene.run(0.1).screen().convert("RGBA")
        ratios = [
            contrast(with_focus.getpixel((x, y)), without.getpixel((x, y)))  # type: ignore[arg-type]
            for x in range(box.x - 5, box.x + 4)
        ]
        assert max(ratios) >= EDGES
