"""Keyboard and gamepad in, intents and actions out. Pygame, but no drawing and no rules."""

from __future__ import annotations

import pygame

from demo_game.bodies import Intent
from demo_game.game import Action

DEAD_ZONE = 0.25
FLICK = 0.6
"""How far a stick must go to count as one step in a menu."""
DIRECTIONS = {
    pygame.K_LEFT: (-1, 0), pygame.K_a: (-1, 0), pygame.K_RIGHT: (1, 0), pygame.K_d: (1, 0),
    pygame.K_UP: (0, -1), pygame.K_w: (0, -1), pygame.K_DOWN: (0, 1), pygame.K_s: (0, 1),
}  # fmt: skip
ACTIONS = {
    pygame.K_UP: Action.UP, pygame.K_w: Action.UP, pygame.K_DOWN: Action.DOWN, pygame.K_s: Action.DOWN,
    pygame.K_LEFT: Action.UP, pygame.K_a: Action.UP, pygame.K_RIGHT: Action.DOWN, pygame.K_d: Action.DOWN,
    pygame.K_RETURN: Action.ACCEPT, pygame.K_KP_ENTER: Action.ACCEPT, pygame.K_SPACE: Action.ACCEPT,
    pygame.K_ESCAPE: Action.CANCEL, pygame.K_p: Action.PAUSE,
}  # fmt: skip
PULSE_KEYS = {pygame.K_SPACE, pygame.K_RETURN, pygame.K_KP_ENTER}
BUTTONS = {0: Action.ACCEPT, 1: Action.CANCEL, 6: Action.PAUSE, 7: Action.PAUSE, 9: Action.PAUSE}


class Controls:
    """Remembers what is held. Reads events only, so that what a widget took never reaches the ship."""

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._axes = [0.0, 0.0]
        self._hat = (0, 0)
        self._flicked = 0
        self._pulse = False
        self._pads: dict[int, pygame.joystick.JoystickType] = {}

    def hear(self, event: pygame.event.Event) -> Action | None:
        """Take an event in; returns the menu action it stands for, if any."""
        match event.type:
            case pygame.KEYDOWN:
                self._held.add(event.key)
                self._pulse = self._pulse or event.key in PULSE_KEYS
                return ACTIONS.get(event.key)
            case pygame.KEYUP:
                self._held.discard(event.key)
            case pygame.JOYDEVICEADDED:
                self._plug_in(event.device_index)
            case pygame.JOYDEVICEREMOVED:
                self._pads.pop(event.instance_id, None)
                self._axes, self._hat = [0.0, 0.0], (0, 0)
            case pygame.JOYAXISMOTION if event.axis in (0, 1):
                self._axes[event.axis] = event.value
                return self._flick(event.value) if event.axis == 1 else None
            case pygame.JOYHATMOTION if event.hat == 0:
                self._hat = event.value
                return {1: Action.UP, -1: Action.DOWN}.get(event.value[1] or -event.value[0])
            case pygame.JOYBUTTONDOWN:
                self._pulse = self._pulse or event.button == 0
                return BUTTONS.get(event.button)
            case pygame.WINDOWFOCUSLOST:
                self.release()
        return None

    def release(self) -> None:
        """Let go of everything, when the window loses the focus or another screen opens."""
        self._held.clear()
        self._axes, self._hat, self._pulse = [0.0, 0.0], (0, 0), False

    def intent(self) -> Intent:
        """What the player wants this step. Asking takes the pulse, so that one press is one pulse."""
        x = y = 0.0
        for key in self._held:
            step_x, step_y = DIRECTIONS.get(key, (0, 0))
            x, y = x + step_x, y + step_y
        x, y = x + self._hat[0], y - self._hat[1]
        if max(abs(self._axes[0]), abs(self._axes[1])) > DEAD_ZONE:
            x, y = x + self._axes[0], y + self._axes[1]
        pulse, self._pulse = self._pulse, False
        return Intent(max(-1.0, min(1.0, x)), max(-1.0, min(1.0, y)), pulse)

    def _plug_in(self, index: int) -> None:
        try:
            pad = pygame.joystick.Joystick(index)
        except pygame.error:  # it was pulled out again meanwhile
            return
        self._pads[pad.get_instance_id()] = pad

    def _flick(self, value: float) -> Action | None:
        way = 1 if value > FLICK else -1 if value < -FLICK else 0
        if way == self._flicked:
            return None
        self._flicked = way
        return {1: Action.DOWN, -1: Action.UP}.get(way)
