"""Achievements as a game declares them, what is known of each, and what happens to them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pygame_gameservices.core.events import Event
from pygame_gameservices.services.gamejolt.events import TrophyUnlocked
from pygame_gameservices.services.gamejolt.models import Difficulty, Trophy


class Achievement(msgspec.Struct, frozen=True, kw_only=True):
    """One achievement, as declared under ``[[achievements]]`` in ``gameservices.toml``.

    Attributes:
        id: the game's own word for it, such as ``"first-orb"``.
        title: its name, for players.
        text: what to do for it.
        difficulty: one of `Difficulty`.
        secret: whether title and text are kept from players until they have it.
        goal: how much progress it takes; 1 for those that are simply had or not.
        gamejolt_trophy: number of its trophy on Game Jolt, or None.
        forge_title: its title in Forge's quests, or empty.
        owners: how many percent of the players have it, where the game's maker knows; shown with it. Or None.
    """

    id: str
    title: str
    text: str = ""
    difficulty: str = Difficulty.BRONZE
    secret: bool = False
    goal: int = 1
    gamejolt_trophy: int | None = None
    forge_title: str = ""
    owners: float | None = None


class AchievementStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An achievement, and how far the player is.

    Attributes:
        achievement: what was declared.
        progress: from 0 to `Achievement.goal`.
        unlocked_at: since when the player has it, an aware datetime, or None.
        reached: names of the services that know of it.
    """

    achievement: Achievement
    progress: int = 0
    unlocked_at: datetime | None = None
    reached: tuple[str, ...] = ()

    @property
    def unlocked(self) -> bool:
        """Whether the player has it."""
        return self.unlocked_at is not None


class AchievementUnlocked(TrophyUnlocked, frozen=True):
    """The player got an achievement just now. Said at once and once, whether or not a service can be reached.

    It is a `TrophyUnlocked`, so that whatever shows trophies shows it. Where the achievement is a trophy of Game Jolt
    a plain `TrophyUnlocked` for the same trophy follows when it has arrived there; overlays show only the first.

    Attributes:
        trophy: the achievement as a trophy; its id is Game Jolt's, or below 0 where it has none there.
        achievement: the achievement.
    """

    achievement: Achievement


class AchievementProgressed(Event, frozen=True):
    """The player came nearer to an achievement.

    Attributes:
        achievement: the achievement.
        progress: from 0 to its goal.
        before: what it was before.
    """

    achievement: Achievement
    progress: int
    before: int = 0


def as_trophy(status: AchievementStatus, place: int) -> Trophy:
    """Return an achievement as a trophy, for widgets that show those. `place` makes an id where Game Jolt has none."""
    achievement = status.achievement
    hidden = achievement.secret and not status.unlocked
    when = "" if status.unlocked_at is None else f"{status.unlocked_at.astimezone():%Y-%m-%d %H:%M}"
    text = achievement.text
    if achievement.goal > 1 and not status.unlocked:
        text = f"{text} ({status.progress}/{achievement.goal})".strip()
    return Trophy(
        id=achievement.gamejolt_trophy if achievement.gamejolt_trophy is not None else -1 - place,
        title="???" if hidden else achievement.title,
        description="" if hidden else text,
        difficulty=achievement.difficulty,
        image_url=_SECRET if hidden else "",
        achieved=status.unlocked,
        achieved_when=when,
    )


_SECRET = "trophy-secret"
"""What `Trophy.is_hidden` goes by."""
