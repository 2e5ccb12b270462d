"""Every rule of the documentation about orders, by name, before anything is sent."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from pygame_gameservices import InvalidOrder, InvalidOrders, NewOrder, order_at
from pygame_gameservices.services.trading.checks import Rules, check_bulk, check_order, wire_order
from pygame_gameservices.services.trading.orders import _encoder

NOW = datetime(2024, 12, 15, 10, 0, tzinfo=UTC)
RULES = Rules(now=NOW)
GOOD: dict[str, Any] = {
    "side": "buy",
    "price": 150.25,
    "volume": 2.5,
    "date": "2024-12-15",
    "start_time": "14:00",
    "end_time": "14:15",
    "duration": "15m",
    "tz_offset_hours": 1,
    "state": "displayed",
}


def problem(**changes: Any) -> InvalidOrder:
    """The error that an order with these changes gets."""
    with pytest.raises(InvalidOrder) as caught:
        check_order({**GOOD, **changes}, RULES)
    return caught.value


def test_the_documented_buy_order_is_right() -> None:
    assert wire_order(check_order(GOOD, RULES)) == GOOD


def test_the_documented_hidden_sell_order_of_half_an_hour_is_right() -> None:
    order = {**GOOD, "side": "sell", "price": 200.0, "volume": 1.0, "start_time": "15:30", "end_time": "16:00"}
    order |= {"duration": "30m", "tz_offset_hours": 0, "state": "hidden"}
    assert wire_order(check_order(order, RULES)) == order


@pytest.mark.parametrize("field", ["side", "price", "volume", "date", "start_time", "end_time", "duration"])
def test_required_field(field: str) -> None:
    for order in ({k: v for k, v in GOOD.items() if k != field}, {**GOOD, field: None}):
        with pytest.raises(InvalidOrder, match=f"Missing required field '{field}'") as caught:
            check_order(order, RULES)
        assert caught.value.field == field


@pytest.mark.parametrize("side", ["invalid", "BUY", "Sell", "", 1, True])
def test_side_is_buy_or_sell_in_lower_case(side: Any) -> None:
    assert problem(side=side).field == "side"


@pytest.mark.parametrize("price", [-10, 0, -0.01, 99.5, 100, Decimal("1.10")])
def test_price_may_be_any_finite_number_negative_ones_too(price: Any) -> None:
    assert check_order({**GOOD, "price": price}, RULES).price == price


@pytest.mark.parametrize("price", [float("nan"), float("inf"), Decimal("NaN"), True, "100", [1]])
def test_price_that_is_no_finite_number(price: Any) -> None:
    assert problem(price=price).field == "price"


def test_price_below_a_floor_of_ones_own() -> None:
    rules = Rules(now=NOW, min_price=0.01)
    with pytest.raises(InvalidOrder, match="min_price"):
        check_order({**GOOD, "price": 0}, rules)


@pytest.mark.parametrize("volume", [0, -1.0, float("nan"), float("-inf"), True, "1", Decimal(0)])
def test_volume_is_more_than_0(volume: Any) -> None:
    assert problem(volume=volume).field == "volume"


@pytest.mark.parametrize("date", ["15.12.2024", "2024-13-01", "2024-02-30", "20241215", "", 20241215, "2024-1-1"])
def test_date_format(date: Any) -> None:
    assert problem(date=date).field == "date"


def test_past_date() -> None:
    error = problem(date="2020-01-01")
    assert error.field == "date"
    assert "past" in str(error)


def test_past_time_of_today() -> None:
    error = problem(start_time="10:45", end_time="11:00")  # 09:45 UTC
    assert error.field == "start_time"
    assert "past" in str(error)


def test_the_future_is_judged_in_utc_with_the_offset() -> None:
    order = {**GOOD, "start_time": "11:15", "end_time": "11:30"}
    assert check_order({**order, "tz_offset_hours": 1}, RULES)  # 10:15 UTC
    assert problem(**{**order, "tz_offset_hours": 2}).field == "start_time"  # 09:15 UTC


@pytest.mark.parametrize("time", ["2:00 PM", "14", "24:00", "14:60", "1400", "14:00:00", "", 14, None.__class__])
def test_time_format(time: Any) -> None:
    assert problem(start_time=time).field == "start_time"
    assert problem(end_time=time).field == "end_time"


def test_end_before_start() -> None:
    assert problem(start_time="15:00", end_time="14:00").field == "end_time"


def test_end_equal_to_start() -> None:
    assert problem(end_time="14:00").field == "end_time"


def test_midnight_as_an_end_is_refused_with_a_hint() -> None:
    assert "midnight" in str(problem(start_time="23:45", end_time="00:00"))


@pytest.mark.parametrize(("end", "duration"), [("14:15", "15m"), ("14:30", "30m"), ("15:00", "1h"), ("18:00", "4h")])
def test_common_durations(end: str, duration: str) -> None:
    assert check_order({**GOOD, "end_time": end, "duration": duration}, RULES).duration == duration


@pytest.mark.parametrize("duration", ["15", "m15", "0m", "15 m", "15M", "1d", "", 15, "-15m"])
def test_duration_format(duration: Any) -> None:
    assert problem(duration=duration).field == "duration"


def test_duration_must_equal_the_window() -> None:
    assert problem(end_time="15:00").field == "duration"


def test_duration_other_than_the_window_only_warns_when_not_strict(caplog: pytest.LogCaptureFixture) -> None:
    loose = Rules(now=NOW, strict=False)
    assert check_order({**GOOD, "end_time": "15:00"}, loose)
    assert "60 minutes" in caplog.text


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_tz_offset_from_0_to_2(offset: int) -> None:
    assert check_order({**GOOD, "tz_offset_hours": offset}, RULES).tz_offset_hours == offset


@pytest.mark.parametrize("offset", [-1, 3, 14, 1.9, 1.0, "1", True])
def test_tz_offset_out_of_range(offset: Any) -> None:
    assert problem(tz_offset_hours=offset).field == "tz_offset_hours"


@pytest.mark.parametrize(("day", "offset"), [("2024-12-20", 1), ("2025-07-01", 2), ("2025-03-30", 2)])
def test_tz_offset_left_out_is_swiss_time_of_the_orders_day_and_not_the_machines(day: str, offset: int) -> None:
    order = {name: value for name, value in GOOD.items() if name != "tz_offset_hours"} | {"date": day}
    assert check_order(order, RULES).tz_offset_hours == offset


@pytest.mark.parametrize("state", ["displayed", "hidden"])
def test_state(state: str) -> None:
    assert check_order({**GOOD, "state": state}, RULES).state == state


def test_state_left_out_is_displayed() -> None:
    assert check_order({k: v for k, v in GOOD.items() if k != "state"}, RULES).state == "displayed"


@pytest.mark.parametrize("state", ["invisible", "Displayed", "", 0])
def test_invalid_state(state: Any) -> None:
    assert problem(state=state).field == "state"


def test_options_trader_suffix() -> None:
    order = {**GOOD, "options": {"trader_suffixe": "my_bot"}}
    assert wire_order(check_order(order, RULES)) == order
    assert problem(options={"trader_suffixe": "x" * 51}).field == "options"
    assert problem(options={"trader_suffixe": 1}).field == "options"
    assert problem(options="my_bot").field == "options"
    assert problem(options={"other": 1}).field == "options"


def test_unknown_field_is_a_typing_mistake() -> None:
    assert problem(prise=1).field == "prise"


def test_an_order_that_is_none() -> None:
    for nonsense in (None, 1, "buy", [GOOD]):
        with pytest.raises(InvalidOrder):
            check_order(nonsense, RULES)  # type: ignore[arg-type]


def test_the_callers_data_is_not_changed() -> None:
    order = {name: value for name, value in GOOD.items() if name not in ("state", "tz_offset_hours")}
    before = copy.deepcopy(order)
    check_order(order, RULES)
    bulk = {"orders": [order, order]}
    check_bulk(bulk["orders"], RULES)
    assert order == before
    assert bulk == {"orders": [before, before]}


def test_bulk_places_count_from_0_and_all_problems_are_told() -> None:
    with pytest.raises(InvalidOrders) as caught:
        check_bulk([{**GOOD, "side": "x"}, GOOD, {**GOOD, "volume": 0}], RULES)
    assert [(one.index, one.field) for one in caught.value.problems] == [(0, "side"), (2, "volume")]
    assert "order 0: side" in str(caught.value)
    assert "order 2: volume" in str(caught.value)


@pytest.mark.parametrize("orders", [[], [GOOD] * 101, GOOD, "orders", 1, None])
def test_bulk_of_1_to_100(orders: Any) -> None:
    with pytest.raises(InvalidOrder):
        check_bulk(orders, RULES)


def test_bulk_of_100() -> None:
    assert len(check_bulk([GOOD] * 100, RULES)) == 100


def test_decimals_are_sent_as_numbers_and_exactly() -> None:
    order = check_order({**GOOD, "price": Decimal("100.10"), "volume": Decimal("0.1")}, RULES)
    assert b'"price":100.10,"volume":0.1,' in _encoder.encode(wire_order(order))


def test_an_order_at_a_moment_is_written_in_swiss_time() -> None:
    order = order_at("sell", 80, 1, datetime(2025, 7, 1, 22, 30, tzinfo=UTC), "30m")
    assert (order.date, order.start_time, order.end_time, order.tz_offset_hours) == ("2025-07-02", "00:30", "01:00", 2)
    assert check_order(order, RULES) == order


@pytest.mark.parametrize("day", [datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)])
@pytest.mark.parametrize("duration", ["15m", "1h"])
def test_every_quarter_hour_of_a_day_can_be_ordered_at(day: datetime, duration: str) -> None:
    """Also the last one before midnight in Switzerland, where no window may end: it is written in another zone."""
    rules = Rules(now=day - timedelta(days=1))
    for quarter in range(96):
        start = day + timedelta(minutes=15 * quarter)
        made = check_order(order_at("buy", 80, 1, start, duration), rules)
        zone = timezone(timedelta(hours=made.tz_offset_hours or 0))
        written = datetime.fromisoformat(f"{made.date}T{made.start_time}").replace(tzinfo=zone)
        assert written == start


def test_an_order_at_a_naive_moment_is_refused() -> None:
    with pytest.raises(InvalidOrder, match="time zone"):
        order_at("sell", 80, 1, datetime(2025, 7, 1, 22, 30))


def test_a_new_order_is_checked_like_a_mapping() -> None:
    order = NewOrder(side="buy", price=1, volume=1, date="x", start_time="1", end_time="2", duration="3")
    with pytest.raises(InvalidOrder):
        check_order(order, RULES)
