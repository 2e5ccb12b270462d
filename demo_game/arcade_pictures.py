"""The Arcade textures of all pictures at one window size, made once and kept."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageChops

from demo_game import art, lettering
from demo_game.arcade_brush import Brush
from demo_game.bodies import ROCK_RADII, ROCK_SHAPES
from demo_game.look import ENGINE, HUES, LIGHT, Colour, Layout

SPARK_RADII = (3.5, 6.0, 9.5)
RING_RADII = (20.0, 60.0, 130.0, 200.0)
"""A ring is drawn with the next larger of these, so that its line stays about as thin as it should be."""


class Textures:
    """Everything drawn more than once, at the scale of `layout`. Lights fade on the graphics card."""

    def __init__(self, brush: Brush, layout: Layout) -> None:
        self._brush = brush
        self.layout = layout
        scale, made = layout.scale, brush.texture
        self.sparks = {hue: [made(art.glow(r * scale, c, core=0.8, fall=2.0)) for r in SPARK_RADII]
                       for hue, c in HUES.items()}  # fmt: skip
        self.orbs = {hue: made(art.orb(40 * scale, HUES[hue])) for hue in ("light", "ember", "rare")}
        self.halos = {hue: made(art.glow(90 * scale, HUES[hue], strength=0.24)) for hue in ("light", "ember", "rare")}
        self.star = made(art.orb(74 * scale, HUES["star"]))
        self.aura = made(art.glow(130 * scale, ENGINE, strength=0.3))
        self.reach = made(art.glow(150 * scale, LIGHT, strength=0.16))
        self.safe = made(art.ring(30 * scale, ENGINE, strength=0.8, thickness=2.0 * scale))
        turns = range(art.SHIP_TURNS)
        self.ships = {golden: [made(art.ship(turn, scale, golden=golden)) for turn in turns]
                      for golden in (False, True)}  # fmt: skip
        self.flames = {golden: [made(art.flame(turn, scale, LIGHT if golden else ENGINE)) for turn in turns]
                       for golden in (False, True)}  # fmt: skip
        self.rocks = [
            [[made(art.rock(size, kind, turn, scale)) for turn in range(art.ROCK_TURNS)] for kind in range(ROCK_SHAPES)]
            for size in range(len(ROCK_RADII))
        ]
        self.star_points = [made(art.glow(r * scale, c, core=0.6)) for r, c in (
            (2.2, HUES["star"]), (2.2, LIGHT), (3.6, HUES["star"]), (3.6, LIGHT))]  # fmt: skip
        thin = max(1.2, 2.4 * scale)
        self.rings = {
            hue: [(radius, made(art.ring(radius * scale, colour, thickness=thin))) for radius in RING_RADII]
            for hue, colour in HUES.items()
        }
        self.vignette = made(_dark(art.vignette(*layout.size, 1.0)))
        self._texts: dict[tuple[str, float, Colour, bool], Any] = {}
        self._neons: dict[tuple[str, float, Colour], Any] = {}
        self._plates: dict[tuple[tuple[int, int], bool], Any] = {}

    def text(self, text: str, size: float, colour: Colour, *, strong: bool = False) -> Any:
        """Words in the reading typeface."""
        key = (text, size, colour, strong)
        if key not in self._texts:
            picture = lettering.plain(text, self.layout.text_size(size), colour, strong=strong)
            self._texts[key] = self._brush.passing(picture)
        return self._texts[key]

    def neon(self, text: str, height: float, colour: Colour) -> Any:
        """Glowing words to be added."""
        key = (text, height, colour)
        if key not in self._neons:
            self._neons[key] = self._brush.passing(lettering.neon(text, height * self.layout.scale, colour))
        return self._neons[key]

    def plate(self, wide: float, high: float, *, soft: bool = False) -> Any:
        """A dark plate to read from, or with `soft` a shade without edges."""
        size = round(wide * self.layout.scale), round(high * self.layout.scale)
        if (size, soft) not in self._plates:
            picture = art.shade(size) if soft else art.plate(size, self.layout.scale)
            self._plates[size, soft] = self._brush.texture(picture)
        return self._plates[size, soft]


def _dark(picture: Image.Image) -> Image.Image:
    """A picture that was to be subtracted as one that is laid over: the more was to go, the darker."""
    red, green, blue = picture.split()
    dark = Image.new("RGBA", picture.size, (26, 0, 6, 0))
    dark.putalpha(ImageChops.lighter(red, ImageChops.lighter(green, blue)))
    return dark
