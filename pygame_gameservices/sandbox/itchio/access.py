"""Who is asking, and what their credential is good for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from pygame_gameservices.sandbox.itchio import jwt, messages, tables
from pygame_gameservices.sandbox.players import Player, Players


class Refused(Exception):
    """The endpoint says no. `status` is the modern host's; the old one says everything with 200."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent a credential.

    Attributes:
        player: whose it is.
        kind: ``key`` or ``jwt``.
        scopes: what it is good for; None for everything.
        expires: when it ends, in Unix seconds; None when it does not.
    """

    player: Player
    kind: str
    scopes: tuple[str, ...] | None
    expires: float | None = None

    def need(self, scope: str) -> None:
        """Raise `Refused` unless one of the scopes, or one above it, is `scope`."""
        if self.scopes is None:
            return
        if not any(scope == granted or scope.startswith(granted + ":") for granted in self.scopes):
            raise Refused(messages.NOT_PERMITTED.format(scope=scope), 403)


def admit(credential: str | None, sql: Connection, players: Players, now: float) -> Visitor:
    """Return who a credential belongs to. Raises `Refused` when it belongs to nobody."""
    if credential is None:
        raise Refused(messages.AUTHENTICATION_REQUIRED, 401)
    if jwt.looks_like_one(credential):
        try:
            user_id, expires = jwt.open_token(credential, now)
        except jwt.BadToken as bad:
            raise Refused(str(bad), 403) from None
        return Visitor(_player(players, user_id), "jwt", ("profile:me",), expires)
    table = tables.credentials
    row = sql.execute(select(table).where(table.c.api_key == credential)).one_or_none()
    if row is None:
        raise Refused(messages.INVALID_KEY, 403)
    return Visitor(_player(players, row.user_id), "key", None if row.scopes is None else tuple(row.scopes.split()))


def _player(players: Players, user_id: int) -> Player:
    player = players.by_id(user_id)
    if player is None or player.banned:
        raise Refused(messages.INVALID_KEY, 403)
    return player
