"""Signatures: the documentation's vectors, and what the server takes and refuses."""

from __future__ import annotations

import hashlib
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.sandbox.gamejolt.signature import is_signed, posted_text, split_signature
from tests.sandbox.client import Client, fetch, md5, refused, unwrap

KEY = "my_awesome_private_key"
HOST = "api.gamejolt.com/api/game/v1_2"
Signed = tuple[str, list[tuple[str, str]]]
GET: Signed = ("/trophies/?game_id=32&username=CROS&user_token=123456&achieved=true", [])
POST: Signed = ("/trophies/?game_id=32&username=CROS", [("user_token", "123456"), ("achieved", "true")])
ARRAY: Signed = (
    "/batch/?game_id=32&username=CROS",
    [("requests[]", "abc"), ("requests[]", "def"), ("requests[]", "ghi")],
)

VECTORS = [
    (GET, "http", "fc3e8e0ea54544b3551058f0cf524303"),
    (GET, "https", "de147f1e91352798c6cdf06d1c15199f"),
    (GET, "https", "24329445fd5ba9f7ed8fa7dd488e77825e83ac4f"),
    (POST, "http", "d1eefdaaa2cb35ee3ceac5ce11079c89"),
    (POST, "https", "f446768f8aed2e33b7360301a2573c0e"),
    (POST, "https", "49864217152a90b5f18abb4f879c4d30aae3506d"),
    (ARRAY, "http", "d1387db85719d80afae538c5d5bca040"),
    (ARRAY, "https", "f000318cc6277104ac06851c5fb5d344"),
    (ARRAY, "https", "f27aaac2c707a24680d02d20bc5a91baf014cfe0"),
]


@pytest.mark.parametrize(("request_", "scheme", "signature"), VECTORS)
def test_documented_vector(request_: Signed, scheme: str, signature: str) -> None:
    path, posted = request_
    text = f"{scheme}://{HOST}{path}{posted_text(posted)}"
    assert is_signed(signature, KEY, text)
    assert is_signed(signature.upper(), KEY, text)
    assert not is_signed(signature, KEY + "x", text)
    assert not is_signed(signature, KEY, text.replace("game_id=32", "game_id=33"))


def test_posted_fields_are_sorted_and_arrays_keep_their_order() -> None:
    assert posted_text(POST[1]) == "achievedtrueuser_token123456"
    assert posted_text(ARRAY[1]) == "requestsabcrequestsdefrequestsghi"
    assert posted_text([("b", "1"), ("requests[]", "z"), ("requests[]", "a"), ("a", "")]) == "ab1requestszrequestsa"


def test_signature_is_taken_out_wherever_it_stands() -> None:
    assert split_signature("signature=s&a=1") == ("a=1", "s")
    assert split_signature("a=1&signature=s&b=%20+") == ("a=1&b=%20+", "s")
    assert split_signature("a=1&b_signature=2") == ("a=1&b_signature=2", None)


def test_missing_signature(client: Client) -> None:
    answer = unwrap(fetch(f"{client.base}/time/?game_id=1")[2])
    assert answer == refused("You must enter a signature with your request.")


@pytest.mark.parametrize("game_id", ["", "3", "abc", "-1", "1e400", "9" * 50])
def test_unknown_game(client: Client, game_id: str) -> None:
    client.game_id = game_id  # type: ignore[assignment]
    assert client.get("time") == refused("The game ID you passed in does not point to a valid game.")


def test_wrong_key(client: Client) -> None:
    client.key = "another-key"
    assert client.get("time") == refused("The signature you entered for the request is invalid.")


def test_game_of_another_key(client: Client) -> None:
    client.game_id = 2
    assert client.get("time")["success"] == "false"
    client.key = "other-key"
    assert client.get("time")["success"] == "true"


def test_sha1(client: Client) -> None:
    url = f"{client.base}/time/?game_id=1"
    digest = hashlib.sha1((url + client.key).encode()).hexdigest()
    assert unwrap(fetch(f"{url}&signature={digest}")[2])["success"] == "true"
    wrong = digest[:-1] + ("0" if digest[-1] != "0" else "1")
    assert unwrap(fetch(f"{url}&signature={wrong}")[2])["success"] == "false"


def test_scheme_is_signed(client: Client) -> None:
    url = f"{client.base}/time/?game_id=1"
    signature = md5(url.replace("http://", "https://") + client.key)
    assert unwrap(fetch(f"{url}&signature={signature}")[2])["message"].startswith("The signature")


def test_text_is_signed_as_sent_and_not_as_meant(client: Client) -> None:
    for value in ("a%20b", "a+b", "a%20B", "%61%20b", "%c3%a9", "%C3%A9"):
        url = f"{client.base}/data-store/set/?game_id=1&key=k&data={value}"
        assert unwrap(fetch(f"{url}&signature={md5(url + client.key)}")[2])["success"] == "true"
    url = f"{client.base}/data-store/set/?game_id=1&key=k&data="
    signature = md5(url + "a+b" + client.key)
    assert unwrap(fetch(f"{url}a%20b&signature={signature}")[2])["success"] == "false"


def test_nothing_of_a_post_can_be_changed(client: Client) -> None:
    url = f"{client.base}/data-store/set/?game_id=1"
    signature = md5(url + "datavaluekeyk" + client.key)
    good = urlencode({"key": "k", "data": "value"}).encode()
    for body in (good.replace(b"value", b"other"), good + b"&username=ada", b""):
        assert unwrap(fetch(f"{url}&signature={signature}", body)[2])["success"] == "false"
    assert unwrap(fetch(f"{url}&signature={signature}", good)[2])["success"] == "true"
    in_body = good + b"&signature=" + signature.encode()
    assert unwrap(fetch(url, in_body)[2])["success"] == "true"


def test_everything_may_be_posted(client: Client) -> None:
    url = f"{client.base}/time/"
    signature = md5(url + "game_id1" + client.key)
    assert unwrap(fetch(f"{url}?signature={signature}", b"game_id=1")[2])["success"] == "true"


def test_unknown_endpoint_and_version(client: Client) -> None:
    status, _, body = fetch(client.url("nonsense"))
    assert (status, unwrap(body)) == (404, refused("Unknown fatal error occurred."))
    assert fetch(client.url("time").replace("v1_2", "v2"))[0] == 404


def test_older_versions_answer_alike(client: Client) -> None:
    client.base = client.base.replace("v1_2", "v1_1")
    assert client.get("time")["success"] == "true"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_goes_through_get_and_post(process: object, key: str, data: str) -> None:
    client = Client(process)  # type: ignore[arg-type]
    fields: dict[str, object] = {"key": f"k{key}", "data": data}
    assert client.get("data-store/set", **fields)["success"] == "true"
    assert client.get("data-store", key=f"k{key}") == {"success": "true", "data": data}
    assert client.post("data-store/set", fields)["success"] == "true"
    assert client.post("data-store", {"key": f"k{key}"}) == {"success": "true", "data": data}
    (answer,) = client.batch(client.sub("data-store", key=f"k{key}"))["responses"]
    assert answer == {"success": "true", "data": data}


def test_brackets_may_be_encoded(client: Client) -> None:
    request = quote(client.sub("time"), safe="")
    url = f"{client.base}/batch/?game_id=1&requests%5B%5D={request}"
    answer = unwrap(fetch(f"{url}&signature={md5(url + client.key)}")[2])
    assert answer["responses"][0]["success"] == "true"
