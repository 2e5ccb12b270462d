"""Rows about what is kept on disk: what it costs the game, and how it grows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox import Refuse, Sandbox
from tests.benchmarks.ground import PLAYER, player_of, sandbox
from tests.benchmarks.peers import Child
from tests.benchmarks.row import Bench, Measured, row

ENTRIES = 100_000
MORE = 400


@row(
    "call_site",
    target=0.02,
    judged="ours/peer",
    unit="us",
    what="median cost of gj.scores.add(...) on the frame thread, durable / a SQLite commit in the frame",
)
def call_site(bench: Bench) -> Measured:
    """Three calls a frame; beside it, what committing in the frame would cost."""
    ours: list[float] = []
    peer: list[float] = []
    with sandbox() as running, _folder() as folder, _connected(running, "outbox_side") as us:
        for _ in range(bench.rounds(5, 2)):
            ours += us.ask("call_site", count=300)
            peer += us.ask("commit_site", folder=str(folder), count=bench.rounds(300, 100))
        us.ask("close")
    return Measured(ours=[s * 1e6 for s in ours], peer=[s * 1e6 for s in peer], peer_name="SQLite commit in the frame")


@row(
    "outbox_start",
    target=5,
    judged="ours/peer",
    unit="s",
    what="a manager with Game Jolt on an outbox of 100,000 entries, until all are known / SQLite reading them",
)
def outbox_start(bench: Bench) -> Measured:
    """Each time in a fresh interpreter, from the constructor to when all entries are known."""
    ours: list[float] = []
    peer: list[float] = []
    with _folder() as folder:
        _filled(folder, ENTRIES)
        for _ in range(bench.rounds(7, 3)):
            with Child("outbox_side") as us:
                ours.append(us.ask("open_outbox", folder=str(folder), count=ENTRIES))
                peer.append(us.ask("open_sqlite", folder=str(folder)))
    return Measured(ours=ours, peer=peer, peer_name="SQLite alone")


@row(
    "outbox_drain",
    target=1.1,
    judged="ours/peer",
    unit="s",
    what="draining an outbox / the same calls in plain batches, not kept on disk",
)
def outbox_drain(bench: Bench) -> Measured:
    """Each round has a fresh player's worth of scores, 50 ms latency."""
    count = bench.rounds(20_000, 2_000)
    ours: list[float] = []
    peer: list[float] = []
    with sandbox() as running:
        for _ in range(bench.rounds(3, 2)):
            with _folder() as folder, Child("outbox_side") as us:
                _filled(folder, count)
                ours.append(us.ask("drain", folder=str(folder), player=player_of(running), count=count))
            with _folder() as folder, Child("outbox_side") as us:
                peer.append(us.ask("plain", folder=str(folder), player=player_of(running), count=count))
    return Measured(ours=ours, peer=peer, peer_name="plain batches", note=f"{count:,} calls each")


@row(
    "growth",
    target=1.2,
    judged="ours/peer",
    unit="us",
    what="CPU per call, made and kept and later sent, at 100,000 queued operations / at 100",
)
def growth(bench: Bench) -> Measured:
    """With so many waiting for a service that cannot be reached, some more are made; then it is back, and some go."""
    few, many, rounds = 100, bench.rounds(ENTRIES, 10_000), bench.rounds(5, 3)
    with sandbox(0) as running, _connected(running, "outbox_side") as us:
        at_few = []
        for _ in range(rounds):  # a fresh start each time, with nothing under way that an outage could cut off
            running.faults.set(Refuse())
            us.ask("pile_up", count=few)
            made = us.ask("cost_of_more", count=MORE)
            running.faults.clear()
            at_few.append(made + us.ask("cost_of_sending", count=MORE))
            us.ask("finish")
        running.faults.set(Refuse())
        us.ask("pile_up", count=many)
        made_at_many = [us.ask("cost_of_more", count=MORE) for _ in range(rounds)]
        running.faults.clear()
        at_many = [made + us.ask("cost_of_sending", count=MORE) for made in made_at_many]
    return Measured(
        ours=[s * 1e6 for s in at_many],
        peer=[s * 1e6 for s in at_few],
        peer_name=f"at {few}",
        note=f"{many:,} queued",
    )


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="gameservices-benchmark-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _connected(running: Sandbox, module: str) -> Iterator[Any]:
    with Child(module) as child:
        child.ask("connect", **player_of(running))
        yield child


def _filled(folder: Path, count: int) -> None:
    with Child("outbox_side") as child:
        child.ask("fill", folder=str(folder), player=PLAYER, count=count)
