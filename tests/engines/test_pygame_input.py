"""Every press is one action, whichever way SDL tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.engines.pygame_input import ActionMap, ActionReader
from pygame_gameservices.widgets.input import Action


class Pad:
    """Says what a pad would say."""

    def __init__(self, pygame: Any) -> None:
        self._pygame = pygame
        self.actions = ActionMap(pygame)
        self.reader = ActionReader(pygame, self.actions)

    def say(self, kind: str, **what: Any) -> list[tuple[Action, bool]]:
        event = self._pygame.event.Event(getattr(self._pygame, kind), **what)
        return [tuple(change) for change in self.reader.read(event)]  # type: ignore[misc]


@pytest.fixture
def pad(pygame: Any) -> Pad:
    return Pad(pygame)


def test_a_known_pad_that_speaks_twice_presses_once(pad: Pad) -> None:
    assert pad.say("CONTROLLERBUTTONDOWN", instance_id=3, button=0) == [(Action.ACCEPT, True)]
    assert pad.say("JOYBUTTONDOWN", joy=0, instance_id=3, button=1) == []
    assert pad.say("CONTROLLERBUTTONUP", instance_id=3, button=0) == [(Action.ACCEPT, False)]
    assert pad.say("JOYBUTTONUP", joy=0, instance_id=3, button=1) == []


def test_also_the_first_time_and_in_the_other_order(pad: Pad) -> None:
    assert pad.say("JOYBUTTONDOWN", joy=0, instance_id=3, button=0) == [(Action.ACCEPT, True)]
    assert pad.say("CONTROLLERBUTTONDOWN", instance_id=3, button=0) == []


def test_an_unknown_pad_beside_a_known_one_is_heard(pad: Pad) -> None:
    pad.say("CONTROLLERBUTTONDOWN", instance_id=3, button=0)
    pad.say("CONTROLLERBUTTONUP", instance_id=3, button=0)
    assert pad.say("JOYBUTTONDOWN", joy=1, instance_id=4, button=1) == [(Action.CANCEL, True)]


def test_key_repeat_of_the_game_is_no_new_press(pad: Pad, pygame: Any) -> None:
    down = {"key": pygame.K_DOWN, "mod": 0}
    assert pad.say("KEYDOWN", **down) == [(Action.DOWN, True)]
    assert pad.say("KEYDOWN", **down) == []
    assert pad.say("KEYUP", **down) == [(Action.DOWN, False)]
    assert pad.say("KEYUP", **down) == []


def test_a_release_that_went_elsewhere_does_not_block_the_key(pad: Pad, pygame: Any) -> None:
    pad.say("KEYDOWN", key=pygame.K_DOWN, mod=0)
    pad.reader.forget()
    assert pad.say("KEYDOWN", key=pygame.K_DOWN, mod=0) == [(Action.DOWN, True)]


def test_a_hat_rolls_from_one_direction_to_the_next(pad: Pad) -> None:
    hat = {"joy": 0, "instance_id": 0, "hat": 0}
    assert pad.say("JOYHATMOTION", value=(-1, 0), **hat) == [(Action.LEFT, True)]
    assert pad.say("JOYHATMOTION", value=(-1, 1), **hat) == [(Action.UP, True)]
    assert pad.say("JOYHATMOTION", value=(0, 1), **hat) == [(Action.LEFT, False)]
    assert pad.say("JOYHATMOTION", value=(0, 0), **hat) == [(Action.UP, False)]


def test_a_stick_presses_once_and_does_not_tremble(pad: Pad) -> None:
    stick = {"joy": 0, "instance_id": 0, "axis": 1}
    said = [pad.say("JOYAXISMOTION", value=value, **stick) for value in (0.3, 0.7, 0.5, 0.65, 0.3, -0.9, 0.0)]
    assert said == [
        [],
        [(Action.DOWN, True)],
        [],
        [],
        [(Action.DOWN, False)],
        [(Action.UP, True)],
        [(Action.UP, False)],
    ]


def test_a_controllers_stick_and_cross_are_read_and_its_triggers_are_not(pad: Pad) -> None:
    assert pad.say("CONTROLLERAXISMOTION", instance_id=1, axis=0, value=-32768) == [(Action.LEFT, True)]
    assert pad.say("CONTROLLERAXISMOTION", instance_id=1, axis=5, value=32767) == []
    assert pad.say("CONTROLLERBUTTONDOWN", instance_id=1, button=12) == [(Action.DOWN, True)]
    assert pad.say("JOYAXISMOTION", joy=0, instance_id=1, axis=0, value=1.0) == []


def test_actions_can_be_remapped(pad: Pad, pygame: Any) -> None:
    assert pad.say("KEYDOWN", key=pygame.K_w, mod=0) == []
    pad.actions.keys[pygame.K_w] = Action.UP
    assert pad.say("KEYDOWN", key=pygame.K_w, mod=0) == [(Action.UP, True)]


def test_every_action_can_be_reached_by_keyboard_and_the_needed_ones_by_controller(pad: Pad) -> None:
    assert set(pad.actions.keys.values()) == set(Action) - {Action.PREVIOUS}  # that is Shift with Tab
    ways = {Action.NEXT, Action.PREVIOUS, Action.PAGE_UP, Action.PAGE_DOWN, Action.FIRST, Action.LAST}
    assert set(pad.actions.controller.values()) == set(Action) - ways  # where one comes by moving too


def test_tab_with_shift_goes_back_and_is_let_go_whatever_is_still_held(pad: Pad, pygame: Any) -> None:
    for _ in range(2):
        assert pad.say("KEYDOWN", key=pygame.K_TAB, mod=pygame.KMOD_LSHIFT) == [(Action.PREVIOUS, True)]
        assert pad.say("KEYUP", key=pygame.K_TAB, mod=0) == [(Action.PREVIOUS, False)]
    assert pad.say("KEYDOWN", key=pygame.K_TAB, mod=0) == [(Action.NEXT, True)]
