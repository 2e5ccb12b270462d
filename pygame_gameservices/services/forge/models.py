"""What is reported to Forge and what it answers, as frozen values. All are safe to hand between threads."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import text

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class ForgePlayer(msgspec.Struct, frozen=True):
    """Who played: an e-mail address, or a wallet and its blockchain, or both.

    Forge matches it with its own users, now or when such a user joins later. Making one raises `UsageError` when there
    is neither, or when one of them cannot be right.

    Attributes:
        email: the player's address.
        wallet_address: the player's wallet, sent as it is.
        blockchain: the wallet's chain, in Forge's words: avalanche, base, ethereum, polygon, ronin, solana, sui.
    """

    email: str = ""
    wallet_address: str = ""
    blockchain: str = ""

    def __post_init__(self) -> None:
        """Check who it is."""
        email = text("email", self.email, empty=True)
        wallet = text("wallet_address", self.wallet_address, empty=True)
        blockchain = text("blockchain", self.blockchain, empty=True)
        if not email and not wallet:
            raise UsageError("a ForgePlayer has neither email nor wallet_address; pass one of them")
        if email and not _EMAIL.fullmatch(email):
            raise UsageError("email is no e-mail address; pass one such as 'ada@example.com'")
        if bool(wallet) != bool(blockchain):
            raise UsageError("wallet_address and blockchain belong together; pass both or neither")
        if wallet != wallet.strip() or " " in wallet:
            raise UsageError("wallet_address holds blanks; pass the bare address")


class PlaytimeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One session of play.

    Attributes:
        player: who played.
        hours: how long *this session* was, in hours. Forge adds sessions up; it is no running total.
        ended: when it ended, an aware datetime.
        record_id: names the record in an answer about a batch; empty lets the client choose one.
    """

    player: ForgePlayer
    hours: float
    ended: datetime
    record_id: str = ""


class AchievementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One achievement of a player.

    Attributes:
        player: who it is.
        title: the achievement's title, as the quests on Forge name it.
        description: its text; may be empty.
        unlocked: whether the player has it.
        unlock_time: since when, an aware datetime or Unix seconds, or None. A text goes to Forge as it is.
        record_id: names the record in an answer about a batch; empty lets the client choose one.
    """

    player: ForgePlayer
    title: str
    description: str = ""
    unlocked: bool = True
    unlock_time: datetime | int | str | None = None
    record_id: str = ""


class RecordFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A record that Forge did not take.

    Attributes:
        index: its place in the batch, counted from 0.
        record_id: its id.
        message: why, in Forge's words.
    """

    index: int
    record_id: str
    message: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a call's records. Those that failed are never sent again by themselves.

    Attributes:
        processed: how many records Forge says it processed. Its documentation leaves open whether that number
            includes the failed ones.
        failures: the records that failed, by place.
        failed: how many have failed: as Forge says, or, where that is more, as many as it did not process. May exceed
            ``len(failures)``.
        unmapped: messages about records that cannot be told: any record without a message may be meant.
    """

    processed: int
    failures: tuple[RecordFailure, ...] = ()
    failed: int = 0
    unmapped: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every record was taken."""
        return not self.failures and not self.unmapped and not self.failed


class ForgePoints(msgspec.Struct, frozen=True, kw_only=True):
    """What a player has earned on Forge with one game.

    Attributes:
        action: points for what the player did.
        referral: points for players who were brought along.
        bonus: points that Forge gave besides.
        nft_multiplier, social_multiplier: by what action points are multiplied now.
        total: all of it, as Forge counts it.
    """

    action: float = 0.0
    referral: float = 0.0
    bonus: float = 0.0
    nft_multiplier: float = 1.0
    social_multiplier: float = 1.0
    total: float = 0.0


class ForgeReferrals(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a player has brought along to Forge.

    Attributes:
        first_level, second_level: how many the player brought, and how many those have.
        first_level_points, second_level_points, total_points: what that earned.
    """

    first_level: int = 0
    second_level: int = 0
    first_level_points: float = 0.0
    second_level_points: float = 0.0
    total_points: float = 0.0


class KeyParts(msgspec.Struct, frozen=True):
    """What an API key tells about itself; its secret part is left out.

    Attributes:
        partner, game, game_id: as Forge has registered them.
    """

    partner: str
    game: str
    game_id: str
