"""``data-store/``."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.bodies import form_text
from tests.sandbox.client import ADA, GRACE, Client, fetch, md5, refused, unwrap

OK = {"success": "true"}
NO_KEY = refused("You must enter the key for the item you would like to retrieve data for.")
RESTRICTED = refused(
    "This key has restrictions placed on it. Please pass in a restriction user with valid permissions."
)


def test_set_fetch_remove(client: Client) -> None:
    value = 'a & b = "c" + d%20\r\n\té😀'
    assert client.get("data-store/set", key="k", data=value) == OK
    assert client.get("data-store", key="k") == {"success": "true", "data": value}
    assert client.get("data-store/set", key="k", data="") == OK
    assert client.get("data-store", key="k") == {"success": "true", "data": ""}
    assert client.get("data-store/remove", key="k") == OK
    assert client.get("data-store", key="k") == refused("No item with that key could be found.")


def test_a_user_has_a_store_of_their_own(client: Client, sandbox: Sandbox) -> None:
    for who in ({}, ADA, GRACE):
        client.get("data-store/set", key="k", data=who.get("username", "global"), **who)
    for who in ({}, ADA, GRACE):
        assert client.get("data-store", key="k", **who)["data"] == who.get("username", "global")
    assert Client(sandbox, 2, "other-key").get("data-store", key="k")["success"] == "false"


@pytest.mark.parametrize("endpoint", ["data-store", "data-store/set", "data-store/update", "data-store/remove"])
def test_missing_key(client: Client, endpoint: str) -> None:
    assert client.get(endpoint, data="d", operation="add", value=1) == NO_KEY


def test_missing_data(client: Client) -> None:
    assert client.get("data-store/set", key="k") == refused("You must enter data with the request.")


def test_missing_item(client: Client) -> None:
    message = "There is no item with the key passed in: <no such>"
    assert client.get("data-store/remove", key="<no such>") == refused(message)
    assert client.get("data-store/update", key="<no such>", operation="add", value=1) == refused(message)


@pytest.mark.parametrize(
    ("held", "operation", "value", "result"),
    [
        ("5", "add", "7", "12"),
        ("5", "subtract", "7", "-2"),
        ("5", "multiply", "-3", "-15"),
        ("12", "divide", "4", "3"),
        ("5", "divide", "2", "2.5"),
        ("1.5", "add", "1.5", "3"),
        ("9007199254740993", "add", "0", "9007199254740993"),
        ("18014398509481986", "divide", "2", "9007199254740993"),
        ("5", "append", "7", "57"),
        ("5", "prepend", "7", "75"),
        ("text", "append", "", "text"),
    ],
)
def test_update(client: Client, held: str, operation: str, value: str, result: str) -> None:
    client.get("data-store/set", key="k", data=held)
    answer = client.get("data-store/update", key="k", operation=operation, value=value)
    assert answer == {"success": "true", "data": result}
    assert client.get("data-store", key="k")["data"] == result


@pytest.mark.parametrize(
    ("held", "params", "message"),
    [
        ("5", {"value": 1}, "You must enter an operation with the request."),
        (
            "5",
            {"operation": "power", "value": 1},
            "Operation must be add, subtract, multiply, divide, append or prepend.",
        ),
        ("5", {"operation": "add"}, "You must enter an value with the request."),
        (
            "five",
            {"operation": "add", "value": 1},
            "Mathematical operations require the pre-existing data stored to also be numeric.",
        ),
        ("5", {"operation": "add", "value": "one"}, "Value must be numeric if operation is mathematical."),
        ("5", {"operation": "add", "value": "nan"}, "Value must be numeric if operation is mathematical."),
        (
            "5",
            {"operation": "divide", "value": "0"},
            "GAME JOLT STOP: 0x00000019 (0x00000000, 0xC00E0FF0, 0xFFFFEFD4, 0xC0000000) UNIVERSAL_COLLAPSE",
        ),
        ("1" + "0" * 200, {"operation": "divide", "value": "1e-200"}, "Unknown fatal error occurred."),
    ],
)
def test_updates_that_are_refused(client: Client, held: str, params: dict[str, object], message: str) -> None:
    client.get("data-store/set", key="k", data=held)
    assert client.get("data-store/update", key="k", **params) == refused(message)
    assert client.get("data-store", key="k")["data"] == held


def test_keys(client: Client) -> None:
    assert client.get("data-store/get-keys") == {"success": "true", "keys": ""}
    for key in ("save|2", "save|1", "best", "sa[v]e?", "Save|3"):
        client.get("data-store/set", key=key, data="d")
    client.get("data-store/set", key="hers", data="d", **ADA)

    def keys(**params: object) -> list[str]:
        return [item["key"] for item in client.get("data-store/get-keys", **params)["keys"] or []]

    assert keys() == ["Save|3", "best", "sa[v]e?", "save|1", "save|2"]
    assert keys(pattern="save|*") == ["save|1", "save|2"]
    assert keys(pattern="*|*") == ["Save|3", "save|1", "save|2"]
    assert keys(pattern="sa[v]e?") == ["sa[v]e?"]
    assert keys(pattern="best") == ["best"]
    assert keys(pattern="b") == []
    assert keys(**ADA) == ["hers"]


def test_100_keys_at_most(client: Client) -> None:
    for start in (0, 50, 100):
        client.batch(*(client.sub("data-store/set", key=f"k{n:03}", data="d") for n in range(start, start + 50)))
    keys = [item["key"] for item in client.get("data-store/get-keys")["keys"]]
    assert keys == [f"k{n:03}" for n in range(100)]


def test_restricted_key(client: Client) -> None:
    ada = {"restriction_username": "ada", "restriction_user_token": "ada-token"}
    grace = {"restriction_username": "grace", "restriction_user_token": "grace-token"}
    assert client.get("data-store/set", key="k", data="1", **ada) == OK
    update = {"key": "k", "operation": "add", "value": 1}
    for other in ({}, grace, {**ada, "restriction_user_token": "wrong"}):
        assert client.get("data-store", key="k", **other) == RESTRICTED
        assert client.get("data-store/set", key="k", data="2", **other) == RESTRICTED
        assert client.get("data-store/update", **update, **other) == RESTRICTED
        assert client.get("data-store/remove", key="k", **other) == RESTRICTED
    assert client.get("data-store/update", **update, **ada) == {"success": "true", "data": "2"}
    assert client.get("data-store", key="k")["success"] == "false"
    assert client.get("data-store/remove", key="k", **ada) == OK


@pytest.mark.slow
def test_16_mb_per_key(client: Client) -> None:
    """With every byte percent-encoded, as some clients do: three times as much on the wire."""
    size = 16 * 1024 * 1024
    too_large = refused("The data is larger than the 16 MB that one key may hold.")

    def store(length: int) -> dict[str, object]:
        # Encoded by hand, since urllib takes seconds for it.
        url = f"{client.base}/data-store/set/?game_id=1&key=k"
        signature = md5(url + "data" + "A" * length + client.key)
        return unwrap(fetch(f"{url}&signature={signature}", b"data=" + b"%41" * length, timeout=300)[2])

    assert store(size) == OK
    assert client.get("data-store", key="k")["data"] == "A" * size
    assert client.get("data-store/update", key="k", operation="append", value="x") == too_large
    assert store(size + 1) == too_large


def test_a_body_that_is_too_large_is_not_read(client: Client) -> None:
    body = b"data=" + b"x" * (101 * 1024 * 1024)
    status, _, answer = fetch(client.url("data-store/set", key="k"), body, timeout=300)
    assert (status, unwrap(answer)) == (413, refused("Unknown fatal error occurred."))


@given(st.binary(max_size=300), st.integers(0, 2))
@example(b"%", 0)
@example(b"%%41 =\r\n=3D \t", 0)
@example(b" \t", 2)
def test_large_values_are_decoded_like_small_ones(piece: bytes, escape: int) -> None:
    """Above 4 KiB another decoder takes over; it must agree with urllib on everything."""
    encoded = [piece, quote_from_bytes(piece).encode(), quote_from_bytes(piece, safe=b" ~!*()'").encode()][escape]
    encoded = encoded.replace(b"&", b"")
    large = b"%20x" * 1100 + encoded
    assert form_text(large) == unquote_to_bytes(large.replace(b"+", b" ")).decode("utf-8", "replace")
