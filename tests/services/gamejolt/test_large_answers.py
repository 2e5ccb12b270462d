"""Large answers are decoded in pieces, to the same values as in one go."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import GameJolt, ServiceManager
from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.gamejolt.formats import LARGE
from pygame_gameservices.services.gamejolt.large_json import read_large
from pygame_gameservices.services.gamejolt.wire import WireEnvelope
from tests.conftest import WAIT_S, run_until

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


@pytest.mark.threads
def test_ten_thousand_trophies_cost_the_frame_thread_little_more_than_going_through_them(tmp_path: Path) -> None:
    """No call of a function for each of them; and in processor time of this thread alone, beside the barest thing that
    can be done with them."""
    trophies = [{"id": n, "title": f"Trophy {n}", "difficulty": "Bronze"} for n in range(1, 10_001)]
    players = [{"username": "ada", "token": "t"}]
    seed = {"gamejolt": {"game_id": 1, "trophies": trophies}, "sandbox": {"players": players}}
    with Sandbox.start(seed) as sandbox, ServiceManager("tests", folder=tmp_path) as services:
        gj = services.add(GameJolt(1, sandbox.private_key, base_url=sandbox.gamejolt_url, presence=False))
        gj.sign_in("ada", "t")
        run_until(services, lambda: gj.user)
        steps = max(_steps(services.update) for _ in _frames(gj.trophies.fetch(fresh=True)))
        call = gj.trophies.fetch(fresh=True)
        worst = max(_takes(services.update) for _ in _frames(call))
    assert call.value is not None
    floor = min(_takes(lambda: {trophy.id: trophy for trophy in call.value}) for _ in range(5))
    assert len(call.value) == 10_000
    assert steps < 2_000
    assert worst < 40 * floor


def _frames(call: Call[Any]) -> Iterator[None]:
    """The frames that a game draws until a call is done."""
    until = time.monotonic() + WAIT_S
    while not call.done:
        assert time.monotonic() < until
        yield
        time.sleep(0.001)


def _steps(work: Callable[[], object]) -> int:
    """How many functions `work` calls and returns from."""
    seen: list[str] = []
    sys.setprofile(lambda frame, event, value: seen.append(event))
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(seen)


def _takes(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
