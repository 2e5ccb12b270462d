"""A widget of a game's own in forty lines, as the README of the widgets shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.furniture import button, header
from pygame_gameservices.widgets.input import Action
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import Sheet
from pygame_gameservices.widgets.theme import Theme
from tests.widgets.stagecraft import Scene

# begin of the example
CHOICES = {"resume": "Resume", "scores": "Leaderboard", "quit": "Quit"}


class PauseMenu(Dialog):
    """Three buttons; `chosen` is called with the name of the one that the player takes."""

    needs = (420, 330)

    def __init__(self, chosen: Callable[[str], object]) -> None:
        super().__init__()
        self.focus = "resume"
        self._chosen = chosen

    def arrange(self) -> Layout:
        size = self.room(*self.needs)
        wide, high = size[0] - self.px(64), self.px(54)
        tops = {name: self.px(112) + place * self.px(66) for place, name in enumerate(CHOICES)}
        return Layout(size, tuple(Control(name, Region(self.px(32), y, wide, high), 10) for name, y in tops.items()))

    def painter(self) -> Callable[[], Picture]:
        return partial(paint, self.layout, self.stage.theme, self.scale)

    def activate(self, name: str) -> None:
        self.close()
        self._chosen(name)


def paint(layout: Layout, theme: Theme, scale: float) -> Picture:  # runs on a helper thread
    sheet = Sheet(theme, scale, layout.size)
    header(sheet, "games", "Paused", "")
    for control in layout.controls:
        button(sheet, control.box, CHOICES[control.name], primary=control.name == "resume")
    return sheet.picture()


# end of the example


def test_it_is_shown_and_used_by_keys_alone() -> None:
    chosen: list[str] = []
    scene = Scene().show(PauseMenu(chosen.append))
    base, ring = scene.overlay.pictures()
    assert base.picture.body == (280, 220)
    assert ring.picture.body[0] > 200
    scene.overlay.action(Action.DOWN)
    scene.overlay.action(Action.ACCEPT)
    scene.run()
    assert (chosen, scene.overlay.modal) == (["scores"], False)


def test_the_readme_shows_exactly_this() -> None:
    from pathlib import Path

    import pygame_gameservices.widgets as package

    source = Path(__file__).read_text(encoding="utf-8")
    example = source.split("# begin of the example\n")[1].split("\n\n# end of the example")[0].strip()
    readme = (Path(package.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert example in readme
    assert len(example.splitlines()) <= 45
