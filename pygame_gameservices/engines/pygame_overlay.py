"""The overlay in a pygame or pygame-ce game."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from pygame_gameservices.core.events import Event
from pygame_gameservices.engines.pygame_input import ActionMap, ActionReader, press_of
from pygame_gameservices.widgets.input import Pointer, Press, TakenPresses
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.stage import Services
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toast_options import ToastOptions
from pygame_gameservices.widgets.toasts import Toasts
from pygame_gameservices.widgets.widget import Widget

_INSTALL = 'pygame is not installed; pip install "pygame_gameservices[pygame]" or "pygame_gameservices[pygame-ce]"'
_BUTTONS = {"KEY": "key", "MOUSEBUTTON": "mouse", "JOYBUTTON": "joystick", "CONTROLLERBUTTON": "controller"}
"""Event types that come in pairs, ``...DOWN`` and ``...UP``, and the family of devices they are of."""
_WHEEL_BUTTONS = (4, 5)
"""Old pygame reports the wheel as buttons, besides its own event."""


class PygameOverlay:
    """Shows toasts and widgets over a pygame game. Everything is called on the frame thread.

    ::

        overlay = PygameOverlay(services)
        while running:
            dt = clock.tick(60) / 1000
            for event in pygame.event.get():
                if overlay.process_event(event):
                    continue
                ...
            for happened in overlay.update(dt):
                ...
            draw_world(screen)
            overlay.draw(screen)

    No global state of pygame is changed, ever. Touch arrives through the mouse events that SDL makes of it.

    Attributes:
        overlay: the engine-neutral overlay behind it, with `theme`, `safe_area`, `reduced_motion` and the rest.
        actions: which keys and buttons mean what; change its dictionaries to remap.
        to_local: turns the position of a mouse event into one on the surface that `draw` gets. For games that draw to a
            small surface and scale it up: ``overlay.to_local = lambda pos: (pos[0] / 3, pos[1] / 3)``.
        sounds: `pygame.mixer.Sound` by the names that the theme's sounds use; those that are files are loaded when the
            overlay is made, if the mixer runs by then.
    """

    def __init__(
        self,
        services: Services,
        *,
        size: tuple[int, int] | None = None,
        theme: Theme | None = None,
        toasts: ToastOptions | None = None,
        sounds: Mapping[str, Any] | None = None,
    ) -> None:
        """Make an overlay that shows nothing yet.

        Args:
            services: usually a `ServiceManager`; `update` drains it.
            size: of the surface that `draw` gets, in pixels; None follows that surface.
            theme: how it looks and sounds; None is dark glass.
            toasts: how toasts behave; None is the default.
            sounds: see the attribute.

        Raises:
            ModuleNotFoundError: neither pygame nor pygame-ce is installed; the text says what to install.
        """
        self._pygame = pygame = _import_pygame()
        self._follows = size is None
        window = pygame.display.get_surface()
        shown = size or (window.get_size() if window else (1280, 720))
        self.overlay = Overlay(services, size=shown, theme=theme, toasts=toasts)
        self.overlay.toasts.on_sound = self._play
        self.actions = ActionMap(pygame)
        self.to_local: Callable[[tuple[float, float]], tuple[float, float]] = _unchanged
        self.sounds: dict[str, Any] = {**_load_sounds(pygame, self.overlay.theme), **(sounds or {})}
        self._reader = ActionReader(pygame, self.actions)
        self._presses = TakenPresses()
        self._surfaces: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()
        self._pointer_at = (0.0, 0.0)
        self._buttons = {
            getattr(pygame, name + ("DOWN" if down else "UP")): (family, down)
            for name, family in _BUTTONS.items()
            for down in (True, False)
        }
        self._handlers: dict[int, Callable[[Any], bool]] = {
            **dict.fromkeys(self._reader.kinds, self._action),
            pygame.MOUSEMOTION: self._moved,
            pygame.MOUSEBUTTONDOWN: self._pressed,
            pygame.MOUSEBUTTONUP: self._released,
            pygame.MOUSEWHEEL: self._wheel,
            pygame.TEXTINPUT: self._typed,
            pygame.TEXTEDITING: self._composed,
            pygame.WINDOWFOCUSLOST: self._left,
        }

    @property
    def toasts(self) -> Toasts:
        """The toasts, with their switches."""
        return self.overlay.toasts

    def process_event(self, event: Any) -> bool:
        """Take one of pygame's events. Returns True when a widget took it and the game should not."""
        kind = event.type
        handler = self._handlers.get(kind)
        if handler is None:
            return False
        taken = handler(event)
        if kind not in self._buttons:
            return taken
        family, down = self._buttons[kind]
        return self._presses.settle(press_of(event, family), down, taken)

    def update(self, dt: float) -> list[Event]:
        """Drain the services and let `dt` seconds pass. Once a frame; at most 5 us when nothing happens.

        Returns:
            The frame's events: those of the services, then those of the widgets.
        """
        return self.overlay.update(dt)

    def draw(self, surface: Any) -> None:
        """Show what there is on `surface`, last of all in the frame. Nearly free when there is nothing."""
        if self._follows:
            self.overlay.resize(surface.get_size())
        for picture, x, y, alpha in self.overlay.pictures():
            image = self._surfaces.get(picture)
            if image is None:
                image = self._surfaces[picture] = self._surface(picture)
            image.set_alpha(alpha)
            surface.blit(image, (x, y))

    def show(self, widget: Widget) -> None:
        """Put `widget` on top of the others, under the toasts."""
        self.overlay.show(widget)

    def hide(self, widget: Widget) -> None:
        """Take `widget` away. One that is not shown is no mistake."""
        self.overlay.hide(widget)

    def notify(self, title: str, text: str = "", **more: Any) -> bool:
        """Show a toast with a message of the game's own; see `Overlay.notify`."""
        return self.overlay.notify(title, text, **more)

    def _surface(self, picture: Picture) -> Any:
        surface = self._pygame.image.frombuffer(picture.pixels, picture.size, "RGBA")
        # Converted blits are some twenty times faster, but need a display to convert to.
        return surface.convert_alpha() if self._pygame.display.get_surface() else surface

    def _action(self, event: Any) -> bool:
        taken = self.overlay.modal
        for action, pressed in self._reader.read(event):
            taken = self.overlay.action(action, pressed) or taken
        return taken

    def _moved(self, event: Any) -> bool:
        return self._point(event, Press.MOVE)

    def _pressed(self, event: Any) -> bool:
        return self._point(event, Press.DOWN)

    def _released(self, event: Any) -> bool:
        return self._point(event, Press.UP)

    def _point(self, event: Any, press: Press) -> bool:
        self._pointer_at = x, y = self.to_local(event.pos)
        button = getattr(event, "button", 0)
        if button in _WHEEL_BUTTONS:
            return self.overlay.modal
        return self.overlay.pointer(Pointer(press, x, y, button))

    def _wheel(self, event: Any) -> bool:
        return self.overlay.pointer(Pointer(Press.WHEEL, *self._pointer_at, 0, event.y))

    def _typed(self, event: Any) -> bool:
        return self.overlay.text(event.text)

    def _composed(self, event: Any) -> bool:
        return self.overlay.text(event.text, composing=True)

    def _left(self, event: Any) -> bool:
        self._reader.forget()
        self.overlay.release_all()
        return False

    def _play(self, name: str) -> None:
        """Play a sound by the name that the theme uses. Silent when the game has no mixer."""
        sound = self.sounds.get(name)
        if sound is not None:
            sound.play()


def _load_sounds(pygame: Any, theme: Theme) -> dict[str, Any]:
    """Load the theme's sounds that are files; none when the game has not started the mixer."""
    if not pygame.mixer.get_init():
        return {}
    return {name: pygame.mixer.Sound(name) for name in theme.sounds.names() if Path(name).is_file()}


def _unchanged(pos: tuple[float, float]) -> tuple[float, float]:
    return pos


def _import_pygame() -> Any:
    try:
        return import_module("pygame")
    except ModuleNotFoundError as error:
        if error.name != "pygame":
            raise
        raise ModuleNotFoundError(_INSTALL, name="pygame") from error
