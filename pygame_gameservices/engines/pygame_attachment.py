"""Puts the overlay into a pygame game from outside: into what shows a frame, and what hands out events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Protocol
from weakref import ref

from pygame_gameservices.engines.gl_functions import is_opengl
from pygame_gameservices.engines.pygame_pads import PygamePads
from pygame_gameservices.engines.pygame_queue import FUNCTIONS, PygameQueue
from pygame_gameservices.engines.pygame_windows import PygameWindows
from pygame_gameservices.widgets.picture import Placed

_FRAME_MS, _IDLE_MS = 16, 100
"""How often a game that waits for events is woken: while there is something to see, and while there is not."""
_STILL_S = 0.1
"""How long after a frame the next one may come until the screen counts as one that is drawn once."""
_GONE_S = 1.0
"""How long a window may show nothing until another one of the game's gets the overlay."""
_HELD = ("get_pressed", "get_just_pressed", "get_just_released")
"""What both the keyboard and the mouse are asked for; the latter two are pygame-ce's."""


class Frames(Protocol):
    """What an attachment needs of an overlay."""

    @property
    def modal(self) -> bool:
        """Whether a dialog takes all input."""

    def hear_loop(self) -> None:
        """The game asks for events for the first time: what it loaded first is loaded."""

    def pass_frame(self) -> None:
        """Update, unless the game did so in this frame."""

    def shown_on(self, target: Any) -> Sequence[Placed]:
        """What is to be drawn on `target`; nothing where the game has drawn it already."""

    def draw_on(self, target: Any, shown: Sequence[Placed]) -> None:
        """Draw it."""


