"""Kills the service in the middle of a large cloud save, again and again: ``python -m tests.save_kill --rounds 100``.

Each round saves 5 MB over what is there and kills the sandbox at a random moment. After a restart a fresh client loads
the save, which must be wholly the old or wholly the new one. The JSON on standard output has ``rounds``, ``old``,
``new`` and ``torn``; the exit status is 1 when anything was torn. A round takes about two seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox

SIZE = 5 << 20
WAIT_S = 60.0


def run(rounds: int, seed: int) -> dict[str, int]:
    """Do `rounds` rounds and count how the saves were found."""
    chance = random.Random(seed)
    found = {"rounds": rounds, "old": 0, "new": 0, "torn": 0}
    with tempfile.TemporaryDirectory() as folder, Sandbox.start({}) as sandbox:
        first = chance.randbytes(SIZE)
        takes = _save_undisturbed(sandbox, first, Path(folder) / "first")
        expected = first
        for number in range(rounds):
            new = chance.randbytes(SIZE)
            _save_and_kill(sandbox, new, chance.uniform(0.0, 1.3 * takes), Path(folder) / f"save {number}")
            sandbox.restart()
            loaded = _load(sandbox, Path(folder) / f"load {number}")
            if loaded == new:
                found["new"] += 1
                expected = new
            elif loaded == expected:
                found["old"] += 1
            else:
                found["torn"] += 1
    return found


def _client(sandbox: Sandbox, services: ServiceManager) -> GameJolt:
    gj = services.add(GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
    gj.sign_in("ada", sandbox.player("ada").token)
    return gj


def _save_undisturbed(sandbox: Sandbox, value: bytes, folder: Path) -> float:
    """Save, and return how many seconds that took."""
    with ServiceManager("save kill", folder=folder) as services:
        gj = _client(sandbox, services)
        started = time.monotonic()
        gj.saves.save("slot", value).result(WAIT_S)
        return time.monotonic() - started


def _save_and_kill(sandbox: Sandbox, value: bytes, after: float, folder: Path) -> None:
    """Save over what is there, and kill the service `after` so many seconds."""
    with ServiceManager("save kill", folder=folder) as services:
        saving = _client(sandbox, services).saves.save("slot", value, overwrite=True)
        until = time.monotonic() + after
        while time.monotonic() < until and not saving.done:
            services.update()
            time.sleep(0.001)
        sandbox.kill()
        services.close(timeout=0.5)


def _load(sandbox: Sandbox, folder: Path) -> object:
    with ServiceManager("save kill", folder=folder) as services:
        loaded = _client(sandbox, services).saves.load("slot").result(WAIT_S)
        return None if loaded is None else loaded.value


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    found = run(options.rounds, options.seed)
    print(json.dumps(found))
    return 1 if found["torn"] else 0


if __name__ == "__main__":
    sys.exit(main())
