"""``batch/``."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import ADA, Client, fetch, md5, refused, unwrap

OK = {"success": "true"}


def test_each_call_has_its_own_answer_without_wrapper(client: Client) -> None:
    client.get("scores/add", guest="g", score="1", sort=1)
    answer = client.batch(
        client.sub("scores/get-rank", sort=1),
        client.sub("users", username="nobody"),
        client.sub("sessions/check", **ADA),
        client.sub("data-store/get-keys"),
    )
    assert answer == {
        "success": "true",
        "responses": [
            {"success": "true", "rank": 1},
            refused("No such user could be found."),
            {"success": "false"},
            {"success": "true", "keys": ""},
        ],
    }


def test_calls_see_what_the_ones_before_did(client: Client) -> None:
    calls = [client.sub("data-store/set", key="n", data=1)]
    calls += [client.sub("data-store/update", key="n", operation="add", value=1) for _ in range(3)]
    assert [one.get("data") for one in client.batch(*calls)["responses"]] == [None, "2", "3", "4"]


def test_break_on_error(client: Client, sandbox: Sandbox) -> None:
    calls = [
        client.sub("data-store/set", key="a", data=1),
        client.sub("data-store", key="missing"),
        client.sub("data-store/set", key="b", data=1),
    ]
    answer = client.batch(*calls, break_on_error="true")
    assert answer == {"success": "false", "responses": [OK, refused("No item with that key could be found.")]}
    assert [row["key"] for row in sandbox.dump("gamejolt_items")] == ["a"]
    assert len(client.batch(*calls, break_on_error="false")["responses"]) == 3
    assert client.batch(calls[0], break_on_error="true") == {"success": "true", "responses": [OK]}


def test_parallel_promises_no_order(client: Client, sandbox: Sandbox) -> None:
    calls = [client.sub("data-store/update", key="log", operation="append", value=f"{n},") for n in range(20)]
    client.get("data-store/set", key="log", data="")
    answer = client.batch(*calls, parallel="true")
    assert answer["success"] == "true"
    order = [int(n) for n in client.get("data-store", key="log")["data"].strip(",").split(",")]
    assert sorted(order) == list(range(20))
    assert order != sorted(order)
    # The answers stand in the order of the requests all the same: each ends with what its own call added.
    assert [one["data"].strip(",").split(",")[-1] for one in answer["responses"]] == [str(n) for n in range(20)]


def test_limits(client: Client, sandbox: Sandbox) -> None:
    call = client.sub("time")
    assert len(client.batch(*[call] * 50)["responses"]) == 50
    too_many = refused("The maximum amount of sub requests in one batch request is 50.")
    assert client.batch(*[call] * 51) == too_many
    assert client.batch() == refused("You must enter at least one request with the batch.")
    exclusive = refused("'parallel' and 'break_on_error' are mutually exclusive")
    assert client.batch(call, parallel="true", break_on_error="true") == exclusive
    assert client.batch(call, parallel="true", break_on_error="false")["success"] == "true"
    body = fetch(client.batch_url(call, format="dump"))[2]
    assert body == b"FAILURE\r\nDump format is not supported in batch calls."
    (nested,) = client.batch(client.sub("batch"))["responses"]
    assert nested == refused("A batch cannot hold another batch.")


def test_the_outer_signature_covers_the_requests(client: Client, sandbox: Sandbox) -> None:
    url = client.batch_url(client.sub("data-store/set", key="a", data=1))
    changed = url.replace("set", "update")
    assert unwrap(fetch(changed)[2]) == refused("The signature you entered for the request is invalid.")
    assert sandbox.dump("gamejolt_items") == []


def test_each_inner_signature_is_checked(client: Client) -> None:
    good = client.sub("time")
    unsigned = good.partition("&signature")[0]
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    responses = client.batch(good, unsigned, wrong, client.sub("nonsense"))["responses"]
    assert [one.get("message") for one in responses] == [
        None,
        "You must enter a signature with your request.",
        "The signature you entered for the request is invalid.",
        "Unknown fatal error occurred.",
    ]


def test_inner_calls_may_be_of_another_game(client: Client, sandbox: Sandbox) -> None:
    other = Client(sandbox, 2, "other-key")
    answer = client.batch(other.sub("scores/tables"), other.sub("scores/tables", game_id=1))
    assert answer["responses"][0]["tables"][0]["id"] == "2"
    assert answer["responses"][1]["success"] == "false"


@pytest.mark.parametrize("ending", ["\n", "", " "])
def test_inner_call_with_the_line_break_of_the_documentation(client: Client, ending: str) -> None:
    (answer,) = client.batch(client.sub("time") + ending)["responses"]
    assert answer["success"] == "true"


def test_inner_call_signed_over_its_full_url(client: Client) -> None:
    path = "/time/?game_id=1"
    signed = f"{path}&signature={md5(client.base + path + client.key)}"
    assert client.batch(signed)["responses"][0]["success"] == "true"
    assert client.batch(client.base + signed)["responses"][0]["success"] == "true"


@pytest.mark.parametrize("request_", ["", "no url", "//[", "http://elsewhere/time/?game_id=1", "/?", "?game_id=1"])
def test_nonsense_inside_is_refused_and_harms_no_other(client: Client, request_: str) -> None:
    responses = client.batch(client.sub("time"), request_, client.sub("time"))["responses"]
    assert [one["success"] for one in responses] == ["true", "false", "true"]


def test_post(client: Client) -> None:
    requests = [client.sub("data-store/set", key=f"k{n}", data="ü & +") for n in range(50)]
    url = f"{client.base}/batch/?game_id=1"
    signature = md5(url + "".join(f"requests{one}" for one in requests) + client.key)
    body = urlencode([("requests[]", one) for one in requests]).encode()
    answer = unwrap(fetch(f"{url}&signature={signature}", body)[2])
    assert answer == {"success": "true", "responses": [OK] * 50}
    swapped = urlencode([("requests[]", one) for one in reversed(requests)]).encode()
    assert unwrap(fetch(f"{url}&signature={signature}", swapped)[2])["success"] == "false"


def test_requests_encoded_twice_in_the_query(client: Client) -> None:
    """An inner value that holds a percent sign or an ampersand survives both layers."""
    value = "100% & more + 50%25"
    client.batch(client.sub("data-store/set", key="k", data=value))
    assert client.get("data-store", key="k")["data"] == value
    assert quote(value) not in client.batch_url(client.sub("data-store/set", key="k", data=value))
