"""The soak: ``python -m tests.soak --seconds N [--json FILE]``.

A loop at 60 frames a second issues calls of every kind while the sandbox commits random faults. In the end no frame may
have been late through us, every call must have had exactly one outcome, and nothing may have grown.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pygame_gameservices import Call, CallFailed, CallSucceeded, DeliveryUnknown, GameJolt, ServiceManager
from pygame_gameservices.sandbox import (
    DeepJson,
    Drip,
    Fault,
    Garbage,
    Hang,
    HtmlPage,
    Latency,
    Refuse,
    Reset,
    Sandbox,
    ServerError,
    Stall,
    TooManyRequests,
    Truncate,
    WrongLength,
)
from tests.lateness import FRAME_S, LATE_S, Late, Lateness, cost_of

FPS = round(1 / FRAME_S)
CALLS_PER_S = 20.0
WEATHER: tuple[Fault, ...] = (
    Latency(0.1, 0.1),
    Refuse(),
    Reset(probability=0.5),
    Reset(applied=True, probability=0.5),
    Hang(probability=0.3),
    Stall(0.5, probability=0.5),
    Drip(400.0, probability=0.5),
    Truncate(probability=0.5),
    WrongLength(probability=0.5),
    Garbage(probability=0.5),
    HtmlPage(502, probability=0.5),
    DeepJson(2000, probability=0.3),
    TooManyRequests(1),
    ServerError(probability=0.5),
    ServerError(503, 1, applied=True, probability=0.5),
)


class Weather(threading.Thread):
    """Sets random faults for a moment each, with fair weather in between."""

    def __init__(self, sandbox: Sandbox, chance: random.Random) -> None:
        super().__init__(name="weather", daemon=True)
        self._sandbox = sandbox
        self._chance = chance
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            self._sandbox.faults.set(self._chance.choice(WEATHER))
            self._over.wait(self._chance.uniform(0.1, 1.5))
            self._sandbox.faults.clear()
            self._over.wait(self._chance.uniform(0.1, 2.0))

    def stop(self) -> None:
        self._over.set()
        self.join()
        self._sandbox.faults.clear()


class Player:
    """Issues calls at random, and counts how each ended."""

    def __init__(self, gj: GameJolt, chance: random.Random) -> None:
        self._gj = gj
        self._chance = chance
        self._number = 0
        self.calls = 0
        self.outcomes: Counter[str] = Counter()
        self.open: set[Call[Any]] = set()
        self._ended: set[Call[Any]] = set()
        self.twice = 0

    def act(self) -> None:
        gj, n = self._gj, self._number
        self._number += 1
        kinds: list[Callable[[], Call[Any]]] = [
            lambda: gj.scores.add(f"{n} points", n),
            lambda: gj.scores.add(f"{n} points", n, guest="Zoë"),
            lambda: gj.trophies.add_achieved(self._chance.randint(1, 6)),
            lambda: gj.data_store.set(f"key {n % 20}", "x" * self._chance.choice((10, 1000, 20_000))),
            lambda: gj.data_store.update("log", "append", "x") if n % 50 else gj.data_store.set("log", ""),
            lambda: gj.data_store.fetch(f"key {n % 20}"),
            lambda: gj.scores.fetch(limit=50),
            lambda: gj.scores.get_rank(n),
            lambda: gj.trophies.fetch(fresh=True),
            lambda: gj.time.fetch(),
            lambda: gj.users.fetch("ada"),
        ]
        call = self._chance.choice(kinds)()
        if self._chance.random() < 0.05:
            call.cancel()
        self.calls += 1
        self.open.add(call)
        call.then(self._heard_once)

    def hear(self, events: list[Any]) -> None:
        """Count the outcomes among the events of a frame."""
        for event in events:
            if isinstance(event, (CallSucceeded, CallFailed, DeliveryUnknown)) and event.call in self._ended:
                self._ended.discard(event.call)
                self.outcomes[event.call.outcome] += 1

    def _heard_once(self, call: Call[Any]) -> None:
        """Runs once per outcome; the event that belongs to it follows."""
        self.twice += call not in self.open
        self.open.discard(call)
        self._ended.add(call)


class Frames:
    """A loop at 60 frames a second."""

    def __init__(self) -> None:
        self.frames = 0
        self.lateness = Lateness()

    def run(self, seconds: float, frame: Callable[[], object]) -> None:
        due = time.perf_counter()
        until = due + seconds
        self.lateness.frame()
        while due < until:
            self.lateness.called(cost_of(frame).own_s)
            due = max(due + 1 / FPS, time.perf_counter() - LATE_S)
            time.sleep(max(0.0, due - time.perf_counter()))
            self.lateness.frame()
            self.frames += 1


class Sizes:
    """How many threads and handles this process has, and how much memory, looked at once a second.

    A connection may be open at one moment and not at the next, so growth is told from the most there were.
    """

    def __init__(self) -> None:
        self._seen: list[tuple[int, int, int]] = []
        self._due = 0.0

    def look(self) -> None:
        """Look, if a second has passed. Once a frame."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + 1
            handles = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
            self._seen.append((threading.active_count(), handles, _rss()))

    def grown(self) -> dict[str, float]:
        """The most in the last third of the run, less the most in the third before it; memory in MiB."""
        third = len(self._seen) // 3
        before, after = (
            [max(each, default=0) for each in zip(*part, strict=True)] or [0, 0, 0]
            for part in (self._seen[third : 2 * third], self._seen[2 * third :])
        )
        threads, handles, rss = (last - first for first, last in zip(before, after, strict=True))
        return {"threads_grown": threads, "handles_grown": handles, "rss_grown_mib": round(rss / 2**20, 1)}


