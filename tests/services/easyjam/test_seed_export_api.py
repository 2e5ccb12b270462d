"""The page "EasyJam Export API Spec": every field, error and example, one test each, read by the client."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from pygame_gameservices import EasyJam, JamDocument, Kind, Operation, ProtocolError, Secret, ServiceManager, UsageError
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.errors import AuthError, Forbidden, NotFound, RateLimited, ServiceUnavailable
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.easyjam.errors import (
    UNSPECIFIC,
    BadJamRequest,
    JamError,
    JamForbidden,
    JamNotFound,
    JamUnauthorized,
    JamUnavailable,
)
from pygame_gameservices.services.easyjam.gateway import Parameters
from pygame_gameservices.services.easyjam.reader import read_document
from pygame_gameservices.services.easyjam.tokens import (
    checked_token,
    is_token,
    make_token,
    same_token,
    unique_of,
)
from tests.conftest import WAIT_S
from tests.services.easyjam.conftest import EXTENDED, TOKEN, item


def read(document: object) -> JamDocument:
    return read_document(json.dumps(document).encode())


def read_items(*items: object) -> JamDocument:
    return read({TOKEN: {"Item": list(items)}})


def sent(jam: EasyJam, *tokens: str, offset: str | None = None) -> Request:
    operation = Operation(
        service="easyjam",
        name="fetch",
        kind=Kind.SAFE,
        arguments={} if offset is None else {"offset": offset},
        credential=Secret(" ".join(tokens)),
    )
    return jam.request([operation])


def answered(body: object, status: int = 200) -> JamDocument:
    jam = EasyJam("https://jam.example/api", memory=False)
    operation = Operation(service="easyjam", name="fetch", kind=Kind.SAFE, credential=Secret(TOKEN))
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    (got,) = jam.answers([operation], Response(status=status, headers={}, body=encoded))
    if got.error is not None:
        raise got.error
    assert isinstance(got.value, JamDocument)
    return got.value


# User Tokens


@pytest.mark.parametrize(
    "token", ["a", "A-z_0.9", "x" * 190, "myjam_username_1f3870be274f6c49b3e31a0c6728957f", "1234"]
)
def test_user_tokens_may_hold_letters_digits_and_three_signs(token: str) -> None:
    assert checked_token(token) == token


@pytest.mark.parametrize("token", ["", "x" * 191, "a b", "a+b", "é", "a\n", "a/b", "Info", "Error", 7, None])
def test_user_tokens_that_cannot_be_one_are_refused_without_being_repeated(token: Any) -> None:
    assert not is_token(token)
    with pytest.raises(UsageError) as refused:
        checked_token(token)
    assert str(token) not in str(refused.value) or token in ("", "Info", "Error", None, 7, "a\n")


def test_user_tokens_are_made_of_the_unique_name_the_user_and_chance() -> None:
    token = make_token("myjam", "pov")
    assert re.fullmatch(r"myjam_pov_[0-9a-f]{32}", token)
    assert token != make_token("myjam", "pov")
    assert unique_of(token) == "myjam"
    assert re.fullmatch(r"myjam_[0-9a-f]{32}", make_token("myjam"))
    for wrong in (("my_jam", "a"), ("", "a"), ("myjam", "a b"), ("myjam", "x" * 190)):
        with pytest.raises(UsageError):
            make_token(*wrong)


def test_user_tokens_are_compared_in_constant_time() -> None:
    assert same_token(TOKEN, TOKEN)
    assert not same_token(TOKEN, TOKEN[:-1])
    assert not same_token("é", TOKEN)


# Request URLs


def test_request_urls_single_user() -> None:
    request = sent(EasyJam("https://jam.example/api"), TOKEN)
    assert (request.method, request.url) == ("GET", f"https://jam.example/api?token={TOKEN}")
    assert request.body is None


def test_request_urls_multi_user_is_an_array_in_phps_way() -> None:
    request = sent(EasyJam("https://jam.example/api/"), "a", "b")
    assert request.url == "https://jam.example/api/?token[]=a&token[]=b"


def test_request_urls_by_post() -> None:
    request = sent(EasyJam("https://jam.example/api", method="POST"), "a", "b", offset="25")
    assert (request.method, request.url) == ("POST", "https://jam.example/api")
    assert request.body == b"token[]=a&token[]=b&offset=25"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_request_urls_offset_and_other_names() -> None:
    names = Parameters(token="user", tokens="users[]", offset="from", key="apikey")
    request = sent(EasyJam("https://jam.example/api", key="k", method="GET", parameters=names), "a", offset="x&y")
    assert parse_qsl(urlsplit(request.url).query) == [("user", "a"), ("from", "x&y"), ("apikey", "k")]


def test_api_keys_travel_by_post_unless_told_otherwise() -> None:
    request = sent(EasyJam("https://jam.example/api", key="top-secret"), TOKEN)
    assert request.method == "POST"
    assert request.body is not None
    assert request.body.endswith(b"&key=top-secret")
    assert "top-secret" not in repr(request) + repr(request.secrets)


def test_tokens_and_keys_show_in_no_error_or_repr(services: ServiceManager, sandbox: Sandbox) -> None:
    jam = services.add(EasyJam(sandbox.easyjam_url, key="top-secret", memory=False, spacing_s=0))
    sandbox.faults.set("html:status=200")
    call = jam.fetch_page("a-very-secret-token")
    with pytest.raises(ProtocolError) as refused:
        call.result(WAIT_S)
    shown = f"{refused.value} {refused.value!r} {call!r} {call.operation!r} {jam!r} {sandbox.journal()}"
    assert "secret" not in shown


# Simple Response Format


def test_simple_response_format_core_fields() -> None:
    document = read_items(item())
    assert document.problems == ()
    (game,) = document[TOKEN].items
    assert (game.id, game.name, game.description) == (1234, "Some Fantastic Game", "Some Fantastic Description")
    assert game.released == datetime(2012, 11, 25, 15, 52, 1, tzinfo=UTC)
    assert game.images == ("https://jam.example/banner.png", "https://jam.example/shot.png")
    assert dict(game.links) == {"Windows": "https://jam.example/win.zip", "Source": "https://jam.example/src.zip"}
    assert game.picture == "https://jam.example/banner.png"


def test_simple_response_format_several_items_and_tokens() -> None:
    document = read({"a": {"Item": [item(), item(Id=2)]}, "b": {"Item": []}})
    assert [len(result.items) for result in document.results.values()] == [2, 0]
    assert all(result.ok for result in document.results.values())
    assert repr(document) == "<JamDocument: 2 tokens, 2 items>"


# Date Formats


@pytest.mark.parametrize(
    "text",
    [
        "2012-11-25T15:52:01+00:00",
        "2012-11-25T15:52:01Z",
        "2012-11-25T15:52:01+0000",
        "2012-11-25T15:52:01",
        "2012-11-25T15:52:01.000Z",
        "2012-11-25 15:52:01",
        "2012-11-25T10:52:01-05:00",
    ],
)
def test_date_formats(text: str) -> None:
    (game,) = read_items(item(Released=text))[TOKEN].items
    assert game.released == datetime(2012, 11, 25, 15, 52, 1, tzinfo=UTC)


# Errors


@pytest.mark.parametrize(("error", "told"), [("Bad Token", "Bad Token"), (True, UNSPECIFIC)])
def test_errors_of_a_token_are_values(error: object, told: str) -> None:
    document = answered({"bad_token": {"Error": error}, TOKEN: {"Item": [item()]}})
    assert document["bad_token"].error == told
    assert not document["bad_token"].ok
    assert document[TOKEN].ok


@pytest.mark.parametrize("error", [False, "", None])
def test_errors_that_are_none(error: object) -> None:
    assert answered({"Error": error, TOKEN: {"Error": error, "Item": [item()]}})[TOKEN].ok


@pytest.mark.parametrize(
    ("status", "kind", "base"),
    [
        (200, JamError, JamError),
        (400, BadJamRequest, JamError),
        (401, JamUnauthorized, AuthError),
        (403, JamForbidden, Forbidden),
        (404, JamNotFound, NotFound),
        (500, JamUnavailable, ServiceUnavailable),
    ],
)
@pytest.mark.parametrize(("error", "told"), [("Something is wrong", "Something is wrong"), (True, UNSPECIFIC)])
def test_errors_of_the_whole_request(status: int, kind: type[Any], base: type[Any], error: object, told: str) -> None:
    with pytest.raises(base) as refused:
        answered({"Error": error}, status)
    assert type(refused.value) is kind
    assert (refused.value.message, refused.value.status) == (told, status)


def test_errors_of_tokens_may_come_with_a_bad_status() -> None:
    assert answered({TOKEN: {"Error": "Bad Token"}}, 401)[TOKEN].error == "Bad Token"


def test_errors_of_other_programs_are_told_by_their_status() -> None:
    for status, kind in ((503, ServiceUnavailable), (429, RateLimited), (403, Forbidden), (404, ProtocolError)):
        with pytest.raises(kind):
            answered(b"<html></html>", status)
        with pytest.raises(kind):
            answered({"message": {"code": 1}}, status)


# Extended Response Format


def test_extended_response_format_every_field() -> None:
    document = read_items(item(**EXTENDED))
    assert document.problems == ()
    (game,) = document[TOKEN].items
    assert game.origin_url == "https://jam.example/game/1234"
    assert (game.icon, game.banner) == ("https://jam.example/icon.png", "https://jam.example/wide.png")
    assert game.picture == game.banner
    assert (game.event, game.event_id) == ("Ludum Dare 32", Decimal(32))
    assert (game.type, game.sub_type, game.sub_sub_type) == ("game", "jam", "late")
    assert game.embed_url == "https://jam.example/game.swf"
    assert game.embed_origin_url == "https://elsewhere.example/game"
    assert (game.embed_width, game.embed_height, game.embed_type) == (800, 600, "swf")


def test_event_ids_order_as_numbers_and_keep_their_digits() -> None:
    body = b'{"t":{"Item":[%s]}}' % b",".join(
        b'{"Id":%d,"Name":"n","Released":"2012-11-25","Description":"","Image":[],"Link":{},"EventId":%s}' % (n, text)
        for n, text in enumerate([b"2002.2", b"2002.11", b"2015.10", b"8.5", b'"2015.07"'])
    )
    ids = [game.event_id for game in read_document(body)["t"].items]
    assert [str(one) for one in ids] == ["2002.2", "2002.11", "2015.10", "8.5", "2015.07"]
    assert ids[0] is not None
    assert ids[1] is not None
    assert ids[0] > ids[1]


# User Section


def test_user_section() -> None:
    user = {"Id": 7, "Name": "pov", "OriginURL": "https://jam.example/u/7", "Icon": "https://jam.example/7.png"}
    found = read({TOKEN: {"User": {**user, "MyJam": {"Cookies": 3}}, "Item": []}})[TOKEN].user
    assert found is not None
    assert (found.id, found.name, found.origin_url, found.icon) == tuple(user.values())
    assert found.sections == {"MyJam": {"Cookies": 3}}


# Info Section


def test_info_section() -> None:
    info = {"Version": "EasyJam v0.1", "ResponseTime": "2017-12-04T00:00:00+00:00", "More": 25, "MyJam": {"A": 1}}
    document = read({"Info": info, TOKEN: {"Item": []}})
    assert document.info is not None
    assert document.info.version == "EasyJam v0.1"
    assert document.info.response_time == datetime(2017, 12, 4, tzinfo=UTC)
    assert document.info.more == 25
    assert document.info.sections == {"MyJam": {"A": 1}}


def test_info_section_inside_of_a_token_is_taken_too() -> None:
    document = read({TOKEN: {"Info": {"Version": "1", "More": 25}, "Item": []}})
    assert document.info is not None
    assert document.info.version == "1"
    assert document[TOKEN].more == 25


# More Field


@pytest.mark.parametrize("more", [25, "25", "cursor:abc"])
def test_more_field_is_passed_back_as_it_came(more: object) -> None:
    assert read({TOKEN: {"More": more, "Item": []}})[TOKEN].more == more


@pytest.mark.parametrize("more", [0, "0", "", False, None, [], {"a": 1}, 1.5, True])
def test_more_field_that_says_there_is_no_more(more: object) -> None:
    assert read({TOKEN: {"More": more, "Item": []}})[TOKEN].more is None


# Custom Section


def test_custom_section_in_info_user_and_item() -> None:
    document = read(
        {
            "Info": {"MyJam": {"X": 1}},
            TOKEN: {"User": {"Name": "pov", "MyJam": {"Y": [1, 2]}}, "Item": [item(MyJam={"Z": {"Deep": True}})]},
        }
    )
    assert document.info is not None
    assert document.info.sections["MyJam"]["X"] == 1
    user = document[TOKEN].user
    assert user is not None
    assert user.sections["MyJam"]["Y"] == [1, 2]
    assert document[TOKEN].items[0].sections["MyJam"] == {"Z": {"Deep": True}}


def test_new_fields_and_badly_named_sections_are_ignored() -> None:
    document = read_items(item(NewInV2="x", **{"My Jam": {"a": 1}}))
    assert document.problems == ()
    assert dict(document[TOKEN].items[0].sections) == {}


# Appendix: Ludum Dare


@pytest.mark.parametrize("kind", ["game", "demo", "media", "craft", "other"])
@pytest.mark.parametrize("sub", ["jam", "compo", "craft", "late", "remake"])
def test_appendix_types_and_sub_types(kind: str, sub: str) -> None:
    (game,) = read_items(item(Type=kind, SubType=sub))[TOKEN].items
    assert (game.type, game.sub_type) == (kind, sub)


@pytest.mark.parametrize("event", ["Ludum Dare 32", "MiniLD 68", "October Challenge 2017"])
def test_appendix_event_strings(event: str) -> None:
    assert read_items(item(Event=event))[TOKEN].items[0].event == event


@pytest.mark.parametrize("path", ["/", "/ld/", "/minild/", "/all/", "/other/", "/other/jam/1gam/"])
def test_appendix_addresses_keep_their_last_slash(path: str) -> None:
    jam = EasyJam(f"http://api.ludumdare.com/v1/easyjam{path}", allow_http=True, quiet_hours=())
    assert sent(jam, "ldjam_a").url == f"http://api.ludumdare.com/v1/easyjam{path}?token=ldjam_a"


def test_there_is_no_default_address() -> None:
    with pytest.raises(TypeError):
        EasyJam()  # type: ignore[call-arg]
    with pytest.raises(UsageError, match="https"):
        EasyJam("http://api.ludumdare.com/v1/easyjam")


# what sites get wrong


@pytest.mark.parametrize(
    ("link", "links"),
    [
        ({"Windows": "https://a"}, {"Windows": "https://a"}),
        ([{"Windows": "https://a"}, {"Linux": "https://b"}], {"Windows": "https://a", "Linux": "https://b"}),
        (
            ["https://a", "https://b", "https://c"],
            {"Download": "https://a", "Download2": "https://b", "Download3": "https://c"},
        ),
        ([{"Web": "https://a"}, {"Web": "https://b"}], {"Web": "https://a", "Web2": "https://b"}),
        ([], {}),
        ({}, {}),
        (None, {}),
        ("https://a", {"Download": "https://a"}),
        (7, {}),
        ([7, "", None], {}),
        ({"Windows": 7}, {}),
    ],
)
def test_links_in_the_shapes_that_sites_write(link: object, links: dict[str, str]) -> None:
    assert dict(read_items(item(Link=link))[TOKEN].items[0].links) == links


@pytest.mark.parametrize("empty", [{}, None, []])
def test_an_empty_item_list_in_phps_ways(empty: object) -> None:
    assert read({TOKEN: {"Item": empty}})[TOKEN].items == ()


def test_an_item_list_with_gaps_is_an_object_in_php() -> None:
    found = read({TOKEN: {"Item": {"0": item(), "2": item(Id=2)}}})[TOKEN].items
    assert [game.id for game in found] == [1234, 2]


def test_equal_ids_in_one_answer_count_once_and_the_first_wins() -> None:
    found = read_items(item(Name="first"), item(Name="second"), item(Id="1234", Name="third"))[TOKEN].items
    assert [game.name for game in found] == ["first"]


@pytest.mark.parametrize("field", ["Name", "Released", "Description", "Image", "Link"])
def test_a_missing_field_is_noted_and_passed_over(field: str) -> None:
    document = read_items(item(**{field: ...}))
    assert len(document[TOKEN].items) == 1
    assert [problem.place for problem in document.problems] == [f"{TOKEN}.Item[0].{field}"]


def test_an_item_without_an_id_cannot_be_told_from_others() -> None:
    document = read_items(item(Id=...), item(Id=""), item(Id=[]), 7, item())
    assert [game.id for game in document[TOKEN].items] == [1234]
    assert len(document.problems) == 4


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_document(b"\xef\xbb\xbf" + json.dumps({TOKEN: {"Item": []}}).encode())[TOKEN].ok


def test_an_empty_array_is_an_empty_object_in_php() -> None:
    assert read([]).results == {}
    assert read({TOKEN: []})[TOKEN].items == ()


@pytest.mark.parametrize("body", [b"", b"7", b"[1]", b"<html>", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_no_document_says_so(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        read_document(body)
