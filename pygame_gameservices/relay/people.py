"""Players and guests as the relay remembers them: whose token was confirmed, and since when they are there."""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, bindparam, delete, select, update

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.relay.database import Database
from pygame_gameservices.relay.tables import people
from pygame_gameservices.relay.tickets import derived

BREAK_S = 150.0
"""Seconds of silence after which a player has left: sessions are pinged every 30 s, and die after 120."""
OFTEN_ENOUGH_S = 10.0
"""How exactly it is noted when somebody was there last."""


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
        self._known = database.prepared(select(people.c.token, people.c.known_until).where(*one))
        self._held = database.prepared(select(people.c.began, people.c.seen).where(*one).with_for_update())

    def knows(self, sql: Connection, game: str, who: str, token: Secret, now: float) -> bool:
        """Whether the service has confirmed this token of this player lately."""
        hashed, known_until = self._known.run(sql, game=game, who=who).fetchone() or ("", 0.0)
        right = hmac.compare_digest(hashed.encode(), self._hash(token).encode())
        return right and bool(known_until > now)

    def learn(self, sql: Connection, game: str, who: str, token: Secret, now: float) -> None:
        """Note that the service has confirmed it."""
        self.there(sql, game, who, now)
        known = {"token": self._hash(token), "known_until": now + self._remember_s}
        sql.execute(update(people).where(people.c.game == game, people.c.who == who).values(**known))

    def there(self, sql: Connection, game: str, who: str, now: float, *, since: float | None = None) -> float:
        """Note that somebody is there. Returns since when without a break, in Unix seconds.

        Whoever calls this alone decides about them until the transaction ends.

        Args:
            since: when a guest got the ticket; nobody is there for longer.
        """
        row = self._held.run(sql, game=game, who=who).fetchone()
        if row is None:
            new = self._database.insert(people).values(
                game=game, who=who, began=now if since is None else since, seen=now
            )
            sql.execute(new.on_conflict_do_nothing())
            row = self._held.run(sql, game=game, who=who).fetchone()
        began, seen = row
        mine = (people.c.game == game, people.c.who == who)
        if since is None and now - seen > BREAK_S:
            sql.execute(update(people).where(*mine).values(began=now, seen=now))
            return now
        if now - seen > OFTEN_ENOUGH_S:
            sql.execute(update(people).where(*mine).values(seen=now))
        return float(began)

    def forget(self, sql: Connection, before: float) -> int:
        """Forget who was not there since a moment. Returns how many."""
        return sql.execute(delete(people).where(people.c.seen < before)).rowcount

    def _hash(self, token: Secret) -> str:
        return hmac.digest(self._key, token.reveal().encode(), "sha256").hex()
