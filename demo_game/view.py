"""Draws the world with pygame: cached surfaces, lights added on top. It knows no rules and changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pygame

from demo_game import sky
from demo_game.art import ROCK_TURNS, SHIP_TURNS
from demo_game.effects import Effects
from demo_game.look import HUES, Layout
from demo_game.pictures import FADES, RING_GRAIN, Pictures
from demo_game.world import HEIGHT, LOW_ENERGY, PULSE_REACH, STAR_POINTS, STEP, TOP_MULTIPLIER, WIDTH, World

ADD = pygame.BLEND_RGB_ADD
POPUP_HEIGHT = 30.0
SKY_REFRESH = 0.01
"""The sky is mixed anew whenever the night has gone on by this share."""

Lights = list[Any]
"""What `Surface.blits` takes: picture, place, no area, `ADD`."""


@dataclass(slots=True)
class Camera:
    """Turns places in the world into places in the picture, for one frame."""

    scale: float
    off_x: float
    off_y: float
    lead: float
    """Seconds that moving things are drawn ahead of the last step."""

    def at(self, picture: pygame.Surface, x: float, y: float) -> tuple[int, int]:
        """Where to blit `picture` so that its middle is at (x, y) of the world."""
        width, height = picture.get_size()
        return round((x + self.off_x) * self.scale - width / 2), round((y + self.off_y) * self.scale - height / 2)


class View:
    """Draws one world, its effects and its sky into a surface of the layout's size."""

    def __init__(self, layout: Layout, pictures: Pictures) -> None:
        self.layout = layout
        self.pictures = pictures
        self._stars = sky.stars()
        self._sky = pictures.night.copy()
        self._sky_share = 0.0
        self._prepare()

    def draw(
        self,
        surface: pygame.Surface,
        world: World,
        effects: Effects,
        *,
        ahead: float = 0.0,
        calm: bool = False,
        golden: bool = False,
    ) -> None:
        """Draw everything, or with `calm` the sky alone, as a background.

        `ahead` is the share of a step that has passed since the last one, for smooth motion. With `golden` the ship is
        a supporter's.
        """
        look_x, look_y = world.ship.x / WIDTH - 0.5, world.ship.y / HEIGHT - 0.5
        if effects.reduced_motion:
            look_x = look_y = 0.0
        gone_dark = world.ended and not world.survived
        self._draw_sky(surface, world.progress * (0.5 if gone_dark else 1.0), look_x, look_y)
        self._draw_stars(surface, effects.clock, look_x, look_y)
        if calm:
            return
        shake_x, shake_y = effects.shake
        camera = Camera(self.layout.scale, shake_x - look_x * 14.0, shake_y - look_y * 8.0, ahead * STEP)
        self._draw_rocks(surface, world, camera)
        lights: Lights = []
        self._add_orbs(lights, world, effects.clock, camera)
        self._add_trail(lights, effects, camera)
        self._add_sparks(lights, effects, camera)
        surface.blits(lights, False)
        if not gone_dark:
            self._draw_ship(surface, world, effects, camera, golden)
        self._draw_popups(surface, effects, camera)
        self._draw_mood(surface, world, effects)

    def _draw_sky(self, surface: pygame.Surface, progress: float, look_x: float, look_y: float) -> None:
        if abs(progress - self._sky_share) >= SKY_REFRESH:
            self._sky_share = progress
            self._sky.blit(self.pictures.night, (0, 0))
            dawn = self.pictures.dawn
            dawn.set_alpha(round(255 * progress**2.2))
            self._sky.blit(dawn, (0, 0))
        spare_x, spare_y = self._sky.get_width() - surface.get_width(), self._sky.get_height() - surface.get_height()
        surface.blit(self._sky, (-spare_x * (0.5 + look_x * 0.9), -spare_y * (0.5 + look_y * 0.9)))

    def _draw_stars(self, surface: pygame.Surface, clock: float, look_x: float, look_y: float) -> None:
        width, height = surface.get_size()
        points = self.pictures.star_points
        drawn: Lights = []
        for star in self._stars:
            x = (star.x - look_x * star.depth * 0.12 - clock * 0.0025 * star.depth) % 1.0
            y = (star.y - look_y * star.depth * 0.12) % 1.0
            light = star.brightness * (0.78 + 0.22 * math.sin(clock * 1.7 + star.phase))
            kind = (2 if star.depth > 0.5 else 0) + (1 if star.warmth > 0.72 else 0)
            picture = points[kind][min(FADES - 1, int(light * FADES))]
            drawn.append((picture, (int(x * width), int(y * height)), None, ADD))
        surface.blits(drawn, False)

    def _draw_rocks(self, surface: pygame.Surface, world: World, camera: Camera) -> None:
        ember = self.pictures.sparks["ember"][2][2]
        for rock in world.rocks:
            turn = int(rock.angle / math.tau * ROCK_TURNS) % ROCK_TURNS
            picture = self.pictures.rocks[rock.size][rock.shape][turn]
            x, y = rock.x + rock.vx * camera.lead, rock.y + rock.vy * camera.lead
            surface.blit(picture, camera.at(picture, x, y))
            if rock.size == 0:
                surface.blit(ember, camera.at(ember, x, y), special_flags=ADD)

    def _add_orbs(self, lights: Lights, world: World, clock: float, camera: Camera) -> None:
        for place, orb in enumerate(world.orbs):
            if orb.age <= 0.0:
                continue
            light = min(1.0, orb.age * 4.0, (orb.life - orb.age) / 1.6) * (0.84 + 0.16 * math.sin(clock * 5.0 + place))
            step = max(0, min(FADES - 1, int(light * FADES)))
            x, y = orb.x + orb.vx * camera.lead, orb.y + orb.vy * camera.lead
            for picture in (self.pictures.halos[orb.kind.value][step], self.pictures.orbs[orb.kind.value][step]):
                lights.append((picture, camera.at(picture, x, y), None, ADD))
        if world.star is not None:
            star, picture = world.star, self.pictures.star
            x, y = star.x + star.vx * camera.lead, star.y + star.vy * camera.lead
            lights.append((picture, camera.at(picture, x, y), None, ADD))

    def _add_trail(self, lights: Lights, effects: Effects, camera: Camera) -> None:
        count = len(effects.trail)
        for place, (x, y) in enumerate(effects.trail):
            share = (place + 1) / count
            picture = self.pictures.sparks["engine"][min(2, int(share * 3))][int(share**1.5 * (FADES - 2))]
            lights.append((picture, camera.at(picture, x, y), None, ADD))

    def _add_sparks(self, lights: Lights, effects: Effects, camera: Camera) -> None:
        sparks = self.pictures.sparks
        for spark in effects.sparks:
            picture = sparks[spark.hue][spark.size][int((1.0 - spark.age / spark.life) * (FADES - 0.01))]
            lights.append((picture, camera.at(picture, spark.x, spark.y), None, ADD))
        for ring in effects.rings:
            picture = self.pictures.ring(ring.radius, ring.hue, 1.0 - ring.age / ring.life)
            lights.append((picture, camera.at(picture, ring.x, ring.y), None, ADD))

    def _draw_ship(self, surface: pygame.Surface, world: World, effects: Effects, camera: Camera, golden: bool) -> None:
        ship, pictures = world.ship, self.pictures
        x, y = ship.x + ship.vx * camera.lead, ship.y + ship.vy * camera.lead
        step = max(0, min(FADES - 1, int(world.energy / 100 * FADES)))
        turn = round(ship.heading / math.tau * SHIP_TURNS) % SHIP_TURNS
        lights = [pictures.aura[step], pictures.reach[step]]
        if ship.thrust > 0.15:
            lights.append((pictures.golden_flames if golden else pictures.flames)[turn])
        for light in lights:
            surface.blit(light, camera.at(light, x, y), special_flags=ADD)
        hull = (pictures.golden_ships if golden else pictures.ships)[turn]
        surface.blit(hull, camera.at(hull, x, y))
        if ship.safe_for > 0.0:
            bright = 0.7 if effects.reduced_motion else 0.55 + 0.45 * math.sin(effects.clock * 9.0)
            shield = pictures.safe[int(bright * (FADES - 1))]
            surface.blit(shield, camera.at(shield, x, y), special_flags=ADD)

    def _draw_popups(self, surface: pygame.Surface, effects: Effects, camera: Camera) -> None:
        for popup in effects.popups:
            left = 1.0 - popup.age / popup.life
            if popup.large:
                step = max(1, min(FADES, round(left * 2.2 * FADES)))
                picture, flags = self.pictures.neon(popup.text, POPUP_HEIGHT, HUES[popup.hue], step), ADD
            else:
                picture, flags = self.pictures.text(popup.text, 17.0, HUES[popup.hue], strong=True), 0
                picture.set_alpha(round(255 * min(1.0, left * 1.8)))
            surface.blit(picture, camera.at(picture, popup.x, popup.y), special_flags=flags)

    def _draw_mood(self, surface: pygame.Surface, world: World, effects: Effects) -> None:
        if world.energy < LOW_ENERGY and not (world.ended and world.survived):
            dark = self.pictures.vignette(1.0 - world.energy / LOW_ENERGY)
            surface.blit(dark, (0, 0), special_flags=pygame.BLEND_RGB_SUB)
        if effects.flash > 0.01 and not effects.reduced_motion:
            veil = self.pictures.veil(HUES[effects.flash_hue])
            veil.set_alpha(round(effects.flash * 120))
            surface.blit(veil, (0, 0))

    def _prepare(self) -> None:
        """Make what is made on first use now, so that no frame of the run has to."""
        for hue in ("danger", "star"):
            self.pictures.veil(HUES[hue])
            for radius in range(RING_GRAIN, round(PULSE_REACH) + RING_GRAIN, RING_GRAIN * 2):
                self.pictures.ring(radius, hue, 1.0 - radius / PULSE_REACH)
        for step in range(1, FADES + 1):
            self.pictures.neon(f"+{STAR_POINTS}", POPUP_HEIGHT, HUES["star"], step)
            for multiplier in range(2, TOP_MULTIPLIER + 1):
                self.pictures.neon(f"x{multiplier}", POPUP_HEIGHT, HUES["rare"], step)
