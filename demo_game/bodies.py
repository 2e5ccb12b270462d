"""The things that move in the world. Plain data; `World` moves them and decides what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class OrbKind(StrEnum):
    """What sort of light an orb is."""

    LIGHT = "light"
    """The common one, drifting in constellations."""
    EMBER = "ember"
    """Set free from a shattered rock."""
    RARE = "rare"
    """Worth three times as much."""


ROCK_RADII = (20.0, 38.0, 66.0)
"""Radius of a rock by its size: small, middle, large."""

SHIP_RADIUS = 15.0
"""Radius of the ship's hull; the picture is a little larger."""

ROCK_SHAPES = 3
"""How many different outlines rocks of one size have."""


@dataclass(slots=True)
class Ship:
    """The player's ship: where it is, how it moves, where its nose points (radians, 0 is right, y grows downwards)."""

    x: float
    y: float
    vx: float = 0.0
    vy: float = 0.0
    heading: float = -1.5707963
    thrust: float = 0.0
    """How hard the engine burns, 0 to 1, smoothed; for the flame."""
    safe_for: float = 0.0
    """Seconds in which rocks cannot hurt it."""


@dataclass(slots=True)
class Orb:
    """A light to harvest."""

    x: float
    y: float
    vx: float
    vy: float
    kind: OrbKind
    life: float
    """Seconds until it fades away."""
    age: float = 0.0


@dataclass(slots=True)
class Rock:
    """A drifting rock."""

    serial: int
    x: float
    y: float
    vx: float
    vy: float
    size: int
    shape: int
    angle: float
    spin: float
    grazed: bool = False
    """Whether the ship was already paid for passing this one closely."""

    @property
    def radius(self) -> float:
        """How far its hull reaches."""
        return ROCK_RADII[self.size]


@dataclass(slots=True)
class Star:
    """A falling star on its way across the sky."""

    x: float
    y: float
    vx: float
    vy: float
    age: float = 0.0


@dataclass(slots=True)
class Pulse:
    """A ring of light that runs outwards and shatters rocks."""

    x: float
    y: float
    radius: float = 0.0
    spared: set[int] = field(default_factory=set)
    """Serials of rocks it no longer touches: the pieces it made."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What the player wants this step: a direction (each -1 to 1, any length; it is clamped to 1) and a pulse."""

    x: float = 0.0
    y: float = 0.0
    pulse: bool = False


IDLE = Intent()
"""Hands off."""


@dataclass(slots=True)
class Tally:
    """What a run added up to, for goals and the last screen."""

    orbs: int = 0
    shattered: int = 0
    hits: int = 0
    grazes: int = 0
    stars: int = 0
    best_multiplier: int = 1
    unhurt_for: float = 0.0
    """Seconds since the last hit, or since the start."""
