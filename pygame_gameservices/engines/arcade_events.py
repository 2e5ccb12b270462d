"""What happens in an Arcade window, as input of the overlay. Returning True keeps an event from the game."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unicodedata import category

from pygame_gameservices.engines.arcade_input import STICK_RELEASED, ArcadeActions, Directions
from pygame_gameservices.engines.modifiers import Modifiers
from pygame_gameservices.widgets.input import Action, Device, Edit, Pointer, Press, TakenPresses
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.pad import Pad

_BUTTONS = {1: 1, 2: 2, 4: 3}
"""pyglet numbers the buttons of a mouse by bits."""


class ArcadeEvents:
    """Handlers for the events of a window and of controllers, named as pyglet names them. Frame thread."""

    def __init__(
        self,
        overlay: Overlay,
        window: Any,
        key: Any,
        device: Callable[[Device], object],
        focus: Callable[[bool], object],
    ) -> None:
        """Give the input of `window` to `overlay`.

        Args:
            overlay: who gets it.
            window: an ``arcade.Window``.
            key: ``arcade.key``.
            device: told what the player used.
            focus: told whether the window has the focus.
        """
        self.actions = ArcadeActions(key)
        self._in_hand: Any = None
        self._overlay = overlay
        self._window = window
        self._key = key
        self._device = device
        self._focus = focus
        self._directions = Directions()
        self._presses = TakenPresses()
        self._game_holds: int | None = None

    def handlers(self) -> dict[str, Callable[..., bool | None]]:
        """All of them by name, as ``push_handlers`` takes them."""
        return {name: getattr(self, name) for name in dir(self) if name.startswith("on_")}

    def on_key_press(self, symbol: int, modifiers: int) -> bool | None:
        """Take a key."""
        self._device(Device.KEYBOARD)
        taken = self._overlay.composing or self._is_text(symbol, modifiers)
        if not taken:
            action = self.actions.keys.get(symbol)
            if action is Action.NEXT and modifiers & self._key.MOD_SHIFT:
                action = Action.PREVIOUS
            taken = self._overlay.modal
            if action is not None:
                taken = self._overlay.action(action) or taken
        self._game_holds = None if taken else symbol
        return self._presses.settle(("key", symbol), True, taken) or None

    def on_key_release(self, symbol: int, modifiers: int) -> bool | None:
        """Take the release of a key."""
        if symbol == self._game_holds:
            self._game_holds = None
        action = self.actions.keys.get(symbol)
        taken = action is not None and self._overlay.action(action, pressed=False)
        if action is Action.NEXT:
            self._overlay.action(Action.PREVIOUS, pressed=False)
        return self._presses.settle(("key", symbol), False, taken) or None

    def on_text(self, text: str) -> bool | None:
        """Take typed text; but not that of the key with which the player opened the text field."""
        written = "".join(each for each in text if each.isprintable() or category(each) == "Cf")
        if self._game_holds is not None or not written:  # Enter and Tab come as text too
            return self._overlay.modal or None
        return self._overlay.text(written) or None

    def on_text_motion(self, motion: int) -> bool | None:
        """Take a change of the text."""
        return self._edit(self.actions.motions.get(motion), select=False)

    def on_text_motion_select(self, motion: int) -> bool | None:
        """Take a move of the caret that selects."""
        return self._edit(self.actions.motions.get(motion), select=True)

    def on_mouse_motion(self, x: float, y: float, dx: float, dy: float) -> bool | None:
        """Take a move of the mouse."""
        return self._point(Press.MOVE, x, y)

    def on_mouse_drag(self, x: float, y: float, dx: float, dy: float, buttons: int, modifiers: int) -> bool | None:
        """Take a move with a button held."""
        return self._point(Press.MOVE, x, y)

    def on_mouse_press(self, x: float, y: float, button: int, modifiers: int) -> bool | None:
        """Take a button of the mouse."""
        self._device(Device.MOUSE)
        taken = self._point(Press.DOWN, x, y, button, modifiers)
        return self._presses.settle(("mouse", button), True, bool(taken)) or None

    def on_mouse_release(self, x: float, y: float, button: int, modifiers: int) -> bool | None:
        """Take its release."""
        taken = self._point(Press.UP, x, y, button, modifiers)
        return self._presses.settle(("mouse", button), False, bool(taken)) or None

    def on_mouse_scroll(self, x: float, y: float, scroll_x: float, scroll_y: float) -> bool | None:
        """Take the wheel."""
        return self._overlay.pointer(Pointer(Press.WHEEL, *self._at(x, y), 0, scroll_y or 0)) or None

    def on_deactivate(self) -> None:
        """The window lost the focus."""
        self._focus(False)

    def on_activate(self) -> None:
        """The window has the focus."""
        self._focus(True)

    def on_button_press(self, controller: Any, name: str) -> bool | None:
        """Take a button of a pad."""
        if controller is not self._in_hand:
            self._in_hand = controller
            self._overlay.pad = Pad.named(str(getattr(controller, "name", "")))
        taken = self._pad(self.actions.buttons.get(name), True)
        return self._presses.settle((controller, name), True, taken) or None

    def on_button_release(self, controller: Any, name: str) -> bool | None:
        """Take its release."""
        taken = self._pad(self.actions.buttons.get(name), False)
        return self._presses.settle((controller, name), False, taken) or None

    def on_dpad_motion(self, controller: Any, vector: Any) -> bool | None:
        """Take a pad's cross."""
        return self._go(controller, "dpad", vector)

    def on_stick_motion(self, controller: Any, name: str, vector: Any) -> bool | None:
        """Take a pad's stick; the left one moves the focus."""
        return self._go(controller, name, vector)

    def on_disconnect(self, controller: Any) -> None:
        """A pad was unplugged: nobody will let go of what it held."""
        self._directions.forget(controller)
        self._overlay.release_all()

    def _is_text(self, symbol: int, modifiers: int) -> bool:
        """Whether a key belongs to a text that is edited: what it writes or moves arrives as another event."""
        if self._overlay.text_area is None:
            return False
        if self._modifiers(modifiers).commands:
            self._edit(self.actions.commands.get(symbol), select=False)
            return True
        moving = (self._key.LEFT, self._key.RIGHT, self._key.HOME, self._key.END)
        return symbol in moving or symbol in (self._key.BACKSPACE, self._key.DELETE) or 32 <= symbol < 127

    def _modifiers(self, held: int) -> Modifiers:
        key = self._key
        return Modifiers(
            control=bool(held & key.MOD_CTRL),
            alt=bool(held & (key.MOD_ALT | key.MOD_OPTION)),
            command=bool(held & key.MOD_COMMAND),
            shift=bool(held & key.MOD_SHIFT),
        )

    def _edit(self, edit: Edit | None, *, select: bool) -> bool | None:
        if self._overlay.composing:
            return True
        if edit is None:
            return self._overlay.modal or None
        taken = self._overlay.edit(edit, select)
        self._overlay.edit(edit, pressed=False)  # the system repeats it, so the widget must not
        return taken or None

    def _point(self, press: Press, x: float, y: float, button: int = 0, modifiers: int = 0) -> bool | None:
        select = bool(modifiers & self._key.MOD_SHIFT)
        return self._overlay.pointer(Pointer(press, *self._at(x, y), _BUTTONS.get(button, 0), select=select)) or None

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """A place in the window, which counts from below, as one of the overlay, which counts pixels from above."""
        ratio = self._window.get_pixel_ratio()
        return x * ratio, self._overlay.size[1] - y * ratio

    def _pad(self, action: Action | None, pressed: bool) -> bool:
        if action is None:
            return self._overlay.modal
        if pressed:
            self._device(Device.PAD)
        return self._overlay.action(action, pressed) or self._overlay.modal

    def _go(self, controller: Any, source: str, vector: Any) -> bool | None:
        x, y = vector[0], vector[1]
        for action, pressed in self._directions.read(controller, source, x, y) if source != "rightstick" else ():
            self._pad(action, pressed)
        away = max(abs(x), abs(y)) > STICK_RELEASED
        return self._presses.settle((controller, source), away, self._overlay.modal) or None
