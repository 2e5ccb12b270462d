"""Code written for game-api-client, ported by its import."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.trading.checks import wire_order
from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError
from tests.services.trading.conftest import RIVAL, order


def data(side: str = "buy", price: float = 100.0) -> dict[str, Any]:
    return wire_order(order(side, price))


def run(steps: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(steps, 30))


def test_the_documented_journey(sandbox: Sandbox) -> None:
    async def steps() -> None:
        async with GameAPI(token=sandbox.trading_token, base_url=sandbox.trading_url, allow_trading=True) as api:
            assert await api.test_connection()
            assert (await api.get_status())["status"] == "healthy"
            single = data()
            before = dict(single)
            result = await api.create_order(single)
            assert single == before
            found = await api.find_order_by_id(result["order_id"])
            assert found is not None
            assert found["direction"] == "buy"
            assert [one["order_id"] for one in await api.get_orders(direction="buy")] == [found["order_id"]]
            bulk = await api.create_order({"orders": [data("sell", 200.0), data("sell", 300.0)]})
            assert len(bulk["created"]) == 2
            assert bulk["failed"] == []
            deleted = await api.delete_order(result["order_id"])
            assert deleted["status"] == "deleted"
            assert [row["price"] for row in await api.get_market_data(sort_by_price=True)] == [200.0, 300.0]
            assert await api.find_order_by_id("some_id") is None

    run(steps())
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [1, 0, 0]


def test_market_helpers(sandbox: Sandbox) -> None:
    async def steps() -> None:
        rival = GameAPI(RIVAL, sandbox.trading_url, allow_trading=True)
        async with GameAPI(sandbox.trading_token, sandbox.trading_url, allow_trading=True) as api:
            await rival.create_order(data("sell", 50.0))
            await api.create_order(data("buy", 50.0))
            await api.create_order({"orders": [data("buy", 10.0), data("buy", 20.0), data("sell", 90.0)]})
            (best,) = (await api.get_market_best_offers(top_n=1)).values()
            assert [row["price"] for row in best["buy"]] == [20.0]
            assert [row["price"] for row in best["sell"]] == [90.0]
            (latest,) = (await api.get_latest_ltp()).values()
            assert latest["latest_zone"] == "10YDE-RWENET---I"
            assert latest["market_zones"] == ["10YDE-RWENET---I"]
            assert len(await api.get_market_ltp(market_zone="nowhere")) == 0
            assert len(await api.get_latest_available_ltp(duration="15m")) == 1
            assert len(await api.get_trades(direction="buy")) == 1
            assert isinstance(await api.get_spot_data(), list)
            assert len(await api.get_spot_data(date_from="2026-01-01", date_to="2026-01-01")) == 24
            assert (await api.get_spot_status())["market_open"] is True
        await rival.aclose()

    run(steps())


def test_errors(sandbox: Sandbox) -> None:
    async def steps() -> None:
        async with GameAPI(sandbox.trading_token, sandbox.trading_url, allow_trading=True) as api:
            with pytest.raises(GameAPIError, match="missing required field 'side'"):
                await api.create_order({"invalid": "data"})
            with pytest.raises(GameAPIError, match="nothing was deleted"):
                await api.delete_order("non_existent_id")
            with pytest.raises(GameAPIError, match="Order not found"):
                await api.delete_order("999")
            with pytest.raises(GameAPIError, match="YYYY-MM-DD"):
                await api.get_spot_data(date_from="tomorrow")
            with pytest.raises(GameAPIError):
                await api.create_order({})
        async with GameAPI("wrong", sandbox.trading_url) as stranger:
            assert not await stranger.test_connection()
            with pytest.raises(GameAPIError, match="allow_trading"):
                await stranger.create_order(data())

    run(steps())
    assert sandbox.dump("trading_orders") == []
    assert [entry["path"] for entry in sandbox.journal() if entry["method"] == "DELETE"] == [
        "/trading/api/v1/orders/999"
    ]


def test_verify_ssl_false_warns_and_verifies(tmp_path: Any) -> None:
    with Sandbox.start({}, tls=True) as secure:
        with pytest.warns(UserWarning, match="ca_file"):
            api = GameAPI(secure.trading_token, secure.trading_url, verify_ssl=False)

        async def steps() -> None:
            assert not await api.test_connection()
            await api.aclose()

        run(steps())
        assert secure.request_count() == 0


def test_no_token() -> None:
    with pytest.raises(GameAPIError, match="token"):
        GameAPI("", "https://api.example.com")
