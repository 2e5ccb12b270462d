"""Best offers, latest prices, contracts, and answers that are not as documented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import LastPrice, MarketRow, ProtocolError, best_offers, latest_prices, parse_contract
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.trading.decoding import _READERS, value

PRICES = st.one_of(st.none(), st.floats(-500, 4000))
ROWS = st.lists(
    st.builds(
        MarketRow, contract=st.sampled_from(["a", "b"]), direction=st.sampled_from(["buy", "sell", ""]), price=PRICES
    )
)


@given(ROWS, st.one_of(st.none(), st.integers(1, 3)))
def test_best_offers_are_best_first_and_a_missing_price_is_last(rows: list[MarketRow], top: int | None) -> None:
    grouped = best_offers(rows, top)
    for contract, offers in grouped.items():
        for side, sign in ((offers.buy, -1), (offers.sell, 1)):
            keys = [(row.price is None, sign * (row.price or 0)) for row in side]
            assert keys == sorted(keys)
            assert all(row.contract == contract for row in side)
    if top is None:
        assert sum(len(o.buy) + len(o.sell) + len(o.other) for o in grouped.values()) == len(rows)


def test_latest_price_keeps_the_zones_of_older_rows() -> None:
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)
    rows = [
        LastPrice(contract="c", market_zone="A", price=1.0, timestamp=early),
        LastPrice(contract="c", market_zone="B", price=2.0, timestamp=late),
        LastPrice(contract="c", market_zone="C", price=3.0, timestamp=None),
    ]
    for order in (rows, rows[::-1]):
        (newest,) = latest_prices(order).values()
        assert (newest.price, newest.market_zone, newest.zones) == (2.0, "B", ("A", "B", "C"))


@pytest.mark.parametrize(
    ("name", "start", "minutes"),
    [
        ("2025-01-15T14:00:00Z/PT15M", datetime(2025, 1, 15, 14, tzinfo=UTC), 15),
        ("2025-01-15T14:00:00+01:00/PT1H", datetime(2025, 1, 15, 13, tzinfo=UTC), 60),
        ("2026-07-14T23:45:00.000Z/PT1H30M", datetime(2026, 7, 14, 23, 45, tzinfo=UTC), 90),
    ],
)
def test_contract(name: str, start: datetime, minutes: int) -> None:
    contract = parse_contract(name)
    assert contract is not None
    assert (contract.start, contract.duration) == (start, timedelta(minutes=minutes))
    assert parse_contract(contract.name) == contract


@pytest.mark.parametrize(
    "name", ["BASE-QUOTE", "", "/", "2025-01-15T14:00:00Z", "2025/PT15M", "x/PT15M", "2025-01-15T14:00:00Z/PT"]
)
def test_opaque_contract(name: str) -> None:
    assert parse_contract(name) is None


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["order_id", "price", "created", "failed", "index", "result", "order_book", "timestamp", "detail"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(_READERS)), JSON, st.sampled_from([200, 201, 400, 401, 403, 404, 422, 429, 500, 503]))
def test_no_answer_raises_anything_but_a_call_error(name: str, content: Any, status: int) -> None:
    response = Response(status=status, headers={}, body=json.dumps(content).encode())
    try:
        value(name, response)
    except CallError:
        pass
    else:
        assert status < 400


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b"null", b"1", b'{"created":{}}'])
def test_senseless_bodies_are_protocol_errors(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        value("orders.list", Response(status=200, headers={}, body=body))


def test_unknown_fields_and_numbers_in_quotes_are_taken() -> None:
    body = b'{"order_id":"7","price":"1.5","volume":2,"state":"Displayed","new_field":{"a":1},"fees":null}'
    order = value("orders.create", Response(status=200, headers={}, body=body))
    assert (order.order_id, order.price, order.state, order.fees) == ("7", 1.5, "displayed", None)
    assert order.raw["new_field"] == {"a": 1}
