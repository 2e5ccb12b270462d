"""Shows finished pictures with OpenGL: one texture each, one shader for all, never the texture atlas."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pygame_gameservices.engines.texture_size import texture_size
from pygame_gameservices.engines.textures import Textures
from pygame_gameservices.widgets.picture import Picture, Placed

_VERTEX = """
#version 330
in vec2 at;             // of a corner on the screen, as OpenGL counts
in vec2 within;         // the same corner in parts of the picture
in float shown;         // 0 (invisible) to 1
in float which;         // of the two pictures
out vec2 place;
out float alpha;
out float other;
void main() {
    gl_Position = vec4(at, 0.0, 1.0);
    place = within;
    alpha = shown;
    other = which;
}
"""
_FRAGMENT = """
#version 330
uniform sampler2D first;
uniform sampler2D second;
in vec2 place;
in float alpha;
in float other;
out vec4 color;
void main() {
    color = other < 0.5 ? textureLod(first, place, 0.0) : textureLod(second, place, 0.0);
    color.a *= alpha;
}
"""
_OVER = (0x0302, 0x0303, 1, 0x0303)
"""SRC_ALPHA and ONE_MINUS_SRC_ALPHA for colors, ONE and ONE_MINUS_SRC_ALPHA for alpha."""
_SIDE = 3
_CORNERS = 6
"""Of the two triangles that are a picture."""
_FLOATS = 6
"""Of a corner: two for where it is, two for where in the picture, one for how much is to be seen, one for of which."""
_FIRST, _SECOND = 12, 13
"""The texture units of two pictures drawn at once: games count from below, and Arcade's own is the last one."""
_SURE_FOR = 60
"""Frames for which the two units are taken to hold what was put there: should somebody use them after all, it heals."""
_held: WeakKeyDictionary[Any, object] = WeakKeyDictionary()
"""The mark of the canvas whose pictures the two units of a context hold; there can be several overlays."""


