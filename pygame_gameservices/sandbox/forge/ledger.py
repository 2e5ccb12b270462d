"""What Forge has written down: records, the archive of players it does not know, users and their wallets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from pygame_gameservices.sandbox.forge import tables
from pygame_gameservices.sandbox.forge.quests import Session, Unlock
from pygame_gameservices.sandbox.forge.records import same_address


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books, inside one transaction. `now` is in Unix seconds."""

    sql: Connection
    now: float

    def requests_today(self, game_id: str) -> int:
        """Return how many requests a game's key made on this UTC day."""
        table = tables.requests
        query = select(table.c.requests).where(table.c.game_id == game_id, table.c.day == self._day)
        return int(self.sql.execute(query).scalar() or 0)

    def count_request(self, game_id: str, records: int) -> None:
        """Write down that a request with so many good records came in."""
        table = tables.requests
        row = insert(table).values(game_id=game_id, day=self._day, requests=1, records=records)
        more = {"requests": table.c.requests + 1, "records": table.c.records + records}
        self.sql.execute(row.on_conflict_do_update(index_elements=["game_id", "day"], set_=more))

    def write(self, table: Table, game_id: str, rows: Sequence[dict[str, Any]], *, ignore_repeats: bool) -> None:
        """Write records down, each for its player where the player is known, else into the archive."""
        if ignore_repeats:
            rows = self._new_ones(table, game_id, rows)
        users = self._users_of(rows)
        known = [
            {**row, "game_id": game_id, "received": self.now, "user_id": user}
            for row, user in zip(rows, users, strict=True)
        ]
        if known:
            self.sql.execute(table.insert(), known)

    def join(self, username: str, email: str) -> int:
        """Give a player an account and all records archived for the e-mail address. Joining twice is fine."""
        found = self.user(username)
        if found is not None:
            return found
        values = {"username": username, "email": email.casefold(), "joined": self.now}
        made = self.sql.execute(tables.users.insert(), values).inserted_primary_key
        assert made is not None
        user = int(made[0])
        if email:
            for table in (tables.playtime, tables.achievements):
                mine = (table.c.user_id.is_(None), table.c.email == email.casefold())
                self.sql.execute(update(table).where(*mine).values(user_id=user))
        return user

    def connect(self, user: int, blockchain: str, address: str) -> bool:
        """Connect a wallet, and take the records archived for it. False when it is another player's."""
        address = same_address(address)
        held = self._owner(blockchain, address)
        if held is not None:
            return held == user
        self.sql.execute(tables.wallets.insert().values(blockchain=blockchain, address=address, user_id=user))
        for table in (tables.playtime, tables.achievements):
            mine = (table.c.user_id.is_(None), table.c.address == address, table.c.blockchain == blockchain)
            self.sql.execute(update(table).where(*mine).values(user_id=user))
        return True

    def user(self, username: str) -> int | None:
        """Return the id of a player's account, or None."""
        return self.sql.execute(select(tables.users.c.id).where(tables.users.c.username == username)).scalar()

    def user_of(self, email: str, blockchain: str, address: str) -> tuple[int, str] | None:
        """Return the id and the name of the player with that e-mail address, or else that wallet; None for nobody."""
        table = tables.users
        held = self._owner(blockchain, same_address(address)) if address else None
        asked = table.c.email == email.casefold() if email else table.c.id == held
        row = self.sql.execute(select(table.c.id, table.c.username).where(asked)).first()
        return None if row is None else (row.id, row.username)

    def sessions(self, user: int, game_id: str) -> list[Session]:
        """Return a player's sessions of a game."""
        table = tables.playtime
        mine = (table.c.user_id == user, table.c.game_id == game_id)
        rows = self.sql.execute(select(table.c.ended, table.c.hours).where(*mine))
        return [Session(row.ended, row.hours) for row in rows]

    def unlocks(self, user: int, game_id: str) -> list[Unlock]:
        """Return a player's achievement records of a game, oldest first."""
        table = tables.achievements
        mine = (table.c.user_id == user, table.c.game_id == game_id)
        query = select(table.c.title, table.c.unlocked).where(*mine).order_by(table.c.id)
        return [Unlock(row.title, bool(row.unlocked)) for row in self.sql.execute(query)]

    @property
    def _day(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).date().isoformat()

    def _new_ones(self, table: Table, game_id: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [row["record_id"] for row in rows if row["record_id"]]
        query = select(table.c.record_id).where(table.c.game_id == game_id, table.c.record_id.in_(ids))
        taken = set(self.sql.execute(query).scalars()) if ids else set()
        new = []
        for row in rows:
            if row["record_id"] not in taken or not row["record_id"]:
                new.append(row)
                taken.add(row["record_id"])
        return new

    def _users_of(self, rows: Sequence[dict[str, Any]]) -> list[int | None]:
        emails = {row["email"] for row in rows if row["email"]}
        query = select(tables.users.c.email, tables.users.c.id).where(tables.users.c.email.in_(emails))
        by_email: dict[str, int] = {row.email: row.id for row in self.sql.execute(query)} if emails else {}
        found: list[int | None] = []
        for row in rows:
            user = by_email.get(row["email"])
            if user is None and row["address"]:
                user = self._owner(row["blockchain"], row["address"])
            found.append(user)
        return found

    def _owner(self, blockchain: str, address: str) -> int | None:
        table = tables.wallets
        query = select(table.c.user_id).where(table.c.blockchain == blockchain, table.c.address == address)
        return self.sql.execute(query).scalar()
