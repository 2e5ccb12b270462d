"""The peer `game-api-client`, in a child interpreter of an environment of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from game_client import GameAPI  # type: ignore[import-not-found]

_api: Any = None
_runner = asyncio.Runner()


def connect(base_url: str, token: str) -> None:
    """Make the client as its own page does; it does not verify certificates."""
    global _api
    _api = GameAPI(token=token, base_url=base_url)


def place(orders: list[dict[str, Any]]) -> list[float]:
    """Place orders one after another. Returns the seconds of each."""
    return _runner.run(_all_taken(lambda order=order: _api.create_order(order) for order in orders))


def listed(times: int) -> list[float]:
    """Fetch all orders so many times. Returns the seconds of each."""
    return _runner.run(_all_taken(_api.get_orders for _ in range(times)))


async def _all_taken(calls: Iterable[Callable[[], Awaitable[Any]]]) -> list[float]:
    taken = []
    for call in calls:
        before = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - before)
    return taken
