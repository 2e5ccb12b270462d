"""More orders than a bulk takes: batches, one after the other, and what becomes of them when one fails."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices import InvalidOrders, OrderRefused, ServiceManager, Trading, UsageError
from pygame_gameservices.core.calls.pacing import TokenBucket
from pygame_gameservices.sandbox import Reset, Sandbox
from tests.conftest import WAIT_S
from tests.services.trading.conftest import order

BULK = "/trading/api/v1/orders/create-bulk"


def many(count: int) -> list[Any]:
    return [order("buy", 1 + place / 1000) for place in range(count)]


def test_places_are_counted_over_all_batches(trading: Trading, sandbox: Sandbox) -> None:
    result = trading.orders.create_many(many(205)).result(WAIT_S)
    assert (result.requested, result.failed, result.unclear) == (205, (), ())
    assert [one.index for one in result.created] == list(range(205))
    assert [one.order.price for one in result.created] == [round(1 + place / 1000, 3) for place in range(205)]
    assert len([entry for entry in sandbox.journal() if entry["path"] == BULK]) == 3


def test_a_batch_counts_as_ten_requests_for_the_pace(trading: Trading) -> None:
    now = [0.0]
    trading.pace = TokenBucket(10.0, 10, clock=lambda: now[0])
    trading.orders.create_many(many(100)).result(WAIT_S)
    waiting = trading.pace.wait_s()
    assert 0.05 < waiting <= 0.5  # ten of ten were taken, and one more for the token that may have been needed
    now[0] += 100
    assert trading.pace.wait_s() == 0


def test_a_batch_whose_answer_is_lost_is_unclear_and_ends_it(trading: Trading, sandbox: Sandbox) -> None:
    chain = trading.orders.create_many(many(250))
    first = chain._current
    assert first is not None
    first.result(WAIT_S)  # the first batch stands
    sandbox.faults.set(Reset(path=BULK, applied=True))
    result = chain.result(WAIT_S)
    assert [one.index for one in result.created] == list(range(100))
    assert [one.index for one in result.unclear] == list(range(100, 200))
    assert [one.index for one in result.failed] == list(range(200, 250))
    assert all("not sent" in one.error for one in result.failed)
    assert len(sandbox.dump("trading_orders")) == 200  # they do stand, and nothing was sent twice
    assert len([entry for entry in sandbox.journal() if entry["path"] == BULK]) == 2


def test_nothing_stands_when_the_first_batch_is_refused(services: ServiceManager, sandbox: Sandbox) -> None:
    wrong = services.add(Trading("wrong", sandbox.trading_url, allow_trading=True, name="wrong"))
    chain = wrong.orders.create_many(many(150))
    with pytest.raises(Exception, match="refused"):
        chain.result(WAIT_S)
    assert sandbox.dump("trading_orders") == []


def test_all_are_checked_before_the_first_is_sent(trading: Trading, sandbox: Sandbox) -> None:
    orders = many(150)
    orders[140] = {"side": "buy"}
    with pytest.raises(InvalidOrders, match="order 140: Missing required field 'price'"):
        trading.orders.create_many(orders)
    with pytest.raises(UsageError):
        trading.orders.create_many([])
    assert sandbox.dump("trading_orders") == []


def test_reading_clients_place_nothing(services: ServiceManager, sandbox: Sandbox) -> None:
    reader = services.add(Trading(sandbox.trading_token, sandbox.trading_url, name="reader"))
    with pytest.raises(UsageError, match="allow_trading"):
        reader.orders.create_many(many(101))


def test_some_of_a_later_batch_are_refused(services: ServiceManager) -> None:
    config = {"sandbox": {"trading": {"market_maker": False, "positive_prices": True}}}
    with Sandbox.start(config) as sandbox:
        trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True))
        orders = many(103)
        orders[101] = order("buy", -1)
        result = trading.orders.create_many(orders).result(WAIT_S)
        assert len(result.created) == 102
        assert [(one.index, one.error) for one in result.failed] == [(101, "Invalid price: must be positive number")]
        assert result.raw["failed"] == [{"index": 101, "error": "Invalid price: must be positive number"}]
        with pytest.raises(OrderRefused):
            trading.orders.create(order("buy", -1)).result(WAIT_S)