class ArcadeCanvas:
    """Draws pictures in pixels from the upper left corner of the window. Frame thread, with the window's context.

    Replacing a picture in Arcade's atlas costs some 10 ms; a texture of its own costs a tenth of one.
    """

    def __init__(self, context: Any) -> None:
        """Draw with the ``ctx`` of an Arcade window."""
        from arcade.gl import BufferDescription, Framebuffer

        self._context = context
        # In pixels; the screen's own properties divide them by how dense it is, which takes longer than to draw.
        self._viewport_of, self._scissor_of = Framebuffer.viewport.fget, Framebuffer.scissor.fget
        self._description = BufferDescription
        self._program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        self._program["first"], self._program["second"] = _FIRST, _SECOND
        self._textures: Textures[Any] = Textures(self._empty, _write)
        self._vertices: Any = None
        self._quads: Any = None
        self._shown: Sequence[Placed] = ()
        self._on = (0, 0)
        self._those: list[Any] = []
        self._mark = object()  # a canvas itself would keep its context, and so the entry of that, for ever
        self._sure = 0

    def draw(self, placed: Sequence[Placed], size: tuple[int, int]) -> None:
        """Draw the pictures in order on a screen of `size` pixels, and leave the context as it was.

        A camera of the game may have left us a part of the screen only, and a game in depth tests and culls.
        """
        context = self._context
        function, target = context.blend_func, context.active_framebuffer
        narrowed = self._scissor_of(target) is not None or self._viewport_of(target) != (0, 0, *size)
        if narrowed:  # as seldom: each costs calls of OpenGL
            viewport, scissor = context.viewport, context.scissor
            context.scissor, context.viewport = None, (0, 0, *context.window.get_size())
        context.blend_func = _OVER  # what was opaque stays it, also on the screen: games save pictures of it
        if context.is_enabled(context.DEPTH_TEST) or context.is_enabled(context.CULL_FACE):
            with context.enabled_only(context.BLEND):
                self._draw(placed, size)
        else:
            blends = context.is_enabled(context.BLEND)
            context.enable(context.BLEND)  # in any case: pyglet switches it off and tells nobody
            self._draw(placed, size)
            if not blends:
                context.disable(context.BLEND)
        context.blend_func = function
        if narrowed:
            context.viewport, context.scissor = viewport, scissor

    def forget(self) -> None:
        """Nothing is shown any more: keep nothing of what was."""
        self._shown, self._those = (), []

    def warm(self, size: tuple[int, int]) -> None:
        """Draw what nobody sees, so that the driver compiles its shaders now, not in the first toast's frame."""
        self.draw([Placed(Picture(bytes(_SIDE * _SIDE * 4), (_SIDE, _SIDE)), 0, 0, 0)], size)
        self._context.finish()

    def _draw(self, placed: Sequence[Placed], size: tuple[int, int]) -> None:
        if placed is not self._shown or size != self._on:
            self._lay_out(placed, size)
            self._sure = 0
        quads, mode, those = self._quads, self._context.TRIANGLES, self._those
        self._program.use()
        if self._sure and _held.get(self._context) is self._mark:
            self._sure -= 1
            quads.render(mode, 0, len(those) * _CORNERS)
            return
        for at in range(0, len(those), 2):
            pair = those[at : at + 2]
            if len(pair) > 1:
                pair[1].use(_SECOND)
            pair[0].use(_FIRST)
            quads.render(mode, at * _CORNERS, len(pair) * _CORNERS)
        _held[self._context] = self._mark
        self._sure = _SURE_FOR if len(those) <= 2 and self._shown else 0

    def _lay_out(self, placed: Sequence[Placed], size: tuple[int, int]) -> None:
        """Tell the graphics card where the pictures of this frame are. The very same tuple is laid out once."""
        self._those = [self._textures.whole(each.picture) for each in placed]
        corners = array("f")
        for number, (texture, each) in enumerate(zip(self._those, placed, strict=True)):
            corners.extend(_corners(each, texture.size, size, number % 2))
        if self._vertices is None or self._vertices.size < len(corners) * corners.itemsize:
            self._make_room(len(placed))
        self._vertices.write(corners)
        self._shown, self._on = (placed if isinstance(placed, tuple) else ()), size

    def _make_room(self, count: int) -> None:
        """For so many pictures, and as many again."""
        context = self._context
        self._vertices = context.buffer(reserve=2 * count * _CORNERS * _FLOATS * 4, usage="dynamic")
        content = [self._description(self._vertices, "2f 2f 1f 1f", ["at", "within", "shown", "which"])]
        self._geometry = context.geometry(content, mode=context.TRIANGLES)
        self._quads = self._geometry.instance(self._program)

    def upload(self, picture: Picture, most: int) -> int:
        """Copy some more whole rows of a picture to its texture, up to `most` pixels. Returns how many pixels."""
        return self._textures.upload(picture, most)

    def _empty(self, picture: Picture) -> Any:
        nearest = self._context.NEAREST, self._context.NEAREST  # every texel meets its own pixel
        return self._context.texture(texture_size(picture.size), components=4, filter=nearest)


def _write(texture: Any, picture: Picture, row: int, rows: int, pixels: bytes) -> None:
    texture.write(pixels, viewport=(0, row, picture.size[0], rows))


def _corners(placed: Placed, texture: tuple[int, int], screen: tuple[int, int], which: int) -> Iterator[float]:
    """The corners of the two triangles of a picture, as the shader takes them."""
    picture, x, y, alpha, part = placed
    left, top, width, height = part or (0, 0, *picture.size)
    for right, down in ((0, 0), (width, 0), (0, height), (0, height), (width, 0), (width, height)):
        yield (x + right) / screen[0] * 2 - 1
        yield 1 - (y + down) / screen[1] * 2
        yield (left + right) / texture[0]
        yield (top + down) / texture[1]
        yield alpha / 255
        yield which
