"""Draws what the player needs to know while flying: score, chain, light left, the night's length."""

from __future__ import annotations

import math

import pygame

from demo_game.effects import Effects
from demo_game.lettering import GLYPHS
from demo_game.look import (
    COMBO_AT,
    DANGER,
    DUST,
    ENERGY_BAR,
    LIGHT,
    NIGHT_LINE,
    RARE,
    TEXT,
    Colour,
    Layout,
    chain_colour,
    mix,
)
from demo_game.pictures import Pictures
from demo_game.readout import CHAIN_HEIGHT, SCORE_HEIGHT, Readout
from demo_game.sheets import Figures, Words
from demo_game.world import LOW_ENERGY, TOP_MULTIPLIER, World

ADD = pygame.BLEND_RGB_ADD


class Hud:
    """Everything that lies over the world during a run."""

    def __init__(self, layout: Layout, pictures: Pictures) -> None:
        self.layout = layout
        self.pictures = pictures
        self.readout = Readout()
        for figure in "0123456789,":  # drawn now, so that no frame of the run has to
            pictures.neon(figure, SCORE_HEIGHT, TEXT)
        for multiplier in range(2, TOP_MULTIPLIER + 1):
            for letter in f"x{multiplier}":
                pictures.neon(letter, CHAIN_HEIGHT, chain_colour(multiplier))
        self._bars = {name: self._bar(colour) for name, colour in (("full", LIGHT), ("low", DANGER), ("chain", RARE))}

    def draw(self, surface: pygame.Surface, world: World, effects: Effects) -> None:
        """Draw the whole of it; the score counts up to its value."""
        for line in self.readout.lines(world):
            if isinstance(line, Words):
                self.words(surface, line)
            else:
                self.figures(surface, line)
        if world.multiplier > 1:
            x, y = COMBO_AT
            self._fill(surface, self._bars["chain"], x, y + 38, 96, 4, world.chain_left / world.chain_seconds)
        self._draw_night(surface, world)
        self._draw_energy(surface, world, effects)

    def words(self, surface: pygame.Surface, item: Words) -> None:
        """A line of text."""
        picture, scale = self.pictures.text(item.text, item.size, item.colour, strong=item.strong), self.layout.scale
        picture.set_alpha(255)
        surface.blit(picture, (round(item.x * scale - picture.get_width() * item.align), round(item.y * scale)))

    def figures(self, surface: pygame.Surface, item: Figures) -> None:
        """Neon figures, letter by letter."""
        scale, left = self.layout.scale, item.x
        for letter in item.text:
            picture = self.pictures.neon(letter, item.height, item.colour)
            at = round((left - item.height) * scale), round((item.y - item.height) * scale)
            surface.blit(picture, at, special_flags=ADD)
            left += (GLYPHS[letter][0] + 0.26) * item.height

    def _draw_night(self, surface: pygame.Surface, world: World) -> None:
        x, y, length = NIGHT_LINE
        left, top = self._at(x, y)
        thick = max(1, round(2 * self.layout.scale))
        wide = round(length * self.layout.scale)
        done = round(wide * world.progress)
        pygame.draw.rect(surface, mix(DUST, (0, 0, 0), 0.35), (left, top, wide, thick))
        pygame.draw.rect(surface, LIGHT, (left, top, done, thick))
        for picture in (self.pictures.halos["light"][5], self.pictures.sparks["light"][2][7]):
            at = left + done - picture.get_width() // 2, top - picture.get_height() // 2
            surface.blit(picture, at, special_flags=ADD)

    def _draw_energy(self, surface: pygame.Surface, world: World, effects: Effects) -> None:
        x, y, wide, high = ENERGY_BAR
        low = world.energy < LOW_ENERGY
        bar = self._bars["low" if low else "full"]
        tip = self._fill(surface, bar, x, y, wide, high, world.energy / 100.0)
        beat = 7 if effects.reduced_motion else round(5.5 + 1.5 * math.sin(effects.clock * (9.0 if low else 3.0)))
        picture = self.pictures.sparks["danger" if low else "light"][2][beat]
        at = tip - picture.get_width() // 2, self._at(0, y + high / 2)[1] - picture.get_height() // 2
        surface.blit(picture, at, special_flags=ADD)

    def _fill(
        self, surface: pygame.Surface, bar: pygame.Surface, x: float, y: float, wide: float, high: float, share: float
    ) -> int:
        """A bar filled to `share`; returns where it ends, in pixels."""
        scale = self.layout.scale
        left, top = self._at(x, y)
        size = round(wide * scale), max(2, round(high * scale))
        pygame.draw.rect(surface, (30, 26, 56), (left, top, *size), border_radius=size[1] // 2)
        filled = round(size[0] * max(0.0, min(1.0, share)))
        if filled:
            surface.set_clip((left, top, filled, size[1]))
            surface.blit(pygame.transform.scale(bar, size) if bar.get_size() != size else bar, (left, top))
            surface.set_clip(None)
        return left + filled

    def _bar(self, colour: Colour) -> pygame.Surface:
        wide, high = ENERGY_BAR[2], ENERGY_BAR[3]
        if colour == RARE:
            wide, high = 96, 4
        size = round(wide * self.layout.scale), max(2, round(high * self.layout.scale))
        bar = pygame.Surface(size, pygame.SRCALPHA)
        for column in range(size[0]):
            share = column / size[0]
            pygame.draw.line(bar, mix(mix(colour, (40, 20, 60), 0.35), colour, share), (column, 0), (column, size[1]))
        mask = pygame.Surface(size, pygame.SRCALPHA)
        pygame.draw.rect(mask, (255, 255, 255, 255), (0, 0, *size), border_radius=size[1] // 2)
        bar.blit(mask, (0, 0), special_flags=pygame.BLEND_RGBA_MIN)
        return bar.convert_alpha()

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self.layout.scale), round(y * self.layout.scale)
