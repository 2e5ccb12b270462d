"""Rows about calls over the network: how long they take, and how much of the processor."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from pygame_gameservices.services.base import REQUESTS_PER_S
from tests.benchmarks.ground import far_sandbox, player_of, sandbox
from tests.benchmarks.mix import COUNTERS, KEYS, TABLES, Step, natural_mix
from tests.benchmarks.peers import Child
from tests.benchmarks.row import Bench, Measured, row

CALLS = 500
WORKERS = 6
"""How many requests a manager has under way at once by default."""
A_FEW = 10
"""Calls in turn where there is no latency."""
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
    what="500 Game Jolt calls issued in one frame, 50 ms latency, wall time: gamejoltapi, or a requests.Session / ours",
)
def throughput(bench: Bench) -> Iterator[Measured]:
    """All 500, durable ones included, from the first line of the game to the last callback; peers one by one."""
    runs = _all_at_once(bench)
    yield _wall(runs, "gamejoltapi")
    yield _wall(runs, "requests.Session", variant="requests")


@row(
    "throughput_vs_floor",
    target=2,
    judged="ours/peer",
    unit="s",
    what="the same 500 calls: ours / the least that is possible, full batches written down beforehand on raw sockets",
)
def throughput_vs_floor(bench: Bench) -> Measured:
    """As many sockets as ours has workers. The floor keeps nothing on disk and no order, and decodes no answer."""
    return _wall(_all_at_once(bench), "raw sockets")


@row(
    "burst_vs_pool",
    target=10,
    judged="peer/ours",
    at_least=True,
    unit="s",
    what="the same 500 calls: requests in a ThreadPoolExecutor of as many workers as ours, a session each / ours",
)
def burst_vs_pool(bench: Bench) -> Measured:
    """The usual way not to block. Ours keeps calls in order and on disk as well, and shares requests among them."""
    return _wall(_all_at_once(bench), "requests, 6 workers")


@row(
    "burst_vs_threads",
    target=3,
    judged="peer/ours",
    at_least=True,
    unit="s",
    what="the same 500 calls: requests.get in 500 threads at once / ours, which has six workers",
)
def burst_vs_threads(bench: Bench) -> Measured:
    """The other usual way: it is in no order, opens 500 connections, and all its threads want the interpreter."""
    return _wall(_all_at_once(bench), "requests, a thread each")


@row(
    "cpu_per_call",
    target=8,
    judged="peer/ours",
    at_least=True,
    unit="ms",
    what="client CPU per call of the same: gamejoltapi, or a requests.Session / ours",
)
def cpu_per_call(bench: Bench) -> Iterator[Measured]:
    """Process time of all threads, the frame loop's included."""
    runs = _all_at_once(bench)
    yield _cpu(runs, "gamejoltapi")
    yield _cpu(runs, "requests.Session", variant="requests")


@dataclass(frozen=True)
class _Run:
    """What one client took for so many calls, in seconds; `failed` of them failed."""

    calls: int
    wall: float
    cpu: float
    failed: float = 0


@lru_cache
def _all_at_once(bench: Bench) -> dict[str, list[_Run]]:
    """Runs of every client in turn, which five rows are made of. Of plain sequences a piece stands for the whole."""
    rounds, piece, pooled = bench.rounds(5, 3), bench.rounds(100, 10), bench.rounds(250, 48)
    runs: dict[str, list[_Run]] = defaultdict(list)
    with (
        sandbox() as running,
        Child("ours_side") as us,
        Child("gamejoltapi_side") as them,
        Child("socket_side") as floor,
        _requests() as plain,
    ):
        for child in (us, them, floor, plain):
            child.ask("connect", **player_of(running))
        us.ask("run", steps=SETTING_UP)
        for number in range(rounds):
            steps = natural_mix(CALLS, seed=number)
            few, some = _piece(steps, number, piece), _piece(steps, number, pooled)
            runs["ours"].append(_Run(CALLS, **us.ask("run", steps=steps)))
            batches = us.ask("written_down", steps=steps)
            runs["raw sockets"].append(_Run(CALLS, **floor.ask("send", requests=batches, workers=WORKERS)))
            runs["gamejoltapi"].append(_Run(piece, **them.ask("run", steps=few)))
            runs["requests.Session"].append(_Run(piece, **plain.ask("run", steps=few)))
            runs["requests, 6 workers"].append(_Run(pooled, **plain.ask("run_in_pool", steps=some, workers=WORKERS)))
            runs["requests, a thread each"].append(_Run(CALLS, **plain.ask("run_in_threads", steps=steps)))
        us.ask("close")
    return runs


