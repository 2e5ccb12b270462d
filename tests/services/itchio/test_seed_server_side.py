"""The pages "Serverside API reference", legacy (seed) and modern: every field, error and example, one test each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pygame_gameservices import Itchio, Money, NotFound, ServiceManager
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.errors import Forbidden
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.services.itchio.dialects import LEGACY, MODERN
from pygame_gameservices.services.itchio.errors import (
    AuthenticationRequired,
    InvalidDownloadKey,
    InvalidKey,
    NoDownloadKey,
    NoKey,
    ScopeMissing,
)
from tests.conftest import WAIT_S, settle
from tests.services.itchio.conftest import answer

USER = {
    "username": "fasterthanlime",
    "gamer": True,
    "display_name": "Amos",
    "cover_url": "https://img.itch.zone/aW1hZ2UyL3VzZXIvMjk3ODkvNjkwOTAxLnBuZw==/100x100%23/JkrN%2Bv.png",
    "url": "https://fasterthanlime.itch.io",
    "press_user": True,
    "developer": True,
    "id": 29789,
}
GAME = rb"""{"games":[{"cover_url":"http:\/\/img.itch.io\/aW1hZ2UvMy8xODM3LnBuZw==\/315x250%23\/y2uYQI.png",
"created_at":"2013-03-03 23:02:14","downloads_count":109,"id":3,"min_price":0,"p_android":false,"p_linux":true,
"p_osx":true,"p_windows":true,"published":true,"published_at":"2013-03-03 23:02:14","purchases_count":4,
"short_text":"Humans have been colonizing planets. It's time to stop them!","title":"X-Moon","type":"default",
"url":"http:\/\/leafo.itch.io\/x-moon","views_count":2682,
"earnings":[{"currency":"USD","amount_formatted":"$50.47","amount":5047}]}]}"""
DOWNLOAD_KEY = {
    "id": 124,
    "created_at": "2014-02-28 00:25:09",
    "downloads": 74,
    "key": "YWKse5jeAeuZ8w3a5qO2b2PId1sChw2B9b637w6z",
    "game_id": 3,
    "owner": {**USER, "id": 1994},
}
PURCHASE = {
    "donation": False,
    "id": 11561,
    "email": "leaf@example.com",
    "created_at": "2014-02-28 00:25:09",
    "source": "amazon",
    "currency": "USD",
    "price": "$1.00",
    "sale_rate": 0,
    "game_id": 3,
}


def sent(client: Itchio, name: str, arguments: dict[str, str] | None = None) -> Request:
    """The request a client would send."""
    operation = Operation(
        service="itchio", name=name, kind=Kind.SAFE, arguments=arguments or {}, credential=client._key
    )
    return client.request([operation])


# Authentication


def test_authentication_api_key_travels_in_the_bearer_header_of_the_modern_host() -> None:
    request = sent(Itchio("THEKEY"), "profile")
    assert request.url == "https://api.itch.io/profile"
    assert request.headers["Authorization"] == "Bearer THEKEY"
    assert request.method == "GET"


def test_authentication_api_key_never_stands_in_a_legacy_address() -> None:
    request = sent(Itchio("THEKEY", dialect="legacy"), "profile")
    assert request.url == "https://itch.io/api/1/key/me"
    assert request.headers["Authorization"] == "Bearer THEKEY"


def test_authentication_jwt_has_its_own_word_in_legacy_addresses() -> None:
    request = sent(Itchio("aaaa.bbbb.cccc", dialect="legacy"), "profile")
    assert request.url == "https://itch.io/api/1/jwt/me"
    assert request.headers["Authorization"] == "Bearer aaaa.bbbb.cccc"


@pytest.mark.parametrize("dialect", [MODERN, LEGACY], ids=lambda dialect: dialect.name)
def test_the_key_is_in_no_address_log_error_or_repr(dialect: Any, services: ServiceManager, sandbox: Sandbox) -> None:
    url = sandbox.itchio_url if dialect is MODERN else sandbox.itchio_legacy_url
    key = "not-a-key-of-anyone-4711"
    itch = services.add(Itchio(key, base_url=url, dialect=dialect.name))
    call = itch.profile()
    with pytest.raises(InvalidKey) as refused:
        call.result(WAIT_S)
    shown = [
        str(refused.value),
        repr(refused.value),
        repr(itch),
        repr(call),
        repr(call.operation),
        repr(sandbox.journal()),
    ]
    assert all(key not in text for text in shown)
    assert key not in sent(itch, "profile").url


def test_authentication_every_endpoint_but_the_build_needs_a_key(services: ServiceManager, sandbox: Sandbox) -> None:
    itch = services.add(Itchio(base_url=sandbox.itchio_url))
    before = sandbox.request_count()
    for call in (
        itch.profile(),
        itch.games(),
        itch.credentials_info(),
        itch.owns(1, user_id=1),
        itch.owned_keys_page(),
    ):
        with pytest.raises(NoKey):
            call.result(WAIT_S)
    assert sandbox.request_count() == before
    assert itch.latest_build("windows", game_id=1).result(WAIT_S) == "1.2.0"
    assert sent(itch, "latest_build").headers.get("Authorization") is None


def test_authentication_required_is_an_error_of_its_own() -> None:
    with pytest.raises(AuthenticationRequired):
        answer("profile", {"errors": ["authentication required"]}, status=401)


# Scopes


@pytest.mark.parametrize(
    ("granted", "wanted", "covered"),
    [
        ("profile", "profile:me", True),
        ("profile:me", "profile:me", True),
        ("game:view:purchases", "game:view", False),
        ("profile:me", "profile", False),
        ("pro", "profile", False),
        ("profile:m", "profile:me", False),
    ],
)
def test_scopes_give_access_to_their_subscopes_and_not_upwards(granted: str, wanted: str, covered: bool) -> None:
    info = answer("credentials_info", {"scopes": [granted]})
    assert info.permits(wanted) is covered


def test_scopes_explain_a_refusal(services: ServiceManager, sandbox: Sandbox, player: Itchio) -> None:
    with pytest.raises(ScopeMissing) as refused:
        player.games().result(WAIT_S)
    assert refused.value.scope == "profile:games"
    assert "api key does not permit `profile:games`" in refused.value.message
    assert isinstance(refused.value, Forbidden)
    settle(services, player.credentials_info())
    with pytest.raises(ScopeMissing, match="it has: profile:me, profile:owned"):
        player.games().result(WAIT_S)


def test_scopes_never_hold_a_call_back(sandbox: Sandbox, player: Itchio) -> None:
    player.credentials_info().result(WAIT_S)
    before = sandbox.request_count()
    with pytest.raises(ScopeMissing):
        player.games().result(WAIT_S)
    assert sandbox.request_count() == before + 1


# Passing parameters


def test_parameters_stand_encoded_in_the_query() -> None:
    request = sent(Itchio("k"), "download_key", {"game_id": "3", "email": "a+b c&d@example.com"})
    assert request.url == "https://api.itch.io/games/3/download_keys?email=a%2Bb+c%26d%40example.com"
    legacy = sent(Itchio("k", dialect="legacy"), "purchases", {"game_id": "3", "user_id": "7"})
    assert legacy.url == "https://itch.io/api/1/key/game/3/purchases?user_id=7"


def test_parameters_a_game_id_that_is_no_part_of_the_path_stands_in_the_query() -> None:
    request = sent(Itchio("k"), "latest_build", {"game_id": "3", "channel_name": "windows"})
    assert request.url == "https://api.itch.io/wharf/latest?game_id=3&channel_name=windows"


# Response format


def test_errors_are_told_by_the_errors_field_whatever_the_status() -> None:
    for status in (200, 400, 403, 500):
        with pytest.raises(InvalidKey) as refused:
            answer("profile", {"errors": ["invalid key"]}, status=status)
        assert refused.value.status == status


def test_dates_of_both_editions_are_moments_in_utc() -> None:
    moment = datetime(2017, 10, 19, 13, 35, 6, tzinfo=UTC)
    for text in ("2017-10-19 13:35:06", "2017-10-19T13:35:06Z", "2017-10-19T15:35:06+02:00"):
        assert answer("credentials_info", {"scopes": ["profile:me"], "expires_at": text}).expires_at == moment


# credentials/info


def test_credentials_info_sample_for_a_jwt() -> None:
    info = answer("credentials_info", {"scopes": ["profile:me"], "expires_at": "2017-10-19 13:35:06"})
    assert info.scopes == ("profile:me",)
    assert info.expires_at == datetime(2017, 10, 19, 13, 35, 6, tzinfo=UTC)


def test_credentials_info_sample_for_an_api_key() -> None:
    info = answer("credentials_info", {"scopes": ["profile:me", "profile:games"]})
    assert info.scopes == ("profile:me", "profile:games")
    assert info.expires_at is None
    assert info.permits("profile:me")


def test_credentials_info_tells_of_the_sandbox(itch: Itchio) -> None:
    info = itch.credentials_info().result(WAIT_S)
    assert info.scopes == ("profile:me", "profile:games")
    assert info.type == ("key" if itch.dialect is MODERN else "")


# me / profile


def test_me_sample() -> None:
    user = answer("profile", {"user": USER})
    for name, value in USER.items():
        assert getattr(user, name) == value
    assert user.name == "Amos"
    assert user.still_cover_url is None


def test_me_of_the_sandbox(itch: Itchio) -> None:
    user = itch.profile().result(WAIT_S)
    assert (user.username, user.id, user.developer, user.display_name) == ("hedy", 1004, True, None)
    assert user.name == "hedy"


# my-games / profile/games


def test_my_games_sample() -> None:
    (game,) = answer("games", GAME, dialect="legacy")
    when = datetime(2013, 3, 3, 23, 2, 14, tzinfo=UTC)
    assert game.cover_url == "http://img.itch.io/aW1hZ2UvMy8xODM3LnBuZw==/315x250%23/y2uYQI.png"
    assert (game.created_at, game.published_at) == (when, when)
    assert (game.downloads_count, game.views_count, game.purchases_count) == (109, 2682, 4)
    assert (game.id, game.title, game.type, game.url) == (3, "X-Moon", "default", "http://leafo.itch.io/x-moon")
    assert game.min_price_minor == 0
    assert game.platforms == {"linux", "osx", "windows"}
    assert game.traits == {"p_linux", "p_osx", "p_windows"}
    assert game.published is True
    assert game.short_text == "Humans have been colonizing planets. It's time to stop them!"
    assert game.earnings == (Money(5047, "USD", "$50.47"),)
    assert game.raw["earnings"][0]["amount"] == 5047


def test_my_games_of_the_sandbox_are_the_same_in_both_dialects(services: ServiceManager, sandbox: Sandbox) -> None:
    modern = services.add(Itchio(sandbox.itchio_key, base_url=sandbox.itchio_url, name="modern"))
    legacy = services.add(
        Itchio(sandbox.itchio_key, base_url=sandbox.itchio_legacy_url, dialect="legacy", name="legacy")
    )
    fields = set(modern.games().result(WAIT_S)[0].__struct_fields__) - {"raw", "classification"}
    told = [[{f: getattr(game, f) for f in fields} for game in one.games().result(WAIT_S)] for one in (modern, legacy)]
    assert told[0] == told[1]
    assert [game["title"] for game in told[0]] == ["Light Harvest", "Moonlit Courier", "Night Shift"]
    assert told[0][0]["earnings"] == (Money(100, "USD", "$1.00"),)
    assert told[0][1]["earnings"] == (Money(250, "JPY", "¥250"),)
    assert told[0][2]["published_at"] is None


# game/GAME_ID/download_keys


def test_download_keys_sample() -> None:
    key = answer("download_key", {"download_key": DOWNLOAD_KEY})
    assert (key.id, key.downloads, key.game_id) == (124, 74, 3)
    assert key.key == "YWKse5jeAeuZ8w3a5qO2b2PId1sChw2B9b637w6z"
    assert key.created_at == datetime(2014, 2, 28, 0, 25, 9, tzinfo=UTC)
    assert (key.owner.id, key.owner.display_name) == (1994, "Amos")
    assert key.key not in repr(key)


def test_download_keys_by_key_user_and_email(itch: Itchio) -> None:
    by_email = itch.download_key(1, email="grace@example.com").result(WAIT_S)
    by_user = itch.download_key(1, user_id=1002).result(WAIT_S)
    by_key = itch.download_key(1, download_key=by_email.key).result(WAIT_S)
    assert by_email == by_user == by_key
    assert by_key.owner.username == "grace"


def test_download_keys_unclaimed_has_no_owner(itch: Itchio, sandbox: Sandbox) -> None:
    rows = [row for row in sandbox.dump("itchio_download_keys") if row["owner_id"] is None and not row["revoked"]]
    key = itch.download_key(1, download_key=rows[0]["key"]).result(WAIT_S)
    assert key.owner is None


@pytest.mark.parametrize("of", ["nobody", "another game", "revoked"])
def test_download_keys_error_invalid_download_key(of: str, itch: Itchio, sandbox: Sandbox) -> None:
    rows = sandbox.dump("itchio_download_keys")
    revoked = next(row["key"] for row in rows if row["revoked"])
    good = next(row["key"] for row in rows if row["game_id"] == 1 and not row["revoked"])
    key, game_id = {"nobody": ("nokey", 1), "another game": (good, 2), "revoked": (revoked, 1)}[of]
    with pytest.raises(InvalidDownloadKey, match="invalid download key"):
        itch.download_key(game_id, download_key=key).result(WAIT_S)
    assert itch.owns(game_id, download_key=key).result(WAIT_S) is False


@pytest.mark.parametrize("who", [{"user_id": 1004}, {"email": "nobody@example.com"}, {"user_id": 2**62}])
def test_download_keys_error_no_download_key_found(who: dict[str, Any], itch: Itchio) -> None:
    with pytest.raises(NoDownloadKey, match="no download key found") as refused:
        itch.download_key(1, **who).result(WAIT_S)
    assert isinstance(refused.value, NotFound)
    assert itch.owns(1, **who).result(WAIT_S) is False


# game/GAME_ID/purchases


def test_purchases_sample() -> None:
    (purchase,) = answer("purchases", {"purchases": [PURCHASE]})
    for name in ("donation", "id", "email", "source", "currency", "price", "sale_rate", "game_id"):
        assert getattr(purchase, name) == PURCHASE[name]
    assert purchase.created_at == datetime(2014, 2, 28, 0, 25, 9, tzinfo=UTC)
    assert purchase.game_ids == (3,)


def test_purchases_are_found_by_any_linked_address(itch: Itchio) -> None:
    by_first = itch.purchases(1, email="grace@example.com").result(WAIT_S)
    by_second = itch.purchases(1, email="Grace@Home.example").result(WAIT_S)
    by_user = itch.purchases(1, user_id=1002).result(WAIT_S)
    assert len(by_first) == 1
    assert by_first == by_second == by_user
    assert by_second[0].email == "grace@example.com"


def test_purchases_of_a_claimed_key_are_none_although_it_is_owned(itch: Itchio) -> None:
    assert itch.purchases(1, user_id=1003).result(WAIT_S) == ()
    assert itch.owns(1, user_id=1003).result(WAIT_S) is True


def test_purchases_of_a_web_game_are_donations_without_a_key(itch: Itchio) -> None:
    (purchase,) = itch.purchases(2, user_id=1003).result(WAIT_S)
    assert purchase.donation is True
    assert purchase.price == "¥250"
    assert itch.owns(2, user_id=1003).result(WAIT_S) is False


def test_purchases_of_a_bundle_name_all_its_games(itch: Itchio) -> None:
    (purchase,) = itch.purchases(2, user_id=1001).result(WAIT_S)
    assert (purchase.game_id, purchase.game_ids) == (2, (1, 2))
    assert (purchase.price, purchase.sale_rate) == ("€5.00", 20)
    assert purchase.purchase_type == ("bundle" if itch.dialect is MODERN else None)
