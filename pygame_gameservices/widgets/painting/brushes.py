"""Brushes: the few shapes that every widget is made of. All work on straight RGBA images; any thread.

Curved edges are painted `SUPERSAMPLING` times too large and brought down once, which is what makes corners smooth;
text never goes through here, it is drawn at its real size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import ceil

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.widgets.painting.color import Color, mix

SUPERSAMPLING = 4
"""How many times larger than life the edges of shapes are painted."""

Points = Sequence[tuple[float, float]]


def canvas(size: tuple[int, int]) -> Image.Image:
    """An empty, fully transparent image of `size` pixels."""
    return Image.new("RGBA", size, (0, 0, 0, 0))


def stamp(image: Image.Image, mask: Image.Image, color: Color, xy: tuple[int, int] = (0, 0)) -> None:
    """Lay `color` onto `image` where `mask` (mode L) says so, its corner at `xy`. What hangs over is cut off."""
    layer = Image.new("RGBA", mask.size, (*color[:3], 0))
    layer.putalpha(faint(mask, color[3]))
    lay(image, layer, xy)


def faint(mask: Image.Image, alpha: int) -> Image.Image:
    """A mask (mode L) of which each value is ``value * alpha // 255``. It may be `mask` itself."""
    if alpha == 255:
        return mask
    # A blend with nothing is a seventh of the work of a table of values. It cuts fractions off as a division of whole
    # numbers does, but for those that it takes to be a trace below the next: hence the trace more.
    return Image.blend(Image.new("L", mask.size, 0), mask, (alpha + 0.003) / 255)


def lay(image: Image.Image, layer: Image.Image, xy: tuple[int, int]) -> None:
    """Lay one RGBA image over another, its corner at `xy`, which may be outside."""
    breathe()
    x, y = xy
    left, top = max(0, -x), max(0, -y)
    if left >= layer.width or top >= layer.height or x >= image.width or y >= image.height:
        return
    image.alpha_composite(layer, (max(0, x), max(0, y)), (left, top))


def smooth(size: tuple[int, int], paint: Callable[[ImageDraw.ImageDraw, int], None]) -> Image.Image:
    """A mask of `size` with smooth edges: ``paint(draw, factor)`` draws it `factor` times too large."""
    large = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 0)
    breathe()
    paint(ImageDraw.Draw(large), SUPERSAMPLING)
    breathe()
    return large.reduce(SUPERSAMPLING)


def rounded(size: tuple[int, int], radius: float, inset: float = 0.0) -> Image.Image:
    """A mask of a rectangle with round corners, `inset` pixels smaller on each side. Yours to change."""
    return _rounded(size, radius, inset).copy()


@lru_cache(maxsize=64)
def _rounded(size: tuple[int, int], radius: float, inset: float) -> Image.Image:
    """Paint the corners large, and only them: the middle of a panel has no edge that could be rough."""
    side = ceil(max(radius, inset)) + 1
    if size[0] <= 2 * side or size[1] <= 2 * side:
        return _rounded_small(size, radius, inset)
    small = _rounded_small((2 * side + 1, 2 * side + 1), radius, inset)
    mask = Image.new("L", size, small.getpixel((side, side)))
    for x, left in ((0, 0), (size[0] - side, side + 1)):
        for y, top in ((0, 0), (size[1] - side, side + 1)):
            mask.paste(small.crop((left, top, left + side, top + side)), (x, y))
    between = size[0] - 2 * side, size[1] - 2 * side
    for y, top in ((0, 0), (size[1] - side, side + 1)):
        mask.paste(small.crop((side, top, side + 1, top + side)).resize((between[0], side)), (side, y))
    for x, left in ((0, 0), (size[0] - side, side + 1)):
        mask.paste(small.crop((left, side, left + side, side + 1)).resize((side, between[1])), (x, side))
    return mask


def _rounded_small(size: tuple[int, int], radius: float, inset: float) -> Image.Image:
    def paint(draw: ImageDraw.ImageDraw, factor: int) -> None:
        edge = inset * factor
        box = (edge, edge, size[0] * factor - 1 - edge, size[1] * factor - 1 - edge)
        if box[2] > box[0] and box[3] > box[1]:
            draw.rounded_rectangle(box, max(0.0, radius - inset) * factor, fill=255)

    return smooth(size, paint)


