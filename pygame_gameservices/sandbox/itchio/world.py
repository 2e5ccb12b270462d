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
    linked: Mapping[str, tuple[str, ...]]
    launch_s: int
    most_per_page: int
