"""What the maker allows: the rules of ``relay.toml`` for scores and trophies. Pure: everything known is handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from fnmatch import fnmatchcase
from typing import NamedTuple

import msgspec

from pygame_gameservices.relay.gamejolt.call import GameJoltCall
from pygame_gameservices.relay.settings import GameJoltSettings, TableRules, TrophyRules

HOUR_S = 3600.0


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A write that somebody wants to make, as far as it is known: what rules judge, and what a hook is given.

    Attributes:
        endpoint: such as ``"scores/add"``.
        given: its parameters; no token is among them.
        player: the player whom the service has confirmed, in small letters; empty for a guest.
        guest: the guest's number; empty for a player.
        address: of the network.
        here_s: seconds since the player came, or the guest got the ticket.
    """

    endpoint: str
    given: dict[str, str]
    player: str
    guest: str
    address: str
    here_s: float


Hook = Callable[[Attempt], str | None]
"""A rule of the maker's own: returns why not, or None. It may be called on several threads at once."""


class Refusal(NamedTuple):
    """Why a write is not let through.

    Attributes:
        reason: in words.
        rule: what says so, as ``relay.toml`` names it, such as ``"most in [gamejolt.tables.1]"``.
    """

    reason: str
    rule: str


def refusal(
    attempt: Attempt, settings: GameJoltSettings, in_last_hour: int, achieved: Collection[str] | None
) -> Refusal | None:
    """Why a write is not let through; None if it is.

    Args:
        attempt: the write.
        settings: what the maker says.
        in_last_hour: how many others of its scope were let through.
        achieved: the trophies that the player has, where that matters.
    """
    if attempt.player in {name.casefold() for name in settings.blocked_players}:
        return Refusal("this player is blocked", "blocked_players in [gamejolt]")
    if attempt.endpoint.startswith("data-store/") and not _may_write(attempt, settings.shared_keys):
        return Refusal("an item of the game that players may not write", "shared_keys in [gamejolt]")
    if attempt.endpoint == "scores/add":
        table = attempt.given.get("table_id", "")
        rules = settings.tables.get(table)
        if rules is not None:
            return _in_table(f"gamejolt.tables.{table}", _score_refusal(attempt, rules, in_last_hour))
        if settings.only_these_tables:
            return Refusal(f"table {table} takes no scores", "only_these_tables in [gamejolt]")
    if attempt.endpoint == "trophies/add-achieved":
        number = attempt.given.get("trophy_id", "")
        trophy = settings.trophies.get(number)
        if trophy is not None:
            return _in_table(f"gamejolt.trophies.{number}", _trophy_refusal(attempt, trophy, achieved))
    return None


def _in_table(table: str, found: Refusal | None) -> Refusal | None:
    return found and Refusal(found.reason, f"{found.rule} in [{table}]")


def _may_write(attempt: Attempt, shared_keys: Collection[str]) -> bool:
    """Whether an item is the player's own, or one of the game's that all may write. A guarded one is the game's."""
    own = "username" in attempt.given
    return own or any(fnmatchcase(attempt.given["key"], pattern) for pattern in shared_keys)


def _score_refusal(attempt: Attempt, rules: TableRules, in_last_hour: int) -> Refusal | None:
    sort = int(attempt.given["sort"])
    if attempt.guest and not rules.guests:
        return Refusal("guests add no scores to this table", "guests")
    if rules.least is not None and sort < rules.least:
        return Refusal(f"a score of {sort} is less than {rules.least}", "least")
    if rules.most is not None and sort > rules.most:
        return Refusal(f"a score of {sort} is more than {rules.most}", "most")
    if sort % rules.step:
        return Refusal(f"a score of {sort} is no multiple of {rules.step}", "step")
    if rules.text and attempt.given["score"] != rules.text.format(sort=sort):
        return Refusal("the text of the score is not that of its number", "text")
    if attempt.here_s < rules.after_s:
        return _too_early(attempt, rules.after_s)
    if rules.per_s is not None and sort > (rules.at_once + rules.per_s * attempt.here_s):
        return Refusal(f"a score of {sort} takes longer than {attempt.here_s:.0f} s of play", "per_s")
    if rules.per_hour is not None and in_last_hour >= rules.per_hour:
        return Refusal(f"more than {rules.per_hour} scores in an hour", "per_hour")
    return None


def _trophy_refusal(attempt: Attempt, rules: TrophyRules, achieved: Collection[str] | None) -> Refusal | None:
    if attempt.here_s < rules.after_s:
        return _too_early(attempt, rules.after_s)
    missing = {str(one) for one in rules.after}.difference(achieved or ())
    return Refusal(f"trophy {min(missing, key=int)} comes first", "after") if missing else None


def _too_early(attempt: Attempt, after_s: float) -> Refusal:
    return Refusal(f"it comes after {attempt.here_s:.0f} s of play, and {after_s:g} are the least", "after_s")


def needs_order(call: GameJoltCall, settings: GameJoltSettings) -> bool:
    """Whether it matters for a call which trophies the player has."""
    rules = settings.trophies.get(call.given.get("trophy_id", ""))
    return call.endpoint == "trophies/add-achieved" and rules is not None and bool(rules.after)
