"""Rows about the frame loop: whether calls are felt in it."""

from __future__ import annotations

import statistics
from functools import lru_cache
from typing import Any

from tests.benchmarks.big_server import big_server
from tests.benchmarks.ground import player_of, sandbox
from tests.benchmarks.peers import Child
from tests.benchmarks.row import Bench, Measured, row

CALLS_PER_S = 100
SILENT = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
REPLIES = 36


@row(
    "frame_p99",
    target=1.1,
    judged="ours/peer",
    unit="ms",
    what="p99 frame work of a 60 fps loop at 100 calls/s, 50 ms latency / the same loop without calls",
)
def frame_p99(bench: Bench) -> Measured:
    """Each sample is the p99 of one stretch of the loop."""
    played = _play(bench)
    blocking = statistics.median(_p99(one) for one in played["blocking"])
    return Measured(
        ours=[_p99(one) for one in played["calling"]],
        peer=[_p99(one) for one in played["quiet"]],
        peer_name="no calls",
        note=f"gamejoltapi blocking once a second: {blocking:.1f} ms",
    )


@row(
    "late_frames",
    target=0,
    judged="ours",
    unit="frames",
    what="frames over 25 ms in 60 s of that loop that would have been in time without the calls",
)
def late_frames(bench: Bench) -> Measured:
    """All stretches together, as if they were 60 s."""
    played = _play(bench)
    late = {name: _in_a_minute(stretches, "late") for name, stretches in played.items()}
    longest = max(one["longest"] for one in played["calling"])
    blocking = _in_a_minute(played["blocking"], "ours")
    return Measured(
        ours=[_in_a_minute(played["calling"], "ours")],
        peer=[blocking],
        peer_name="gamejoltapi blocking once a second",
        note=f"late for whatever reason: {late['calling']:.0f} (longest {longest:.1f} ms) with calls,"
        f" {late['quiet']:.0f} without, {late['blocking']:.0f} with gamejoltapi",
    )


@lru_cache
def _play(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """Both rows come from the same stretches: without calls, with ours, and with the peer, in turn."""
    rounds, seconds = bench.rounds(12, 3), bench.rounds(5, 2)
    played: dict[str, list[dict[str, Any]]] = {"quiet": [], "calling": [], "blocking": []}
    with sandbox() as running, Child("frame_loop", env=SILENT) as us, Child("frame_loop", env=SILENT) as them:
        them.ask("prepare", load=us.ask("calibrate"))
        us.ask("connect", **player_of(running))
        them.ask("connect_peer", **player_of(running))
        us.ask("calling", seconds=1, per_s=CALLS_PER_S, seed=99)
        for number in range(rounds):
            played["quiet"].append(us.ask("quiet", seconds=seconds))
            played["calling"].append(us.ask("calling", seconds=seconds, per_s=CALLS_PER_S, seed=number))
            played["blocking"].append(them.ask("blocking", seconds=seconds))
        us.ask("close")
    return played


@row(
    "big_reply",
    target=0.05,
    judged="ours/peer",
    unit="frames",
    what="late frames (over 25 ms) per 36 replies of 1 MB with many objects, decoded off the frame thread / requests"
    " and json in a thread",
)
def big_reply(bench: Bench) -> Measured:
    """A batch of fifty boards of a hundred rows; beside it, requests and json in a thread, and the loop alone."""
    rounds, replies = bench.rounds(6, 1), bench.rounds(12, 9)
    late = {"ours": 0, "peer": 0, "alone": 0}
    longest = 0.0
    with big_server() as address, Child("frame_loop", env=SILENT) as us, Child("frame_loop", env=SILENT) as them:
        them.ask("prepare", load=us.ask("calibrate"))
        for _ in range(rounds):
            played = us.ask("big_replies", address=address, replies=replies, every_s=0.3)
            late["ours"] += played["late"]
            longest = max(longest, played["longest"])
            late["peer"] += them.ask("parsing", address=address, replies=replies, every_s=0.3)["late"]
            late["alone"] += them.ask("alone", seconds=replies * 0.3 + 0.5)["late"]
    scale = REPLIES / (rounds * replies)
    alone = f"the loop alone: {late['alone'] * scale:.0f} late"
    return Measured(
        ours=[late["ours"] * scale],
        peer=[late["peer"] * scale],
        peer_name="requests and json in a thread",
        note=f"{rounds * replies} replies; longest frame {longest:.1f} ms; {alone}",
    )


def _p99(stretch: dict[str, Any]) -> float:
    return statistics.quantiles(stretch["work"], n=100, method="inclusive")[98]


def _in_a_minute(stretches: list[dict[str, Any]], which: str) -> float:
    frames = sum(len(one["work"]) for one in stretches)
    return sum(int(one[which]) for one in stretches) * 3600 / frames
