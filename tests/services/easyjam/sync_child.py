"""A sync in a process of its own, to be killed: its clock is simulated and its sleeps take no time.

``python -m tests.services.easyjam.sync_child URL CATALOGUE TOKENS_FILE CLOCK_FILE LOG_FILE``. Each request is logged as
``<simulated time>`` before it is made; the clock goes on from one process to the next through its file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pygame_gameservices import EasyJam, ServiceManager
from pygame_gameservices.services.easyjam.catalogue import Catalogue
from pygame_gameservices.services.easyjam.client import tokens_from
from pygame_gameservices.services.easyjam.sync import Progress, sync


class Clock:
    """Simulated Unix seconds in a file, moved by sleeping."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.now = float(path.read_text() or 0) if path.exists() else 1_500_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        spare = self._path.with_suffix(".new")
        spare.write_text(str(self.now))
        spare.replace(self._path)


def main(url: str, catalogue: str, tokens: str, clock_file: str, log_file: str) -> None:
    clock = Clock(Path(clock_file))
    folder = Path(catalogue).parent / "manager"
    with (
        ServiceManager("sync-child", folder=folder) as manager,
        Catalogue(catalogue, url) as kept,
        open(log_file, "a") as log,
    ):
        jam = manager.add(EasyJam(url, memory=False, clock=clock, quiet_hours=()))

        def note(progress: Progress) -> None:
            if progress.requests:
                print(f"{clock.now}", file=log, flush=True)

        report = sync(jam, kept, tokens_from(Path(tokens).read_text()), sleep=clock.sleep, on_progress=note)
        print(f"{report.done} of {report.makers}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
