"""``users/``, ``users/auth/`` and ``friends/``."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import ADA, GRACE, Client, refused

BAD_CREDENTIALS = refused("No such user with the credentials passed in could be found.")
NOT_AUTHENTICATED = refused("No user could be found matching these credentials.")


def test_one_user_with_all_fields_and_their_types(client: Client, sandbox: Sandbox) -> None:
    answer = client.get("users", username="GRACE")
    (user,) = answer["users"]
    assert isinstance(user.pop("signed_up_timestamp"), int)
    assert isinstance(user.pop("last_logged_in_timestamp"), int)
    assert user == {
        "id": "17441",
        "type": "Developer",
        "username": "grace",
        "avatar_url": f"{sandbox.url}/gamejolt/pictures/avatars/grace.png",
        "signed_up": "1 year ago",
        "last_logged_in": "2 days ago",
        "status": "Active",
        "developer_name": "Grace H.",
        "developer_website": "",
        "developer_description": "",
    }


def test_several_by_id_in_the_order_asked_for(client: Client) -> None:
    names = [user["username"] for user in client.get("users", user_id="17441, 1001,999999,1001")["users"]]
    assert names == ["grace", "ada"]


def test_several_by_name(client: Client) -> None:
    assert len(client.get("users", username="ada,linus")["users"]) == 2


@pytest.mark.parametrize("wanted", [{"username": "nobody"}, {"user_id": "5"}, {"user_id": "x"}, {"user_id": ",,"}])
def test_unknown_user(client: Client, wanted: dict[str, str]) -> None:
    assert client.get("users", **wanted) == refused("No such user could be found.")


def test_no_user_named(client: Client) -> None:
    assert client.get("users") == refused("You must enter in a user ID or username.")
    assert client.get("users", username="", user_id="") == refused("You must enter in a user ID or username.")


def test_banned_user_is_shown_but_not_let_in(client: Client) -> None:
    assert client.get("users", username="mallory")["users"][0]["status"] == "Banned"
    assert client.get("users/auth", username="mallory", user_token="mallory-token") == NOT_AUTHENTICATED


def test_auth_counts_as_a_login(client: Client) -> None:
    assert client.get("users/auth", **ADA) == {"success": "true"}
    user = client.get("users", username="ada")["users"][0]
    assert user["last_logged_in"] == "seconds ago"


def test_online_while_a_session_is_open(client: Client, sandbox: Sandbox) -> None:
    client.get("sessions/open", **ADA)
    assert client.get("users", username="ada")["users"][0]["last_logged_in"] == "Online Now"
    sandbox.advance(121)
    assert client.get("users", username="ada")["users"][0]["last_logged_in"] == "2 minutes ago"


WRONG: list[dict[str, Any]] = [
    {},
    {"username": "ada"},
    {"user_token": "ada-token"},
    {"username": "ada", "user_token": ""},
    {"username": "ada", "user_token": "ADA-TOKEN"},
    {"username": "nobody", "user_token": "ada-token"},
    {"username": "grace", "user_token": "ada-token"},
]

FOR_USERS = [
    ("users/auth", {}),
    ("sessions/open", {}),
    ("sessions/ping", {}),
    ("sessions/check", {}),
    ("sessions/close", {}),
    ("trophies", {}),
    ("trophies/add-achieved", {"trophy_id": 101}),
    ("trophies/remove-achieved", {"trophy_id": 101}),
    ("friends", {}),
]


@pytest.mark.parametrize(("endpoint", "params"), FOR_USERS)
def test_wrong_credentials(client: Client, endpoint: str, params: dict[str, Any]) -> None:
    said = NOT_AUTHENTICATED if endpoint == "users/auth" else BAD_CREDENTIALS
    for wrong in WRONG:
        assert client.get(endpoint, **params, **wrong) == said, wrong


@pytest.mark.parametrize(
    ("endpoint", "params"),
    [
        ("scores", {}),
        ("scores/add", {"score": "1", "sort": 1, "guest": "g"}),
        ("data-store", {"key": "k"}),
        ("data-store/set", {"key": "k", "data": "d"}),
        ("data-store/update", {"key": "k", "operation": "add", "value": 1}),
        ("data-store/remove", {"key": "k"}),
        ("data-store/get-keys", {}),
    ],
)
def test_wrong_credentials_where_a_user_is_optional(client: Client, endpoint: str, params: dict[str, Any]) -> None:
    assert client.get(endpoint, **params, username="ada", user_token="wrong") == BAD_CREDENTIALS
    assert client.get(endpoint, **params, username="ada") == BAD_CREDENTIALS


def test_changed_token(client: Client, sandbox: Sandbox) -> None:
    sandbox.change_token("ada", "new-token")
    assert client.get("users/auth", **ADA) == NOT_AUTHENTICATED
    assert client.get("users/auth", username="ada", user_token="new-token") == {"success": "true"}


def test_friends(client: Client) -> None:
    assert client.get("friends", **ADA) == {
        "success": "true",
        "friends": [{"friend_id": "17441"}, {"friend_id": "1003"}],
    }


def test_no_friends_is_an_empty_string(client: Client) -> None:
    assert client.get("friends", **GRACE) == {"success": "true", "friends": ""}
