"""The shelf and the market board over the real services and the sandbox."""

from __future__ import annotations

from typing import Any

from pygame_gameservices import EasyJam, ServiceManager, ShelfGame, Trading
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.widgets.service_sources import FeedMarket, JamShelf, ListedShelf
from tests.conftest import run_until


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


def test_a_market(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url))
    got: list[Any] = []
    FeedMarket(trading.feed()).market(got.append)
    run_until(services, lambda: got)
    assert not isinstance(got[0], Exception)
    assert got[0].name
    assert got[0].asks or got[0].bids or got[0].trades


def test_a_market_that_cannot_be_read_says_why(services: ServiceManager, sandbox: Sandbox) -> None:
    trading = services.add(Trading("no such token", sandbox.trading_url))
    got: list[Any] = []
    FeedMarket(trading.feed()).market(got.append)
    run_until(services, lambda: got)
    assert isinstance(got[0], Exception)
