"""Whatever comes in place of an answer, the decoders end in a value or in an error of the package's tree, quickly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.services.gamejolt.formats import FORMATS
from tests.fuzz_decoders import NAMES, STATUSES, feed, one_input, seeds
from tests.thinned import examples

FIELDS = [
    "success",
    "message",
    "users",
    "scores",
    "tables",
    "trophies",
    "friends",
    "keys",
    "responses",
    "rank",
    "data",
    "timestamp",
    "timezone",
    "id",
    "score",
    "sort",
    "extra_data",
    "user",
    "user_id",
    "guest",
    "stored",
    "stored_timestamp",
    "name",
    "primary",
    "title",
    "achieved",
    "friend_id",
    "key",
    "year",
    "month",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["true", "false", "", "1e400", "nan", "inf", "-0", "١٢", "9" * 400, "0x10", "1_000"]),
    st.text(max_size=20),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=25,
)
OPERATIONS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)
RECORD = st.dictionaries(st.sampled_from(FIELDS), SCALARS, max_size=8)
PAIR_KEYS = st.sampled_from(FIELDS) | st.text(max_size=5)

fuzzed = examples(150)


@fuzzed
@given(st.integers(0, len(FORMATS) - 1), st.sampled_from(STATUSES), OPERATIONS, st.binary(max_size=400))
def test_any_bytes(form: int, status: int, names: list[str], body: bytes) -> None:
    feed(form, status, names, body)


@fuzzed
@given(st.sampled_from(STATUSES), OPERATIONS, st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8))
def test_json_of_any_shape(status: int, names: list[str], fields: dict[str, object]) -> None:
    fields.setdefault("success", "true")
    feed(0, status, names, json.dumps({"response": fields}).encode())


@fuzzed
@given(OPERATIONS, st.lists(RECORD, max_size=5))
def test_xml_of_any_fields(names: list[str], records: list[dict[str, object]]) -> None:
    rows = "".join("<r>" + "".join(f"<{k}>{v}</{k}>" for k, v in record.items()) + "</r>" for record in records)
    for listed in ("users", "scores", "responses", "other"):
        body = f"<response><success>true</success><{listed}>{rows}</{listed}></response>"
        feed(1, 200, names, body.encode("utf-8", "replace"))


@fuzzed
@given(OPERATIONS, st.lists(st.tuples(PAIR_KEYS, st.text(max_size=10)), max_size=10))
def test_key_pairs_of_any_keys(names: list[str], pairs: list[tuple[str, str]]) -> None:
    text = 'success:"true"\n' + "".join(f'{key}:"{value}"\n' for key, value in pairs)
    feed(2, 200, names, text.encode("utf-8", "replace"))


@fuzzed
@given(st.sampled_from(NAMES), st.text(max_size=50))
def test_dumps(name: str, rest: str) -> None:
    feed(3, 200, [name], ("SUCCESS\n" + rest).encode("utf-8", "replace"))


@pytest.mark.parametrize("seed", seeds())
def test_sensible_answers_damaged_at_every_byte(seed: bytes) -> None:
    for place in range(4, len(seed)):
        for byte in (0, 34, 60, 92, 255):
            one_input(seed[:place] + bytes([byte]) + seed[place + 1 :])
        one_input(seed[:place])


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"response":' * 100_000,
        b'{"response":{"success":"true","data":"' + b"\\" * 200_000 + b'"}}',
        b'{"response":{"success":"true","rank":' + b"9" * 100_000 + b"}}",
        b'{"response":{"success":"true","rank":"' + b"9" * 100_000 + b'"}}',
        b'{"response":{"success":"true","rank":1e999999999}}',
        b"<response>" * 100_000,
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><response>&a;</response>",
        b'success:"true"\n' + b'data:"' + b"\\" * 200_001,
        b'success:"true"\n' * 10_000,
        b"SUCCESS\n" + b"9" * 200_000,
    ],
    ids=lambda body: body[:30].decode(),
)
def test_large_and_crafted_ones(body: bytes) -> None:
    for form in range(len(FORMATS)):
        for name in NAMES:
            feed(form, 200, [name], body)
        feed(form, 200, ["scores.add", "scores.get_rank"], body)
