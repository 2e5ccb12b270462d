"""Runs in a child interpreter that sees one version of game-api-client: calls each method and prints what came back.

Arguments: base URL, personal token. Needs nothing of this project.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from datetime import UTC, datetime, timedelta

from game_client import GameAPI, GameAPIError

START = (datetime.now(UTC) + timedelta(hours=30)).replace(hour=14, minute=0)


def order(side: str, price: float, **more: object) -> dict[str, object]:
    day = f"{START:%Y-%m-%d}"
    made = {"side": side, "price": price, "volume": 1.0, "date": day, "start_time": "14:00", "end_time": "14:15"}
    return {**made, "duration": "15m", "tz_offset_hours": 0, **more}


async def said(call: object) -> str:
    try:
        await call  # type: ignore[misc]
    except GameAPIError as error:
        return str(error)
    return "no error"


async def main() -> dict[str, object]:
    api = GameAPI(token=sys.argv[2], base_url=sys.argv[1])
    out: dict[str, object] = {"test_connection": await api.test_connection()}
    out["test_connection_wrong"] = await GameAPI(token="wrong", base_url=sys.argv[1]).test_connection()
    out["get_status"] = await api.get_status()
    out["create_order"] = await api.create_order(order("sell", 100.0))
    out["create_order_hidden"] = await api.create_order(order("sell", 200.0, state="hidden"))
    out["create_order_bulk"] = await api.create_order({"orders": [order("buy", 100.0), order("sell", 300.0)]})
    out["get_orders"] = await api.get_orders()
    out["get_orders_buy"] = await api.get_orders(direction="buy")
    out["find_order_by_id"] = await api.find_order_by_id("1")
    out["find_order_by_id_none"] = await api.find_order_by_id("non_existent_id")
    out["get_trades"] = await api.get_trades()
    out["get_trades_filtered"] = await api.get_trades(direction="buy", duration="15m")
    out["get_market_data"] = await api.get_market_data()
    out["get_spot_data"] = await api.get_spot_data()
    out["get_spot_status"] = await api.get_spot_status()
    out["delete_order"] = await api.delete_order("2")
    out["errors"] = {
        "missing": await said(api.create_order({"invalid": "data"})),
        "bulk": await said(api.create_order({"orders": [order("buy", 1), {**order("buy", 1), "side": "x"}]})),
        "delete": await said(api.delete_order("999")),
        "past": await said(api.create_order(order("buy", 1.0, date="2020-01-01"))),
        "window": await said(api.create_order(order("buy", 1.0, end_time="15:00"))),
        "time": await said(api.create_order(order("buy", 1.0, start_time="2:00 PM"))),
        "delete_by_name": await said(api.delete_order("ord_4abc")),
    }
    if "sort_by_price" in inspect.signature(api.get_market_data).parameters:
        out["get_market_data_sorted"] = await api.get_market_data(direction="sell", duration="15m", sort_by_price=True)
        out["get_market_best_offers"] = await api.get_market_best_offers(top_n=1)
        out["get_market_ltp"] = await api.get_market_ltp()
        out["get_latest_available_ltp"] = await api.get_latest_available_ltp(duration="15m")
        out["get_latest_ltp"] = await api.get_latest_ltp()
        out["get_spot_data_filtered"] = await api.get_spot_data(
            area_name="CH-SGD", date_from="2026-01-01", date_to="2026-01-02", limit=30
        )
    return out


print(json.dumps(asyncio.run(main())))
