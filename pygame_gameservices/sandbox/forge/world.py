"""The fixed things of Forge: API keys and quests. They come from the seed and never change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

QUEST_KINDS = ("hours", "days-in-week", "days-in-row", "achievement", "achievements")
"""The five quests of the documentation: play N hours, N days in a week, N days in a row; unlock one, unlock N."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A partner's key and what it says about itself."""

    partner: str
    game: str
    game_id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quest:
    """One quest.

    Attributes:
        game_id: the game whose records count; those of a partner's other games do not.
        kind: one of `QUEST_KINDS`.
        goal: hours, days or achievements; 1 for ``achievement``.
        achievement: title to unlock, for ``achievement`` alone.
        time_zone: where a day begins; a week begins on Monday there.
    """

    id: str
    title: str
    kind: str
    goal: int = 1
    achievement: str = ""
    time_zone: str = "UTC"
    game_id: str = ""


@dataclass(frozen=True, slots=True)
class Referrals:
    """How many players somebody has brought along, and how many those have."""

    first_level: int = 0
    second_level: int = 0


@dataclass(frozen=True, slots=True)
class Forge:
    """All that the seed says.

    Attributes:
        daily_requests: how many requests a key may make per UTC day.
        largest_batch: how many records one request may carry.
        ignores_repeats: whether a `record_id` that was taken before is not counted again. The documentation promises
            nothing of the kind, so the default is that every record counts.
        joined: usernames of the players who have a Forge account from the start.
        referrals: by username, for those who brought somebody along.
    """

    keys: tuple[ApiKey, ...]
    quests: tuple[Quest, ...]
    daily_requests: int
    largest_batch: int
    ignores_repeats: bool
    joined: tuple[str, ...]
    referrals: Mapping[str, Referrals]
