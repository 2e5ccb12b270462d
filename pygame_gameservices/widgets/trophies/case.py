"""What a trophy list shows, and the protocol by which it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from pygame_gameservices.widgets.rarity import Rarity


class TrophyItem(NamedTuple):
    """One trophy.

    Attributes:
        title: its name.
        text: what to do for it.
        rarity: how hard it is.
        unlocked: whether the player has it.
        when: since when, such as "1 week ago"; may be empty.
        secret: whether its name and text are kept from a player who lacks it.
        image_url: where its picture is; empty for the painted medal.
        progress: how far the player is and what there is to reach, such as ``(3, 10)``; None when that is not known.
        owners: how many percent of the players have it; None when that is not known.
    """

    title: str
    text: str = ""
    rarity: Rarity = Rarity.UNKNOWN
    unlocked: bool = False
    when: str = ""
    secret: bool = False
    image_url: str = ""
    progress: tuple[int, int] | None = None
    owners: float | None = None


class TrophySource(Protocol):
    """Whoever has the trophies. Everything is called on the frame thread, must not block, and answers there later."""

    @property
    def service(self) -> str:
        """Its name, such as ``"gamejolt"``; the wording may know it by another for players."""

    def trophies(self, deliver: Callable[[Sequence[TrophyItem] | Exception], object], /) -> None:
        """Call ``deliver(trophies)`` later with all of the game's, or ``deliver(error)``."""


class Filter(StrEnum):
    """Which trophies are shown."""

    ALL = "all"
    UNLOCKED = "unlocked"
    LOCKED = "locked"

    def keeps(self, trophy: TrophyItem) -> bool:
        """Whether it shows `trophy`."""
        return self is Filter.ALL or trophy.unlocked == (self is Filter.UNLOCKED)


def in_order(trophies: Sequence[TrophyItem]) -> tuple[TrophyItem, ...]:
    """Sort by difficulty, the easiest first; within one, those the player has first, secrets last."""
    return tuple(sorted(trophies, key=lambda each: (each.rarity or 9, not each.unlocked, each.secret)))
