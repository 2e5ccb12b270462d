"""Shows finished pictures with the SDL renderer of ``pygame._sdl2.video``: one texture each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from pygame_gameservices.engines.pygame_pictures import parts, surface_of
from pygame_gameservices.widgets.picture import Picture, Placed

_BLEND = 1
"""``SDL_BLENDMODE_BLEND``."""


class RendererCanvas:
    """Draws pictures with one renderer. Frame thread."""

    def __init__(self, pygame: Any, renderer: Any) -> None:
        from pygame._sdl2 import video

        self.renderer = renderer
        self._pygame = pygame
        self._video = video
        self._textures: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()

    def size(self, renderer: Any) -> tuple[int, int]:
        """Width and height of the window in the units that the renderer draws in."""
        target, viewport = renderer.target, renderer.get_viewport()
        renderer.target = None
        own = renderer.get_viewport()
        renderer.set_viewport(None)
        size: tuple[int, int] = renderer.get_viewport().size
        if own.size != size:
            renderer.set_viewport(own)
        if target is not None:
            renderer.target = target
            renderer.set_viewport(viewport)
        return size

    def draw(self, renderer: Any, shown: Iterable[Placed]) -> None:
        """Draw the pictures in order on the window, and leave the renderer as it was."""
        target = renderer.target
        if target is not None:
            renderer.target = None
        viewport = renderer.get_viewport()
        renderer.set_viewport(None)
        for placed in shown:
            picture = placed.picture
            texture = self._textures.get(picture)
            if texture is None:
                self.upload(picture, 0)
                texture = self._textures[picture]
            texture.alpha = placed.alpha
            for part, place in parts(placed):
                size = picture.size if part is None else part[2:]
                texture.draw(srcrect=part, dstrect=self._pygame.Rect(place, size))
        if renderer.get_viewport() != viewport:
            renderer.set_viewport(viewport)
        if target is not None:
            renderer.target = target

    def upload(self, picture: Picture, most: int) -> int:
        """Make the texture of a picture, all at once whatever the `most`. Returns how many pixels it has."""
        self._textures[picture] = self._made(picture)
        return picture.size[0] * picture.size[1]

    def _made(self, picture: Picture) -> Any:
        """The texture, of the format that SDL's renderers have first of all and its own one blends fastest, if laid."""
        texture = self._video.Texture.from_surface(self.renderer, surface_of(self._pygame, picture))
        texture.blend_mode = _BLEND
        return texture
