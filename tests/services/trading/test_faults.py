"""No order is ever sent twice, and no other order is ever deleted, whatever the network and the service do."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from pygame_gameservices import Call, OrderUnclear, OutcomeUnknown, ServiceManager, Trading
from pygame_gameservices.sandbox import (
    Drip,
    Fault,
    Garbage,
    Hang,
    HtmlPage,
    HugeJson,
    Latency,
    Refuse,
    Reset,
    Sandbox,
    ServerError,
    SlowTls,
    Stall,
    Truncate,
    WrongLength,
)
from tests.conftest import WAIT_S, run_until
from tests.faults import COMMON
from tests.services.trading.conftest import order

TIMEOUT_S = 0.5
LATE_S = 0.7
"""So late that nobody waits any more."""

FAULTS: dict[str, Fault] = {
    **COMMON,
    "latency": Latency(0.2),
    "latency beyond the timeout": Latency(LATE_S),
    "connection refused": Refuse(),
    "slow handshake": SlowTls(LATE_S),
    "hang before": Hang(),
    "hang after": Hang(applied=True),
    "stall before": Stall(LATE_S),
    "stall after": Stall(LATE_S, applied=True),
    "slow drip": Drip(20),
    "slow drip of headers": Drip(20, part="headers"),
    "length too short": WrongLength(-20),
    "HTML 404 after": HtmlPage(404, applied=True),
    "redirect after": HtmlPage(302, applied=True),
    "huge JSON after": HugeJson(8, applied=True),
    "500, Retry-After 0": ServerError(retry_after=0),
    "503 after": ServerError(503, applied=True),
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)

ORDERS = "/trading/api/v1/orders"
BULK = "/trading/api/v1/orders/create-bulk"
TOKENS = "/trading/api/v1/auth/token"


@pytest.fixture
def trading(services: ServiceManager, sandbox: Sandbox) -> Trading:
    service = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True))
    service.status().result(WAIT_S)  # so that the faults find a token in place
    return service


def impatient(trading: Trading) -> None:
    """Give each attempt from now on so little time that what is late comes too late."""
    trading._timeout_s = TIMEOUT_S


@each_fault
def test_orders_bulks_and_deletions_are_sent_once_and_their_outcomes_are_true(
    services: ServiceManager, sandbox: Sandbox, trading: Trading, fault: Fault
) -> None:
    for price in (1, 2, 3):
        trading.orders.create(order(price=price)).result(WAIT_S)
    sandbox.clear_journal()
    impatient(trading)
    sandbox.faults.set(replace(fault, path=f"{ORDERS}*"))
    single = trading.orders.create(order(price=10))
    bulk = trading.orders.create_bulk([order(price=20), order("sell", 900)])
    deletion = trading.orders.delete(2)
    wait_for(services, sandbox, single, bulk, deletion)

    rows = sandbox.dump("trading_orders")
    prices = sorted(row["price"] // 1_000_000 for row in rows)
    assert sent(sandbox, "POST", ORDERS) <= 1
    assert_true(single.outcome, 10 in prices)
    assert prices.count(10) <= 1
    assert sent(sandbox, "POST", BULK) <= 1
    assert (prices.count(20), prices.count(900)) in ((0, 0), (1, 1))
    assert_true(bulk.outcome, 20 in prices)
    deleted = [row["id"] for row in rows if row["deleted"]]
    assert deleted in ([], [2])
    assert sent(sandbox, "DELETE", f"{ORDERS}/2") == sent(sandbox, "DELETE")
    assert sent(sandbox, "DELETE") <= 1
    assert_true(deletion.outcome, deleted == [2])


@each_fault
def test_without_an_access_token_no_order_is_sent_and_none_is_unclear(
    services: ServiceManager, sandbox: Sandbox, fault: Fault
) -> None:
    fresh = services.add(
        Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True, timeout_s=TIMEOUT_S, name="fresh")
    )
    sandbox.faults.set(replace(fault, path=TOKENS))
    call = fresh.orders.create(order())
    wait_for(services, sandbox, call)
    outcome = call.outcome
    assert outcome in ("succeeded", "failed")
    assert len(sandbox.dump("trading_orders")) == (outcome == "succeeded")
    assert sent(sandbox, "POST", ORDERS) == (outcome == "succeeded")


@pytest.mark.parametrize("fault", [Reset, Garbage, Truncate, HtmlPage, WrongLength], ids=lambda kind: kind.kind)
def test_a_created_order_is_deleted_by_its_name_only_if_the_list_can_be_had(
    services: ServiceManager, sandbox: Sandbox, trading: Trading, fault: type[Fault]
) -> None:
    other = trading.orders.create(order(price=1)).result(WAIT_S)
    wanted = trading.orders.create(order(price=2)).result(WAIT_S)
    assert not str(wanted.order_id).isdigit()
    assert other.order_id != wanted.order_id
    impatient(trading)
    sandbox.faults.set(fault(path=ORDERS))  # the list
    chain = trading.orders.delete(wanted)
    run_until(services, lambda: chain.done)
    sandbox.faults.clear()
    deleted = [row["id"] for row in sandbox.dump("trading_orders") if row["deleted"]]
    assert deleted == ([2] if chain.succeeded else [])
    assert sent(sandbox, "DELETE") == (1 if chain.succeeded else 0)


def test_an_unclear_order_says_so_once_and_how_to_find_out(
    services: ServiceManager, sandbox: Sandbox, trading: Trading
) -> None:
    sandbox.faults.set(Reset(path=ORDERS, applied=True, count=1))
    wanted = order(price=77)
    call = trading.orders.create(wanted)
    happened = run_until(services, lambda: call.done)
    (unclear,) = [event for event in happened if isinstance(event, OrderUnclear)]
    assert unclear.orders[0].price == 77
    assert "look_for" in unclear.advice
    assert isinstance(call.error, OutcomeUnknown)
    (found,) = trading.orders.look_for(unclear.orders[0]).result(WAIT_S)
    assert found.price == 77


def test_an_unclear_order_that_was_not_applied_is_not_found(
    services: ServiceManager, sandbox: Sandbox, trading: Trading
) -> None:
    sandbox.faults.set(Reset(path=ORDERS, applied=False, count=1))
    call = trading.orders.create(order(price=78))
    run_until(services, lambda: call.done)
    assert call.outcome == "unknown"
    assert trading.orders.look_for(order(price=78)).result(WAIT_S) == ()


def test_an_order_in_flight_when_the_game_closes_is_unknown_and_not_sent_again(sandbox: Sandbox, tmp_path: Any) -> None:
    sandbox.faults.set(Hang(path=ORDERS, applied=True))
    with ServiceManager("closing", folder=tmp_path) as services:
        trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True))
        call = trading.orders.create(order())
        until = time.monotonic() + WAIT_S
        while not sandbox.dump("trading_orders") and time.monotonic() < until:
            time.sleep(0.02)
        services.close(timeout=0.5)
        assert call.outcome == "unknown"
    sandbox.faults.clear()
    with ServiceManager("closing", folder=tmp_path) as services:
        services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True)).status().result(WAIT_S)
        time.sleep(0.3)
    assert sent(sandbox, "POST", ORDERS) == 1
    assert len(sandbox.dump("trading_orders")) == 1


def test_an_order_made_during_an_outage_is_not_sent_later(sandbox: Sandbox, tmp_path: Any) -> None:
    with ServiceManager("outage", folder=tmp_path) as services:
        trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True, timeout_s=1.0))
        trading.status().result(WAIT_S)
        sandbox.faults.set(Refuse())
        call = trading.orders.create(order())
        run_until(services, lambda: call.done)
        assert call.outcome == "failed"
        sandbox.faults.clear()
        trading.status().result(WAIT_S)
    with ServiceManager("outage", folder=tmp_path) as services:
        services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True)).status().result(WAIT_S)
        time.sleep(0.3)
    assert sandbox.dump("trading_orders") == []


def test_a_refused_access_token_stops_an_order_without_sending_it_again(
    services: ServiceManager, sandbox: Sandbox, trading: Trading
) -> None:
    sandbox.advance(4000)  # the service's clock: the token is expired there, while this side takes it for fresh
    call = trading.orders.create(order(price=5))
    run_until(services, lambda: call.done)
    assert call.outcome == "rejected"
    assert sent(sandbox, "POST", ORDERS) == 1
    assert sandbox.dump("trading_orders") == []


def wait_for(services: ServiceManager, sandbox: Sandbox, *calls: Call[Any]) -> None:
    """Wait for the outcomes, then for what is still on its way, then for anything that is sent once all is well."""
    began = time.monotonic()
    run_until(services, lambda: all(call.done for call in calls))
    if any("seconds" in fault for fault in sandbox.faults.report()):  # something may still be on its way
        frames(services, max(0.0, LATE_S + 0.1 - (time.monotonic() - began)))
    sandbox.faults.clear()
    frames(services, 0.15)


def frames(services: ServiceManager, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        services.update()
        time.sleep(0.01)


def assert_true(outcome: str, applied: bool) -> None:
    assert outcome != "waiting"
    if outcome == "succeeded":
        assert applied
    elif outcome in ("failed", "rejected"):
        assert not applied, "the game was told that it was not applied"


def sent(sandbox: Sandbox, method: str, path: str | None = None) -> int:
    """How many such requests the sandbox has seen, applied or not."""
    entries = sandbox.journal()
    return sum(1 for entry in entries if entry["method"] == method and path in (None, entry["path"]))
