"""The sandboxes that the rows measure against: each in a child process, with a player who can be signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pygame_gameservices.sandbox import Latency, Sandbox
from tests.benchmarks.mix import TABLES, TROPHIES
from tests.benchmarks.network import far_away

LATENCY_S = 0.05
PLAYER = "ada"
GAME = {
    "gamejolt": {
        "tables": [{"id": number, "name": f"Level {number}", "primary": number == 1} for number in TABLES],
        "trophies": [{"id": number, "title": f"Trophy {number}", "difficulty": "Gold"} for number in TROPHIES],
    },
    "sandbox": {"players": [{"username": PLAYER, "token": "ada-token"}], "trading": {"market_maker": False}},
}


@contextmanager
def sandbox(latency_s: float = LATENCY_S) -> Iterator[Sandbox]:
    """A sandbox that takes `latency_s` to answer."""
    with Sandbox.start(GAME, faults=[Latency(seconds=latency_s)] if latency_s else []) as running:
        yield running


@contextmanager
def far_sandbox(round_trip_s: float = LATENCY_S) -> Iterator[tuple[Sandbox, str]]:
    """A sandbox with TLS behind a long way; yields it and where its address begins at the near end."""
    with Sandbox.start(GAME, tls=True) as running:
        parts = urlsplit(running.gamejolt_url)
        with far_away(parts.port or 0, round_trip_s) as port:
            yield running, f"{parts.scheme}://{parts.hostname}:{port}"


def player_of(running: Sandbox) -> dict[str, Any]:
    """What a client needs to know of a sandbox."""
    return {
        "base_url": running.gamejolt_url,
        "game_id": running.game_id,
        "private_key": running.private_key,
        "username": PLAYER,
        "token": running.player(PLAYER).token,
    }
