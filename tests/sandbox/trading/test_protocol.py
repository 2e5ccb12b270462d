"""The trading API as the sandbox speaks it, asked with plain HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.test_seed import facts_of
from tests.thinned import examples

CONFIG = {"sandbox": {"trading": {"market_maker": False, "token_lifetime_s": 600, "strict_durations": True}}}


class Trader:
    """Somebody with a token."""

    def __init__(self, sandbox: Sandbox, personal: str) -> None:
        self._address = urlsplit(sandbox.trading_url)
        status, granted = self.ask("POST", "/auth/token", {"token": personal})
        assert status == 200
        assert granted["expires_in"] == 600
        self.token = granted["access_token"]

    def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        connection = HTTPConnection(self._address.hostname or "", self._address.port, timeout=20)
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token or getattr(self, 'token', '')}"}
        connection.request(method, f"{self._address.path}/api/v1{path}", raw, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        connection.close()
        return response.status, answer


@pytest.fixture(scope="module")
def market() -> Iterator[Sandbox]:
    with Sandbox.start(CONFIG) as sandbox:
        yield sandbox


@pytest.fixture
def you(market: Sandbox) -> Trader:
    market.reset()
    return Trader(market, market.trading_token)


@pytest.fixture
def rival(market: Sandbox, you: Trader) -> Trader:
    return Trader(market, "sandbox-rival-token")


def order(**changes: Any) -> dict[str, Any]:
    day = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    good = {"side": "buy", "price": 10.0, "volume": 1.0, "date": day, "start_time": "14:00", "end_time": "14:15"}
    return {**good, "duration": "15m", "tz_offset_hours": 0, **changes}


def test_personal_tokens_are_checked(you: Trader) -> None:
    for body in ({"token": "wrong"}, {"token": 1}, {}, [], b"{", b""):
        assert you.ask("POST", "/auth/token", body)[0] in (401, 422)


def test_access_tokens_expire(you: Trader, market: Sandbox) -> None:
    market.advance(599)
    assert you.ask("GET", "/status")[0] == 200
    market.advance(2)
    assert you.ask("GET", "/status") == (401, {"detail": "Access token expired"})
    assert you.ask("GET", "/status", token="made-up") == (401, {"detail": "Invalid access token"})


def test_price_then_time_and_partial_fills(you: Trader, rival: Trader) -> None:
    for price, volume in ((11.0, 1.0), (10.0, 1.0), (10.0, 2.0), (12.0, 5.0)):
        you.ask("POST", "/orders", order(side="sell", price=price, volume=volume))
    rival.ask("POST", "/orders", order(side="buy", price=11.0, volume=3.5))
    trades = you.ask("GET", "/trades")[1]
    assert [(trade["price"], trade["volume"]) for trade in reversed(trades)] == [(10.0, 1.0), (10.0, 2.0), (11.0, 0.5)]
    mine = {one["order_id"]: one for one in you.ask("GET", "/orders")[1]}
    assert [mine[n]["remaining_volume"] for n in (1, 2, 3, 4)] == [0.5, 0.0, 0.0, 5.0]
    (bought,) = rival.ask("GET", "/orders")[1]
    assert bought["average_price"] == pytest.approx((10 + 20 + 5.5) / 3.5)
    assert bought["execution_count"] == 3


def test_what_is_left_rests_in_the_book(you: Trader, rival: Trader) -> None:
    you.ask("POST", "/orders", order(side="sell", volume=1.0))
    rival.ask("POST", "/orders", order(side="buy", volume=3.0))
    (row,) = you.ask("GET", "/market")[1]
    assert (row["direction"], row["volume"], row["bid"], row["ask"]) == ("buy", 2.0, 10.0, None)
    assert (row["high_24h"], row["volume_24h"]) == (10.0, 1.0)


def test_a_suffix_of_the_name_is_ignored(you: Trader, rival: Trader) -> None:
    for trader, name in ((you, "You"), (rival, "Rival")):
        assert trader.ask("POST", "/orders", order(options={"trader_suffixe": "bot"}))[1]["trader"] == name


def test_accounts_of_groupe_e_may_have_a_suffix() -> None:
    rival = {"trader": "Rival", "token": "sandbox-rival-token", "groupe_e": True}
    config = {"token_lifetime_s": 600, "market_maker": False, "groupe_e": True, "accounts": [rival]}
    with Sandbox.start({"sandbox": {"trading": config}}) as sandbox:
        for name, token in (("You", sandbox.trading_token), ("Rival", "sandbox-rival-token")):
            trader = Trader(sandbox, token)
            assert trader.ask("POST", "/orders", order(options={"trader_suffixe": "bot"}))[1]["trader"] == f"{name}_bot"
            assert trader.ask("POST", "/orders", order())[1]["trader"] == name
            assert [one["trader"] for one in trader.ask("GET", "/orders")[1]] == [name, f"{name}_bot"]


def test_deletion(you: Trader, rival: Trader) -> None:
    you.ask("POST", "/orders", order())
    assert rival.ask("DELETE", "/orders/1") == (404, {"detail": "Order not found"})
    status, body = you.ask("DELETE", "/orders/abc123")
    assert (status, body["detail"][0]["loc"]) == (422, ["path", "order_id"])
    assert you.ask("DELETE", "/orders/1") == (200, {"status": "deleted", "order_id": 1})
    assert you.ask("DELETE", "/orders/1")[0] == 404
    you.ask("POST", "/orders", order())
    rival.ask("POST", "/orders", order(side="sell"))
    assert you.ask("DELETE", "/orders/2") == (409, {"detail": "Order cannot be deleted any more"})


def test_orders_whose_delivery_has_begun_are_gone(you: Trader, market: Sandbox) -> None:
    you.ask("POST", "/orders", order())
    market.advance(4 * 86_400)
    later = Trader(market, market.trading_token)
    assert later.ask("GET", "/orders")[1] == []
    assert later.ask("GET", "/market")[1] == []
    assert later.ask("DELETE", "/orders/1")[0] == 409


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"side": None}, "Missing required field 'side'"),
        ({"side": "invalid"}, "Invalid side"),
        ({"price": "10"}, "Invalid price"),
        ({"volume": 0}, "Invalid volume: must be positive number"),
        ({"volume": 0.0000001}, "Invalid volume: must be positive number"),
        ({"price": 1e16}, "Invalid price: must be a number"),
        ({"price": True}, "Invalid price: must be a number"),
        ({"date": "2020-01-01"}, "must be in the future"),
        ({"date": "01.01.2030"}, "YYYY-MM-DD"),
        ({"start_time": "2:00 PM"}, "HH:MM"),
        ({"start_time": "15:00", "end_time": "14:00"}, "after start_time"),
        ({"duration": "1h"}, "must equal"),
        ({"duration": None}, "Missing required field 'duration'"),
        ({"tz_offset_hours": 3}, "between 0 and 2"),
        ({"state": "invisible"}, "Invalid state"),
        ({"options": {"trader_suffixe": "x" * 51}}, "50 characters"),
    ],
)
def test_bad_orders(you: Trader, changes: dict[str, Any], message: str) -> None:
    status, body = you.ask("POST", "/orders", order(**changes))
    assert status == 422
    assert message in body["detail"][0]["msg"]
    bulk = you.ask("POST", "/orders/create-bulk", {"orders": [order(), order(**changes)]})[1]
    assert [one["index"] for one in bulk["created"]] == [0]
    assert message in bulk["failed"][0]["error"]
    assert bulk["failed"][0]["index"] == 1


@pytest.mark.parametrize(
    ("sent", "taken"), [(0.1 + 0.2, 0.3), (100 / 3, 33.333333), (-1e-9, 0.0), (2, 2.0), (1e-300, 0.0)]
)
def test_prices_are_rounded_to_millionths(you: Trader, sent: float, taken: float) -> None:
    status, body = you.ask("POST", "/orders", order(price=sent))
    assert (status, body.get("price")) == (200, taken)


@pytest.mark.parametrize("number", [b"1e999999", b"1e-999999", b"1e99999999999999999999", b"1" * 5000])
def test_numbers_beyond_everything_are_refused(you: Trader, number: bytes) -> None:
    body = json.dumps(order(volume=7.5)).encode().replace(b"7.5", number)
    assert you.ask("POST", "/orders", body)[0] == 422


def test_bulks_are_bounded(you: Trader) -> None:
    assert you.ask("POST", "/orders/create-bulk", {"orders": []})[0] == 422
    assert you.ask("POST", "/orders/create-bulk", {"orders": [order()] * 101})[0] == 422


def test_the_rate_limit_is_counted_per_account_and_minute() -> None:
    with Sandbox.start({"sandbox": {"trading": {"token_lifetime_s": 600, "requests_per_minute": 3}}}) as busy:
        busy.advance(60 - busy.now() % 60)
        one, other = Trader(busy, busy.trading_token), Trader(busy, "sandbox-rival-token")
        assert one.ask("GET", "/status")[1]["rate_limit"]["requests_remaining"] == 2
        assert [one.ask("GET", "/spot")[0] for _ in range(3)] == [200, 200, 429]
        assert other.ask("GET", "/status")[0] == 200
        busy.advance(60)
        assert one.ask("GET", "/status")[0] == 200


def test_a_market_maker_offers_and_goes_on_offering() -> None:
    with Sandbox.start({"sandbox": {"trading": {"token_lifetime_s": 600}}}) as sandbox:
        trader = Trader(sandbox, sandbox.trading_token)
        first = {row["contract"] for row in trader.ask("GET", "/market")[1]}
        assert len(first) == 8
        sandbox.advance(6 * 3600)
        later = {row["contract"] for row in Trader(sandbox, sandbox.trading_token).ask("GET", "/market")[1]}
        assert len(later) == 8
        assert not first & later


@pytest.mark.parametrize("state", ["displayed", "hidden"])
def test_the_market_maker_takes_what_others_offer_in_a_contract_before_it_comes_to_it(state: str) -> None:
    with Sandbox.start({"sandbox": {"trading": {"token_lifetime_s": 600}}}) as sandbox:
        starts = int(sandbox.now() // 900 + 40) * 900
        begin, end = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M}" for at in (starts, starts + 900))
        window = {"date": begin[:10], "start_time": begin[11:], "end_time": end[11:], "state": state}
        placed = Trader(sandbox, sandbox.trading_token).ask("POST", "/orders", order(price=500.0, volume=2.5, **window))
        sandbox.advance(starts - 900 - sandbox.now())
        trades = Trader(sandbox, sandbox.trading_token).ask("GET", "/trades")[1]
        assert placed[0] == 200
        bought = [(trade["price"], trade["volume"]) for trade in trades if trade["buyer"] == "You"]
        assert sorted(bought) == [(500.0, 1.0), (500.0, 1.5)], "of the two nearest above the curve"
        left = [row for row in sandbox.dump("trading_orders") if row["account"] == "You"]
        assert [(row["remaining"], row["executions"]) for row in left] == [(0, 2)]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*order(), "orders", "options"]), inner)
    ),
    max_leaves=8,
)


@examples(60)
@given(VALUES, st.sampled_from(["/orders", "/orders/create-bulk", "/auth/token"]))
def test_no_payload_makes_it_fail(market: Sandbox, payload: Any, path: str) -> None:
    trader = Trader(market, market.trading_token)
    status, _ = trader.ask("POST", path, payload)
    assert status in (200, 401, 422, 429)


@examples(40)
@given(st.dictionaries(st.sampled_from(["price", "volume", "date", "start_time", "duration", "options"]), VALUES))
def test_no_order_makes_it_fail(market: Sandbox, changes: dict[str, Any]) -> None:
    status, _ = Trader(market, market.trading_token).ask("POST", "/orders", order(**changes))
    assert status in (200, 422, 429)


@pytest.mark.parametrize(
    "query",
    ["limit=x", "limit=0", "date_from=x", "date_to=0001-01-01", "limit=-1", "limit=10001", "limit=" + "9" * 5000],
)
def test_bad_spot_filters(you: Trader, query: str) -> None:
    status, body = you.ask("GET", f"/spot?{query}")
    assert (status, body["detail"][0]["loc"]) == (422, ["query", query.partition("=")[0]])
    assert set(body["detail"][0]) == {"loc", "msg", "type"}


def test_a_limit_with_zeros_in_front_is_a_number(you: Trader) -> None:
    assert len(you.ask("GET", "/spot?limit=" + "0" * 20 + "3")[1]) == 3


def test_bad_directions(you: Trader) -> None:
    for path in ("/trades", "/orders", "/market"):
        status, body = you.ask("GET", f"{path}?direction=up")
        assert (status, body["detail"][0]["loc"]) == (422, ["query", "direction"])


@pytest.mark.parametrize("path", ["/nope", "/orders/1/2", "/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_paths_that_are_not_there(you: Trader, method: str, path: str) -> None:
    assert you.ask(method, path) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(("method", "path"), [("GET", "/orders/5"), ("PUT", "/orders"), ("GET", "/auth/token")])
def test_methods_that_are_not_there(you: Trader, method: str, path: str) -> None:
    assert you.ask(method, path) == (405, {"detail": "Method Not Allowed"})


@pytest.mark.parametrize(
    "config",
    [
        {"accounts": [{"trader": "You", "token": "x"}]},
        {"accounts": [{"trader": "Market maker", "token": "x"}]},
        {"accounts": [{"trader": "X"}]},
        {"token_lifetime_s": 0},
        {"market_makr": True},
    ],
)
def test_mistakes_in_the_seed(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        facts_of({"sandbox": {"trading": config}})
