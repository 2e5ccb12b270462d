"""Kills a whole browser with SIGKILL at random moments, over and over, and counts what became of the scores that were
said to be durable: ``python -m tests.page.kill --rounds 50``. In every other round the game runs in two tabs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from pygame_gameservices.sandbox import Hang, Sandbox
from tests.chromium import CHROMIUM
from tests.conftest import NO_MAKER
from tests.page.browser import Game, site

LONGEST_S = 3.0
"""Seconds of play before the kill, at most."""
SOME = 5
"""How many scores the disk has at least, in the rounds that wait for some: else a slow machine would try nothing."""
PATIENCE_S = 120.0
PLAY = """
async def play(first):
    for number in range(first, first + 400):
        running.gj.scores.add(str(number), number).then(lambda call: print("ended", call.operation.arguments["sort"]))
        await asyncio.sleep(0.05)
async def listen():
    seen = 0
    while True:
        for event in running.events[seen:]:
            if type(event).__name__ in ("CallDurable", "DeliveryUnknown"):
                print(type(event).__name__, event.call.operation.arguments["sort"], getattr(event, "error", ""))
        seen = len(running.events)
        await asyncio.sleep(0)
import asyncio
tasks = [asyncio.ensure_future(listen()), asyncio.ensure_future(play({first}))]
None
"""


def run(rounds: int, seed: int) -> dict[str, Any]:
    """Play that many rounds, and one more that ends well. Returns the counts."""
    chance = random.Random(seed)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        Sandbox.start(NO_MAKER) as sandbox,
        site(Path(scratch)) as address,
        sync_playwright() as playwright,
    ):
        profile = Path(scratch) / "profile"
        said: list[str] = []
        for number in range(rounds):
            # no connection that is reset: Chromium itself sends such a request once more, whoever asked for it
            sandbox.faults.set(chance.choice(("refuse", Hang(applied=True, probability=0.5), "latency:seconds=0.2")))
            said += _round(playwright, sandbox, address, profile, number, chance)
            print(f"round {number + 1}: {len(said)} lines so far", file=sys.stderr, flush=True)
        sandbox.faults.clear()
        said += _last(playwright, sandbox, address, profile)
        delivered = Counter(row["sort"] for row in sandbox.dump("gamejolt_scores"))
    durable = {int(line.split()[1]) for line in said if line.startswith("CallDurable ")}
    unknown = {int(line.split()[1]) for line in said if line.startswith("DeliveryUnknown ")}
    return {
        "rounds": rounds,
        "seed": seed,
        "durable": len(durable),
        "delivered_once": sum(delivered[one] == 1 for one in durable),
        "lost": sorted(one for one in durable - unknown if delivered[one] == 0),
        "doubled": sorted(one for one in durable if delivered[one] > 1),
        "unknown": sorted(unknown),
    }


def _round(
    playwright: Playwright, sandbox: Sandbox, address: str, profile: Path, number: int, chance: random.Random
) -> list[str]:
    context = _open(playwright, profile)
    games = [_play(context, sandbox, address) for _ in range(1 + number % 2)]
    for tab, game in enumerate(games):
        game.run(PLAY.replace("{first}", str(1_000_000 + number * 10_000 + tab * 1_000)))
    by = time.monotonic() + PATIENCE_S
    while number % 4 < 2 and time.monotonic() < by and _said(games, "CallDurable ") < SOME:
        games[0].page.wait_for_timeout(50)  # which lets what they say come in
    games[0].page.wait_for_timeout(chance.uniform(0.1, LONGEST_S) * 1000)
    for process in _processes(profile):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    while _processes(profile):
        time.sleep(0.05)
    with contextlib.suppress(Exception):  # it is gone
        context.close()
    return [line for game in games for line in game.said]


def _said(games: list[Game], what: str) -> int:
    return sum(line.startswith(what) for game in games for line in game.said)


def _last(playwright: Playwright, sandbox: Sandbox, address: str, profile: Path) -> list[str]:
    context = _open(playwright, profile)
    game = _play(context, sandbox, address)
    game.run("""
    await until(lambda: running.services.undelivered == 0, 300)
    for event in of("DeliveryUnknown"):
        print("DeliveryUnknown", event.call.operation.arguments["sort"], event.error)
    """)
    context.close()
    return game.said


def _open(playwright: Playwright, profile: Path) -> Any:
    return playwright.chromium.launch_persistent_context(str(profile), executable_path=CHROMIUM, args=["--no-sandbox"])


def _play(context: Any, sandbox: Sandbox, address: str) -> Game:
    game = Game(context.new_page(), address)
    given = (sandbox.game_id, sandbox.private_key, sandbox.gamejolt_url)
    game.run(f"start('kill', *{given!r}, presence=False)")
    game.run(f"running.gj.sign_in('ada', {sandbox.player('ada').token!r}); None")
    return game


def _processes(profile: Path) -> list[int]:
    """The processes of the browser that uses a profile."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if str(profile).encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
    return found


def main() -> None:
    """Read the command line, kill, and print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    counts = run(options.rounds, options.seed)
    print(json.dumps(counts))
    raise SystemExit(1 if counts["lost"] or counts["doubled"] else 0)


if __name__ == "__main__":
    main()
