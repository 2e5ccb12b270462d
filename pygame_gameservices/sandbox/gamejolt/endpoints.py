"""Which function answers which path."""

from __future__ import annotations

from typing import Any

from pygame_gameservices.sandbox.gamejolt import data_store, scores, server_time, sessions, trophies, users
from pygame_gameservices.sandbox.gamejolt.ask import Ask, Endpoint, Refused

ENDPOINTS: dict[str, Endpoint] = {
    "users": users.fetch,
    "users/auth": users.auth,
    "sessions/open": sessions.open_,
    "sessions/ping": sessions.ping,
    "sessions/check": sessions.check,
    "sessions/close": sessions.close,
    "scores": scores.fetch,
    "scores/add": scores.add,
    "scores/get-rank": scores.get_rank,
    "scores/tables": scores.list_tables,
    "trophies": trophies.fetch,
    "trophies/add-achieved": trophies.add_achieved,
    "trophies/remove-achieved": trophies.remove_achieved,
    "data-store": data_store.fetch,
    "data-store/set": data_store.set_,
    "data-store/update": data_store.update,
    "data-store/remove": data_store.remove,
    "data-store/get-keys": data_store.get_keys,
    "friends": users.friends,
    "time": server_time.fetch,
}
"""Paths below ``/api/game/v1_2/`` without the outer slashes; ``batch`` is made of these and not among them."""

BATCH = "batch"


def answer(endpoint: Endpoint, ask: Ask) -> dict[str, Any]:
    """Call an endpoint and return its complete answer; an empty list becomes an empty string, as on the service."""
    try:
        fields = endpoint(ask)
    except Refused as no:
        return refusal(no.message)
    return {"success": "true"} | {key: "" if value == [] else value for key, value in fields.items()}


def refusal(message: str) -> dict[str, Any]:
    """Return the answer that says no; without a message when `message` is empty."""
    return {"success": "false", "message": message} if message else {"success": "false"}
