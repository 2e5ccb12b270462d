"""A session is there while the player is, without the game doing anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager, SignInFailed, SignInTrouble
from pygame_gameservices.core import manager as manager_module
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import Refuse
from pygame_gameservices.testing import FakeClock
from tests.conftest import run_until


class Player:
    """A client whose presence follows a clock that the test sets; the network keeps to real time."""

    def __init__(self, services: ServiceManager, sandbox: Sandbox, **how: Any) -> None:
        self.services = services
        self.sandbox = sandbox
        self.clock = FakeClock()
        services._clock = self.clock
        key, url = sandbox.private_key, sandbox.gamejolt_url
        self.gj = services.add(GameJolt(sandbox.game_id, key, base_url=url, **how))

    def sign_in(self) -> None:
        self.gj.sign_in("ada", self.sandbox.player("ada").token)
        run_until(self.services, lambda: self.gj.user is not None)

    def sessions(self) -> list[dict[str, Any]]:
        return self.sandbox.dump("gamejolt_sessions")

    def open_sessions(self) -> list[dict[str, Any]]:
        return [session for session in self.sessions() if session["closed"] is None]

    def until(self, condition: Callable[[], Any]) -> None:
        run_until(self.services, condition)

    def wait(self, seconds: float) -> None:
        """Let time pass for the player and for the service."""
        self.sandbox.advance(seconds)
        self.clock.advance(seconds)

    def ping(self, seconds: float = 30.0) -> dict[str, Any]:
        """Wait for the next ping, and return the session after it."""
        self.until(lambda: self.gj.presence._busy is None or self.gj.presence._busy.done)  # one ping at a time
        before = self.sessions()[-1]["pings"]
        self.wait(seconds)
        self.until(lambda: self.sessions()[-1]["pings"] == before + 1)
        return self.sessions()[-1]


@pytest.fixture
def player(services: ServiceManager, sandbox: Sandbox) -> Iterator[Player]:
    player = Player(services, sandbox)
    player.sign_in()
    player.until(lambda: player.gj.presence.is_open)
    yield player
    sandbox.faults.clear()


def test_it_opens_after_sign_in_and_pings_every_30_seconds(player: Player) -> None:
    assert len(player.open_sessions()) == 1
    for n in range(4):
        player.wait(29.9)
        player.services.update()
        assert player.sessions()[-1]["pings"] == n
        assert player.ping(0.1)["status"] == "active"
    assert len(player.sessions()) == 1


def test_no_input_is_idle_and_input_is_active_again(player: Player) -> None:
    player.services.activity(active=True)
    assert player.ping()["status"] == "active"
    assert player.ping()["status"] == "idle", "nothing was pressed for a minute"
    player.wait(10)
    player.services.update()
    player.services.activity(active=True)
    player.until(lambda: player.sessions()[-1]["status"] == "active")


def test_a_window_without_focus_is_idle(player: Player) -> None:
    player.wait(6)
    player.services.update()
    player.services.activity(focused=False)
    player.until(lambda: player.sessions()[-1]["status"] == "idle")
    player.services.activity(active=True)
    assert player.ping()["status"] == "idle", "the pad of a game in the background may be another game's"
    player.wait(6)
    player.services.update()
    player.services.activity(focused=True)
    player.until(lambda: player.sessions()[-1]["status"] == "active")


def test_coming_and_going_does_not_flood(player: Player) -> None:
    for n in range(20):
        player.services.activity(focused=bool(n % 2))
        player.services.update()
        player.wait(0.2)
    time.sleep(0.2)
    player.services.update()
    assert player.sessions()[-1]["pings"] <= 2


def test_a_session_that_died_in_its_sleep_is_opened_again(player: Player) -> None:
    player.wait(3 * 3600)
    player.until(lambda: len(player.sessions()) == 2)
    player.until(lambda: player.gj.presence.is_open)
    assert player.ping()["pings"] == 1


def test_it_survives_an_outage(player: Player) -> None:
    player.sandbox.faults.set(Refuse())
    for _ in range(5):
        player.wait(30)
        player.services.update()
        time.sleep(0.02)
    player.sandbox.faults.clear()

    def back() -> bool:
        player.clock.advance(1)
        return [session["id"] for session in player.open_sessions()] == [2]

    player.until(back)


def test_it_closes_at_exit(player: Player) -> None:
    player.services.close()
    assert player.open_sessions() == []
    assert len(player.sessions()) == 1


def test_it_closes_at_sign_out_and_opens_for_the_next(player: Player) -> None:
    player.gj.sign_out()
    player.until(lambda: not player.open_sessions())
    player.wait(60)
    player.services.update()
    time.sleep(0.1)
    assert player.open_sessions() == []
    player.gj.sign_in("grace", player.sandbox.player("grace").token)
    player.until(lambda: [s["player_id"] for s in player.open_sessions()] == [1002])


def test_a_full_queue_keeps_nobody_from_signing_out_or_closing(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager_module, "MOST_WAITING", 0)
    player.gj.sign_out()
    assert player.gj.player is None
    player.services.close()


def test_a_switch_turns_it_off_and_on(player: Player) -> None:
    player.gj.presence.enabled = False
    player.until(lambda: not player.open_sessions())
    player.wait(60)
    player.services.update()
    assert not player.gj.presence.is_open
    player.gj.presence.enabled = True
    player.until(lambda: len(player.open_sessions()) == 1)


def test_off_from_the_start(services: ServiceManager, sandbox: Sandbox) -> None:
    player = Player(services, sandbox, presence=False)
    player.sign_in()
    player.wait(60)
    services.update()
    time.sleep(0.1)
    assert player.sessions() == []


def test_a_player_who_was_offline_at_the_start_is_confirmed_when_the_service_is_back(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    player = Player(services, sandbox)
    sandbox.faults.set(Refuse())
    call = player.gj.sign_in("ada", sandbox.player("ada").token)
    player.until(lambda: call.done)
    assert player.gj.user is None
    sandbox.faults.clear()

    def back() -> bool:
        player.clock.advance(1)
        return player.gj.user is not None

    player.until(back)
    player.until(lambda: player.gj.presence.is_open)


def test_a_token_that_was_mistyped_without_a_network_is_told_when_the_service_is_back(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    player = Player(services, sandbox)
    sandbox.faults.set(Refuse())
    call = player.gj.sign_in("ada", "mistyped")
    player.until(lambda: call.done)
    assert player.gj.player is not None
    sandbox.faults.clear()

    def told() -> bool:
        player.clock.advance(1)
        return player.gj.player is None

    happened = run_until(services, told)
    (failed,) = [event for event in happened if isinstance(event, SignInFailed)]
    assert failed.reason is SignInTrouble.WRONG_CREDENTIALS


def test_an_update_with_nothing_to_do_stays_cheap(player: Player) -> None:
    run_until(player.services, lambda: not len(player.services._events))
    best, floor = (min(_timed(work) for _ in range(20)) for work in (player.services.update, _nothing))
    assert best < 150 * floor, f"an idle update took {best * 1e6:.1f} us, calling a function {floor * 1e6:.2f} us"


def _nothing() -> list[object]:
    return []


def _timed(work: Callable[[], object], rounds: int = 500) -> float:
    started = time.perf_counter()
    for _ in range(rounds):
        work()
    return (time.perf_counter() - started) / rounds
