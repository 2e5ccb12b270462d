"""Signatures against the vectors of Game Jolt's own documentation, and the escaping of everything that needs it."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import Secret
from pygame_gameservices.services.gamejolt.signing import Signer, encode, escape, signed_fields

HOST = "api.gamejolt.com/api/game/v1_2"
TROPHIES = f"{HOST}/trophies/?game_id=32&username=CROS"
GET = ("&user_token=123456&achieved=true", ())
POST = ("", (("user_token", "123456"), ("achieved", "true")))
BATCH = (
    f"{HOST}/batch/?game_id=32&username=CROS",
    (("requests[]", "abc"), ("requests[]", "def"), ("requests[]", "ghi")),
)


@pytest.mark.parametrize(
    ("scheme", "algorithm", "expected"),
    [
        ("http", "md5", "fc3e8e0ea54544b3551058f0cf524303"),
        ("https", "md5", "de147f1e91352798c6cdf06d1c15199f"),
        ("https", "sha1", "24329445fd5ba9f7ed8fa7dd488e77825e83ac4f"),
    ],
)
def test_get(scheme: str, algorithm: str, expected: str) -> None:
    signer = Signer(Secret("my_awesome_private_key"), algorithm)
    assert signer.sign(f"{scheme}://{TROPHIES}{GET[0]}") == expected


@pytest.mark.parametrize(
    ("scheme", "algorithm", "expected"),
    [
        ("http", "md5", "d1eefdaaa2cb35ee3ceac5ce11079c89"),
        ("https", "md5", "f446768f8aed2e33b7360301a2573c0e"),
        ("https", "sha1", "49864217152a90b5f18abb4f879c4d30aae3506d"),
    ],
)
def test_post(scheme: str, algorithm: str, expected: str) -> None:
    signer = Signer(Secret("my_awesome_private_key"), algorithm)
    assert signed_fields(POST[1]) == "achievedtrueuser_token123456"
    assert signer.sign(f"{scheme}://{TROPHIES}" + signed_fields(POST[1])) == expected


@pytest.mark.parametrize(
    ("scheme", "algorithm", "expected"),
    [
        ("http", "md5", "d1387db85719d80afae538c5d5bca040"),
        ("https", "md5", "f000318cc6277104ac06851c5fb5d344"),
        ("https", "sha1", "f27aaac2c707a24680d02d20bc5a91baf014cfe0"),
    ],
)
def test_batch(scheme: str, algorithm: str, expected: str) -> None:
    url, fields = BATCH
    signer = Signer(Secret("my_awesome_private_key"), algorithm)
    assert signed_fields(fields) == "requestsabcrequestsdefrequestsghi"
    assert signer.sign(f"{scheme}://{url}" + signed_fields(fields)) == expected


def test_the_address_carries_its_own_signature() -> None:
    signer = Signer(Secret("my_awesome_private_key"), "md5")
    pairs = [("game_id", "32"), ("username", "CROS"), ("user_token", "123456"), ("achieved", "true")]
    address = signer.address(f"http://{HOST}/trophies/", pairs)
    assert address == f"http://{TROPHIES}{GET[0]}&signature=fc3e8e0ea54544b3551058f0cf524303"


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_whatever_is_encoded_can_be_read_back(pairs: list[tuple[str, str]]) -> None:
    query = encode(pairs)
    assert parse_qsl(query, keep_blank_values=True, strict_parsing=bool(pairs)) == pairs
    assert urlsplit(f"http://h/?{query}").query == query
    assert set(query) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%&=")


@given(
    st.text(alphabet=st.characters(codec="utf-8"))
    | st.text(alphabet="aZ09-._~%/?&=", min_size=61)
    | st.text(min_size=61, alphabet="a%/? +ü")
)
def test_escaping_is_that_of_the_standard_library(text: str) -> None:
    assert escape(text) == quote(text, safe="")
