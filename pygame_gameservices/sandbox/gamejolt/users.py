"""``users/`` and ``users/auth/``, ``friends/``: https://gamejolt.com/game-api/doc/users"""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy import bindparam, select

from pygame_gameservices.sandbox.gamejolt import messages, tables
from pygame_gameservices.sandbox.gamejolt.ages import age
from pygame_gameservices.sandbox.gamejolt.ask import Answer, Ask, Refused, as_integer
from pygame_gameservices.sandbox.gamejolt.sessions import SESSION_LIFE_S
from pygame_gameservices.sandbox.players import Player, players_table

_TIMES = select(players_table.c.signed_up, players_table.c.last_logged_in).where(
    players_table.c.id == bindparam("player")
)
_ONLINE = (
    select(tables.sessions.c.id)
    .where(
        tables.sessions.c.player_id == bindparam("player"),
        tables.sessions.c.closed.is_(None),
        tables.sessions.c.pinged >= bindparam("since"),
    )
    .limit(1)
)
_LOG_IN = players_table.update().where(players_table.c.id == bindparam("player")).values(last_logged_in=bindparam("at"))


def fetch(ask: Ask) -> Answer:
    """Return the users named by ``username`` or ``user_id`` (comma lists); unknown ones among known are left out."""
    usernames, ids = ask.params.get("username"), ask.params.get("user_id")
    if not usernames and not ids:
        raise Refused(messages.NO_USER_GIVEN)
    if usernames:
        found = [ask.players.by_name(name.strip()) for name in usernames.split(",")]
    else:
        numbers = [as_integer(one.strip()) for one in (ids or "").split(",")]
        found = [None if number is None else ask.players.by_id(number) for number in numbers]
    users = list(dict.fromkeys(player for player in found if player is not None))
    if not users:
        raise Refused(messages.NO_SUCH_USER)
    return {"users": [_describe(ask, player) for player in users]}


def auth(ask: Ask) -> Answer:
    """Say whether username and token belong together; counts as a login."""
    ask.sql.execute(_LOG_IN, {"player": ask.player(messages.NOT_AUTHENTICATED).id, "at": ask.now})
    return {}


def friends(ask: Ask) -> Answer:
    """Return the ids of the player's friends."""
    return {"friends": [{"friend_id": str(friend.id)} for friend in ask.players.friends(ask.player())]}


def _describe(ask: Ask, player: Player) -> Answer:
    signed_up, last_logged_in = ask.sql.execute(_TIMES, {"player": player.id}).one()
    online = ask.sql.execute(_ONLINE, {"player": player.id, "since": ask.now - SESSION_LIFE_S}).first() is not None
    return {
        "id": str(player.id),
        "type": player.kind,
        "username": player.username,
        "avatar_url": f"{ask.pictures_url}/avatars/{quote(player.username)}.png",
        "signed_up": age(signed_up, ask.now),
        "signed_up_timestamp": int(signed_up),
        "last_logged_in": "Online Now" if online else age(last_logged_in, ask.now),
        "last_logged_in_timestamp": int(ask.now if online else last_logged_in),
        "status": "Banned" if player.banned else "Active",
        "developer_name": player.name,
        "developer_website": player.website,
        "developer_description": player.description,
    }
