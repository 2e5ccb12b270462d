"""Large answers are decoded in pieces, to the same values as in one go."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.services.gamejolt.large_json import LARGE, read_large
from pygame_gameservices.services.gamejolt.wire import WireEnvelope

ROW = {"score": "1 point", "sort": "1", "user": 'Zoë \u2028 "x"', "stored_timestamp": 1}
texts = st.text() | st.integers() | st.none() | st.booleans()
rows = st.lists(st.fixed_dictionaries({"score": texts, "sort": texts, "unknown": texts}), max_size=3)
pages = st.fixed_dictionaries(
    {"success": st.just("true")},
    optional={"scores": rows | st.just(""), "message": texts, "data": texts, "trophies": st.just(""), "odd": texts},
)


def as_in_one_go(document: Any) -> None:
    body = json.dumps(document).encode()
    assert read_large(body) == msgspec.json.decode(body, type=WireEnvelope).response


@given(pages, st.integers(0, 600))
def test_an_answer_is_the_same_as_in_one_go(page: dict[str, Any], times: int) -> None:
    if isinstance(page.get("scores"), list):
        page = {**page, "scores": page["scores"] * times}
    as_in_one_go({"response": page})


@given(st.lists(pages, max_size=5))
def test_a_batch_is_the_same_as_in_one_go(responses: list[dict[str, Any]]) -> None:
    full = {"success": "true", "scores": [ROW] * 400}
    as_in_one_go({"response": {"success": "true", "responses": [*responses, full, *responses]}})


@pytest.mark.parametrize("name", ["users", "scores", "tables", "trophies", "friends", "keys"])
def test_every_long_list(name: str) -> None:
    row = {"id": "1", "username": "ada", "name": "n", "title": "t", "friend_id": "5", "key": "k", "sort": 3}
    as_in_one_go({"response": {"success": "true", name: [row] * (LARGE // 20)}})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[:-1],
        lambda body: body.replace(b'"1 point"', b'["1 point"]', 1),
        lambda body: body.replace(b"1 point", b"1 po\xffint", 1),
        lambda body: body.replace(b"[", b"{", 1),
        lambda body: b"[" + body + b"]",
    ],
)
def test_nonsense_is_found_wherever_it_is(spoil: Any) -> None:
    body = json.dumps({"response": {"success": "true", "scores": [{"score": "1 point", "sort": "1"}] * 5000}}).encode()
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):  # both are what one go would raise
        read_large(spoil(body))
