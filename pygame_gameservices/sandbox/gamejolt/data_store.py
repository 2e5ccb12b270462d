"""``data-store/``: https://gamejolt.com/game-api/doc/data-store

Items belong to a player when username and token are passed, else to the game. A game's item can be restricted to one
player by passing ``restriction_username`` and ``restriction_user_token`` when it is first set; from then on calls
that touch it must pass the same. The documentation describes only the error, the parameters are older.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from pygame_gameservices.sandbox.gamejolt import arithmetic, messages, tables
from pygame_gameservices.sandbox.gamejolt.ask import Answer, Ask, Refused

LARGEST_ITEM = 16 * 1024 * 1024
"""Bytes of UTF-8 that one key may hold."""

MOST_KEYS = 100
"""How many keys ``get-keys/`` returns at most."""

_C = tables.items.c
_THIS = (_C.game_id == bindparam("game"), _C.player_id == bindparam("player"), _C.key == bindparam("item"))
_RESTRICTION = select(_C.restricted_to).where(*_THIS)
_READ = select(_C.data, _C.restricted_to).where(*_THIS)
_WRITE = tables.items.insert().prefix_with("OR REPLACE")
_DELETE = tables.items.delete().where(*_THIS)
_KEYS = (
    select(_C.key)
    .where(_C.game_id == bindparam("game"), _C.player_id == bindparam("player"))
    .order_by(_C.key)
    .limit(MOST_KEYS)
)
_MATCHING_KEYS = _KEYS.where(_C.key.op("GLOB")(bindparam("pattern")))


def fetch(ask: Ask) -> Answer:
    """Return the data of an item."""
    return {"data": _read(ask, _item(ask), messages.NO_ITEM)}


def set_(ask: Ask) -> Answer:
    """Create or overwrite an item. Empty data is data; only a missing parameter is an error."""
    item = _item(ask)
    data = ask.params.get("data")
    if data is None:
        raise Refused(messages.NO_DATA)
    held = ask.sql.execute(_RESTRICTION, item).first()
    user = _restriction_user(ask)
    owner = user if held is None else held.restricted_to
    if owner is not None and owner != user:
        raise Refused(messages.RESTRICTED_KEY)
    _write(ask, item, data, owner)
    return {}


def update(ask: Ask) -> Answer:
    """Change an item by one of six operations and return what it holds then."""
    item = _item(ask)
    operation, value = ask.params.get("operation"), ask.params.get("value")
    if not operation:
        raise Refused(messages.NO_OPERATION)
    if operation not in arithmetic.OPERATIONS:
        raise Refused(messages.BAD_OPERATION)
    if value is None:
        raise Refused(messages.NO_VALUE)
    held = _read(ask, item, messages.NO_ITEM_NAMED.format(key=item["item"]))
    data = arithmetic.apply(operation, held, value)
    _write(ask, item, data, _restriction_user(ask))
    return {"data": data}


def remove(ask: Ask) -> Answer:
    """Delete an item."""
    item = _item(ask)
    _read(ask, item, messages.NO_ITEM_NAMED.format(key=item["item"]))
    ask.sql.execute(_DELETE, item)
    return {}


def get_keys(ask: Ask) -> Answer:
    """Return the first 100 keys in order, of the player or the game; ``*`` in ``pattern`` stands for anything."""
    player = ask.player_if_given()
    scope = {"game": ask.game.id, "player": tables.GLOBAL if player is None else player.id}
    pattern = ask.params.get("pattern")
    if pattern:
        # GLOB knows two more wildcards, which are plain characters here.
        escaped = pattern.replace("[", "[[]").replace("?", "[?]")
        keys = ask.sql.execute(_MATCHING_KEYS, {**scope, "pattern": escaped}).scalars()
    else:
        keys = ask.sql.execute(_KEYS, scope).scalars()
    return {"keys": [{"key": key} for key in keys]}


def _item(ask: Ask) -> dict[str, Any]:
    player = ask.player_if_given()
    key = ask.params.get("key")
    if not key:
        raise Refused(messages.NO_KEY)
    return {"game": ask.game.id, "player": tables.GLOBAL if player is None else player.id, "item": key}


def _read(ask: Ask, item: dict[str, Any], missing: str) -> str:
    row = ask.sql.execute(_READ, item).first()
    if row is None:
        raise Refused(missing)
    if row.restricted_to is not None and row.restricted_to != _restriction_user(ask):
        raise Refused(messages.RESTRICTED_KEY)
    data: str = row.data
    return data


def _write(ask: Ask, item: dict[str, Any], data: str, restricted_to: int | None) -> None:
    if len(data) > LARGEST_ITEM or len(data.encode()) > LARGEST_ITEM:
        raise Refused(messages.ITEM_TOO_LARGE)
    row = {"game_id": item["game"], "player_id": item["player"], "key": item["item"], "data": data}
    ask.sql.execute(_WRITE, {**row, "restricted_to": restricted_to, "changed": ask.now})


def _restriction_user(ask: Ask) -> int | None:
    username = ask.params.get("restriction_username")
    if not username:
        return None
    player = ask.players.authenticate(username, ask.params.get("restriction_user_token"))
    if player is None:
        raise Refused(messages.RESTRICTED_KEY)
    return player.id
