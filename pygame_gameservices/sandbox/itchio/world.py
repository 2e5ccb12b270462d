"""The fixed things of itch.io: games, keys, and what a fresh database starts with. They come from the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PLATFORMS = ("windows", "linux", "osx", "android")
TYPES = ("default", "html", "flash", "unity", "java")


@dataclass(frozen=True, slots=True)
class Game:
    """One game. `channels` holds the version of each channel's newest build; an empty one was pushed without."""

    id: int
    slug: str
    title: str
    short_text: str = ""
    type: str = "default"
    classification: str = "game"
    platforms: tuple[str, ...] = ()
    min_price: int = 0
    published: bool = True
    downloads: int = 0
    views: int = 0
    channels: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> list[File]:
        """What can be downloaded of it: one file for each channel."""
        return [File(self, place, channel, version) for place, (channel, version) in enumerate(self.channels.items())]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a game, pushed to a channel. Its newest build has `version`; the one before it was pushed without."""

    game: Game
    place: int
    channel: str
    version: str

    @property
    def id(self) -> int:
        """Its number on the whole site."""
        return self.game.id * 100 + self.place

    def builds(self) -> list[Build]:
        """What was pushed to the channel, oldest first."""
        return [Build(self, 1, ""), Build(self, 2, self.version)]


@dataclass(frozen=True, slots=True)
class Build:
    """One version of a file."""

    file: File
    number: int
    version: str

    @property
    def id(self) -> int:
        """Its number on the whole site."""
        return self.file.id * 10 + self.number


@dataclass(frozen=True, slots=True)
class Collection:
    """A list of games that a player keeps."""

    id: int
    title: str
    username: str
    game_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SeededReward:
    """A reward of a game that a player has claimed."""

    game_id: int
    title: str
    username: str


@dataclass(frozen=True, slots=True)
class SeededPurchase:
    """A purchase that a fresh database starts with. `username` is the buyer; or `email` of somebody without account."""

    game_ids: tuple[int, ...]
    username: str = ""
    email: str = ""
    amount: int = 100
    currency: str = "USD"
    source: str = "paypal"
    sale_rate: int = 0
    donation: bool = False


@dataclass(frozen=True, slots=True)
class SeededKey:
    """A download key that nobody paid for. Without `username` it is unclaimed."""

    game_id: int
    username: str = ""
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class SeededCredential:
    """An API key or OAuth token. `scopes` of None is a key from the settings page, which has access to everything."""

    api_key: str = field(repr=False)
    username: str
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class World:
    """All of it. `linked` holds further addresses of players, by username; `developer` made all the games."""

    developer: str
    client_id: str
    games: Mapping[int, Game]
    credentials: tuple[SeededCredential, ...]
    purchases: tuple[SeededPurchase, ...]
    keys: tuple[SeededKey, ...]
    collections: tuple[Collection, ...]
    rewards: tuple[SeededReward, ...]
    linked: Mapping[str, tuple[str, ...]]
    launch_s: int
    most_per_page: int
