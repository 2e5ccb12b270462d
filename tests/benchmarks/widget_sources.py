"""What the login and the trophy list show while they are measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices.widgets.rarity import Rarity
from pygame_gameservices.widgets.trophies.case import TrophyItem


class NoAccounts:
    """Nobody is ever signed in."""

    service = "bench"
    username = ""

    def sign_in(self, username: str, token: str, remember: bool, deliver: Callable[[Any], object]) -> None:
        """Never answers."""

    def cancel(self) -> None:
        """Nothing is under way."""


class NoTrophies:
    """Twenty trophies of a game that there is not."""

    service = "bench"

    def trophies(self, deliver: Callable[[Any], object]) -> None:
        """All of them, at once."""
        deliver([TrophyItem(f"Trophy {n}", "Do what it says.", Rarity(n % 5), n % 2 == 0) for n in range(20)])
