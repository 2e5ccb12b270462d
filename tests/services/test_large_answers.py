"""What decoding a large answer costs a frame: whoever sends megabytes of anything holds nobody up."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import EasyJam, GameJolt, Itchio
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.turns.breath import in_short_breaths
from pygame_gameservices.errors import CallError, ProtocolError
from pygame_gameservices.services import pieces
from pygame_gameservices.services.gamejolt import xml_format
from pygame_gameservices.services.gamejolt.senseless import Senseless
from pygame_gameservices.services.trading.decoding import value

TEXT = st.text(max_size=20)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | TEXT,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(TEXT, inner, max_size=6),
    max_leaves=40,
)


@given(DOCUMENTS, st.integers(1, 64), st.sampled_from([None, 1]))
def test_pieces_give_what_one_go_gives(document: Any, large: int, indent: int | None) -> None:
    body = json.dumps(document, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LARGE", large)
        patch.setattr(pieces, "DEEPEST", 100)
        assert pieces.decode(body) == document


@pytest.mark.parametrize("body", [b"", b"[", b"{", b"[1,]", b'{"a"}', b"[1] 2", b" ", b"\xff", b'["\xff"]'])
@pytest.mark.parametrize("blanks", [0, 100_000])
def test_what_is_no_json_is_none(body: bytes, blanks: int) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        pieces.decode(body + b" " * blanks)


def test_fractions_stay_what_they_were_made_of() -> None:
    body = json.dumps([{"n": 0.1, "text": "x" * 100}] * 2000).encode()
    assert len(body) > pieces.LARGE
    assert {row["n"] for row in pieces.decode(body, float_hook=Decimal)} == {Decimal("0.1")}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_without_end_is_refused(opening: bytes) -> None:
    with pytest.raises((RecursionError, msgspec.DecodeError)):
        pieces.decode(opening * 1_000_000)


def test_large_pieces_inside_each_other_are_refused_before_they_cost_much() -> None:
    document: Any = "x" * 1_000_000
    for _ in range(200):
        document = [document]
    body = json.dumps(document).encode()
    with pytest.raises(RecursionError):
        pieces.decode(body)


ATTRIBUTES = b" ".join(b'a%d=""' % n for n in range(300_000))
MANY = b'<response><x a="" b="" c="" d="" e="" f="" g="" h="" i="" j="" k="" l="" m="" n="" o="" p="" q=""/></response>'


@pytest.mark.parametrize(
    "body",
    [
        b"<response " + ATTRIBUTES + b"></response>",
        b'<response a=">>>>" ' + ATTRIBUTES + b"></response>",
        b"<response><x " + ATTRIBUTES + b"/></response>",
        b"<response></response " + b" " * 1_000_000 + b">",
        b"<response><!-- " + b"x" * 1_000_000 + b"--></response>",
        b"<" + b"x" * 1_000_000 + b">",
        MANY,
    ],
    ids=["attributes", "with marks", "inside", "blanks", "comment", "name", "many"],
)
def test_endless_tags_are_refused_at_once(body: bytes) -> None:
    began = time.thread_time()
    with pytest.raises(Senseless):
        xml_format.parse(body)
    assert time.thread_time() - began < 0.5  # of computing, which took as long in one breath before


def test_a_long_text_is_no_endless_tag() -> None:
    text = "a < b > c & d " * 100_000
    whole = f"<response><success>true</success><data><![CDATA[{text}]]></data></response>".encode()
    assert xml_format.parse(whole)["data"] == text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert xml_format.parse(f"<response><data>{escaped}</data></response>".encode())["data"] == text


def ops(service: str, name: str, token: str = "token-of-a-maker") -> Operation:
    return Operation(service=service, name=name, kind=Kind.SAFE, credential=Secret(token))


def rows(count: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "id": number} for number in range(count)]


def of(service: Any, operation: Operation, body: bytes) -> Callable[[], object]:
    return lambda: service.answers([operation], Response(status=200, headers={}, body=body))


def xml_scores(count: int) -> bytes:
    row = "<score><score>1 point</score><sort>1</sort><user>ada</user><user_id>1</user_id></score>"
    return f"<response><success>true</success><scores>{row * count}</scores></response>".encode()


GAME = {"title": "A game", "url": "https://a.example", "created_at": "2026-01-01T00:00:00Z", "text": "x" * 100}
ITEM = {"Name": "A game", "Released": "2026-01-01T00:00:00Z", "Link": {"web": "https://a.example"}, "Text": "x" * 100}
KEYPAIRS = 'success:"true"\n' + 'score:"1 point"\nsort:"1"\nuser:"ada"\nuser_id:"1"\n' * 20_000
LARGE_ANSWERS: dict[str, Callable[[], object]] = {
    "itchio": of(Itchio("key"), ops("itchio", "games"), json.dumps({"games": rows(8000, GAME)}).encode()),
    "easyjam": of(
        EasyJam("https://jam.example"),
        ops("easyjam", "fetch"),
        json.dumps({"token-of-a-maker": {"Item": rows(8000, ITEM)}}).encode(),
    ),
    "trading": lambda: value(
        "trades",
        Response(status=200, headers={}, body=json.dumps(rows(8000, {"price": 1.5, "quantity": 2})).encode()),
    ),
    "xml": of(GameJolt(1, "key", format="xml"), ops("gamejolt", "scores.fetch"), xml_scores(20_000)),
    "keypair": of(GameJolt(1, "key", format="keypair"), ops("gamejolt", "scores.fetch"), KEYPAIRS.encode()),
}


@pytest.mark.parametrize("name", LARGE_ANSWERS)
def test_a_worker_rests_while_it_decodes_and_never_computes_long_in_one_go(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its own computing time, so that a busy machine makes no difference."""
    spans: list[float] = []
    since = [time.thread_time()]
    pause = time.sleep

    def rest(seconds: float) -> None:
        spans.append(time.thread_time() - since[0])
        pause(seconds)
        since[0] = time.thread_time()

    def work() -> None:
        since[0] = time.thread_time()
        with in_short_breaths(), contextlib.suppress(ProtocolError):
            LARGE_ANSWERS[name]()

    monkeypatch.setattr("pygame_gameservices.core.turns.breath.time.sleep", rest)
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert len(spans) > 5  # a fast machine decodes all in a few spans
    assert sorted(spans)[-3] < 0.03, sorted(spans)[-5:]


def test_deep_json_is_an_error_and_not_a_crash() -> None:
    body = b'{"games":' + b"[" * 200_000
    with pytest.raises(CallError):
        got = Itchio("key").answers([ops("itchio", "games")], Response(status=200, headers={}, body=body))[0]
        assert got.error is not None
        raise got.error
