"""What happens in a run of Light Harvest, as frozen values: the world says them, sound, sparks and services listen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Happening:
    """Base of everything `World.step` returns. ``x`` and ``y`` say where, in world units."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class OrbCollected(Happening):
    """The ship took an orb: `points` were scored, at multiplier `multiplier`. `kind` is the orb's `OrbKind` value."""

    kind: str
    points: int
    multiplier: int


@dataclass(frozen=True, slots=True)
class ComboReached(Happening):
    """The multiplier rose to `multiplier`."""

    multiplier: int


@dataclass(frozen=True, slots=True)
class ComboLost(Happening):
    """The chain broke at `multiplier`; it is 1 again."""

    multiplier: int


@dataclass(frozen=True, slots=True)
class RockHit(Happening):
    """The ship flew into a rock of `size` (0 small, 2 large) and lost energy."""

    size: int


@dataclass(frozen=True, slots=True)
class RockShattered(Happening):
    """A pulse broke a rock of `size` (0 small, 2 large) and `points` were scored."""

    size: int
    points: int


@dataclass(frozen=True, slots=True)
class Grazed(Happening):
    """The ship passed a rock by a hair: `points` were scored."""

    points: int


@dataclass(frozen=True, slots=True)
class PulseFired(Happening):
    """The ship spent energy on a pulse."""


@dataclass(frozen=True, slots=True)
class PulseRefused(Happening):
    """The player asked for a pulse, but there is too little energy."""


@dataclass(frozen=True, slots=True)
class StarAppeared(Happening):
    """A falling star entered the sky."""


@dataclass(frozen=True, slots=True)
class StarCaught(Happening):
    """The ship caught the falling star: `points` were scored."""

    points: int


@dataclass(frozen=True, slots=True)
class EnergyLow(Happening):
    """The ship is nearly out of energy. Said once each time it becomes so."""


@dataclass(frozen=True, slots=True)
class RunEnded(Happening):
    """The run is over with `score`. `survived` says whether dawn came; otherwise the light went out."""

    score: int
    survived: bool
