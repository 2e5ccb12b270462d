"""The window for people, driven by events that the test posts."""

from __future__ import annotations

import pygame
import pytest

from demo_game.game import Action, Game, Screen
from demo_game.window import Window, open_window


@pytest.fixture
def window() -> Window:
    return Window(Game(None, seed=2), None, open_window((640, 360), visible=False))


def post(window: Window, kind: int, **facts: object) -> None:
    window._hear(pygame.event.Event(kind, **facts))


def press(window: Window, code: int) -> None:
    post(window, pygame.KEYDOWN, key=code, mod=0, unicode="")


def test_keys_lead_through_the_screens(window):
    press(window, pygame.K_RETURN)
    assert window.game.screen is Screen.PLAY
    assert not window.controls.intent().pulse, "the key that chose must not fire"
    post(window, pygame.WINDOWFOCUSLOST)
    assert window.game.screen is Screen.PAUSE
    press(window, pygame.K_ESCAPE)
    assert window.game.screen is Screen.PLAY
    press(window, pygame.K_p)
    assert window.game.screen is Screen.PAUSE


def test_the_mouse_chooses(window):
    window.screens.draw(window.surface, window.game, None)
    y = next(y for y in range(360) if window.screens.choice_at((320, y)) == 1)
    post(window, pygame.MOUSEMOTION, pos=(320, y), rel=(0, 0), buttons=(0, 0, 0))
    assert window.game.selected == 1
    post(window, pygame.MOUSEBUTTONDOWN, pos=(320, y), button=1)
    assert window.game.screen is Screen.OPTIONS


def test_it_runs_until_the_player_leaves_and_survives_resizing(window):
    pygame.event.clear()
    steps = []
    original = window.game.step

    def step(intent):
        steps.append(intent)
        if len(steps) == 20:
            post(window, pygame.VIDEORESIZE, size=(480, 270), w=480, h=270)
        if len(steps) == 30:
            window.game.act(Action.ACCEPT)
        if len(steps) == 60:
            pygame.event.post(pygame.event.Event(pygame.QUIT))
        return original(intent)

    window.game.step = step
    window.run()
    assert len(steps) >= 60
    assert window.surface.get_size() == (480, 270)
    assert window.screens.layout.width == 480
