"""Asks every service what it holds of a player, with fresh calls that know nothing of the game before."""

from __future__ import annotations

import tempfile
from typing import Any

import requests

from demo_game.online import Account
from demo_game.settings import Settings
from pygame_gameservices import CallError, EasyJam, Itchio, ServiceManager, Trading

PATIENCE = 15.0
SAVE_SLOT = "progress"


def read_back(settings: Settings) -> dict[str, Any]:
    """What the services that `settings` uses hold, by service; for one that cannot be read, why."""
    held: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="light-harvest-") as folder,
        ServiceManager("light-harvest readback", folder=folder) as services,
    ):
        for name, read in (
            ("gamejolt", _gamejolt),
            ("itchio", _itchio),
            ("forge", _forge),
            ("easyjam", _easyjam),
            ("trading", _trading),
        ):
            if getattr(settings, name) is None:
                continue
            try:
                held[name] = read(services, settings)
            except (CallError, requests.RequestException) as error:
                held[name] = {"error": f"{type(error).__name__}: {error}"}
    return held


def _gamejolt(services: ServiceManager, settings: Settings) -> dict[str, Any]:
    account: Account = settings.gamejolt
    gj = services.add(account.service(presence=False))
    gj.sign_in(account.username, account.token).result(PATIENCE)
    achieved = gj.trophies.fetch(achieved=True).result(PATIENCE)
    scores = gj.scores.fetch(mine=True, limit=100, table_id=account.table_id).result(PATIENCE)
    best = scores[0].sort if scores else 0
    rank = gj.scores.get_rank(best, table_id=account.table_id).result(PATIENCE) if scores else None
    save = gj.saves.load(SAVE_SLOT).result(PATIENCE)
    services.update()
    return {
        "player": account.username,
        "trophies": sorted(trophy.id for trophy in achieved),
        "titles": {str(trophy.id): trophy.title for trophy in achieved},
        "scores": len(scores),
        "best_score": best,
        "rank": rank,
        "save": None if save is None else save.value,
    }


def _itchio(services: ServiceManager, settings: Settings) -> dict[str, Any]:
    account = settings.itchio
    assert account is not None
    itch = services.add(Itchio(account.token, base_url=account.base_url, relay=account.relay))
    owns = itch.ownership(account.game_id).result(PATIENCE)
    keys = itch.owned_keys().result(PATIENCE)
    return {"owns": owns, "games": sorted(key.game_id for key in keys)}


def _forge(services: ServiceManager, settings: Settings) -> dict[str, Any]:
    """The partner API takes and never tells; what the player sees on Forge's site says what it holds."""
    account = settings.forge
    assert account is not None
    url = f"{account.base_url}/site/quests"
    answer = requests.get(url, params={"username": settings.gamejolt.username}, timeout=PATIENCE)
    answer.raise_for_status()
    quests = answer.json()["quests"]
    return {"quests": {quest["id"]: round(quest["progress"], 6) for quest in quests}}


def _easyjam(services: ServiceManager, settings: Settings) -> dict[str, Any]:
    account = settings.easyjam
    assert account is not None
    jam = services.add(EasyJam(account.base_url, key=account.key or None, memory=False))
    document = jam.fetch(account.tokens).result(PATIENCE)
    return {"games": sorted(item.name for result in document.results.values() for item in result.items)}


def _trading(services: ServiceManager, settings: Settings) -> dict[str, Any]:
    account = settings.trading
    assert account is not None
    trading = services.add(Trading(account.token, account.base_url))
    orders = trading.orders.list().result(PATIENCE)
    listed = [
        {
            "contract": order.contract,
            "side": order.direction,
            "volume": order.volume,
            "executed": order.executed_volume,
            "price": None if order.average_price is None else round(order.average_price, 4),
        }
        for order in orders
    ]
    return {"orders": listed, "sold": sum(order["executed"] or 0.0 for order in listed if order["side"] == "sell")}
