"""The panel that every widget stands on: dark glass with a hairline and a soft shadow."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image

from pygame_gameservices.widgets.painting.brushes import canvas, clipped, lay, rim, rounded, shadow, stamp, vertical
from pygame_gameservices.widgets.painting.color import mix, with_alpha
from pygame_gameservices.widgets.theme import Theme

_SHADOW_BLUR, _SHADOW_DROP = 11, 7


def bleed_of(theme: Theme, scale: float) -> int:
    """Pixels that the shadow of a panel takes on every side."""
    if not theme.colors.shadow[3]:
        return 0
    return round((2.2 * _SHADOW_BLUR + _SHADOW_DROP) * scale)


def panel(size: tuple[int, int], theme: Theme, scale: float) -> Image.Image:
    """Paint an empty panel of `size` pixels, with `bleed_of` more on every side for its shadow. Any thread; yours."""
    return _panel(size, theme, scale).copy()


def slip(size: tuple[int, int], radius: float, theme: Theme, scale: float) -> Image.Image:
    """As `panel`, for what lies on one: nothing shines through, and there is no edge yet."""
    bleed = bleed_of(theme, scale)
    image = canvas((size[0] + 2 * bleed, size[1] + 2 * bleed))
    body = Image.new("L", image.size, 0)
    body.paste(rounded(size, radius), (bleed, bleed))
    if bleed:
        image = shadow(body, _SHADOW_BLUR * scale, theme.colors.shadow)
    ground = mix(theme.colors.panel_top, theme.colors.panel_bottom, 0.5)
    stamp(image, body, (*ground[:3], 255))
    return image


@lru_cache(maxsize=12)
def _panel(size: tuple[int, int], theme: Theme, scale: float) -> Image.Image:
    bleed = bleed_of(theme, scale)
    colors, radius = theme.colors, theme.radii.panel * scale
    image = canvas((size[0] + 2 * bleed, size[1] + 2 * bleed))
    body = rounded(size, radius)
    if bleed:
        outline = Image.new("L", image.size, 0)
        outline.paste(body, (bleed, bleed + round(_SHADOW_DROP * scale)))
        image = shadow(outline, _SHADOW_BLUR * scale, colors.shadow)
        image.paste((0, 0, 0, 0), (bleed, bleed), body)  # glass is seen through: no shadow of its own below it
    glass = clipped(vertical(size, [(0, colors.panel_top), (1, colors.panel_bottom)]), body)
    width = max(1.0, colors.border_width * scale)
    stamp(glass, rim(size, radius, width), colors.border)
    if bleed:
        upper = vertical(size, [(0, with_alpha((255, 255, 255, 255), 0.22)), (0.5, (255, 255, 255, 0))])
        half = (0, 0, size[0], size[1] // 2 + 1)
        lay(glass, clipped(upper.crop(half), rim(size, radius, width).crop(half)), (0, 0))
    lay(image, glass, (bleed, bleed))
    return image
