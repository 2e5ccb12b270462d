"""Players and guests as the relay remembers them: whose token was confirmed, and since when they are there."""

from __future__ import annotations

import hmac
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, text, update

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.tables import people
from pygame_gameservices.relay.tickets import derived

BREAK_S = 150.0
"""Seconds of silence after which a player has left: sessions are pinged every 30 s, and die after 120."""
OFTEN_ENOUGH_S = 10.0
"""How exactly it is noted when somebody was there last."""


class _Person(NamedTuple):
    """What is noted of somebody; see `tables.people`."""

    token: str
    known_until: float
    began: float
    seen: float


class People:
    """The people of one database. Every method runs within a transaction of the caller's. Any thread.

    Args:
        database: where they are noted.
        secret: the relay's own; tokens are kept as keyed hashes alone.
        remember_s: seconds for which a token that the service confirmed is not checked again.
    """

    def __init__(self, database: Database, secret: Secret, remember_s: float) -> None:
        self._database = database
        self._key = derived(secret, "tokens")
        self._remember_s = remember_s
        one = (people.c.game == bindparam("game"), people.c.who == bindparam("who"))
        columns = (people.c.token, people.c.known_until, people.c.began, people.c.seen)
        self._one = database.prepared(select(*columns).where(*one))
        self._hold = None
        if not database.is_sqlite:
            self._hold = database.prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 1))"))

    def knows(self, sql: Connection, game: str, who: str, token: Secret, now: float) -> bool:
        """Whether the service has confirmed this token of this player lately."""
        found = self._find(sql, game, who)
        return found is not None and self._is_right(found, token, now)

    def recognise(self, sql: Connection, game: str, who: str, token: Secret, now: float) -> float | None:
        """What `there` does, of a player whom the relay `knows`; else None."""
        found = self._find(sql, game, who)
        if found is None or not self._is_right(found, token, now):
            return None
        return self._stay(sql, game, who, found, now, has_breaks=True)

    def learn(self, sql: Connection, game: str, who: str, token: Secret, now: float) -> None:
        """Note that the service has confirmed it."""
        self.there(sql, game, who, now)
        known = {"token": self._hash(token), "known_until": now + self._remember_s}
        sql.execute(update(people).where(people.c.game == game, people.c.who == who).values(**known))

    def there(self, sql: Connection, game: str, who: str, now: float, *, since: float | None = None) -> float:
        """Note that somebody is there. Returns since when without a break, in Unix seconds.

        Args:
            since: when a guest got the ticket; nobody is there for longer.
        """
        found = self._find(sql, game, who)
        if found is None:
            began = now if since is None else since
            new = self._database.insert(people).values(game=game, who=who, began=began, seen=now)
            sql.execute(new.on_conflict_do_nothing())
            return began
        return self._stay(sql, game, who, found, now, has_breaks=since is None)

    def hold(self, sql: Connection, game: str, who: str) -> None:
        """Let nobody else decide about them by what they have done, until the transaction ends."""
        if self._hold is not None:
            self._hold.run(sql, person=f"{game} {who}")

    def forget(self, sql: Connection, before: float) -> int:
        """Forget who was not there since a moment. Returns how many."""
        return sql.execute(delete(people).where(people.c.seen < before)).rowcount

    def _find(self, sql: Connection, game: str, who: str) -> _Person | None:
        row = self._one.run(sql, game=game, who=who).fetchone()
        return None if row is None else _Person(*row)

    def _is_right(self, person: _Person, token: Secret, now: float) -> bool:
        right = hmac.compare_digest(person.token.encode(), self._hash(token).encode())
        return right and person.known_until > now

    def _stay(self, sql: Connection, game: str, who: str, person: _Person, now: float, *, has_breaks: bool) -> float:
        """Note that somebody is there still, or again, unless another request of theirs did so meanwhile."""
        silent_s = now - person.seen
        began = now if has_breaks and silent_s > BREAK_S else person.began
        if silent_s > OFTEN_ENOUGH_S:
            as_found = (people.c.game == game, people.c.who == who, people.c.seen == person.seen)
            sql.execute(update(people).where(*as_found).values(began=began, seen=now))
        return began

    def _hash(self, token: Secret) -> str:
        return hmac.digest(self._key, token.reveal().encode(), "sha256").hex()
