"""The life before the first frame goes the whole way: what it leaves out is compiled in a frame."""

from __future__ import annotations

from pathlib import Path

from pygame_gameservices.core.outbox.store import OutboxFile
from pygame_gameservices.core.runners.rehearsal import live


def test_the_first_life_leaves_calls_and_the_second_delivers_all(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    live(path, workers=0)
    assert counts(path) == {"waiting": 2}
    live(path, workers=1)
    assert counts(path) == {}


def counts(path: Path) -> dict[str, int]:
    file = OutboxFile(path)
    try:
        return file.counts()
    finally:
        file.close()
