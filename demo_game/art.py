"""Pictures of what moves: glows, rings, rocks, the ship. Made with Pillow at the size they are shown; no engine.

Pictures in mode RGB are light on black and are meant to be *added* to the screen; RGBA ones are laid over it.
"""

from __future__ import annotations

import math
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from demo_game.bodies import ROCK_RADII
from demo_game.look import (
    DANGER,
    GOLD,
    GOLD_DARK,
    GOLD_LIT,
    HULL,
    HULL_DARK,
    HULL_LIT,
    HULL_LOW,
    LIGHT,
    ROCK_DARK,
    ROCK_LIT,
    Colour,
    mix,
)

Vector = tuple[float, float, float]

ROCK_TURNS = 40
"""Pictures of one rock all the way round."""
SHIP_TURNS = 72
"""Pictures of the ship all the way round."""
SUPERSAMPLE = 3
SUN: Vector = (-0.48, -0.66, 0.58)
"""Where the light on rocks and hull comes from."""


def glow(radius: float, colour: Colour, *, strength: float = 1.0, core: float = 0.0, fall: float = 2.4) -> Image.Image:
    """A soft round light. `core` whitens its heart, `fall` says how quickly it fades outwards."""
    size = max(2, round(radius * 2))
    distance = Image.radial_gradient("L").resize((size, size), Image.Resampling.BILINEAR)
    bands = []
    for band in colour:
        table = []
        for value in range(256):
            near = 1.0 - value / 255
            table.append(min(255, round(band * strength * near**fall + 255 * core * near**9)))
        bands.append(distance.point(table))
    return Image.merge("RGB", bands)


def ring(radius: float, colour: Colour, *, strength: float = 1.0, thickness: float = 3.0) -> Image.Image:
    """A thin circle of light with a soft rim."""
    pad = math.ceil(thickness * 4)
    size = round(radius * 2) + pad * 2
    mask = Image.new("L", (size * 2, size * 2))
    box = (pad * 2, pad * 2, size * 2 - pad * 2, size * 2 - pad * 2)
    ImageDraw.Draw(mask).ellipse(box, outline=255, width=max(2, round(thickness * 2)))
    line = mask.resize((size, size), Image.Resampling.BOX)
    soft = line.filter(ImageFilter.GaussianBlur(thickness * 1.4))
    bands = []
    for band in colour:
        hard = line.point([round(v * strength * (0.35 + 0.65 * band / 255)) for v in range(256)])
        bloom = soft.point([min(255, round(v * strength * 1.3 * band / 255)) for v in range(256)])
        bands.append(Image.composite(hard, bloom, line))
    return Image.merge("RGB", bands)


def orb(radius: float, colour: Colour) -> Image.Image:
    """A light to harvest: a bright heart in a wide halo."""
    return glow(radius, colour, strength=0.85, core=1.0, fall=3.2)


def dimmed(picture: Image.Image, share: float) -> Image.Image:
    """An added picture at `share` of its brightness."""
    return picture.point([round(v * share) for v in range(256)] * 3)


def _rock_points(size: int, shape: int) -> tuple[list[Vector], list[Vector], Vector]:
    """Outer rim, inner rim and summit of a rock, in units of its radius."""
    draw = Random(size * 101 + shape * 17 + 5)
    count = (7, 9, 11)[size]
    outer, inner = [], []
    for place in range(count):
        turn = math.tau * (place + draw.uniform(-0.22, 0.22)) / count
        far = draw.uniform(0.82, 1.04)
        outer.append((math.cos(turn) * far, math.sin(turn) * far, draw.uniform(0.0, 0.16)))
        turn += math.pi / count + draw.uniform(-0.12, 0.12)
        far = draw.uniform(0.42, 0.62)
        inner.append((math.cos(turn) * far, math.sin(turn) * far, draw.uniform(0.48, 0.74)))
    return outer, inner, (draw.uniform(-0.14, 0.14), draw.uniform(-0.14, 0.14), draw.uniform(0.72, 0.86))


def _turned(point: Vector, cos: float, sin: float) -> Vector:
    x, y, z = point
    return x * cos - y * sin, x * sin + y * cos, z


def _facet_light(a: Vector, b: Vector, c: Vector) -> float:
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    sign = 1.0 if nz >= 0 else -1.0
    return max(0.0, sign * (nx * SUN[0] + ny * SUN[1] + nz * SUN[2]) / length)


def rock(size: int, shape: int, turn: int, scale: float) -> Image.Image:
    """A rock cut in facets, turned by `turn` of `ROCK_TURNS`, lit from the left above; small ones hold an ember."""
    radius = ROCK_RADII[size] * scale
    big = 2 if size == 2 else SUPERSAMPLE
    extent = math.ceil(radius * 1.12) * 2
    centre, reach = extent * big / 2, radius * big
    angle = math.tau * turn / ROCK_TURNS
    cos, sin = math.cos(angle), math.sin(angle)
    outer, inner, summit = _rock_points(size, shape)
    outer = [_turned(point, cos, sin) for point in outer]
    inner = [_turned(point, cos, sin) for point in inner]
    summit = _turned(summit, cos, sin)
    picture = Image.new("RGBA", (extent * big, extent * big), (*ROCK_DARK, 0))
    draw = ImageDraw.Draw(picture)

    def place(point: Vector) -> tuple[float, float]:
        return centre + point[0] * reach, centre + point[1] * reach

    count = len(outer)
    for i in range(count):
        j = (i + 1) % count
        facets = ((outer[i], outer[j], inner[i]), (inner[i], outer[j], inner[j]), (inner[i], inner[j], summit))
        for a, b, c in facets:
            light = _facet_light(a, b, c)
            colour = mix(ROCK_DARK, ROCK_LIT, min(1.0, 0.08 + light**1.5 * 0.95))
            draw.polygon([place(a), place(b), place(c)], fill=(*colour, 255), outline=(*colour, 255))
    for i in range(count):
        a, b = outer[i], outer[(i + 1) % count]
        facing = -((a[0] + b[0]) * SUN[0] + (a[1] + b[1]) * SUN[1]) / 2
        bright = max(0.0, -facing)
        draw.line([place(a), place(b)], fill=(*mix((58, 48, 92), (214, 204, 246), bright), 255), width=max(1, big))
    return picture.resize((extent, extent), Image.Resampling.BOX)


