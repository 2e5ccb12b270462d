"""The game's own achievements as the source of the trophy list. Frame thread; nothing blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pygame_gameservices.services.achievement_models import AchievementStatus
from pygame_gameservices.services.achievements import Achievements
from pygame_gameservices.widgets.checks import check_is
from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.trophies.case import TrophyItem


class AchievementTrophies:
    """The game's achievements for a `Trophies`: known at once, without any network, and how far the player is.

    Args:
        achievements: what the game has declared, and what its player has.

    Raises:
        UsageError: `achievements` are none.
    """

    def __init__(self, achievements: Achievements) -> None:
        check_is("achievements", achievements, Achievements, "pass the Achievements that were added to the services")
        self._achievements = achievements

    @property
    def service(self) -> str:
        """The name of the service."""
        return self._achievements.name

    def trophies(self, deliver: Callable[[Sequence[TrophyItem] | Exception], object], /) -> None:
        """Deliver the achievements as they are now, at once."""
        deliver([_trophy(status) for status in self._achievements.all()])


def _trophy(status: AchievementStatus) -> TrophyItem:
    achievement, since = status.achievement, status.unlocked_at
    return TrophyItem(
        title=achievement.title,
        text=achievement.text,
        rarity=Rarity.named(achievement.difficulty),
        unlocked=status.unlocked,
        when="" if since is None else f"{since.astimezone():%Y-%m-%d}",
        secret=achievement.secret,
        progress=(status.progress, achievement.goal) if achievement.goal > 1 else None,
        owners=achievement.owners,
    )
