"""Whatever is asked of the sandbox's itch.io, it answers in its protocol and never falls over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from pygame_gameservices.sandbox import Sandbox
from tests.thinned import examples

PROPERTY = examples(300, suppress_health_check=[HealthCheck.function_scoped_fixture])
SMALL = examples(80, parent=PROPERTY)

PATHS = [
    "credentials/info",
    "profile",
    "me",
    "profile/games",
    "my-games",
    "{games}/{id}/download_keys",
    "{games}/{id}/purchases",
    "{games}/{id}/ownership",
    "wharf/latest",
    "profile/owned-keys",
]
NAMES = ["download_key", "user_id", "email", "game_id", "channel_name", "target", "page", "per_page"]
IDS = st.sampled_from(["1", "2", "3", "99", "0", "-1", "1.5", "x", "", "9" * 40, "١", "1\x00"])
VALUES = (
    IDS
    | st.sampled_from(["grace@example.com", "Ada@Example.com", "hedy/light-harvest", "windows", "osx", "hedy/"])
    | st.text(max_size=12)
)
PURCHASE = {"donation", "id", "email", "created_at", "source", "currency", "price", "sale_rate", "game_id"}
CONSENT = st.sampled_from(["client_id", "scope", "redirect_uri", "response_type", "state", "as"])
METHODS = st.sampled_from(["GET", "GET", "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])


def keys(sandbox: Sandbox) -> st.SearchStrategy[str | None]:
    good = [sandbox.itchio_key, *sandbox.itchio_tokens.values(), sandbox.itchio_launch_key("ada")]
    odd = st.text("abcdefXYZ0123456789._-=", min_size=1, max_size=30)
    return st.none() | st.sampled_from([sandbox.itchio_key, *good]) | odd


def in_protocol(body: Any) -> bool:
    """Whether a document is one that itch.io's pages describe."""
    assert isinstance(body, dict)
    if "errors" in body:
        errors = body["errors"]
        return isinstance(errors, list) and bool(errors) and all(isinstance(one, str) and one for one in errors)
    known = {"user", "games", "download_key", "purchases", "latest", "owned_keys", "page", "per_page", "owns"}
    assert set(body) <= known | {"scopes", "type", "expires_at"}
    for name in ("games", "purchases", "owned_keys", "scopes"):
        rows = body.get(name, {})
        assert rows == {} or (isinstance(rows, list) and rows), "an empty list is an empty object"
    for row in body.get("games") or []:
        assert_game(row)
    for row in body.get("purchases") or []:
        assert {"donation", "id", "email", "created_at", "source", "currency", "price", "sale_rate", "game_id"} <= set(
            row
        )
        assert_date(row["created_at"])
    if "download_key" in body:
        assert {"id", "created_at", "downloads", "key", "game_id"} <= set(body["download_key"])
    if "user" in body:
        assert {"id", "username", "url", "gamer", "developer", "press_user"} <= set(body["user"])
    return True


def assert_game(row: dict[str, Any]) -> None:
    assert {"id", "title", "url", "type", "min_price", "created_at", "published"} <= set(row)
    assert ("traits" in row) != ("p_windows" in row), "one dialect or the other"
    assert_date(row["created_at"])
    assert row["earnings"] == {} or all({"currency", "amount", "amount_formatted"} == set(e) for e in row["earnings"])


def assert_date(text: str) -> None:
    datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ" if "T" in text else "%Y-%m-%d %H:%M:%S")


@pytest.mark.slow
@PROPERTY
@given(data=st.data())
def test_every_answer_is_in_the_protocol(data: st.DataObject, shared_sandbox: Sandbox) -> None:
    legacy = data.draw(st.booleans())
    path = data.draw(
        st.sampled_from(PATHS)
        | st.text("abc/%{}.?#é", max_size=12).map(lambda text: text.replace("{", "").replace("..", ""))
    )
    game_id = data.draw(IDS)
    path = path.replace("{games}", "game" if legacy else "games").replace("{id}", quote(game_id, safe=""))
    key = data.draw(keys(shared_sandbox))
    params = data.draw(st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=5), VALUES), max_size=3))
    method = data.draw(METHODS)
    segment = data.draw(st.sampled_from(["key", "jwt", "x", "", "KEY"]))
    if segment == "KEY":
        segment = quote(key or "none", safe="")
    base = f"{shared_sandbox.itchio_legacy_url}/{segment}" if legacy else shared_sandbox.itchio_url
    header = data.draw(st.sampled_from(["Bearer {}", "bearer {}", "{}", "Basic {}", ""]))
    headers = {"Authorization": header.format(key)} if key and header else {}
    by_form = method == "POST" and data.draw(st.booleans())
    answer = requests.request(
        method,
        f"{base}/{path}",
        params=None if by_form else params,
        data=params if by_form else None,
        headers=headers,
        timeout=20,
        allow_redirects=False,
    )
    assert answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert in_protocol(body)
    if legacy and answer.status_code != 404:
        assert answer.status_code == 200
    if not legacy:
        assert (answer.status_code >= 400) == ("errors" in body)


