"""Draws the game with Arcade: the same world, the same pictures and the same sheets as the pygame view."""

from __future__ import annotations

import math
from typing import Any

from demo_game import sky
from demo_game.arcade_brush import Brush
from demo_game.arcade_pictures import Textures
from demo_game.arcade_sky import Sky
from demo_game.art import ROCK_TURNS, SHIP_TURNS
from demo_game.effects import Effects
from demo_game.game import Game, Screen
from demo_game.lettering import GLYPHS, neon_width
from demo_game.look import (
    COMBO_AT,
    DANGER,
    DUST,
    ENERGY_BAR,
    HUES,
    LIGHT,
    NIGHT_LINE,
    RARE,
    TEXT,
    Colour,
    Layout,
    chain_colour,
    mix,
)
from demo_game.readout import CHAIN_HEIGHT, SCORE_HEIGHT, Readout, notice_line
from demo_game.sheets import FIGURE_HEIGHT, HEADS, Figures, Glow, Known, Neon, Panel, Place, Words, sheet_of
from demo_game.world import HEIGHT, LOW_ENERGY, STEP, TOP_MULTIPLIER, WIDTH, World

POPUP_HEIGHT = 30.0
DIM = 0.42


class ArcadeView:
    """Draws a `Game` into an Arcade window. Make a new one when the window's size changes."""

    def __init__(self, window: Any) -> None:
        self.layout = Layout(*window.get_size())
        self._brush = Brush(window)
        self._made = Textures(self._brush, self.layout)
        self._backdrop = Sky(window.ctx, self.layout)
        self._stars = sky.stars()
        self._places: list[Place] = []
        self._readout = Readout()
        self._left, self._top = self.layout.origin
        self._scale = self.layout.scale
        self._prepare()

    def draw(self, game: Game, online: Known | None, *, ahead: float = 0.0) -> None:
        """Draw everything but the overlay. `ahead` is the share of a step since the last one, for smooth motion."""
        brush = self._brush
        brush.begin()
        calm = game.screen in (Screen.OVER, Screen.MARKET)
        golden = online is not None and online.supporter
        self._world(game.world, game.effects, ahead if game.moving else 0.0, calm, golden)
        if game.screen in (Screen.PLAY, Screen.PAUSE):
            self._instruments(game.world, game.effects)
        sheet = sheet_of(game, online)
        self._places = sheet.places
        if sheet.dim:
            brush.fill((4, 2, 12), self._left, self._top, *self.layout.size, DIM)
        for item in sheet.items:
            self._item(item)
        if online is not None and online.notice:
            self._item(notice_line(online.notice))
        brush.finish()

    def choice_at(self, x: float, y: float) -> int | None:
        """Which line of the menu is at a place in the window, y downwards, as last drawn; for the mouse."""
        at = (x - self._left) / self._scale, (y - self._top) / self._scale
        return next((number for number, place in enumerate(self._places) if place.holds(*at)), None)

    def _world(self, world: World, effects: Effects, ahead: float, calm: bool, golden: bool) -> None:
        look_x, look_y = world.ship.x / WIDTH - 0.5, world.ship.y / HEIGHT - 0.5
        if effects.reduced_motion:
            look_x = look_y = 0.0
        gone_dark = world.ended and not world.survived
        self._sky(world.progress * (0.5 if gone_dark else 1.0), effects.clock, look_x, look_y)
        if calm:
            return
        shake_x, shake_y = effects.shake
        self._off = shake_x - look_x * 14.0, shake_y - look_y * 8.0
        lead = ahead * STEP
        self._rocks(world, lead)
        self._lights(world, effects, lead)
        if not gone_dark:
            self._ship(world, effects, lead, golden)
        self._popups(effects)
        if world.energy < LOW_ENERGY and not (world.ended and world.survived):
            self._brush.lay(self._made.vignette, self._left, self._top, 1.0 - world.energy / LOW_ENERGY)
        if effects.flash > 0.01 and not effects.reduced_motion:
            hue = HUES[effects.flash_hue]
            self._brush.fill(hue, self._left, self._top, *self.layout.size, effects.flash * 0.47)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Where a place in the world is in the window."""
        return self._left + (x + self._off[0]) * self._scale, self._top + (y + self._off[1]) * self._scale

    def _sky(self, progress: float, clock: float, look_x: float, look_y: float) -> None:
        made, brush = self._made, self._brush
        width, height = self.layout.size
        self._backdrop.draw(progress, look_x, look_y)
        for star in self._stars:
            left = (star.x - look_x * star.depth * 0.12 - clock * 0.0025 * star.depth) % 1.0
            top = (star.y - look_y * star.depth * 0.12) % 1.0
            light = star.brightness * (0.78 + 0.22 * math.sin(clock * 1.7 + star.phase))
            kind = (2 if star.depth > 0.5 else 0) + (1 if star.warmth > 0.72 else 0)
            brush.add(made.star_points[kind], self._left + left * width, self._top + top * height, light)

    def _rocks(self, world: World, lead: float) -> None:
        made, brush = self._made, self._brush
        for rock in world.rocks:
            turn = int(rock.angle / math.tau * ROCK_TURNS) % ROCK_TURNS
            at = self._at(rock.x + rock.vx * lead, rock.y + rock.vy * lead)
            brush.lay_centred(made.rocks[rock.size][rock.shape][turn], *at)

    def _lights(self, world: World, effects: Effects, lead: float) -> None:
        made, brush = self._made, self._brush
        for rock in world.rocks:
            if rock.size == 0:
                brush.add_centred(made.sparks["ember"][2], *self._at(rock.x, rock.y), 0.4)
        for place, orb in enumerate(world.orbs):
            if orb.age > 0.0:
                light = min(1.0, orb.age * 4.0, (orb.life - orb.age) / 1.6)
                light *= 0.84 + 0.16 * math.sin(effects.clock * 5.0 + place)
                at = self._at(orb.x + orb.vx * lead, orb.y + orb.vy * lead)
                brush.add_centred(made.halos[orb.kind.value], *at, light)
                brush.add_centred(made.orbs[orb.kind.value], *at, light)
        if world.star is not None:
            star = world.star
            brush.add_centred(made.star, *self._at(star.x + star.vx * lead, star.y + star.vy * lead))
        count = len(effects.trail)
        for place, (x, y) in enumerate(effects.trail):
            share = (place + 1) / count
            brush.add_centred(made.sparks["engine"][min(2, int(share * 3))], *self._at(x, y), share**1.5 * 0.75)
        for spark in effects.sparks:
            brush.add_centred(
                made.sparks[spark.hue][spark.size], *self._at(spark.x, spark.y), 1.0 - spark.age / spark.life
            )
        for ring in effects.rings:
            radius, texture = next(
                (one for one in made.rings[ring.hue] if one[0] >= ring.radius), made.rings[ring.hue][-1]
            )
            grown = max(ring.radius, 1.0) / radius
            brush.add_centred(texture, *self._at(ring.x, ring.y), 1.0 - ring.age / ring.life, grown)

    def _ship(self, world: World, effects: Effects, lead: float, golden: bool) -> None:
        ship, made, brush = world.ship, self._made, self._brush
        at = self._at(ship.x + ship.vx * lead, ship.y + ship.vy * lead)
        turn = round(ship.heading / math.tau * SHIP_TURNS) % SHIP_TURNS
        brush.add_centred(made.aura, *at, world.energy / 100)
        brush.add_centred(made.reach, *at, world.energy / 100)
        if ship.thrust > 0.15:
            brush.add_centred(made.flames[golden][turn], *at)
        brush.lay_centred(made.ships[golden][turn], *at)
        if ship.safe_for > 0.0:
            bright = 0.7 if effects.reduced_motion else 0.55 + 0.45 * math.sin(effects.clock * 9.0)
            brush.add_centred(made.safe, *at, bright)

    def _popups(self, effects: Effects) -> None:
        for popup in effects.popups:
            left, at = 1.0 - popup.age / popup.life, self._at(popup.x, popup.y)
            if popup.large:
                picture = self._made.neon(popup.text, POPUP_HEIGHT, HUES[popup.hue])
                self._brush.add_centred(picture, *at, min(1.0, left * 2.2))
            else:
                picture = self._made.text(popup.text, 17.0, HUES[popup.hue], strong=True)
                self._brush.lay_centred(picture, *at, min(1.0, left * 1.8))

    def _instruments(self, world: World, effects: Effects) -> None:
        for line in self._readout.lines(world):
            self._item(line)
        if world.multiplier > 1:
            x, y = COMBO_AT
            self._bar(RARE, x, y + 38, 96, 4, world.chain_left / world.chain_seconds)
        x, y, length = NIGHT_LINE
        tip = self._bar(LIGHT, x, y, length, 2, world.progress, mix(DUST, (0, 0, 0), 0.35))
        self._brush.add_centred(self._made.halos["light"], *tip, 0.75)
        self._brush.add_centred(self._made.sparks["light"][2], *tip)
        self._energy(world, effects)

    def _energy(self, world: World, effects: Effects) -> None:
        x, y, wide, high = ENERGY_BAR
        low = world.energy < LOW_ENERGY
        tip = self._bar(DANGER if low else LIGHT, x, y, wide, high, world.energy / 100)
        beat = 1.0 if effects.reduced_motion else 0.8 + 0.2 * math.sin(effects.clock * (9.0 if low else 3.0))
        self._brush.add_centred(self._made.sparks["danger" if low else "light"][2], *tip, beat)

    def _bar(
        self, colour: Colour, x: float, y: float, wide: float, high: float, share: float, ground: Colour = (30, 26, 56)
    ) -> tuple[float, float]:
        """A bar filled to `share`; returns where in the window it ends."""
        left, top = self._left + x * self._scale, self._top + y * self._scale
        size = wide * self._scale, max(2.0, high * self._scale)
        filled = size[0] * max(0.0, min(1.0, share))
        self._brush.fill(ground, left, top, *size)
        if filled >= 1.0:
            self._brush.fill(colour, left, top, filled, size[1])
        return left + filled, top + size[1] / 2

    def _item(self, item: Words | Neon | Figures | Panel | Glow) -> None:
        """Draw a thing of a sheet."""
        made, brush, scale = self._made, self._brush, self._scale
        x, y = self._left + item.x * scale, self._top + item.y * scale
        match item:
            case Words(text=text) if text:
                texture = made.text(text, item.size, item.colour, strong=item.strong)
                brush.lay(texture, x - texture.width * item.align, y)
            case Neon():
                texture = made.neon(item.text, item.height, item.colour)
                left = item.x - neon_width(item.text, item.height) / 2 - item.height
                brush.add(texture, self._left + left * scale, y - item.height * scale)
            case Figures():
                for letter in item.text:
                    texture = made.neon(letter, item.height, item.colour)
                    brush.add(texture, x - item.height * scale, y - item.height * scale)
                    x += (GLYPHS[letter][0] + 0.26) * item.height * scale
            case Panel():
                brush.lay(made.plate(item.wide, item.high, soft=item.soft), x, y)
            case Glow():
                brush.add_centred(made.orbs["light"], x, y, 0.6)

    def _prepare(self) -> None:
        """Make what is made on first use now, so that no frame of a night has to."""
        for text, height, colour in HEADS:
            self._made.neon(text, height, colour)
        for letter in "0123456789.,":
            self._made.neon(letter, FIGURE_HEIGHT, LIGHT)
            self._made.neon(letter, SCORE_HEIGHT, TEXT)
        for multiplier in range(2, TOP_MULTIPLIER + 1):
            self._made.neon(f"x{multiplier}", POPUP_HEIGHT, HUES["rare"])
            for letter in f"x{multiplier}":
                self._made.neon(letter, CHAIN_HEIGHT, chain_colour(multiplier))
