"""One call as an endpoint sees it: parameters already checked for game and signature, and what to answer from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pygame_gameservices.sandbox.gamejolt import messages
from pygame_gameservices.sandbox.gamejolt.ranks import Ranks
from pygame_gameservices.sandbox.gamejolt.world import Game, ScoreTable
from pygame_gameservices.sandbox.players import Player, Players

Answer = dict[str, Any]
"""The fields of a successful answer beside ``success``: strings, numbers, or a list of records."""


class Refused(Exception):
    """The endpoint says no. `message` is one of `messages`, or empty where the service gives none."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Ask:
    """One call.

    Attributes:
        game: the game whose key signed it.
        params: decoded parameters, from the query and the POST fields.
        sql: the connection, inside the transaction of the request.
        now: Unix seconds.
        pictures_url: where pictures are served, without a slash at the end.
    """

    game: Game
    params: Mapping[str, str]
    sql: Connection
    now: float
    players: Players
    ranks: Ranks
    pictures_url: str

    def player(self, refusal: str = messages.BAD_CREDENTIALS) -> Player:
        """Return the player whose username and token were passed. Raises `Refused` with `refusal` if there is none."""
        player = self.players.authenticate(self.params.get("username"), self.params.get("user_token"))
        if player is None:
            raise Refused(refusal)
        return player

    def player_if_given(self) -> Player | None:
        """Return that player, or None when neither username nor token was passed."""
        if not self.params.get("username") and not self.params.get("user_token"):
            return None
        return self.player()

    def table(self, refusal: str = messages.BAD_TABLE) -> ScoreTable:
        """Return the score table named by ``table_id``, else the primary one. Raises `Refused` with `refusal`."""
        wanted = self.params.get("table_id")
        if not wanted:
            return self.game.primary_table
        number = as_integer(wanted)
        table = None if number is None else self.game.tables.get(number)
        if table is None:
            raise Refused(refusal)
        return table


Endpoint = Callable[[Ask], Answer]
"""A function that answers one kind of call, or raises `Refused`. Runs on the event loop and must not block."""

LARGEST_INTEGER = 2**63 - 1
"""What a 64-bit column holds. The smallest is taken as its negative, so that each can be negated."""


def as_integer(text: str | None) -> int | None:
    """Read a whole number the way a lenient server does (``" 5"``, ``5.0``, ``1e3``); None when it is not numeric."""
    if text is None or len(text) > 40:
        return None
    try:
        return int(text) if text.isascii() else None
    except ValueError:
        pass
    try:
        return int(float(text)) if text.isascii() and "_" not in text else None
    except (ValueError, OverflowError):
        return None


def as_flag(text: str | None) -> bool | None:
    """Read ``true``/``1`` and ``false``/``0``; None for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").lower())
