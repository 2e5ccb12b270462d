"""Every endpoint, field and error of the trading API, against the sandbox."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from pygame_gameservices import (
    AuthError,
    Call,
    NewOrder,
    NoAccess,
    OrderDeleted,
    OrderNotFound,
    OrderNotUnique,
    OrderPlaced,
    OrderRefused,
    OrdersPlaced,
    RateLimited,
    ServiceManager,
    Trading,
    UsageError,
    order_at,
)
from pygame_gameservices.sandbox import Sandbox
from tests.conftest import WAIT_S, settle
from tests.services.trading.conftest import CONFIG, delivery, order


def get(call: Any) -> Any:
    return call.result(WAIT_S)


def test_status_has_every_documented_field(trading: Trading) -> None:
    status = get(trading.status())
    assert status.status == "healthy"
    assert status.version == "1.2.3"
    assert status.timestamp.tzinfo is UTC
    assert set(status.services) == {"orders", "trades", "market_data", "spot"}
    assert status.uptime >= 0
    assert status.response_time_ms > 0
    assert status.rate_limit.requests_per_minute == 1000
    assert 900 < status.rate_limit.requests_remaining < 1000
    assert status.rate_limit.reset_time > status.timestamp
    assert status.raw["services"]["spot"] == "operational"


def test_created_order_has_every_documented_field(services: ServiceManager, trading: Trading) -> None:
    call = trading.orders.create(order_at("buy", 100.5, 1.5, delivery()))
    happened = settle(services, call)
    created = call.value
    assert created is not None
    assert isinstance(created.order_id, str)
    assert created.order_id.startswith("ord_")
    assert (created.direction, created.volume, created.price, created.state) == ("buy", 1.5, 100.5, "displayed")
    assert created.contract.endswith("/PT15M")
    assert created.trader == "You"
    assert created.duration == "15m"
    assert created.tz_offset_hours in (0, 1, 2)
    assert created.date
    assert created.start_time < created.end_time
    assert created.created_at is not None
    assert created.updated_at is not None
    assert created.raw["state"] == "Displayed"
    assert OrderPlaced(created) in happened


def test_listed_order_has_every_documented_field(trading: Trading) -> None:
    get(trading.orders.create(order("sell", 50, 2)))
    (listed,) = get(trading.orders.list())
    assert isinstance(listed.order_id, int)
    assert (listed.direction, listed.volume, listed.price) == ("sell", 2.0, 50.0)
    assert (listed.executed_volume, listed.remaining_volume, listed.average_price) == (0.0, 2.0, None)
    assert (listed.execution_count, listed.total_value, listed.fees, listed.metadata) == (0, 100.0, 0.0, {})


def test_orders_by_direction(trading: Trading) -> None:
    get(trading.orders.create(order("buy", 1)))
    get(trading.orders.create(order("sell", 9)))
    assert [one.direction for one in get(trading.orders.list("buy"))] == ["buy"]
    assert [one.direction for one in get(trading.orders.list("sell"))] == ["sell"]
    assert len(get(trading.orders.list())) == 2


def test_hidden_order_is_not_shown_to_others_but_trades(trading: Trading, rival: Trading) -> None:
    created = get(trading.orders.create(order("sell", 40, state="hidden")))
    assert created.state == "hidden"
    assert get(rival.market()) == ()
    get(rival.orders.create(order("buy", 40)))
    (listed,) = get(trading.orders.list())
    assert listed.executed_volume == 1.0


def test_market_row_has_every_documented_field(trading: Trading, rival: Trading) -> None:
    get(trading.orders.create(order("buy", 99, 3)))
    get(rival.orders.create(order("sell", 101, 2)))
    buy, sell = sorted(get(trading.market()), key=lambda row: row.direction)
    assert (buy.price, buy.volume, sell.price, sell.volume) == (99.0, 3.0, 101.0, 2.0)
    for row in (buy, sell):
        assert (row.bid, row.ask, row.spread) == (99.0, 101.0, 2.0)
        assert row.contract
        assert row.timestamp is not None
        for name in ("high_24h", "low_24h", "volume_24h", "change_24h", "change_percent_24h"):
            assert name in row.raw


def test_market_filters(trading: Trading) -> None:
    get(trading.orders.create(order("buy", 1)))
    get(trading.orders.create(order_at("sell", 9, 1, delivery(), "30m")))
    assert [row.direction for row in get(trading.market(direction="sell"))] == ["sell"]
    assert [row.direction for row in get(trading.market(duration="15m"))] == ["buy"]
    assert get(trading.market(duration="1h")) == ()


def test_trade_has_every_documented_field(trading: Trading, rival: Trading) -> None:
    get(trading.orders.create(order("sell", 100, 1)))
    get(rival.orders.create(order("buy", 105, 1)))
    (trade,) = get(trading.trades())
    assert str(trade.trade_id).startswith("trade_")
    assert (trade.direction, trade.volume, trade.price) == ("buy", 1.0, 100.0)
    assert (trade.buyer, trade.seller, trade.fees, trade.duration) == ("Rival", "You", 0.25, "15m")
    assert trade.contract
    assert trade.timestamp is not None
    assert trade.execution_time is not None
    assert get(trading.trades(direction="sell")) == ()
    assert len(get(trading.trades(direction="buy", duration="15m"))) == 1


def test_last_prices_by_zone_and_latest(trading: Trading, rival: Trading) -> None:
    get(rival.orders.create(order("sell", 100, 1)))
    get(trading.orders.create(order("buy", 100, 1)))
    get(trading.orders.create(order("sell", 110, 1)))
    get(rival.orders.create(order("buy", 110, 1)))
    rows = get(trading.market_ltp())
    assert {(row.market_zone, row.price) for row in rows} == {("10YDE-RWENET---I", 100.0), ("10YCH-SWISSGRIDZ", 110.0)}
    (swiss,) = get(trading.market_ltp(market_zone="10YCH-SWISSGRIDZ"))
    assert (swiss.price, swiss.volume) == (110.0, 1.0)
    (latest,) = get(trading.latest_ltp(duration="15m"))
    assert latest.price == 110.0
    assert get(trading.latest_ltp(duration="1h")) == ()
    (newest,) = get(trading.latest_prices()).values()
    assert newest.zones == ("10YCH-SWISSGRIDZ", "10YDE-RWENET---I")


def test_spot_as_one_object_and_as_a_list(trading: Trading) -> None:
    (spot,) = get(trading.spot())
    assert spot.contract.endswith("/PT15M")
    assert spot.price is not None
    assert spot.order_book is not None
    assert spot.order_book.bids == ()
    assert spot.timestamp is not None
    today = datetime.now(UTC).date()
    hours = get(trading.spot(area_name="CH-SGD", date_from=today, date_to=today + timedelta(days=1), limit=30))
    assert len(hours) == 30
    assert {hour.area_name for hour in hours} == {"CH-SGD"}


def test_spot_order_book_levels(trading: Trading, sandbox: Sandbox) -> None:
    now = datetime.fromtimestamp(sandbox.now(), UTC)
    start = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    get(trading.orders.create(order_at("buy", 7, 2, start)))
    (spot,) = get(trading.spot())
    assert [(level.price, level.volume) for level in spot.order_book.bids] == [(7.0, 2.0)]


def test_spot_status_has_every_documented_field(trading: Trading) -> None:
    get(trading.orders.create(order()))
    status = get(trading.spot_status())
    assert status.status == "operational"
    assert len(status.active_contracts) == 1
    assert status.market_open is True
    assert status.last_update <= status.timestamp <= status.next_update


def test_bulk_keeps_what_was_created_beside_what_failed(services: ServiceManager, sandbox: Sandbox) -> None:
    config = {**CONFIG, "sandbox": {"trading": {"market_maker": False, "positive_prices": True}}}
    with Sandbox.start(config) as strict:
        trading = services.add(Trading(strict.trading_token, strict.trading_url, allow_trading=True))
        call = trading.orders.create_bulk([order("buy", 1), order("buy", -10), order("sell", 3)])
        happened = settle(services, call)
    result = call.value
    assert result is not None
    assert result.requested == 3
    assert [(one.index, one.order.price) for one in result.created] == [(0, 1.0), (2, 3.0)]
    assert [(one.index, one.error) for one in result.failed] == [(1, "Invalid price: must be positive number")]
    assert OrdersPlaced(result) in happened


def test_delete_by_number(services: ServiceManager, trading: Trading) -> None:
    get(trading.orders.create(order()))
    (listed,) = get(trading.orders.list())
    call = trading.orders.delete(listed.order_id)
    happened = settle(services, call)
    assert call.value is not None
    assert call.value.status == "deleted"
    assert OrderDeleted(1) in happened
    assert get(trading.orders.list()) == ()


def test_delete_takes_a_listed_order_and_digits(trading: Trading) -> None:
    for _ in range(2):
        get(trading.orders.create(order()))
    first, second = get(trading.orders.list())
    get(trading.orders.delete(first))
    get(trading.orders.delete(str(second.order_id)))
    assert get(trading.orders.list()) == ()


@pytest.mark.parametrize("name", ["ord_abc123", "ord_1", "1 ", "1.0", "", "-1", -1, True, None, 1.0, "١"])
def test_delete_never_takes_digits_out_of_anything(trading: Trading, sandbox: Sandbox, name: Any) -> None:
    get(trading.orders.create(order()))
    with pytest.raises(UsageError):
        trading.orders.delete(name)
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [0]
    assert not [entry for entry in sandbox.journal() if entry["method"] == "DELETE"]


def test_delete_of_a_created_order_is_resolved_exactly(trading: Trading, sandbox: Sandbox) -> None:
    keep = get(trading.orders.create(order(price=1)))
    gone = get(trading.orders.create(order(price=2)))
    assert get(trading.orders.delete(gone)).status == "deleted"
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [0, 1]
    assert get(trading.orders.find(keep)).price == 1.0


def test_two_equal_orders_cannot_be_told_apart_so_none_is_deleted(trading: Trading, sandbox: Sandbox) -> None:
    result = get(trading.orders.create_bulk([order(price=3), order(price=3)]))
    with pytest.raises(OrderNotUnique, match=r"1: buy 1 at 3, displayed.*2: buy 1 at 3|2: buy 1 at 3.*1: buy") as told:
        get(trading.orders.delete(result.created[0].order))
    assert {one.order_id for one in told.value.candidates} == {1, 2}
    with pytest.raises(OrderNotUnique):
        get(trading.orders.find(result.created[1].order))
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [0, 0]


def _near_twins() -> list[list[NewOrder]]:
    """Pairs of orders of one moment that differ in one thing alone."""
    shown = order(price=3)
    winter, summer = (order_at("buy", 3, 1, delivery(30)) for _ in range(2))
    elsewhere = msgspec.structs.replace(summer, tz_offset_hours=0)
    return [
        [shown, msgspec.structs.replace(shown, state="hidden")],
        [winter, elsewhere],
        [shown, msgspec.structs.replace(shown, side="sell", price=9)],
        [shown, msgspec.structs.replace(shown, volume=2)],
        [shown, msgspec.structs.replace(shown, price=4)],
    ]


@pytest.mark.parametrize("pair", range(5))
@pytest.mark.parametrize("mine", [0, 1])
def test_near_twins_of_one_moment_are_told_apart(trading: Trading, sandbox: Sandbox, pair: int, mine: int) -> None:
    made = get(trading.orders.create_bulk(_near_twins()[pair]))
    assert made.created[0].order.created_at == made.created[1].order.created_at
    found = get(trading.orders.find(made.created[mine].order))
    assert found.order_id == mine + 1
    get(trading.orders.delete(made.created[mine].order))
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [1 - mine, mine]
    with pytest.raises(OrderNotFound):  # its twin that is still there is not taken for it
        get(trading.orders.delete(made.created[mine].order))


def test_a_hidden_order_is_found_when_it_was_executed(trading: Trading, rival: Trading) -> None:
    created = get(trading.orders.create(order("sell", 40, state="hidden")))
    get(rival.orders.create(order("buy", 40)))
    found = get(trading.orders.find(created))
    assert (found.state, found.remaining_volume, found.executed_volume, found.average_price) == ("executed", 0, 1, 40)
    assert found.fees == 0.25
    assert len(get(trading.orders.look_for(order("sell", 40, state="hidden")))) == 1


def test_a_fresh_market_has_a_past(services: ServiceManager) -> None:
    with Sandbox.start({}) as fresh:
        trading = services.add(Trading(fresh.trading_token, fresh.trading_url, name="fresh"))
        rows = get(trading.market())
        assert len({row.contract for row in rows}) == 8
        for row in rows:
            assert row.low_24h < row.high_24h
            assert row.volume_24h > 0
        trades = get(trading.trades())
        assert len(trades) == 8 * 12
        moments = [trade.timestamp for trade in trades]
        assert moments == sorted(moments, reverse=True)
        assert all(trade.fees > 0 and trade.buyer != trade.seller for trade in trades)
        (spot,) = get(trading.spot())
        assert spot.low_24h < spot.high_24h
        assert {price.market_zone for price in get(trading.market_ltp())} >= {"10YCH-SWISSGRIDZ", "10YDE-RWENET---I"}
        assert get(trading.orders.list()) == ()  # it is others' past
        fresh.advance(3 * 3600)
        assert all(row.high_24h is not None for row in get(trading.market()))


def test_delete_of_an_order_that_is_gone(trading: Trading) -> None:
    created = get(trading.orders.create(order()))
    get(trading.orders.delete(created))
    with pytest.raises(OrderNotFound):
        get(trading.orders.delete(created))
    with pytest.raises(OrderNotFound):
        get(trading.orders.delete(1))


def test_delete_of_another_traders_order(trading: Trading, rival: Trading, sandbox: Sandbox) -> None:
    get(rival.orders.create(order()))
    with pytest.raises(OrderNotFound):
        get(trading.orders.delete(1))
    assert [row["deleted"] for row in sandbox.dump("trading_orders")] == [0]


def test_find(trading: Trading) -> None:
    get(trading.orders.create(order()))
    assert get(trading.orders.find(1)).order_id == 1
    assert get(trading.orders.find("1")).order_id == 1
    assert get(trading.orders.find("non_existent_id")) is None
    assert get(trading.orders.find(11)) is None


def test_find_during_an_outage_is_an_error_and_not_none(trading: Trading, sandbox: Sandbox) -> None:
    get(trading.status())
    sandbox.faults.set("refuse")
    with pytest.raises(Exception, match="connection"):
        get(trading.orders.find(1))
    sandbox.faults.clear()


def test_orders_need_permission(services: ServiceManager, sandbox: Sandbox) -> None:
    watching = services.add(Trading(sandbox.trading_token, sandbox.trading_url))
    for act in (
        lambda: watching.orders.create(order()),
        lambda: watching.orders.create_bulk([order()]),
        lambda: watching.orders.delete(1),
    ):
        with pytest.raises(UsageError, match="allow_trading=True"):
            act()
    assert get(watching.orders.list()) == ()


def test_a_refused_order_tells_the_field_and_the_reason(services: ServiceManager, sandbox: Sandbox) -> None:
    early = datetime.now(UTC) - timedelta(days=2)
    trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True, now=lambda: early))
    call = trading.orders.create(order_at("buy", 1, 1, early + timedelta(hours=5)))
    with pytest.raises(OrderRefused, match="must be in the future") as caught:
        get(call)
    assert caught.value.status == 422
    assert len(caught.value.details) == 1
    settle(services, call)
    assert call.outcome == "rejected"


def test_a_wrong_personal_token(services: ServiceManager, sandbox: Sandbox) -> None:
    stranger = services.add(Trading("stranger-personal-secret", sandbox.trading_url))
    with pytest.raises(AuthError) as caught:
        get(stranger.status())
    assert "stranger-personal-secret" not in repr(caught.value) + str(caught.value)


def test_too_many_requests(services: ServiceManager) -> None:
    config = {"sandbox": {"trading": {"requests_per_minute": 2}}}
    with Sandbox.start(config) as busy:
        trading = services.add(Trading(busy.trading_token, busy.trading_url, allow_trading=True))
        get(trading.status())
        get(trading.status())
        call: Call[Any] = trading.orders.create(order())
        with pytest.raises(RateLimited) as caught:
            get(call)
        assert caught.value.retry_after is not None
        settle(services, call)
        assert call.outcome == "failed"
        assert not [row for row in busy.dump("trading_orders") if row["account"] == "You"]


def test_no_token_without_a_network(services: ServiceManager, sandbox: Sandbox) -> None:
    sandbox.faults.set("reset:path=*/auth/token")
    trading = services.add(Trading(sandbox.trading_token, sandbox.trading_url, allow_trading=True))
    with pytest.raises(NoAccess):
        get(trading.orders.create(order()))
    sandbox.faults.clear()


@pytest.mark.parametrize(
    ("how", "match"),
    [
        ({"token": ""}, "token"),
        ({"base_url": "http://api.example.com"}, "https"),
        ({"base_url": "ftp://api.example.com"}, "base_url"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": True}, "timeout_s"),
    ],
)
def test_wrong_settings(how: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        Trading(**{"token": "t", "base_url": "https://api.example.com", **how})


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.trades(direction="up"),
        lambda t: t.market(duration="15"),
        lambda t: t.orders.list("Buy"),
        lambda t: t.spot(limit=0),
        lambda t: t.spot(date_from="2026-01-01"),
        lambda t: t.spot(date_from=datetime(2026, 1, 1)),
        lambda t: t.best_offers(top=0),
    ],
)
def test_wrong_questions_raise_on_the_callers_line(trading: Trading, ask: Any) -> None:
    with pytest.raises(UsageError):
        ask(trading)


def test_the_token_shows_nowhere(trading: Trading, sandbox: Sandbox) -> None:
    call = trading.status()
    get(call)
    assert sandbox.trading_token not in repr(trading) + repr(call) + repr(call.operation) + repr(vars(trading))


def test_dates_are_sent_as_days(trading: Trading, sandbox: Sandbox) -> None:
    get(trading.spot(date_from=date(2026, 1, 2), date_to=date(2026, 1, 2)))
    rows = get(trading.spot(date_from=date(2026, 1, 2), date_to=date(2026, 1, 2)))
    assert {row.timestamp.date() for row in rows} == {date(2026, 1, 2)}
