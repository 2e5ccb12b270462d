"""The game that runs in the page of the tests: a loop of frames, and functions that a test calls from outside."""

from __future__ import annotations

import asyncio
import itertools
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
    make(app, game_id, key, url, **options)
    running.loop = asyncio.ensure_future(_loop())  # type: ignore[attr-defined]


def make(app: str, game_id: int, key: str, url: str, **options: Any) -> None:
    """Make the manager and Game Jolt alone."""
    running.services = ServiceManager(app)
    running.gj = running.services.add(GameJolt(game_id, key, base_url=url, **options))
    first = Achievement(id="first-orb", title="First", gamejolt_trophy=2)
    running.achievements = running.services.add(Achievements([first], running.gj))


async def _loop() -> None:
    while not running.services.is_closed:
        began = time.perf_counter()
        running.events += running.services.update()
        running.frames_ms.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(max(0.0, FRAME_S - (time.perf_counter() - began)))


async def stretch(seconds: float, load: int, frame: Callable[[], object] = lambda: None) -> dict[str, list[float]]:
    """Play for a while with a game's own work in each frame. Returns milliseconds by frame: of all, and of `frame`."""
    all_ms, frame_ms = [], []
    for _ in range(round(seconds * 60)):
        began = time.perf_counter()
        work(load)
        worked = time.perf_counter()
        frame()
        ended = time.perf_counter()
        all_ms.append((ended - began) * 1000)
        frame_ms.append((ended - worked) * 1000)
        await asyncio.sleep(max(0.0, FRAME_S - (ended - began)))
    return {"all": all_ms, "frame": frame_ms}


def work(load: int) -> float:
    """What a small game does in a frame: plain Python."""
    total = 0.0
    for number in range(load):
        total += (number * 0.5) % 7.0
    return total


def load_of(seconds: float) -> int:
    """How much work takes so long here."""
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        work(5_000)
        taken.append(time.perf_counter() - began)
    return max(1, int(5_000 * seconds / sorted(taken)[10]))


def ten_a_second(player: str, token: str) -> Callable[[], None]:
    """A frame of a game that signs in, makes ten calls of all kinds a second, and looks at what happened."""
    gj, frames = running.gj, itertools.count()
    gj.sign_in(player, token)

    def frame() -> None:
        number = next(frames)
        if number % 6 == 0:
            which = number // 6
            match which % 5:
                case 0:
                    gj.scores.add(str(which), which)
                case 1:
                    gj.trophies.add_achieved(1 + which % 3)
                case 2:
                    gj.data_store.set(f"key {which % 7}", "value")
                case 3:
                    gj.scores.fetch(limit=10)
                case _:
                    gj.time.fetch()
        running.events += running.services.update()

    return frame


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
