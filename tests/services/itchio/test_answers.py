"""What the client makes of answers: every known refusal, every tolerance, and nonsense. No network."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices import AuthError, CallError, Forbidden, Itchio, NotFound, ProtocolError, ServiceError
from pygame_gameservices.core.calls.endpoint import Response
from pygame_gameservices.errors import RateLimited, ServiceUnavailable, UsageError
from pygame_gameservices.services.itchio import errors
from pygame_gameservices.services.itchio.dialects import MODERN
from pygame_gameservices.services.itchio.errors import error_for
from tests.services.itchio.conftest import answer
from tests.thinned import examples

REFUSALS = [
    ("invalid key", errors.InvalidKey, AuthError),
    ("authentication required", errors.AuthenticationRequired, AuthError),
    ("api key does not permit `game:view:purchases`", errors.ScopeMissing, Forbidden),
    ("invalid base64", errors.MalformedToken, AuthError),
    ("header not HS256", errors.MalformedToken, AuthError),
    ("invalid api endpoint", errors.WrongEndpoint, ProtocolError),
    ("invalid api version: expected 1", errors.WrongEndpoint, ProtocolError),
    ("invalid game", errors.InvalidGame, NotFound),
    ("invalid game_id", errors.InvalidGame, NotFound),
    ("game_id must be an integer", errors.InvalidGame, NotFound),
    ("you cannot edit that game", errors.InvalidGame, NotFound),
    ("invalid channel", errors.InvalidChannel, NotFound),
    ("invalid download key", errors.InvalidDownloadKey, NotFound),
    ("no download key found", errors.NoDownloadKey, NotFound),
    ("invalid download_key_id", errors.NotBought, Forbidden),
    ("you must buy this game to download", errors.NotBought, Forbidden),
    ("There was a server error", errors.ServerError, ServiceUnavailable),
    ("missing user_id or email", errors.BadParameter, ServiceError),
]


@pytest.mark.parametrize(("text", "kind", "base"), REFUSALS)
@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_each_refusal_has_its_class(text: str, kind: type[CallError], base: type[CallError], change: Any) -> None:
    error = error_for((change(text),), 200)
    assert type(error) is kind
    assert isinstance(error, base)
    assert text.lower() in str(error).lower()


def test_an_unknown_refusal_is_told_by_its_status() -> None:
    kinds = {200: ServiceError, 400: ServiceError, 401: AuthError, 403: Forbidden, 404: NotFound, 429: RateLimited}
    for status, kind in kinds.items():
        assert type(error_for(("the moon is full",), status)) is kind
    assert type(error_for(("the moon is full",), 503)) is ServiceUnavailable


def test_several_errors_are_all_told_and_the_known_one_decides() -> None:
    error = error_for(("the moon is full", "invalid key"), 200)
    assert type(error) is errors.InvalidKey
    assert error.message == "the moon is full; invalid key"


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (["the moon is full", "invalid key"], 200),
        (["the moon is full", "so; it is late"], 400),
        (["invalid api endpoint", "look here"], 404),
        (["the key does not permit `profile:me`", "sorry"], 200),
    ],
)
def test_each_message_can_be_had_by_itself(told: list[str], status: int) -> None:
    with pytest.raises(CallError) as caught:
        answer("profile", {"errors": told}, status=status)
    assert caught.value.messages == tuple(told)  # type: ignore[attr-defined]


NO_KEY, BAD_KEY = "no download key found", "invalid download key"


@pytest.mark.parametrize("said", [NO_KEY, BAD_KEY, f" {NO_KEY.title()}\n", BAD_KEY.upper()])
@pytest.mark.parametrize("status", [200, 400, 404])
def test_somebody_does_not_own_it_when_itch_says_just_that(said: str, status: int) -> None:
    assert answer("owns", {"errors": [said]}, status=status) is False


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        ([f"{BAD_KEY} parameter"], 400, CallError),
        ([f"{NO_KEY}: database timeout"], 200, CallError),
        ([f"{NO_KEY}: database timeout"], 500, ServiceUnavailable),
        ([NO_KEY], 503, ServiceUnavailable),
        ([NO_KEY, "authentication required"], 403, CallError),
        ([NO_KEY, NO_KEY], 200, CallError),
        (["invalid game"], 200, errors.InvalidGame),
    ],
)
def test_anything_else_is_no_answer_to_who_owns_it(told: list[str], status: int, kind: type[CallError]) -> None:
    """Whoever bought the game must not be sent away because something else is wrong."""
    with pytest.raises(kind):
        answer("owns", {"errors": told}, status=status)


@pytest.mark.parametrize("told", ["invalid key", ["invalid key"], {"1": "invalid key"}])
def test_errors_may_be_a_list_a_text_or_an_object(told: object) -> None:
    with pytest.raises(errors.InvalidKey):
        answer("profile", {"errors": told})


@pytest.mark.parametrize("none", [[], {}, "", None])
def test_empty_errors_are_none(none: object) -> None:
    assert answer("credentials_info", {"errors": none, "scopes": ["a"]}).scopes == ("a",)


@pytest.mark.parametrize("call", ["games", "purchases", "owned_keys"])
def test_an_empty_list_is_an_empty_object(call: str) -> None:
    assert answer(call, {call: {}}) == ()
    assert answer(call, {call: []}) == ()
    with pytest.raises(ProtocolError, match=f"a list of {call}"):
        answer(call, {call: {"1": {}}})


@pytest.mark.parametrize("call", ["games", "purchases", "collections", "uploads", "builds"])
def test_a_list_that_is_not_there_is_no_empty_one(call: str) -> None:
    with pytest.raises(ProtocolError, match=f"a list of {call}"):
        answer(call, {})


def test_empty_objects_stand_for_empty_lists_inside_of_things_too() -> None:
    row = {"id": 1, "title": "T", "url": "https://x.example", "earnings": {}, "traits": {}}
    (game,) = answer("games", {"games": [row]})
    assert (game.earnings, game.traits, game.platforms) == ((), frozenset(), frozenset())
    assert answer("credentials_info", {"scopes": {}}).scopes == ()


def test_traits_and_booleans_come_together() -> None:
    row = {"id": 1, "title": "T", "traits": ["p_windows", "has_demo"], "p_linux": True, "p_osx": False}
    (game,) = answer("games", {"games": [row]})
    assert game.platforms == {"windows", "linux"}
    assert game.traits == {"p_windows", "has_demo", "p_linux"}


def test_what_is_optional_may_be_missing_and_what_is_new_is_kept() -> None:
    user = answer("profile", {"user": {"id": 1, "username": "a", "url": "https://a.example", "shoe_size": 43}})
    assert user.raw["shoe_size"] == 43
    assert (user.display_name, user.cover_url, user.gamer) == (None, None, None)
    assert hash(user) == hash(answer("profile", {"user": dict(user.raw)}))
    (game,) = answer("games", {"games": [{"id": 1, "title": "T", "sale": {"rate": 0}}]})
    assert game.raw["sale"] == {"rate": 0}
    (purchase,) = answer("purchases", {"purchases": [{"id": 1}]}, game_id=8)
    assert (purchase.game_id, purchase.game_ids) == (8, (8,))


@pytest.mark.parametrize("ids", [[3, 4], [4, 5], {}, 3])
def test_a_purchase_of_several_games(ids: Any) -> None:
    (purchase,) = answer("purchases", {"purchases": [{"id": 1, "game_id": ids}]}, game_id=3)
    assert purchase.game_ids == (tuple(ids) if isinstance(ids, list) else (3,))
    assert purchase.game_id == (4 if ids == [4, 5] else 3)


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("profile", {"user": {"id": "one", "username": "a"}}),
        ("profile", {"user": {}}),
        ("profile", {"user": []}),
        ("profile", {}),
        ("games", {"games": [7]}),
        ("games", {"games": [{"id": 1}]}),
        ("games", {"games": [{"id": 1, "title": "T", "created_at": "yesterday"}]}),
        ("download_key", {"download_key": {"id": 1}}),
        ("owns", {"ok": True}),
        ("owns", {"download_key": {}}),
        ("latest_build", {"latest": ["1.0"]}),
        ("ownership", {"owns": "yes"}),
        ("credentials_info", {"scopes": [1]}),
        ("credentials_info", [1]),
        ("profile", b"<html>"),
        ("profile", b""),
        ("profile", b"\xff\xfe"),
        ("profile", b"[" * 100_000),
    ],
)
def test_an_answer_that_makes_no_sense_says_so(call: str, body: object) -> None:
    with pytest.raises(ProtocolError):
        answer(call, body)


def test_a_page_instead_of_json_is_told_by_its_status() -> None:
    for status, kind in ((503, ServiceUnavailable), (429, RateLimited), (403, Forbidden), (404, ProtocolError)):
        with pytest.raises(kind):
            answer("profile", b"<html>Just a moment</html>", status=status)


def test_a_good_answer_with_a_bad_status_is_no_answer() -> None:
    with pytest.raises(Forbidden):
        answer("profile", {"user": {"id": 1, "username": "a"}}, status=403)


def test_retry_after_is_kept_when_the_body_has_words_of_its_own() -> None:
    client = Itchio("k")
    response = Response(status=429, headers={"retry-after": "17"}, body=b'{"errors":["slow down"]}')
    from pygame_gameservices import Kind, Operation, Secret

    operation = Operation(service="itchio", name="profile", kind=Kind.SAFE, credential=Secret("k"))
    (got,) = client.answers([operation], response)
    assert isinstance(got.error, RateLimited)
    assert got.error.retry_after == 17


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        "user",
        "games",
        "download_key",
        "purchases",
        "owned_keys",
        "latest",
        "owns",
        "scopes",
        "errors",
        "id",
        "title",
        "username",
        "game_id",
        "traits",
        "earnings",
        "created_at",
        "owner",
        "expires_at",
        "url",
        "amount",
        "currency",
    ]
)
SHAPED = st.recursive(JSON, lambda inner: st.dictionaries(FIELDS, inner | st.lists(inner, max_size=3)), max_leaves=12)


@examples(300)
@given(call=st.sampled_from(sorted(MODERN.paths)), body=SHAPED, status=st.sampled_from([200, 400, 403, 429, 500]))
def test_any_json_is_a_value_or_one_of_our_errors(call: str, body: object, status: int) -> None:
    with contextlib.suppress(CallError):
        answer(call, msgspec.json.encode(body), status=status)


@examples(200)
@given(call=st.sampled_from(sorted(MODERN.paths)), body=st.binary(max_size=200), status=st.integers(200, 599))
def test_any_bytes_are_a_value_or_one_of_our_errors(call: str, body: bytes, status: int) -> None:
    with contextlib.suppress(CallError):
        answer(call, body, status=status)


@pytest.mark.parametrize("given", [{}, {"user_id": 1, "email": "a@example.com"}, {"user_id": 0}, {"email": ""}])
def test_whose_must_be_said_in_exactly_one_way(given: dict[str, Any]) -> None:
    itch = Itchio("k")
    for method in (itch.download_key, itch.owns, itch.purchases):
        with pytest.raises(UsageError):
            method(3, **given)


@pytest.mark.parametrize("bad", ["", " ", "a b", "schlüssel", "a\nb", 7])
def test_a_key_that_cannot_be_one_is_refused_at_once(bad: Any) -> None:
    with pytest.raises(UsageError):
        Itchio(bad)


def test_other_wrong_arguments_are_refused_at_once() -> None:
    itch = Itchio("k")
    for wrong in (
        lambda: Itchio("k", dialect="klingon"),
        lambda: Itchio("k", base_url="http://api.example.com"),
        lambda: itch.latest_build("windows"),
        lambda: itch.latest_build("windows", game_id=1, target="a/b"),
        lambda: itch.latest_build("windows", target="a"),
        lambda: itch.latest_build("", game_id=1),
        lambda: itch.owns(True, user_id=1),
        lambda: itch.owned_keys_page(0),
        lambda: itch.owned_keys_page(1, per_page=501),
        lambda: Itchio("k", dialect="legacy").owned_keys_page(),
    ):
        with pytest.raises(UsageError):
            wrong()
