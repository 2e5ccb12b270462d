"""Tokens: exchanged once for many calls, renewed in time, and once more after a 401."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices import AuthError, Kind, Operation, Secret, ServiceError, ServiceManager, Trading
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.trading.errors import AccessExpired
from tests.conftest import WAIT_S
from tests.services.trading.conftest import CONFIG


def exchanges(sandbox: Sandbox) -> int:
    return sum(1 for entry in sandbox.journal() if entry["endpoint"] == "auth/token")


def test_many_calls_at_once_exchange_once(trading: Trading, sandbox: Sandbox) -> None:
    sandbox.faults.set("latency:path=*/auth/token,seconds=0.3")
    calls: list[Any] = [trading.status() for _ in range(5)] + [trading.market() for _ in range(5)]
    for call in calls:
        call.result(WAIT_S)
    assert exchanges(sandbox) == 1


def test_a_token_is_renewed_by_the_monotonic_clock_before_it_expires(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    clock = [1000.0]
    trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, clock=lambda: clock[0]))
    trading.status().result(WAIT_S)
    clock[0] += 3600 - 61
    trading.status().result(WAIT_S)
    assert exchanges(sandbox) == 1
    clock[0] += 2  # less than a minute is left
    trading.status().result(WAIT_S)
    assert exchanges(sandbox) == 2


def test_a_read_is_asked_once_more_after_401_with_a_new_token(trading: Trading, sandbox: Sandbox) -> None:
    trading.status().result(WAIT_S)
    sandbox.advance(4000)
    assert trading.market().result(WAIT_S) == ()
    statuses = [(entry["endpoint"], entry["status"]) for entry in sandbox.journal()]
    assert statuses[-3:] == [("market", 401), ("auth/token", 200), ("market", 200)]


@pytest.mark.parametrize("status", [404, 422, 503])
def test_a_token_that_any_other_answer_came_to_has_proved_itself(status: int) -> None:
    """Whoever says no to what was asked for has let the token pass: when it ends, a new one is worth fetching."""
    service, token = Trading("personal", "https://game.example"), Secret("token-of-this-hour")
    service._access._token = token
    read = Operation(service="trading", name="status", kind=Kind.SAFE)

    def answered(status: int) -> None:
        service.answers([read], Response(status=status, headers={}, body=b'{"detail":"no"}', secrets=(token,)))

    with pytest.raises(ServiceError):
        answered(status)
    with pytest.raises(AccessExpired):
        answered(401)


def test_a_fresh_token_that_is_refused_is_not_exchanged_for_ever(services: ServiceManager) -> None:
    """A server whose clock jumps ahead of every token it gives."""
    config = {**CONFIG, "sandbox": {"trading": {"token_lifetime_s": 3600}}}
    with Sandbox.start(config) as odd:
        trading = services.add(Trading(odd.trading_token, odd.trading_url))
        odd.faults.set("clock-skew:seconds=5000,path=*/status")
        with pytest.raises(AuthError):
            trading.status().result(WAIT_S)
        assert exchanges(odd) == 1
        assert sum(1 for entry in odd.journal() if entry["endpoint"] == "status") == 1


def test_a_short_lived_token_is_used_for_half_its_life(services: ServiceManager) -> None:
    config = {**CONFIG, "sandbox": {"trading": {"token_lifetime_s": 20}}}
    with Sandbox.start(config) as short:
        clock = [0.0]
        trading = services.add(Trading(short.trading_token, short.trading_url, clock=lambda: clock[0]))
        trading.status().result(WAIT_S)
        clock[0] = 9.0
        trading.status().result(WAIT_S)
        assert exchanges(short) == 1
        clock[0] = 11.0
        trading.status().result(WAIT_S)
        assert exchanges(short) == 2


def test_tls_is_verified_for_the_exchange_too(tmp_path: Any) -> None:
    with Sandbox.start(CONFIG, tls=True) as secure:
        ca_file = str(secure.ca_file)
        with ServiceManager("tls", ca_file=ca_file, folder=tmp_path / "a") as services:
            trading = services.add(Trading(secure.trading_token, secure.trading_url, ca_file=ca_file))
            assert trading.status().result(WAIT_S).status == "healthy"
            assert exchanges(secure) == 1
            careless = services.add(Trading(secure.trading_token, secure.trading_url, name="careless"))
            with pytest.raises(Exception, match="secure connection"):
                careless.status().result(WAIT_S)
            assert exchanges(secure) == 1


def test_a_redirect_does_not_carry_the_token_away(trading: Trading, sandbox: Sandbox) -> None:
    trading.status().result(WAIT_S)
    sandbox.faults.set("html:status=302,path=*/market,count=1")
    with pytest.raises(Exception, match="redirect"):
        trading.market().result(WAIT_S)
    sandbox.faults.clear()
