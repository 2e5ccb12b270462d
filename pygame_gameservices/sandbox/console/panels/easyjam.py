"""EasyJam: the makers of the jam site and the games in their feeds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from pygame_gameservices.sandbox.console.desk import Panel, Visit
from pygame_gameservices.sandbox.console.listing import card, chooser, code, pages, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.easyjam import tables

SHOWN = 25

_ASKED = 20
_DATE = len("2012-11-25")
_MAKERS = 12


def _show(visit: Visit) -> Child:
    desk = visit.desk
    makers, items, asked = tables.makers, tables.items, tables.asked
    with desk.ground.database.transaction() as sql:
        listed = sql.execute(select(makers.c.id, makers.c.name).order_by(makers.c.id).limit(_MAKERS)).all()
        first = listed[0].id if listed else 0
        chosen = visit.number("maker") or first
        counted = select(items.c.maker_id, func.count()).where(items.c.maker_id.in_([row.id for row in listed]))
        counts: dict[int, int] = {row[0]: row[1] for row in sql.execute(counted.group_by(items.c.maker_id))}
        feed = select(items).where(items.c.maker_id == chosen, items.c.id > (visit.number("after") or 0))
        found = sql.execute(feed.order_by(items.c.id).limit(SHOWN + 1)).all()
        served = select(asked, makers.c.name).join(makers, makers.c.id == asked.c.maker_id, isouter=True)
        latest = sql.execute(served.order_by(asked.c.id.desc()).limit(_ASKED)).all()
    now = desk.ground.clock.now()
    options: list[tuple[dict[str, str | int], str, bool]] = [
        ({"maker": row.id}, f"{row.name} · {counts.get(row.id, 0)}", row.id == chosen) for row in listed
    ]
    pages_served: list[tuple[int, list[Child]]] = [
        (row.id, [row.name or f"maker {row.maker_id}", row.offset, when(row.time, now)]) for row in latest
    ]
    return [
        chooser("easyjam", "Maker", options),
        table(
            "game",
            ("#Id", "Game", "Released", "Event", "Description", "Links"),
            [(row.id, _cells(_item(row.body))) for row in found[:SHOWN]],
            empty="This maker has made no game yet.",
            label="Feed",
        ),
        pages(visit, "easyjam", {"maker": chosen, "after": found[SHOWN - 1].id} if len(found) > SHOWN else None),
        card(
            "Pages served",
            table(
                "asked",
                ("Maker", "#Offset", "When"),
                pages_served,
                empty="No page of the feed was asked for.",
                label="Pages served",
            ),
        ),
    ]


def _item(body: str) -> dict[str, Any]:
    value = json.loads(body)
    return value if isinstance(value, dict) else {"Name": body}


def _cells(item: dict[str, Any]) -> list[Child]:
    links = item.get("Link")
    named = list(links.items()) if isinstance(links, Mapping) else []
    lines = [Node("div", Node("span", f"{name} ", class_="muted"), Node("code", _text(url))) for name, url in named]
    kind = "/".join(_text(item[key]) for key in ("Type", "SubType", "SubSubType") if item.get(key))
    return [
        _text(item.get("Id")),
        [Node("strong", _text(item.get("Name"))), Node("span", kind, class_="muted") if kind else None],
        Node("time", _text(item.get("Released"))[:_DATE], title=_text(item.get("Released"))),
        _text(item.get("Event")),
        code(_text(item.get("Description"))),
        Node("details", Node("summary", ", ".join(str(name) for name, _ in named)), lines, class_="secret")
        if lines
        else "",
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


PANEL = Panel("easyjam", "EasyJam", "What the jam site serves for each maker, and which pages were asked for.", _show)
