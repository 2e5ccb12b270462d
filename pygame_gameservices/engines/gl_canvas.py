"""Shows finished pictures on an OPENGL display of pygame: one texture each, and one quad for all."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ctypes import byref, c_char_p, c_int, c_uint
from typing import Any, NamedTuple
from weakref import finalize

from pygame_gameservices.engines.gl_functions import GL, load
from pygame_gameservices.engines.texture_size import texture_size
from pygame_gameservices.engines.textures import Textures
from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.picture import Picture, Placed

_VERTEX = """
uniform vec4 box;       // left, top, width and height in pixels
uniform vec4 part;      // the same of what is shown of the picture, as parts of 1
uniform vec2 screen;    // width and height in pixels
IN vec2 corner;
OUT vec2 place;
void main() {
    vec2 at = (box.xy + CORNER * box.zw) / screen;
    gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
    place = part.xy + CORNER * part.zw;
}
"""
_FRAGMENT = """
uniform sampler2D picture;
uniform float alpha;
VARYING vec2 place;
RESULT
void main() {
    vec4 color = TEXTURE(picture, place);
    COLOR = vec4(color.rgb, color.a * alpha);
}
"""
_OLD = {"IN vec2 corner;": "", "CORNER": "gl_Vertex.xy", "OUT": "varying", "VARYING": "varying", "RESULT": ""} | {
    "TEXTURE": "texture2D",
    "COLOR": "gl_FragColor",
}
_NEW = {"IN": "in", "CORNER": "corner", "OUT": "out", "VARYING": "in", "RESULT": "out vec4 shown;"} | {
    "TEXTURE": "texture",
    "COLOR": "shown",
}
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))

_TEXTURE_2D, _RGBA, _UNSIGNED_BYTE, _FLOAT = 0x0DE1, 0x1908, 0x1401, 0x1406
_MIN_FILTER, _MAG_FILTER, _NEAREST = 0x2801, 0x2800, 0x2600
_WRAP_S, _WRAP_T, _CLAMP_TO_EDGE = 0x2802, 0x2803, 0x812F
_MAX_LEVEL = 0x813D
_TRIANGLE_STRIP, _ARRAY_BUFFER, _STATIC_DRAW = 0x0005, 0x8892, 0x88E4
_VERTEX_SHADER, _FRAGMENT_SHADER, _COMPILED, _LINKED = 0x8B31, 0x8B30, 0x8B81, 0x8B82
_BLEND, _FUNC_ADD = 0x0BE2, 0x8006
_ONE, _SRC_ALPHA, _ONE_MINUS_SRC_ALPHA = 1, 0x0302, 0x0303
_FRONT_AND_BACK, _FILL, _POLYGON_MODE = 0x0408, 0x1B02, 0x0B40
_TEXTURE0 = 0x84C0
_FRAMEBUFFER_SRGB, _RASTERIZER_DISCARD = 0x8DB9, 0x8C89
_SWITCHES = (0x0B71, 0x0B44, 0x0C11, 0x0B90, 0x0BF2)
"""Depth test, face culling, scissor, stencil test and logical operation: off while we draw."""
_OLD_SWITCHES = (0x0BC0, 0x0B60)
"""Alpha test and fog, which only contexts of old have."""
_BLENDING = (0x80C9, 0x80C8, 0x80CB, 0x80CA)
"""Source and destination of colors, then of alpha."""
_UNPACKING = {0x0CF5: 1, 0x0CF2: 0, 0x0CF3: 0, 0x0CF4: 0}
"""Alignment, row length, skipped rows and skipped pixels of the bytes of a texture, and what they are for ours."""
_ACTIVE_TEXTURE, _TEXTURE_BOUND = 0x84E0, 0x8069
_UNPACK_BUFFER, _UNPACK_BUFFER_BOUND = 0x88EC, 0x88EF


class _Version(NamedTuple):
    major: int
    minor: int
    embedded: bool


class GLCanvas:
    """Draws pictures with whatever OpenGL context is current: 2.0 or newer, old or core profile, or OpenGL ES 3.

    Frame thread. It leaves all state of the context as it was, so it goes with PyOpenGL, moderngl, and bare calls.
    """

    def __init__(self, window_size: Callable[[], tuple[int, int]], gl: GL | None = None) -> None:
        """Make what is needed in the current context, for a window that is as large as `window_size` says.

        Raises:
            UsageError: there is none, or one that cannot do it; the text says what to do.
        """
        self._window_size = window_size
        self._gl = gl = gl or load()
        said = gl.text(0x1F02)
        version = _version(said)
        if version is None or version < (2, 0, False) or (version.embedded and version.major < 3):
            raise UsageError(
                f"the overlay cannot draw with OpenGL {said or 'that has no context'}: it needs 2.0, or ES 3; make the"
                " display first, or draw the overlay to a surface and show that as a texture of your own"
            )
        self._old = version.major < 3
        self._embedded = version.embedded
        self._samplers = version >= (3, 3, False) and gl.has("glBindSampler")
        self._program = self._linked(version)
        self._places = {name: gl.glGetUniformLocation(self._program, name) for name in _UNIFORMS}
        self._array = 0 if self._old else self._quad()
        self._textures: Textures[int] = Textures(self._empty, self._write)
        self._gone: list[int] = []

    def alive(self) -> bool:
        """Whether the context is still that for which it was made, and not one of another ``set_mode``."""
        return bool(self._gl.glIsProgram(self._program))

    def size(self, surface: Any) -> tuple[int, int]:
        """Width and height of the window: the `surface` stays as large as it was, whatever becomes of the display."""
        return self._window_size()

    def draw(self, surface: Any, shown: Iterable[Placed]) -> None:
        """Draw the pictures in order on the display, whatever its `surface`, which holds nothing, is made of."""
        gl, size = self._gl, self.size(surface)
        with self._borrowed(size):
            gl.glUseProgram(self._program)
            gl.glUniform1i(self._places[b"picture"], 0)
            gl.glUniform2f(self._places[b"screen"], *size)
            for picture, x, y, alpha, part in shown:
                gl.glBindTexture(_TEXTURE_2D, self._textures.whole(picture))
                wide, high = texture_size(picture.size)
                left, top, width, height = part or (0, 0, *picture.size)
                gl.glUniform4f(self._places[b"box"], x, y, width, height)
                gl.glUniform4f(self._places[b"part"], left / wide, top / high, width / wide, height / high)
                gl.glUniform1f(self._places[b"alpha"], alpha / 255)
                self._draw_quad()
            while self._gone:
                gl.glDeleteTextures(1, byref(c_uint(self._gone.pop())))

    def _draw_quad(self) -> None:
        gl = self._gl
        if self._old:
            gl.glBegin(_TRIANGLE_STRIP)
            for x, y in _CORNERS:
                gl.glVertex2f(x, y)
            gl.glEnd()
        else:
            gl.glDrawArrays(_TRIANGLE_STRIP, 0, 4)

    def warm(self, surface: Any) -> None:
        """Draw what nobody sees, so that the driver compiles its shaders now, not in the first toast's frame."""
        self.draw(surface, [Placed(Picture(bytes(4), (1, 1)), 0, 0, 0)])

    def upload(self, picture: Picture, most: int) -> int:
        """Copy some more whole rows of a picture to its texture, up to `most` pixels. Returns how many pixels."""
        gl = self._gl
        unit = gl.integer(_ACTIVE_TEXTURE)
        gl.glActiveTexture(_TEXTURE0)
        texture = gl.integer(_TEXTURE_BOUND)
        try:
            return self._textures.upload(picture, most)
        finally:
            gl.glBindTexture(_TEXTURE_2D, texture)
            gl.glActiveTexture(unit)

    def _write(self, texture: int, picture: Picture, row: int, rows: int, pixels: bytes) -> None:
        gl = self._gl
        gl.glBindTexture(_TEXTURE_2D, texture)
        with self._unpacking():
            gl.glTexSubImage2D(_TEXTURE_2D, 0, 0, row, picture.size[0], rows, _RGBA, _UNSIGNED_BYTE, pixels)

    def _empty(self, picture: Picture) -> int:
        gl, made = self._gl, c_uint()
        gl.glGenTextures(1, byref(made))
        gl.glBindTexture(_TEXTURE_2D, made.value)
        for name, value in (
            (_MIN_FILTER, _NEAREST),  # every texel meets its own pixel
            (_MAG_FILTER, _NEAREST),
            (_WRAP_S, _CLAMP_TO_EDGE),
            (_WRAP_T, _CLAMP_TO_EDGE),
            (_MAX_LEVEL, 0),
        ):
            gl.glTexParameteri(_TEXTURE_2D, name, value)
        with self._unpacking():
            gl.glTexImage2D(_TEXTURE_2D, 0, _RGBA, *texture_size(picture.size), 0, _RGBA, _UNSIGNED_BYTE, None)
        finalize(picture, self._gone.append, made.value)
        return made.value

    def _quad(self) -> int:
        """A vertex array of the corners, which needs no state but itself."""
        gl, array_, buffer = self._gl, c_uint(), c_uint()
        bound, filled = gl.integer(0x85B5), gl.integer(0x8894)
        gl.glGenVertexArrays(1, byref(array_))
        gl.glBindVertexArray(array_.value)
        gl.glGenBuffers(1, byref(buffer))
        gl.glBindBuffer(_ARRAY_BUFFER, buffer.value)
        corners = array("f", [value for corner in _CORNERS for value in corner]).tobytes()
        gl.glBufferData(_ARRAY_BUFFER, len(corners), corners, _STATIC_DRAW)
        gl.glEnableVertexAttribArray(0)
        gl.glVertexAttribPointer(0, 2, _FLOAT, 0, 0, None)
        gl.glBindVertexArray(bound)
        gl.glBindBuffer(_ARRAY_BUFFER, filled)
        return array_.value

    def _linked(self, version: _Version) -> int:
        gl, words = self._gl, _OLD if self._old else _NEW
        head = "#version 120\n"
        if version.embedded:
            head = "#version 300 es\nprecision highp float;\n"
        elif not self._old:
            head = "#version 150\n" if version >= (3, 2, False) else "#version 130\n"
        program: int = gl.glCreateProgram()
        for kind, text in ((_VERTEX_SHADER, _VERTEX), (_FRAGMENT_SHADER, _FRAGMENT)):
            for word, meant in words.items():
                text = re.sub(rf"\b{re.escape(word)}" + (r"\b" if word[-1].isalpha() else ""), meant, text)
            shader = gl.glCreateShader(kind)
            source = c_char_p((head + text).encode())
            gl.glShaderSource(shader, 1, byref(source), None)
            gl.glCompileShader(shader)
            gl.glAttachShader(program, shader)
            gl.glDeleteShader(shader)
        gl.glBindAttribLocation(program, 0, b"corner")
        gl.glLinkProgram(program)
        linked = c_int()
        gl.glGetProgramiv(program, _LINKED, byref(linked))
        if not linked.value:
            raise UsageError("the overlay cannot draw with this OpenGL driver: it refuses two short shaders")
        return program

    @contextmanager
    def _borrowed(self, size: tuple[int, int]) -> Iterator[None]:
        """Set the state that drawing needs, and put back what the game had."""
        gl = self._gl
        undo: list[Callable[[], object]] = []

        def have(back: Callable[[], object], change: Callable[[], object]) -> None:
            undo.append(back)
            change()

        switches = _SWITCHES if self._embedded or not self._old else _SWITCHES + _OLD_SWITCHES
        for switch in switches:
            if not (self._embedded and switch == 0x0BF2) and gl.glIsEnabled(switch):
                have(lambda switch=switch: gl.glEnable(switch), lambda switch=switch: gl.glDisable(switch))  # type: ignore[misc]
        if not gl.glIsEnabled(_BLEND):
            have(lambda: gl.glDisable(_BLEND), lambda: gl.glEnable(_BLEND))
        functions = [gl.integer(name) for name in _BLENDING]
        have(
            lambda: gl.glBlendFuncSeparate(*functions),
            lambda: gl.glBlendFuncSeparate(_SRC_ALPHA, _ONE_MINUS_SRC_ALPHA, _ONE, _ONE_MINUS_SRC_ALPHA),
        )
        equations = gl.integer(0x8009), gl.integer(0x883D)
        have(lambda: gl.glBlendEquationSeparate(*equations), lambda: gl.glBlendEquationSeparate(_FUNC_ADD, _FUNC_ADD))
        viewport = gl.integers(0x0BA2, 4)
        mask = gl.integers(0x0C23, 4)
        have(lambda: gl.glColorMask(*mask), lambda: gl.glColorMask(1, 1, 1, 1))
        if not self._embedded:
            mode = gl.integers(_POLYGON_MODE, 2)[0]
            have(
                lambda: gl.glPolygonMode(_FRONT_AND_BACK, mode),
                lambda: gl.glPolygonMode(_FRONT_AND_BACK, _FILL),
            )
        program = gl.integer(0x8B8D)
        undo.append(lambda: gl.glUseProgram(program))
        if not self._old:
            frame, array_ = gl.integer(0x8CA6), gl.integer(0x85B5)
            have(lambda: gl.glBindFramebuffer(0x8CA9, frame), lambda: gl.glBindFramebuffer(0x8CA9, 0))
            have(lambda: gl.glBindVertexArray(array_), lambda: gl.glBindVertexArray(self._array))
            if not self._embedded and gl.glIsEnabled(_FRAMEBUFFER_SRGB):
                have(lambda: gl.glEnable(_FRAMEBUFFER_SRGB), lambda: gl.glDisable(_FRAMEBUFFER_SRGB))
        unit = gl.integer(_ACTIVE_TEXTURE)
        have(lambda: gl.glActiveTexture(unit), lambda: gl.glActiveTexture(_TEXTURE0))
        texture = gl.integer(_TEXTURE_BOUND)
        undo.append(lambda: gl.glBindTexture(_TEXTURE_2D, texture))
        if self._samplers:
            sampler = gl.integer(0x8919)
            have(lambda: gl.glBindSampler(0, sampler), lambda: gl.glBindSampler(0, 0))
        have(lambda: gl.glViewport(*viewport), lambda: gl.glViewport(0, 0, *size))
        try:
            yield
        finally:
            for step in reversed(undo):
                step()

    @contextmanager
    def _unpacking(self) -> Iterator[None]:
        gl = self._gl
        before = {name: gl.integer(name) for name in _UNPACKING}
        buffer = 0 if self._old else gl.integer(_UNPACK_BUFFER_BOUND)
        for name, value in _UNPACKING.items():
            gl.glPixelStorei(name, value)
        if buffer:
            gl.glBindBuffer(_UNPACK_BUFFER, 0)
        try:
            yield
        finally:
            for name, value in before.items():
                gl.glPixelStorei(name, value)
            if buffer:
                gl.glBindBuffer(_UNPACK_BUFFER, buffer)


_UNIFORMS = (b"box", b"part", b"screen", b"picture", b"alpha")


def _version(said: str) -> _Version | None:
    """What ``glGetString(GL_VERSION)`` says, such as "4.5 (Core Profile) Mesa 22" or "OpenGL ES 3.2"."""
    found = re.search(r"(OpenGL ES\D*)?(\d+)\.(\d+)", said)
    return _Version(int(found[2]), int(found[3]), bool(found[1])) if found else None
