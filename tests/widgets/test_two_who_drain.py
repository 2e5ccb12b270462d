"""Each event is handed out once: whoever takes the overlay's events away is pointed out, and nobody else is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pygame_gameservices.core.manager import ServiceManager
from pygame_gameservices.widgets.overlay import Overlay

DT = 1 / 60
SAYS = "Call only overlay.update(dt)"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[ServiceManager]:
    with ServiceManager("two-who-drain", folder=tmp_path) as services:
        yield services


def frames(count: int, *each: Callable[[], object]) -> None:
    for _ in range(count):
        for step in each:
            step()


def test_a_game_that_drains_the_manager_too_is_told_once(
    services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    overlay = Overlay(services)
    frames(200, services.update, lambda: overlay.update(DT))
    assert caplog.text.count(SAYS) == 1
    assert "WARNING" in caplog.text


def test_two_overlays_of_one_manager_are_told_once(services: ServiceManager, caplog: pytest.LogCaptureFixture) -> None:
    one, other = Overlay(services), Overlay(services)
    frames(200, lambda: one.update(DT), lambda: other.update(DT))
    assert caplog.text.count(SAYS) == 1


def test_it_is_told_also_where_the_manager_is_drained_only_every_other_frame(
    services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    overlay = Overlay(services)
    frames(200, services.update, lambda: overlay.update(DT), lambda: overlay.update(DT))
    assert caplog.text.count(SAYS) == 1


def test_a_loading_screen_a_second_scene_and_a_farewell_are_nothing_to_tell_of(
    services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    frames(50, services.update)
    for _ in range(20):
        menu, level = Overlay(services), Overlay(services)
        frames(50, lambda menu=menu: menu.update(DT))  # type: ignore[misc]
        frames(50, lambda level=level: level.update(DT))  # type: ignore[misc]
    frames(50, services.update)
    assert caplog.text == ""


def test_two_managers_have_nothing_to_do_with_each_other(
    services: ServiceManager, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ServiceManager("another", folder=tmp_path / "another") as others:
        one, other = Overlay(services), Overlay(others)
        frames(100, lambda: one.update(DT), lambda: other.update(DT))
    assert caplog.text == ""
