"""Odd frames: long ones, ones that took no time at all, ones that never were."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from pygame_gameservices.widgets.input import Action
from tests.engines.drivers import FRAME, GROUND, SIZE, Driver
from tests.widgets.samples import HandServices, unlocked
from tests.widgets.sources import Scores

LONG_S = 8.0


def _frame(driver: Driver, dt: float | None) -> int:
    """One frame that the game says took `dt`; returns how visible the toast is in it."""
    driver.overlay.update(dt)
    if hasattr(driver, "screen"):
        driver.screen.fill(GROUND)
        driver.overlay.draw(driver.screen)
    else:
        driver.window.clear(color=(*GROUND, 255))
        driver.overlay.draw()
    placed = driver.overlay.overlay.pictures()
    return placed[0].alpha if placed else 0


@pytest.mark.parametrize("before", [0, 1, 4, 20], ids=lambda frames: f"{frames} frames before")
def test_a_trophy_unlocked_before_a_long_frame_is_seen_for_its_whole_time(driver: Driver, before: int) -> None:
    driver.services.coming = [unlocked(1)]
    seen = [_frame(driver, FRAME) for _ in range(before)]
    _frame(driver, LONG_S)
    for _ in range(1000):
        seen.append(_frame(driver, FRAME))
        if any(seen) and not driver.overlay.toasts.visible:
            break
    options = driver.overlay.toasts.options
    whole = sum(alpha == 255 for alpha in seen) * FRAME
    assert whole >= options.hold - 0.1 - 2 * FRAME, "a long frame counts for a tenth of a second at most"
    assert whole <= options.longest_hold + 2 * FRAME
    assert not driver.overlay.toasts.visible


def test_updates_without_a_picture_age_nothing(driver: Driver) -> None:
    """As while a level loads, or in a scene that does not draw the overlay."""
    driver.services.coming = [unlocked(1)]
    for _ in range(300):
        driver.overlay.update(FRAME)
    assert _frame(driver, FRAME) == 0, "it has only come"
    for _ in range(30):
        _frame(driver, FRAME)
    assert len(driver.overlay.toasts.visible) == 1
    assert _frame(driver, FRAME) == 255
    for _ in range(300):
        driver.overlay.update(FRAME)
    assert _frame(driver, FRAME) == 255


@pytest.mark.parametrize("odd", [math.nan, -1.0, -math.inf, math.inf, 1e300, 0], ids=str)
def test_times_that_are_none_do_no_harm(driver: Driver, odd: float) -> None:
    driver.services.coming = [unlocked(1)]
    driver.run(0.5)
    (toast,) = driver.overlay.toasts.visible
    for _ in range(10):
        _frame(driver, odd)
    assert driver.overlay.toasts.visible == (toast,)
    for _ in range(round(20 / FRAME)):
        if not driver.overlay.toasts.visible:
            break
        driver.frame()
    assert not driver.overlay.toasts.visible
    driver.overlay.show_leaderboard(Scores())
    driver.run(0.5)
    for _ in range(10):
        _frame(driver, odd)
    driver.run(0.5)
    assert driver.open == 1


def test_a_frame_is_measured_where_the_game_does_not_say(driver: Driver) -> None:
    driver.services.coming = [unlocked(1)]
    began = time.perf_counter()
    while _frame(driver, None) < 255:
        assert time.perf_counter() - began < 60
        time.sleep(0.005)
    assert time.perf_counter() - began >= driver.overlay.toasts.options.gather


def test_milliseconds_are_pointed_out_and_the_toast_is_seen_all_the_same(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    driver.services.coming = [unlocked(1)]
    seen = [_frame(driver, 16.0) for _ in range(60)]
    assert max(seen) == 255
    assert caplog.text.count("divide milliseconds by 1000") == 1


def test_frames_that_really_take_long_are_not_taken_for_milliseconds(caplog: pytest.LogCaptureFixture) -> None:
    from pygame_gameservices.widgets import overlay as module

    clock = iter(range(0, 1000, 8))
    patched: Any = pytest.MonkeyPatch()
    with patched.context() as patch:
        patch.setattr(module, "perf_counter", lambda: float(next(clock)))
        overlay = module.Overlay(HandServices(), size=SIZE)
        for _ in range(60):
            overlay.update(LONG_S)
    assert "milliseconds" not in caplog.text


def test_a_dialog_that_nobody_draws_takes_no_input_and_the_log_says_why(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    """Such as the login of a game that forgot to draw the overlay, which would be stuck without a word."""
    driver.overlay.show_leaderboard(Scores())
    driver.overlay.update(LONG_S)
    assert driver.overlay.modal, "a level may load for long before it is seen"
    for _ in range(200):
        driver.overlay.update(FRAME)
    assert not driver.overlay.modal
    assert caplog.text.count("call overlay.draw() last of all") == 1
    assert not driver.overlay.overlay.action(Action.DOWN)
    driver.run(0.1)
    assert driver.overlay.modal
    assert driver.key("DOWN")
