"""Stored keys: the data store of Game Jolt, of games and of their players."""

from __future__ import annotations

from sqlalchemy import func, select, tuple_

from pygame_gameservices.sandbox.console.desk import Panel, Visit
from pygame_gameservices.sandbox.console.forms import search
from pygame_gameservices.sandbox.console.listing import code, link, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.console.panels.trophies import chosen_game, game_chooser
from pygame_gameservices.sandbox.gamejolt import tables

SHOWN = 50

_PEEK = 4000
_C = tables.items.c


def _show(visit: Visit) -> Child:
    desk, game = visit.desk, chosen_game(visit)
    columns = (_C.player_id, _C.key, func.substr(_C.data, 1, _PEEK).label("data"), _C.restricted_to, _C.changed)
    query = select(*columns, func.length(_C.data).label("size")).where(_C.game_id == game.id)
    wanted = visit.query.get("q", "")
    if wanted:
        query = query.where(func.instr(_C.key, wanted) > 0)
    after = visit.number("after")
    if after is not None:
        query = query.where(tuple_(_C.player_id, _C.key) > tuple_(after, visit.query.get("from", "")))
    with desk.ground.database.transaction() as sql:
        found = sql.execute(query.order_by(_C.player_id, _C.key).limit(SHOWN + 1)).all()
    now = desk.ground.clock.now()
    rows: list[tuple[str, list[Child]]] = []
    for row in found[:SHOWN]:
        player = None if row.player_id == tables.GLOBAL else desk.ground.players.by_id(row.player_id)
        reader = None if row.restricted_to is None else desk.ground.players.by_id(row.restricted_to)
        owner: Child = player.username if player else pill("the game", "accent")
        if row.player_id != tables.GLOBAL and player is None:
            owner = f"player {row.player_id}"
        limited = pill(f"only {reader.username if reader else row.restricted_to}", "warn")
        cells: list[Child] = [
            owner,
            [Node("code", row.key), limited if row.restricted_to is not None else None],
            code(row.data),
            f"{row.size:,}",
            when(row.changed, now),
        ]
        rows.append((f"{row.player_id}-{row.key}", cells))
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    more: dict[str, str | int] = {"game": game.id, "q": wanted}
    return [
        game_chooser(visit, "items"),
        search(visit, "items", placeholder="Part of a key", keep=("game",)),
        table(
            "item",
            ("Owner", "Key", "Data", "#Characters", "Changed"),
            rows,
            empty="Nothing is stored here.",
            label="Stored keys",
        ),
        Node(
            "nav",
            link("items", "First page", more) if after is not None else None,
            link("items", "Next page", {**more, "after": last.player_id, "from": last.key}) if last else None,
            class_="pages",
            aria_label="Pages",
        ),
    ]


PANEL = Panel(
    "items", "Stored keys", "The data store of Game Jolt: what games keep for all, and for each player.", _show
)
