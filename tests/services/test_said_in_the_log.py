"""What a newcomer sees in the terminal when nothing seems to happen: each said once, with what to do."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator

import pytest

from pygame_gameservices import GameJolt, Offline, ServiceManager, TrophyUnlocked, WentOffline
from pygame_gameservices.core.calls import missing_update as forgotten
from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.calls.missing_update import UpdateWatch
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.runners.threads import start_thread
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.widgets.overlay import Overlay
from tests.conftest import WAIT_S, run_until, settle


@pytest.fixture
def free_port() -> Iterator[int]:
    """A port of this machine on which nobody listens, and nobody will."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


def said(caplog: pytest.LogCaptureFixture, words: str, level: int = logging.WARNING) -> list[str]:
    return [one.getMessage() for one in caplog.records if words in one.getMessage() and one.levelno == level]


def test_a_sandbox_that_was_not_started(
    services: ServiceManager, free_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    gj = services.add(GameJolt(1, "sandbox-private-key", base_url=f"http://127.0.0.1:{free_port}", presence=False))
    calls = [gj.time.fetch() for _ in range(3)]
    gj.sign_in("ada", "wrong")
    happened = settle(services, *calls)
    for call in calls:
        assert isinstance(call.error, Offline)
    happened += run_until(services, lambda: said(caplog, "nothing answers"))
    (told,) = said(caplog, "nothing answers at")
    assert told == (
        f"nothing answers at 127.0.0.1:{free_port} on this machine; start what should listen there, such as the"
        f" sandbox: gameservices sandbox --port {free_port}"
    )
    first = next(call.error for call in calls if "no connection" in str(call.error))
    assert f"gameservices sandbox --port {free_port}" in str(first)
    offline = [event for event in happened if isinstance(event, WentOffline)]
    assert "check the network" not in str(first) + "".join(str(event.error) for event in offline)


@pytest.mark.threads
@pytest.mark.parametrize("waits", [False, True])
def test_an_update_that_was_forgotten(
    waits: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Pending, "waited_in_place", waits)
    events = EventQueue()
    watch = UpdateWatch(events, after_s=0.01)
    start_thread(watch.run, "watch")
    time.sleep(0.05)
    assert said(caplog, "nobody asks for them") == [], "nothing waits yet"
    events.put("an outcome")
    until = time.monotonic() + (0.2 if waits else WAIT_S)
    while time.monotonic() < until and not said(caplog, "nobody asks for them"):
        time.sleep(0.01)
    time.sleep(0.05)
    watch.seen()
    assert len(said(caplog, "call overlay.update(dt) once a frame (services.update()")) == (0 if waits else 1)


@pytest.mark.threads
def test_an_update_that_is_not_to_come_yet(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(Pending, "waited_in_place", False)
    events = EventQueue()
    events.put("an outcome")
    watch = UpdateWatch(events, after_s=0.05)
    watch.expect(False)
    start_thread(watch.run, "watch")
    time.sleep(0.2)
    assert said(caplog, "nobody asks for them") == []
    watch.expect(True)
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and not said(caplog, "nobody asks for them"):
        time.sleep(0.01)
    assert len(said(caplog, "nobody asks for them")) == 1


@pytest.mark.threads
def test_a_manager_that_is_updated_watches_no_more(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Pending, "waited_in_place", False)
    monkeypatch.setattr(forgotten.UpdateWatch.__init__, "__defaults__", (0.05,))
    with ServiceManager("tests") as manager:
        gj = manager.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        settle(manager, gj.time.fetch())
        gj.time.fetch()
        time.sleep(0.2)
        assert said(caplog, "nobody asks for them") == []
    with ServiceManager("tests") as manager:
        gj = manager.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        gj.time.fetch()
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until and not said(caplog, "nobody asks for them"):
            time.sleep(0.01)
    assert len(said(caplog, "nobody asks for them")) == 1


def test_an_overlay_that_is_drawn_and_never_updated(services: ServiceManager, caplog: pytest.LogCaptureFixture) -> None:
    overlay = Overlay(services, size=(1280, 720))
    for _ in range(300):
        services.update()
        overlay.pictures()
    assert len(said(caplog, "an overlay is drawn but never updated")) == 1
    caplog.clear()
    well = Overlay(services, size=(1280, 720))
    for _ in range(300):
        well.update(0.016)
        well.pictures()
    assert said(caplog, "an overlay is drawn but never updated") == []


def test_a_trophy_that_the_player_had_already(
    ada: GameJolt, services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settle(services, ada.trophies.add_achieved(1))
    assert said(caplog, "had trophy", logging.INFO) == []
    caplog.clear()
    happened = settle(services, ada.trophies.add_achieved(1))
    assert not any(isinstance(event, TrophyUnlocked) for event in happened)
    assert said(caplog, "had trophy", logging.INFO) == ["ada had trophy 1 already, so there is no toast"]


def test_a_save_with_nobody_signed_in_is_said_once(
    gj: GameJolt, services: ServiceManager, caplog: pytest.LogCaptureFixture
) -> None:
    settle(services, gj.saves.save("slot 1", {"level": 3}))
    (told,) = said(caplog, "nobody is signed in")
    assert told.count("saves.save") == 1, told
    caplog.clear()
    settle(services, gj.values.fetch("key", mine=True))
    (told,) = said(caplog, "nobody is signed in")
    assert told.count("gamejolt") == 1, told