def rim(size: tuple[int, int], radius: float, width: float, inset: float = 0.0) -> Image.Image:
    """A mask of the border of `rounded`, `width` pixels wide, drawn inwards."""
    return ImageChops.subtract(rounded(size, radius, inset), rounded(size, radius, inset + width))


def polygon(size: tuple[int, int], points: Points, soften: float = 0.0) -> Image.Image:
    """A mask of a polygon given in pixels; `soften` rounds its corners by about so many pixels."""

    def paint(draw: ImageDraw.ImageDraw, factor: int) -> None:
        draw.polygon([(x * factor, y * factor) for x, y in points], fill=255)

    if not soften:
        return smooth(size, paint)
    large = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 0)
    paint(ImageDraw.Draw(large), SUPERSAMPLING)
    blurred = large.filter(ImageFilter.GaussianBlur(soften * SUPERSAMPLING))
    # Cutting a blurred shape at half height leaves straight edges where they were and rounds every corner.
    return blurred.point([255 if value > 127 else 0 for value in range(256)]).reduce(SUPERSAMPLING)


def vertical(size: tuple[int, int], stops: Sequence[tuple[float, Color]]) -> Image.Image:
    """An image that fades downwards through `stops`, each a place from 0 (top) to 1 (bottom) and its color."""
    return _column(size[1], tuple(stops)).resize(size, Image.Resampling.NEAREST)


@lru_cache(maxsize=64)
def _column(height: int, stops: Sequence[tuple[float, Color]]) -> Image.Image:
    column = Image.new("RGBA", (1, height))
    column.putdata([_at(stops, (row + 0.5) / height) for row in range(height)])
    return column


def horizontal(size: tuple[int, int], stops: Sequence[tuple[float, Color]]) -> Image.Image:
    """As `vertical`, from left to right."""
    return vertical((size[1], size[0]), stops).transpose(Image.Transpose.TRANSPOSE)


def clipped(image: Image.Image, mask: Image.Image) -> Image.Image:
    """The part of `image` within `mask`, as a new image of the same size."""
    result = image.copy()
    result.putalpha(ImageChops.multiply(image.getchannel("A"), mask))
    return result


def glow(size: tuple[int, int], center: tuple[float, float], radius: float, color: Color) -> Image.Image:
    """An image of a soft round light around `center`, gone at `radius` pixels."""
    side = max(2, round(radius * 2))
    light = [max(0, value - 74) * 255 // 181 for value in range(256)]  # Pillow's gradient reaches 74 at the sides
    ball = ImageChops.invert(Image.radial_gradient("L")).point(light)
    image = canvas(size)
    corner = (round(center[0] - radius), round(center[1] - radius))
    stamp(image, ball.resize((side, side), Image.Resampling.BILINEAR), color, corner)
    return image


def shadow(mask: Image.Image, blur: float, color: Color) -> Image.Image:
    """An image of the soft shadow that the shape in `mask` throws, as large as the mask; leave it room."""
    coarse = max(1, int(blur // 3))  # nobody sees fine detail in a shadow, and a small one is blurred much faster
    soft = mask.reduce(coarse).filter(ImageFilter.GaussianBlur(blur / coarse))
    layer = Image.new("RGBA", mask.size, (*color[:3], 0))
    fitted = (soft.width * coarse, soft.height * coarse)
    soft = soft.resize(fitted, Image.Resampling.BILINEAR).crop((0, 0, *mask.size)) if coarse > 1 else soft
    layer.putalpha(faint(soft, color[3]))
    return layer


def _at(stops: Sequence[tuple[float, Color]], place: float) -> Color:
    before = stops[0]
    for stop in stops:
        if place <= stop[0]:
            span = stop[0] - before[0]
            return mix(before[1], stop[1], (place - before[0]) / span) if span else stop[1]
        before = stop
    return before[1]
