"""Producer, validator and reader together: whatever is written validates and reads back equal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import JamInfo, JamItem, JamUser, ProtocolError, TokenResult, UsageError
from pygame_gameservices.services.easyjam.producer import event_id, write_document, write_error
from pygame_gameservices.services.easyjam.reader import read_document
from pygame_gameservices.services.easyjam.stored import decode_item, decode_result, encode_item, encode_result
from pygame_gameservices.services.easyjam.tokens import RESERVED
from pygame_gameservices.services.easyjam.validator import validate
from tests.services.easyjam.conftest import EXTENDED, TOKEN, item
from tests.thinned import examples

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
URLS = st.from_regex(r"https?://[a-z]{1,8}\.example(/[a-zA-Z0-9._~-]{0,8}){0,2}(\?q=[a-z%20]{0,5})?", fullmatch=True)
MOMENTS = st.datetimes(
    datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])
)
DECIMALS = st.decimals(0, 10_000, places=2) | st.integers(0, 10_000).map(Decimal)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
SECTIONS = st.dictionaries(
    st.from_regex(r"Jam[A-Za-z0-9]{0,6}", fullmatch=True), st.dictionaries(TEXTS, PLAIN, max_size=3), max_size=2
)
TOKENS = st.from_regex(r"[A-Za-z0-9_.-]{1,40}", fullmatch=True).filter(lambda token: token not in RESERVED)
IDS = st.integers(0, 10**9) | TEXTS
MORE = st.integers(1, 10_000) | TEXTS.filter(lambda text: text != "0")


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def items(draw: st.DrawFn) -> JamItem:
    return JamItem(
        id=draw(IDS),
        name=draw(TEXTS),
        released=draw(MOMENTS),
        description=draw(st.just("") | TEXTS),
        images=tuple(draw(st.lists(URLS, max_size=3))),
        links=draw(st.dictionaries(TEXTS, URLS, max_size=3)),
        origin_url=draw(maybe(URLS)),
        icon=draw(maybe(URLS)),
        banner=draw(maybe(URLS)),
        event=draw(maybe(TEXTS)),
        event_id=draw(maybe(DECIMALS)),
        type=draw(maybe(TEXTS)),
        sub_type=draw(maybe(TEXTS)),
        sub_sub_type=draw(maybe(TEXTS)),
        embed_url=draw(maybe(URLS)),
        embed_origin_url=draw(maybe(URLS)),
        embed_width=draw(maybe(st.integers(1, 9999))),
        embed_height=draw(maybe(st.integers(1, 9999))),
        embed_type=draw(maybe(TEXTS)),
        sections=draw(SECTIONS),
    )


USERS = st.builds(
    JamUser, id=maybe(IDS), name=maybe(TEXTS), origin_url=maybe(URLS), icon=maybe(URLS), sections=SECTIONS
).filter(lambda user: user != JamUser())


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, TokenResult], JamInfo | None]:
    more = draw(maybe(MORE))
    results: dict[str, TokenResult] = {}
    for token in draw(st.lists(TOKENS, min_size=1, max_size=3, unique=True)):
        if draw(st.booleans()):
            made = draw(st.lists(items(), max_size=3, unique_by=lambda one: str(one.id)))
            made.sort(key=lambda one: one.released or datetime.max, reverse=True)
            results[token] = TokenResult(items=tuple(made), user=draw(maybe(USERS)), more=more)
        else:
            results[token] = TokenResult(error=draw(TEXTS))
    info = st.builds(
        JamInfo, version=maybe(TEXTS), response_time=maybe(MOMENTS), more=st.just(more), sections=SECTIONS
    ).filter(lambda one: one != JamInfo())
    return results, draw(maybe(info))


@examples(80)
@given(documents())
def test_whatever_is_written_validates_and_reads_back_equal(
    made: tuple[dict[str, TokenResult], JamInfo | None],
) -> None:
    results, info = made
    body = write_document(results, info=info)
    assert validate(body, content_type="application/json; charset=utf-8") == ()
    read = read_document(body)
    assert read.problems == ()
    assert read.results == results
    assert read.info == info
    assert read.error is None


@examples(50)
@given(items())
def test_whatever_is_stored_reads_back_equal(made: JamItem) -> None:
    assert decode_item(encode_item(made)) == made
    result = TokenResult(items=(made,), user=JamUser(name="x", sections={"Jam": {"a": 1}}))  # type: ignore[dict-item]
    assert decode_result(encode_result(result)) == result


def test_what_another_version_stored_is_dropped() -> None:
    assert decode_result(b"[2,{}]") is None
    assert decode_result(b"nonsense") is None


@pytest.mark.parametrize("reason", ["Something is wrong", True])
def test_a_written_error_validates_and_reads_back(reason: Any) -> None:
    body = write_error(reason)
    assert validate(body) == ()
    assert read_document(body).error is not None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
KEYS = st.sampled_from(["Info", "Error", "Item", "User", "More", "t", *item(), *EXTENDED, "Version", "ResponseTime"])
SHAPED = st.recursive(JSON, lambda inner: st.dictionaries(KEYS, inner | st.lists(inner, max_size=3)), max_leaves=15)


@examples(80)
@given(st.dictionaries(KEYS | st.text(max_size=5), SHAPED, max_size=4))
def test_any_json_object_is_read_and_validated_without_a_fall(document: dict[str, Any]) -> None:
    body = msgspec.json.encode(document)
    read_document(body)
    validate(body)


@examples(200)
@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    validate(body)
    try:
        read_document(body)
    except ProtocolError:
        assert validate(body) != ()


@pytest.mark.parametrize("nothing", [0, [], {}, 0.0])
def test_an_error_that_is_neither_true_nor_a_text_and_says_nothing_is_a_problem_and_no_error(nothing: Any) -> None:
    in_token = read_document(json.dumps({TOKEN: {"Error": nothing, "Item": [item()]}}).encode())
    assert in_token[TOKEN].ok
    assert [problem.place for problem in in_token.problems] == [f"{TOKEN}.Error"]
    on_top = read_document(json.dumps({"Error": nothing, TOKEN: {"Item": [item()]}}).encode())
    assert (on_top.error, on_top[TOKEN].ok) == (None, True)
    assert [problem.place for problem in on_top.problems] == ["Error"]


@pytest.mark.parametrize("said", [1, {"code": 7}, ["Bad Token"]])
def test_an_error_of_another_kind_that_says_something_is_one(said: Any) -> None:
    read = read_document(json.dumps({TOKEN: {"Error": said}}).encode())
    assert read[TOKEN].error == repr(said)
    assert [problem.place for problem in read.problems] == [f"{TOKEN}.Error"]


@pytest.mark.parametrize(
    ("written", "more"), [("25.0", 25), ("2.5e1", 25), ("25", 25), ("0.0", None), ('"25.0"', "25.0")]
)
def test_an_offset_may_be_written_with_decimals_that_are_none(written: str, more: Any) -> None:
    read = read_document(b'{"Info":{"More":%s},"t":{"Item":[],"More":%s}}' % (written.encode(), written.encode()))
    assert read.problems == ()
    assert read.info is not None
    assert read["t"].more == read.info.more == more
    assert not isinstance(read["t"].more, Decimal)


@pytest.mark.parametrize("written", ["2.5", "1e400", "1e999999999", "1e-999999999", "true", "[]", "{}"])
def test_an_offset_that_is_none_is_passed_over(written: str) -> None:
    read = read_document(b'{"t":{"Item":[],"More":%s}}' % written.encode())
    assert read["t"].more is None
    assert [problem.place for problem in read.problems] == ["t.More"]


def test_the_newest_game_comes_first() -> None:
    games = tuple(
        JamItem(id=year, name="n", released=datetime(year, 1, 1, tzinfo=UTC)) for year in (2012, 2015, 2001, 2013)
    )
    read = read_document(write_document({"t": TokenResult(items=games)}))
    assert [game.id for game in read["t"].items] == [2015, 2013, 2012, 2001]


def test_event_numbers_are_padded_so_that_they_sort() -> None:
    months = [event_id(2015, month) for month in range(1, 13)]
    assert months == sorted(months)
    assert str(months[6]) == "2015.07"
    assert str(months[9]) == "2015.10"
    assert event_id(32) == 32
    for wrong in ((-1, None), (1, -1), (1, 100)):
        with pytest.raises(UsageError):
            event_id(*wrong)
    game = JamItem(id=1, name="n", released=datetime(2015, 10, 1, tzinfo=UTC), event_id=months[9])
    assert b'"EventId": 2015.10' in write_document({"t": TokenResult(items=(game,))})


GOOD = JamItem(id=1, name="n", released=datetime(2015, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": True},
        {"name": ""},
        {"released": None},
        {"released": datetime(2015, 1, 1)},
        {"description": None},
        {"images": ("javascript:alert(1)",)},
        {"links": {"Windows": "C:\\game.exe"}},
        {"links": {"": "https://a.example"}},
        {"icon": ""},
        {"event": ""},
        {"event_id": Decimal("NaN")},
        {"sub_type": ""},
        {"embed_url": "https://a.example", "embed_width": 0},
        {"sections": {"My Jam": {}}},
        {"sections": {"Name": {}}},
        {"sections": {"MyJam": {"a": float("inf")}}},
        {"sections": {"MyJam": {"a": object()}}},
        {"name": "half \ud800 pair"},
    ],
)
def test_the_producer_refuses_what_would_not_validate(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        write_document({"t": TokenResult(items=(msgspec.structs.replace(GOOD, **change),))})


@pytest.mark.parametrize(
    "results",
    [
        {},
        {"Info": TokenResult()},
        {"a b": TokenResult()},
        {"t": TokenResult(error="bad", items=(GOOD,))},
        {"t": TokenResult(error="")},
        {"t": TokenResult(answered=False)},
        {"t": TokenResult(more=0)},
        {"t": TokenResult(items=(GOOD, msgspec.structs.replace(GOOD, id="1")))},
    ],
)
def test_the_producer_refuses_results_that_make_no_sense(results: dict[str, TokenResult]) -> None:
    with pytest.raises(UsageError):
        write_document(results)


@pytest.mark.parametrize(
    ("results", "info"),
    [
        ({"a": TokenResult(more=5), "b": TokenResult(more=7)}, None),
        ({"a": TokenResult(more=5), "b": TokenResult(), "c": TokenResult(more="x")}, JamInfo(more=5)),
        ({"a": TokenResult(more=5)}, JamInfo(more=9)),
    ],
)
def test_the_producer_refuses_offsets_that_differ(results: dict[str, TokenResult], info: JamInfo | None) -> None:
    with pytest.raises(UsageError, match="same"):
        write_document(results, info=info)


def test_the_same_offset_may_stand_wherever_there_is_more() -> None:
    results = {"a": TokenResult(more=5), "b": TokenResult(), "c": TokenResult(more="5"), "d": TokenResult(error="no")}
    assert validate(write_document(results, info=JamInfo(more=5))) == ()


# The validator


def of(value: object) -> bytes:
    return json.dumps({TOKEN: value}).encode()


def with_item(**changes: Any) -> bytes:
    return of({"Item": [item(**changes)]})


def doubled(text: str, *, first: str, second: str) -> bytes:
    """A document in which one key stands twice, which no encoder would write."""
    return text.replace(first, f"{first}, {second}", 1).encode()


AT = f"{TOKEN}.Item[0]"
PLAIN_TEXT = json.dumps({TOKEN: {"Item": [item()]}})

BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "no json": (b"{", ""),
    "no utf-8": (b'{"t": "\xff"}', ""),
    "byte order mark": (b"\xef\xbb\xbf" + of({"Item": []}), ""),
    "nan": (b'{"%s": {"Item": [], "More": NaN}}' % TOKEN.encode(), ""),
    "infinity": (b'{"%s": {"Item": [], "More": Infinity}}' % TOKEN.encode(), ""),
    "too deep": (b"[" * 100_000, ""),
    "top is a list": (b"[]", ""),
    "top is a text": (b'"x"', ""),
    "no token": (b"{}", ""),
    "only info": (b'{"Info": {}}', ""),
    "token twice": (b'{"t": {"Item": []}, "t": {"Item": []}}', "t"),
    "field twice": (doubled(PLAIN_TEXT, first='"Id": 1234', second='"Id": 5'), f"{AT}.Id"),
    "section field twice": (b'{"t": {"User": {"MyJam": {"a": 1, "a": 2}}, "Item": []}}', "t.User.MyJam.a"),
    "bad token": (json.dumps({"a b": {"Item": []}}).encode(), "a b"),
    "long token": (json.dumps({"x" * 191: {"Item": []}}).encode(), "x" * 191),
    "empty token": (json.dumps({"": {"Item": []}}).encode(), ""),
    "token is a list": (of([]), TOKEN),
    "token is null": (of(None), TOKEN),
    "no item and no error": (of({}), f"{TOKEN}.Item"),
    "error and item": (of({"Error": "x", "Item": []}), f"{TOKEN}.Item"),
    "token error false": (of({"Error": False}), f"{TOKEN}.Error"),
    "token error empty": (of({"Error": ""}), f"{TOKEN}.Error"),
    "token error number": (of({"Error": 5}), f"{TOKEN}.Error"),
    "top error null": (b'{"Error": null}', "Error"),
    "top error object": (b'{"Error": {}}', "Error"),
    "top error beside token": (b'{"Error": "x", "t": {"Item": []}}', "t"),
    "unknown token field": (of({"Item": [], "Items": []}), f"{TOKEN}.Items"),
    "info in token": (of({"Item": [], "Info": {}}), f"{TOKEN}.Info"),
    "item is an object": (of({"Item": {}}), f"{TOKEN}.Item"),
    "item is null": (of({"Item": None}), f"{TOKEN}.Item"),
    "item element": (of({"Item": [7]}), AT),
    "same id twice": (of({"Item": [item(), item(Id="1234")]}), f"{TOKEN}.Item[1].Id"),
    **{f"no {field}": (with_item(**{field: ...}), f"{AT}.{field}") for field in item()},
    "id is a float": (with_item(Id=1.5), f"{AT}.Id"),
    "id is true": (with_item(Id=True), f"{AT}.Id"),
    "id is empty": (with_item(Id=""), f"{AT}.Id"),
    "name is a number": (with_item(Name=7), f"{AT}.Name"),
    "name is empty": (with_item(Name=""), f"{AT}.Name"),
    "released in words": (with_item(Released="last week"), f"{AT}.Released"),
    "released as unix time": (with_item(Released=1353858721), f"{AT}.Released"),
    "released without zone": (with_item(Released="2012-11-25T15:52:01"), f"{AT}.Released"),
    "released zone without colon": (with_item(Released="2012-11-25T15:52:01+0000"), f"{AT}.Released"),
    "released not in utc": (with_item(Released="2012-11-25T15:52:01+02:00"), f"{AT}.Released"),
    "released in a month that is none": (with_item(Released="2012-13"), f"{AT}.Released"),
    "released in half a month": (with_item(Released="2012-1"), f"{AT}.Released"),
    "released in a year of two digits": (with_item(Released="12"), f"{AT}.Released"),
    "released with a blank": (with_item(Released="2012-11-25 15:52:01Z"), f"{AT}.Released"),
    "released on no day": (with_item(Released="2012-02-30T00:00:00Z"), f"{AT}.Released"),
    "description is null": (with_item(Description=None), f"{AT}.Description"),
    "image is a text": (with_item(Image="https://a.example"), f"{AT}.Image"),
    "image is an object": (with_item(Image={}), f"{AT}.Image"),
    "image is relative": (with_item(Image=["/a.png"]), f"{AT}.Image[0]"),
    "image is a number": (with_item(Image=["https://a.example", 5]), f"{AT}.Image[1]"),
    "link is a list": (with_item(Link=[]), f"{AT}.Link"),
    "link list of pairs": (with_item(Link=[{"Windows": "https://a.example"}]), f"{AT}.Link"),
    "link is a script": (with_item(Link={"Web": "javascript:alert(1)"}), f"{AT}.Link.Web"),
    "link is a number": (with_item(Link={"Web": 7}), f"{AT}.Link.Web"),
    "link without platform": (with_item(Link={"": "https://a.example"}), f"{AT}.Link"),
    "misspelt field": (with_item(Descripton="x"), f"{AT}.Descripton"),
    "field in small letters": (with_item(name="x"), f"{AT}.name"),
    "section name with a blank": (with_item(**{"My Jam": {}}), f"{AT}.My Jam"),
    "section name with a sign": (with_item(My_Jam={}), f"{AT}.My_Jam"),
    "section is a list": (with_item(MyJam=[]), f"{AT}.MyJam"),
    "origin is no address": (with_item(OriginURL="jam.example"), f"{AT}.OriginURL"),
    "icon is empty": (with_item(Icon=""), f"{AT}.Icon"),
    "banner is a list": (with_item(Banner=["https://a.example"]), f"{AT}.Banner"),
    "event is a number": (with_item(Event=32), f"{AT}.Event"),
    "event id is a text": (with_item(EventId="32"), f"{AT}.EventId"),
    "event id is true": (with_item(EventId=True), f"{AT}.EventId"),
    "sub type is empty": (with_item(SubType=""), f"{AT}.SubType"),
    "sub sub type is a number": (with_item(Type="game", SubSubType=3), f"{AT}.SubSubType"),
    "type is empty": (with_item(Type=""), f"{AT}.Type"),
    "embed width is a text": (with_item(EmbedURL="https://a.example", EmbedWidth="800"), f"{AT}.EmbedWidth"),
    "embed height is zero": (with_item(EmbedURL="https://a.example", EmbedHeight=0), f"{AT}.EmbedHeight"),
    "embed width is a fraction": (with_item(EmbedURL="https://a.example", EmbedWidth=1.5), f"{AT}.EmbedWidth"),
    "embed type is a number": (with_item(EmbedURL="https://a.example", EmbedType=5), f"{AT}.EmbedType"),
    "embed origin is ftp": (
        with_item(EmbedURL="https://a.example", EmbedOriginURL="ftp://a.example"),
        f"{AT}.EmbedOriginURL",
    ),
    "user is a list": (of({"User": [], "Item": []}), f"{TOKEN}.User"),
    "user id is null": (of({"User": {"Id": None}, "Item": []}), f"{TOKEN}.User.Id"),
    "user name is empty": (of({"User": {"Name": ""}, "Item": []}), f"{TOKEN}.User.Name"),
    "user icon is no address": (of({"User": {"Icon": "x"}, "Item": []}), f"{TOKEN}.User.Icon"),
    "user field": (of({"User": {"Email": "a@example.com"}, "Item": []}), f"{TOKEN}.User.Email"),
    "info is a list": (b'{"Info": [], "t": {"Item": []}}', "Info"),
    "version is a number": (b'{"Info": {"Version": 0.1}, "t": {"Item": []}}', "Info.Version"),
    "response time in words": (b'{"Info": {"ResponseTime": "now"}, "t": {"Item": []}}', "Info.ResponseTime"),
    "info field": (b'{"Info": {"Count": 1}, "t": {"Item": []}}', "Info.Count"),
    "info more is false": (b'{"Info": {"More": false}, "t": {"Item": []}}', "Info.More"),
    "more is zero": (of({"Item": [], "More": 0}), f"{TOKEN}.More"),
    "more is negative": (of({"Item": [], "More": -5}), f"{TOKEN}.More"),
    "more is true": (of({"Item": [], "More": True}), f"{TOKEN}.More"),
    "more is empty": (of({"Item": [], "More": ""}), f"{TOKEN}.More"),
    "mores differ": (b'{"a": {"Item": [], "More": 5}, "b": {"Item": [], "More": 9}}', "b.More"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_validator_finds_the_one_defect_and_names_its_place(name: str) -> None:
    body, place = BROKEN[name]
    problems = validate(body)
    assert [problem.place for problem in problems] == [place], problems
    assert problems[0].text


def test_there_are_enough_broken_documents() -> None:
    assert len({body for body, _ in BROKEN.values()}) == len(BROKEN) >= 40


def test_the_validator_looks_at_the_content_type_when_told() -> None:
    body = of({"Item": []})
    assert validate(body, content_type="Application/JSON") == ()
    assert len(validate(body, content_type="text/html")) == 1


@pytest.mark.parametrize(
    "body",
    [
        of({"Item": []}),
        of({"Error": True}),
        b'{"Error": "Something is wrong"}',
        with_item(),
        with_item(**EXTENDED),
        with_item(EventId=2015.07, Released="2012-11-25T15:52:01.5Z"),
        with_item(Released="2012-11-25"),
        with_item(Released="2012-11"),
        with_item(Released="2012"),
        with_item(SubType="jam"),
        with_item(Type="game", SubSubType="late"),
        with_item(EmbedWidth=640, EmbedHeight=480, EmbedType="html"),
        with_item(EmbedOriginURL="https://elsewhere.example/game"),
        of({"User": {"Id": "x", "MyJam": {}}, "More": "next", "Item": [item()]}),
        b'{"Info": {"Version": "0.1", "ResponseTime": "2017-12-04T00:00Z", "More": 5, "MyJam": {}}, "t": {"Item": []}}',
    ],
)
def test_the_validator_accepts_good_documents(body: bytes) -> None:
    assert validate(body) == ()
    assert read_document(body).problems == ()
