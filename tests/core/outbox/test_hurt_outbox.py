"""An outbox whose file is hurt: whatever SQLite still reads is delivered once, the rest is said.

`tests.hurt_outbox` hurts it everywhere; here are the places that differ from each other.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.hurt_outbox import NAME, Hurt, attempt, fill, run, trials
from tests.thinned import thinned

PLACES = (
    Hurt("closed", NAME, 0, "junk"),  # the first page, with the names of the tables
    Hurt("closed", NAME, 1, "zero"),  # the root of the entries
    Hurt("closed", NAME, 1, "cut"),
    Hurt("closed", NAME, 3, "junk"),  # the root of the index
    Hurt("closed", NAME, 20, "half"),  # in the middle of the entries
    Hurt("closed", NAME, 21, "zero"),
    Hurt("killed", f"{NAME}-wal", 0, "junk"),  # the head of the log
    Hurt("killed", f"{NAME}-wal", 20, "cut"),
    Hurt("killed", f"{NAME}-shm", 0, "junk"),
)


@pytest.fixture(scope="module")
def outboxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outboxes")
    fill(folder)
    return folder


@pytest.mark.parametrize("how", thinned(PLACES, lambda how: how.place in (1, 20)), ids=str)
def test_what_can_be_read_is_delivered_once_and_the_rest_is_said(
    how: Hurt, outboxes: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    attempt(sandbox, outboxes, how, tmp_path / "game")


@pytest.mark.slow
def test_here_and_there(outboxes: Path, tmp_path: Path) -> None:
    _, wrong = run(outboxes, trials(outboxes)[::11], tmp_path)  # `python -m tests.hurt_outbox` tries all
    assert wrong == []