class Attachment:
    """Hooks of one overlay, which can be undone. Frame thread.

    Each hook calls what it stands in for, and becomes nothing but that call when it is undone; so two overlays, or
    another library that hooks the same, come and go in any order.
    """

    def __init__(self, pygame: Any, frames: Frames, queue: PygameQueue) -> None:
        self._pygame = pygame
        self._frames = frames
        self._queue = queue
        self._last: list[Any] = []
        self._last_shown: list[Placed] = []
        self._hooks: list[tuple[Any, str, Any, Any]] = []
        self._update: Callable[[list[Any]], object] = pygame.display.update
        self._windows = PygameWindows(self._flip, self._present)
        self._pads = PygamePads(pygame, lambda: self.on and frames.modal)
        self._window: Callable[[], Any] = lambda: None
        self._flip_window: Callable[[], object] = lambda: None
        self._shown_at = self._look_at = float("inf")
        self._loops = False
        self.on = False

    def attach(self) -> None:
        """Put the hooks in place. Twice is fine."""
        if self.on:
            return
        self.on, self._loops = True, False
        pygame = self._pygame
        self._windows.attach()
        self._pads.attach()
        asked = {"wait": self._wait, "get": self._asked(self._queue.get), "poll": self._asked(self._queue.poll)}
        for name in FUNCTIONS:
            self._hook(pygame.event, name, asked.get(name) or getattr(self._queue, name))
        flip = pygame.display.flip
        self._update = update = pygame.display.update
        self._hook(pygame.display, "flip", lambda: self._show(flip))
        self._hook(pygame.display, "update", lambda *given, **named: self._show_parts(update, *given, **named))
        for home in (pygame.key, pygame.mouse):
            for name in filter(lambda name: hasattr(home, name), _HELD):
                self._hook(home, name, self._said_held(getattr(home, name)))
        self._hook(pygame.mouse, "get_rel", self._moved(pygame.mouse.get_rel))
        self._hook(pygame.joystick, "Joystick", self._pads.joystick(pygame.joystick.Joystick))

    def detach(self) -> None:
        """Take the hooks away, where nobody has hooked them since; those that stay do nothing any more."""
        self.on = False
        self._windows.detach()
        self._pads.detach()
        for module, name, hook, original in self._hooks:
            if getattr(module, name) is hook:
                setattr(module, name, original)
        self._hooks.clear()

    def _hook(self, module: Any, name: str, replacement: Callable[..., Any]) -> None:
        original = getattr(module, name)

        def hook(*given: Any, **named: Any) -> Any:
            return (replacement if self.on else original)(*given, **named)

        hook.__name__, hook.__doc__ = name, original.__doc__
        setattr(module, name, hook)
        self._hooks.append((module, name, hook, original))

    def _wait(self, timeout: int = 0) -> Any:
        """Wait, and go on showing what there is to see meanwhile."""
        return self._queue.wait(timeout, self._meanwhile)

    def _asked(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        """Hand out events, and go on showing what there is to see where the game draws its screen only once."""

        def asked(*given: Any, **named: Any) -> Any:
            if not self._loops:
                self._loops = True
                self._frames.hear_loop()
            now = monotonic()
            if now >= self._look_at and now - self._shown_at >= _STILL_S:
                self._look_at = now + self._meanwhile() / 1000
            return ask(*given, **named)

        return asked

    def _meanwhile(self) -> int:
        """Show what there is to see over the last frame. Returns after how many milliseconds it may have changed."""
        surface, window = self._pygame.display.get_surface(), self._window()
        show = self._update
        if surface is None and hasattr(window, "get_surface"):
            surface, flip = self._surface_of(window), self._flip_window
            show = lambda areas: flip()  # noqa: E731
        self._frames.pass_frame()
        if surface is None or is_opengl(self._pygame, surface):  # whose last frame is not there any more
            return _IDLE_MS
        shown = self._frames.shown_on(surface)
        if shown or self._last:
            self._draw(surface, shown, show)
        return _FRAME_MS if shown else _IDLE_MS

    def _flip(self, window: Any, flip: Callable[[], object]) -> None:
        """In place of ``Window.flip``."""
        surface = None
        if self._is_ours(window):
            self._flip_window = flip
            surface = self._surface_of(window)
        if surface is None:
            flip()
            return
        self._queue.look(pump=False)
        self._frames.pass_frame()
        self._draw(surface, self._frames.shown_on(surface), lambda areas: flip())
        self._note()

    def _surface_of(self, window: Any) -> Any:
        """The surface of our window. One without, as with OpenGL, a renderer or closed, is ours no longer."""
        try:
            return window.get_surface()
        except self._pygame.error:
            self._window, self._last, self._last_shown = lambda: None, [], []
            return None

    def _present(self, renderer: Any, present: Callable[[], object]) -> None:
        """In place of ``Renderer.present``."""
        if self._is_ours(renderer):
            self._queue.look(pump=False)
            self._frames.pass_frame()
            self._frames.draw_on(renderer, self._frames.shown_on(renderer))
            self._note()
        present()

    def _is_ours(self, window: Any) -> bool:
        """Whether it is this window that shows the overlay: the first of several, for as long as it shows frames."""
        if not self.on or self._pygame.display.get_surface() is not None:
            return False
        ours = self._window()
        if ours is None or (ours is not window and monotonic() - self._shown_at > _GONE_S):
            self._window, self._last, self._last_shown = ref(window), [], []
        return self._window() is window

    def _note(self) -> None:
        self._shown_at, self._look_at = monotonic(), 0.0

    def _show(self, flip: Callable[[], object]) -> None:
        surface = self._pygame.display.get_surface()
        if surface is None:
            flip()
            return
        self._queue.look(pump=False)  # for games that never ask
        self._frames.pass_frame()
        self._draw(surface, self._frames.shown_on(surface), lambda areas: flip())
        self._note()

    def _show_parts(self, update: Callable[..., object], *given: Any, **named: Any) -> None:
        """Show some rectangles of the screen, and those where the overlay is, or just was."""
        surface = self._pygame.display.get_surface()
        parts = self._parts(*given, **named)
        if parts is None or surface is None:
            self._show(lambda: update(*given, **named))
            return
        self._frames.pass_frame()
        self._note()
        shown = self._frames.shown_on(surface)
        if list(shown) == self._last_shown and all(part.collidelist(self._last) < 0 for part in parts):
            update(*given, **named)
            return
        self._draw(surface, shown, lambda areas: update([*parts, *areas]))

    def _parts(self, *given: Any, **named: Any) -> list[Any] | None:
        """What ``pygame.display.update`` was asked to show; None for everything."""
        rect = self._pygame.Rect
        if named:
            given = (*given, *named.values())
        if not given or given[0] is None:
            return None
        if len(given) > 1:
            return [rect(*given)]
        try:
            return [rect(given[0])]
        except TypeError:
            return [rect(each) for each in given[0] if each]

    def _draw(self, surface: Any, shown: Sequence[Placed], show: Callable[[list[Any]], object]) -> None:
        """Draw on the surface, have `show` show it, and give the game its pixels back."""
        screen = surface.get_rect()
        sizes = [each.picture.size if each.part is None else each.part[2:] for each in shown]
        areas = [
            self._pygame.Rect((each.x, each.y), size).clip(screen) for each, size in zip(shown, sizes, strict=True)
        ]
        areas = [area for area in areas if area]
        plain = not is_opengl(self._pygame, surface)
        below = [(surface.subsurface(area).copy(), area) for area in areas] if plain else []
        self._frames.draw_on(surface, shown)
        try:
            show([*areas, *self._last])
        finally:
            self._last, self._last_shown = areas, list(shown)
            if below:
                clip = surface.get_clip()
                surface.set_clip(None)
                for pixels, area in below:
                    surface.blit(pixels, area)
                surface.set_clip(clip)

    def _said_held(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        """What is held, as the game sees it: nothing while the player uses a dialog."""

        def held(*given: Any, **named: Any) -> Any:
            said = ask(*given, **named)
            return type(said)((False,) * len(said)) if self._frames.modal else said

        return held

    def _moved(self, ask: Callable[[], tuple[int, int]]) -> Callable[[], tuple[int, int]]:
        """How far the mouse went, as the game sees it: not at all while it moves in a dialog, nor at once after it."""

        def moved() -> tuple[int, int]:
            by = ask()
            return (0, 0) if self._frames.modal else by

        return moved
