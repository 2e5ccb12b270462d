"""Live many lives: ``python -m tests.simulation --seeds N --from K``. A seed that fails is printed, and replays."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.simulation.disk import Killed
from tests.simulation.lives import live, smallest
from tests.simulation.plan import as_text, from_text

PIECE = 500
"""Seeds that a process lives before it says so."""
MOST_SHOWN = 5


def _piece(first: int, last: int) -> list[int]:
    """Live these seeds. Returns those that failed."""
    logging.disable(logging.CRITICAL)
    gc.freeze()
    gc.disable()  # a life leaves circles behind, which are looked for in between
    wrong = []
    with tempfile.TemporaryDirectory(dir=_quick_folder()) as folder:
        for seed in range(first, last):
            try:
                broken = live(seed, Path(folder) / "life")
            except Killed as error:  # which a pool's process would die of, and all wait for it
                raise RuntimeError(f"seed {seed} is killed where nobody sees to it") from error
            if broken:
                wrong.append(seed)
                print(f"seed {seed}: {broken}", flush=True)
            if seed % 20 == 0:
                gc.collect()
    return wrong


def _quick_folder() -> Path | None:
    return Path("/dev/shm") if os.path.isdir("/dev/shm") else None


def _pieces(first: int, last: int, processes: int) -> Iterator[tuple[int, list[int]]]:
    """Live all. Gives the end of each piece, in order, and which of its seeds failed."""
    size = max(1, min(PIECE, -(-(last - first) // processes)))
    starts = range(first, last, size)
    if processes == 1:
        for start in starts:
            yield min(start + size, last), _piece(start, min(start + size, last))
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        jobs = [(start, min(start + size, last)) for start in starts]
        for (_, end), wrong in zip(jobs, pool.imap(_star, jobs), strict=True):
            yield end, wrong


def _star(job: tuple[int, int]) -> list[int]:
    return _piece(*job)


def _show(seed: int, without: Collection[int], *, whole: bool) -> None:
    """Print what went wrong, as small as it gets, and how to see it again."""
    with tempfile.TemporaryDirectory(dir=_quick_folder()) as folder:
        place = Path(folder) / "life"
        if not whole and not without:
            without = smallest(seed, place)
        history: list[str] = []
        print(f"seed {seed}: {live(seed, place, without, history)}")
        print("\n".join(history))
    left_out = f" --without {as_text(without)}" if without else ""
    print(f"again: python -m tests.simulation --from {seed} --seeds 1{left_out}\n", flush=True)


def _note(file: Path, first: int, end: int, wrong: list[int], took_s: float) -> None:
    """Append what ran, so that many sessions make up one long run."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, timeout=20)
    ran = {
        "from": first,
        "to": end,
        "failed": wrong,
        "seconds": round(took_s, 1),
        "commit": commit.stdout.strip(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%S"),
    }
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(ran) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many lives")
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--without", type=from_text, default=frozenset(), help="parts of the life to leave out: 1-3,7")
    parser.add_argument("--whole", action="store_true", help="show a life that fails as it is, not made smaller")
    parser.add_argument("--json", type=Path, help="append what ran to this file, a line for each run of this command")
    parser.add_argument("--defects", action="store_true", help="plant each known defect, and say which seeds find it")
    asked = parser.parse_args()
    if asked.defects:
        from tests.simulation.defects import main as plant_all

        return plant_all(asked.first, asked.seeds)
    if asked.without:
        _show(asked.first, asked.without, whole=True)
        return 0
    logging.disable(logging.CRITICAL)
    began, last = time.perf_counter(), asked.first + asked.seeds
    wrong: list[int] = []
    end = told_at = asked.first
    try:
        for end, failed in _pieces(asked.first, last, asked.processes):
            wrong += failed
            rate = (end - asked.first) / (time.perf_counter() - began)
            if end == last or end - told_at >= rate * 20:
                told_at = end
                print(f"{end - asked.first:,} lives, {rate:.0f} a second, {len(wrong)} failed", flush=True)
            if len(wrong) >= MOST_SHOWN:
                break
    finally:
        if asked.json is not None and end > asked.first:
            _note(asked.json, asked.first, end, wrong, time.perf_counter() - began)
    for seed in wrong[:MOST_SHOWN]:
        _show(seed, (), whole=asked.whole)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
