"""The four formats, on live answers of every endpoint and on difficult values."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.gamejolt.endpoints import ENDPOINTS
from pygame_gameservices.sandbox.gamejolt.formats import CONTENT_TYPES, render
from tests.sandbox.client import ADA, Client, fetch

CALLS: dict[str, dict[str, Any]] = {
    "users": {"username": "ada,grace"},
    "users/auth": ADA,
    "sessions/open": ADA,
    "sessions/ping": ADA,
    "sessions/check": ADA,
    "sessions/close": ADA,
    "scores": {},
    "scores/add": {**ADA, "score": "5", "sort": 5},
    "scores/get-rank": {"sort": 1},
    "scores/tables": {},
    "trophies": ADA,
    "trophies/add-achieved": {**ADA, "trophy_id": 101},
    "trophies/remove-achieved": {**ADA, "trophy_id": 102},
    "data-store": {"key": "k"},
    "data-store/set": {"key": "k2", "data": "d"},
    "data-store/update": {"key": "n", "operation": "add", "value": 0},
    "data-store/remove": {"key": "k3"},
    "data-store/get-keys": {},
    "friends": ADA,
    "time": {},
}


@pytest.fixture
def filled(client: Client) -> Client:
    """A sandbox in which each of `CALLS` succeeds with something to show."""
    client.get("sessions/open", **ADA)
    client.get("scores/add", **ADA, score="1", sort=1)
    client.get("trophies/add-achieved", **ADA, trophy_id=102)
    for key, data in (("k", "text"), ("n", "7"), ("k3", "d")):
        client.get("data-store/set", key=key, data=data)
    return client


def test_the_table_of_calls_is_complete() -> None:
    assert CALLS.keys() == ENDPOINTS.keys()


def read_xml(body: bytes) -> dict[str, Any]:
    root = ElementTree.fromstring(body)
    assert root.tag == "response"
    return {child.tag: _read_element(child) for child in root}


def _read_element(element: ElementTree.Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    assert {child.tag for child in element} == {
        re.sub("ie?s$|s$", "y" if element.tag == "trophies" else "", element.tag)
    }
    return [{field.tag: _read_element(field) for field in record} for record in element]


def read_keypair(body: bytes) -> list[tuple[str, str]]:
    text = body.decode()
    pairs = re.findall(r'(\w+):"((?:[^"\\]|\\.)*)"\r\n', text, re.DOTALL)
    assert "".join(f'{key}:"{value}"\r\n' for key, value in pairs) == text
    return [(key, re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)) for key, value in pairs]


def flat(answer: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in answer.items():
        if isinstance(value, list):
            for record in value:
                pairs += flat(record)
        else:
            pairs.append((key, str(value)))
    return pairs


@pytest.mark.parametrize("endpoint", CALLS)
def test_every_endpoint_has_the_same_fields_in_every_format(filled: Client, sandbox: Sandbox, endpoint: str) -> None:
    def again(format_name: str) -> bytes:
        """The call in a format, with what it changes undone before."""
        filled.get("sessions/open", **ADA)
        filled.get("trophies/remove-achieved", **ADA, trophy_id=101)
        filled.get("trophies/add-achieved", **ADA, trophy_id=102)
        filled.get("data-store/set", key="k3", data="d")
        filled.get("data-store/remove", key="k2")
        status, headers, body = filled.raw(endpoint, **CALLS[endpoint], format=format_name)
        assert (status, headers["Content-Type"]) == (200, CONTENT_TYPES[format_name])
        return body

    answer = json.loads(again("json"))["response"]
    assert answer["success"] == "true"
    fields = [key for key, _ in flat(answer)]
    assert [key for key, _ in flat(read_xml(again("xml")))] == fields
    assert [key for key, _ in read_keypair(again("keypair"))] == fields
    head, *values = again("dump").decode().split("\r\n")
    assert (head, values == [""] or len(values)) == ("SUCCESS", len(fields) == 1 or len(fields) - 1)


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("json", b'{"response":{"success":"false","message":"No such user could be found."}}'),
        (
            "xml",
            b'<?xml version="1.0" encoding="UTF-8"?>\n<response><success><![CDATA[false]]></success>'
            b"<message><![CDATA[No such user could be found.]]></message></response>",
        ),
        ("keypair", b'success:"false"\r\nmessage:"No such user could be found."\r\n'),
        ("dump", b"FAILURE\r\nNo such user could be found."),
        ("yaml", b'{"response":{"success":"false","message":"No such user could be found."}}'),
    ],
)
def test_refusal(client: Client, format_name: str, expected: bytes) -> None:
    assert client.raw("users", username="nobody", format=format_name)[2] == expected


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [
        ("json", b'{"response":{"success":"true","keys":""}}'),
        (
            "xml",
            b'<?xml version="1.0" encoding="UTF-8"?>\n<response><success><![CDATA[true]]></success>'
            b"<keys><![CDATA[]]></keys></response>",
        ),
        ("keypair", b'success:"true"\r\n'),
        ("dump", b"SUCCESS\r\n"),
    ],
)
def test_empty_list(client: Client, format_name: str, expected: bytes) -> None:
    assert client.raw("data-store/get-keys", format=format_name)[2] == expected


def test_dump_gives_data_as_it_went_in(client: Client) -> None:
    data = 'line one\nline two\r\n"quoted" \\ é\r\n'
    client.get("data-store/set", key="k", data=data)
    assert client.raw("data-store", key="k", format="dump")[2] == b"SUCCESS\r\n" + data.encode()


def test_records_in_keypair_and_dump_follow_each_other(client: Client) -> None:
    pairs = read_keypair(client.raw("scores/tables", format="keypair")[2])
    assert [value for key, value in pairs if key == "name"] == ["Main", "Fastest", "Members", "Best only"]
    lines = client.raw("scores/tables", format="dump")[2].decode().split("\r\n")
    assert lines[:5] == ["SUCCESS", "10", "Main", "Points", "1"]


@pytest.mark.parametrize("format_name", ["xml", "keypair"])
def test_batch_in_other_formats(client: Client, format_name: str) -> None:
    calls = [client.sub("scores/get-rank", sort=1), client.sub("friends", **ADA), client.sub("time")]
    body = fetch(client.batch_url(*calls, format=format_name))[2]
    if format_name == "xml":
        responses = read_xml(body)["responses"]
        assert [one["success"] for one in responses] == ["false", "true", "true"]
        assert responses[1]["friends"][0] == {"friend_id": "17441"}
    else:
        assert [value for key, value in read_keypair(body) if key == "success"] == ["true", "false", "true", "true"]


RECORDS = st.lists(st.fixed_dictionaries({"key": st.text()}), min_size=1, max_size=3)
ANSWERS = st.fixed_dictionaries({"success": st.just("true"), "data": st.text(), "keys": RECORDS})


@given(ANSWERS)
def test_any_text_survives_json_and_keypair(answer: dict[str, Any]) -> None:
    body = render(answer, "json")
    assert json.loads(body)["response"] == answer
    assert body.isascii()
    assert re.search(rb"(?<!\\)/", body) is None
    assert read_keypair(render(answer, "keypair")) == flat(answer)


@given(ANSWERS)
def test_any_text_gives_valid_xml(answer: dict[str, Any]) -> None:
    """XML 1.0 cannot hold all characters, and its parsers read a carriage return as a line feed."""

    def as_xml(text: str) -> str:
        kept = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
        return kept.replace("\r\n", "\n").replace("\r", "\n")

    expected = [(key, as_xml(value)) for key, value in flat(answer)]
    assert flat(read_xml(render(answer, "xml"))) == expected
