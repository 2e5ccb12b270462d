"""Which of the two is away, the relay or the service behind it: said to the game, by ``doctor``, and in the log."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pygame_gameservices import Forge, ForgePlayer, GameJolt, Itchio, Offline, ServiceManager
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.sandbox import Garbage, Reset, Sandbox, ServerError
from pygame_gameservices.services.relay import AwayBehindRelay
from tests.cli.conftest import Run, run
from tests.conftest import run_until, settle
from tests.relay.conftest import Relays
from tests.relay.running import RunningRelay, wait_until

__all__ = ["run"]

ADA = ForgePlayer(email="ada@example.com")
Ask = Callable[[ServiceManager, str], Call[object]]
SERVICES: dict[str, Ask] = {
    "Game Jolt": lambda services, relay: services.add(GameJolt(1, relay=relay, presence=False)).time.fetch(),
    "itch.io": lambda services, relay: services.add(Itchio(relay=relay)).owns(1, download_key="purchase-ada"),
    "Forge": lambda services, relay: services.add(Forge(relay=relay, player=ADA)).points(game_name="Light Harvest"),
}


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address of this machine at which nobody listens, and nobody will."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


@pytest.fixture
def relay(relays: Relays, sandbox: Sandbox) -> RunningRelay:
    """A relay in front of all three."""
    keys = {"RELAY_FORGE_KEY": sandbox.forge_key, "RELAY_ITCHIO_KEY": sandbox.itchio_key}
    others = {"forge": {"base_url": sandbox.forge_url}, "itchio": {"base_url": sandbox.itchio_url, "games": [1]}}
    return relays(**others, environment=keys)


def configured(folder: Path, relay: str) -> None:
    (folder / "gameservices.toml").write_text(f'app = "tests"\n[gamejolt]\ngame_id = 1\nrelay = "{relay}"\n')


@pytest.mark.parametrize("service", SERVICES)
def test_a_relay_that_was_not_started(
    services: ServiceManager, nowhere: str, caplog: pytest.LogCaptureFixture, service: str
) -> None:
    call = SERVICES[service](services, nowhere)
    settle(services, call)
    assert isinstance(call.error, Offline)
    assert "start what should listen there: gameservices relay serve" in str(call.error)
    assert "gameservices sandbox" not in str(call.error) + caplog.text
    (told,) = [one for one in caplog.records if "nothing answers" in one.getMessage()]
    assert (told.levelno, "gameservices relay serve" in told.getMessage()) == (logging.WARNING, True)


def test_doctor_says_that_the_relay_is_away(run: Run, tmp_path: Path, nowhere: str) -> None:
    configured(tmp_path, nowhere)
    said = " ".join(run("doctor").stdout.split())
    assert "gameservices relay serve" in said
    assert "is the relay up" in said
    assert "gameservices sandbox" not in said


def outages(relay: RunningRelay, at_least: int) -> list[dict[str, Any]]:
    """What the log says of them, once that is so many lines: it is read beside the answers."""
    wait_until(lambda: sum("behind the relay" in line["event"] for line in relay.log) >= at_least)
    return [line for line in relay.log if "behind the relay" in line["event"]]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_away_behind_the_relay(
    services: ServiceManager, relay: RunningRelay, sandbox: Sandbox, service: str
) -> None:
    sandbox.faults.add(ServerError(status=503))
    call = SERVICES[service](services, relay.url)
    run_until(services, lambda: call.done)
    assert isinstance(call.error, AwayBehindRelay)
    assert f"no answer from {service} behind it" in call.error.message
    assert "gameservices relay check" in call.error.advice
    ready = requests.get(f"{relay.url}/ready", timeout=30)
    assert (ready.status_code, ready.text) == (200, f"ready\n{service} did not answer when it was asked last\n")
    began = [line for line in outages(relay, 1) if line["event"] == "the service behind the relay does not answer"]
    assert [line["service"] for line in began] == [service], "once, however often the game tries"
    sandbox.faults.clear()
    again = SERVICES[service]
    with ServiceManager("tests-again") as others:
        call = again(others, relay.url)
        settle(others, call)
        assert call.succeeded
    wait_until(lambda: relay.log[-1]["event"] == "the service behind the relay answers again")
    assert relay.log[-1]["service"] == service
    assert requests.get(f"{relay.url}/ready", timeout=30).text == "ready\n"


@pytest.mark.parametrize("fault", [Reset(applied=False), ServerError(), Garbage()])
def test_each_outage_is_logged_once(relay: RunningRelay, sandbox: Sandbox, fault: ServerError) -> None:
    url = f"{relay.url}/gamejolt/time/?game_id={sandbox.game_id}"
    for _ in range(2):
        sandbox.faults.add(fault)
        for _ in range(3):
            answer = requests.get(url, timeout=30)
            assert (answer.status_code, answer.headers["x-relay-away"]) == (503, "Game Jolt")
        sandbox.faults.clear()
        assert requests.get(url, timeout=30).status_code == 200
    told = [line["event"].rpartition("relay ")[2] for line in outages(relay, 4)]
    assert told == ["does not answer", "answers again"] * 2
    assert all(line["why"] for line in relay.log if line["event"].endswith("does not answer"))


def test_a_key_that_the_service_does_not_take_is_in_the_log(relays: Relays, sandbox: Sandbox) -> None:
    relay = relays(environment={"RELAY_GAMEJOLT_KEY": "another"})
    for _ in range(2):
        requests.get(f"{relay.url}/gamejolt/time/?game_id={sandbox.game_id}", timeout=30)
    (told,) = outages(relay, 1)
    assert "does not take our key" in told["why"]


def test_doctor_tells_which_of_the_two_is_away(run: Run, tmp_path: Path, relay: RunningRelay, sandbox: Sandbox) -> None:
    configured(tmp_path, relay.url)
    well = " ".join(run("doctor").stdout.split())
    assert "the relay is there, holds the key, and Game Jolt behind it answers" in well
    assert "accepted the key" not in well
    sandbox.faults.add(ServerError(status=503))
    said = " ".join(run("doctor").stdout.split())
    assert "the relay is there, but gets no answer from Game Jolt behind it" in said
    assert "check the network" not in said


def test_doctor_sees_a_service_that_has_nothing_but_a_relay(run: Run, tmp_path: Path, relay: RunningRelay) -> None:
    (tmp_path / "gameservices.toml").write_text(f'app = "tests"\n[forge]\nrelay = "{relay.url}"\n')
    said = " ".join(run("doctor").stdout.split())
    assert f"relay given, for {relay.url}/forge" in said
