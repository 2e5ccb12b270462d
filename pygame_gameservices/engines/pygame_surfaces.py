"""Shows finished pictures on pygame surfaces: one converted surface each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pygame_gameservices.engines.pygame_pictures import parts, surface_of
from pygame_gameservices.widgets.picture import Picture, Placed

_PALETTED = 8
"""Bits a pixel of surfaces that have a palette; pictures cannot be blended with numbers of colors."""
_STRIP = 64
"""Rows that are blended at a time; of a dialog's width that are some 200 KB."""
_FULL = 255
"""The alpha of what does not fade."""


class SurfaceCanvas:
    """Draws pictures on surfaces. Frame thread."""

    def __init__(self, pygame: Any) -> None:
        self._pygame = pygame
        self._surfaces: WeakKeyDictionary[Picture, Any] = WeakKeyDictionary()
        self._shown: Sequence[Placed] = ()
        self._target: Any = None
        self._blits: list[tuple[Any, tuple[int, int], Any]] = []
        self._fades_slowly = not getattr(pygame, "IS_CE", False)

    def size(self, surface: Any) -> tuple[int, int]:
        """Width and height of what is drawn to, in pixels."""
        size: tuple[int, int] = surface.get_size()
        return size

    def draw(self, surface: Any, shown: Sequence[Placed]) -> None:
        """Draw the pictures in order, whatever part of the surface the game has clipped away."""
        clip = surface.get_clip()
        surface.set_clip(None)
        if shown is self._shown and surface is self._target:
            surface.blits(self._blits, False)
        else:
            self._draw(surface, shown)
        surface.set_clip(clip)

    def forget(self) -> None:
        """Nothing is shown any more: keep nothing of what was."""
        self._shown, self._target, self._blits = (), None, []

    def _draw(self, surface: Any, shown: Sequence[Placed]) -> None:
        """Draw anything. A tuple is remembered where it took nothing but blits, of surfaces that stay as they are."""
        paletted = surface.get_bitsize() == _PALETTED
        slowly = self._fades_slowly and not paletted and _is_opaque(surface)
        blits: list[tuple[Any, tuple[int, int], Any]] = []
        stays = isinstance(shown, tuple) and len({each.picture for each in shown}) == len(shown)
        for placed in shown:
            image, alpha = self.surface(placed.picture), placed.alpha
            fades = alpha < _FULL and slowly
            stays = stays and not (fades or paletted)
            image.set_alpha(_FULL if fades else alpha)
            for part, place in parts(placed):
                if fades or paletted:
                    piece = image if part is None else image.subsurface(part)
                    self._mix(surface, piece, place, alpha if fades else _FULL)
                else:
                    surface.blit(image, place, part)
                    blits.append((image, place, part))
        if stays:
            self._shown, self._target, self._blits = shown, surface, blits
        else:
            self.forget()

    def surface(self, picture: Picture) -> Any:
        """The surface of a picture, made once."""
        image = self._surfaces.get(picture)
        if image is None:
            image = self._surfaces[picture] = self._made(picture)
        return image

    def _made(self, picture: Picture) -> Any:
        surface = surface_of(self._pygame, picture)
        if picture.swapped is not None:  # the very format that convert_alpha makes, so there is nothing to convert
            return surface
        shown = self._pygame.display.get_surface()
        # Converted blits are some twenty times faster, but need a display of many colors to convert to.
        return surface.convert_alpha() if shown and shown.get_bitsize() > _PALETTED else surface

    def _mix(self, surface: Any, image: Any, place: tuple[int, int], alpha: int = _FULL) -> None:
        """Blend the picture with a copy of what is below it, and that with the surface.

        In all colors first, so that of each pixel the nearest is taken that a palette has. And pygame takes up to five
        times as long for a picture that has both its own transparency and that of a fade as for one with either. In
        strips, which the processor still has at hand when it gets to the next step.
        """
        area = image.get_rect(topleft=place).clip(surface.get_rect())
        if not area:
            return
        like = 32 if surface.get_bitsize() == _PALETTED else surface
        strip = self._pygame.Surface((area.width, min(area.height, _STRIP)), 0, like)
        strip.set_alpha(alpha)
        for top in range(area.top, area.bottom, _STRIP):
            part = area.clip((area.left, top, area.width, _STRIP))
            strip.blit(surface, (0, 0), part)
            strip.blit(image, (place[0] - part.x, place[1] - part.y))
            surface.blit(strip, part, ((0, 0), part.size))


def _is_opaque(surface: Any) -> bool:
    """Whether a surface is nothing but its pixels, as a display is."""
    return not surface.get_masks()[3] and surface.get_colorkey() is None and surface.get_alpha() in (None, _FULL)
