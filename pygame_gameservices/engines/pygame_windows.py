"""Takes part in windows and renderers that show their frames by themselves, past ``pygame.display``.

``Window.flip`` and ``Renderer.present`` are methods of C types, which cannot be replaced. So while an overlay is
attached the names of these types stand for subclasses of them, and what a game makes of those names asks here before it
shows a frame.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

Shown = Callable[[Any, Callable[[], object]], None]
"""Gets the window or the renderer, and what shows its frame."""

_HOMES = ("pygame", "pygame.window", "pygame._sdl2", "pygame._sdl2.video")


class PygameWindows:
    """Stands in for the types while it is attached. Frame thread.

    Args:
        flipped: called in place of ``Window.flip``.
        presented: called in place of ``Renderer.present``.
    """

    def __init__(self, flipped: Shown, presented: Shown) -> None:
        self._flipped = flipped
        self._presented = presented
        self._replaced: list[tuple[Any, str, Any, Any]] = []

    def attach(self) -> None:
        """Let the names stand for types that are watched."""
        with suppress(ImportError):  # not every build of pygame has it
            import_module("pygame._sdl2.video")
        for name, method, shown in (("Window", "flip", self._flipped), ("Renderer", "present", self._presented)):
            made: dict[Any, Any] = {}
            for home in filter(None, map(sys.modules.get, _HOMES)):
                kind = getattr(home, name, None)
                if hasattr(kind, method):
                    if kind not in made:
                        made[kind] = _watched(kind, method, shown)
                    watched = made[kind]
                    setattr(home, name, watched)
                    self._replaced.append((home, name, watched, kind))

    def detach(self) -> None:
        """Give the names back, where nobody has taken them since. Windows that are there stay watched."""
        for home, name, watched, kind in self._replaced:
            if getattr(home, name) is watched:
                setattr(home, name, kind)
        self._replaced.clear()


class _Alike(type):
    """A subclass that older instances of its base pass for, since a game asks with its name what they are."""

    def __instancecheck__(cls, instance: Any) -> bool:
        kind = cls.__dict__.get("_stands_for")
        return isinstance(instance, kind) if kind is not None else super().__instancecheck__(instance)


def _watched(kind: Any, method: str, shown: Shown) -> Any:
    real = getattr(kind, method)

    def show(self: Any) -> None:
        shown(self, lambda: real(self))

    show.__name__, show.__doc__ = method, real.__doc__
    names = {method: show, "__module__": kind.__module__, "__doc__": kind.__doc__, "_stands_for": kind}
    return _Alike(kind.__name__, (kind,), names)
