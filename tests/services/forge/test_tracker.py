"""Playtime: what counts, what survives, and that nothing is reported twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pygame_gameservices import Forge, PlaytimeReported, PlaytimeUnclear, ServiceManager, UsageError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.forge.tracker import PlaytimeTracker
from tests.conftest import run_until
from tests.services.forge.conftest import ADA


class Frames:
    """A manager whose frames take as long as a test says."""

    def __init__(self, services: ServiceManager, tracker: PlaytimeTracker) -> None:
        self.tracker = tracker
        self.now = 100.0
        tracker.frame(self.now)

    def play(self, seconds: float, step: float = 0.5, pressing: bool = True) -> None:
        for _ in range(round(seconds / step)):
            if pressing:
                self.tracker.activity(True, None)
            self.now += step
            self.tracker.frame(self.now)


@pytest.fixture
def frames(services: ServiceManager, sandbox: Sandbox) -> Frames:
    forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
    tracker = forge.track_playtime(idle_after_s=60)
    forge.frame = lambda now: None  # type: ignore[method-assign]
    services._frames.clear()  # the test's own clock drives it
    return Frames(services, tracker)


def test_play_is_counted(frames: Frames) -> None:
    frames.play(90)
    assert frames.tracker.seconds == pytest.approx(90)
    assert frames.tracker.playing


def test_idleness_is_not_counted(frames: Frames) -> None:
    frames.play(10)
    frames.play(300, pressing=False)
    assert frames.tracker.seconds == pytest.approx(10 + 60, abs=1)
    assert not frames.tracker.playing
    frames.play(5)
    assert frames.tracker.seconds == pytest.approx(75, abs=1.5)


def test_a_window_without_focus_is_not_counted(frames: Frames) -> None:
    frames.play(10)
    frames.tracker.activity(None, False)
    frames.play(50)
    frames.tracker.activity(None, True)
    frames.play(10)
    assert frames.tracker.seconds == pytest.approx(20, abs=1)


def test_suspension_is_not_counted(frames: Frames) -> None:
    frames.play(10)
    frames.now += 8 * 3600
    frames.tracker.activity(True, None)
    frames.tracker.frame(frames.now)
    frames.play(10)
    assert frames.tracker.seconds == pytest.approx(20, abs=1)


def test_a_pause_of_the_game_is_not_counted(frames: Frames) -> None:
    frames.play(10)
    frames.tracker.pause()
    frames.play(10)
    frames.tracker.pause(False)
    frames.play(10)
    assert frames.tracker.seconds == pytest.approx(20, abs=1)


def test_report_sends_the_session_and_begins_another(
    services: ServiceManager, frames: Frames, sandbox: Sandbox
) -> None:
    frames.play(36)
    frames.tracker.report()
    assert frames.tracker.seconds == 0
    happened = run_until(services, lambda: frames.tracker.waiting == 0 and sandbox.tables()["forge_playtime"])
    happened += run_until(services, lambda: True)
    (row,) = sandbox.dump("forge_playtime")
    assert row["hours"] == pytest.approx(0.01)
    run_until(services, lambda: True)
    assert len([event for event in happened if isinstance(event, PlaytimeReported)]) <= 1


def test_a_moment_is_no_session(services: ServiceManager, frames: Frames, sandbox: Sandbox) -> None:
    frames.play(0.5)
    frames.tracker.report()
    services.close()
    assert sandbox.dump("forge_playtime") == []


def test_closing_reports(sandbox: Sandbox, tmp_path: Path) -> None:
    with ServiceManager("closing", folder=tmp_path) as services:
        forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
        tracker = forge.track_playtime()
        run_until(services, lambda: tracker.seconds > 1.05)
    (row,) = sandbox.dump("forge_playtime")
    assert row["hours"] * 3600 == pytest.approx(tracker.seconds, abs=0.1)
    assert list(tmp_path.glob("playtime/run-*/*.json")) == []


def test_offline_sessions_are_delivered_by_a_later_run_once(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.set("refuse")
    with ServiceManager("offline", folder=tmp_path) as services:
        forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
        tracker = forge.track_playtime()
        run_until(services, lambda: tracker.seconds > 1.05)
        services.close(timeout=0.5)
    sandbox.faults.clear()
    assert sandbox.dump("forge_playtime") == []
    for _ in range(2):
        with ServiceManager("offline", folder=tmp_path) as services:
            forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            forge.track_playtime().pause()
            run_until(services, lambda: sandbox.tables()["forge_playtime"] == 1)
    assert len(sandbox.dump("forge_playtime")) == 1


GAME = """
import sys, time
from pygame_gameservices import Forge, ForgePlayer, ServiceManager
key, url, folder = sys.argv[1:]
services = ServiceManager("crash", folder=folder)
forge = services.add(Forge(key, base_url=url, player=ForgePlayer(email="ada@example.com")))
tracker = forge.track_playtime()
while True:
    services.update()
    print(tracker.seconds, flush=True)
    time.sleep(0.02)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_game_loses_less_than_30_seconds_and_reports_once(sandbox: Sandbox, tmp_path: Path) -> None:
    command = [sys.executable, "-c", GAME, sandbox.forge_key, sandbox.forge_url, str(tmp_path)]
    played = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as game:
        assert game.stdout is not None
        for line in game.stdout:
            played = float(line)
            if played > 7.0:
                game.send_signal(signal.SIGKILL)
                break
    for _ in range(2):
        with ServiceManager("crash", folder=tmp_path) as services:
            forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            forge.track_playtime().pause()
            run_until(services, lambda: sandbox.tables()["forge_playtime"] == 1)
    (row,) = sandbox.dump("forge_playtime")
    assert 0 < played - row["hours"] * 3600 < 30
    assert row["hours"] * 3600 > 4.5


def test_a_session_whose_answer_was_lost_is_never_sent_again_and_said_to_be_unclear(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.faults.set("reset:path=/forge/*,applied=true")
    with ServiceManager("lost", folder=tmp_path) as services:
        forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
        tracker = forge.track_playtime()
        run_until(services, lambda: tracker.seconds > 1.05)
        tracker.report()
        tracker.pause()
        happened = run_until(services, lambda: sandbox.request_count() == 1)
        until = time.monotonic() + 1.0
        happened += run_until(services, lambda: time.monotonic() > until)
    assert [event for event in happened if isinstance(event, PlaytimeUnclear)]
    sandbox.faults.clear()
    with ServiceManager("lost", folder=tmp_path) as services:
        forge = services.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
        forge.track_playtime().pause()
        until = time.monotonic() + 0.8
        run_until(services, lambda: time.monotonic() > until)
    assert len(sandbox.dump("forge_playtime")) == 1


def test_two_trackers_are_a_mistake(forge: Forge) -> None:
    forge.track_playtime()
    with pytest.raises(UsageError, match="once"):
        forge.track_playtime()


def test_two_runs_at_once_do_not_take_each_others_sessions(sandbox: Sandbox, tmp_path: Path) -> None:
    with ServiceManager("two", folder=tmp_path) as first, ServiceManager("two", folder=tmp_path) as second:
        trackers = []
        for manager in (first, second):
            forge = manager.add(Forge(sandbox.forge_key, base_url=sandbox.forge_url, player=ADA))
            trackers.append(forge.track_playtime())

        def both() -> bool:
            second.update()
            return all(tracker.seconds > 1.05 for tracker in trackers)

        run_until(first, both)
    assert len(sandbox.dump("forge_playtime")) == 2
