"""Sessions of Game Jolt: who plays now, and who has played."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from pygame_gameservices.sandbox.console.desk import Desk, Panel, Visit
from pygame_gameservices.sandbox.console.listing import card, pill, table, when
from pygame_gameservices.sandbox.console.markup import Child, Node
from pygame_gameservices.sandbox.gamejolt import tables
from pygame_gameservices.sandbox.gamejolt.sessions import SESSION_LIFE_S

SHOWN = 100

_C = tables.sessions.c


def _show(visit: Visit) -> Child:
    desk = visit.desk
    now = desk.ground.clock.now()
    alive = (_C.closed.is_(None), _C.pinged >= now - SESSION_LIFE_S)
    with desk.ground.database.transaction() as sql:
        lively = sql.execute(select(tables.sessions).where(*alive).order_by(_C.id.desc()).limit(SHOWN)).all()
        latest = sql.execute(select(tables.sessions).order_by(_C.id.desc()).limit(2 * SHOWN)).all()
    here = {row.id for row in lively}
    over = [row for row in latest if row.id not in here][:SHOWN]
    heads = ("Player", "Game", "State", "Opened", "Last ping", "#Pings")
    return [
        table("open", heads, _rows(desk, lively, now), empty="Nobody plays now.", label="Open sessions"),
        card(
            "Over",
            table("over", heads, _rows(desk, over, now), empty="No session has ended yet.", label="Ended sessions"),
        ),
    ]


def _rows(desk: Desk, found: Any, now: float) -> list[tuple[int, list[Child]]]:
    rows: list[tuple[int, list[Child]]] = []
    for row in found:
        player, game = desk.ground.players.by_id(row.player_id), desk.gamejolt.games.get(row.game_id)
        rows.append(
            (
                row.id,
                [
                    Node("strong", player.username if player else f"player {row.player_id}"),
                    game.name if game else f"game {row.game_id}",
                    _state(row, now),
                    when(row.opened, now),
                    when(row.pinged, now),
                    row.pings,
                ],
            )
        )
    return rows


def _state(row: Any, now: float) -> Child:
    if row.closed is not None:
        return [pill("closed"), when(row.closed, now)]
    left = row.pinged + SESSION_LIFE_S - now
    if left < 0:
        return pill("ran out", "warn")
    return [
        pill(row.status, "good" if row.status == "active" else "accent"),
        Node("span", f"{left:.0f} s left", class_="muted"),
    ]


PANEL = Panel(
    "sessions",
    "Sessions",
    f"Who plays now. A session lives for {SESSION_LIFE_S:.0f} s after its last ping.",
    _show,
)
