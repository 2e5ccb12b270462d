"""A game's frame loop in a child interpreter: 60 frames a second with some milliseconds of work in each.

The same loop runs with no calls, with ours, with `gamejoltapi` blocking once a second, and with a thread that parses
JSON. Frames are timed as the game sees them: the work from one tick to the next, and from start to start.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.call import Call
from tests.benchmarks import ours_side
from tests.benchmarks.big_server import BOARDS, ROWS
from tests.benchmarks.mix import natural_mix
from tests.lateness import Lateness, cost_of

WORK_S = 0.0045

try:
    import pygame  # before the package, as a game does: so many new objects make the collector go through all there are
except ImportError:
    pygame = None

_load = 0
_peer: Any = None


def calibrate() -> int:
    """Return how much work takes `WORK_S` on this machine."""
    global _load
    _load = 10_000
    taken = min(_timed(_work) for _ in range(20))
    _load = max(1, int(_load * WORK_S / taken))
    return _load


def prepare(load: int) -> None:
    """Take over the work that another child has calibrated, so that all do the same."""
    global _load
    _load = load


def connect(**player: Any) -> None:
    """Sign in with this package."""
    ours_side.connect(**player)


def connect_peer(**player: Any) -> None:
    """Sign in with `gamejoltapi`; for children that do nothing else."""
    global _peer
    from tests.benchmarks import gamejoltapi_side

    _peer = gamejoltapi_side
    _peer.connect(**player)


def close() -> None:
    """End the manager."""
    ours_side.close()


def alone(seconds: float) -> dict[str, Any]:
    """The loop with nothing beside it."""
    return _play(seconds, lambda: None)


def quiet(seconds: float) -> dict[str, Any]:
    """The loop without any calls."""
    return _play(seconds, _update)


def calling(seconds: float, per_s: float, seed: int) -> dict[str, Any]:
    """The loop with so many calls a second, evenly."""
    steps = iter(natural_mix(int(seconds * per_s) + 100, seed))
    owed = 0.0
    made = 0

    def frame() -> None:
        nonlocal owed, made
        owed += per_s / 60
        while owed >= 1:
            owed -= 1
            made += 1
            ours_side.one(*next(steps))
        _update()

    return {**_play(seconds, frame), "made": made}


def blocking(seconds: float) -> dict[str, Any]:
    """The loop with one blocking call a second, by `gamejoltapi`."""
    frames = itertools.count(1)

    def frame() -> None:
        if next(frames) % 60 == 0:
            _peer.ask_time(1)

    return _play(seconds, frame, blocks=True)


def big_replies(address: str, replies: int, every_s: float) -> dict[str, Any]:
    """The loop while replies of a megabyte come in for this package."""
    services = ServiceManager("benchmark", folder=tempfile.mkdtemp(prefix="gameservices-benchmark-"))
    gj = services.add(GameJolt(1, "a private key", base_url=address, presence=False))
    ended: list[Call[Any]] = []

    def ask() -> None:
        boards = [gj.prepare.scores.fetch(limit=ROWS, better_than=number) for number in range(BOARDS)]
        gj.batch(boards).then(ended.append)

    played = _play(replies * every_s + 0.5, _now_and_then(ask, every_s, replies, services.update))
    services.close()
    shutil.rmtree(services.folder, ignore_errors=True)
    got = sum(len(one.value) for call in ended for one in call.value or ())
    if got != replies * BOARDS * ROWS:
        raise RuntimeError(f"{got} rows came, not {replies * BOARDS * ROWS}")
    return played


def parsing(address: str, replies: int, every_s: float) -> dict[str, Any]:
    """The loop while the same replies come in for requests and json in a thread."""
    import requests

    session = requests.Session()
    session.trust_env = False

    def ask() -> None:
        threading.Thread(target=lambda: json.loads(session.post(address, data=b"").content)).start()

    return _play(replies * every_s + 0.5, _now_and_then(ask, every_s, replies, lambda: None))


def _now_and_then(
    ask: Callable[[], None], every_s: float, times: int, then: Callable[[], object]
) -> Callable[[], None]:
    began = time.perf_counter()
    asked = 0

    def frame() -> None:
        nonlocal asked
        if asked < times and time.perf_counter() >= began + asked * every_s:
            asked += 1
            ask()
        then()

    return frame


def _update() -> None:
    ours_side.update()


def _play(seconds: float, frame: Callable[[], object], *, blocks: bool = False) -> dict[str, Any]:
    """Play for a while. Returns each frame's work in milliseconds, and how many frames were late, by whose fault.

    Args:
        blocks: whether `frame` waits for the network by itself; what it waits is then its fault.
    """
    work: list[float] = []
    ticks = _ticks()
    next(ticks)
    lateness = Lateness()
    for _ in range(int(seconds * 60)):
        before = time.perf_counter()
        _work()
        cost = cost_of(frame)
        work.append((time.perf_counter() - before) * 1e3)
        lateness.called(cost.wall_s if blocks else cost.own_s)
        next(ticks)
        lateness.frame()
    return {"work": work, "late": lateness.late, "ours": lateness.ours, "longest": lateness.longest_s * 1e3}


def _ticks() -> Iterator[float]:
    """Sixty moments a second, by pygame's clock where there is pygame."""
    if pygame is None:
        due = time.perf_counter()
        while True:
            due = max(due + 1 / 60, time.perf_counter())
            time.sleep(max(0.0, due - time.perf_counter()))
            yield time.perf_counter()
    clock = pygame.time.Clock()
    while True:
        clock.tick(60)
        yield time.perf_counter()


def _work() -> float:
    """What a small game does in a frame: plain Python."""
    total = 0.0
    for number in range(_load):
        total += (number * 0.5) % 7.0
    return total


def _timed(function: Callable[[], object]) -> float:
    before = time.perf_counter()
    function()
    return time.perf_counter() - before
