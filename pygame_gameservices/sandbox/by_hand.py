"""What a developer adds by hand while the sandbox runs: players, friends, trophies, score tables.

The seed's definitions are written anew at each start. So what was added is noted in the database as well, and added
again when a sandbox is started on it. A reset forgets it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, Integer, String, Table, Text, select

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.database import metadata
from pygame_gameservices.sandbox.gamejolt.service import GameJolt
from pygame_gameservices.sandbox.gamejolt.world import DIFFICULTIES, ORDERS, Game, ScoreTable, Trophy
from pygame_gameservices.sandbox.ground import Ground
from pygame_gameservices.sandbox.players import KINDS, Player

additions = Table(
    "additions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
)

LONGEST_NAME = 200
"""Characters of a name, title or token."""

_LARGEST_ID = 2**53


class ByHand:
    """Adds things. Used on the event loop; every method raises `UsageError` for what cannot be."""

    def __init__(self, ground: Ground, gamejolt: GameJolt) -> None:
        self._ground = ground
        self._gamejolt = gamejolt

    def player(self, username: str, token: str = "", *, email: str = "", name: str = "", kind: str = "User") -> Player:
        """Add a player. Without a token it is ``<username>-token``, as in the seed."""
        username = _named(username, "username")
        if self._ground.players.by_name(username) is not None:
            raise UsageError(f"{username!r} is taken; choose another username")
        if kind not in KINDS:
            raise UsageError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
        player = Player(
            id=self._ground.players.next_id(),
            username=username,
            token=_named(token or f"{username}-token", "token", LONGEST_NAME + len("-token")),
            email=email.strip(),
            name=name.strip() or username,
            kind=kind,
        )
        self._add_player(player)
        self._note("player", asdict(player))
        return player

    def friends(self, one: str, other: str) -> None:
        """Make two players friends of each other."""
        for username in (one, other):
            if self._ground.players.by_name(username) is None:
                raise UsageError(f"there is no player {username!r}; add them first")
        if one.casefold() == other.casefold():
            raise UsageError("nobody is their own friend; name two players")
        self._ground.players.befriend(one, other)
        self._note("friends", {"one": one, "other": other})

    def trophy(
        self, game_id: int, title: str, *, description: str = "", difficulty: str = "Bronze", secret: bool = False
    ) -> Trophy:
        """Add a trophy to a game."""
        game = self._game(game_id)
        if difficulty not in DIFFICULTIES:
            raise UsageError(f"difficulty must be one of {', '.join(DIFFICULTIES)}, not {difficulty!r}")
        taken = [number for one in self._gamejolt.games.values() for number in one.trophies]
        trophy = Trophy(_free(taken), game.id, _named(title, "title"), description, difficulty, secret)
        self._add_trophy(trophy)
        self._note("trophy", asdict(trophy))
        return trophy

    def table(
        self,
        game_id: int,
        name: str,
        *,
        description: str = "",
        order: str = "descending",
        guests: bool = True,
        unique: bool = False,
    ) -> ScoreTable:
        """Add a score table to a game. It does not become the primary one."""
        game = self._game(game_id)
        if order not in ORDERS:
            raise UsageError(f"order must be one of {', '.join(ORDERS)}, not {order!r}")
        taken = [number for one in self._gamejolt.games.values() for number in one.tables]
        table = ScoreTable(_free(taken), game.id, _named(name, "name"), description, False, order, guests, unique)
        self._add_table(table)
        self._note("table", asdict(table))
        return table

    def replay(self) -> None:
        """Add everything again that was added to this database before. What the seed took in meanwhile is skipped."""
        with self._ground.database.transaction() as sql:
            rows = sql.execute(select(additions.c.kind, additions.c.body).order_by(additions.c.id)).all()
        for row in rows:
            self._again(row.kind, json.loads(row.body))

    def _again(self, kind: str, body: dict[str, Any]) -> None:
        players, games = self._ground.players, self._gamejolt.games
        if kind == "player":
            player = Player(**{**body, "friends": tuple(body["friends"])})
            if players.by_id(player.id) is None and players.by_name(player.username) is None:
                self._add_player(player)
        elif kind == "friends":
            if players.by_name(body["one"]) is not None and players.by_name(body["other"]) is not None:
                players.befriend(**body)
        elif kind == "trophy":
            if body["game_id"] in games and not any(body["id"] in game.trophies for game in games.values()):
                self._add_trophy(Trophy(**body))
        elif body["game_id"] in games and not any(body["id"] in game.tables for game in games.values()):
            self._add_table(ScoreTable(**body))

    def _add_player(self, player: Player) -> None:
        self._ground.players.add(player)

    def _add_trophy(self, trophy: Trophy) -> None:
        with self._ground.database.transaction() as sql:
            self._gamejolt.add_trophy(sql, trophy)

    def _add_table(self, table: ScoreTable) -> None:
        with self._ground.database.transaction() as sql:
            self._gamejolt.add_table(sql, table)

    def _note(self, kind: str, body: dict[str, Any]) -> None:
        with self._ground.database.transaction() as sql:
            sql.execute(additions.insert(), {"kind": kind, "body": json.dumps(body)})

    def _game(self, game_id: int) -> Game:
        game = self._gamejolt.games.get(game_id)
        if game is None:
            raise UsageError(f"there is no game {game_id}; take one of {', '.join(map(str, self._gamejolt.games))}")
        return game


def _free(taken: list[int]) -> int:
    number = max([0, *taken]) + 1
    if number > _LARGEST_ID:
        raise UsageError("there are no ids left above the largest one; use smaller ids in the seed")
    return number


def _named(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    text = text.strip()
    if not text:
        raise UsageError(f"{what} is empty; write one")
    if len(text) > longest:
        raise UsageError(f"{what} is too long; write at most {longest} characters")
    return text