def _wall(runs: dict[str, list[_Run]], peer: str, variant: str = "") -> Measured:
    return _side_by_side(runs, peer, variant, lambda one: one.wall / one.calls * CALLS)


def _cpu(runs: dict[str, list[_Run]], peer: str, variant: str = "") -> Measured:
    return _side_by_side(runs, peer, variant, lambda one: one.cpu / one.calls * 1e3)


def _side_by_side(runs: dict[str, list[_Run]], peer: str, variant: str, figure: Callable[[_Run], float]) -> Measured:
    failed = sum(int(one.failed) for one in runs["ours"])
    measured_on = sum(one.calls for one in runs[peer])
    return Measured(
        ours=[figure(one) for one in runs["ours"]],
        peer=[figure(one) for one in runs[peer]],
        peer_name=peer,
        variant=variant,
        note=f"{peer} measured on {measured_on:,} calls" + (f"; {failed} of ours FAILED" if failed else ""),
    )


def _piece(steps: list[Step], number: int, length: int) -> list[Step]:
    """Another piece of the steps in each round."""
    start = number * length % (len(steps) - length + 1)
    return steps[start : start + length]


def _requests() -> Child:
    """Plain requests, which asks the environment for proxies at each call; for loopback there is none."""
    return Child("requests_side", env={"NO_PROXY": "127.0.0.1"})


@row(
    "rtt_call",
    target=2.9,
    judged="peer/ours",
    at_least=True,
    unit="ms",
    what="one call after another, 50 ms round trip, TLS and handshakes included: gamejoltapi / ours",
)
def rtt_call(bench: Bench) -> Measured:
    """Both ask for the server's time; ours keeps its connection and verifies the certificate."""
    ours: list[float] = []
    peer: list[float] = []
    with far_sandbox() as (running, origin), Child("ours_side") as us, Child("gamejoltapi_side") as them:
        player = {**player_of(running), "base_url": origin + urlsplit(running.gamejolt_url).path}
        us.ask("connect", **player, ca_file=str(running.ca_file))
        them.ask("connect", **player)
        for _ in range(bench.rounds(10, 3)):
            ours += us.ask("ask_time", count=5)
            peer += them.ask("ask_time", count=5)
        us.ask("close")
    return Measured(ours=[s * 1e3 for s in ours], peer=[s * 1e3 for s in peer], peer_name="gamejoltapi")


@row(
    "call_vs_requests",
    target=1.5,
    judged="ours/peer",
    unit="ms",
    what="one call after another without latency, waited for in place: ours / a requests.Session that blocks",
)
def call_vs_requests(bench: Bench) -> Iterator[Measured]:
    """What queues, threads and typed answers cost where they gain nothing: the whole call, and its processor time."""
    taken = _without_latency(bench)
    for variant in ("", "cpu"):
        yield Measured(
            ours=taken["ours", variant],
            peer=taken["requests", variant],
            peer_name="requests.Session",
            variant=variant,
        )


@row(
    "call_vs_socket",
    target=2,
    judged="ours-peer",
    unit="ms",
    what="the same call, over the floor: one request written down beforehand on a raw socket that stays open",
)
def call_vs_socket(bench: Bench) -> Iterator[Measured]:
    """What a call costs above the least that is possible: an eighth of a frame of delay, none of it in the frame."""
    taken = _without_latency(bench)
    for variant in ("", "cpu"):
        yield Measured(
            ours=taken["ours", variant], peer=taken["socket", variant], peer_name="raw socket", variant=variant
        )


@lru_cache
def _without_latency(bench: Bench) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of each call of each client, and of processor time per call in each round (``"cpu"``)."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    with sandbox(0) as running, Child("ours_side") as us, Child("socket_side") as floor, _requests() as plain:
        clients = {"ours": us, "requests": plain, "socket": floor}
        for child in clients.values():
            child.ask("connect", **player_of(running))
            child.ask("ask_time", count=A_FEW)
        for number in range(bench.rounds(30, 6)):
            for name, child in _turned(list(clients.items()), number):
                before = child.ask("processor_s")
                taken[name, ""] += [s * 1e3 for s in child.ask("ask_time", count=A_FEW)]
                taken[name, "cpu"].append((child.ask("processor_s") - before) / A_FEW * 1e3)
            time.sleep(A_FEW / REQUESTS_PER_S)  # or ours would keep to its pace, which is not what is measured here
        us.ask("close")
    return taken


def _turned(clients: list[tuple[str, Child]], number: int) -> list[tuple[str, Child]]:
    """Another one first each time: whoever begins after a rest finds a processor that has rested as well."""
    first = number % len(clients)
    return [*clients[first:], *clients[:first]]
