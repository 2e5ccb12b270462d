"""Keys, sticks, hats and buttons."""

from __future__ import annotations

import pygame
import pytest

from demo_game.bodies import Intent
from demo_game.controls import Controls
from demo_game.game import Action


def event(kind: int, **facts: object) -> pygame.event.Event:
    return pygame.event.Event(kind, **facts)


def key(code: int, down: bool = True) -> pygame.event.Event:
    return event(pygame.KEYDOWN if down else pygame.KEYUP, key=code, mod=0, unicode="")


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        (pygame.K_LEFT, (-1, 0)),
        (pygame.K_d, (1, 0)),
        (pygame.K_w, (0, -1)),
        (pygame.K_DOWN, (0, 1)),
    ],
)
def test_keys_fly_while_held(code, direction):
    controls = Controls()
    controls.hear(key(code))
    assert (controls.intent().x, controls.intent().y) == direction
    controls.hear(key(code, down=False))
    assert controls.intent() == Intent()


def test_one_press_is_one_pulse():
    controls = Controls()
    assert controls.hear(key(pygame.K_SPACE)) is Action.ACCEPT
    assert controls.intent().pulse
    assert not controls.intent().pulse


def test_losing_the_focus_lets_go():
    controls = Controls()
    controls.hear(key(pygame.K_RIGHT))
    controls.hear(event(pygame.JOYAXISMOTION, axis=0, value=0.9, instance_id=0))
    controls.hear(event(pygame.WINDOWFOCUSLOST))
    assert controls.intent() == Intent()


def test_stick_has_a_dead_zone_and_flicks_in_menus():
    controls = Controls()
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=1, value=0.2)) is None
    assert controls.intent() == Intent()
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=1, value=0.9)) is Action.DOWN
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=1, value=0.95)) is None
    assert controls.intent().y == pytest.approx(0.95)
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=1, value=0.0)) is None
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=1, value=-0.9)) is Action.UP
    assert controls.hear(event(pygame.JOYAXISMOTION, axis=4, value=-1.0)) is None


def test_hat_and_buttons():
    controls = Controls()
    assert controls.hear(event(pygame.JOYHATMOTION, hat=0, value=(0, 1))) is Action.UP
    assert (controls.intent().x, controls.intent().y) == (0, -1)
    assert controls.hear(event(pygame.JOYHATMOTION, hat=0, value=(1, 0))) is Action.DOWN
    assert controls.hear(event(pygame.JOYBUTTONDOWN, button=0)) is Action.ACCEPT
    assert controls.intent().pulse
    assert controls.hear(event(pygame.JOYBUTTONDOWN, button=7)) is Action.PAUSE
    assert controls.hear(event(pygame.JOYBUTTONDOWN, button=99)) is None


def test_pads_that_come_and_go_do_no_harm():
    pygame.joystick.init()
    controls = Controls()
    assert controls.hear(event(pygame.JOYDEVICEADDED, device_index=42)) is None
    controls.hear(event(pygame.JOYAXISMOTION, axis=0, value=1.0))
    controls.hear(event(pygame.JOYDEVICEREMOVED, instance_id=42))
    assert controls.intent() == Intent()
