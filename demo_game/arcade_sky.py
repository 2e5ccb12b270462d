"""The sky in Arcade: one opaque picture behind everything, mixed anew as the night goes on."""

from __future__ import annotations

from array import array
from typing import Any

from arcade.gl import BufferDescription
from PIL import Image

from demo_game import sky
from demo_game.look import Layout

REFRESH = 0.02
"""The sky is mixed anew whenever the night has gone on by this share."""
_VERTEX = """
#version 330
uniform vec4 box;       // what is seen of the picture: left, top, width and height, each of 1
uniform vec4 target;    // where on the screen: left, bottom, width and height, each of 1
in vec2 corner;
out vec2 place;
void main() {
    gl_Position = vec4((target.xy + corner * target.zw) * 2.0 - 1.0, 0.0, 1.0);
    place = box.xy + vec2(corner.x, 1.0 - corner.y) * box.zw;
}
"""
_FRAGMENT = """
#version 330
uniform sampler2D picture;
in vec2 place;
out vec4 color;
void main() { color = vec4(texture(picture, place).rgb, 1.0); }
"""


class Sky:
    """Draws the sky without blending, which on a software renderer halves what a frame costs."""

    def __init__(self, context: Any, layout: Layout) -> None:
        self._context = context
        self._layout = layout
        self._night, self._dawn = sky.night(layout.scale), sky.dawn(layout.scale)
        self._share = 0.0
        nearest = context.NEAREST, context.NEAREST
        self._texture = context.texture(self._night.size, components=3, data=self._night.tobytes(), filter=nearest)
        self._program = context.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        corners = context.buffer(data=array("f", (0, 0, 1, 0, 0, 1, 1, 1)))
        self._quad = context.geometry([BufferDescription(corners, "2f", ["corner"])], mode=context.TRIANGLE_STRIP)

    def draw(self, progress: float, look_x: float, look_y: float) -> None:
        """Draw the sky at this share of the night, shifted a little by where the ship is, -0.5 to 0.5 each way."""
        if abs(progress - self._share) >= REFRESH:
            self._share = progress
            self._texture.write(Image.blend(self._night, self._dawn, progress**2.2).tobytes())
        width, height = self._layout.size
        wide, high = self._night.size
        left = round((wide - width) * (0.5 + look_x * 0.9)) / wide
        top = round((high - height) * (0.5 + look_y * 0.9)) / high
        whole_wide, whole_high = self._layout.width, self._layout.height
        x, y = self._layout.origin
        self._program["box"] = left, top, width / wide, height / high
        self._program["target"] = x / whole_wide, y / whole_high, width / whole_wide, height / whole_high
        self._texture.use(0)
        self._context.disable(self._context.BLEND)
        self._quad.render(self._program)
        self._context.enable(self._context.BLEND)
