"""The overlay in an Arcade game."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from time import perf_counter
from typing import Any, Self
from weakref import WeakMethod, WeakSet

from pygame_gameservices.core.events import Event
from pygame_gameservices.engines.arcade_canvas import ArcadeCanvas
from pygame_gameservices.engines.arcade_events import ArcadeEvents
from pygame_gameservices.engines.arcade_pointer import ArcadePointer
from pygame_gameservices.engines.arcade_sounds import ArcadeSounds
from pygame_gameservices.engines.facade import Facade
from pygame_gameservices.engines.shortcuts import Shortcuts
from pygame_gameservices.widgets.checks import check_is
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.stage import Services
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.wording import Wording

try:
    import arcade
    import pyglet
except ModuleNotFoundError as missing:
    if missing.name not in ("arcade", "pyglet"):
        raise
    _INSTALL = 'Arcade is not installed; pip install "pygame_gameservices[arcade]"'
    raise ModuleNotFoundError(_INSTALL, name=missing.name) from missing

logger = logging.getLogger("pygame_gameservices")
_OF_CONTROLLERS = ("on_button_press", "on_button_release", "on_dpad_motion", "on_stick_motion")


class ArcadeOverlay(Facade, pyglet.event.EventDispatcher):  # type: ignore[misc]
    """Shows toasts and widgets over an Arcade window. Everything is called on the frame thread.

    ::

        class Game(arcade.View):
            def on_show_view(self):
                self.overlay.enable()

            def on_hide_view(self):
                self.overlay.disable()

            def on_draw(self):
                self.clear()
                ...
                self.overlay.draw()

        @overlay.event
        def on_trophy_unlocked(event):
            print(event.trophy.title)

    Every event of the services and widgets is dispatched with the name of its class, ``TrophyUnlocked`` as
    ``on_trophy_unlocked(event)``. The window and its current view hear it where they have such a method;
    ``overlay.push_handlers(game)`` connects all such methods of another object at once.

    Attributes:
        overlay: the engine-neutral overlay behind it, with `theme`, `safe_area`, `reduced_motion` and the rest.
        actions: which keys and buttons mean what; change its dictionaries to remap.
        sounds: `arcade.Sound` by the names that the theme's sounds use; those that are files are loaded by themselves.
    """

    def __init__(
        self,
        services: Services,
        *,
        window: Any = None,
        theme: Theme | None = None,
        toasts: ToastOptions | None = None,
        wording: Wording | None = None,
    ) -> None:
        """Make an overlay that shows nothing yet.

        Args:
            services: usually a `ServiceManager`; drained in each ``on_update`` while the overlay is enabled.
            window: the window to show on; None is Arcade's current one.
            theme: how it looks and sounds; None is dark glass.
            toasts: how toasts behave; None is the default.
            wording: what widgets say; None is English.

        Raises:
            UsageError: one of them is something else, such as one service in place of the manager, or a view.
            RuntimeError: there is no window yet.
        """
        self.window = window or arcade.get_window()
        wanted = "pass the arcade.Window, such as self.window in a View"
        check_is("window", self.window, pyglet.window.BaseWindow, wanted)
        size = self.window.get_framebuffer_size()
        self.overlay = Overlay(services, size=size, theme=theme, toasts=toasts, wording=wording)
        self._sounds = ArcadeSounds(self.overlay.theme)
        self.sounds = self._sounds.by_name
        self.overlay.toasts.on_sound = self._sounds.play
        self.overlay.clipboard = _Clipboard(self.window)
        self._activity = getattr(services, "activity", None)
        self._expect_updates = getattr(services, "expect_updates", None)
        self._canvas = ArcadeCanvas(self.window.ctx)
        self.overlay.upload_with(self._canvas)
        self._shortcuts = Shortcuts()
        self._events = ArcadeEvents(self.overlay, self.window, arcade.key, self._input_from, self._focused)
        self.actions = self._events.actions
        self._enabled: dict[str, Any] | None = None
        self._pushed: dict[str, Any] = {}
        self._frame: dict[str, Any] | None = None
        self._view: Any = None
        self._pointer = ArcadePointer(self.window)
        self._updated_at = perf_counter()
        self._fresh = False
        _enabled_ones.add(self)
        for event in _all_events(Event):
            _register(event)

    def enable(self) -> Self:
        """Take part in the window's input and updates, before all views, also those shown later; return the overlay.

        Once is enough; a view that has an overlay of its own calls it from ``on_show_view``, as with arcade.gui. An
        open dialog gets the input before everything, also before an ``arcade.gui.UIManager`` that is enabled later.
        """
        if self._enabled is None:
            self._frames_begun(False)
            self._canvas.warm(self.window.get_framebuffer_size())
            heard: dict[str, Any] = {
                **self._events.handlers(),
                "on_update": self._updated,
                "on_key_press": self._pressed,
                "on_key_release": self._released,
            }
            self._enabled = {name: heard[name] for name in heard if name in self.window.event_types}
            self._push()
        return self

    def disable(self) -> None:
        """Take part no more; nothing is updated until it is enabled again."""
        if self._enabled is not None:
            self.window.remove_handlers(**self._enabled)
            self._enabled = self._frame = None
            self._pointer.update(False)
            self._frames_begun(True)

    def listen(self, controller: Any) -> None:
        """Also hear a pyglet controller that the game has opened. `arcade.ControllerWindow` needs no such call."""
        handlers = self._events.handlers()
        controller.push_handlers(**{name: handlers[name] for name in _OF_CONTROLLERS})

    def forget(self, controller: Any) -> None:
        """Hear a pyglet controller no more, as when it was unplugged; what it held ends."""
        handlers = self._events.handlers()
        controller.remove_handlers(**{name: handlers[name] for name in _OF_CONTROLLERS})
        self._events.on_disconnect(controller)

    def update(self, dt: float | None = None) -> list[Event]:
        """Drain the services, let `dt` seconds pass, and dispatch the events. ``enable`` sees to it that it is called.

        Args:
            dt: seconds since the last frame; None measures them.

        Returns:
            The frame's events, for a game that drives the overlay itself.
        """
        self._updated_at, self._fresh = perf_counter(), True
        happened = self.overlay.update(dt)
        if self._enabled is not None:
            self._come_first()
            self._pointer.update(self.overlay.modal)
        for event in happened:
            self._tell(event)
        return happened

    def draw(self) -> None:
        """Show what there is, last of all in ``on_draw``. Nearly free when there is nothing.

        In a frame that told nobody of its ``on_update``, such as Arcade's without a screen, this updates too.
        """
        if self._enabled is not None and not self._fresh:
            self.update(perf_counter() - self._updated_at)
        self._fresh = False
        if self._enabled is not None:
            self._come_first()  # the view's own update, which is over by now, may have put something before us
        self.overlay.resize(self.window.get_framebuffer_size())
        shown = self.overlay.pictures()
        if shown:
            self._canvas.draw(shown, self.overlay.size)
        else:
            self._canvas.forget()

    def _key(self, name: str) -> int | None:
        number = getattr(arcade.key, name.upper(), None)
        return number if isinstance(number, int) else None

    def _pressed(self, symbol: int, modifiers: int) -> bool | None:
        writing = self.overlay.text_area is not None
        if self._shortcuts.press(symbol, modal=self.overlay.modal, writing=writing):
            return True
        return self._events.on_key_press(symbol, modifiers)

    def _released(self, symbol: int, modifiers: int) -> bool | None:
        return self._shortcuts.release(symbol) or self._events.on_key_release(symbol, modifiers)

    def _updated(self, dt: float) -> None:
        self.update(dt)

    def _push(self) -> None:
        """Put our handlers before all others."""
        assert self._enabled is not None
        self._view = self.window.current_view
        self.window.push_handlers(**self._enabled)
        self._frame = self.window._event_stack[0]
        self._pushed = dict(self._frame)

    def _come_first(self) -> None:
        """Put our handlers before those that a new view, or while a dialog is open anybody, has put before them."""
        if self.window.current_view is self._view and not (self.overlay.modal and self._is_behind()):
            return
        assert self._enabled is not None
        self.window.remove_handlers(**self._enabled)
        self._push()

    def _is_behind(self) -> bool:
        """Whether others get the input before us, or took the place of our handlers, as ``@window.event`` does."""
        for frame in self.window._event_stack:
            if frame is self._frame:
                return frame != self._pushed
            if not any(other.overlay.modal and frame is other._frame for other in _enabled_ones):
                return True
        return True

    def _tell(self, event: Event) -> None:
        """Dispatch an event: to whoever asked the overlay for it, and to the view and the window that know it by name.

        One that was pushed as handler of the overlay too hears of it once.
        """
        name = _register(type(event))
        mine = [getattr(each, name, None) for each in (self.window.current_view, self.window)]
        asked = [_method(frame[name]) for frame in self._event_stack if name in frame]
        if self.dispatch_event(name, event):
            return
        for handler in mine:
            if handler is not None and handler not in asked and handler(event):
                return


_enabled_ones: WeakSet[ArcadeOverlay] = WeakSet()
"""All overlays, of which those with a dialog do not push each other aside."""


class _Clipboard:
    """The window's clipboard, as far as its platform has one."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._own = ""

    def paste(self) -> str:
        try:
            return str(self._window.get_clipboard_text()) or self._own
        except Exception:  # windows without a screen have none, and another program may hold it: it is only a clipboard
            logger.debug("the clipboard could not be read", exc_info=True)
            return self._own

    def copy(self, text: str) -> None:
        self._own = text
        try:
            self._window.set_clipboard_text(text)
        except Exception:
            logger.debug("the clipboard could not be written", exc_info=True)


def _method(handler: Any) -> Any:
    """The handler itself, of which pyglet keeps a weak reference where it is a method."""
    return handler() if isinstance(handler, WeakMethod) else handler


def _register(event: type[Event]) -> str:
    """The name by which an event is dispatched, known to the dispatcher from now on."""
    name = "on_" + re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower()
    if name not in getattr(ArcadeOverlay, "event_types", ()):
        ArcadeOverlay.register_event_type(name)
    return name


def _all_events(base: type[Event]) -> Iterator[type[Event]]:
    for event in base.__subclasses__():
        yield event
        yield from _all_events(event)
