"""A game that loads for long before its first frame, with an overlay that its frames will update by themselves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pygame_gameservices import ServiceManager
from pygame_gameservices.core.calls import missing_update
from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.engines.pygame_overlay import PygameOverlay
from tests.conftest import WAIT_S
from tests.engines.drivers import ArcadeDriver

MISSED_AFTER_S = 0.2
LOADS_S = 0.5


@pytest.fixture
def threads() -> list[threading.Thread]:
    """Those of the manager that the test makes."""
    return []


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch, threads: list[threading.Thread]) -> Iterator[ServiceManager]:
    """A manager that misses its updates soon, and has something to tell."""
    monkeypatch.setattr(Pending, "waited_in_place", False)
    monkeypatch.setattr(missing_update.UpdateWatch.__init__, "__defaults__", (MISSED_AFTER_S,))
    earlier = set(threading.enumerate())
    made = ServiceManager("tests")
    threads += set(threading.enumerate()) - earlier
    yield made
    made.close()


@pytest.fixture
def told_off(threads: list[threading.Thread], caplog: pytest.LogCaptureFixture) -> Callable[[], bool]:
    """Whether the log says that this manager misses its updates; one of an earlier test may do so just now."""
    return lambda: any(
        "nobody asks for them" in one.getMessage() and one.thread in {thread.ident for thread in threads}
        for one in caplog.records
    )


@pytest.fixture
def attached(pygame: Any, manager: ServiceManager) -> Iterator[Any]:
    """pygame, after a game of it has attached an overlay and loaded for a while."""
    overlay = PygameOverlay(manager).attach()
    manager.background(lambda: None)
    time.sleep(LOADS_S)
    yield pygame
    overlay.detach()


def test_an_attached_one_is_told_off_only_where_its_frames_reach_nobody(
    attached: Any, told_off: Callable[[], bool]
) -> None:
    assert not told_off()
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and not told_off():  # flip was taken out of its module before
        attached.event.get()
        time.sleep(0.01)
    assert told_off()


def test_an_attached_one_that_shows_its_frames_is_not(attached: Any, told_off: Callable[[], bool]) -> None:
    for _ in range(10):
        attached.event.get()
        attached.display.flip()
    time.sleep(LOADS_S)
    assert not told_off()


def test_one_that_has_detached_is_expected_to_update_by_itself(
    pygame: Any, manager: ServiceManager, told_off: Callable[[], bool]
) -> None:
    PygameOverlay(manager).attach().detach()
    manager.background(lambda: None)
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and not told_off():
        time.sleep(0.01)
    assert told_off()


def test_one_of_arcade(manager: ServiceManager, told_off: Callable[[], bool]) -> None:
    pytest.importorskip("arcade")
    from pygame_gameservices.engines.arcade_overlay import ArcadeOverlay

    game = ArcadeDriver()
    overlay = ArcadeOverlay(manager, window=game.window).enable()
    manager.background(lambda: None)
    try:
        time.sleep(LOADS_S)
        assert not told_off()
    finally:
        overlay.disable()
        game.close()
