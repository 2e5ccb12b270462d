"""The players: one set of people for all protocols, with their tokens and friends."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace

from sqlalchemy import Column, Float, Integer, String, Table, select

from pygame_gameservices.sandbox.clock import Clock
from pygame_gameservices.sandbox.database import Database, metadata, replace_rows
from pygame_gameservices.sandbox.seed import Section

players_table = Table(
    "players",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String, nullable=False, unique=True),
    Column("token", String, nullable=False),
    Column("email", String, nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("banned", Integer, nullable=False),
    Column("website", String, nullable=False),
    Column("description", String, nullable=False),
    Column("signed_up", Float, nullable=False),
    Column("last_logged_in", Float, nullable=False),
)

friendships_table = Table(
    "friendships",
    metadata,
    Column("player_id", Integer, primary_key=True),
    Column("friend_id", Integer, primary_key=True),
)

KINDS = ("User", "Developer", "Moderator", "Administrator")
"""What a player can be on Game Jolt."""

_FIRST_ID = 1001
_DAY = 86_400.0
_DEFAULTS = (
    {"username": "ada", "token": "ada-token", "email": "ada@example.com", "friends": ["grace", "linus"]},
    {"username": "grace", "token": "grace-token", "email": "grace@example.com", "friends": ["ada"]},
    {"username": "linus", "token": "linus-token", "email": "linus@example.com", "friends": ["ada"]},
    {"username": "hedy", "token": "hedy-token", "email": "hedy@example.com"},
)


@dataclass(frozen=True, slots=True)
class Player:
    """One person.

    Attributes:
        id: the same on all protocols.
        friends: usernames, as written in the seed.
        kind: one of `KINDS`.
    """

    id: int
    username: str
    token: str = field(repr=False)
    email: str = ""
    name: str = ""
    kind: str = "User"
    banned: bool = False
    website: str = ""
    description: str = ""
    friends: tuple[str, ...] = ()


class Players:
    """Everyone the sandbox knows, held in memory and written to the database for reading back.

    In memory because each request checks a token; the rows change only through this class.
    """

    def __init__(self, seed: Section, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seeded = _read(seed)
        self._remember()

    def plant(self) -> None:
        """Write the seeded players to the database; those who are in it already keep their times."""
        self._remember()
        now = self._clock.now()
        with self._database.transaction() as sql:
            columns = (players_table.c.id, players_table.c.signed_up, players_table.c.last_logged_in)
            times = {row.id: (row.signed_up, row.last_logged_in) for row in sql.execute(select(*columns))}
            rows = []
            for place, player in enumerate(self._seeded):
                signed_up, seen = times.get(player.id, (now - (400 - 7 * place) * _DAY, now - (1 + place) * _DAY))
                rows.append({**_row(player), "signed_up": signed_up, "last_logged_in": seen})
            replace_rows(sql, players_table, rows)
            pairs = [{"player_id": p.id, "friend_id": f.id} for p in self._seeded for f in self.friends(p)]
            replace_rows(sql, friendships_table, pairs)

    def add(self, player: Player) -> None:
        """Add a player whose id and name are free, until the next `plant`."""
        row = {**_row(player), "signed_up": self._clock.now(), "last_logged_in": self._clock.now()}
        with self._database.transaction() as sql:
            sql.execute(players_table.insert(), row)
        self._hold(player)

    def befriend(self, one: str, other: str) -> None:
        """Make two players friends of each other, until the next `plant`.

        Raises:
            KeyError: there is no such player.
        """
        pair = self._by_name[one.casefold()], self._by_name[other.casefold()]
        for player, friend in (pair, pair[::-1]):
            if friend.username.casefold() in (name.casefold() for name in player.friends):
                continue
            self._hold(replace(player, friends=(*player.friends, friend.username)))
            with self._database.transaction() as sql:
                row = {"player_id": player.id, "friend_id": friend.id}
                sql.execute(friendships_table.insert().prefix_with("OR IGNORE"), row)

    def next_id(self) -> int:
        """Return an id that nobody has."""
        return max([_FIRST_ID - 1, *self._by_id]) + 1

    def _remember(self) -> None:
        self._by_id: dict[int, Player] = {}
        self._by_name: dict[str, Player] = {}
        self._by_email: dict[str, int] = {}
        for player in self._seeded:
            self._hold(player)

    def _hold(self, player: Player) -> None:
        self._by_id[player.id] = self._by_name[player.username.casefold()] = player
        if player.email:
            self._by_email.setdefault(player.email.casefold(), player.id)

    def all(self) -> list[Player]:
        """Return everyone, by id."""
        return [self._by_id[key] for key in sorted(self._by_id)]

    def by_id(self, player_id: int) -> Player | None:
        """Return the player with that id, or None."""
        return self._by_id.get(player_id)

    def by_name(self, username: str) -> Player | None:
        """Return the player with that username, in any case, or None."""
        return self._by_name.get(username.casefold())

    def by_email(self, email: str) -> Player | None:
        """Return the player with that e-mail address, in any case, or None."""
        found = self._by_email.get(email.casefold())
        return None if found is None else self._by_id[found]

    def authenticate(self, username: str | None, token: str | None) -> Player | None:
        """Return the player whose username and token these are, or None."""
        if username is None or token is None:
            return None
        player = self._by_name.get(username.casefold())
        if player is None or player.banned:
            return None
        return player if hmac.compare_digest(player.token.encode(), token.encode()) else None

    def friends(self, player: Player) -> list[Player]:
        """Return the friends of `player`, in the order of the seed."""
        return [self._by_name[name.casefold()] for name in player.friends]

    def change_token(self, username: str, token: str) -> None:
        """Give a player another token, as when it was leaked and changed on the site.

        Raises:
            KeyError: there is no such player.
        """
        changed = replace(self._by_name[username.casefold()], token=token)
        self._hold(changed)
        with self._database.transaction() as sql:
            sql.execute(players_table.update().where(players_table.c.id == changed.id).values(token=token))


def _row(player: Player) -> dict[str, object]:
    keys = ("id", "username", "token", "email", "name", "kind", "website", "description")
    return {key: getattr(player, key) for key in keys} | {"banned": int(player.banned)}


def _read(seed: Section) -> list[Player]:
    sandbox = seed.section("sandbox")
    sections = sandbox.sections("players")
    if "players" not in sandbox:
        sections = Section({"players": list(_DEFAULTS)}, "sandbox", "the defaults").sections("players")
    players = [_read_one(section, _FIRST_ID + place) for place, section in enumerate(sections)]
    names = {player.username.casefold() for player in players}
    seen_ids: set[int] = set()
    seen_names: set[str] = set()
    for player, section in zip(players, sections, strict=True):
        if player.username.casefold() in seen_names:
            raise section.error("username", f"{player.username!r} is taken by a player above; choose another")
        if player.id in seen_ids:
            raise section.error("id", f"{player.id} is taken by a player above; choose another")
        for friend in player.friends:
            if friend.casefold() not in names:
                raise section.error("friends", f"names {friend!r}, who is no player; add them or take the name out")
        seen_ids.add(player.id)
        seen_names.add(player.username.casefold())
    return players


def _read_one(section: Section, default_id: int) -> Player:
    username = section.text("username")
    if not username:
        raise section.error("username", "is empty; write a name")
    player = Player(
        id=section.integer("id", default_id, least=1),
        username=username,
        token=section.text("token", f"{username}-token"),
        email=section.text("email", ""),
        name=section.text("name", username),
        kind=section.choice("kind", KINDS, "User"),
        banned=section.flag("banned", False),
        website=section.text("website", ""),
        description=section.text("description", ""),
        friends=tuple(section.texts("friends")),
    )
    section.finish(skip_tables=True)  # a protocol keeps what is its own in a table inside the player
    return player
