"""A pilot that plays Light Harvest well and flies like a person: it looks ahead, reacts late, and eases the stick.

Deterministic: the same world gives the same flight.
"""

from __future__ import annotations

import math

from demo_game.bodies import SHIP_RADIUS, Intent, OrbKind, Rock
from demo_game.world import ACCELERATION, DRAG, EDGE, HEIGHT, PULSE_COST, PULSE_REACH, WIDTH, World

REACTION_STEPS = 7
"""Steps between two decisions, about 120 ms: quick, but human."""
LOOK_AHEAD = 0.7
"""Seconds it thinks ahead."""
SAMPLES = 9
COURSES = 16


class Bot:
    """Decides what to do in a `World`, one `Intent` a step."""

    def __init__(self) -> None:
        self._steps = 0
        self._want_x = 0.0
        self._want_y = 0.0
        self._stick_x = 0.0
        self._stick_y = 0.0
        self._rested = 0.0

    def decide(self, world: World) -> Intent:
        """What a good player would hold down right now."""
        pulse = False
        if self._steps % REACTION_STEPS == 0:
            self._want_x, self._want_y = self._best_course(world)
            pulse = self._should_pulse(world)
        self._steps += 1
        self._stick_x += (self._want_x - self._stick_x) * 0.24
        self._stick_y += (self._want_y - self._stick_y) * 0.24
        return Intent(self._stick_x, self._stick_y, pulse)

    def _target(self, world: World) -> tuple[float, float]:
        ship = world.ship
        if world.star is not None:
            star = world.star
            lead = min(math.hypot(star.x - ship.x, star.y - ship.y) / 420.0, 2.5)
            return star.x + star.vx * lead, star.y + star.vy * lead
        best, best_worth = (WIDTH / 2, HEIGHT / 2), 0.0
        for orb in world.orbs:
            far = math.hypot(orb.x - ship.x, orb.y - ship.y)
            left = orb.life - orb.age
            if left < far / 380.0:
                continue
            company = sum(1 for o in world.orbs if abs(o.x - orb.x) + abs(o.y - orb.y) < 150.0)
            worth = (2.0 if orb.kind is OrbKind.RARE else 1.0) * (1.0 + 0.25 * company) / (far + 60.0)
            if worth > best_worth:
                best, best_worth = (orb.x + orb.vx * 0.2, orb.y + orb.vy * 0.2), worth
        return best

    def _best_course(self, world: World) -> tuple[float, float]:
        target_x, target_y = self._target(world)
        ship = world.ship
        reach = 480.0 * LOOK_AHEAD
        threats = [r for r in world.rocks if math.hypot(r.x - ship.x, r.y - ship.y) < reach + r.radius + 200.0]
        ahead = math.atan2(target_y - ship.y, target_x - ship.x)
        best, best_cost = (0.0, 0.0), self._cost(world, 0.0, 0.0, threats, target_x, target_y) + 20.0
        for place in range(COURSES):
            angle = ahead + place * math.tau / COURSES
            push_x, push_y = math.cos(angle), math.sin(angle)
            cost = self._cost(world, push_x, push_y, threats, target_x, target_y)
            if cost < best_cost:
                best, best_cost = (push_x, push_y), cost
        return best

    @staticmethod
    def _cost(
        world: World, push_x: float, push_y: float, threats: list[Rock], target_x: float, target_y: float
    ) -> float:
        """How bad holding this direction is: far from the target, near to rocks, at the rim."""
        x, y, vx, vy = world.ship.x, world.ship.y, world.ship.vx, world.ship.vy
        step = LOOK_AHEAD / SAMPLES
        cost, nearest = 0.0, math.inf
        for sample in range(1, SAMPLES + 1):
            vx += (push_x * ACCELERATION - vx * DRAG) * step
            vy += (push_y * ACCELERATION - vy * DRAG) * step
            x = min(max(x + vx * step, EDGE), WIDTH - EDGE)
            y = min(max(y + vy * step, EDGE), HEIGHT - EDGE)
            at = sample * step
            for rock in threats:
                gap = math.hypot(rock.x + rock.vx * at - x, rock.y + rock.vy * at - y) - rock.radius - SHIP_RADIUS
                if gap < 3.0 and at > world.ship.safe_for:
                    cost += 4000.0 * (1.3 - at)
                elif gap < 24.0:
                    cost += (24.0 - gap) * 2.0 * (1.2 - at)
            nearest = min(nearest, math.hypot(target_x - x, target_y - y) + at * 60.0)
        rim = max(0.0, 90.0 - min(x, y, WIDTH - x, HEIGHT - y))
        return cost + nearest + rim * 1.2

    def _should_pulse(self, world: World) -> bool:
        self._rested += REACTION_STEPS / 60
        ship = world.ship
        if self._rested < 1.0 or world.energy < PULSE_COST + 6.0:
            return False
        gaps = [
            (math.hypot(r.x - ship.x, r.y - ship.y) - r.radius, r)
            for r in world.rocks
            if 0.0 < r.x < WIDTH and 0.0 < r.y < HEIGHT
        ]
        within = sum(1 for gap, _ in gaps if gap < PULSE_REACH * 0.75)
        danger = any(gap < 60.0 and closing(world, rock) > 60.0 for gap, rock in gaps) and ship.safe_for == 0.0
        rich = world.energy > 62.0
        if (danger and world.energy > 26.0) or (rich and within >= 2) or (world.energy > 85.0 and within >= 1):
            self._rested = 0.0
            return True
        return False


def closing(world: World, rock: Rock) -> float:
    """How fast ship and rock approach each other, in units a second; negative when they part."""
    away_x, away_y = rock.x - world.ship.x, rock.y - world.ship.y
    far = math.hypot(away_x, away_y) or 1.0
    return -((rock.vx - world.ship.vx) * away_x + (rock.vy - world.ship.vy) * away_y) / far
