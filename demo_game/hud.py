"""Draws what the player needs to know while flying: score, chain, light left, the night's length, the connection."""

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
    MUTED,
    NIGHT_LINE,
    NOTICE_AT,
    RARE,
    SCORE_AT,
    TEXT,
    Colour,
    Layout,
    chain_colour,
    clock_text,
    mix,
)
from demo_game.pictures import Pictures
from demo_game.world import LOW_ENERGY, TOP_MULTIPLIER, World

ADD = pygame.BLEND_RGB_ADD
SCORE_HEIGHT = 28.0
CHAIN_HEIGHT = 26.0


class Hud:
    """Everything that lies over the world during a run."""

    def __init__(self, layout: Layout, pictures: Pictures) -> None:
        self.layout = layout
        self.pictures = pictures
        self._shown = 0.0
        for figure in "0123456789 ":  # drawn now, so that no frame of the run has to
            pictures.neon(figure, SCORE_HEIGHT, TEXT)
        for multiplier in range(2, TOP_MULTIPLIER + 1):
            for letter in f"x{multiplier}":
                pictures.neon(letter, CHAIN_HEIGHT, chain_colour(multiplier))
        self._bars = {name: self._bar(colour) for name, colour in (("full", LIGHT), ("low", DANGER), ("chain", RARE))}

    def draw(self, surface: pygame.Surface, world: World, effects: Effects) -> None:
        """Draw the whole of it; the score counts up to its value."""
        self._shown += (world.score - self._shown) * 0.2
        if abs(world.score - self._shown) < 1.0 or world.score < self._shown:
            self._shown = float(world.score)
        self._draw_score(surface, round(self._shown))
        self._draw_chain(surface, world)
        self._draw_night(surface, world)
        self._draw_energy(surface, world, effects)

    def notice(self, surface: pygame.Surface, text: str) -> None:
        """The small line at the right lower corner that says what the connection does."""
        if text:
            picture = self.pictures.text(text, 15.0, MUTED)
            x, y = self._at(*NOTICE_AT)
            surface.blit(picture, (x - picture.get_width(), y - picture.get_height()))

    def number(self, surface: pygame.Surface, text: str, x: float, y: float, height: float, colour: Colour) -> float:
        """Neon figures with their left upper corner at (x, y), letter by letter; returns their width in units."""
        scale = self.layout.scale
        left = x
        for letter in text:
            picture = self.pictures.neon(letter, height, colour)
            at = round((left - height) * scale), round((y - height) * scale)
            surface.blit(picture, at, special_flags=ADD)
            left += (GLYPHS[letter][0] + 0.26) * height
        return left - x

    def _draw_score(self, surface: pygame.Surface, score: int) -> None:
        x, y = SCORE_AT
        self._label(surface, "SCORE", x, y)
        self.number(surface, f"{score:,}".replace(",", " "), x + 2, y + 29, SCORE_HEIGHT, TEXT)

    def _draw_chain(self, surface: pygame.Surface, world: World) -> None:
        if world.multiplier < 2:
            return
        x, y = COMBO_AT
        self.number(surface, f"x{world.multiplier}", x + 2, y, CHAIN_HEIGHT, chain_colour(world.multiplier))
        self._fill(surface, self._bars["chain"], x, y + 38, 96, 4, world.chain_left / world.chain_seconds)

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
        words = self.pictures.text(f"{clock_text(world.seconds - world.time)} until dawn", 15.0, MUTED)
        surface.blit(words, (left + (wide - words.get_width()) // 2, top + round(13 * self.layout.scale)))

    def _draw_energy(self, surface: pygame.Surface, world: World, effects: Effects) -> None:
        x, y, wide, high = ENERGY_BAR
        low = world.energy < LOW_ENERGY
        self._label(surface, "LIGHT IS LOW" if low else "LIGHT", x, y - 26, mix(DANGER, TEXT, 0.35) if low else MUTED)
        bar = self._bars["low" if low else "full"]
        tip = self._fill(surface, bar, x, y, wide, high, world.energy / 100.0)
        beat = 7 if effects.reduced_motion else round(5.5 + 1.5 * math.sin(effects.clock * (9.0 if low else 3.0)))
        picture = self.pictures.sparks["danger" if low else "light"][2][beat]
        at = tip - picture.get_width() // 2, self._at(0, y + high / 2)[1] - picture.get_height() // 2
        surface.blit(picture, at, special_flags=ADD)

    def _label(self, surface: pygame.Surface, text: str, x: float, y: float, colour: Colour = MUTED) -> None:
        surface.blit(self.pictures.text(text, 14.0, colour, strong=True), self._at(x, y))

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
