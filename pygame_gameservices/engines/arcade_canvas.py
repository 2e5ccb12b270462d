"""Shows finished pictures with OpenGL: one texture each, one quad shader for all, never the texture atlas."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

from pygame_gameservices.engines.texture_size import texture_size
from pygame_gameservices.engines.textures import Textures
from pygame_gameservices.widgets.picture import Picture, Placed

_VERTEX = """
#version 330
uniform vec4 box;       // left, top, width and height in pixels
uniform vec4 part;      // the same of what is shown of the picture, in parts of it
uniform vec2 screen;    // width and height in pixels
in vec2 corner;
out vec2 place;
void main() {
    vec2 at = (box.xy + corner * box.zw) / screen;
    gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
    place = part.xy + corner * part.zw;
}
"""
_FRAGMENT = """
#version 330
uniform sampler2D picture;
uniform float alpha;
in vec2 place;
out vec4 color;
void main() {
    color = texture(picture, place);
    color.a *= alpha;
}
"""
_SIDE = 3


class ArcadeCanvas:
    """Draws pictures in pixels from the upper left corner of the window. Frame thread, with the window's context.

    Replacing a picture in Arcade's atlas costs some 10 ms; a texture of its own costs a tenth of one.
    """

    def __init__(self, context: Any) -> None:
        """Draw with the ``ctx`` of an Arcade window."""
        from arcade.gl import BufferDescription

        self._context = context
        self._program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        corners = context.buffer(data=array("f", (0, 0, 1, 0, 0, 1, 1, 1)))
        content = [BufferDescription(corners, "2f", ["corner"])]
        self._quad = context.geometry(content, mode=context.TRIANGLE_STRIP)
        self._textures: Textures[Any] = Textures(self._empty, _write)
        self._screen = (0, 0)

    def draw(self, placed: Iterable[Placed], size: tuple[int, int]) -> None:
        """Draw the pictures in order on a screen of `size` pixels, and leave the context as it was.

        A camera of the game may have left us a part of the screen only, and a game in depth tests and culls.
        """
        context = self._context
        function, viewport, scissor = context.blend_func, context.viewport, context.scissor
        whole = (0, 0, context.window.width, context.window.height)
        narrowed = scissor is not None or viewport != whole
        if narrowed:  # as seldom: each costs calls of OpenGL
            context.scissor, context.viewport = None, whole
        context.blend_func = context.SRC_ALPHA, context.ONE_MINUS_SRC_ALPHA, context.ONE, context.ONE_MINUS_SRC_ALPHA
        with context.enabled_only(context.BLEND):
            self._draw(placed, size)
        context.blend_func = function
        if narrowed:
            context.viewport, context.scissor = viewport, scissor

    def warm(self, size: tuple[int, int]) -> None:
        """Draw what nobody sees, so that the driver compiles its shaders now, not in the first toast's frame."""
        self.draw([Placed(Picture(bytes(_SIDE * _SIDE * 4), (_SIDE, _SIDE)), 0, 0, 0)], size)
        self._context.finish()

    def _draw(self, placed: Iterable[Placed], size: tuple[int, int]) -> None:
        program = self._program
        if size != self._screen:
            self._screen = program["screen"] = size
        for picture, x, y, alpha, part in placed:
            texture = self._textures.whole(picture)
            texture.use(0)
            left, top, width, height = part or (0, 0, *picture.size)
            program["box"] = x, y, width, height
            wide, high = texture.size
            program["part"] = left / wide, top / high, width / wide, height / high
            program["alpha"] = alpha / 255
            self._quad.render(program)

    def upload(self, picture: Picture, most: int) -> int:
        """Copy some more whole rows of a picture to its texture, up to `most` pixels. Returns how many pixels."""
        return self._textures.upload(picture, most)

    def _empty(self, picture: Picture) -> Any:
        nearest = self._context.NEAREST, self._context.NEAREST  # every texel meets its own pixel
        return self._context.texture(texture_size(picture.size), components=4, filter=nearest)


def _write(texture: Any, picture: Picture, row: int, rows: int, pixels: bytes) -> None:
    texture.write(pixels, viewport=(0, row, picture.size[0], rows))
