"""A pad that SDL itself takes for one, with nobody's hands on it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_GAMEPAD = 1
AXES, BUTTONS, HATS = 6, 16, 1
FULL = 32767


class VirtualPad:
    """One is plugged in as soon as it is made. Skips the test where SDL cannot be reached or makes none.

    Args:
        pygame: the module, with its display open.
    """

    def __init__(self, pygame: Any) -> None:
        self._sdl = ctypes.CDLL(str(next(_libraries(pygame), None) or pytest.skip("SDL is not beside pygame")))
        self._sdl.SDL_SetHint(b"SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", b"1")  # a window without a screen has no focus
        pygame.joystick.init()
        number = self._sdl.SDL_JoystickAttachVirtual(_GAMEPAD, AXES, BUTTONS, HATS)
        if number < 0:
            pytest.skip("this SDL makes no virtual pads")
        self._sdl.SDL_JoystickOpen.restype = ctypes.c_void_p
        self._pad = ctypes.c_void_p(self._sdl.SDL_JoystickOpen(number))

    def press(self, button: int, down: bool = True) -> None:
        """Press a button, or let go of it."""
        self._sdl.SDL_JoystickSetVirtualButton(self._pad, button, int(down))
        self._sdl.SDL_JoystickUpdate()

    def move(self, axis: int, to: float) -> None:
        """Move a stick or pull a trigger, from -1 to 1."""
        self._sdl.SDL_JoystickSetVirtualAxis(self._pad, axis, ctypes.c_int16(int(to * FULL)))
        self._sdl.SDL_JoystickUpdate()


def _libraries(pygame: Any) -> Iterator[Path]:
    """SDL itself, which wheels bring along."""
    package = Path(pygame.__file__).parent
    for folder in (package, package.parent / "pygame.libs", package.parent / "pygame_ce.libs", package / ".dylibs"):
        for pattern in ("libSDL2-2*.so*", "SDL2.dll", "libSDL2-2*.dylib"):
            yield from folder.glob(pattern)
