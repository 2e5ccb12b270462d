"""``sessions/``: https://gamejolt.com/game-api/doc/sessions

Ended sessions stay in the database with the time they ended, so that a test can see what a game did.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from pygame_gameservices.sandbox.gamejolt import messages, tables
from pygame_gameservices.sandbox.gamejolt.ask import Answer, Ask, Refused
from pygame_gameservices.sandbox.players import players_table

SESSION_LIFE_S = 120.0
"""Seconds that a session lives after it was opened or last pinged."""

_OPEN = select(tables.sessions.c.id).where(
    tables.sessions.c.player_id == bindparam("player"),
    tables.sessions.c.game_id == bindparam("game"),
    tables.sessions.c.closed.is_(None),
    tables.sessions.c.pinged >= bindparam("since"),
)
_CLOSE_STALE = (
    tables.sessions.update()
    .where(
        tables.sessions.c.player_id == bindparam("player"),
        tables.sessions.c.game_id == bindparam("game"),
        tables.sessions.c.closed.is_(None),
    )
    .values(closed=bindparam("at"))
)
_CLOSE = tables.sessions.update().where(tables.sessions.c.id == bindparam("session")).values(closed=bindparam("at"))
_PING = (
    tables.sessions.update()
    .where(tables.sessions.c.id == bindparam("session"))
    .values(pinged=bindparam("at"), status=bindparam("state"), pings=tables.sessions.c.pings + 1)
)
_START = tables.sessions.insert()
_LOG_IN = players_table.update().where(players_table.c.id == bindparam("player")).values(last_logged_in=bindparam("at"))


def open_(ask: Ask) -> Answer:
    """Open a session; one that is open already is closed first."""
    player = ask.player().id
    ask.sql.execute(_CLOSE_STALE, {"player": player, "game": ask.game.id, "at": ask.now})
    row = {"game_id": ask.game.id, "player_id": player, "opened": ask.now, "pinged": ask.now, "closed": None}
    ask.sql.execute(_START, {**row, "status": "active", "pings": 0})
    ask.sql.execute(_LOG_IN, {"player": player, "at": ask.now})
    return {}


def ping(ask: Ask) -> Answer:
    """Keep the session alive and set it active or idle. A status of any other name counts as active."""
    session = _require(ask)
    state = "idle" if ask.params.get("status") == "idle" else "active"
    ask.sql.execute(_PING, {"session": session, "at": ask.now, "state": state})
    return {}


def check(ask: Ask) -> Answer:
    """Say whether a session is open. "No" is ``success: false`` with no message, and no error."""
    if _find(ask) is None:
        raise Refused("")
    return {}


def close(ask: Ask) -> Answer:
    """Close the open session."""
    ask.sql.execute(_CLOSE, {"session": _require(ask), "at": ask.now})
    return {}


def _find(ask: Ask) -> int | None:
    found = {"player": ask.player().id, "game": ask.game.id, "since": ask.now - SESSION_LIFE_S}
    session: int | None = ask.sql.execute(_OPEN, found).scalar()
    return session


def _require(ask: Ask) -> int:
    session = _find(ask)
    if session is None:
        raise Refused(messages.NO_SESSION)
    return session
