"""Scores of Game Jolt: every table, page by page, however long it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, tuple_

from pygame_gameservices.errors import UsageError
from pygame_gameservices.sandbox.console.desk import Desk, Fields, Panel, Visit
from pygame_gameservices.sandbox.console.forms import Form, drawer
from pygame_gameservices.sandbox.console.listing import chooser, code, pages, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.console.panels.trophies import chosen_game, game_chooser, number_of
from pygame_gameservices.sandbox.gamejolt import tables
from pygame_gameservices.sandbox.gamejolt.world import ORDERS, Game, ScoreTable

SHOWN = 50

_C = tables.scores.c


def _show(visit: Visit) -> Child:
    desk, game = visit.desk, chosen_game(visit)
    chosen = game.tables.get(visit.number("table") or 0) or game.primary_table
    with desk.ground.database.transaction() as sql:
        counts = {one.id: desk.gamejolt.ranks.count(sql, one.id) for one in game.tables.values()}
        found = sql.execute(_query(visit, chosen)).all()
        ranks = [desk.gamejolt.ranks.rank(sql, chosen.id, row.place) for row in found]
    now = desk.ground.clock.now()
    rows: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [rank, Node("strong", row.score), row.sort, _who(desk, row), code(row.extra_data), when(row.stored, now)],
        )
        for row, rank in zip(found[:SHOWN], ranks, strict=False)
    ]
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    options = [
        ({"game": game.id, "table": one.id}, f"{one.name} · {counts[one.id]:,}", one is chosen)
        for one in game.tables.values()
    ]
    return [
        game_chooser(visit, "scores"),
        chooser("scores", "Score table", options),
        Node("p", _traits(chosen), class_="traits"),
        table(
            "score",
            ("#Rank", "Score", "#Sort", "Player", "Extra data", "Stored"),
            rows,
            empty="This table holds no score.",
            label=f"Scores of {chosen.name}",
        ),
        pages(visit, "scores", {"after": last.place, "from": last.id} if last else None),
        Node("div", _score_form(visit, chosen), _table_form(visit, game), class_="drawers"),
    ]


def _query(visit: Visit, chosen: ScoreTable) -> Any:
    query = select(tables.scores).where(_C.table_id == chosen.id)
    after = visit.number("after")
    if after is not None:
        query = query.where(tuple_(_C.place, _C.id) > tuple_(after, visit.number("from") or 0))
    return query.order_by(_C.place, _C.id).limit(SHOWN + 1)


def _who(desk: Desk, row: Any) -> Child:
    if row.player_id is None:
        return [Node("span", row.guest), pill("guest")]
    player = desk.ground.players.by_id(row.player_id)
    return player.username if player else f"player {row.player_id}"


def _traits(one: ScoreTable) -> list[Child]:
    better = "more is better" if one.order == "descending" else "less is better"
    traits = [f"id {one.id}", better, "guests welcome" if one.guests else "players only"]
    traits += ["best score of each player"] if one.unique else []
    traits += ["primary"] if one.primary else []
    return [one.description, [pill(trait) for trait in traits]]


def _score_form(visit: Visit, chosen: ScoreTable) -> Node:
    form = Form(visit, "scores", "score")
    return drawer(
        "Add a score",
        form.build(
            form.text("Player", "player", hint="empty for a guest"),
            form.text("Guest", "guest"),
            form.text("Score", "score", required=True, hint="as shown, such as 500 points"),
            form.number("Sort value", "sort", None, whole=True),
            form.text("Extra data", "extra_data"),
            submit="Add score",
            hidden={"table": chosen.id},
        ),
        open_=visit.form == "scores-score",
    )


def _table_form(visit: Visit, game: Game) -> Node:
    form = Form(visit, "scores", "table")
    return drawer(
        "Add a score table",
        form.build(
            form.text("Name", "name", required=True),
            form.text("Description", "description"),
            form.choice("Order", "order", [(order, order) for order in ORDERS], "descending"),
            form.flag("Guests may add scores", "guests", True),
            form.flag("Keep the best score of each player only", "unique"),
            submit="Add table",
            hidden={"game": game.id},
        ),
        open_=visit.form == "scores-table",
    )


def _add_table(desk: Desk, sent: Fields) -> str:
    made = desk.by_hand.table(
        number_of(sent, "game"),
        sent.get("name", ""),
        description=sent.get("description", ""),
        order=sent.get("order", "descending"),
        guests="guests" in sent,
        unique="unique" in sent,
    )
    return f"{made.name} is a score table now, with the id {made.id}."


def _add_score(desk: Desk, sent: Fields) -> str:
    table_id, sort = number_of(sent, "table"), number_of(sent, "sort")
    chosen = next((game.tables[table_id] for game in desk.gamejolt.games.values() if table_id in game.tables), None)
    if chosen is None:
        raise UsageError(f"there is no table {table_id}; take one of the list")
    username, guest = sent.get("player", "").strip(), sent.get("guest", "").strip()
    if bool(username) == bool(guest):
        raise UsageError("name a player or a guest, and not both")
    if not sent.get("score"):
        raise UsageError("score is empty; write what is shown")
    player = desk.ground.players.by_name(username) if username else None
    if username and player is None:
        raise UsageError(f"there is no player {username!r}; add them first")
    place = chosen.place(sort)
    row = {
        "table_id": chosen.id,
        "place": place,
        "sort": sort,
        "score": sent["score"],
        "player_id": None if player is None else player.id,
        "guest": guest or None,
        "extra_data": sent.get("extra_data", ""),
        "stored": desk.ground.clock.now(),
    }
    with desk.ground.database.transaction() as sql:
        if chosen.unique and player is not None:
            mine = (_C.player_id == player.id, _C.table_id == chosen.id)
            held = sql.execute(select(func.min(_C.place)).where(*mine)).scalar()
            if held is not None:
                raise UsageError(f"{player.username} has a score in this table, which keeps one of each player")
        desk.gamejolt.ranks.add(sql, chosen.id, place)
        sql.execute(tables.scores.insert(), row)
        rank = desk.gamejolt.ranks.rank(sql, chosen.id, place)
    return f"The score has rank {rank} in {chosen.name}."


PANEL = Panel(
    "scores",
    "Scores",
    "Score tables of Game Jolt, best first. Equal scores share a rank.",
    _show,
    {"table": _add_table, "score": _add_score},
)
