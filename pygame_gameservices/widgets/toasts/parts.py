"""A trophy's toast taken apart: pictures of what the animation `Unfold` moves beside the bar, and the painting of them.

Nothing is painted while it moves: the emblem is there in several sizes, and the bar is the beginning of its one picture
and an end with round corners that is pushed outwards. That end is there in several tones, since the light that the
emblem throws on the bar has faded less where the bar is cut the earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.painting.brushes import clipped, glow, stamp
from pygame_gameservices.widgets.painting.color import Color, luminance, mix, with_alpha
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import Metal

_SIZES = (0.3, 0.5, 0.7, 0.88, 1.0, 1.1, 1.16, 1.12, 1.06, 1.02)
"""How large the emblem is as it pops up, from frame to frame."""
COVERS = _SIZES.index(1.0)
"""The first of these that hides the emblem on the bar."""
_FLASHES, _GLINTS = 8, 10
_WHITE: Color = (255, 255, 255, 255)
_AGAIN = 2.4
"""Seconds from one glint of the highest medal to the next."""
_REACH = {Rarity.SILVER: 0.85, Rarity.GOLD: 1.1, Rarity.PLATINUM: 1.4}
"""How far the flash reaches from the emblem's middle, in widths of the emblem; lower ranks have none."""
_RAYS = {Rarity.GOLD: 8, Rarity.PLATINUM: 12}


@dataclass(frozen=True, eq=False)
class ToastParts:
    """Painted pictures of a toast's parts. Immutable; any thread.

    Attributes:
        emblem: the emblem in growing sizes.
        flash: a ring of light that grows around it; empty where the rank is a low one.
        glint: a light that runs over the emblem; empty likewise.
        middle: the emblem's middle on the bar, in pixels.
        folded: how wide the bar is before it unfolds.
        caps: the end of the bar, from the tone that it has where the bar is folded to that at its full width.
        again: seconds until the glint comes again; 0 for never.
    """

    emblem: tuple[Picture, ...]
    flash: tuple[Picture, ...]
    glint: tuple[Picture, ...]
    middle: tuple[float, float]
    folded: int
    caps: tuple[Picture, ...]
    again: float = 0.0

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All there are; the emblem in its first size at least."""
        return (*self.emblem, *self.flash, *self.caps, *self.glint)

    def finished(self, finish: Callable[[Picture], Picture]) -> ToastParts:
        """The same with each picture as an engine wants it."""
        emblem, flash, glint, caps = (
            tuple(map(finish, each)) for each in (self.emblem, self.flash, self.glint, self.caps)
        )
        return replace(self, emblem=emblem, flash=flash, glint=glint, caps=caps)


def paint_parts(
    emblem: Image.Image,
    rarity: Rarity,
    metal: Metal,
    middle: tuple[float, float],
    *,
    folded: int,
    caps: tuple[Picture, ...],
) -> ToastParts:
    """Paint them. Helper thread; some 10 ms.

    Args:
        emblem: as it comes to rest.
        rarity: how much of a show there is.
        metal: its colors.
        middle, folded, caps: see `ToastParts`.
    """
    side = emblem.width
    sizes = [max(1, round(side * size)) for size in _SIZES]
    return ToastParts(
        emblem=tuple(Picture.of(_resized(emblem, size)) for size in sizes),
        flash=tuple(_flash(side, rarity, metal)) if rarity in _REACH else (),
        glint=tuple(_glints(emblem)) if rarity in _REACH else (),
        middle=middle,
        folded=folded,
        caps=caps,
        again=_AGAIN if rarity is Rarity.PLATINUM else 0.0,
    )


def _resized(image: Image.Image, side: int) -> Image.Image:
    breathe()
    return image.resize((side, side), Image.Resampling.LANCZOS if side < image.width else Image.Resampling.BICUBIC)


def _flash(side: int, rarity: Rarity, metal: Metal) -> list[Picture]:
    """A ring that grows and fades, with rays for the rarest. Light shows on dark panels, color on light ones."""
    on_dark = luminance(metal.label) > luminance(metal.base)  # words are lighter than their metal only on dark panels
    first, last = (_WHITE, metal.light) if on_dark else (metal.label, metal.base)
    reach, half = side * _REACH[rarity], round(side * _REACH[rarity])
    frames = []
    for step in range(_FLASHES):
        breathe()
        share = (step + 1) / _FLASHES
        large = Image.new("L", (half * 4, half * 4), 0)
        draw, middle = ImageDraw.Draw(large), half * 2
        grown = reach * 2 * (0.36 + 0.58 * ease_out(share))
        thick = max(2, round(reach * 0.11 * (1 - share)))
        draw.ellipse((middle - grown, middle - grown, middle + grown, middle + grown), outline=170, width=thick)
        rays = _RAYS.get(rarity, 0)
        for ray in range(rays):
            angle = ray * 2 * pi / rays + pi / rays
            inner, outer = grown * (0.55 + 0.3 * share), grown * (1.02 if ray % 2 else 0.88)
            wide = reach * 0.1 * (1 - share)
            across = wide * cos(angle + pi / 2), wide * sin(angle + pi / 2)
            start = middle + inner * cos(angle), middle + inner * sin(angle)
            end = middle + outer * cos(angle), middle + outer * sin(angle)
            draw.polygon(
                [(start[0] + across[0], start[1] + across[1]), (start[0] - across[0], start[1] - across[1]), end],
                fill=255,
            )
        soft = large.reduce(2).filter(ImageFilter.GaussianBlur(side / 36))
        image = glow(soft.size, (half, half), reach * (0.5 + 0.5 * share), with_alpha(metal.base, 0.55 * (1 - share)))
        stamp(image, soft, with_alpha(mix(first, last, min(1.0, share * 2)), (1 - share) ** 0.9))
        frames.append(Picture.of(image))
    return frames


def _glints(emblem: Image.Image) -> list[Picture]:
    """A slanted light that runs over the emblem from left to right."""
    side, mask = emblem.width, emblem.getchannel("A")
    frames = []
    for step in range(_GLINTS):
        breathe()
        x = side * (-0.5 + 1.7 * step / (_GLINTS - 1))
        band = Image.new("L", emblem.size, 0)
        draw, slant = ImageDraw.Draw(band), side * 0.4
        for width, light in ((0.3, 70), (0.16, 190)):
            near, far = x - side * width / 2, x + side * width / 2
            draw.polygon(
                [(near + slant, 0), (far + slant, 0), (far - slant / 2, side), (near - slant / 2, side)], light
            )
        soft = band.filter(ImageFilter.GaussianBlur(side / 40))
        image = Image.new("RGBA", emblem.size, _WHITE)
        image.putalpha(ImageChops.multiply(soft, mask))
        frames.append(Picture.of(clipped(image, mask)))
    return frames
