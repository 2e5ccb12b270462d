"""What Game Jolt answers, as frozen values with honest types (the wire sends nearly everything as strings).

All values are immutable and safe to hand between threads. Those that come by the hundred hold nothing but texts and
numbers, so that the garbage collector need not look at them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import msgspec


class Difficulty(StrEnum):
    """How hard a trophy is to get, in Game Jolt's own words, easiest first."""

    BRONZE = "Bronze"
    SILVER = "Silver"
    GOLD = "Gold"
    PLATINUM = "Platinum"


class User(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A Game Jolt account (API page ``users/``).

    Attributes:
        id: the account's number.
        username: its name, as used in sign-ins and scores.
        type: ``User``, ``Developer``, ``Moderator`` or ``Administrator``.
        avatar_url: where its picture is; the format is whatever the bytes say, not the ending.
        signed_up: when it was made, in words ("4 years ago").
        signed_up_timestamp: the same in Unix seconds; 0 when not told.
        last_logged_in: in words; "Online Now" for players who are here.
        last_logged_in_timestamp: the same in Unix seconds; 0 when not told.
        status: ``Active`` or ``Banned``.
        developer_name, developer_website, developer_description: what the account says of itself; may be empty.
    """

    id: int
    username: str
    type: str = "User"
    avatar_url: str = ""
    signed_up: str = ""
    signed_up_timestamp: int = 0
    last_logged_in: str = ""
    last_logged_in_timestamp: int = 0
    status: str = "Active"
    developer_name: str = ""
    developer_website: str = ""
    developer_description: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of a score table (API page ``scores/``).

    Attributes:
        score: what players read, such as "500 points".
        sort: the number it is ranked by.
        extra_data: whatever the game stored beside it; players never see it.
        user: the player's name; empty for a guest.
        user_id: the player's account number; None for a guest.
        guest: the guest's name; empty for an account.
        stored: when, in words ("1 week ago").
        stored_timestamp: the same in Unix seconds; 0 when not told.
    """

    score: str
    sort: int
    extra_data: str = ""
    user: str = ""
    user_id: int | None = None
    guest: str = ""
    stored: str = ""
    stored_timestamp: int = 0

    @property
    def name(self) -> str:
        """Who made it: the player's or the guest's name."""
        return self.user or self.guest

    @property
    def is_guest(self) -> bool:
        """Whether it was made without an account."""
        return not self.user


class ScoreTable(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A leaderboard of the game (API page ``scores/tables/``).

    Attributes:
        id: its number, as `scores.add` and `scores.fetch` take it.
        name: its title, given by the developer.
        description: its text, given by the developer.
        primary: whether calls that name no table mean this one.
    """

    id: int
    name: str
    description: str = ""
    primary: bool = False


class Trophy(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A trophy of the game, and whether the player has it (API page ``trophies/``).

    Attributes:
        id: its number, as `trophies.add_achieved` takes it.
        title: its name.
        description: what to do for it.
        difficulty: one of `Difficulty`, as a string so that a new one does no harm.
        image_url: where its picture is; may be empty.
        achieved: whether the player has it.
        achieved_when: when the player got it, in words ("1 week ago"); empty when not achieved or not told.
    """

    id: int
    title: str
    description: str = ""
    difficulty: str = Difficulty.BRONZE
    image_url: str = ""
    achieved: bool = False
    achieved_when: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether it is a secret trophy whose text is still kept from the player."""
        return not self.achieved and "trophy-secret" in self.image_url


class ServerTime(msgspec.Struct, frozen=True, kw_only=True):
    """The clock of Game Jolt's server (API page ``time/``).

    Attributes:
        timestamp: Unix seconds.
        timezone: the server's own zone, such as "America/New_York".
        year, month, day, hour, minute, second: the same moment in that zone.
    """

    timestamp: int
    timezone: str
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int

    @property
    def utc(self) -> datetime:
        """The moment as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.timestamp, UTC)
