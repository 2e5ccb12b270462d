"""How rare a trophy is, as far as showing it goes."""

from __future__ import annotations

from enum import IntEnum


class Rarity(IntEnum):
    """How hard a trophy is to get, easiest first, so that ``max`` finds the rarest.

    Each has a shape, a label and a color of its own, so that it can be told without seeing colors.
    """

    UNKNOWN = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3
    PLATINUM = 4

    @classmethod
    def named(cls, difficulty: str) -> Rarity:
        """Return the rarity for a service's own word, such as ``"Gold"``; `UNKNOWN` for a word we do not know."""
        return cls.__members__.get(difficulty.strip().upper(), cls.UNKNOWN)
