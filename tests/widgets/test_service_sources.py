"""The shelf and the market board over the real services and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pygame_gameservices import EasyJam, ServiceManager, ShelfGame, Trading, order_at
from pygame_gameservices.sandbox import Garbage, Sandbox
from pygame_gameservices.widgets.service_sources import FeedMarket, JamShelf, ListedShelf
from tests.conftest import WAIT_S, run_until


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    """One whose market maker trades."""
    with Sandbox.start({}) as sandbox:
        yield sandbox


def test_a_shelf_of_listed_games() -> None:
    got: list[Any] = []
    ListedShelf([ShelfGame(title="Lantern Keeper", url="https://a.example/lantern")]).games(got.append)
    assert [(item.title, item.url) for item in got[0]] == [("Lantern Keeper", "https://a.example/lantern")]


def test_a_shelf_of_a_jam_site(services: ServiceManager, sandbox: Sandbox) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0))
    got: list[Any] = []
    tokens = list(sandbox.easyjam_tokens.values())[:1]
    JamShelf(jam, tokens).games(got.append)
    run_until(services, lambda: got)
    assert not isinstance(got[0], Exception)
    assert all(item.title for item in got[0])
    assert got[0]


def test_a_shelf_of_a_jam_site_is_known_before_it_is_opened(services: ServiceManager, sandbox: Sandbox) -> None:
    shelf = JamShelf(services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0)), sandbox.easyjam_tokens.values())
    assert shelf.known == ()
    shelf.refresh()
    run_until(services, lambda: shelf.known)
    released = [game.released for game in shelf.known]
    assert released == sorted(released, reverse=True)
    got: list[Any] = []
    shelf.games(got.append)
    run_until(services, lambda: got)
    assert [(item.title, item.url) for item in got[0]] == [(game.title, game.url) for game in shelf.known]


def test_a_shelf_keeps_what_it_knows_when_the_site_cannot_be_reached(
    services: ServiceManager, sandbox: Sandbox
) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, spacing_s=0.0, memory=False))
    shelf = JamShelf(jam, sandbox.easyjam_tokens.values())
    sandbox.faults.set(Garbage())
    got: list[Any] = []
    shelf.games(got.append)
    run_until(services, lambda: got)
    assert isinstance(got[0], Exception), "nothing is known yet"
    sandbox.faults.clear()
    shelf.games(got.append)
    run_until(services, lambda: len(got) == 2)
    sandbox.faults.set(Garbage())
    shelf.games(got.append)
    run_until(services, lambda: len(got) == 3)
    assert got[2] == got[1]
    assert got[1]
    sandbox.faults.clear()


def test_a_market(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url))
    got: list[Any] = []
    FeedMarket(trading.feed()).market(got.append)
    run_until(services, lambda: got)
    assert not isinstance(got[0], Exception)
    assert got[0].name
    assert got[0].asks or got[0].bids or got[0].trades


def test_a_market_calls_its_contract_what_players_call_it(services: ServiceManager, sandbox: Sandbox) -> None:
    feed = services.add(Trading(sandbox.trading_token, sandbox.trading_url)).feed()
    got: list[Any] = []
    FeedMarket(feed, name=lambda contract: f"Power of {contract}").market(got.append)
    run_until(services, lambda: got)
    assert feed.contract
    assert got[0].name == f"Power of {feed.contract}"


def test_trades_say_whether_the_price_rose(services: ServiceManager, sandbox: Sandbox) -> None:
    url = sandbox.trading_url
    seller = services.add(Trading(sandbox.trading_token, url, allow_trading=True))
    buyer = services.add(Trading("sandbox-rival-token", url, allow_trading=True, name="buyer"))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=20)
    for price in (90, 80, 80, 85):
        contract = seller.orders.create(order_at("sell", price, 1, start)).result(WAIT_S).contract
        buyer.orders.create(order_at("buy", price, 1, start)).result(WAIT_S)
    seller.orders.create(order_at("sell", 95, 1, start)).result(WAIT_S)  # a feed shows contracts that are offered
    got: list[Any] = []
    FeedMarket(seller.feed(contract)).market(got.append)
    run_until(services, lambda: got)
    rose = [("85.00", True), ("80.00", None), ("80.00", False), ("90.00", None)]
    assert [(line.price, line.up) for line in got[0].trades] == rose


def test_a_market_that_cannot_be_read_says_why(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading("no such token", sandbox.trading_url))
    got: list[Any] = []
    FeedMarket(trading.feed()).market(got.append)
    run_until(services, lambda: got)
    assert isinstance(got[0], Exception)
