"""A shelf of games by the same makers, from a jam site that speaks EasyJam. To copy from, beside `online.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from pygame_gameservices import EasyJam, JamShelf, ServiceManager


@dataclass(frozen=True, slots=True)
class EasyJamAccount:
    """Which site, and whose games."""

    base_url: str
    tokens: tuple[str, ...] = field(repr=False)
    key: str = field(default="", repr=False)


def more_games(services: ServiceManager, account: EasyJamAccount) -> JamShelf:
    """More games by these makers, asked for at once; a source for the `GamesShelf` widget."""
    jam = services.add(EasyJam(account.base_url, key=account.key or None))
    shelf = JamShelf(jam, account.tokens)
    shelf.refresh()
    return shelf
