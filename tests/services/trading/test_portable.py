"""Code written for game-api-client, ported by its import."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
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
            with pytest.raises(GameAPIError, match=r"^Single order: Missing required field 'side'$"):
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


def test_no_token() -> None:
    with pytest.raises(GameAPIError, match="token"):
        GameAPI("", "https://api.example.com")


SHOWN = """\
Connected from the environment!
Connected to API!
API Status: healthy
Market data points: True
Found 0 orders
of them 0 to buy
Created order: ord_ Displayed
Created hidden order: ord_ Hidden
Created 2 orders
Found order: buy 1.0 @ 100.0 Hidden
Order deleted: deleted
States: ['Displayed', 'Displayed', 'Hidden']
Helper: 1.0 @ 100.0
True
FIELDS
Spot data points: True
Spot status: operational
API Error: Single order: Missing required field 'side'
API Error: Single order: Missing required field 'volume'
API Error: Single order: side is 'invalid'; pass 'buy' or 'sell'
API Error: Single order: price is -10, below your min_price of 0.01
API Error: Single order: volume is -10; pass more than 0
API Error: Single order: date 2020-01-01 is past; pass a day in the future
API Error: Single order: start_time is '2:00 PM'; pass a time of the day as 'HH:MM'
API Error: Single order: end_time 14:00 is not after start_time 15:00
API Error: Single order: state is 'invisible'; pass 'displayed' or 'hidden'
Delete failed: GameAPIError
Order not found
Batches: 25
Failed: []
"""
FIELDS = "buyer contract direction duration execution_time fees price seller timestamp trade_id volume"


def test_the_documentations_examples_as_a_program() -> None:
    """With what the documentation has people write into the environment, and the switches for what is refused here."""
    with Sandbox.start({}) as sandbox:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GAME_API_")}
        environ |= {
            "DOCUMENTED_TOKEN": sandbox.trading_token,
            "DOCUMENTED_URL": sandbox.trading_url,
            "GAME_API_TOKEN": sandbox.trading_token,
            "GAME_API_URL": sandbox.trading_url,
            "GAME_API_VERIFY_SSL": "false",
            "GAME_API_ALLOW_TRADING": "true",
            "GAME_API_STRICT": "false",
            "GAME_API_MIN_PRICE": "0.01",
        }
        program = Path(__file__).with_name("documented_program.py")
        command = [sys.executable, "-W", "ignore::UserWarning", str(program)]
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert (ended.stdout, ended.returncode) == (SHOWN.replace("FIELDS", str(FIELDS.split())), 0), ended.stderr
    assert "Traceback" not in ended.stderr


def test_tls_off_is_a_switch_that_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    async def reads(api: GameAPI) -> bool:
        async with api:
            return await api.test_connection()

    with Sandbox.start({}, tls=True) as secure:
        monkeypatch.setenv("GAME_API_TOKEN", secure.trading_token)
        monkeypatch.setenv("GAME_API_URL", secure.trading_url)
        assert not asyncio.run(reads(GameAPI()))  # a certificate of nobody's
        assert secure.request_count() == 0
        with pytest.warns(UserWarning, match="certificates are not verified"):
            api = GameAPI(verify_ssl=False)
        assert asyncio.run(reads(api))
        monkeypatch.setenv("GAME_API_VERIFY_SSL", "False")
        with pytest.warns(UserWarning, match="certificates are not verified"):
            api = GameAPI()
        assert asyncio.run(reads(api))
        before = secure.request_count()
        assert not asyncio.run(
            reads(GameAPI(verify_ssl=True))
        )  # what is passed counts more, and nobody else is let off
        assert secure.request_count() == before
        assert asyncio.run(reads(GameAPI(ca_file=str(secure.ca_file), verify_ssl=True)))


@pytest.mark.parametrize(
    ("name", "value"), [("VERIFY_SSL", "maybe"), ("STRICT", "2"), ("MIN_PRICE", "cheap"), ("MIN_PRICE", "nan")]
)
def test_a_variable_of_no_use_is_named(name: str, value: str) -> None:
    with pytest.raises(GameAPIError, match=f"GAME_API_{name}"):
        GameAPI("t", "https://api.example.com", environ={f"GAME_API_{name}": value})


def test_without_anything_the_missing_is_named() -> None:
    with pytest.raises(GameAPIError, match="base_url"):
        GameAPI(environ={})


def test_a_client_that_nobody_closes_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its threads go on for as long as the program does, and must find their folder until then."""
    program = (
        "import gc, time\n"
        "from pygame_gameservices.core.outbox.outbox import TRY_AGAIN_S\n"
        "from pygame_gameservices.services.trading.portable import GameAPI\n"
        "GameAPI('a token', 'http://127.0.0.1:9')\n"
        "gc.collect()\n"
        "kept = GameAPI('a token', 'http://127.0.0.1:9')\n"
        "time.sleep(2 * TRY_AGAIN_S)\n"
    )
    here = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", program], env=here, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_local_time_is_this_machines_zone(sandbox: Sandbox) -> None:
    program = (
        "import asyncio, json, sys\n"
        "from pygame_gameservices.services.trading.portable import GameAPI\n"
        "async def main():\n"
        "    async with GameAPI() as api:\n"
        "        made = [await api.create_order(order) for order in json.load(sys.stdin)]\n"
        "        print(*(one['tz_offset_hours'] for one in made))\n"
        "asyncio.run(main())\n"
    )
    year = datetime.now(UTC).year + 1
    orders = [data() for _ in range(3)]
    orders[0] |= {"date": f"{year}-01-15", "tz_offset_hours": None}
    orders[1] |= {"date": f"{year}-07-15", "tz_offset_hours": None}
    orders[2] |= {"date": f"{year}-07-15", "tz_offset_hours": 1}
    environ = {"GAME_API_TOKEN": sandbox.trading_token, "GAME_API_URL": sandbox.trading_url}
    environ |= {"GAME_API_ALLOW_TRADING": "yes"}
    for zone, local, said in (
        ("Europe/London", "true", "0 1 1"),
        ("Asia/Tokyo", "true", "2 2 1"),
        ("America/New_York", "true", "0 0 1"),
        ("Asia/Tokyo", "false", "1 2 1"),
    ):
        here = {**os.environ, **environ, "TZ": zone, "GAME_API_LOCAL_TIME": local}
        ended = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(orders),
            env=here,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.stdout.strip() == said, (zone, ended.stderr)


def test_more_than_a_hundred_orders_go_in_batches(sandbox: Sandbox) -> None:
    async def steps() -> None:
        async with GameAPI(sandbox.trading_token, sandbox.trading_url, allow_trading=True) as api:
            result = await api.create_order({"orders": [data("buy", 1 + n / 100) for n in range(230)]})
            assert (result["requested"], result["failed"], result["unclear"]) == (230, [], [])
            assert [one["index"] for one in result["created"]] == list(range(230))
            assert [one["result"]["price"] for one in result["created"]] == [round(1 + n / 100, 2) for n in range(230)]

    run(steps())
    assert len(sandbox.dump("trading_orders")) == 230
    assert len([entry for entry in sandbox.journal() if entry["endpoint"] == "orders/create-bulk"]) == 3
