"""What is typed into a field looks the same whether some of it is selected or not, emoji too."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.login.login import Login
from pygame_gameservices.widgets.text.clusters import boundaries
from pygame_gameservices.widgets.text.lettering import Lettering
from tests.widgets.sources import Accounts
from tests.widgets.stagecraft import Scene

KEYCAP, HEART, FAMILY = "1\ufe0f\u20e3", "\u2764\ufe0f", "\U0001f468\u200d\U0001f469\u200d\U0001f467"
NAME = f"a{KEYCAP}b{HEART}c{FAMILY}d"


def test_a_selection_ends_between_characters_and_changes_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, float, float]] = []
    draw = Lettering.draw

    def watched(self: Lettering, image: Image.Image, xy: tuple[float, float], text: str, color: Any) -> float:
        drawn.append((text, *xy))
        return draw(self, image, xy, text, color)

    monkeypatch.setattr(Lettering, "draw", watched)
    scene, login = Scene(), Login(Accounts())
    scene.show(login).overlay.text(NAME)
    scene.run()
    plain = [each for each in drawn if each[0] == NAME][-1]
    assert login.line is not None
    seen = []
    while login.line.caret:
        drawn.clear()
        scene.overlay.edit(Edit.LEFT, select=True)
        scene.overlay.edit(Edit.LEFT, pressed=False)
        scene.run()
        seen.append(login.line.caret)
        assert plain in drawn
    assert seen[::-1] == list(boundaries(NAME))[:-1]
    assert len(seen) == 7


def test_the_caret_is_behind_what_was_typed_as_soon_as_that_is_painted() -> None:
    """Also where a font had to be looked for, which no frame waits for."""
    scene, login = Scene(), Login(Accounts())
    scene.show(login)
    scene.overlay.reduced_motion = True
    login.stage.theme.typeface._found.clear()
    login.stage.theme.typeface._laid.clear()
    scene.overlay.text("abc\U0001f468\u200d\U0001f469\u200d\U0001f466\U0001f98a")
    scene.run()
    (caret,) = login.caret_marks()
    login.changed()
    scene.run()
    assert [caret] == list(login.caret_marks())
