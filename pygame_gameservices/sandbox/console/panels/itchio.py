"""itch.io: who owns which game."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pygame_gameservices.sandbox.console.desk import Desk, Panel, Visit
from pygame_gameservices.sandbox.console.listing import card, code, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.itchio import tables

SHOWN = 100


def _show(visit: Visit) -> Child:
    desk = visit.desk
    with desk.ground.database.transaction() as sql:
        titles: dict[int, str] = {row.id: row.title for row in sql.execute(select(tables.games))}
        keys = sql.execute(select(tables.download_keys).order_by(tables.download_keys.c.id.desc()).limit(SHOWN)).all()
        sales = sql.execute(select(tables.purchases).order_by(tables.purchases.c.id.desc()).limit(SHOWN)).all()
    now = desk.ground.clock.now()
    key_rows: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                row.id,
                Node("strong", titles.get(row.game_id, f"game {row.game_id}")),
                _owner(desk, row),
                Node("details", Node("summary", "show"), code(row.key), class_="secret"),
                pill("revoked", "bad") if row.revoked else pill("good", "good"),
                row.downloads,
                when(row.created, now),
            ],
        )
        for row in keys
    ]
    sale_rows: list[tuple[int, list[Child]]] = [
        (
            row.id,
            [
                row.id,
                row.email,
                [
                    Node("span", f"{row.amount / 100:.2f} {row.currency}"),
                    pill("donation", "accent") if row.donation else None,
                ],
                row.source,
                when(row.created, now),
            ],
        )
        for row in sales
    ]
    return [
        table(
            "key",
            ("#Id", "Game", "Owner", "Key", "State", "#Downloads", "Made"),
            key_rows,
            empty="Nobody owns anything.",
            label="Download keys",
        ),
        card(
            "Purchases",
            table(
                "sale",
                ("#Id", "Buyer", "Paid", "Through", "When"),
                sale_rows,
                empty="Nothing was bought.",
                label="Purchases",
            ),
        ),
    ]


def _owner(desk: Desk, row: Any) -> Child:
    player = None if row.owner_id is None else desk.ground.players.by_id(row.owner_id)
    if player is not None:
        return player.username
    return [Node("span", row.email) if row.email else None, pill("unclaimed", "warn")]


PANEL = Panel("itchio", "itch.io", "Download keys and purchases: who owns which game.", _show)
