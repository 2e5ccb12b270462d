"""Closing while there is far more to do than time: each call has its outcome, and nothing is sent afterwards."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import CallFailed, CallSucceeded, DeliveryUnknown, ServiceManager
from pygame_gameservices.core.scheduling.scheduler import Scheduler
from pygame_gameservices.sandbox import Sandbox
from tests.core.outbox.test_outbox import Game


@pytest.mark.slow
@pytest.mark.parametrize(("amount", "timeout"), [(20_000, 0.05), (60_000, 2.0)])
def test_every_call_has_ended_when_close_returns(sandbox: Sandbox, tmp_path: Path, amount: int, timeout: float) -> None:
    game = Game(sandbox, tmp_path)
    calls = [game.gj.data_store.set(f"k{number}", "v") for number in range(amount)]
    events = game.services.close(timeout)
    assert all(call.done for call in calls)
    told = [e.call for e in events if isinstance(e, (CallSucceeded, CallFailed, DeliveryUnknown))]
    assert len(told) == len(set(told))
    assert set(calls) <= set(told)


def test_nothing_is_sent_once_close_has_returned(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the scheduler is so busy that it does not hear of it in time."""
    receive = Scheduler.receive

    def slow(scheduler: Scheduler, message: Any, now: Any) -> Any:
        time.sleep(0.1)
        return receive(scheduler, message, now)

    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    monkeypatch.setattr(Scheduler, "receive", slow)
    calls = [game.gj.scores.add(f"{number}", number, durable=False) for number in range(10_000, 10_010)]
    game.services.close(timeout=0.2)
    assert all(call.done for call in calls)
    told = {call.outcome for call in calls}
    time.sleep(1.5)
    sent = [row for row in sandbox.dump("gamejolt_scores") if row["sort"] >= 10_000]
    assert len(sent) <= sum(call.outcome in ("succeeded", "unknown") for call in calls), told


def test_an_interrupt_in_a_callback_loses_no_event_and_no_callback(sandbox: Sandbox, tmp_path: Path) -> None:
    game = Game(sandbox, tmp_path)
    game.until(lambda: game.gj.user is not None)
    services: ServiceManager = game.services
    calls = [game.gj.time.fetch() for _ in range(3)]
    calls += [game.gj.users.fetch("ada")]
    heard: list[str] = []

    def interrupted(call: object) -> None:
        heard.append("first")
        raise KeyboardInterrupt

    calls[1].then(interrupted).then(lambda call: heard.append("second"))
    until = time.monotonic() + 10
    while not all(call.settled for call in calls) and time.monotonic() < until:
        services.waits.wait(threading.Event(), 0.01)
    with pytest.raises(KeyboardInterrupt):
        services.update(budget_s=5)
    events = services.update(budget_s=5) + services.close()
    assert heard == ["first", "second"]
    told = [e.call for e in events if isinstance(e, CallSucceeded)]
    assert {*calls} <= {*told}
    assert len(told) == len({*told})
