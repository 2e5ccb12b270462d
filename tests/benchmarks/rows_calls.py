"""Rows about calls over the network: how long they take, and how much of the processor."""

from __future__ import annotations

from functools import lru_cache

from tests.benchmarks.ground import far_sandbox, player_of, sandbox
from tests.benchmarks.mix import COUNTERS, KEYS, TABLES, Step, natural_mix
from tests.benchmarks.peers import Child
from tests.benchmarks.row import Bench, Measured, row

CALLS = 500
SETTING_UP: list[Step] = [
    *(("set", {"key": f"count {number}", "data": "0"}) for number in range(COUNTERS)),
    *(("set", {"key": f"key {number}", "data": "nothing yet"}) for number in range(KEYS)),
    *(("score", {"sort": 1000, "table_id": table}) for table in TABLES),
]


@row(
    "throughput",
    target=100,
    judged="peer/ours",
    at_least=True,
    unit="s",
    what="500 Game Jolt calls issued in one frame, 50 ms latency: wall time of gamejoltapi / ours",
)
def throughput(bench: Bench) -> Measured:
    """All 500, durable ones included, from the first line of the game to the last callback."""
    return _all_at_once(bench)["wall"]


@row(
    "cpu_per_call",
    target=5,
    judged="peer/ours",
    at_least=True,
    unit="ms",
    what="client CPU per call of the same: gamejoltapi / ours",
)
def cpu_per_call(bench: Bench) -> Measured:
    """Process time of all threads, the frame loop's included."""
    return _all_at_once(bench)["cpu"]


@lru_cache
def _all_at_once(bench: Bench) -> dict[str, Measured]:
    """Both rows come from the same runs. The peer's share is cut into pieces, since it is a plain sequence."""
    rounds, piece = bench.rounds(5, 3), bench.rounds(100, 25)
    ours: list[dict[str, float]] = []
    peers: list[dict[str, float]] = []
    with sandbox() as running, Child("ours_side") as us, Child("gamejoltapi_side") as them:
        us.ask("connect", **player_of(running))
        them.ask("connect", **player_of(running))
        us.ask("run", steps=SETTING_UP)
        for number in range(rounds):
            steps = natural_mix(CALLS, seed=number)
            ours.append(us.ask("run", steps=steps))
            start = number * piece % CALLS
            peers.append(them.ask("run", steps=steps[start : start + piece]))
        us.ask("close")
    failed = sum(int(one["failed"]) for one in ours)
    note = f"gamejoltapi measured on {rounds * piece} calls" + (f"; {failed} of ours FAILED" if failed else "")
    return {
        "wall": Measured(
            ours=[one["wall"] for one in ours],
            peer=[one["wall"] * CALLS / piece for one in peers],
            peer_name="gamejoltapi",
            note=note,
        ),
        "cpu": Measured(
            ours=[one["cpu"] / CALLS * 1e3 for one in ours],
            peer=[one["cpu"] / piece * 1e3 for one in peers],
            peer_name="gamejoltapi",
            note=note,
        ),
    }


@row(
    "rtt_call",
    target=2.8,
    judged="peer/ours",
    at_least=True,
    unit="ms",
    what="one call after another, 50 ms round trip, TLS and handshakes included: gamejoltapi / ours",
)
def rtt_call(bench: Bench) -> Measured:
    """Both ask for the server's time; ours keeps its connection and verifies the certificate."""
    ours: list[float] = []
    peer: list[float] = []
    with far_sandbox() as (running, address), Child("ours_side") as us, Child("gamejoltapi_side") as them:
        player = {**player_of(running), "base_url": address}
        us.ask("connect", **player, ca_file=str(running.ca_file))
        them.ask("connect", **player)
        for _ in range(bench.rounds(10, 3)):
            ours += us.ask("ask_time", count=5)
            peer += them.ask("ask_time", count=5)
        us.ask("close")
    return Measured(ours=[s * 1e3 for s in ours], peer=[s * 1e3 for s in peer], peer_name="gamejoltapi")
