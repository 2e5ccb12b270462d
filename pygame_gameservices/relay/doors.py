"""How the maker gets to the page: a link that works once opens a session. Both are in the database, as hashes alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from pygame_gameservices.relay.tables import doors

CODE_S = 600.0
"""Seconds for which a link is good."""
SESSION_S = 12 * 3600.0


class Session(NamedTuple):
    """A browser that was let in.

    Attributes:
        csrf: what its forms must carry.
    """

    csrf: str

    def issued(self, csrf: str) -> bool:
        """Whether a form carries this session's token."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


def new_code(sql: Connection, now: float) -> str:
    """A code that opens one session, once."""
    return _new(sql, "code", now + CODE_S)


def open_session(sql: Connection, code: str, now: float) -> str | None:
    """Spend a code. Returns the name of a new session, or None for a code that is wrong, spent or too old."""
    spent = delete(doors).where(doors.c.hash == _hash(code), doors.c.kind == "code", doors.c.until > now)
    return _new(sql, "session", now + SESSION_S) if sql.execute(spent).rowcount else None


def find(sql: Connection, name: str, now: float) -> Session | None:
    """The open session of that name."""
    mine = (doors.c.hash == _hash(name), doors.c.kind == "session", doors.c.until > now)
    row = sql.execute(select(doors.c.csrf).where(*mine)).one_or_none()
    return None if row is None else Session(row.csrf)


def close(sql: Connection, name: str) -> None:
    """End a session."""
    sql.execute(delete(doors).where(doors.c.hash == _hash(name)))


def forget(sql: Connection, now: float) -> None:
    """Forget what is too old."""
    sql.execute(delete(doors).where(doors.c.until <= now))


def _new(sql: Connection, kind: str, until: float) -> str:
    name = secrets.token_urlsafe(32)
    row = {"hash": _hash(name), "kind": kind, "csrf": secrets.token_urlsafe(24), "until": until}
    sql.execute(insert(doors).values(**row))
    return name


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
