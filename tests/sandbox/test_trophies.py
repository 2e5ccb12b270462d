"""``trophies/``."""

from __future__ import annotations

import pytest

from pygame_gameservices.sandbox import Sandbox
from tests.sandbox.client import ADA, GRACE, Client, refused

OK = {"success": "true"}


def ids(answer: dict[str, object]) -> list[str]:
    trophies = answer["trophies"]
    assert isinstance(trophies, list)
    return [trophy["id"] for trophy in trophies]


def test_all_trophies_easy_ones_first(client: Client, sandbox: Sandbox) -> None:
    answer = client.get("trophies", **ADA)
    assert ids(answer) == ["101", "102", "103"]
    assert answer["trophies"][0] == {
        "id": "101",
        "title": "Easy",
        "difficulty": "Bronze",
        "description": "Not very.",
        "image_url": f"{sandbox.url}/gamejolt/pictures/trophies/101.png",
        "achieved": "false",
    }


def test_a_secret_trophy_is_hidden_until_achieved(client: Client) -> None:
    (trophy,) = client.get("trophies", **ADA, trophy_id=102)["trophies"]
    assert (trophy["title"], trophy["description"]) == ("???", "???")
    assert trophy["image_url"].endswith("/pictures/trophy-secret-1.jpg")
    client.get("trophies/add-achieved", **ADA, trophy_id=102)
    (trophy,) = client.get("trophies", **ADA, trophy_id=102)["trophies"]
    assert (trophy["title"], trophy["description"]) == ("Hidden", "Who knows.")
    assert trophy["image_url"].endswith("/pictures/trophies/102.png")
    (others,) = client.get("trophies", **GRACE, trophy_id=102)["trophies"]
    assert others["title"] == "???"


def test_add_and_remove(client: Client, sandbox: Sandbox) -> None:
    assert client.get("trophies/add-achieved", **ADA, trophy_id=101) == OK
    assert client.get("trophies/add-achieved", **ADA, trophy_id=101) == refused("The user already has this trophy.")
    assert client.get("trophies", **ADA, trophy_id=101)["trophies"][0]["achieved"] == "seconds ago"
    sandbox.advance(8 * 86400)
    assert client.get("trophies", **ADA, trophy_id=101)["trophies"][0]["achieved"] == "1 week ago"
    assert client.get("trophies/remove-achieved", **ADA, trophy_id=101) == OK
    message = "The user does not have this trophy."
    assert client.get("trophies/remove-achieved", **ADA, trophy_id=101) == refused(message)
    assert sandbox.dump("gamejolt_achieved") == []


def test_filters(client: Client) -> None:
    assert client.get("trophies", **ADA, achieved="true") == {"success": "true", "trophies": ""}
    client.get("trophies/add-achieved", **ADA, trophy_id=103)
    assert ids(client.get("trophies", **ADA, achieved="true")) == ["103"]
    assert ids(client.get("trophies", **ADA, achieved="false")) == ["101", "102"]
    assert ids(client.get("trophies", **ADA, trophy_id="103,101", achieved="false")) == ["103", "101"]


@pytest.mark.parametrize("trophy_id", ["201", "0", "-1", "abc", "101,9999"])
def test_foreign_trophy(client: Client, trophy_id: str) -> None:
    assert client.get("trophies", **ADA, trophy_id=trophy_id) == refused(
        "The trophy returned does not belong to this game."
    )


@pytest.mark.parametrize("endpoint", ["trophies/add-achieved", "trophies/remove-achieved"])
@pytest.mark.parametrize("trophy_id", ["201", "0", "abc", ""])
def test_incorrect_trophy(client: Client, endpoint: str, trophy_id: str) -> None:
    assert client.get(endpoint, **ADA, trophy_id=trophy_id) == refused("Incorrect trophy ID.")
