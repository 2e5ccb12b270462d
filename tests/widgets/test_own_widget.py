"""A widget of a game's own in forty lines, as the README of the widgets and the example show it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import pygame_gameservices.widgets as package
from pygame_gameservices.widgets.input import Action
from tests.widgets.stagecraft import Scene

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "own_widget.py"


def test_it_is_shown_and_used_by_keys_alone() -> None:
    pytest.importorskip("pygame")
    spec = importlib.util.spec_from_file_location("own_widget", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    chosen: list[str] = []
    scene = Scene().show(module.PauseMenu(chosen.append))
    base, ring = scene.overlay.pictures()
    assert base.picture.body == (280, 220)
    assert ring.picture.body[0] > 200
    scene.overlay.action(Action.DOWN)
    scene.overlay.action(Action.ACCEPT)
    scene.run()
    assert (chosen, scene.overlay.modal) == (["scores"], False)


def test_the_readme_shows_exactly_this() -> None:
    source = EXAMPLE.read_text(encoding="utf-8")
    example = "CHOICES = " + source.split("\nCHOICES = ")[1].split("\n\n\ndef main")[0]
    readme = (Path(package.__file__).parent / "README.md").read_text(encoding="utf-8")
    assert example in readme
    assert len(example.splitlines()) <= 45
