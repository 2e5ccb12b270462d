"""Long work off the frame thread rests now and then; on the frame thread it does not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
def test_a_forked_child_has_the_usual_interval_whoever_worked_in_its_parent() -> None:
    program = """
        import os, sys, threading
        from pygame_gameservices.core.turns.breath import in_short_breaths
        began, ends = threading.Event(), threading.Event()
        def work():
            with in_short_breaths():
                began.set()
                ends.wait()
        worker = threading.Thread(target=work)
        worker.start()
        began.wait()
        if (child := os.fork()) == 0:
            before = sys.getswitchinterval()
            with in_short_breaths():
                pass
            os._exit(0 if before == sys.getswitchinterval() == 0.005 else 1)
        print(os.waitpid(child, 0)[1])
        ends.set()
        worker.join()
        print(sys.getswitchinterval())
    """
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(program)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["0", "0.005"]


@pytest.mark.parametrize(("usual", "meanwhile"), [(0.005, breath.WORK_S), (0.0002, 0.0002)])
def test_others_get_the_interpreter_sooner_while_anyone_works_so(usual: float, meanwhile: float) -> None:
    program = """
        import sys, threading
        from pygame_gameservices.core.turns.breath import in_short_breaths
        def in_and_out():
            with in_short_breaths():
                pass
        sys.setswitchinterval(float(sys.argv[1]))
        with in_short_breaths():
            beside = threading.Thread(target=in_and_out)
            beside.start()
            beside.join()
            print(sys.getswitchinterval())
        print(sys.getswitchinterval())
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(usual)]  # by itself: others would shorten it, too
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [float(line) for line in said.split()] == pytest.approx(
        [meanwhile, usual], rel=0.02
    )  # kept in whole microseconds