def ship(turn: int, scale: float, *, golden: bool = False) -> Image.Image:
    """The ship, its nose turned by `turn` of `SHIP_TURNS` clockwise from the right; a golden one for supporters."""
    dark, half, lit, low = (GOLD_DARK, GOLD, GOLD_LIT, GOLD) if golden else (HULL_DARK, HULL, HULL_LIT, HULL_LOW)
    reach = 30.0 * scale
    extent = math.ceil(reach) * 2
    big = 4
    angle = math.tau * turn / SHIP_TURNS
    cos, sin = math.cos(angle), math.sin(angle)
    picture = Image.new("RGBA", (extent * big, extent * big), (*HULL_LIT, 0))
    draw = ImageDraw.Draw(picture)
    unit = 1.14 * scale * big

    def place(x: float, y: float) -> tuple[float, float]:
        return extent * big / 2 + (x * cos - y * sin) * unit, extent * big / 2 + (x * sin + y * cos) * unit

    for side in (-1.0, 1.0):
        normal_y = side * cos
        normal_x = -side * sin
        light = min(1.0, max(0.0, 0.5 - 0.62 * (normal_x * -SUN[0] + normal_y * -SUN[1])))
        wing = mix(dark, half, light)
        hull = mix(low, lit, light)
        draw.polygon([place(8, side * 3), place(-16, side * 17), place(-10, side * 5)], fill=(*wing, 255))
        draw.line([place(8, side * 3), place(-16, side * 17)], fill=(*mix(wing, lit, 0.7), 255), width=round(unit))
        draw.polygon([place(24, 0), place(-6, side * 8), place(-11, side * 4), place(-8, 0)], fill=(*hull, 255))
    glass = mix(LIGHT, (255, 255, 255), 0.3)
    draw.polygon([place(11, 0), place(3, 3.2), place(-3, 0), place(3, -3.2)], fill=(*glass, 255))
    return picture.resize((extent, extent), Image.Resampling.BOX)


def flame(turn: int, scale: float, colour: Colour) -> Image.Image:
    """The engine's fire behind the ship, as light; turned like `ship`."""
    extent = round(96 * scale)
    angle = math.tau * turn / SHIP_TURNS
    mask = Image.new("L", (extent, extent))
    draw = ImageDraw.Draw(mask)
    for along in range(24):
        share = along / 23
        x = extent / 2 - math.cos(angle) * (12 + 30 * share) * scale
        y = extent / 2 - math.sin(angle) * (12 + 30 * share) * scale
        reach = (5.5 * (1 - share) + 0.6) * scale
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=round(255 * (1 - share) ** 0.7))
    soft = mask.filter(ImageFilter.GaussianBlur(2.6 * scale))
    bands = []
    for band in colour:
        bands.append(soft.point([min(255, round(v * band / 255 + max(0, v - 170) * 1.2)) for v in range(256)]))
    return Image.merge("RGB", bands)


def plate(size: tuple[int, int], scale: float) -> Image.Image:
    """A dark plate with round corners, to read from."""
    big = Image.new("RGBA", (size[0] * 2, size[1] * 2), (90, 80, 150, 0))
    box = (1, 1, size[0] * 2 - 2, size[1] * 2 - 2)
    ImageDraw.Draw(big).rounded_rectangle(box, round(28 * scale), (12, 10, 32, 196), (126, 116, 190, 120), 2)
    return big.resize(size, Image.Resampling.BOX)


def shade(size: tuple[int, int]) -> Image.Image:
    """Darkness without edges, so that words can be read whatever flies behind them."""
    slope = [min(1.0, min(v, 255 - v) / 96) for v in range(256)]
    smooth = [round(255 * share * share * (3 - 2 * share)) for share in slope]
    down = Image.linear_gradient("L").resize((1, 256)).point(smooth)
    cover = ImageChops.multiply(down.rotate(90, expand=True).resize(size), down.resize(size))
    dark = Image.new("RGBA", size, (8, 7, 22, 0))
    dark.putalpha(cover.point([round(v * 0.84) for v in range(256)]))
    return dark


def vignette(width: int, height: int, share: float) -> Image.Image:
    """A picture to be *subtracted*: the dark that closes in when the light runs low, with a touch of red left."""
    distance = Image.radial_gradient("L").resize((round(width * 1.25), round(height * 1.25)), Image.Resampling.BILINEAR)
    left, top = round(width * 0.125), round(height * 0.125)
    distance = distance.crop((left, top, left + width, top + height))
    bands = []
    for band in DANGER:
        keep = 1.0 - 0.4 * band / 255
        outwards = [min(1.0, max(0.0, v / 255 - 0.35) * 1.6) for v in range(256)]
        bands.append(distance.point([round(far * 150 * share * keep) for far in outwards]))
    return Image.merge("RGB", bands)
