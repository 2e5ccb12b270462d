"""The pygame surfaces of all pictures at one window size, made once and kept."""

from __future__ import annotations

import math

import pygame
from PIL import Image

from demo_game import art, lettering, sky
from demo_game.bodies import ROCK_RADII, ROCK_SHAPES
from demo_game.look import ENGINE, HUES, LIGHT, Colour, Layout, mix

FADES = 8
"""Steps of brightness a light is kept in."""
SPARK_RADII = (3.5, 6.0, 9.5)
RING_GRAIN = 6
"""Rings are kept at every sixth unit of radius."""
MOST_TEXTS = 500
VIGNETTES = 8


def added(picture: Image.Image) -> pygame.Surface:
    """A surface of a picture that is to be added."""
    return pygame.image.frombuffer(picture.tobytes(), picture.size, "RGB").convert()


def laid(picture: Image.Image) -> pygame.Surface:
    """A surface of a picture that is to be laid over."""
    return pygame.image.frombuffer(picture.tobytes(), picture.size, "RGBA").convert_alpha()


def faded(picture: Image.Image) -> list[pygame.Surface]:
    """A light in `FADES` steps from faint to full."""
    return [added(art.dimmed(picture, (step + 1) / FADES)) for step in range(FADES)]


class Pictures:
    """Everything drawn more than once, at the scale of `layout`. Needs a display mode to be set."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        scale = self.scale = layout.scale
        self.night = added(sky.night(scale))
        self.dawn = added(sky.dawn(scale))
        self.sparks = {
            hue: [faded(art.glow(r * scale, c, core=0.8, fall=2.0)) for r in SPARK_RADII] for hue, c in HUES.items()
        }
        self.orbs = {hue: faded(art.orb(40 * scale, HUES[hue])) for hue in ("light", "ember", "rare")}
        self.halos = {hue: faded(art.glow(90 * scale, HUES[hue], strength=0.24)) for hue in ("light", "ember", "rare")}
        self.star = added(art.orb(74 * scale, HUES["star"]))
        self.aura = faded(art.glow(130 * scale, ENGINE, strength=0.3))
        self.safe = faded(art.ring(30 * scale, ENGINE, strength=0.8, thickness=2.0 * scale))
        self.reach = faded(art.glow(150 * scale, LIGHT, strength=0.16))
        self.ships = [laid(art.ship(turn, scale)) for turn in range(art.SHIP_TURNS)]
        self.golden_ships = [laid(art.ship(turn, scale, golden=True)) for turn in range(art.SHIP_TURNS)]
        self.flames = [added(art.flame(turn, scale, ENGINE)) for turn in range(art.SHIP_TURNS)]
        self.golden_flames = [added(art.flame(turn, scale, LIGHT)) for turn in range(art.SHIP_TURNS)]
        self.rocks = [
            [[laid(art.rock(size, kind, turn, scale)) for turn in range(art.ROCK_TURNS)] for kind in range(ROCK_SHAPES)]
            for size in range(len(ROCK_RADII))
        ]
        self.star_points = [faded(art.glow(r * scale, c, core=0.6)) for r, c in (
            (2.2, HUES["star"]), (2.2, LIGHT), (3.6, HUES["star"]), (3.6, LIGHT))]  # fmt: skip
        self._rings: dict[tuple[int, str, int], pygame.Surface] = {}
        self._texts: dict[tuple[str, float, Colour, bool], pygame.Surface] = {}
        self._neons: dict[tuple[str, float, Colour, int], pygame.Surface] = {}
        self._veils: dict[Colour, pygame.Surface] = {}
        dark = added(art.vignette(*layout.size, 1.0))
        self._vignettes = [self._shaded(dark, (255, 255, 255), (step + 1) / VIGNETTES) for step in range(VIGNETTES)]
        thin = max(1.2, 2.4 * scale)
        self._white_rings = [
            added(art.ring(radius * scale, (255, 255, 255), thickness=thin))
            for radius in range(RING_GRAIN, 200, RING_GRAIN)
        ]

    def ring(self, radius: float, hue: str, light: float) -> pygame.Surface:
        """A ring of about `radius` units at `light` 0 to 1 of its brightness."""
        grain = max(1, min(len(self._white_rings), round(radius / RING_GRAIN)))
        fade = max(1, min(5, math.ceil(light * 5)))
        key = (grain, hue, fade)
        if key not in self._rings:
            colour = mix(HUES[hue], (255, 255, 255), 0.25)
            self._rings[key] = self._shaded(self._white_rings[grain - 1], colour, fade / 5)
        return self._rings[key]

    def veil(self, colour: Colour) -> pygame.Surface:
        """One colour, as large as the picture. Blitting it with a blend is ten times quicker than `fill` with one."""
        if colour not in self._veils:
            self._veils[colour] = pygame.Surface(self.layout.size)
            self._veils[colour].fill(colour)
        return self._veils[colour]

    @staticmethod
    def _shaded(light: pygame.Surface, colour: Colour, share: float) -> pygame.Surface:
        shade = pygame.Surface(light.get_size())
        shade.fill([round(band * share) for band in colour])
        shade.blit(light, (0, 0), special_flags=pygame.BLEND_RGB_MULT)
        return shade

    def text(self, text: str, size: float, colour: Colour, *, strong: bool = False) -> pygame.Surface:
        """Words in the reading typeface, `size` units high at 1280x720."""
        key = (text, size, colour, strong)
        if key not in self._texts:
            if len(self._texts) > MOST_TEXTS:
                self._texts.clear()
            self._texts[key] = laid(lettering.plain(text, self.layout.text_size(size), colour, strong=strong))
        return self._texts[key]

    def neon(self, text: str, height: float, colour: Colour, step: int = FADES) -> pygame.Surface:
        """Glowing words to be added, `height` units high, at `step` of `FADES` of their brightness."""
        key = (text, height, colour, step)
        if key not in self._neons:
            if len(self._neons) > MOST_TEXTS:
                self._neons.clear()
            if step == FADES:
                self._neons[key] = added(lettering.neon(text, height * self.scale, colour))
            else:
                self._neons[key] = self._shaded(self.neon(text, height, colour), (255, 255, 255), step / FADES)
        return self._neons[key]

    def vignette(self, share: float) -> pygame.Surface:
        """The closing dark, to be subtracted, in steps."""
        return self._vignettes[max(0, min(len(self._vignettes) - 1, int(share * len(self._vignettes))))]
