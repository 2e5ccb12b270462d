"""What stays from one night to the next, and travels with the player's save. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LIGHTS_PER_MEGAWATT = 50
"""Lights that the ship must harvest to store a megawatt."""


@dataclass(slots=True)
class Progress:
    """How far a player is.

    Attributes:
        best: the best score of all nights.
        nights: how many were played to their end.
        energy: what the ship has stored and not sold, in tenths of a megawatt, so that nothing is lost by rounding.
        earned: what was paid for energy so far, in cents.
    """

    best: int = 0
    nights: int = 0
    energy: int = 0
    earned: int = 0

    @property
    def megawatts(self) -> float:
        """`energy` as the market counts it."""
        return self.energy / 10

    def night_over(self, score: int, lights: int) -> None:
        """Add a night."""
        self.best = max(self.best, score)
        self.nights += 1
        self.energy += lights * 10 // LIGHTS_PER_MEGAWATT

    def as_dict(self) -> dict[str, int]:
        """What is saved."""
        return asdict(self)

    @classmethod
    def of(cls, saved: object) -> Progress:
        """Read what was saved. What makes no sense counts as nothing: a save may be older or newer than the game."""
        fields: Mapping[str, Any] = saved if isinstance(saved, Mapping) else {}
        known = {name: fields.get(name) for name in ("best", "nights", "energy", "earned")}
        return cls(**{name: max(0, value) for name, value in known.items() if type(value) is int})

    def merged(self, other: Progress) -> Progress:
        """The better of both; the store is that of whoever played more nights."""
        later = other if other.nights > self.nights else self
        best, earned = max(self.best, other.best), max(self.earned, other.earned)
        return Progress(best, later.nights, later.energy, earned)
