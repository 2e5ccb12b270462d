"""Shows finished pictures on pygame surfaces: one converted surface each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from pygame_gameservices.widgets.picture import Picture, Placed

_PALETTED = 8
"""Bits a pixel of surfaces that have a palette; pictures cannot be blended with numbers of colors."""


class SurfaceCanvas:
    """Draws pictures on surfaces. Frame thread."""

    def __init__(self, pygame: Any) -> None:
        self._pygame = pygame
        self._surfaces: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()

    def size(self, surface: Any) -> tuple[int, int]:
        """Width and height of what is drawn to, in pixels."""
        size: tuple[int, int] = surface.get_size()
        return size

    def draw(self, surface: Any, shown: Iterable[Placed]) -> None:
        """Draw the pictures in order, whatever part of the surface the game has clipped away."""
        clip = surface.get_clip()
        surface.set_clip(None)
        paletted = surface.get_bitsize() == _PALETTED
        for picture, x, y, alpha, part in shown:
            image = self.surface(picture)
            image.set_alpha(alpha)
            if paletted:
                self._blit_blended(surface, image if part is None else image.subsurface(part), (x, y))
            else:
                surface.blit(image, (x, y), part)
        surface.set_clip(clip)

    def surface(self, picture: Picture) -> Any:
        """The surface of a picture, made once."""
        image = self._surfaces.get(picture)
        if image is None:
            image = self._surfaces[picture] = self._made(picture)
        return image

    def _made(self, picture: Picture) -> Any:
        if picture.swapped is not None:  # the very format that convert_alpha makes, so there is nothing to convert
            return self._pygame.image.frombuffer(picture.swapped, picture.size, "BGRA")
        surface = self._pygame.image.frombuffer(picture.pixels, picture.size, "RGBA")
        shown = self._pygame.display.get_surface()
        # Converted blits are some twenty times faster, but need a display of many colors to convert to.
        return surface.convert_alpha() if shown and shown.get_bitsize() > _PALETTED else surface

    def _blit_blended(self, surface: Any, image: Any, place: tuple[int, int]) -> None:
        """Blend in all colors, then take of each pixel the nearest that the palette has."""
        area = image.get_rect(topleft=place).clip(surface.get_rect())
        if not area:
            return
        blended = self._pygame.Surface(area.size, 0, 32)
        blended.blit(surface, (0, 0), area)
        blended.blit(image, (place[0] - area.x, place[1] - area.y))
        surface.blit(blended, area)
