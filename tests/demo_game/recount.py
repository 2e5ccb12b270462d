"""Computes from a sandbox's database what a playthrough's report says that the services hold.

It shares no code with the game, the services or the readback: only tables and arithmetic.

``python -m tests.demo_game.recount DATABASE REPORT.json`` compares the two; exit status 0 when they are equal.
"""

from __future__ import annotations

import base64
import json
import math
import sqlite3
import sys
import tomllib
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

Dump = Callable[[str], list[dict[str, Any]]]
"""Returns the rows of a table by primary key; `Sandbox.dump` is one."""

CONFIG = Path(__file__).parents[2] / "demo_game" / "gameservices.toml"
SERVICES = ("gamejolt", "itchio", "forge", "easyjam", "trading")
MICRO = 1_000_000


def recount(dump: Dump, username: str = "ada") -> dict[str, dict[str, Any]]:
    """What the services hold of a player, by service."""
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    player = next(row["id"] for row in dump("players") if row["username"] == username)
    return {
        "gamejolt": gamejolt(dump, username, player),
        "itchio": itchio(dump, player, config["demo"]["itchio_game"]),
        "forge": forge(dump, username, config["sandbox"]["forge"]["quests"]),
        "easyjam": {"games": sorted(json.loads(row["body"])["Name"] for row in dump("easyjam_items"))},
        "trading": trading(dump, config["trading"]["trader"]),
    }


def gamejolt(dump: Dump, username: str, player: int) -> dict[str, Any]:
    titles = {row["id"]: row["title"] for row in dump("gamejolt_trophies")}
    achieved = sorted(row["trophy_id"] for row in dump("gamejolt_achieved") if row["player_id"] == player)
    (table,) = [row["id"] for row in dump("gamejolt_tables") if row["primary"]]
    scores = [row for row in dump("gamejolt_scores") if row["table_id"] == table]
    mine = [row["sort"] for row in scores if row["player_id"] == player]
    best = max(mine, default=0)
    items = {row["key"]: row["data"] for row in dump("gamejolt_items") if row["player_id"] == player}
    return {
        "player": username,
        "trophies": achieved,
        "titles": {str(trophy): titles[trophy] for trophy in achieved},
        "scores": len(mine),
        "best_score": best,
        "rank": 1 + sum(row["sort"] > best for row in scores) if mine else None,
        "save": unpacked(items["save/progress"]) if "save/progress" in items else None,
    }


def unpacked(manifest: str) -> Any:
    """The value in a save so small that it lies in its manifest."""
    text = json.loads(manifest)["inline"]
    return json.loads(zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def itchio(dump: Dump, player: int, game: int) -> dict[str, Any]:
    keys = [row for row in dump("itchio_download_keys") if row["owner_id"] == player and not row["revoked"]]
    games = sorted(row["game_id"] for row in keys)
    return {"owns": game in games, "games": games}


def forge(dump: Dump, username: str, quests: list[dict[str, Any]]) -> dict[str, Any]:
    (user,) = [row["id"] for row in dump("forge_users") if row["username"] == username]
    hours = math.fsum(row["hours"] for row in dump("forge_playtime") if row["user_id"] == user)
    last = {row["title"]: row["unlocked"] for row in dump("forge_achievements") if row["user_id"] == user}
    progress: dict[str, float] = {}
    for quest in quests:
        match quest["kind"]:
            case "hours":
                progress[quest["id"]] = round(hours, 6)
            case "achievement":
                progress[quest["id"]] = float(last.get(quest["achievement"], 0))
            case "achievements":
                progress[quest["id"]] = float(sum(last.values()))
    return {"quests": progress}


def trading(dump: Dump, trader: str) -> dict[str, Any]:
    # An order whose delivery has begun is not listed; the jam site, which keeps when it was asked, was asked last.
    asked = max((row["time"] for row in dump("easyjam_asked")), default=0.0)
    rows = [
        row
        for row in dump("trading_orders")
        if row["account"] == trader and not row["deleted"] and row["starts"] > asked
    ]
    listed = []
    for row in reversed(rows):
        executed = (row["volume"] - row["remaining"]) / MICRO
        listed.append(
            {
                "contract": row["contract"],
                "side": row["side"],
                "volume": row["volume"] / MICRO,
                "executed": executed,
                "price": round(row["spent"] / executed, 4) if executed else None,
            }
        )
    return {"orders": listed, "sold": sum(order["executed"] for order in listed if order["side"] == "sell")}


def of_file(database: Path) -> Dump:
    """Read the file in which a sandbox kept everything."""

    def dump(table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as sql:
            sql.row_factory = sqlite3.Row
            return [dict(row) for row in sql.execute(f'SELECT * FROM "{table}" ORDER BY 1')]

    return dump


def main(arguments: list[str]) -> int:
    database, report = (Path(argument) for argument in arguments)
    counted, told = recount(of_file(database)), json.loads(report.read_text(encoding="utf-8"))
    different = [service for service in SERVICES if counted[service] != told[service]]
    for service in different:
        print(f"{service}: the database says {counted[service]}\n  the report says {told[service]}")
    if not different:
        print("The report says what the database holds.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
