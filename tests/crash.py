"""The kill -9 harness: ``python -m tests.crash --rounds N [--json FILE]``.

A round: a process issues scores, trophies, values and saves while the network is up, down or flapping, and is killed
with SIGKILL at a random moment; another one starts (and is sometimes killed as well), and a last one drains. In the end
each operation that was said to be durable must be in the sandbox's database exactly once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pygame_gameservices.sandbox import Fault, Latency, Refuse, Reset, Sandbox, ServerError, TooManyRequests, Truncate
from tests.crash_child import DRAIN_S, TROPHIES_PER_ROUND, Plan, drain, issue
from tests.crash_count import Count

LANES = 10
"""Rounds that run side by side, each on a sandbox of its own: most of a round is waiting."""
ROUNDS_PER_PLAYER = 8
WEATHER: tuple[tuple[Fault, ...], ...] = (
    (),
    (Refuse(),),
    (Reset(),),
    (Reset(applied=True),),
    (Reset(applied=True, probability=0.5), Reset(probability=0.5)),
    (Latency(0.1, 0.1),),
    (ServerError(503),),
    (ServerError(applied=True),),
    (Truncate(probability=0.7), Latency(0.05)),
    (TooManyRequests(1),),
)
"""What a flapping network does; each lasts a fraction of a second."""


class Lane:
    """Rounds one after another on one sandbox."""

    def __init__(self, rounds: list[int], folder: Path, chance: random.Random) -> None:
        self._rounds = rounds
        self._folder = folder
        self._chance = chance
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.crash_child"])
        self.kills = 0

    def run(self, count: Count, tell: Callable[[], object]) -> None:
        """Play all rounds, then count."""
        players = -(-len(self._rounds) // ROUNDS_PER_PLAYER)
        with Sandbox.start(_world(players)) as sandbox:
            logs, left = [], []
            for place, number in enumerate(self._rounds):
                plan = self._plan(sandbox, place, number)
                logs.append(Path(plan.log))
                left += self._round(sandbox, plan)
                tell()
            count.read(sandbox, [log for log in logs if log.exists()], left)

    def _plan(self, sandbox: Sandbox, place: int, number: int) -> Plan:
        turn, which = divmod(place, -(-len(self._rounds) // ROUNDS_PER_PLAYER))
        player = sandbox.players[which]
        return Plan(
            number=number,
            folder=str(self._folder / f"round-{number}"),
            url=sandbox.gamejolt_url,
            key=sandbox.private_key,
            player=player.username,
            token=player.token,
            log=str(self._folder / f"round-{number}.log"),
            first_trophy=1 + turn * TROPHIES_PER_ROUND,
        )

    def _round(self, sandbox: Sandbox, plan: Plan) -> list[Any]:
        chance = self._chance
        network = chance.choices(("up", "down", "flapping"), (3, 2, 5))[0]
        sandbox.faults.set(*((Refuse(),) if network == "down" else ()))
        self._start_and_kill(issue, plan, sandbox, network, chance.uniform(0.02, 0.8))
        if chance.random() < 0.3:
            network = chance.choice(("up", "flapping"))
            sandbox.faults.clear()
            self._start_and_kill(drain, plan, sandbox, network, chance.uniform(0.02, 1.6))
        sandbox.faults.clear()
        process, said = self._start(drain, plan)
        if chance.random() < 0.5:
            self._flap(sandbox, chance.uniform(0.1, 0.5))
            sandbox.faults.clear()
        assert said.poll(DRAIN_S + 20), f"round {plan.number} never ended"
        left: list[Any] = said.recv()
        process.join(10)
        process.kill()
        return left

    def _start(self, what: Callable[[Plan, Any], None], plan: Plan) -> tuple[BaseProcess, Connection]:
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=what, args=(plan, theirs), daemon=True)
        process.start()
        theirs.close()
        assert ours.poll(30), "the process did not start"
        ours.recv()
        return process, ours

    def _start_and_kill(self, what: Any, plan: Plan, sandbox: Sandbox, network: str, after_s: float) -> None:
        process, said = self._start(what, plan)
        if network == "flapping":
            self._flap(sandbox, after_s)
        else:
            time.sleep(after_s)
        process.kill()
        process.join()
        said.close()
        self.kills += 1

    def _flap(self, sandbox: Sandbox, for_s: float) -> None:
        until = time.monotonic() + for_s
        while (left := until - time.monotonic()) > 0:
            sandbox.faults.set(*self._chance.choice(WEATHER))
            time.sleep(min(left, self._chance.uniform(0.02, 0.2)))


def run(rounds: int, folder: Path, *, lanes: int = LANES, seed: int = 0, tell: Callable[[], object] = int) -> dict:
    """Play `rounds` rounds, and return the report."""
    count = Count()
    shares = [list(range(lane, rounds, lanes)) for lane in range(min(lanes, rounds))]
    teams = [Lane(share, folder, random.Random(seed * 1000 + n)) for n, share in enumerate(shares)]
    failures: list[BaseException] = []

    def play(lane: Lane) -> None:
        try:
            lane.run(count, tell)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=play, args=(lane,)) for lane in teams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return {
        "rounds": rounds,
        "kills": sum(lane.kills for lane in teams),
        "durable": count.durable,
        "delivered_once": count.delivered_once,
        "saves_kept": count.saves,
        "lost": len(count.lost),
        "doubled": len(count.doubled),
        "unknown": len(count.unknown),
        "details": (count.lost + count.doubled + count.unknown)[:50],
    }


def _world(players: int) -> dict[str, Any]:
    trophies = [{"id": n, "title": f"Trophy {n}"} for n in range(1, 1 + ROUNDS_PER_PLAYER * TROPHIES_PER_ROUND)]
    tables = [{"id": 1, "name": "Main", "primary": True}, {"id": 2, "name": "Fastest", "order": "ascending"}]
    people = [{"username": f"player-{n}", "token": f"t{n}"} for n in range(players)]
    return {"gamejolt": {"game_id": 1, "tables": tables, "trophies": trophies}, "sandbox": {"players": people}}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kill a game and count what it lost.")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", metavar="FILE", help="where to write the report")
    parser.add_argument("--seed", type=int, default=0, help="for another order of events")
    given = parser.parse_args()
    begun, done = time.monotonic(), []

    def tell() -> None:
        done.append(1)
        print(f"\r{len(done)} of {given.rounds} rounds, {time.monotonic() - begun:.0f} s", end="", file=sys.stderr)

    with tempfile.TemporaryDirectory(prefix="gameservices-crash-") as folder:
        report = run(given.rounds, Path(folder), seed=given.seed, tell=tell)
    print(file=sys.stderr)
    print(json.dumps(report, indent=2))
    if given.json:
        Path(given.json).write_text(json.dumps(report, indent=2) + "\n")
    return int(bool(report["lost"] or report["doubled"] or report["unknown"]))


if __name__ == "__main__":
    sys.exit(main())
