"""``scores/``: https://gamejolt.com/game-api/doc/scores"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from pygame_gameservices.sandbox.gamejolt import messages, tables
from pygame_gameservices.sandbox.gamejolt.ages import age
from pygame_gameservices.sandbox.gamejolt.ask import LARGEST_INTEGER, Answer, Ask, Refused, as_integer
from pygame_gameservices.sandbox.gamejolt.world import ScoreTable

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100

_INSERT = tables.scores.insert()
_DELETE = tables.scores.delete().where(tables.scores.c.id == bindparam("score_id"))
_BEST_OF_PLAYER = (
    select(tables.scores.c.id, tables.scores.c.place)
    .where(tables.scores.c.player_id == bindparam("player"), tables.scores.c.table_id == bindparam("table"))
    .order_by(tables.scores.c.place)
    .limit(1)
)


def add(ask: Ask) -> Answer:
    """Add a score of a player or a guest to a table."""
    guest = ask.params.get("guest")
    player = ask.player_if_given()
    if player is not None and guest:
        raise Refused(messages.USER_OR_GUEST)
    if player is None and not guest:
        raise Refused(messages.NO_SCORER)
    if not ask.params.get("score"):
        raise Refused(messages.NO_SCORE)
    sort = as_integer(ask.params.get("sort"))
    if sort is None:
        raise Refused(messages.BAD_SORT)
    table = ask.table()
    if player is None and not table.guests:
        raise Refused(messages.NO_GUESTS)
    if abs(sort) > LARGEST_INTEGER:
        raise Refused(messages.SCORE_FAILED)
    place = table.place(sort)
    if table.unique and player is not None and not _make_room(ask, table, player.id, place):
        return {}
    ask.ranks.add(ask.sql, table.id, place)
    row = {
        "table_id": table.id,
        "place": place,
        "sort": sort,
        "score": ask.params["score"],
        "player_id": None if player is None else player.id,
        "guest": guest if player is None else None,
        "extra_data": ask.params.get("extra_data", ""),
        "stored": ask.now,
    }
    ask.sql.execute(_INSERT, row)
    return {}


def fetch(ask: Ask) -> Answer:
    """Return the best scores of a table: of all, of one player or of one guest, better or worse than a value.

    With ``better_than`` the scores next above the value are returned, not the very best ones: that is what the
    parameter was asked for (a board around the player). The documentation does not say; the order is the table's.
    """
    guest = ask.params.get("guest")
    player = ask.player_if_given()
    if player is not None and guest:
        raise Refused(messages.USER_OR_GUEST)
    better, worse = as_integer(ask.params.get("better_than")), as_integer(ask.params.get("worse_than"))
    if better is not None and worse is not None:
        raise Refused(messages.BETTER_OR_WORSE)
    table = ask.table()
    values: dict[str, Any] = {"table": table.id, "most": _limit(ask.params.get("limit"))}
    if player is not None:
        values["player"] = player.id
    elif guest:
        values["guest"] = guest
    if better is not None:
        values["above"] = _clamped(table.place(better))
    elif worse is not None:
        values["below"] = _clamped(table.place(worse))
    rows = ask.sql.execute(_query(frozenset(values)), values).all()
    return {"scores": [_describe(ask, row) for row in (rows if better is None else reversed(rows))]}


def get_rank(ask: Ask) -> Answer:
    """Return the rank that a sort value has, or would have, in a table."""
    table = ask.table(messages.NO_RANK)
    sort = as_integer(ask.params.get("sort"))
    rank = None if sort is None else ask.ranks.rank(ask.sql, table.id, _clamped(table.place(sort)))
    if rank is None:
        raise Refused(messages.NO_RANK)
    return {"rank": rank}


def list_tables(ask: Ask) -> Answer:
    """Return the tables of the game."""
    return {
        "tables": [
            {
                "id": str(table.id),
                "name": table.name,
                "description": table.description,
                "primary": "1" if table.primary else "0",
            }
            for table in ask.game.tables.values()
        ]
    }


@cache
def _query(given: frozenset[str]) -> Select[Any]:
    """Build the query for one combination of filters. There are nine; building takes longer than running."""
    columns = tables.scores.c
    query = select(tables.scores).where(columns.table_id == bindparam("table")).limit(bindparam("most"))
    if "player" in given:
        query = query.where(columns.player_id == bindparam("player"))
    if "guest" in given:
        query = query.where(columns.guest == bindparam("guest"))
    if "above" in given:
        return query.where(columns.place < bindparam("above")).order_by(columns.place.desc(), columns.id.desc())
    if "below" in given:
        query = query.where(columns.place > bindparam("below"))
    return query.order_by(columns.place, columns.id)


def _make_room(ask: Ask, table: ScoreTable, player: int, place: int) -> bool:
    """Delete what the player has in a unique table if the new place is better; say whether the new one goes in."""
    held = ask.sql.execute(_BEST_OF_PLAYER, {"player": player, "table": table.id}).first()
    if held is None:
        return True
    if held.place <= place:
        return False
    ask.ranks.remove(ask.sql, table.id, held.place)
    ask.sql.execute(_DELETE, {"score_id": held.id})
    return True


def _describe(ask: Ask, row: Any) -> Answer:
    player = None if row.player_id is None else ask.players.by_id(row.player_id)
    return {
        "score": row.score,
        "sort": str(row.sort),
        "extra_data": row.extra_data,
        "user": "" if player is None else player.name,
        "user_id": "" if player is None else str(player.id),
        "guest": row.guest or "",
        "stored": age(row.stored, ask.now),
        "stored_timestamp": int(row.stored),
    }


def _limit(text: str | None) -> int:
    number = as_integer(text)
    return DEFAULT_LIMIT if number is None or number < 1 else min(number, LARGEST_LIMIT)


def _clamped(place: int) -> int:
    return max(-LARGEST_INTEGER, min(place, LARGEST_INTEGER))
