"""Web pages of strangers, such as a hotel's sign-in or a firewall's refusal: they say nothing for Game Jolt."""

from __future__ import annotations

import time

import pytest

from pygame_gameservices import GameJolt, ServiceManager, SignInFailed, SignInTrouble
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import HtmlPage
from tests.conftest import run_until, settle

STATUSES = [200, 401, 403, 404, 451, 502, 511]


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_durable_is_given_up_for_one(
    ada: GameJolt, services: ServiceManager, sandbox: Sandbox, status: int
) -> None:
    sandbox.faults.set(HtmlPage(status=status))
    calls = [ada.trophies.add_achieved(3), ada.data_store.set("k", "v", mine=True), ada.scores.add("1", 10_000)]
    until = time.monotonic() + 1.0
    run_until(services, lambda: time.monotonic() > until)
    assert [call.outcome for call in calls] == ["waiting"] * 3
    sandbox.faults.clear()
    settle(services, *calls)
    assert [call.value for call in calls] == [True] * 3
    assert sum(row["sort"] == 10_000 for row in sandbox.dump("gamejolt_scores")) == 1


@pytest.mark.parametrize("status", STATUSES)
def test_it_signs_nobody_out(gj: GameJolt, services: ServiceManager, sandbox: Sandbox, status: int) -> None:
    sandbox.faults.set(HtmlPage(status=status))
    happened = settle(services, gj.sign_in("ada", sandbox.player("ada").token))
    sandbox.faults.clear()
    (failed,) = [event for event in happened if isinstance(event, SignInFailed)]
    assert failed.reason in (SignInTrouble.NO_NETWORK, SignInTrouble.SERVER_DOWN)
    assert gj.player is not None
