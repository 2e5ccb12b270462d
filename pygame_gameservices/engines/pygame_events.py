"""pygame's events as input of the overlay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices.engines.pygame_input import (
    ActionEvent,
    ActionMap,
    ActionReader,
    is_away,
    pad_name,
    press_of,
    told,
)
from pygame_gameservices.engines.pygame_text import TextKeys
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.checks import described
from pygame_gameservices.widgets.input import Device, Pointer, Press, TakenPresses
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.pad import Pad

_BUTTONS = {"KEY": "key", "MOUSEBUTTON": "mouse", "JOYBUTTON": "joystick", "CONTROLLERBUTTON": "controller"}
"""Event types that come in pairs, ``...DOWN`` and ``...UP``, and the family of devices they are of."""
_STICKS = {"JOYAXISMOTION": "joystick axis", "JOYHATMOTION": "hat", "CONTROLLERAXISMOTION": "controller axis"}
"""Event types of what is pressed by moving it, and the family of devices they are of."""
_WHEEL_BUTTONS = (4, 5)
"""Old pygame reports the wheel as buttons, besides its own event."""


class PygameEvents:
    """Gives pygame's events to an overlay. Frame thread.

    Attributes:
        to_local: turns the position of a mouse event into one on the overlay.
    """

    def __init__(
        self,
        pygame: Any,
        overlay: Overlay,
        actions: ActionMap,
        device: Callable[[Device], object],
        focus: Callable[[bool], object],
    ) -> None:
        """Give events to `overlay`.

        Args:
            pygame: the module.
            overlay: who gets them.
            actions: which keys and buttons mean what.
            device: told what the player used.
            focus: told whether the window has the focus.
        """
        self.to_local: Callable[[tuple[float, float]], tuple[float, float]] = lambda pos: pos
        self._pygame = pygame
        self._overlay = overlay
        self._device = device
        self._told_focus = focus
        self._reader = ActionReader(pygame, actions)
        self._text = TextKeys(pygame, overlay)
        self._presses = TakenPresses()
        self._pointer_at = (0.0, 0.0)
        self._in_hand: int | None = None
        self._buttons = {
            getattr(pygame, name + ("DOWN" if down else "UP")): (family, down)
            for name, family in _BUTTONS.items()
            for down in (True, False)
        }
        self._releases = {getattr(pygame, name + "DOWN"): getattr(pygame, name + "UP") for name in _BUTTONS}
        self._sticks = {getattr(pygame, name): family for name, family in _STICKS.items()}
        self._handlers: dict[int, Callable[[Any], bool]] = {
            **dict.fromkeys(self._reader.kinds, self._pad),
            pygame.KEYDOWN: self._key_down,
            pygame.KEYUP: self._key_up,
            pygame.MOUSEMOTION: lambda event: self._point(event, Press.MOVE),
            pygame.MOUSEBUTTONDOWN: lambda event: self._point(event, Press.DOWN),
            pygame.MOUSEBUTTONUP: lambda event: self._point(event, Press.UP),
            pygame.MOUSEWHEEL: self._wheel,
            pygame.TEXTINPUT: lambda event: self._text.typed(told(event, "text", ""), composing=False),
            pygame.TEXTEDITING: lambda event: self._text.typed(told(event, "text", ""), composing=True),
            pygame.WINDOWFOCUSLOST: lambda event: self._focus(False),
            pygame.WINDOWFOCUSGAINED: lambda event: self._focus(True),
            **dict.fromkeys((pygame.JOYDEVICEREMOVED, pygame.CONTROLLERDEVICEREMOVED), self._unplugged),
        }

    def process(self, event: Any) -> bool:
        """Take one of pygame's events. Returns True when a widget took it and the game should not.

        Raises:
            UsageError: it is no event, such as the whole list of them.
        """
        kind = getattr(event, "type", None)
        if kind is None:
            raise UsageError(f"event is {described(event)}; pass each event of pygame.event.get() by itself")
        handler = self._handlers.get(kind)
        if handler is None:
            return False
        taken = handler(event)
        if kind in self._buttons:
            family, down = self._buttons[kind]
        elif kind in self._sticks:
            family, down = self._sticks[kind], is_away(event)
        else:
            return taken
        return self._presses.settle(press_of(event, family), down, taken)

    def update(self) -> None:
        """Bring home what keys wrote. Once a frame."""
        self._text.update()

    def _key_down(self, event: Any) -> bool:
        self._device(Device.KEYBOARD)
        taken = self._text.down(event) or self._act(event)
        self._text.game_holds = None if taken else told(event, "key")
        if self._unheard(self._pygame.KEYUP):
            self._act_no_more()
        return taken

    def _key_up(self, event: Any) -> bool:
        self._text.up(event)
        return self._act(event)

    def _pad(self, event: Any) -> bool:
        changes = self._reader.read(event)
        if changes:
            self._device(Device.PAD)
            instance = told(event, "instance_id")
            if instance is not None and instance != self._in_hand:
                self._in_hand = instance
                self._overlay.pad = Pad.named(pad_name(self._pygame, instance))
        taken = self._take(changes)
        release = self._releases.get(event.type)
        if release is not None and self._unheard(release):
            self._act_no_more()
        return taken

    def _unheard(self, release: int) -> bool:
        """Whether the game lets no event through that says that something is let go: then nothing is held, either."""
        pygame = self._pygame
        return bool(pygame.display.get_init() and pygame.event.get_blocked(release))

    def _act_no_more(self) -> None:
        self._reader.forget()
        self._overlay.release_all()

    def _act(self, event: Any) -> bool:
        return self._take(self._reader.read(event))

    def _take(self, changes: list[ActionEvent]) -> bool:
        taken = self._overlay.modal
        for action, pressed in changes:
            taken = self._overlay.action(action, pressed) or taken
        return taken

    def _point(self, event: Any, press: Press) -> bool:
        if hasattr(event, "pos"):
            self._pointer_at = self.to_local(event.pos)
        x, y = self._pointer_at
        button = told(event, "button", 0)
        if button in _WHEEL_BUTTONS:
            return self._overlay.modal
        if press is Press.DOWN:
            self._device(Device.TOUCH if getattr(event, "touch", False) else Device.MOUSE)
        shift = bool(self._pygame.key.get_mods() & self._pygame.KMOD_SHIFT) if press is Press.DOWN else False
        return self._overlay.pointer(Pointer(press, x, y, button, select=shift))

    def _wheel(self, event: Any) -> bool:
        """Take the wheel; fine ones tell of parts of a step beside the whole ones, which are 0 then."""
        by = told(event, "precise_y", 0.0) or told(event, "y", 0)
        return self._overlay.pointer(Pointer(Press.WHEEL, *self._pointer_at, 0, by))

    def _unplugged(self, event: Any) -> bool:
        """A pad is gone: nobody will let go of what it held."""
        self._reader.forget()
        self._overlay.release_all()
        return False

    def _focus(self, gained: bool) -> bool:
        if not gained:
            self._reader.forget()
        self._told_focus(gained)
        return False
