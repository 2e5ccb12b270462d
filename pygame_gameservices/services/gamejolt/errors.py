"""One error class per message that Game Jolt documents. All are `ServiceError`\\ s; ``.message`` is what it said."""

from __future__ import annotations

from typing import Any

from pygame_gameservices.errors import (
    AuthError,
    Forbidden,
    NotFound,
    ProtocolError,
    ServiceError,
    ServiceUnavailable,
)

_TABLES = (
    "take a number of the game's score tables, or none for the primary one: its page of scoreboards on Game Jolt shows"
    " them, and gameservices sandbox --all those of a sandbox"
)


class SignatureError(AuthError):
    """The private key does not belong to the game id. A mistake in the game's configuration, not the player's."""

    advice = "copy game id and private key again from the game's API settings; they belong together"


class InvalidCredentials(AuthError):
    """No such player, or the game token is wrong. (It is not the player's password.)"""

    advice = "the game token is wanted, not the password; the account menu shows it"
    waits_for_player = True


class NotSignedIn(AuthError):
    """The call belongs to a player, and nobody is signed in, so it was not sent. Durable calls wait instead."""


class UnknownGame(NotFound):
    """The game id does not exist. A mistake in the game's configuration."""

    advice = "copy the game id again from the game's API settings"


class UserNotFound(NotFound):
    """No account has that name or number."""


class SessionNotOpen(NotFound):
    """The player has no open session; it may have died for lack of pings. Open a new one."""


class TableNotFound(NotFound):
    """The score table does not exist, belongs to another game, or was deleted."""

    advice = _TABLES


class RankNotFound(NotFound):
    """No rank can be told; the score table may not exist, or belong to another game."""

    advice = _TABLES


class TrophyNotFound(NotFound):
    """The trophy does not exist or belongs to another game."""

    advice = (
        "take a number of the game's trophies: its trophy page on Game Jolt shows them; a sandbox has those of"
        " gameservices.toml, or its own where that names none, and prints them when it starts"
    )


class TrophyAlreadyAchieved(ServiceError):
    """The player has this trophy already."""


class TrophyNotAchieved(ServiceError):
    """The player does not have this trophy."""


class ItemNotFound(NotFound):
    """The data store has no item with that key."""


class ItemRestricted(Forbidden):
    """The key of the data store has restrictions placed on it."""


class GuestsNotAllowed(Forbidden):
    """The score table takes no scores of guests."""


class RefusedByRelay(Forbidden):
    """The relay of the game's maker refused the call by a rule of its own; it was not passed on.

    Attributes:
        rule: which one, as ``relay.toml`` names it, such as ``"most in [gamejolt.tables.1]"``; empty where the relay
            names none.
    """

    advice = "it is the relay that said no, and not Game Jolt; its page says what it lets through"

    def __init__(self, message: str = "", rule: str = "", **about: Any) -> None:
        super().__init__(message, **about)
        self.rule = rule
        if rule:
            self.advice = (
                f"that is `{rule}` of relay.toml; what was refused wrongly, `gameservices relay refused` lists and"
                " `gameservices relay release` lets through"
            )


class DividedByZero(ServiceError):
    """A data-store update tried to divide by zero."""


class NotNumeric(ServiceError):
    """A calculation was asked for on something that is no number."""


class Malformed(ServiceError):
    """A parameter is missing or excludes another one."""


class FatalError(ServiceUnavailable):
    """Something went wrong inside Game Jolt."""


class SaveConflict(ServiceError):
    """The slot holds a save that this run of the game has neither loaded nor made. Nothing was overwritten.

    Attributes:
        slot: which one.
        generation: how many saves led to the one that is there.
        saved_at: when that one was made, in Unix seconds by the other machine's clock.
    """

    def __init__(self, slot: str, *, generation: int, saved_at: float) -> None:
        super().__init__(f"{slot!r} was saved elsewhere, or by an earlier run; load it, or save with overwrite=True")
        self.slot = slot
        self.generation = generation
        self.saved_at = saved_at


class SaveDamaged(ProtocolError):
    """A save that is there cannot be read: a piece is missing or altered, or a later version of this package made it.

    Attributes:
        slot: which one.
    """

    def __init__(self, slot: str, expected: str) -> None:
        super().__init__(f"{expected} in the save {slot!r}")
        self.slot = slot


_BY_MESSAGE: tuple[tuple[str, type[ServiceError]], ...] = (
    ("signature you entered for the request is invalid", SignatureError),
    ("must enter a signature", SignatureError),
    ("game id you passed in does not point to a valid game", UnknownGame),
    ("no such user with the credentials", InvalidCredentials),
    ("no user could be found matching these credentials", InvalidCredentials),
    ("no such user could be found", UserNotFound),
    ("could not find an open session", SessionNotOpen),
    ("high score table id you passed in does not belong", TableNotFound),
    ("could not get a rank", RankNotFound),
    ("incorrect trophy id", TrophyNotFound),
    ("trophy returned does not belong to this game", TrophyNotFound),
    ("user already has this trophy", TrophyAlreadyAchieved),
    ("user does not have this trophy", TrophyNotAchieved),
    ("no item with that key could be found", ItemNotFound),
    ("there is no item with the key passed in", ItemNotFound),
    ("key has restrictions placed on it", ItemRestricted),
    ("guests are not allowed to enter scores", GuestsNotAllowed),
    ("universal_collapse", DividedByZero),
    ("divide by zero", DividedByZero),
    ("are mutually exclusive", Malformed),
    ("must enter the key for the item", Malformed),
    ("you must enter", Malformed),
    ("you must pass in", Malformed),
    ("numeric", NotNumeric),
    ("unknown fatal error occurred", FatalError),
    ("unknown error has occured", FatalError),
)


RELAY = "relay: "
"""What a relay's own words begin with; what follows it may quote Game Jolt."""


def error_for(message: str, rule: str = "") -> ServiceError:
    """Return the error for what Game Jolt said: there are no codes, so the text decides, whatever its case.

    Args:
        message: its text.
        rule: what a relay that said no named besides.
    """
    said = message.lower()
    if said.startswith(RELAY):
        return RefusedByRelay(message, rule if rule.isprintable() else "")
    for part, kind in _BY_MESSAGE:
        if part in said:
            return kind(message)
    return ServiceError(message or "it said no and gave no reason")
