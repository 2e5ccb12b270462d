"""The game that runs in the page of the tests: a loop of frames, and functions that a test calls from outside."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from pyodide.code import eval_code_async

from pygame_gameservices import Achievement, Achievements, Event, GameJolt, ServiceManager

FRAME_S = 1 / 60


class Running:
    """What the page runs.

    Attributes:
        services, gj, achievements: see `start`.
        events: all that happened.
        frames_ms: how long each `update` took.
    """

    services: ServiceManager
    gj: GameJolt
    achievements: Achievements

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.frames_ms: list[float] = []


running = Running()


def start(app: str, game_id: int, key: str, url: str, **options: Any) -> None:
    """Make the manager and Game Jolt, and begin the loop."""
    running.services = ServiceManager(app)
    running.gj = running.services.add(GameJolt(game_id, key, base_url=url, **options))
    first = Achievement(id="first-orb", title="First", gamejolt_trophy=2)
    running.achievements = running.services.add(Achievements([first], running.gj))
    running.loop = asyncio.ensure_future(_loop())  # type: ignore[attr-defined]


async def _loop() -> None:
    while not running.services.is_closed:
        began = time.perf_counter()
        running.events += running.services.update()
        running.frames_ms.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(max(0.0, FRAME_S - (time.perf_counter() - began)))


async def until(condition: Callable[[], Any], timeout: float = 60.0) -> Any:
    """Wait until something holds."""
    by = time.monotonic() + timeout
    while not (found := condition()):
        if time.monotonic() > by:
            raise AssertionError(f"waited in vain; so far: {names()}; threads: {threading.enumerate()}")
        await asyncio.sleep(0.01)
    return found


def names() -> list[str]:
    """The names of what happened."""
    return [type(event).__name__ for event in running.events]


def of(kind: str) -> list[Event]:
    """What happened of a kind."""
    return [event for event in running.events if type(event).__name__ == kind]


async def told(code: str) -> str:
    """Run what a test says, and return the value as JSON."""
    import __main__

    return json.dumps(await eval_code_async(code, vars(__main__)), default=repr)
