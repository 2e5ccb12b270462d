"""The four formats decode alike, and what is no answer is told apart in each of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pygame_gameservices import GameJolt, ProtocolError, ServiceManager, ServiceUnavailable, UsageError
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.faults.kinds import HtmlPage
from pygame_gameservices.services.gamejolt import errors
from pygame_gameservices.services.gamejolt.decoding import answer
from pygame_gameservices.services.gamejolt.formats import FORMATS, read
from tests.conftest import WAIT_S

AWKWARD = 'naïve #1 & a+b=c? 50% «日本語» <b>&amp;]]>\n\t"quotes" \\ / SUCCESS'


def client(services: ServiceManager, sandbox: Sandbox, format_name: str) -> GameJolt:
    gj = GameJolt(
        sandbox.game_id,
        sandbox.private_key,
        base_url=sandbox.gamejolt_url,
        name=format_name,
        format=format_name,
        presence=False,
        cache_s=0,
    )
    services.add(gj)
    gj.sign_in("ada", sandbox.player("ada").token).result(WAIT_S)
    return gj


def everything(gj: GameJolt) -> dict[str, Any]:
    """The outcome of each operation, the same whatever was there before."""
    calls: dict[str, Callable[[], Any]] = {
        "users": lambda: gj.users.fetch("ada"),
        "several users": lambda: gj.users.fetch(user_id=[1001, 1002]),
        "nobody": lambda: gj.users.fetch("nobody at all"),
        "session": lambda: gj.sessions.open(),
        "ping": lambda: gj.sessions.ping(active=False),
        "check": lambda: gj.sessions.check(),
        "close": lambda: gj.sessions.close(),
        "no session": lambda: gj.sessions.check(),
        "tables": lambda: gj.scores.tables(),
        "scores": lambda: gj.scores.fetch(),
        "no scores": lambda: gj.scores.fetch(guest="nobody"),
        "rank": lambda: gj.scores.get_rank(3100),
        "no table": lambda: gj.scores.fetch(table_id=777),
        "trophies": lambda: gj.trophies.fetch(),
        "no trophies": lambda: gj.trophies.fetch(achieved=True),
        "not achieved": lambda: gj.trophies.remove_achieved(1, durable=False),
        "set": lambda: gj.data_store.set(AWKWARD, AWKWARD, durable=False),
        "get": lambda: gj.data_store.fetch(AWKWARD),
        "empty": lambda: gj.data_store.set("empty", "", durable=False),
        "get empty": lambda: gj.data_store.fetch("empty"),
        "number": lambda: gj.data_store.set("n", "10", durable=False),
        "update": lambda: gj.data_store.update("n", "add", 5, durable=False),
        "keys": lambda: gj.data_store.get_keys(),
        "no keys": lambda: gj.data_store.get_keys("x*"),
        "remove": lambda: gj.data_store.remove("n", durable=False),
        "gone": lambda: gj.data_store.remove("n", durable=False),
        "nothing": lambda: gj.data_store.fetch("n"),
        "friends": lambda: gj.friends.fetch(),
        "timezone": lambda: gj.time.fetch(),
    }
    outcomes: dict[str, Any] = {}
    for name, make in calls.items():
        try:
            outcomes[name] = make().result(WAIT_S)
        except Exception as error:
            outcomes[name] = (type(error), getattr(error, "message", ""))
    outcomes["timezone"] = outcomes["timezone"].timezone
    return outcomes


def test_the_four_formats_decode_alike(services: ServiceManager, sandbox: Sandbox) -> None:
    expected: dict[str, Any] = {}
    for format_name in FORMATS:
        sandbox.reset()
        outcomes = everything(client(services, sandbox, format_name))
        for one in ("scores", "users", "several users"):  # "2 seconds ago" and its kind go on
            outcomes[one] = repr(
                [(row.__class__, getattr(row, "user", ""), row.__struct_fields__) for row in outcomes[one]]
            )
        expected = expected or outcomes
        assert outcomes == expected, format_name
    assert expected["get"] == AWKWARD
    assert expected["nobody"][0] is errors.UserNotFound
    assert (expected["check"], expected["no session"]) == (True, False)
    assert (expected["no scores"], expected["no keys"], expected["nothing"]) == ((), (), None)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_frame_full_of_calls_is_batched_in_every_format(
    services: ServiceManager, sandbox: Sandbox, format_name: str
) -> None:
    gj = client(services, sandbox, format_name)
    calls = [gj.data_store.set(f"k{n}", AWKWARD * n, durable=False) for n in range(20)]
    ranks = [gj.scores.get_rank(n) for n in range(20)]
    lists = [gj.scores.fetch(limit=n + 1) for n in range(10)]
    lost = gj.scores.fetch(table_id=777)
    assert all(call.result(WAIT_S) is True for call in calls)
    assert {call.result(WAIT_S) for call in ranks} == {5}
    assert [len(call.result(WAIT_S)) for call in lists] == [1, 2, 3, 4, 4, 4, 4, 4, 4, 4]
    with pytest.raises(errors.TableNotFound):
        lost.result(WAIT_S)
    asked = {entry["params"]["format"] for entry in sandbox.journal() if entry["endpoint"] == "batch"}
    assert asked <= {"json" if format_name == "dump" else format_name}


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_web_page_is_no_answer_in_any_format(services: ServiceManager, sandbox: Sandbox, format_name: str) -> None:
    gj = client(services, sandbox, format_name)
    for status, expected in ((200, ProtocolError), (503, ServiceUnavailable)):
        sandbox.faults.set(HtmlPage(status=status))
        with pytest.raises(expected):
            gj.scores.get_rank(1).result(WAIT_S)
        sandbox.faults.clear()


def test_there_is_no_fifth_format(sandbox: Sandbox) -> None:
    with pytest.raises(UsageError, match="json, xml, keypair, dump"):
        GameJolt(1, "k", format="yaml")


ENTITIES = """<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<response><success>true</success><data>&b;</data></response>"""


@pytest.mark.parametrize(
    "body",
    [
        ENTITIES,
        '<!DOCTYPE r SYSTEM "file:///etc/passwd"><response><success>true</success></response>',
        "<response>" + "<a>" * 10_000 + "</a>" * 10_000 + "</response>",
        "<response><success>true</success>",
        "<answer><success>true</success></answer>",
        "<response>true</response>",
        '<?php echo "1" ?><response><success>true</success></response>',
        "",
    ],
    ids=["entities", "external", "deep", "cut off", "other", "text", "instruction", "empty"],
)
def test_dangerous_and_broken_xml_is_refused(body: str) -> None:
    with pytest.raises(ProtocolError, match="Game Jolt's XML"):
        read(Response(status=200, headers={}, body=body.encode()), "xml", "data_store.fetch")


@pytest.mark.parametrize("body", ["", "true", 'success:"true', 'success: "true"\r\n', 'data:"1"\r\n', 'success:"\\'])
def test_broken_key_pairs_are_refused(body: str) -> None:
    with pytest.raises(ProtocolError, match="key pairs"):
        read(Response(status=200, headers={}, body=body.encode()), "keypair", "data_store.fetch")


@pytest.mark.parametrize("body", ["", "OK", "success\r\n1", "SUCCESSFUL\r\n1"])
def test_broken_dumps_are_refused(body: str) -> None:
    with pytest.raises(ProtocolError, match="dump"):
        read(Response(status=200, headers={}, body=body.encode()), "dump", "data_store.fetch")


def test_line_ends_of_either_kind_are_understood() -> None:
    for end in ("\n", "\r\n"):
        pairs = read(
            Response(status=200, headers={}, body=f'success:"true"{end}rank:"7"{end}'.encode()), "keypair", "x"
        )
        dump = read(Response(status=200, headers={}, body=f"SUCCESS{end}7".encode()), "dump", "scores.get_rank")
        assert (pairs.rank, dump.rank) == ("7", "7")


@pytest.mark.parametrize(
    "data",
    [
        'say "hi"',
        'she said "no"',
        "C:\\",
        'a "quote"\r\nand a line',
        '"',
        '""',
        'key:"value"',
        "\\",
        'C:\\ "D:\\"',
    ],
)
def test_bare_quotes_and_backslashes_in_key_pairs(data: str) -> None:
    body = f'success:"true"\r\ndata:"{data}"\r\n'
    wire = read(Response(status=200, headers={}, body=body.encode()), "keypair", "data_store.fetch")
    assert wire.data == data


def test_a_bare_quote_in_a_row_spoils_no_list() -> None:
    body = (
        'success:"true"\r\nscore:"say "hi""\r\nsort:"2"\r\nextra_data:"C:\\"\r\nguest:""\r\n'
        'score:"an escaped \\"one\\""\r\nsort:"1"\r\nextra_data:""\r\nguest:"Zoë"\r\n'
    )
    wire = read(Response(status=200, headers={}, body=body.encode()), "keypair", "scores.fetch")
    first, second = answer("scores.fetch", wire).value
    assert (first.score, first.sort, first.extra_data, first.guest) == ('say "hi"', 2, "C:\\", "")
    assert (second.score, second.sort, second.extra_data, second.guest) == ('an escaped "one"', 1, "", "Zoë")


ODD_ROWS = {
    "users.fetch": ("users", {"id": "1", "username": "ada"}, {"id": "", "username": "?"}),
    "scores.tables": ("tables", {"id": "1", "name": "Main"}, {"name": "?"}),
    "trophies.fetch": ("trophies", {"id": "1", "title": "T"}, {"id": "x", "title": "?"}),
    "friends.fetch": ("friends", {"friend_id": "1"}, {"friend_id": None}),
}


@pytest.mark.parametrize("name", ODD_ROWS)
def test_an_odd_row_is_left_out_and_said(name: str, caplog: pytest.LogCaptureFixture) -> None:
    listed, good, odd = ODD_ROWS[name]
    body = json.dumps({"response": {"success": "true", listed: [good, odd, good]}}).encode()
    got = answer(name, read(Response(status=200, headers={}, body=body), "json", name))
    assert got.error is None
    assert len(got.value) == 2
    (said,) = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert f"1 of 3 {listed} were left out: expected " in said


@pytest.mark.parametrize("sort", ["", None, "x", {"a": 1}, []])
@pytest.mark.parametrize("large", [False, True])
def test_a_score_without_its_number_stands_beside_its_neighbour(sort: object, large: bool) -> None:
    """It spoils neither the list nor what is asked for after it: rows come in order."""
    rows: list[dict[str, Any]] = [
        {"score": "9", "sort": "9"},
        {"score": "8?", "sort": sort},
        {"score": "7", "sort": "7"},
    ]
    if large:
        rows += [{"score": "6" * 1000, "sort": "6"}] * 97
    body = json.dumps({"response": {"success": "true", "scores": rows}}).encode()
    got = answer("scores.fetch", read(Response(status=200, headers={}, body=body), "json", "scores.fetch"))
    assert got.error is None
    assert [(row.score[:2], row.sort) for row in got.value[:3]] == [("9", 9), ("8?", 9), ("7", 7)]
    assert len(got.value) == len(rows)


def test_rows_and_fields_of_a_wrong_kind_spoil_no_list_in_a_batch_either() -> None:
    scores = [{"score": "9", "sort": 9, "extra_data": ["?"]}, "?", {"score": "7", "sort": 7, "guest": {}}]
    inner = [{"success": "true", "scores": scores}, {"success": "true", "rank": 1}]
    body = json.dumps({"response": {"success": "true", "responses": inner}}).encode()
    wire = read(Response(status=200, headers={}, body=body), "json", "scores.fetch", "scores.get_rank", in_batch=True)
    assert isinstance(wire.responses, list)
    got = answer("scores.fetch", wire.responses[0])
    assert [(row.score, row.sort, row.extra_data, row.guest) for row in got.value] == [
        ("9", 9, "", ""),
        ("7", 7, "", ""),
    ]
    assert answer("scores.get_rank", wire.responses[1]).value == 1
