"""Shows finished pictures with OpenGL: one texture each, one quad shader for all, never the texture atlas."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

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
"""No power of two, as hardly any picture's: some drivers compile two shaders for the two kinds."""


_WHOLE = (0.0, 0.0, 1.0, 1.0)


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
        self._textures: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()

    def draw(self, placed: Iterable[Placed], size: tuple[int, int]) -> None:
        """Draw the pictures in order on a screen of `size` pixels, and leave the context as it was.

        A camera of the game may have left us a part of the screen only, and a game in depth tests and culls.
        """
        context = self._context
        function, viewport, scissor = context.blend_func, context.viewport, context.scissor
        window = context.window
        context.scissor, context.viewport = None, (0, 0, window.width, window.height)
        context.blend_func = context.SRC_ALPHA, context.ONE_MINUS_SRC_ALPHA, context.ONE, context.ONE_MINUS_SRC_ALPHA
        with context.enabled_only(context.BLEND):
            self._draw(placed, size)
        context.blend_func = function
        context.viewport, context.scissor = viewport, scissor

    def warm(self, size: tuple[int, int]) -> None:
        """Draw what nobody sees, so that the driver compiles its shaders now, not in the first toast's frame."""
        self.draw([Placed(Picture(bytes(_SIDE * _SIDE * 4), (_SIDE, _SIDE)), 0, 0, 0)], size)
        self._context.finish()

    def _draw(self, placed: Iterable[Placed], size: tuple[int, int]) -> None:
        program = self._program
        program["screen"] = size
        for picture, x, y, alpha, part in placed:
            texture = self._textures.get(picture)
            if texture is None:
                texture = self._textures[picture] = self._texture(picture)
            texture.use(0)
            wide, high = picture.size
            if part is None:
                program["box"], program["part"] = (x, y, wide, high), _WHOLE
            else:
                program["box"] = x, y, part.width, part.height
                program["part"] = part.x / wide, part.y / high, part.width / wide, part.height / high
            program["alpha"] = alpha / 255
            self._quad.render(program)

    def _texture(self, picture: Picture) -> Any:
        nearest = self._context.NEAREST, self._context.NEAREST  # every texel meets its own pixel
        return self._context.texture(picture.size, components=4, data=picture.pixels, filter=nearest)
