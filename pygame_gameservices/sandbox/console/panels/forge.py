"""Forge: what was ingested, and how far everybody is with the quests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from pygame_gameservices.sandbox.console.desk import Panel, Visit
from pygame_gameservices.sandbox.console.listing import card, pages, pill, stamp, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.forge import tables
from pygame_gameservices.sandbox.forge.ledger import Ledger

SHOWN = 100

_PEOPLE = 20


def _show(visit: Visit) -> Child:
    desk = visit.desk
    now = desk.ground.clock.now()
    users = tables.users
    after = visit.number("after") or 0
    with desk.ground.database.transaction() as sql:
        people = sql.execute(select(users).where(users.c.id > after).order_by(users.c.id).limit(_PEOPLE + 1)).all()
        ledger = Ledger(sql, now)
        standings = [(row, desk.forge.standing(ledger, row.id)) for row in people[:_PEOPLE]]
        newest = [
            sql.execute(select(one).order_by(one.c.id.desc()).limit(SHOWN)).all()
            for one in (tables.playtime, tables.achievements)
        ]
        names: dict[int, str] = {}
        wanted = {row.user_id for rows in newest for row in rows if row.user_id is not None}
        for row in sql.execute(select(users.c.id, users.c.username).where(users.c.id.in_(wanted))):
            names[row.id] = row.username
    sessions, unlocks = newest
    return [
        _quests(standings),
        pages(visit, "forge", {"after": people[_PEOPLE - 1].id} if len(people) > _PEOPLE else None),
        card("Playtime", _playtime(sessions, names, now)),
        card("Achievements", _achievements(unlocks, names, now)),
    ]


def _quests(standings: Sequence[tuple[Any, list[dict[str, Any]]]]) -> Node:
    heads = ["Player", *(quest["title"] for quest in (standings[0][1] if standings else []))]
    rows: list[tuple[int, list[Child]]] = [
        (person.id, [Node("strong", person.username), *(_bar(quest) for quest in quests)])
        for person, quests in standings
    ]
    return table("quest", heads, rows, empty="Nobody has joined Forge.", label="Quest progress")


def _bar(quest: dict[str, Any]) -> Child:
    so_far, goal = quest["progress"], quest["goal"]
    bar = Node("progress", max=goal, value=f"{min(so_far, goal):g}", aria_label=quest["title"])
    figure = f"{so_far:.4g} of {goal}"
    return [bar, pill("done", "good") if quest["done"] else Node("span", figure, class_="muted")]


def _playtime(rows: Sequence[Any], names: dict[int, str], now: float) -> Node:
    listed: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                row.id,
                _who(row, names),
                f"{row.hours:g}",
                Node("time", stamp(row.ended)),
                Node("code", row.record_id),
                when(row.received, now),
            ],
        )
        for row in rows
    ]
    heads = ("#Id", "Player", "#Hours", "Ended", "Record id", "Received")
    return table("playtime", heads, listed, empty="No playtime was sent.", label="Playtime records")


def _achievements(rows: Sequence[Any], names: dict[int, str], now: float) -> Node:
    listed: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                row.id,
                _who(row, names),
                [Node("strong", row.title), Node("span", row.description, class_="muted")],
                pill("unlocked", "good") if row.unlocked else pill("locked"),
                Node("code", row.record_id),
                when(row.received, now),
            ],
        )
        for row in rows
    ]
    heads = ("#Id", "Player", "Achievement", "State", "Record id", "Received")
    return table("unlock", heads, listed, empty="No achievement was sent.", label="Achievement records")


def _who(row: Any, names: dict[int, str]) -> Child:
    if row.user_id is not None:
        return names.get(row.user_id, f"user {row.user_id}")
    return [Node("span", row.email or f"{row.blockchain} {row.address}"), pill("archived", "warn")]


PANEL = Panel(
    "forge",
    "Forge",
    "Playtime and achievements as partners sent them. Records of unknown players wait in the archive.",
    _show,
)
