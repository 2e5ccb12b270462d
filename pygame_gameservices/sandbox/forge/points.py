"""What a player has earned on Forge, put together from quests and referrals. Pure: no clock, no database.

The documentation names the fields and not how they come about. Here each finished quest is worth `POINTS_PER_QUEST`, a
referral of the first level 50 and one of the second level 10, and both multipliers are 1.
"""

from __future__ import annotations

from typing import Any

from pygame_gameservices.sandbox.forge.world import Referrals

POINTS_PER_QUEST = 100
POINTS_PER_FIRST = 50
POINTS_PER_SECOND = 10


def points(quests_done: int, referrals: Referrals) -> dict[str, Any]:
    """Return ``records`` of ``/v1/user/points``."""
    action, referral = POINTS_PER_QUEST * quests_done, referral_points(referrals)["total_referral_points"]
    return {
        "action_points": action,
        "referral_points": referral,
        "current_nft_multiplier": 1,
        "current_social_multiplier": 1,
        "bonus_points": 0,
        "total_points": action + referral,
    }


def referral_points(referrals: Referrals) -> dict[str, Any]:
    """Return ``records`` of ``/v1/user/referrals``."""
    first, second = POINTS_PER_FIRST * referrals.first_level, POINTS_PER_SECOND * referrals.second_level
    return {
        "first_level_referrals": referrals.first_level,
        "second_level_referrals": referrals.second_level,
        "first_level_referral_points": first,
        "second_level_referral_points": second,
        "total_referral_points": first + second,
    }
