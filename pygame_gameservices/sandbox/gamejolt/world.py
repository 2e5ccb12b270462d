"""The fixed things of Game Jolt: games, score tables and trophies. They come from the seed and never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DIFFICULTIES = ("Bronze", "Silver", "Gold", "Platinum")
"""What a trophy can be made of, from easy to hard."""

ORDERS = ("descending", "ascending")
"""Which scores of a table are the better ones: the larger, or the smaller."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """One high-score table. `unique` keeps the best score of each player only; Game Jolt's default keeps all."""

    id: int
    game_id: int
    name: str
    description: str = ""
    primary: bool = False
    order: str = "descending"
    guests: bool = True
    unique: bool = False

    def place(self, sort: int) -> int:
        """Turn a sort value into a place: the smaller, the better, whatever the table's order. Is its own inverse."""
        return -sort if self.order == "descending" else sort


@dataclass(frozen=True, slots=True)
class Trophy:
    """One trophy; `secret` hides title and description until the player has it."""

    id: int
    game_id: int
    title: str
    description: str = ""
    difficulty: str = "Bronze"
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Game:
    """One game with its key, its tables by id in order, and its trophies by id from easy to hard."""

    id: int
    name: str
    private_key: str = field(repr=False)
    tables: Mapping[int, ScoreTable] = field(default_factory=dict)
    trophies: Mapping[int, Trophy] = field(default_factory=dict)

    @property
    def primary_table(self) -> ScoreTable:
        """The table that scores go to when no other is named."""
        return next(table for table in self.tables.values() if table.primary)


@dataclass(frozen=True, slots=True)
class SeededScore:
    """A score that a fresh database starts with; either `username` or `guest` is set."""

    table_id: int
    score: str
    sort: int
    username: str = ""
    guest: str = ""
    extra_data: str = ""
