"""What a leaderboard shows, and the protocol by which it asks: Game Jolt answers it, and a game's own server could."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol


class View(StrEnum):
    """Which part of a table is shown."""

    TOP = "top"
    AROUND = "around"
    FRIENDS = "friends"


class BoardTable(NamedTuple):
    """One score table.

    Attributes:
        key: what the source knows it by.
        name: what players know it by.
    """

    key: Hashable
    name: str


class BoardRow(NamedTuple):
    """One row.

    Attributes:
        name: who.
        score: what they reached, as it is to be read.
        rank: the place from 1; None when it is not known.
        when: in a few words, such as "2 days ago"; may be empty.
        avatar_url: where the portrait is; may be empty.
        own: whether it is the player's own.
        guest: whether it was made without an account.
        value: the score as a number, where `score` shows just that; for how far it is to the next place. Or None.
        climbed: places gained since it was last looked at, negative for lost; 0 for none, or not known.
    """

    name: str
    score: str
    rank: int | None = None
    when: str = ""
    avatar_url: str = ""
    own: bool = False
    guest: bool = False
    value: float | None = None
    climbed: int = 0


class BoardPage(NamedTuple):
    """Some rows of a table, in order.

    Attributes:
        rows: the rows.
        more: whether there are more below.
        own: the player's best row wherever it is; None when there is none or it is not known.
        as_of: when they were fetched, such as "12:03", if they are not fresh; else empty.
    """

    rows: Sequence[BoardRow]
    more: bool = False
    own: BoardRow | None = None
    as_of: str = ""


class BoardSource(Protocol):
    """Whoever has the scores. Everything is called on the frame thread, must not block, and answers there later.

    A source that cannot call back by itself may also have a method ``poll()``: it is called once a frame.
    """

    @property
    def service(self) -> str:
        """Its name, such as ``"gamejolt"``; the wording may know it by another for players."""

    @property
    def views(self) -> Sequence[View]:
        """What it can show, the first one first; the widget offers these and no others."""

    def tables(self, deliver: Callable[[Sequence[BoardTable] | Exception], object], /) -> None:
        """Call ``deliver(tables)`` later, or ``deliver(error)``."""

    def page(
        self,
        table: Hashable,
        view: View,
        start: int,
        count: int,
        deliver: Callable[[BoardPage | Exception], object],
        /,
    ) -> None:
        """Call ``deliver(page)`` later with about `count` rows, the first being number `start` from 0; or an error."""
