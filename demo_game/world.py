"""The rules of Light Harvest. Pure Python, no engine, the same run every time for the same seed and intents.

::

    world = World(seed=7)
    while not world.ended:
        for happening in world.step(Intent(x=1.0)):
            ...

Two minutes until dawn. Light feeds the ship, rocks hurt it, quick harvests multiply, a pulse turns rocks into light.
"""

from __future__ import annotations

import math
from random import Random

from demo_game.bodies import IDLE, ROCK_SHAPES, SHIP_RADIUS, Intent, Orb, OrbKind, Pulse, Rock, Ship, Star, Tally
from demo_game.happenings import (
    ComboLost,
    ComboReached,
    EnergyLow,
    Grazed,
    Happening,
    OrbCollected,
    PulseFired,
    PulseRefused,
    RockHit,
    RockShattered,
    RunEnded,
    StarAppeared,
    StarCaught,
)

STEP = 1 / 60
"""Seconds of one step."""
WIDTH, HEIGHT = 1280.0, 720.0
"""Size of the sky, in world units; one unit is one pixel of a 1280x720 window."""
RUN_SECONDS = 120.0
"""From dusk to dawn."""

ACCELERATION = 1500.0
DRAG = 3.0
EDGE = 26.0
PULSE_REACH = 190.0
PULSE_SPEED = 620.0
PULSE_COST = 14.0
PULSE_PAUSE = 0.5
MAGNET_REACH = 120.0
COLLECT_REACH = 30.0
STAR_REACH = 52.0
GRAZE_REACH = 20.0
HIT_COST = 24.0
SAFE_SECONDS = 1.8
CHAIN_SECONDS = 2.5
CHAIN_HASTE = 0.11
"""Seconds that each multiplier takes from the time for the next orb."""
CHAIN_FIRST = 4
"""Orbs in a row for multiplier 2; each further one takes one orb more."""
TOP_MULTIPLIER = 9
LOW_ENERGY = 28.0
ORB_POINTS = {OrbKind.LIGHT: 10, OrbKind.EMBER: 15, OrbKind.RARE: 30}
ORB_ENERGY = {OrbKind.LIGHT: 3.0, OrbKind.EMBER: 2.5, OrbKind.RARE: 6.0}
SHATTER_POINTS = (20, 30, 50)
STAR_POINTS = 400
GRAZE_POINTS = 5
STAR_TIMES = (42.0, 84.0)


def lerp(start: float, end: float, share: float) -> float:
    """The value `share` of the way from `start` to `end`."""
    return start + (end - start) * share


