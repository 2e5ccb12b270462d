"""What a market board reads."""

from __future__ import annotations

from pygame_gameservices import ServiceManager, Trading
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import WAIT_S, run_until
from tests.services.trading.conftest import order


def test_feed_shows_book_trades_spot_and_history(services: ServiceManager, trading: Trading, rival: Trading) -> None:
    for one in (order("buy", 90, 1), order("buy", 90, 2), order("buy", 80, 1), order("sell", 110, 4)):
        trading.orders.create(one).result(WAIT_S)
    rival.orders.create(order("buy", 110, 1)).result(WAIT_S)
    feed = trading.feed()
    assert feed.state == "empty"
    feed.refresh()
    assert feed.state == "loading"
    version = feed.version
    feed.refresh()  # nothing more while one is under way
    run_until(services, lambda: feed.state == "loaded")
    assert feed.version > version
    assert feed.contract == feed.contracts[0]
    assert [(level.price, level.volume) for level in feed.book.bids] == [(90.0, 3.0), (80.0, 1.0)]
    assert [(level.price, level.volume) for level in feed.book.asks] == [(110.0, 3.0)]
    assert [trade.price for trade in feed.contract_trades] == [110.0]
    assert [point.price for point in feed.history] == [110.0]
    assert feed.spot is not None
    assert feed.age_s is not None
    feed.select("another")
    assert feed.book.bids == ()


def test_feed_keeps_what_it_had_when_a_refresh_fails(
    services: ServiceManager, trading: Trading, sandbox: Sandbox
) -> None:
    trading.orders.create(order("buy", 90, 1)).result(WAIT_S)
    feed = trading.feed()
    feed.refresh()
    run_until(services, lambda: feed.state == "loaded")
    sandbox.faults.set("garbage:path=/trading/api/v1/market")
    feed.refresh()
    run_until(services, lambda: feed.state == "failed")
    assert feed.error is not None
    assert [level.price for level in feed.book.bids] == [90.0]
    sandbox.faults.clear()
    feed.refresh()
    run_until(services, lambda: feed.state == "loaded")
    assert feed.error is None


def test_trades_of_one_moment_stay_in_order(services: ServiceManager, trading: Trading, rival: Trading) -> None:
    for one in (order("buy", 90), order("buy", 85), order("buy", 80), order("buy", 70)):
        trading.orders.create(one).result(WAIT_S)
    rival.orders.create(order("sell", 80, 3)).result(WAIT_S)
    feed = trading.feed()
    feed.refresh()
    run_until(services, lambda: feed.state == "loaded")
    assert [trade.price for trade in feed.contract_trades] == [80.0, 85.0, 90.0]
    assert [point.price for point in feed.history] == [90.0, 85.0, 80.0]
