"""The examples of game-api-client's documentation, in one program: of that package's name only the import is another.

Where the documentation lets an order begin some hours from now at 14:00, this one takes the day after tomorrow: in the
afternoon its own rules refuse the other.
"""

import asyncio
import os
from datetime import datetime, timedelta

from pygame_gameservices.services.trading.portable import GameAPI, GameAPIError

TOKEN = os.environ["DOCUMENTED_TOKEN"]
URL = os.environ["DOCUMENTED_URL"]
DAY = (datetime.now() + timedelta(days=2)).strftime("%Y-%m-%d")


def window(side, price, volume, state):
    return {
        "side": side,
        "price": price,
        "volume": volume,
        "date": DAY,
        "start_time": "14:00",
        "end_time": "15:00",
        "duration": "15m",
        "tz_offset_hours": 0,
        "state": state,
    }


def next_quarter(side, price, volume, hours_in_future=4):
    start = datetime.now() + timedelta(days=1, hours=hours_in_future)
    start = start.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=15 * (start.minute // 15 + 1))
    end = start + timedelta(minutes=15)
    if end.strftime("%H:%M") < start.strftime("%H:%M"):  # a window cannot reach midnight
        start, end = start + timedelta(hours=1), end + timedelta(hours=1)
    return {
        "side": side,
        "price": float(price),
        "volume": float(volume),
        "date": start.strftime("%Y-%m-%d"),
        "start_time": start.strftime("%H:%M"),
        "end_time": end.strftime("%H:%M"),
        "duration": "15m",
        "tz_offset_hours": 0,
        "state": "displayed",
    }


async def quick_start():
    api = GameAPI()
    if await api.test_connection():
        print("Connected from the environment!")


async def basic_usage():
    api = GameAPI(token=TOKEN, base_url=URL, verify_ssl=False)
    if await api.test_connection():
        print("Connected to API!")
        status = await api.get_status()
        market_data = await api.get_market_data()
        print(f"API Status: {status['status']}")
        print(f"Market data points: {len(market_data) > 0}")


async def orders():
    api = GameAPI(token=TOKEN, base_url=URL)
    print(f"Found {len(await api.get_orders())} orders")
    buy_orders = await api.get_orders(direction="buy")
    print(f"of them {len(buy_orders)} to buy")
    result = await api.create_order(window("buy", 100.0, 1.0, "displayed"))
    print(f"Created order: {result['order_id'][:4]} {result['state']}")
    result = await api.create_order(window("buy", 100.0, 1.0, "hidden"))
    print(f"Created hidden order: {result['order_id'][:4]} {result['state']}")
    bulk_result = await api.create_order(
        {"orders": [window("buy", 100.0, 1.0, "displayed"), window("sell", 200.0, 0.5, "hidden")]}
    )
    print(f"Created {len(bulk_result['created'])} orders")
    order = await api.find_order_by_id(result["order_id"])
    if order:
        print(f"Found order: {order['direction']} {order['volume']} @ {order['price']} {order['state']}")
    delete_result = await api.delete_order(result["order_id"])
    print(f"Order deleted: {delete_result['status']}")
    print("States:", sorted(order["state"] for order in await api.get_orders()))
    result = await api.create_order(next_quarter("buy", 100.0, 1.0))
    print(f"Helper: {result['volume']} @ {result['price']}")


async def market_data():
    api = GameAPI(token=TOKEN, base_url=URL)
    all_trades = await api.get_trades()
    buy_trades = await api.get_trades(direction="buy")
    short_trades = await api.get_trades(duration="15m")
    print(0 < len(buy_trades) < len(all_trades) == len(short_trades))
    print(sorted(all_trades[0]))
    print(f"Spot data points: {len(await api.get_spot_data()) > 0}")
    print(f"Spot status: {(await api.get_spot_status())['status']}")


async def errors():
    api = GameAPI(token=TOKEN, base_url=URL, verify_ssl=True, timeout=60)
    good = window("buy", 100.0, 1.0, "displayed")
    wrong = [
        {"invalid": "data"},
        {"side": "buy", "price": 100},
        {**good, "side": "invalid"},
        {**good, "price": -10},
        {**good, "volume": -10},
        {**good, "date": "2020-01-01"},
        {**good, "start_time": "2:00 PM"},
        {**good, "start_time": "15:00", "end_time": "14:00"},
        {**good, "state": "invisible"},
    ]
    for order_data in wrong:
        try:
            await api.create_order(order_data)
            print("no error")
        except GameAPIError as e:
            print(f"API Error: {e}")
    try:
        await api.delete_order("non_existent_id")
    except GameAPIError as e:
        print(f"Delete failed: {type(e).__name__}")
    if await api.find_order_by_id("some_id") is None:
        print("Order not found")


async def safe_bulk_create(orders_list, batch_size=10):
    api = GameAPI(token=TOKEN, base_url=URL)
    results = []
    for i in range(0, len(orders_list), batch_size):
        result = await api.create_order({"orders": orders_list[i : i + batch_size]})
        results.extend(result.get("created", []))
    print(f"Batches: {len(results)}")
    print(f"Failed: {result['failed']}")


for example in (quick_start(), basic_usage(), orders(), market_data(), errors()):
    asyncio.run(example)
asyncio.run(safe_bulk_create([window("buy", 1.0, 1.0, "displayed")] * 25))
