"""Pads that a game asks itself, instead of waiting for their events: they say nothing while a dialog is open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

_PULLED = -0.99
"""Where the triggers of a joystick are at rest; its sticks are in their middle."""


class PygamePads:
    """Stands in for what makes joysticks and controllers while it is attached. Frame thread.

    Their types cannot be subclassed, so a game gets an object that passes for one.

    Args:
        pygame: the module.
        quiet: returns whether the player uses a dialog.
    """

    def __init__(self, pygame: Any, quiet: Callable[[], bool]) -> None:
        self._pygame = pygame
        self._quiet = quiet
        self._replaced: tuple[Any, Any, Any] | None = None

    def joystick(self, make: Callable[..., Any]) -> Callable[..., Any]:
        """What to call in place of `make`, which is ``pygame.joystick.Joystick``."""
        return lambda *given, **named: _Pad(make(*given, **named), self._quiet)

    def attach(self) -> None:
        """Let the name of controllers stand for ones that are watched."""
        with suppress(ImportError):  # not every build of pygame has them
            home = import_module("pygame._sdl2.controller")
            kind = home.Controller
            watched = _watched(kind, self._quiet)
            home.Controller = watched  # type: ignore[attr-defined]
            self._replaced = home, watched, kind

    def detach(self) -> None:
        """Give the name back, where nobody has taken it since. Pads that are there say everything again."""
        if self._replaced is not None:
            home, watched, kind = self._replaced
            if home.Controller is watched:
                home.Controller = kind
            self._replaced = None


class _Pad:
    """A joystick or a controller, with what is held kept to itself at times."""

    def __init__(self, pad: Any, quiet: Callable[[], bool]) -> None:
        self._pad = pad
        self._quiet = quiet
        self._rest: dict[Any, Any] = {}

    @property  # type: ignore[misc]  # so that it passes for one
    def __class__(self) -> Any:
        return self._pad.__class__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pad, name)

    def __eq__(self, other: object) -> bool:
        return bool(_bare(self) == _bare(other))

    def __hash__(self) -> int:
        return hash(_bare(self))

    def __repr__(self) -> str:
        return repr(self._pad)

    def get_axis(self, axis: int) -> Any:
        value = self._pad.get_axis(axis)
        rest = self._rest.setdefault(axis, -1.0 if isinstance(value, float) and value < _PULLED else type(value)())
        return rest if self._quiet() else value

    def get_button(self, button: int) -> Any:
        value = self._pad.get_button(button)
        return type(value)() if self._quiet() else value

    def get_hat(self, hat: int) -> Any:
        return (0, 0) if self._quiet() else self._pad.get_hat(hat)

    def as_joystick(self) -> Any:
        return _Pad(self._pad.as_joystick(), self._quiet)


def _bare(pad: Any) -> Any:
    """The joystick itself: of several overlays each has put one before it."""
    while type(pad) is _Pad:
        pad = pad.__dict__["_pad"]
    return pad


def _watched(kind: Any, quiet: Callable[[], bool]) -> Any:
    """A type whose instances are watched ones of `kind`, and which all of those pass for."""

    class Watched(type):
        def __call__(cls, *given: Any, **named: Any) -> Any:
            return _Pad(kind(*given, **named), quiet)

        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, kind)

        def __getattr__(cls, name: str) -> Any:
            return getattr(kind, name)

        def from_joystick(cls, joystick: Any) -> Any:
            return _Pad(kind.from_joystick(_bare(joystick)), quiet)

    return Watched(kind.__name__, (), {"__module__": kind.__module__, "__doc__": kind.__doc__})
