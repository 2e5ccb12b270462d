"""The overlay in a pygame or pygame-ce game."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, Self

from pygame_gameservices.core.events import Event
from pygame_gameservices.engines.facade import Facade
from pygame_gameservices.engines.gl_canvas import GLCanvas
from pygame_gameservices.engines.gl_functions import is_opengl
from pygame_gameservices.engines.pygame_attachment import Attachment
from pygame_gameservices.engines.pygame_clipboard import PygameClipboard
from pygame_gameservices.engines.pygame_events import PygameEvents
from pygame_gameservices.engines.pygame_input import ActionMap
from pygame_gameservices.engines.pygame_pictures import laid
from pygame_gameservices.engines.pygame_pointer import PygamePointer
from pygame_gameservices.engines.pygame_queue import PygameQueue
from pygame_gameservices.engines.pygame_sounds import PygameSounds
from pygame_gameservices.engines.pygame_surfaces import SurfaceCanvas
from pygame_gameservices.engines.pygame_textures import RendererCanvas
from pygame_gameservices.engines.shortcuts import Shortcuts
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.arrivals import Uploader
from pygame_gameservices.widgets.checks import check_is, described
from pygame_gameservices.widgets.overlay import Overlay
from pygame_gameservices.widgets.picture import Placed
from pygame_gameservices.widgets.stage import Services
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.wording import Wording

_INSTALL = 'pygame is not installed; pip install "pygame_gameservices[pygame]" or "pygame_gameservices[pygame-ce]"'
_DISPLAY: Any = object()


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
            size: of the surface that `draw` gets, in pixels; None follows that surface, or an OPENGL display's window.
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
        self.overlay.finish_with(laid)
        self.overlay.clipboard = PygameClipboard(pygame)
        self.actions = ActionMap(pygame)
        self._sounds = PygameSounds(pygame, sounds or {}, self.overlay.theme)
        self.sounds = self._sounds.by_name
        self.overlay.toasts.on_sound = self._sounds.play
        self._pointer = PygamePointer(pygame)
        self.event_type: int | None = pygame.event.custom_type() if post_events else None
        self._activity = getattr(services, "activity", None)
        self._expect_updates = getattr(services, "expect_updates", None)
        self._shortcuts = Shortcuts()
        self._events = PygameEvents(pygame, self.overlay, self.actions, self._input_from, self._focused)
        self._surfaces = SurfaceCanvas(pygame)
        self._renderer: RendererCanvas | None = None
        self._gl: GLCanvas | None = None
        self._shows_with: Canvas | None = None
        self._fresh = self._drawn = self._modal = False
        self._queue = PygameQueue(pygame.event, pygame.event.Event(pygame.NOEVENT), self.process_event)
        self._attachment = Attachment(pygame, self, self._queue)
        if window is not None and is_opengl(pygame, window):
            self.overlay.upload_with(self._uploader(self._canvas(window)))  # says now what is wrong with it

    def process_event(self, event: Any) -> bool:
        """Take one of pygame's events. Returns True when a widget took it and the game should not.

        Raises:
            UsageError: it is no event, such as the whole list of them.
        """
        kind = getattr(event, "type", None)
        if kind == self._pygame.KEYDOWN and self._shortcut(event):
            return True
        if kind == self._pygame.KEYUP and self._shortcuts.release(getattr(event, "key", 0)):
            return True
        return self._events.process(event)

    def update(self, dt: float | None = None) -> list[Event]:
        """Drain the services and let `dt` seconds pass. Once a frame; at most 5 us when nothing happens.

        Args:
            dt: seconds since the last frame; None measures them.

        Returns:
            The frame's events: those of the services, then those of the widgets.
        """
        self._fresh = True
        happened = self.overlay.update(dt)
        if not self.overlay.at_rest:
            self._events.update()
            self._modal = self.overlay.modal
        if self._sounds.missing or self._sounds.theme is not self.overlay.theme:
            self._sounds.update(self.overlay.theme)
        if self._modal or self._pointer.shown:
            self._pointer.update(self._modal)
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

    def draw(self, target: Any = _DISPLAY) -> None:
        """Show what there is, last of all in the frame. Nearly free when there is nothing.

        Args:
            target: the surface that the game draws to, also that of an OPENGL display, whose context is left as it was;
                or a `Window` of pygame-ce that has a surface; or a `Renderer` of ``pygame._sdl2.video``, for games that
                draw with textures; without it, the display.

        Raises:
            UsageError: it is none of them, or a display that cannot be drawn to.
        """
        target = self._target(target)
        self.draw_on(target, self.shown_on(target))
        self._drawn = True

    def attach(self) -> Self:
        """Take part in the whole game from here on, whatever loops it has, and return the overlay.

        ::

            overlay = PygameOverlay(services).attach()

        ``pygame.display.flip`` and ``update`` update and show it, and give the game back the pixels below;
        ``pygame.event.get``, ``poll``, ``wait``, ``peek`` and ``clear`` hand out what no dialog took; while one is open
        ``pygame.key.get_pressed``, ``pygame.mouse.get_pressed``, ``get_rel``, joysticks and controllers say that
        nothing is held or moved. So the game itself need not call `process_event`, `update` or `draw`. What happened
        can be had as pygame events; see `event_type`.

        A `Window` of pygame-ce that has a surface, a `Renderer` of ``pygame._sdl2.video``, a joystick and a controller
        take part if they are made from here on; of several windows the first shows the overlay. Where the game shows
        nothing for a while, as on a screen that is drawn once, asking for events shows what there is to see over it.

        Names that the game has taken out of their modules before, as in ``from pygame.display import flip``, and
        windows and pads made before are not reached: for those call `update` and `draw`. `detach` undoes it.
        """
        if not self._attachment.on:
            self._frames_begun(False)
        self._attachment.attach()
        return self

    def detach(self) -> None:
        """Leave the game to itself again: pygame's functions are what they were. Without `attach` it does nothing."""
        self._attachment.detach()
        self._frames_begun(True)

    def hear_loop(self) -> None:
        """The game has begun to ask for events, so it shows frames as well. By `attach`."""
        self._frames_begun(True)

    def events(self, eventtype: Any = None, *, exclude: Any = None) -> list[Any]:
        """Take pygame's events that no widget took, in place of ``pygame.event.get`` and `process_event`.

        ::

            for event in overlay.events():
                ...

        Args:
            eventtype: only of this type, or of these; the others wait until the game asks for them, and the overlay
                gets them all the same. None for all.
            exclude: the types that are left to wait.
        """
        return self._queue.get(eventtype, exclude=exclude)

    def _key(self, name: str) -> int | None:
        return _constant(self._pygame, "K_", name)

    def _shortcut(self, event: Any) -> bool:
        writing = self.overlay.text_area is not None
        return self._shortcuts.press(getattr(event, "key", 0), modal=self.overlay.modal, writing=writing)

    def pass_frame(self) -> None:
        """Update, unless the game did so itself in this frame. By `attach`."""
        if not self._fresh:
            self.update()
        self._fresh = False

    def shown_on(self, target: Any) -> Sequence[Placed]:
        """The pictures of this frame, for a target of `draw`; none where the game has drawn them. By `attach`."""
        if self._drawn:
            self._drawn = False
            return ()
        canvas = self._canvas(target)
        if canvas is not self._shows_with:
            self._shows_with = canvas
            self.overlay.upload_with(self._uploader(canvas))
        if self._follows:
            self.overlay.resize(canvas.size(target))
        return self.overlay.pictures()

    def draw_on(self, target: Any, shown: Sequence[Placed]) -> None:
        """Draw what `shown_on` has just returned for this very target. By `attach`."""
        if shown and self._shows_with is not None:
            self._shows_with.draw(target, shown)
        elif self._shows_with is self._surfaces:
            self._surfaces.forget()

    def _target(self, target: Any) -> Any:
        """What `draw` was asked to draw on, once it is known to be something of that kind."""
        self._drawn = False
        if isinstance(target, self._pygame.Surface):
            return target
        if target is _DISPLAY:
            target = self._pygame.display.get_surface()
        elif hasattr(target, "get_surface"):
            target = target.get_surface()
        if not isinstance(target, self._pygame.Surface) and not _is_renderer(target):
            advice = "pass the surface that pygame.display.set_mode() returned, a Window, or a Renderer"
            raise UsageError(f"surface is {described(target)}; {advice}")
        return target

    def _canvas(self, target: Any) -> Canvas:
        """Who draws on `target`."""
        if not isinstance(target, self._pygame.Surface):
            if self._renderer is None or self._renderer.renderer is not target:
                self._renderer = RendererCanvas(self._pygame, target)
            return self._renderer
        if is_opengl(self._pygame, target):
            if self._gl is None or not self._gl.alive():
                self._gl = GLCanvas(self._pygame.display.get_window_size)
                self._gl.warm(target)
            return self._gl
        return self._surfaces

    def _uploader(self, canvas: Canvas) -> Uploader | None:
        """Who copies pictures before they can be shown with `canvas`; surfaces are made of their very bytes."""
        return canvas if isinstance(canvas, (GLCanvas, RendererCanvas)) else None


class Canvas(Protocol):
    """What draws on one kind of target."""

    def size(self, target: Any, /) -> tuple[int, int]:
        """Width and height of `target` in pixels."""

    def draw(self, target: Any, shown: Sequence[Placed], /) -> None:
        """Draw the pictures in order, and leave `target` as it was otherwise."""


def _is_renderer(target: Any) -> bool:
    video = sys.modules.get("pygame._sdl2.video")  # of which nobody has an object who has not imported it
    return video is not None and isinstance(target, video.Renderer)


def _constant(module: Any, prefix: str, name: str) -> int | None:
    """A number of the engine's that goes by a name such as ``K_F9`` or ``K_l``, however it is written."""
    found = (getattr(module, prefix + each, None) for each in (name, name.upper(), name.lower()))
    return next((number for number in found if isinstance(number, int)), None)


def _import_pygame() -> Any:
    try:
        return import_module("pygame")
    except ModuleNotFoundError as error:
        if error.name != "pygame":
            raise
        raise ModuleNotFoundError(_INSTALL, name="pygame") from error
