"""A shelf of games by the same makers, from a jam site that speaks EasyJam. To copy from, beside `online.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pygame_gameservices import EasyJam, JamDocument, Pending, ServiceManager, ShelfGame, ShelfItem, shelf_of_easyjam


@dataclass(frozen=True, slots=True)
class EasyJamAccount:
    """Which site, and whose games."""

    base_url: str
    tokens: tuple[str, ...] = field(repr=False)
    key: str = field(default="", repr=False)


class Shelf:
    """More games by these makers; a source for the `GamesShelf` widget.

    Attributes:
        items: the games, newest first; empty until they are known.
    """

    service = "easyjam"

    def __init__(self, services: ServiceManager, account: EasyJamAccount) -> None:
        self.items: tuple[ShelfGame, ...] = ()
        self._account = account
        self.jam = services.add(EasyJam(account.base_url, key=account.key or None))
        self.jam.fetch(account.tokens).then(self._arrived)

    def games(self, deliver: Callable[[Sequence[ShelfItem] | Exception], Any]) -> None:
        """Answer the widget, from memory where what is there is younger than a day."""
        self.jam.fetch(self._account.tokens).then(lambda asked: self._answer(asked, deliver))

    def _arrived(self, asked: Pending[JamDocument]) -> None:
        if asked.value is not None:
            self.items = shelf_of_easyjam(asked.value)

    def _answer(self, asked: Pending[JamDocument], deliver: Callable[[Sequence[ShelfItem] | Exception], Any]) -> None:
        self._arrived(asked)
        if asked.error is not None and not self.items:
            deliver(asked.error)
        else:
            deliver([ShelfItem(game.title, game.url, game.text, game.cover_url) for game in self.items])
