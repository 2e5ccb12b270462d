"""The emblems on a toast: a medal whose shape says how rare a trophy is, and signs for everything else."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pygame_gameservices.widgets.color import Color, mix, with_alpha
from pygame_gameservices.widgets.painting import (
    SUPERSAMPLING,
    Points,
    canvas,
    clipped,
    glow,
    lay,
    polygon,
    smooth,
    stamp,
    vertical,
)
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import Colors, Metal

_WHITE: Color = (255, 255, 255, 255)
_UNIT = 100
"""Outlines below are given on a square of this side, y downwards."""


def medal(side: int, rarity: Rarity, colors: Colors) -> Image.Image:
    """Paint the medal of `rarity`: a disc for bronze, a shield for silver, a star for gold, a gem for platinum.

    Args:
        side: width and height of the image in pixels.
        rarity: which one; `UNKNOWN` is a tilted square.
        colors: of the theme.
    """
    metal = colors.metal(rarity)
    if rarity is Rarity.PLATINUM:
        return _gem(side, metal)
    outline = _SHAPES[rarity]
    image = _coin(side, metal, outline)
    if rarity in (Rarity.BRONZE, Rarity.SILVER, Rarity.UNKNOWN):
        _engrave(image, _cup(side, 0.46 if rarity is Rarity.BRONZE else 0.40), metal)
    return image


def sign(side: int, name: str, ink: Color) -> Image.Image:
    """Paint a sign in one color within a ring; `SIGNS` has the names."""
    image = canvas((side, side))
    disc = smooth((side, side), lambda draw, f: draw.ellipse(_box(side * f, 4), fill=255))
    stamp(image, disc, with_alpha(ink, 0.16))
    line = max(1, side // 32)
    ring = smooth((side, side), lambda draw, f: draw.ellipse(_box(side * f, 4), outline=255, width=line * f))
    stamp(image, ring, with_alpha(ink, 0.75))
    stamp(image, smooth((side, side), lambda draw, f: _SIGNS[name](draw, side * f / _UNIT)), ink)
    return image


def _coin(side: int, metal: Metal, outline: Callable[[float], Image.Image]) -> Image.Image:
    """A raised metal shape: dark rim, bright bevel, brushed face, and a highlight from above."""
    image = canvas((side, side))
    size = (side, side)
    body = vertical(size, [(0, metal.light), (0.45, metal.base), (1, metal.dark)])
    lay(image, clipped(body, _scaled(outline, side, 1.0)), (0, 0))
    bevel = vertical(size, [(0.1, metal.dark), (0.55, mix(metal.base, metal.dark, 0.35)), (1, metal.light)])
    lay(image, clipped(bevel, _scaled(outline, side, 0.86)), (0, 0))
    inner = _scaled(outline, side, 0.79)
    upper, lower = mix(metal.base, metal.light, 0.55), mix(metal.base, metal.dark, 0.45)
    face = vertical(size, [(0.1, upper), (0.5, metal.base), (0.9, lower)])
    lay(image, clipped(face, inner), (0, 0))
    shine = glow(size, (side * 0.36, side * 0.24), side * 0.42, with_alpha(_WHITE, 0.55))
    lay(image, clipped(shine, inner), (0, 0))
    return image


def _engrave(image: Image.Image, mask: Image.Image, metal: Metal) -> None:
    """Press a shape into the face: dark with a bright lower lip."""
    lip = max(1, image.width // 48)
    stamp(image, ImageChops.offset(mask, 0, lip), with_alpha(metal.light, 0.8))
    stamp(image, mask, mix(metal.dark, (0, 0, 0, 255), 0.12))


def _gem(side: int, metal: Metal) -> Image.Image:
    """A cut stone seen from the side, each facet in a light of its own."""
    deep, pale = metal.dark, metal.light
    image = canvas((side, side))
    scale = side / _UNIT
    crown = ((4, 38), (24, 12), (76, 12), (96, 38))
    outline = (*crown[:1], crown[1], crown[2], crown[3], (50, 94))
    whole = polygon((side, side), [(x * scale, y * scale) for x, y in outline], soften=side / 40)
    stamp(image, whole, deep)
    facets: tuple[tuple[Points, float], ...] = (
        (((9, 36), (25, 16), (34, 36)), 0.55),
        (((25, 16), (50, 16), (34, 36)), 1.0),
        (((50, 16), (66, 36), (34, 36)), 0.78),
        (((50, 16), (75, 16), (66, 36)), 0.5),
        (((75, 16), (91, 36), (66, 36)), 0.3),
        (((9, 40), (34, 40), (48, 87)), 0.72),
        (((34, 40), (66, 40), (50, 89)), 0.42),
        (((66, 40), (91, 40), (52, 87)), 0.14),
    )
    for points, light in facets:
        shade = mix(metal.base, pale, (light - 0.5) * 2) if light > 0.5 else mix(deep, metal.base, light * 2)
        stamp(image, polygon((side, side), [(x * scale, y * scale) for x, y in points]), shade)
    shine = glow((side, side), (side * 0.33, side * 0.2), side * 0.3, with_alpha(_WHITE, 0.6))
    lay(image, clipped(shine, whole), (0, 0))
    return image


def _scaled(outline: Callable[[float], Image.Image], side: int, share: float) -> Image.Image:
    """The outline's mask at `share` of its size, in the middle of a square of `side` pixels."""
    large = outline(side * SUPERSAMPLING)
    if share == 1.0:
        return large.reduce(SUPERSAMPLING)
    inner = large.resize((round(large.width * share),) * 2, Image.Resampling.BILINEAR)
    frame = Image.new("L", large.size, 0)
    frame.paste(inner, ((large.width - inner.width) // 2,) * 2)
    return frame.reduce(SUPERSAMPLING)


def _disc(side: float) -> Image.Image:
    mask = Image.new("L", (round(side),) * 2, 0)
    ImageDraw.Draw(mask).ellipse(_box(side, 4), fill=255)
    return mask


def _outline(points: Points, soften: float) -> Callable[[float], Image.Image]:
    def draw(side: float) -> Image.Image:
        mask = Image.new("L", (round(side),) * 2, 0)
        ImageDraw.Draw(mask).polygon([(x * side / _UNIT, y * side / _UNIT) for x, y in points], fill=255)
        blurred = mask.filter(ImageFilter.GaussianBlur(soften * side / _UNIT))
        return blurred.point([255 if value > 127 else 0 for value in range(256)])

    return draw


def _star_points(tips: int, outer: float, inner: float, middle: float) -> Points:
    points = []
    for step in range(tips * 2):
        reach = inner if step % 2 else outer
        angle = step * pi / tips - pi / 2
        points.append((50 + reach * cos(angle), middle + reach * sin(angle)))
    return points


def _shield_points() -> Points:
    """A heater shield: a flat top and two curves that meet at the point."""
    right = [(88 - 38 * (step / 12) ** 2.1, 50 + 46 * (step / 12)) for step in range(13)]
    return [(50, 6), (88, 14), *right, *((100 - x, y) for x, y in reversed(right)), (12, 14)]


_SHAPES: dict[Rarity, Callable[[float], Image.Image]] = {
    Rarity.UNKNOWN: _outline(((50, 3), (97, 50), (50, 97), (3, 50)), 4),
    Rarity.BRONZE: _disc,
    Rarity.SILVER: _outline(_shield_points(), 2.5),
    Rarity.GOLD: _outline(_star_points(5, 53, 27, 53), 3.2),
}


def _cup(side: int, share: float) -> Image.Image:
    """A two-handled cup, `share` of the medal high, in its middle."""
    unit = share / 60  # the cup below is drawn 60 units high, around (50, 50)

    def paint(draw: ImageDraw.ImageDraw, factor: int) -> None:
        whole = side * factor

        def at(x: float, y: float) -> tuple[float, float]:
            return (0.5 + (x - 50) * unit) * whole, (0.5 + (y - 50) * unit) * whole

        line = max(factor, round(6 * unit * whole))
        for left, right in ((20, 44), (56, 80)):
            draw.ellipse((*at(left, 24), *at(right, 50)), outline=255, width=line)
        draw.polygon([at(30, 20), at(70, 20), at(66, 46), at(56, 57), at(44, 57), at(34, 46)], fill=255)
        draw.polygon([at(46, 56), at(54, 56), at(55, 70), at(45, 70)], fill=255)
        draw.rounded_rectangle((*at(34, 69), *at(66, 79)), 2 * unit * whole, fill=255)

    return smooth((side, side), paint)


def _person(draw: ImageDraw.ImageDraw, unit: float) -> None:
    draw.ellipse((38 * unit, 24 * unit, 62 * unit, 48 * unit), fill=255)
    draw.pieslice((27 * unit, 53 * unit, 73 * unit, 99 * unit), 180, 360, fill=255)


def _leave(draw: ImageDraw.ImageDraw, unit: float) -> None:
    line = round(6 * unit)
    door = ((52, 28), (30, 28), (30, 72), (52, 72))
    draw.line([(x * unit, y * unit) for x, y in door], 255, line)
    draw.line([(44 * unit, 50 * unit), (72 * unit, 50 * unit)], 255, line)
    draw.polygon([(64 * unit, 36 * unit), (80 * unit, 50 * unit), (64 * unit, 64 * unit)], 255)


def _online(draw: ImageDraw.ImageDraw, unit: float) -> None:
    line = round(6.5 * unit)
    for reach in (15, 29, 43):
        box = ((50 - reach) * unit, (70 - reach) * unit, (50 + reach) * unit, (70 + reach) * unit)
        draw.arc(box, 225, 315, fill=255, width=line)
    draw.ellipse((45 * unit, 64 * unit, 55 * unit, 74 * unit), fill=255)


def _offline(draw: ImageDraw.ImageDraw, unit: float) -> None:
    _online(draw, unit)
    draw.line([(28 * unit, 26 * unit), (74 * unit, 76 * unit)], 0, round(14 * unit))
    draw.line([(28 * unit, 26 * unit), (74 * unit, 76 * unit)], 255, round(6 * unit))


def _message(draw: ImageDraw.ImageDraw, unit: float) -> None:
    draw.rounded_rectangle((26 * unit, 30 * unit, 74 * unit, 63 * unit), 8 * unit, fill=255)
    draw.polygon([(36 * unit, 60 * unit), (54 * unit, 60 * unit), (36 * unit, 76 * unit)], 255)
    for middle in (39, 50, 61):
        draw.ellipse(((middle - 3.5) * unit, 43 * unit, (middle + 3.5) * unit, 50 * unit), fill=0)


def _box(side: float, margin: float) -> tuple[float, float, float, float]:
    edge = side * margin / _UNIT
    return edge, edge, side - 1 - edge, side - 1 - edge


_SIGNS: dict[str, Callable[[ImageDraw.ImageDraw, float], None]] = {
    "person": _person,
    "leave": _leave,
    "online": _online,
    "offline": _offline,
    "message": _message,
}
SIGNS = tuple(_SIGNS)
"""The names that `sign` knows."""
