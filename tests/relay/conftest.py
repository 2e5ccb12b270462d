"""A relay in front of the sandbox, and clients of it that hold no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import run_until
from tests.relay.running import RunningRelay

Relays = Callable[..., RunningRelay]


@pytest.fixture
def relays(sandbox: Sandbox, tmp_path: Path) -> Iterator[Relays]:
    """Starts relays before the sandbox; tables of the toml are keywords."""
    started: list[RunningRelay] = []

    def start(gamejolt: dict[str, Any] | None = None, folder: str = "relay", **settings: Any) -> RunningRelay:
        game = {"game_id": sandbox.game_id, "base_url": sandbox.gamejolt_url, **(gamejolt or {})}
        environment = {"RELAY_GAMEJOLT_KEY": sandbox.private_key, **settings.pop("environment", {})}
        relay = RunningRelay(tmp_path / folder, {**settings, "gamejolt": game}, environment)
        started.append(relay)
        return relay.start()

    yield start
    for relay in started:
        relay.kill()


@pytest.fixture(scope="session")
def shared_relay(shared_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    game = {"game_id": shared_sandbox.game_id, "base_url": shared_sandbox.gamejolt_url}
    environment = {"RELAY_GAMEJOLT_KEY": shared_sandbox.private_key}
    unlimited = {"player_per_minute": 0, "guest_per_minute": 0, "address_per_minute": 0}
    settings = {"gamejolt": game, "limits": unlimited}
    with RunningRelay(tmp_path_factory.mktemp("relay"), settings, environment) as relay:
        yield relay


@pytest.fixture
def relay(sandbox: Sandbox, shared_relay: RunningRelay) -> RunningRelay:
    """A relay without rules, for tests that leave it running; it keeps its notes from test to test."""
    return shared_relay


def client(services: ServiceManager, relay: RunningRelay, sandbox: Sandbox, **how: Any) -> GameJolt:
    """A client that knows the relay and no key."""
    return services.add(GameJolt(sandbox.game_id, relay=relay.url, **{"presence": False, **how}))


@pytest.fixture
def guest(services: ServiceManager, relay: RunningRelay, sandbox: Sandbox) -> GameJolt:
    return client(services, relay, sandbox)


@pytest.fixture
def relayed_ada(guest: GameJolt, services: ServiceManager, sandbox: Sandbox) -> GameJolt:
    guest.sign_in("ada", sandbox.player("ada").token)
    run_until(services, lambda: guest.user is not None)
    return guest
