"""Live many lives: ``python -m tests.simulation --seeds N --from K``. A seed that fails is printed, and replays."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.simulation.life import Life


def live(seed: int, folder: Path) -> str:
    """Live one life. Returns what went wrong, or nothing."""
    life = Life(seed, folder)
    try:
        life.live()
    except Exception as error:
        trace = "" if isinstance(error, AssertionError) else traceback.format_exc()
        return f"seed {seed}: {error}\n{trace}" + "\n".join(life.history)
    return ""


def _part(first: int, last: int) -> list[str]:
    root = Path("/dev/shm") if os.path.isdir("/dev/shm") else None
    logging.disable(logging.CRITICAL)
    wrong = []
    with tempfile.TemporaryDirectory(dir=root) as folder:
        for seed in range(first, last):
            text = live(seed, Path(folder) / "life")
            if text:
                wrong.append(text)
                if len(wrong) >= 5:
                    break
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    began = time.perf_counter()
    size = max(1, min(500, -(-asked.seeds // asked.processes)))
    last = asked.first + asked.seeds
    parts = [(first, min(first + size, last)) for first in range(asked.first, last, size)]
    wrong: list[str] = []
    if asked.processes == 1:
        wrong = [text for part in parts for text in _part(*part)]
    else:
        with multiprocessing.get_context("fork").Pool(asked.processes) as pool:
            for texts in pool.starmap(_part, parts, chunksize=1):
                wrong += texts
    for text in wrong[:5]:
        print(text, "\n")
    took = time.perf_counter() - began
    print(f"{asked.seeds} lives in {took:.1f} s ({asked.seeds / took:.0f} a second), {len(wrong)} of them wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