@SMALL
@given(
    params=st.dictionaries(
        st.sampled_from(["client_id", "scope", "redirect_uri", "response_type", "state", "as"]), VALUES
    )
)
def test_the_page_for_consent_never_falls_over(params: dict[str, str], shared_sandbox: Sandbox) -> None:
    url = shared_sandbox.itchio_oauth_url
    defaults = {
        "client_id": shared_sandbox.itchio_client_id,
        "scope": "profile:me",
        "redirect_uri": "http://127.0.0.1:9/",
        "response_type": "token",
    }
    answer = requests.get(url, params=defaults | params, timeout=20, allow_redirects=False)
    assert answer.status_code in (200, 302, 400)
    for value in params.values():
        if "<" in value:
            assert value not in answer.text


@SMALL
@given(fields=st.dictionaries(st.sampled_from(["username", "token", "game_id"]), VALUES))
def test_the_shop_never_falls_over(fields: dict[str, str], shared_sandbox: Sandbox) -> None:
    answer = requests.post(f"{shared_sandbox.itchio_url}/site/buy", data=fields, timeout=20)
    assert answer.status_code == 403


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "{}"])
def test_both_known_forms_of_the_header_work(header: str, sandbox: Sandbox) -> None:
    headers = {"Authorization": header.format(sandbox.itchio_key)}
    assert (
        requests.get(f"{sandbox.itchio_url}/profile", headers=headers, timeout=20).json()["user"]["username"] == "hedy"
    )


def test_the_key_as_a_part_of_the_address_works_and_is_not_written_down(sandbox: Sandbox) -> None:
    url = f"{sandbox.itchio_legacy_url}/{sandbox.itchio_key}/me"
    assert requests.get(url, timeout=20).json()["user"]["username"] == "hedy"
    assert sandbox.itchio_key not in repr(sandbox.journal())
    assert sandbox.itchio_key not in repr(sandbox.dump("itchio_credentials"))


def test_slashes_are_written_as_on_itch(sandbox: Sandbox) -> None:
    text = requests.get(f"{sandbox.itchio_legacy_url}/{sandbox.itchio_key}/my-games", timeout=20).text
    assert r"https:\/\/hedy.itch.example\/light-harvest" in text


def test_users_without_games_get_an_empty_object(sandbox: Sandbox) -> None:
    config = {"sandbox": {"itchio": {"credentials": [{"api_key": "adas-own-key", "username": "ada"}]}}}
    with Sandbox.start(config) as own:
        text = requests.get(f"{own.itchio_legacy_url}/adas-own-key/my-games", timeout=20).text
        assert text == '{"games": {}}'


def test_covers_and_avatars_are_pictures(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.itchio_key}"}
    games = requests.get(f"{sandbox.itchio_url}/profile/games", headers=headers, timeout=20).json()["games"]
    user = requests.get(f"{sandbox.itchio_url}/profile", headers=headers, timeout=20).json()["user"]
    for url in (games[0]["cover_url"], user["cover_url"]):
        answer = requests.get(url, timeout=20)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")
    assert requests.get(f"{sandbox.itchio_url}/pictures/covers/99.png", timeout=20).status_code == 404


@pytest.mark.parametrize("scope", ["profile", "game:view:ownership", "game:view:uploads", "collection:edit"])
def test_whatever_an_application_may_ask_for_is_granted(scope: str, sandbox: Sandbox) -> None:
    params = {"client_id": sandbox.itchio_client_id, "scope": scope, "response_type": "token", "as": "ada"}
    url = sandbox.itchio_oauth_url
    page = requests.get(url, params={**params, "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, timeout=20)
    assert page.status_code == 200
    token = page.text.partition('id="token">')[2].partition("<")[0]
    headers = {"Authorization": f"Bearer {token}"}
    told = requests.get(f"{sandbox.itchio_url}/credentials/info", headers=headers, timeout=20).json()
    assert told["scopes"] == [scope]
