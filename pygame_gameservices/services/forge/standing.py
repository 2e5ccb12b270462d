"""How a player stands on Forge: the answers to ``/v1/user/points`` and ``/v1/user/referrals``. Worker threads."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import NotFound, ProtocolError, ServiceError
from pygame_gameservices.services.forge.models import ForgePoints, ForgeReferrals
from pygame_gameservices.services.http_status import excerpt, status_error

POINTS = {
    "action": "action_points",
    "referral": "referral_points",
    "bonus": "bonus_points",
    "nft_multiplier": "current_nft_multiplier",
    "social_multiplier": "current_social_multiplier",
    "total": "total_points",
}
REFERRALS = {
    "first_level": "first_level_referrals",
    "second_level": "second_level_referrals",
    "first_level_points": "first_level_referral_points",
    "second_level_points": "second_level_referral_points",
    "total_points": "total_referral_points",
}


class WireStanding(msgspec.Struct):
    """The body of either answer."""

    status: str = ""
    records: Any = None
    message: Any = None


_decoder = msgspec.json.Decoder(WireStanding)


def standing(name: str, response: Response) -> ForgePoints | ForgeReferrals | None:
    """Read the answer to ``points`` or ``referrals``; None when Forge does not know the player.

    Raises:
        CallError: it says no for another reason, or makes no sense.
    """
    try:
        answer = _decoder.decode(response.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        answer = WireStanding()
    said = answer.message[:500] if isinstance(answer.message, str) else ""
    if answer.status.lower() == "failure":
        if response.status < 300 or response.status == 404:
            return None
        if response.status < 500:
            raise ServiceError(said or "Forge said no and gave no reason", status=response.status)
    if answer.status.lower() == "success" and response.status < 300 and isinstance(answer.records, dict):
        if name == "points":
            return ForgePoints(**_numbers(answer.records, POINTS))
        counts = _numbers(answer.records, REFERRALS)
        whole = {level: int(counts.pop(level, 0)) for level in ("first_level", "second_level")}
        return ForgeReferrals(**whole, **counts)
    if response.status == 404:
        raise NotFound("there is nothing at this address; is base_url right?", status=404)
    raise status_error(response) or ProtocolError(
        "status and records of a player", excerpt(response), status=response.status
    )


def _numbers(records: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Those that are there and are numbers, whether written as such or as texts."""
    found: dict[str, Any] = {}
    for ours, theirs in names.items():
        value = records.get(theirs)
        try:
            number = math.nan if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            found[ours] = number
    return found
