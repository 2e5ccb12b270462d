"""What goes into the data store as an int, a bool, bytes or a dict comes out as one."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import GameJolt, ProtocolError, ServiceManager, UsageError
from pygame_gameservices.services.gamejolt.value_types import from_bytes, from_text, kind_of, to_bytes, to_text
from tests.conftest import WAIT_S, settle

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
VALUES = (
    st.text()
    | st.binary()
    | st.integers()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(JSON, max_size=4)
    | st.dictionaries(st.text(), JSON, max_size=4)
    | st.none()
)


@given(VALUES)
def test_any_value_comes_back_as_itself(value: Any) -> None:
    kind = kind_of(value)
    for back in (from_text(kind, to_text(value)), from_bytes(kind, to_bytes(value))):
        assert back == value
        assert type(back) is type(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("naïve 日本", str),
        ("", str),
        (b"\x00\xff\r\n", bytes),
        (b"", bytes),
        (-(10**30), int),
        (0.1, float),
        (1e300, float),
        (True, bool),
        (False, bool),
        ({"level": 3, "lights": [1, None, "é"]}, object),
        ([], object),
        (None, object),
        (b"\x01" * 300_000, bytes),
        ({"big": "x" * 100_000}, object),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_through_the_service(ada: GameJolt, services: ServiceManager, value: Any, kind: type) -> None:
    stored = ada.values.set("k", value, mine=True)
    settle(services, stored)
    fetched = ada.values.fetch("k", kind, mine=True)
    settle(services, fetched)
    assert fetched.error is None
    assert fetched.value == value
    assert type(fetched.value) is type(value)


def test_the_text_is_what_one_would_write_by_hand(ada: GameJolt, services: ServiceManager) -> None:
    settle(services, ada.values.set("coins", 5), ada.values.set("on", True), ada.values.set("map", {"a": 1}))
    settle(services, ada.data_store.update("coins", "add", 7, durable=False))
    for key, expected in {"coins": "12", "on": "true", "map": '{"a":1}'}.items():
        assert ada.data_store.fetch(key).result(WAIT_S) == expected
    assert ada.values.fetch("coins", int).result(WAIT_S) == 12


def test_nothing_there_is_none(gj: GameJolt, services: ServiceManager) -> None:
    call = gj.values.fetch("nothing", int)
    settle(services, call)
    assert (call.value, call.error) == (None, None)


@pytest.mark.parametrize("kind", [int, float, bool, bytes, object])
def test_a_value_of_another_kind_is_an_error_and_no_guess(gj: GameJolt, services: ServiceManager, kind: type) -> None:
    gj.data_store.set("k", "neither one nor the other!", durable=False).result(WAIT_S)
    call = gj.values.fetch("k", kind)
    settle(services, call)
    assert isinstance(call.error, ProtocolError)


def test_wrong_types_are_told_at_once(gj: GameJolt) -> None:
    with pytest.raises(UsageError, match="set cannot be kept"):
        gj.values.set("k", {1, 2})
    with pytest.raises(UsageError, match="pass str, bytes, int"):
        gj.values.fetch("k", list)  # type: ignore[type-abstract]
    with pytest.raises(UsageError, match="value is nan, for which"):
        gj.values.set("k", math.nan)


def test_one_key_keeps_its_order_whatever_takes_longer_to_encode(ada: GameJolt, services: ServiceManager) -> None:
    works = [
        ada.values.set("k", {"large": "x" * 100_000}),
        ada.values.fetch("k"),
        ada.values.set("k", 5),
        ada.values.fetch("k", int),
        ada.values.set("k", b"x" * 20_000, mine=True),
        ada.values.set("k", "mine", mine=True),
        ada.values.fetch("k", str, mine=True),
    ]
    settle(services, *works)
    assert [work.value for work in works] == [True, {"large": "x" * 100_000}, True, 5, True, True, "mine"]
    assert ada.data_store.fetch("k").result(WAIT_S) == "5"


@pytest.mark.parametrize("value", [math.inf, {"best": math.nan}, [[-math.inf]]])
def test_what_no_other_client_could_read_is_not_written(gj: GameJolt, services: ServiceManager, value: Any) -> None:
    with pytest.raises(UsageError, match="for which JSON has no word; pass a finite number"):
        gj.values.set("k", value)
    services.update()
    assert gj.data_store.fetch("k").result(WAIT_S) is None


@pytest.mark.parametrize("key", [3, "", None])
def test_a_key_is_text(gj: GameJolt, key: Any) -> None:
    for call in (lambda: gj.values.set(key, {}), lambda: gj.values.set(key, 1), lambda: gj.values.fetch(key, int)):
        with pytest.raises(UsageError, match="key is"):
            call()