def _rss() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def run(seconds: float, folder: Path, *, seed: int = 0) -> dict[str, Any]:
    """Play for so long, and return the report."""
    chance = random.Random(seed)
    with Sandbox.start({}, env={"GAMESERVICES_SANDBOX_GIVES_WAY": "1"}) as sandbox:
        services = ServiceManager("soak", folder=folder)
        gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url))
        gj.sign_in("ada", sandbox.player("ada").token)
        player, frames, sizes = Player(gj, chance), Frames(), Sizes()

        def frame() -> None:
            if chance.random() < CALLS_PER_S / FPS:
                player.act()
            player.hear(services.update())
            sizes.look()

        gc.collect()
        gc.freeze()  # as README advises a game that has loaded
        weather = Weather(sandbox, random.Random(seed + 1))
        weather.start()
        frames.run(seconds, frame)
        weather.stop()
        frames.run(1.5, lambda: player.hear(services.update()))
        player.hear(services.close(timeout=5))
        gc.unfreeze()
    return {
        "frames": frames.frames,
        "late_frames": frames.lateness.ours,
        "late_for_the_machine": frames.lateness.late - frames.lateness.ours,
        "late": [_in_ms(late) for late in frames.lateness.frames],
        "worst_ms": round(frames.lateness.longest_s * 1000, 1),
        "calls": player.calls,
        "outcomes": sum(player.outcomes.values()),
        "outcomes_by_kind": dict(player.outcomes),
        "without_outcome": len(player.open),
        "outcomes_twice": player.twice,
        **sizes.grown(),
    }


def _in_ms(late: Late) -> dict[str, Any]:
    """Why a frame was late, to read."""
    figures = {"taken": late.taken_s, "calls": late.calls_s, "threads": late.threads_s, "stolen": late.stolen_s}
    return {"ours": late.ours, **{f"{name}_ms": round(seconds * 1000, 1) for name, seconds in figures.items()}}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Play on while everything goes wrong.")
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--json", metavar="FILE", help="where to write the report")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gameservices-soak-") as folder:
        report = run(given.seconds, Path(folder), seed=given.seed)
    print(json.dumps(report, indent=2))
    if given.json:
        Path(given.json).write_text(json.dumps(report, indent=2) + "\n")
    return int(bool(report["late_frames"] or report["outcomes"] != report["calls"] or report["outcomes_twice"]))


if __name__ == "__main__":
    sys.exit(main())
