"""Rows about a browser page: what a frame costs in real Chromium, where all of it happens on the frame thread."""

from __future__ import annotations

import statistics
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox import Sandbox
from tests.benchmarks.ground import sandbox
from tests.benchmarks.peers import PeerError
from tests.benchmarks.row import Bench, Measured, row
from tests.chromium import CHROMIUM
from tests.page.browser import Game, missing, site

WORK_S = 0.0045


@row(
    "page_update",
    target=2.0,
    judged="ours/peer",
    unit="ms",
    what="p99 frame work of a 60 fps loop at 10 calls/s in Chromium / the same loop without us, in the same page",
)
def page_update(bench: Bench) -> Measured:
    """Each sample is the p99 of one stretch of the loop, its first frame the first after the manager was made."""
    played = _play(bench)
    idle = statistics.median(statistics.median(one["frame"]) for one in played["ours"])
    return Measured(
        ours=[_p99(one["all"]) for one in played["ours"]],
        peer=[_p99(one["all"]) for one in played["alone"]],
        peer_name="the loop alone",
        note=f"update() and the calls alone: median {idle:.1f} ms,"
        f" p99 {statistics.median(_p99(one['frame']) for one in played['ours']):.1f} ms",
    )


@row(
    "page_worst",
    target=16.0,
    judged="ours",
    unit="ms",
    what="the longest update() with its calls in all these stretches, the first frames included",
)
def page_worst(bench: Bench) -> Measured:
    """Beside it, by how much the loop's own work took longer than usual in its worst frame, with nobody to blame."""
    played = _play(bench)
    longest = [max(one["frame"]) for one in played["ours"]]
    return Measured(
        ours=[max(longest)],
        peer=[max(one["all"]) - statistics.median(one["all"]) for one in played["alone"]],
        peer_name="the loop alone, over its median",
        note=f"median of the longest of each stretch: {statistics.median(longest):.1f} ms",
    )


@lru_cache
def _play(bench: Bench) -> dict[str, list[dict[str, Any]]]:
    """Both rows come from the same stretches: without us and with us in turn, in a page of its own each time."""
    if missing():
        raise PeerError(missing())
    from playwright.sync_api import sync_playwright

    seconds = bench.rounds(20, 5)
    played: dict[str, list[dict[str, Any]]] = {"alone": [], "ours": []}
    with (
        tempfile.TemporaryDirectory() as scratch,
        sandbox() as running,
        site(Path(scratch), compiled=False) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for number in range(bench.rounds(6, 2)):
            game = Game(browser.new_page(), address)
            game.run(f"load = load_of({WORK_S})")
            played["alone"].append(game.run(f"await stretch({seconds}, load)"))
            played["ours"].append(game.run(_with_us(running, number, seconds)))
            game.page.close()
        browser.close()
    return played


def _with_us(running: Sandbox, number: int, seconds: float) -> str:
    player = running.player("ada")
    given = (running.game_id, running.private_key, running.gamejolt_url)
    return f"""
    make("frames-{number}", *{given!r}, presence=False)
    await stretch({seconds}, load, ten_a_second("ada", {player.token!r}))
    """


def _p99(frames: list[float]) -> float:
    return statistics.quantiles(frames, n=100, method="inclusive")[98]
