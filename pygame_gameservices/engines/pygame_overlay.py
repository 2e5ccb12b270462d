"""The overlay in a pygame or pygame-ce game."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from PIL import Image

from pygame_gameservices.core.breath import breathe
from pygame_gameservices.core.events import Event
from pygame_gameservices.engines.facade import Facade
from pygame_gameservices.engines.pygame_clipboard import PygameClipboard
from pygame_gameservices.engines.pygame_events import PygameEvents
from pygame_gameservices.engines.pygame_input import ActionMap
from pygame_gameservices.engines.pygame_pointer import PygamePointer
from pygame_gameservices.engines.pygame_sounds import PygameSounds
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.checks import check_is, described
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.stage import Services
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toast_options import ToastOptions
from pygame_gameservices.widgets.wording import Wording

_INSTALL = 'pygame is not installed; pip install "pygame_gameservices[pygame]" or "pygame_gameservices[pygame-ce]"'


class PygameOverlay(Facade):
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

    No global state of pygame is changed, ever; only while a text is edited an input method is told where that is.
    Touch arrives through the mouse events that SDL makes of it.

    Attributes:
        overlay: the engine-neutral overlay behind it, with `theme`, `safe_area`, `reduced_motion` and the rest.
        actions: which keys and buttons mean what; change its dictionaries to remap.
        to_local: turns the position of a mouse event into one on the surface that `draw` gets. For games that draw to a
            small surface and scale it up: ``overlay.to_local = lambda pos: (pos[0] / 3, pos[1] / 3)``.
        sounds: `pygame.mixer.Sound` by the names that the theme's sounds use; those that are files are loaded when
            the overlay is made, or, one a frame, once the mixer runs and the theme names them.
        event_type: the type of the pygame events that carry ours, in ``event.happened``; None when none are posted.
    """

    def __init__(
        self,
        services: Services,
        *,
        size: tuple[int, int] | None = None,
        theme: Theme | None = None,
        toasts: ToastOptions | None = None,
        wording: Wording | None = None,
        sounds: Mapping[str, Any] | None = None,
        post_events: bool = False,
    ) -> None:
        """Make an overlay that shows nothing yet.

        Args:
            services: usually a `ServiceManager`; `update` drains it.
            size: of the surface that `draw` gets, in pixels; None follows that surface.
            theme: how it looks and sounds; None is dark glass.
            toasts: how toasts behave; None is the default.
            wording: what widgets say; None is English.
            sounds: see the attribute.
            post_events: whether `update` also posts each event as a pygame event of type `event_type`, for games that
                want to hear of everything in one place.

        Raises:
            UsageError: one of them is something else, such as one service in place of the manager.
            ModuleNotFoundError: neither pygame nor pygame-ce is installed; the text says what to install.
        """
        self._pygame = pygame = _import_pygame()
        check_is("sounds", sounds, Mapping, "pass a dict of sounds by name", optional=True)
        self._follows = size is None
        window = pygame.display.get_surface()
        shown = size or (window.get_size() if window else (1280, 720))
        self.overlay = Overlay(services, size=shown, theme=theme, toasts=toasts, wording=wording)
        self.overlay.finish_with(_swapped)
        self.overlay.clipboard = PygameClipboard(pygame)
        self.actions = ActionMap(pygame)
        self._sounds = PygameSounds(pygame, sounds or {}, self.overlay.theme)
        self.sounds = self._sounds.by_name
        self.overlay.toasts.on_sound = self._sounds.play
        self._pointer = PygamePointer(pygame)
        self.event_type: int | None = pygame.event.custom_type() if post_events else None
        self._activity = getattr(services, "activity", None)
        self._events = PygameEvents(pygame, self.overlay, self.actions, self._input_from, self._focused)
        self._surfaces: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()

    def process_event(self, event: Any) -> bool:
        """Take one of pygame's events. Returns True when a widget took it and the game should not.

        Raises:
            UsageError: it is no event, such as the whole list of them.
        """
        return self._events.process(event)

    def update(self, dt: float | None = None) -> list[Event]:
        """Drain the services and let `dt` seconds pass. Once a frame; at most 5 us when nothing happens.

        Args:
            dt: seconds since the last frame; None measures them.

        Returns:
            The frame's events: those of the services, then those of the widgets.
        """
        happened = self.overlay.update(dt)
        self._events.update()
        self._sounds.update(self.overlay.theme)
        self._pointer.update(self.overlay.modal)
        if happened and self.event_type is not None:
            for event in happened:
                told = self._pygame.event.Event(self.event_type, happened=event, name=type(event).__name__)
                self._pygame.event.post(told)
        return happened

    @property
    def to_local(self) -> Callable[[tuple[float, float]], tuple[float, float]]:
        """See above."""
        return self._events.to_local

    @to_local.setter
    def to_local(self, to_local: Callable[[tuple[float, float]], tuple[float, float]]) -> None:
        self._events.to_local = to_local

    def draw(self, surface: Any) -> None:
        """Show what there is on `surface`, last of all in the frame. Nearly free when there is nothing.

        Raises:
            UsageError: it is no surface.
        """
        if not isinstance(surface, self._pygame.Surface):
            advice = "pass the surface that pygame.display.set_mode() returned"
            raise UsageError(f"surface is {described(surface)}; {advice}")
        if self._follows:
            self.overlay.resize(surface.get_size())
        shown = self.overlay.pictures()
        if not shown:
            return
        clip = surface.get_clip()
        surface.set_clip(None)
        for picture, x, y, alpha, part in shown:
            image = self._surfaces.get(picture)
            if image is None:
                image = self._surfaces[picture] = self._surface(picture)
            image.set_alpha(alpha)
            surface.blit(image, (x, y), part)
        surface.set_clip(clip)

    def _surface(self, picture: Picture) -> Any:
        if picture.swapped is not None:  # the very format that convert_alpha makes, so there is nothing to convert
            return self._pygame.image.frombuffer(picture.swapped, picture.size, "BGRA")
        surface = self._pygame.image.frombuffer(picture.pixels, picture.size, "RGBA")
        # Converted blits are some twenty times faster, but need a display to convert to.
        return surface.convert_alpha() if self._pygame.display.get_surface() else surface


def _swapped(picture: Picture) -> Picture:
    """Lay the bytes of a picture as pygame's surfaces have them. Helper thread."""
    if sys.byteorder != "little":
        return picture
    breathe()
    red, green, blue, alpha = Image.frombuffer("RGBA", picture.size, picture.pixels, "raw", "RGBA", 0, 1).split()
    breathe()
    merged = Image.merge("RGBA", (blue, green, red, alpha))
    breathe()
    return replace(picture, swapped=merged.tobytes())


def _import_pygame() -> Any:
    try:
        return import_module("pygame")
    except ModuleNotFoundError as error:
        if error.name != "pygame":
            raise
        raise ModuleNotFoundError(_INSTALL, name="pygame") from error
