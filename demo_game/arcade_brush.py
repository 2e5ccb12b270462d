"""Puts pictures on an Arcade window in the order they are asked for, in as few draw calls as their blending allows."""

from __future__ import annotations

from typing import Any

import arcade
from PIL import Image

ATLAS_SIZE = (4096, 4096)
WORDS_SIZE = (1024, 1024)
"""Of the atlas for pictures that are made while somebody plays: writing into a large one takes a moment too long."""
NO_HITS = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0))
"""Nothing here collides with anything; without this Arcade would look for the outline of every picture."""


class Passing(arcade.Texture):  # type: ignore[misc]
    """A texture that is made while somebody plays."""


class Brush:
    """Sprites for one frame after the other. Places are pixels from the upper left corner of the window.

    Each run of pictures with equal blending is one `arcade.SpriteList`; lists and sprites are kept and used again.
    """

    def __init__(self, window: Any) -> None:
        self._window = window
        self._atlas = arcade.DefaultTextureAtlas(ATLAS_SIZE)
        self._words = arcade.DefaultTextureAtlas(WORDS_SIZE)
        self._lists: list[Any] = []
        self._used: list[int] = []
        self._blends: list[Any] = []
        self._kinds: list[type] = []
        self._run = -1
        self._height = 0.0
        context = window.ctx
        self._over = context.BLEND_DEFAULT
        self._added = (context.SRC_ALPHA, context.ONE)
        self._white = self.texture(Image.new("RGBA", (4, 4), (255, 255, 255, 255)))

    def texture(self, picture: Image.Image) -> Any:
        """A texture of `picture`, in the atlas at once so that no frame has to put it there."""
        texture = arcade.Texture(picture.convert("RGBA"), hit_box_points=NO_HITS)
        self._atlas.add(texture)
        return texture

    def passing(self, picture: Image.Image) -> Any:
        """A texture of a picture that was not known beforehand, such as words."""
        texture = Passing(picture.convert("RGBA"), hit_box_points=NO_HITS)
        self._words.add(texture)
        return texture

    def begin(self) -> None:
        """Begin a frame."""
        self._before = self._used
        self._run, self._used, self._blends = -1, [], []
        self._height = self._window.height

    def lay(self, texture: Any, x: float, y: float, alpha: float = 1.0) -> None:
        """Lay a picture over what is there; (x, y) is its upper left corner."""
        width, height = texture.size
        self._put(self._over, texture, round(x) + width / 2, round(y) + height / 2, width, height, alpha)

    def add(self, texture: Any, x: float, y: float, light: float = 1.0) -> None:
        """Add a light to what is there; (x, y) is its upper left corner."""
        width, height = texture.size
        self._put(self._added, texture, round(x) + width / 2, round(y) + height / 2, width, height, light)

    def add_centred(self, texture: Any, x: float, y: float, light: float = 1.0, grown: float = 1.0) -> None:
        """Add a light with its middle at (x, y), `grown` times as large."""
        width, height = texture.size
        self._put(self._added, texture, x, y, width * grown, height * grown, light)

    def lay_centred(self, texture: Any, x: float, y: float, alpha: float = 1.0) -> None:
        """Lay a picture with its middle at (x, y)."""
        width, height = texture.size
        self.lay(texture, x - width / 2, y - height / 2, alpha)

    def fill(
        self, colour: tuple[int, int, int], x: float, y: float, wide: float, high: float, alpha: float = 1.0
    ) -> None:
        """Lay a plain rectangle."""
        self._put(self._over, self._white, x + wide / 2, y + high / 2, wide, high, alpha, colour)

    def finish(self) -> None:
        """Draw the frame."""
        for number, used in enumerate(self._used):
            sprites = self._lists[number]
            before = self._before[number] if number < len(self._before) else 0
            for spare in range(used, before):
                sprites[spare].alpha = 0
            sprites.draw(blend_function=self._blends[number], pixelated=True)
        for number in range(len(self._used), len(self._before)):
            for spare in range(self._before[number]):
                self._lists[number][spare].alpha = 0

    def _put(
        self,
        blend: Any,
        texture: Any,
        x: float,
        y: float,
        wide: float,
        high: float,
        alpha: float,
        colour: tuple[int, int, int] = (255, 255, 255),
    ) -> None:
        run, kind = self._run, type(texture)
        if run < 0 or self._blends[run] is not blend or self._kinds[run] is not kind:
            run = self._begin_run(blend, kind)
        sprites, place = self._lists[run], self._used[run]
        self._used[run] = place + 1
        if place == len(sprites):
            sprites.append(arcade.BasicSprite(texture))
        sprite = sprites[place]
        if sprite.texture is not texture:
            sprite.texture = texture
        sprite.position = (x, self._height - y)
        sprite.size = (wide, high)
        sprite.color = (*colour, max(0, min(255, round(alpha * 255))))

    def _begin_run(self, blend: Any, kind: type) -> int:
        """Go on with the next list that takes this blending and this atlas; those between stay empty this frame."""
        run = self._run + 1
        while run < len(self._lists) and self._kinds[run] is not kind:
            self._blends.append(self._over)
            self._used.append(0)
            run += 1
        if run == len(self._lists):
            atlas = self._words if kind is Passing else self._atlas
            self._lists.append(arcade.SpriteList(atlas=atlas, capacity=256))
            self._kinds.append(kind)
        self._blends.append(blend)
        self._used.append(0)
        self._run = run
        return run
