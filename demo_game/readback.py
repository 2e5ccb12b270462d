"""Asks a server what it holds of a player, with fresh calls that know nothing of the game before."""

from __future__ import annotations

from typing import Any

from demo_game.online import Account
from pygame_gameservices import CallError, GameJolt, ServiceManager

PATIENCE = 10.0


def read_back(account: Account, table_id: int) -> dict[str, Any]:
    """What Game Jolt holds of the account's player: trophies, best score and its rank; or why it cannot be read."""
    with ServiceManager("light-harvest readback") as services:
        gj = services.add(GameJolt(account.game_id, account.private_key, base_url=account.base_url))
        try:
            gj.sign_in(account.username, account.token).result(PATIENCE)
            achieved = gj.trophies.fetch(achieved=True).result(PATIENCE)
            scores = gj.scores.fetch(mine=True, limit=1, table_id=table_id).result(PATIENCE)
            best = scores[0].sort if scores else 0
            rank = gj.scores.get_rank(best, table_id=table_id).result(PATIENCE) if scores else None
            services.update()
        except CallError as error:
            return {"error": f"{type(error).__name__}: {error}"}
    return {
        "player": account.username,
        "trophies": sorted(trophy.id for trophy in achieved),
        "titles": {str(trophy.id): trophy.title for trophy in achieved},
        "best_score": best,
        "rank": rank,
    }
