"""Sparks, rings, floating points, shake: what makes a happening felt. No engine, no influence on the rules.

`Effects.hear` takes what the world says, `Effects.update` moves everything on; a view reads the lists.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from demo_game.bodies import Ship
from demo_game.happenings import (
    ComboLost,
    ComboReached,
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
from demo_game.world import PULSE_REACH, PULSE_SPEED, World

MOST_SPARKS = 420
TRAIL_LENGTH = 26


@dataclass(slots=True)
class Spark:
    """A glowing speck."""

    x: float
    y: float
    vx: float
    vy: float
    life: float
    hue: str
    size: int
    """0 small, 1 middle, 2 large."""
    age: float = 0.0


@dataclass(slots=True)
class Ring:
    """A circle of light that grows from `start` to `reach` and fades."""

    x: float
    y: float
    start: float
    reach: float
    life: float
    hue: str
    age: float = 0.0

    @property
    def radius(self) -> float:
        """How large it is now."""
        left = 1.0 - min(1.0, self.age / self.life)
        return self.start + (self.reach - self.start) * (1.0 - math.pow(left, 1.6))


@dataclass(slots=True)
class Popup:
    """Words that rise and fade, such as "+40"."""

    x: float
    y: float
    text: str
    hue: str
    large: bool = False
    points: int = 0
    """What a "+40" stands for, so that quick ones are added up instead of piling up."""
    age: float = 0.0
    life: float = 0.9


class Effects:
    """Everything that glows for a moment.

    Attributes:
        sparks, rings, popups, trail: what to draw.
        reduced_motion: no shake, no flash and fewer sparks, for players who want or need that.
    """

    def __init__(self, *, reduced_motion: bool = False) -> None:
        self.reduced_motion = reduced_motion
        self.clear()

    def clear(self) -> None:
        """Forget everything, for a new run."""
        self.sparks: list[Spark] = []
        self.rings: list[Ring] = []
        self.popups: list[Popup] = []
        self.trail: list[tuple[float, float]] = []
        self.trauma = 0.0
        self.flash = 0.0
        self.flash_hue = "danger"
        self.clock = 0.0
        self._random = Random(1)

    @property
    def shake(self) -> tuple[float, float]:
        """How far the picture is off its place right now, in world units; nothing under reduced motion."""
        if self.reduced_motion or self.trauma <= 0.0:
            return 0.0, 0.0
        reach, t = 15.0 * self.trauma**2, self.clock
        x, y = math.sin(t * 61.0) + math.sin(t * 97.0), math.sin(t * 71.0) + math.sin(t * 89.0)
        return reach * x / 2, reach * y / 2

    def hear(self, happenings: Iterable[Happening]) -> None:
        """Let sparks fly for what happened."""
        for happening in happenings:
            self._hear(happening)

    def _hear(self, happening: Happening) -> None:
        x, y = happening.x, happening.y
        match happening:
            case OrbCollected(kind=kind, points=points):
                self.burst(x, y, kind, 9, 150.0)
                self.rings.append(Ring(x, y, 6.0, 34.0, 0.35, kind))
                self._award(x, y - 40.0, points, kind)
            case ComboReached(multiplier=multiplier):
                self.popups.append(Popup(x, y - 66.0, f"x{multiplier}", "rare", large=True, life=1.1))
                self.rings.append(Ring(x, y, 20.0, 76.0, 0.5, "rare"))
            case ComboLost():
                self.popups.append(Popup(x, y - 40.0, "chain lost", "dust"))
            case RockHit():
                self.burst(x, y, "danger", 34, 330.0)
                self.burst(x, y, "dust", 14, 190.0)
                self.rings.append(Ring(x, y, 12.0, 110.0, 0.5, "danger"))
                self.trauma = min(1.0, self.trauma + 0.75)
                self.flash, self.flash_hue = 0.34, "danger"
            case RockShattered(size=size, points=points):
                self.burst(x, y, "dust", 12 + 9 * size, 130.0 + 50.0 * size)
                self.burst(x, y, "ember", 7 + 5 * size, 210.0)
                self._award(x, y, points, "ember")
                self.trauma = min(1.0, self.trauma + 0.14 + 0.07 * size)
            case PulseFired():
                self.rings.append(Ring(x, y, 10.0, PULSE_REACH, PULSE_REACH / PULSE_SPEED + 0.1, "engine"))
                self.rings.append(Ring(x, y, 4.0, PULSE_REACH * 0.72, PULSE_REACH / PULSE_SPEED + 0.16, "rare"))
                self.burst(x, y, "engine", 22, 420.0)
                self.trauma = min(1.0, self.trauma + 0.18)
            case PulseRefused():
                self.popups.append(Popup(x, y - 30.0, "too dim", "danger"))
            case Grazed(points=points):
                self.burst(x, y, "star", 6, 120.0)
                self.popups.append(Popup(x, y + 26.0, f"close! +{points}", "star"))
            case StarAppeared():
                self.flash, self.flash_hue = 0.12, "star"
            case StarCaught(points=points):
                self.burst(x, y, "star", 60, 420.0)
                self.burst(x, y, "rare", 30, 260.0)
                for reach in (70.0, 130.0, 190.0):
                    self.rings.append(Ring(x, y, 8.0, reach, 0.7, "star"))
                self.popups.append(Popup(x, y - 30.0, f"+{points}", "star", large=True, life=1.6))
                self.flash, self.flash_hue = 0.3, "star"
            case RunEnded(survived=survived):
                self.burst(x, y, "light" if survived else "danger", 70, 380.0)
                self.rings.append(Ring(x, y, 10.0, 190.0, 1.0, "light" if survived else "danger"))
                self.trauma = 0.0 if survived else 0.9

    def _award(self, x: float, y: float, points: int, hue: str) -> None:
        last = next((p for p in reversed(self.popups) if p.points and p.hue == hue and p.age < 0.3), None)
        if last is not None and math.hypot(last.x - x, last.y - y) < 120.0:
            last.points += points
            last.text, last.x, last.y, last.age = f"+{last.points}", x, y, 0.0
        else:
            self.popups.append(Popup(x, y, f"+{points}", hue, points=points))

    def burst(self, x: float, y: float, hue: str, count: int, speed: float) -> None:
        """Throw `count` sparks in all directions."""
        draw = self._random
        if self.reduced_motion:
            count //= 3
        for _ in range(min(count, MOST_SPARKS - len(self.sparks))):
            turn, fast = draw.uniform(0.0, math.tau), speed * draw.uniform(0.15, 1.0)
            life = draw.uniform(0.35, 0.95)
            size = draw.choices((0, 1, 2), (0.5, 0.35, 0.15))[0]
            self.sparks.append(Spark(x, y, math.cos(turn) * fast, math.sin(turn) * fast, life, hue, size))

    def update(self, dt: float, world: World | None = None) -> None:
        """Move everything on by `dt` seconds; with `world`, the ship leaves its trail in it."""
        self.clock += dt
        self.trauma = max(0.0, self.trauma - 1.5 * dt)
        self.flash = max(0.0, self.flash - 0.8 * dt)
        slow = 1.0 - 2.6 * dt
        for spark in self.sparks:
            spark.age += dt
            spark.x += spark.vx * dt
            spark.y += spark.vy * dt
            spark.vx *= slow
            spark.vy *= slow
        self.sparks = [spark for spark in self.sparks if spark.age < spark.life]
        for ring in self.rings:
            ring.age += dt
        self.rings = [ring for ring in self.rings if ring.age < ring.life]
        for popup in self.popups:
            popup.age += dt
            popup.y -= 34.0 * dt
        self.popups = [popup for popup in self.popups if popup.age < popup.life]
        if world is not None:
            self._follow(world.ship)
            if world.star is not None and len(self.sparks) < MOST_SPARKS - 40:
                self._tail(world.star.x, world.star.y, world.star.vx, world.star.vy)

    def _follow(self, ship: Ship) -> None:
        tail_x, tail_y = ship.x - math.cos(ship.heading) * 13.0, ship.y - math.sin(ship.heading) * 13.0
        self.trail.append((tail_x, tail_y))
        del self.trail[:-TRAIL_LENGTH]
        if ship.thrust > 0.3 and len(self.sparks) < MOST_SPARKS // 2 and self._random.random() < 0.5 * ship.thrust:
            back = ship.heading + math.pi + self._random.uniform(-0.35, 0.35)
            fast = self._random.uniform(60.0, 190.0)
            vx, vy = ship.vx * 0.3 + math.cos(back) * fast, ship.vy * 0.3 + math.sin(back) * fast
            self.sparks.append(Spark(tail_x, tail_y, vx, vy, self._random.uniform(0.2, 0.5), "engine", 0))

    def _tail(self, x: float, y: float, vx: float, vy: float) -> None:
        for _ in range(2):
            back_x, back_y = -vx * self._random.uniform(0.1, 0.5), -vy * self._random.uniform(0.1, 0.5)
            aside = self._random.uniform(-26.0, 26.0)
            hue = "star" if self._random.random() < 0.7 else "rare"
            self.sparks.append(Spark(x, y, back_x, back_y + aside, self._random.uniform(0.5, 1.2), hue, 1))
