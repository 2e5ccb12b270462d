"""Long work off the frame thread rests now and then; on the frame thread it does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pygame_gameservices import ServiceManager
from pygame_gameservices.core.turns import breath
from pygame_gameservices.core.turns.breath import WORK_S, breathe, in_short_breaths
from tests.conftest import WAIT_S


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each rest was, instead of resting."""
    rests: list[float] = []
    monkeypatch.setattr(breath.time, "sleep", rests.append)
    return rests


def work() -> None:
    until = time.perf_counter() + 1.5 * WORK_S
    while time.perf_counter() < until:
        pass


def test_nobody_rests_who_was_not_told_to(rests: list[float]) -> None:
    work()
    breathe()
    assert rests == []


def test_long_work_rests_each_time_it_has_gone_on_for_a_while(rests: list[float]) -> None:
    with in_short_breaths():
        breathe()
        assert rests == []
        for _ in range(3):
            work()
            breathe()
    work()
    breathe()
    assert rests == [breath.REST_S] * 3


@pytest.mark.threads
def test_background_work_is_done_in_short_breaths(tmp_path: Path, rests: list[float]) -> None:
    def long_work() -> None:
        work()
        breathe()

    with ServiceManager("breath", folder=tmp_path) as services:
        services.background(long_work).result(WAIT_S)
    assert rests.count(breath.REST_S) == 1