class World:
    """One run: its bodies, its score, and the rules that change them.

    Attributes:
        ship, orbs, rocks, star, pulses: what there is right now.
        score, energy, multiplier, tally: how the player is doing.
        time: seconds since the start. `ended` and `survived` say how it went.
    """

    def __init__(self, seed: int = 0, *, seconds: float = RUN_SECONDS) -> None:
        self.seed = seed
        self.seconds = seconds
        self.time = 0.0
        self.ended = False
        self.survived = False
        self.score = 0
        self.energy = 100.0
        self.multiplier = 1
        self.chain = 0
        self.chain_left = 0.0
        self.tally = Tally()
        self.ship = Ship(WIDTH / 2, HEIGHT * 0.62)
        self.orbs: list[Orb] = []
        self.rocks: list[Rock] = []
        self.pulses: list[Pulse] = []
        self.star: Star | None = None
        self._random = Random(seed)
        self._serial = 0
        self._next_rock = 1.5
        self._next_orbs = 0.4
        self._stars_due = [at * seconds / RUN_SECONDS for at in STAR_TIMES]
        self._pulse_pause = 0.0
        self._was_low = False
        self._said: list[Happening] = []

    @property
    def progress(self) -> float:
        """How much of the night is over, 0 to 1."""
        return min(self.time / self.seconds, 1.0)

    @property
    def chain_seconds(self) -> float:
        """How long the chain holds without a new orb; shorter for higher multipliers."""
        return CHAIN_SECONDS - CHAIN_HASTE * self.multiplier

    @property
    def difficulty(self) -> float:
        """How hard it is now, 0 to 1: quick at first, then steady."""
        return math.pow(self.progress, 0.8)

    def step(self, intent: Intent = IDLE) -> list[Happening]:
        """Advance by `STEP` seconds and tell what happened. After the end nothing moves and nothing happens."""
        if self.ended:
            return []
        self._said = []
        self.time += STEP
        self.tally.unhurt_for += STEP
        self._fly(intent)
        self._arrivals()
        self._drift()
        self._harvest()
        self._collide()
        self._burn()
        return self._said

    def _fly(self, intent: Intent) -> None:
        ship = self.ship
        length = math.hypot(intent.x, intent.y)
        shrink = 1.0 / length if length > 1.0 else 1.0
        push_x, push_y = intent.x * shrink, intent.y * shrink
        ship.vx += (push_x * ACCELERATION - ship.vx * DRAG) * STEP
        ship.vy += (push_y * ACCELERATION - ship.vy * DRAG) * STEP
        ship.x += ship.vx * STEP
        ship.y += ship.vy * STEP
        if ship.x < EDGE or ship.x > WIDTH - EDGE:
            ship.x = min(max(ship.x, EDGE), WIDTH - EDGE)
            ship.vx *= -0.4
        if ship.y < EDGE or ship.y > HEIGHT - EDGE:
            ship.y = min(max(ship.y, EDGE), HEIGHT - EDGE)
            ship.vy *= -0.4
        ship.thrust += (min(length, 1.0) - ship.thrust) * 0.2
        ship.safe_for = max(0.0, ship.safe_for - STEP)
        if length > 0.2:
            turn = (math.atan2(push_y, push_x) - ship.heading + math.pi) % math.tau - math.pi
            ship.heading += turn * 0.18
        self._pulse_pause = max(0.0, self._pulse_pause - STEP)
        if intent.pulse and self._pulse_pause == 0.0:
            self._pulse_pause = PULSE_PAUSE
            if self.energy > PULSE_COST + 2.0:
                self.energy -= PULSE_COST
                self.pulses.append(Pulse(ship.x, ship.y))
                self._said.append(PulseFired(ship.x, ship.y))
            else:
                self._said.append(PulseRefused(ship.x, ship.y))

    def _arrivals(self) -> None:
        hard = self.difficulty
        self._next_rock -= STEP
        if self._next_rock <= 0.0:
            self._next_rock = lerp(1.6, 0.5, hard) * self._random.uniform(0.7, 1.3)
            if len(self.rocks) < lerp(8, 20, hard):
                self._rock_arrives(hard)
        self._next_orbs -= STEP
        if self._next_orbs <= 0.0:
            self._next_orbs = self._random.uniform(1.7, 2.5)
            if len(self.orbs) < 24:
                self._constellation_arrives()
        if self._stars_due and self.time >= self._stars_due[0]:
            self._stars_due.pop(0)
            if not self.tally.stars:
                self._star_arrives()

    def _rock_arrives(self, hard: float) -> None:
        draw = self._random
        size = draw.choices((0, 1, 2), (0.2, 0.45, 0.35))[0]
        angle = draw.uniform(0.0, math.tau)
        x = WIDTH / 2 + math.cos(angle) * (WIDTH / 2 + 90.0)
        y = HEIGHT / 2 + math.sin(angle) * (HEIGHT / 2 + 90.0)
        towards = math.atan2(HEIGHT * draw.uniform(0.15, 0.85) - y, WIDTH * draw.uniform(0.15, 0.85) - x)
        speed = draw.uniform(lerp(45.0, 80.0, hard), lerp(100.0, 215.0, hard)) * (1.15 - 0.15 * size)
        self._add_rock(x, y, math.cos(towards) * speed, math.sin(towards) * speed, size)

    def _add_rock(self, x: float, y: float, vx: float, vy: float, size: int) -> Rock:
        draw = self._random
        self._serial += 1
        angle, spin = draw.uniform(0.0, math.tau), draw.uniform(-1.0, 1.0) * (1.4 - 0.35 * size)
        rock = Rock(self._serial, x, y, vx, vy, size, draw.randrange(ROCK_SHAPES), angle, spin)
        self.rocks.append(rock)
        return rock

    def _constellation_arrives(self) -> None:
        draw = self._random
        count = draw.randint(4, 7)
        x, y = draw.uniform(150.0, WIDTH - 150.0), draw.uniform(120.0, HEIGHT - 120.0)
        if math.hypot(x - self.ship.x, y - self.ship.y) < 200.0:
            x, y = WIDTH - x, HEIGHT - y
        turn, bend, gap = draw.uniform(0.0, math.tau), draw.uniform(-0.7, 0.7), draw.uniform(46.0, 60.0)
        drift_x, drift_y = draw.uniform(-14.0, 14.0), draw.uniform(-14.0, 14.0)
        rare = draw.randrange(count) if draw.random() < 0.45 else -1
        for place in range(count):
            kind = OrbKind.RARE if place == rare else OrbKind.LIGHT
            self.orbs.append(Orb(x, y, drift_x, drift_y, kind, life=9.0, age=-0.07 * place))
            x = min(max(x + math.cos(turn) * gap, 50.0), WIDTH - 50.0)
            y = min(max(y + math.sin(turn) * gap, 60.0), HEIGHT - 60.0)
            turn += bend

    def _star_arrives(self) -> None:
        rightwards = 1.0 if self.ship.x < WIDTH / 2 else -1.0
        x = WIDTH / 2 - rightwards * (WIDTH / 2 + 40.0)
        y = self._random.uniform(60.0, 160.0)
        self.star = Star(x, y, rightwards * 215.0, self._random.uniform(62.0, 78.0))
        self._said.append(StarAppeared(x, y))

    def _drift(self) -> None:
        for rock in self.rocks:
            rock.x += rock.vx * STEP
            rock.y += rock.vy * STEP
            rock.angle += rock.spin * STEP
        self.rocks = [rock for rock in self.rocks if -150 < rock.x < WIDTH + 150 and -150 < rock.y < HEIGHT + 150]
        ship = self.ship
        for orb in self.orbs:
            orb.age += STEP
            away_x, away_y = ship.x - orb.x, ship.y - orb.y
            distance = math.hypot(away_x, away_y)
            if 0.0 < distance < MAGNET_REACH and orb.age > 0.15:
                pull = 1500.0 * (1.0 - distance / MAGNET_REACH) * STEP
                orb.vx += away_x / distance * pull
                orb.vy += away_y / distance * pull
            else:
                orb.vx *= 0.985
                orb.vy *= 0.985
            orb.x += orb.vx * STEP
            orb.y += orb.vy * STEP
        self.orbs = [orb for orb in self.orbs if orb.age < orb.life]
        if self.star is not None:
            self.star.age += STEP
            self.star.x += self.star.vx * STEP
            self.star.y += self.star.vy * STEP
            if not -120.0 < self.star.x < WIDTH + 120.0:
                self.star = None
        for pulse in self.pulses:
            pulse.radius += PULSE_SPEED * STEP
        self.pulses = [pulse for pulse in self.pulses if pulse.radius < PULSE_REACH]

    def _harvest(self) -> None:
        ship = self.ship
        near = [o for o in self.orbs if math.hypot(o.x - ship.x, o.y - ship.y) < COLLECT_REACH and o.age > 0.0]
        for orb in near:
            self.orbs.remove(orb)
            self.tally.orbs += 1
            self.energy = min(100.0, self.energy + ORB_ENERGY[orb.kind])
            points = self._score(ORB_POINTS[orb.kind] * self.multiplier)
            self._said.append(OrbCollected(orb.x, orb.y, orb.kind.value, points, self.multiplier))
            self.chain += 1
            self.chain_left = self.chain_seconds
            if self.chain >= CHAIN_FIRST + self.multiplier - 1 and self.multiplier < TOP_MULTIPLIER:
                self.multiplier += 1
                self.chain = 0
                self.tally.best_multiplier = max(self.tally.best_multiplier, self.multiplier)
                self._said.append(ComboReached(ship.x, ship.y, self.multiplier))
        star = self.star
        if star is not None and math.hypot(star.x - ship.x, star.y - ship.y) < STAR_REACH:
            self.star = None
            self.tally.stars += 1
            self.energy = min(100.0, self.energy + 40.0)
            self._said.append(StarCaught(star.x, star.y, self._score(STAR_POINTS)))

    def _score(self, points: int) -> int:
        self.score += points
        return points

    def _collide(self) -> None:
        for pulse in self.pulses:
            for rock in list(self.rocks):
                if rock.serial not in pulse.spared and self._touches(pulse.x, pulse.y, pulse.radius, rock):
                    self._shatter(rock, pulse)
        ship = self.ship
        for rock in list(self.rocks):
            gap = math.hypot(rock.x - ship.x, rock.y - ship.y) - rock.radius - SHIP_RADIUS
            if gap < 0.0 and ship.safe_for == 0.0:
                self._crash(rock)
            elif 0.0 <= gap < GRAZE_REACH and not rock.grazed and ship.safe_for == 0.0:
                rock.grazed = True
                self.tally.grazes += 1
                if self.chain_left > 0.0:
                    self.chain_left = max(self.chain_left, 1.0)
                self._said.append(Grazed(ship.x, ship.y, self._score(GRAZE_POINTS * self.multiplier)))

    @staticmethod
    def _touches(x: float, y: float, reach: float, rock: Rock) -> bool:
        return math.hypot(rock.x - x, rock.y - y) < reach + rock.radius * 0.8

    def _shatter(self, rock: Rock, pulse: Pulse) -> None:
        self.rocks.remove(rock)
        self.tally.shattered += 1
        points = self._score(SHATTER_POINTS[rock.size] * self.multiplier)
        self._said.append(RockShattered(rock.x, rock.y, rock.size, points))
        away = math.atan2(rock.y - pulse.y, rock.x - pulse.x)
        if rock.size == 0:
            for turn in (-0.5, 0.5):
                vx, vy = math.cos(away + turn) * 70.0, math.sin(away + turn) * 70.0
                self.orbs.append(Orb(rock.x, rock.y, vx, vy, OrbKind.EMBER, life=7.0))
            return
        for turn in (-0.75, 0.75):
            speed = self._random.uniform(80.0, 140.0)
            course = away + turn + self._random.uniform(-0.2, 0.2)
            x, y = rock.x + math.cos(course) * rock.radius * 0.4, rock.y + math.sin(course) * rock.radius * 0.4
            vx, vy = rock.vx * 0.4 + math.cos(course) * speed, rock.vy * 0.4 + math.sin(course) * speed
            pulse.spared.add(self._add_rock(x, y, vx, vy, rock.size - 1).serial)
        self.orbs.append(Orb(rock.x, rock.y, math.cos(away) * 40.0, math.sin(away) * 40.0, OrbKind.EMBER, life=7.0))

    def _crash(self, rock: Rock) -> None:
        ship = self.ship
        away = math.atan2(ship.y - rock.y, ship.x - rock.x)
        ship.vx, ship.vy = math.cos(away) * 340.0, math.sin(away) * 340.0
        rock.vx -= math.cos(away) * 40.0
        rock.vy -= math.sin(away) * 40.0
        ship.safe_for = SAFE_SECONDS
        self.energy -= HIT_COST
        self.tally.hits += 1
        self.tally.unhurt_for = 0.0
        self._said.append(RockHit(ship.x, ship.y, rock.size))
        self._break_chain()

    def _break_chain(self) -> None:
        if self.multiplier > 1:
            self._said.append(ComboLost(self.ship.x, self.ship.y, self.multiplier))
        self.multiplier, self.chain, self.chain_left = 1, 0, 0.0

    def _burn(self) -> None:
        self.energy -= lerp(2.0, 3.8, self.difficulty) * STEP
        if self.chain_left > 0.0:
            self.chain_left -= STEP
            if self.chain_left <= 0.0:
                self._break_chain()
        low = self.energy < LOW_ENERGY
        if low and not self._was_low:
            self._said.append(EnergyLow(self.ship.x, self.ship.y))
        self._was_low = low
        if self.energy <= 0.0:
            self._end(survived=False)
        elif self.time >= self.seconds:
            self._score(int(self.energy) * 10)
            self._end(survived=True)

    def _end(self, *, survived: bool) -> None:
        self.energy = max(0.0, self.energy)
        self.ended, self.survived = True, survived
        self._said.append(RunEnded(self.ship.x, self.ship.y, self.score, survived))
