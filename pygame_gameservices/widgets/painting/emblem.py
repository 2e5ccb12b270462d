"""The emblems on a toast: a medal whose shape says how rare a trophy is, and signs for everything else.

All medals are of one hand: a metal relief lit from the upper left, a sunken round face, and a bright figure on it. What
grows with the rank is the outline: a coin, a hexagon, a star of ten rays, and a compass star that is larger than all.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from pygame_gameservices.core.turns.breath import breathe
from pygame_gameservices.widgets.painting.brushes import (
    SUPERSAMPLING,
    Points,
    canvas,
    clipped,
    glow,
    lay,
    smooth,
    stamp,
    vertical,
)
from pygame_gameservices.widgets.painting.color import Color, luminance, mix, with_alpha
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.theme import Colors, Metal

_WHITE: Color = (255, 255, 255, 255)
_BLACK: Color = (0, 0, 0, 255)
_UNIT = 100
"""Outlines below are given on a square of this side, y downwards."""
_LIGHT = -2.2
"""Where the light comes from, as an angle from the right, clockwise: the upper left."""
_FACE = {Rarity.UNKNOWN: 27.0, Rarity.BRONZE: 27.0, Rarity.SILVER: 29.0, Rarity.GOLD: 27.0, Rarity.PLATINUM: 25.0}
"""Half the width of the round face."""


def medal(side: int, rarity: Rarity, colors: Colors) -> Image.Image:
    """Paint the medal of `rarity`: a coin for bronze, a hexagon for silver, a star for gold, a compass for platinum.

    Args:
        side: width and height of the image in pixels.
        rarity: which one; `UNKNOWN` is a square.
        colors: of the theme.
    """
    metal = colors.metal(rarity)
    image = canvas((side, side))
    for points, soften in _LAYERS[rarity]:
        _relief(image, points, soften, metal)
    _face(image, _FACE[rarity], metal)
    figure = _stone(side, 33) if rarity is Rarity.PLATINUM else _cup(side, 0.36)
    lip = max(1, side // 56)
    stamp(image, ImageChops.offset(figure, 0, lip), with_alpha(mix(metal.dark, _BLACK, 0.6), 0.8))
    lay(image, clipped(vertical((side, side), [(0.3, _WHITE), (0.7, metal.light)]), figure), (0, 0))
    shine = glow((side, side), (side * 0.34, side * 0.2), side * 0.34, with_alpha(_WHITE, 0.4))
    lay(image, clipped(shine, image.getchannel("A")), (0, 0))
    return image


def locked(image: Image.Image, colors: Colors) -> Image.Image:
    """An emblem without color and half faded: what the player lacks. On a light panel it is darker, and less faded."""
    light = luminance(colors.panel_bottom) > 0.5
    faded = ImageEnhance.Color(image).enhance(0.0)
    if light:
        faded = ImageEnhance.Brightness(faded).enhance(0.72)
    share = 62 if light else 45
    faded.putalpha(image.getchannel("A").point([value * share // 100 for value in range(256)]))
    return faded


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


def _relief(image: Image.Image, points: Points, soften: float, metal: Metal) -> None:
    """Raise a shape: each of its sides catches the light as it is turned, and a dark edge parts it from the ground."""
    side = image.width
    mask = _outline(points, soften, side)
    stamp(image, mask, mix(metal.dark, _BLACK, 0.35))
    for share, turned in ((0.955, 0.0), (0.84, pi)):
        breathe()
        large = Image.new("RGB", (side * SUPERSAMPLING,) * 2, metal.base[:3])
        draw, unit = ImageDraw.Draw(large), side * SUPERSAMPLING / _UNIT
        for (x, y), (to_x, to_y) in zip(points, (*points[1:], points[0]), strict=True):
            normal = atan2(x - to_x, to_y - y)
            light = cos(normal + turned - _LIGHT) * (1.0 if turned == 0 else 0.55)
            shade = mix(metal.base, metal.light, light) if light > 0 else mix(metal.base, metal.dark, -light * 0.85)
            draw.polygon([(50 * unit, 50 * unit), (x * unit, y * unit), (to_x * unit, to_y * unit)], fill=shade[:3])
        smaller = [(50 + (x - 50) * share, 50 + (y - 50) * share) for x, y in points]
        facets = large.reduce(SUPERSAMPLING).convert("RGBA")
        lay(image, clipped(facets, _outline(smaller, soften * share, side)), (0, 0))


def _face(image: Image.Image, reach: float, metal: Metal) -> None:
    """Sink a round face into the middle: bright below, dark above, as a hollow is."""
    side, size = image.width, image.size

    def disc(radius: float) -> Image.Image:
        box = [(50 - radius) / _UNIT, (50 + radius) / _UNIT]
        return smooth(
            size,
            lambda draw, f: draw.ellipse(
                (box[0] * side * f, box[0] * side * f, box[1] * side * f, box[1] * side * f), 255
            ),
        )

    lip = vertical(size, [(0.25, mix(metal.dark, _BLACK, 0.25)), (0.75, metal.light)])
    lay(image, clipped(lip, disc(reach)), (0, 0))
    deep, less = mix(metal.dark, _BLACK, 0.35), mix(metal.dark, metal.base, 0.3)
    hollow = vertical(size, [(0.25, deep), (0.75, less)])
    lay(image, clipped(hollow, disc(reach - 2.6)), (0, 0))


def _outline(points: Points, soften: float, side: int) -> Image.Image:
    """The mask of a shape whose corners are a little round."""
    large = Image.new("L", (side * SUPERSAMPLING,) * 2, 0)
    unit = side * SUPERSAMPLING / _UNIT
    ImageDraw.Draw(large).polygon([(x * unit, y * unit) for x, y in points], fill=255)
    blurred = large.filter(ImageFilter.GaussianBlur(soften * unit))
    return blurred.point([255 if value > 127 else 0 for value in range(256)]).reduce(SUPERSAMPLING)


def _ring(corners: int, outer: float, inner: float | None = None, turn: float = -pi / 2) -> Points:
    """The corners of a regular shape around the middle, or of a star with `inner` between its tips."""
    reaches = (outer,) if inner is None else (outer, inner)
    steps = corners * len(reaches)
    turns = [turn + step * 2 * pi / steps for step in range(steps)]
    reach = [reaches[step % len(reaches)] for step in range(steps)]
    return [(50 + far * cos(angle), 50 + far * sin(angle)) for far, angle in zip(reach, turns, strict=True)]


_LAYERS: dict[Rarity, tuple[tuple[Points, float], ...]] = {
    Rarity.UNKNOWN: ((_ring(4, 54, turn=-pi / 4), 4.5),),
    Rarity.BRONZE: ((_ring(48, 38), 0.5),),
    Rarity.SILVER: ((_ring(6, 48.5), 2.6),),
    Rarity.GOLD: ((_ring(10, 50, 37.5), 1.3),),
    Rarity.PLATINUM: ((_ring(4, 43, 26, turn=-pi / 4), 0.9), (_ring(4, 51.5, 27), 0.9)),
}
"""The shapes that lie on each other, and how much their corners are rounded."""


def _stone(side: int, width: float) -> Image.Image:
    """A cut stone from the side, `width` hundredths of the medal wide, with its cuts left out."""
    unit = width / 92

    def paint(draw: ImageDraw.ImageDraw, factor: int) -> None:
        whole = side * factor

        def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
            return [((50 + (x - 50) * unit) / 100 * whole, (50 + (y - 50) * unit) / 100 * whole) for x, y in points]

        line = max(1, round(1.3 * whole / 100))
        draw.polygon(at((4, 38), (24, 12), (76, 12), (96, 38), (50, 94)), fill=255)
        for cut in (((4, 38), (96, 38)), ((32, 38), (50, 90), (68, 38)), ((32, 38), (50, 14), (68, 38))):
            draw.line(at(*cut), 0, line)

    return smooth((side, side), paint)


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
    draw.ellipse((58 * unit, 54 * unit, 84 * unit, 80 * unit), fill=0)
    draw.line([(64 * unit, 60 * unit), (78 * unit, 74 * unit)], 255, round(6 * unit))
    draw.line([(64 * unit, 74 * unit), (78 * unit, 60 * unit)], 255, round(6 * unit))


def _message(draw: ImageDraw.ImageDraw, unit: float) -> None:
    draw.rounded_rectangle((26 * unit, 30 * unit, 74 * unit, 63 * unit), 8 * unit, fill=255)
    draw.polygon([(36 * unit, 60 * unit), (54 * unit, 60 * unit), (36 * unit, 76 * unit)], 255)
    for middle in (39, 50, 61):
        draw.ellipse(((middle - 3.5) * unit, 43 * unit, (middle + 3.5) * unit, 50 * unit), fill=0)


def _warning(draw: ImageDraw.ImageDraw, unit: float) -> None:
    corners = [(x * unit, y * unit) for x, y in ((50, 29), (76, 72), (24, 72))]
    draw.line([*corners, *corners[:2]], 255, round(6 * unit), joint="curve")
    draw.line([(50 * unit, 44 * unit), (50 * unit, 57 * unit)], 255, round(6 * unit))
    draw.ellipse((46.5 * unit, 61 * unit, 53.5 * unit, 68 * unit), fill=255)


def _box(side: float, margin: float) -> tuple[float, float, float, float]:
    edge = side * margin / _UNIT
    return edge, edge, side - 1 - edge, side - 1 - edge


_SIGNS: dict[str, Callable[[ImageDraw.ImageDraw, float], None]] = {
    "person": _person,
    "leave": _leave,
    "online": _online,
    "offline": _offline,
    "message": _message,
    "warning": _warning,
}
SIGNS = tuple(_SIGNS)
"""The names that `sign` knows."""
