"""The functions of OpenGL, from the SDL that pygame brings along; nothing else needs to be installed."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, c_char_p, c_float, c_int, c_ssize_t, c_ubyte, c_uint, c_void_p
from functools import cache
from importlib import import_module
from typing import Any

from pygame_gameservices.errors import UsageError

_E, _I, _U, _F, _B = c_uint, c_int, c_uint, c_float, c_ubyte
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    # name: what it returns, then what it takes
    "glGetString": (c_char_p, _E),
    "glGetIntegerv": (None, _E, POINTER(c_int)),
    "glIsEnabled": (_B, _E),
    "glEnable": (None, _E),
    "glDisable": (None, _E),
    "glViewport": (None, _I, _I, _I, _I),
    "glColorMask": (None, _B, _B, _B, _B),
    "glPolygonMode": (None, _E, _E),
    "glPixelStorei": (None, _E, _I),
    "glGenTextures": (None, _I, c_void_p),
    "glDeleteTextures": (None, _I, c_void_p),
    "glBindTexture": (None, _E, _U),
    "glActiveTexture": (None, _E),
    "glTexParameteri": (None, _E, _E, _I),
    "glTexImage2D": (None, _E, _I, _I, _I, _I, _I, _E, _E, c_char_p),
    "glTexSubImage2D": (None, _E, _I, _I, _I, _I, _I, _E, _E, c_char_p),
    "glBindSampler": (None, _U, _U),
    "glBlendFuncSeparate": (None, _E, _E, _E, _E),
    "glBlendEquationSeparate": (None, _E, _E),
    "glCreateProgram": (_U,),
    "glCreateShader": (_U, _E),
    "glShaderSource": (None, _U, _I, c_void_p, c_void_p),
    "glCompileShader": (None, _U),
    "glAttachShader": (None, _U, _U),
    "glDeleteShader": (None, _U),
    "glBindAttribLocation": (None, _U, _U, c_char_p),
    "glLinkProgram": (None, _U),
    "glGetProgramiv": (None, _U, _E, c_void_p),
    "glIsProgram": (_B, _U),
    "glUseProgram": (None, _U),
    "glGetUniformLocation": (_I, _U, c_char_p),
    "glUniform1i": (None, _I, _I),
    "glUniform1f": (None, _I, _F),
    "glUniform2f": (None, _I, _F, _F),
    "glUniform4f": (None, _I, _F, _F, _F, _F),
    "glGenVertexArrays": (None, _I, c_void_p),
    "glBindVertexArray": (None, _U),
    "glGenBuffers": (None, _I, c_void_p),
    "glBindBuffer": (None, _E, _U),
    "glBufferData": (None, _E, c_ssize_t, c_char_p, _E),
    "glEnableVertexAttribArray": (None, _U),
    "glVertexAttribPointer": (None, _U, _I, _E, _B, _I, c_void_p),
    "glBindFramebuffer": (None, _E, _U),
    "glDrawArrays": (None, _E, _I, _I),
    "glBegin": (None, _E),
    "glVertex2f": (None, _F, _F),
    "glEnd": (None,),
}


class GL:
    """Functions of OpenGL by their names, each looked up when first used. Frame thread, with a current context."""

    def __init__(self, address: Any) -> None:
        self._address = address

    def __getattr__(self, name: str) -> Any:
        signature = _SIGNATURES.get(name)
        found = self._address(name.encode()) if signature else None
        if not found or signature is None:
            raise AttributeError(name)
        make = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
        function = make(*signature)(found)
        setattr(self, name, function)
        return function

    def has(self, name: str) -> bool:
        """Whether the driver has a function."""
        return hasattr(self, name)

    def integer(self, name: int) -> int:
        """One number of the state."""
        return self.integers(name, 1)[0]

    def integers(self, name: int, count: int) -> list[int]:
        """The first `count` numbers of a state."""
        values = (c_int * 16)()  # more than any state has that is asked for, so that none writes past the end
        self.glGetIntegerv(name, values)
        return list(values[:count])

    def text(self, name: int) -> str:
        """A text of the driver's; empty without a context."""
        said = self.glGetString(name)
        return str(said, "utf-8", "replace") if said else ""


def load() -> GL:
    """Find OpenGL through SDL, which knows where each system and driver keeps it.

    Raises:
        UsageError: SDL itself cannot be found, as in a build that has it inside.
    """
    library = _sdl()
    address = library.SDL_GL_GetProcAddress
    address.restype, address.argtypes = c_void_p, [c_char_p]
    return GL(address)


def is_opengl(pygame: Any, surface: Any) -> bool:
    """Whether a surface is that of an OPENGL display, of which no pixel is shown. Frame thread.

    SDL may show plain and SCALED displays with OpenGL as well, and pygame then says OPENGL of their surfaces, too. The
    window of such a display has a renderer of SDL's, and that of a game with OpenGL of its own has none.

    Raises:
        UsageError: SDL itself cannot be found, as in a build that has it inside.
    """
    flags = surface.get_flags()
    if not flags & pygame.OPENGL or flags & pygame.PREALLOC:  # the pixels of a plain window are SDL's
        return False
    current_window, renderer_of = _windows()
    window = current_window()
    return not (window and renderer_of(window))


@cache
def _windows() -> tuple[Any, Any]:
    """SDL's functions for the window that OpenGL draws on now, and for the renderer of a window."""
    library = _sdl()
    current, renderer = library.SDL_GL_GetCurrentWindow, library.SDL_GetRenderer
    current.restype, current.argtypes = c_void_p, []
    renderer.restype, renderer.argtypes = c_void_p, [c_void_p]
    return current, renderer


def _sdl() -> Any:
    """SDL as pygame has loaded it: by its name on Windows, elsewhere through a module that is linked to it."""
    advice = "draw the overlay to a surface and show that as a texture of your own"
    try:
        library = ctypes.CDLL("SDL2.dll" if sys.platform == "win32" else import_module("pygame.base").__file__)
        library.SDL_GL_GetProcAddress  # noqa: B018  looks for it
    except (OSError, AttributeError, TypeError) as error:
        raise UsageError(f"the overlay cannot draw on an OPENGL display, since SDL is not found: {advice}") from error
    return library
