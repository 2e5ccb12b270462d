"""Lost answers: playtime is never counted twice, achievements arrive all the same."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from pygame_gameservices import Forge, ServiceManager
from pygame_gameservices.sandbox import (
    Fault,
    Garbage,
    HtmlPage,
    Refuse,
    Reset,
    Sandbox,
    ServerError,
    TooManyRequests,
    Truncate,
    WrongLength,
)
from tests.conftest import run_until

PATH = "/forge/player/*"
FAULTS: list[tuple[str, Callable[[], Fault]]] = [
    ("refuse", lambda: Refuse(for_s=0.5)),
    ("reset-before", lambda: Reset(path=PATH, count=1)),
    ("reset-after", lambda: Reset(path=PATH, count=1, applied=True)),
    ("truncate", lambda: Truncate(path=PATH, count=1)),
    ("wrong-length", lambda: WrongLength(path=PATH, count=1)),
    ("garbage-before", lambda: Garbage(path=PATH, count=1)),
    ("garbage-after", lambda: Garbage(path=PATH, count=1, applied=True)),
    ("html-after", lambda: HtmlPage(path=PATH, count=1, status=200, applied=True)),
    ("server-error-before", lambda: ServerError(path=PATH, count=1)),
    ("server-error-after", lambda: ServerError(path=PATH, count=1, applied=True)),
    ("too-many-requests", lambda: TooManyRequests(path=PATH, count=1, retry_after=0)),
]
each_fault = pytest.mark.parametrize("fault", [make for _, make in FAULTS], ids=[name for name, _ in FAULTS])


@each_fault
@pytest.mark.parametrize("durable", [False, True])
def test_playtime_counts_once_or_says_that_it_does_not_know(
    services: ServiceManager, sandbox: Sandbox, forge: Forge, fault: Callable[[], Fault], durable: bool
) -> None:
    sandbox.faults.set(fault())
    call = forge.playtime(1, durable=durable)
    run_until(services, lambda: call.done)
    until = time.monotonic() + 0.2
    run_until(services, lambda: time.monotonic() > until)
    counted = len(sandbox.dump("forge_playtime"))
    assert counted <= 1
    if call.outcome == "succeeded":
        assert counted == 1
    elif call.outcome in ("failed", "rejected"):
        assert counted == 0
    else:
        assert call.outcome == "unknown"


@pytest.mark.parametrize("fault", [make for _, make in FAULTS[:-1]], ids=[name for name, _ in FAULTS[:-1]])
def test_an_achievement_arrives(
    services: ServiceManager, sandbox: Sandbox, forge: Forge, fault: Callable[[], Fault]
) -> None:
    sandbox.faults.set(fault())
    call = forge.achievement("First light")
    run_until(services, lambda: call.done)
    assert call.succeeded
    assert {row["title"] for row in sandbox.dump("forge_achievements")} == {"First light"}


def test_a_service_that_is_down_and_took_nothing_is_asked_again(
    services: ServiceManager, sandbox: Sandbox, forge: Forge
) -> None:
    sandbox.faults.set(Refuse(for_s=0.6))
    call = forge.playtime(2)
    run_until(services, lambda: call.done)
    assert call.succeeded
    assert [row["hours"] for row in sandbox.dump("forge_playtime")] == [2.0]
