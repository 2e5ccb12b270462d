"""What a player can be proud of. Pure: it watches the world and says which goals were reached, each once."""

from __future__ import annotations

from collections.abc import Iterable

from demo_game.happenings import ComboReached, Happening, OrbCollected, RunEnded, StarCaught
from demo_game.world import World

FIRST_LIGHT = "first-light"
"""Harvest an orb."""
CHAIN_OF_FIVE = "chain-of-five"
"""Reach a multiplier of five."""
STONEBREAKER = "stonebreaker"
"""Shatter thirty rocks in a run."""
WISH = "wish"
"""Catch the falling star. Nobody is told that it can be caught."""
UNTOUCHED = "untouched"
"""Fly seventy seconds without a scratch."""
DAYBREAK = "daybreak"
"""Carry the light until dawn."""

ROCKS_TO_BREAK = 30
MULTIPLIER_TO_REACH = 5
SECONDS_UNTOUCHED = 70.0


class Goals:
    """Remembers what was reached in this sitting, so that each goal is said once."""

    def __init__(self) -> None:
        self.reached: set[str] = set()

    def hear(self, happenings: Iterable[Happening], world: World) -> list[str]:
        """The goals newly reached by what just happened in `world`."""
        found = []
        for happening in happenings:
            match happening:
                case OrbCollected():
                    found.append(FIRST_LIGHT)
                case ComboReached(multiplier=multiplier) if multiplier >= MULTIPLIER_TO_REACH:
                    found.append(CHAIN_OF_FIVE)
                case StarCaught():
                    found.append(WISH)
                case RunEnded(survived=True):
                    found.append(DAYBREAK)
        if world.tally.shattered >= ROCKS_TO_BREAK:
            found.append(STONEBREAKER)
        if world.tally.unhurt_for >= SECONDS_UNTOUCHED:
            found.append(UNTOUCHED)
        new = [goal for goal in dict.fromkeys(found) if goal not in self.reached]
        self.reached.update(new)
        return new
