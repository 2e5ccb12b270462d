"""Reads pygame's events as actions, so that keys, hats, buttons and sticks all mean the same to a widget."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from pygame_gameservices.widgets.input import Action

STICK_PRESSED = 0.6
"""How far a stick must go, of 1, to count as pressed."""
STICK_RELEASED = 0.4
"""How far it must come back to count as released; the distance keeps a trembling thumb from pressing twice."""


class ActionEvent(NamedTuple):
    """An action that began or ended.

    Attributes:
        action: which one.
        pressed: whether it began.
    """

    action: Action
    pressed: bool


class ActionMap:
    """Which key and which button means what. Change the dictionaries to remap.

    Attributes:
        keys: actions by ``pygame.K_...``; with Shift, `NEXT` is `PREVIOUS`.
        buttons: actions by the number of a joystick's button, as in ``JOYBUTTONDOWN``.
        controller: actions by the number of a game controller's button, as in ``CONTROLLERBUTTONDOWN``.
    """

    def __init__(self, pygame: Any) -> None:
        """Take the default map, with the key numbers of the engine given."""
        self.keys: dict[int, Action] = {
            pygame.K_UP: Action.UP,
            pygame.K_DOWN: Action.DOWN,
            pygame.K_LEFT: Action.LEFT,
            pygame.K_RIGHT: Action.RIGHT,
            pygame.K_RETURN: Action.ACCEPT,
            pygame.K_KP_ENTER: Action.ACCEPT,
            pygame.K_ESCAPE: Action.CANCEL,
            pygame.K_AC_BACK: Action.CANCEL,
            pygame.K_q: Action.TAB_LEFT,
            pygame.K_e: Action.TAB_RIGHT,
            pygame.K_TAB: Action.NEXT,
            pygame.K_PAGEUP: Action.PAGE_UP,
            pygame.K_PAGEDOWN: Action.PAGE_DOWN,
            pygame.K_HOME: Action.FIRST,
            pygame.K_END: Action.LAST,
            pygame.K_F5: Action.REFRESH,
        }
        self.buttons: dict[int, Action] = {
            0: Action.ACCEPT,
            1: Action.CANCEL,
            3: Action.REFRESH,
            4: Action.TAB_LEFT,
            5: Action.TAB_RIGHT,
            9: Action.TAB_LEFT,  # from here on the pads of PlayStation and Switch, whose cross is no hat
            10: Action.TAB_RIGHT,
            11: Action.UP,
            12: Action.DOWN,
            13: Action.LEFT,
            14: Action.RIGHT,
        }
        self.controller: dict[int, Action] = {
            0: Action.ACCEPT,
            1: Action.CANCEL,
            3: Action.REFRESH,
            9: Action.TAB_LEFT,
            10: Action.TAB_RIGHT,
            11: Action.UP,
            12: Action.DOWN,
            13: Action.LEFT,
            14: Action.RIGHT,
        }


class ActionReader:
    """Turns events into actions, each press once. Frame thread.

    SDL reports a pad that it knows twice, as a joystick and as a controller. Once a device has spoken as a controller
    its joystick events are passed over, and an action that is held cannot be pressed again from another source; nor by
    the key repeat that a game may have switched on.
    """

    def __init__(self, pygame: Any, actions: ActionMap) -> None:
        self._actions = actions
        self._shift: int = pygame.KMOD_SHIFT
        self._controllers: set[Any] = set()
        self._held: dict[Action, _Source] = {}
        self._readers: dict[int, Callable[[Any], list[ActionEvent]]] = {
            pygame.KEYDOWN: lambda event: self._key(event, True),
            pygame.KEYUP: lambda event: self._key(event, False),
            pygame.CONTROLLERBUTTONDOWN: lambda event: self._controller(event, True),
            pygame.CONTROLLERBUTTONUP: lambda event: self._controller(event, False),
            pygame.CONTROLLERAXISMOTION: self._controller_stick,
            pygame.JOYBUTTONDOWN: lambda event: self._joystick(event, True),
            pygame.JOYBUTTONUP: lambda event: self._joystick(event, False),
            pygame.JOYHATMOTION: self._hat,
            pygame.JOYAXISMOTION: self._joystick_stick,
        }

    @property
    def kinds(self) -> Collection[int]:
        """The event types that `read` makes sense of."""
        return self._readers.keys()

    def read(self, event: Any) -> list[ActionEvent]:
        """Return the actions that `event` begins and ends; usually one or none."""
        return self._readers[event.type](event)

    def forget(self) -> None:
        """Forget what is held, as when the window loses the focus and the releases go elsewhere."""
        self._held.clear()

    def _key(self, event: Any, pressed: bool) -> list[ActionEvent]:
        key = told(event, "key")
        action = self._actions.keys.get(key)
        if action is Action.NEXT and told(event, "mod", 0) & self._shift:
            action = Action.PREVIOUS
        return self._switch(("key", key), action, pressed)

    def _controller(self, event: Any, pressed: bool) -> list[ActionEvent]:
        device, button = told(event, "instance_id"), told(event, "button")
        self._controllers.add(device)
        return self._switch(("controller", device, button), self._actions.controller.get(button), pressed)

    def _controller_stick(self, event: Any) -> list[ActionEvent]:
        device, axis = told(event, "instance_id"), told(event, "axis")
        self._controllers.add(device)
        return self._stick(("controller axis", device, axis), axis, told(event, "value", 0) / 32768)

    def _joystick(self, event: Any, pressed: bool) -> list[ActionEvent]:
        if _device(event) in self._controllers:
            return []
        button = told(event, "button")
        return self._switch(("joystick", _device(event), button), self._actions.buttons.get(button), pressed)

    def _joystick_stick(self, event: Any) -> list[ActionEvent]:
        if _device(event) in self._controllers:
            return []
        axis = told(event, "axis")
        return self._stick(("joystick axis", _device(event), axis), axis, told(event, "value", 0.0))

    def _hat(self, event: Any) -> list[ActionEvent]:
        if _device(event) in self._controllers:
            return []
        across, up = told(event, "value", (0, 0))
        source = ("hat", _device(event), told(event, "hat"))
        wanted = {_ACROSS.get(across), _UP.get(up)}
        return [
            change
            for action in (Action.LEFT, Action.RIGHT, Action.UP, Action.DOWN)
            for change in self._switch((*source, action), action, action in wanted)
        ]

    def _stick(self, source: _Source, axis: int, value: float) -> list[ActionEvent]:
        if axis not in (0, 1):
            return []
        changes: list[ActionEvent] = []
        for sign, action in zip((-1, 1), _STICKS[axis], strict=True):
            reach = value * sign
            if reach >= STICK_PRESSED:
                changes += self._switch((*source, sign), action, True)
            elif reach <= STICK_RELEASED:
                changes += self._switch((*source, sign), action, False)
        return changes

    def _switch(self, source: _Source, action: Action | None, pressed: bool) -> list[ActionEvent]:
        """Note that `source` presses or releases `action`, and return that unless it changes nothing."""
        if not pressed:
            ended = [held for held, holder in self._held.items() if holder == source]
            for held in ended:
                del self._held[held]
            return [ActionEvent(held, False) for held in ended]
        if action is None or action in self._held:
            return []
        self._held[action] = source
        return [ActionEvent(action, True)]


_Source = tuple[object, ...]
"""Who holds an action: the device and its button."""

_ACROSS = {-1: Action.LEFT, 1: Action.RIGHT}
_UP = {1: Action.UP, -1: Action.DOWN}
_STICKS = ((Action.LEFT, Action.RIGHT), (Action.UP, Action.DOWN))


def press_of(event: Any, family: str) -> tuple[object, ...]:
    """What is pressed or released by `event` of a `family` of devices: the same value for both."""
    code = next((getattr(event, name) for name in ("key", "button", "axis", "hat") if hasattr(event, name)), None)
    return family, told(event, "instance_id"), code


def is_away(event: Any) -> bool:
    """Whether a stick or hat is away from its middle, which counts as pressed."""
    value = told(event, "value", 0)
    if isinstance(value, tuple):
        return value != (0, 0)
    return bool(abs(value) > (STICK_RELEASED if isinstance(value, float) else STICK_RELEASED * 32768))


def told(event: Any, name: str, usual: Any = None) -> Any:
    """What an event says under `name`. Games post events of their own, which may leave anything out."""
    return getattr(event, name, usual)


def _device(event: Any) -> Any:
    return told(event, "instance_id", told(event, "joy"))


def pad_name(pygame: Any, instance: int) -> str:
    """What the system calls an open pad; empty for one that is not there."""
    if not pygame.joystick.get_init():
        return ""
    for number in range(pygame.joystick.get_count()):
        pad = pygame.joystick.Joystick(number)
        if pad.get_instance_id() == instance:
            return str(pad.get_name())
    return ""
