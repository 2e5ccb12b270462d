"""The drop-in for ``gamejoltapi``: its document's own examples, run as a program against the sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices import ProtocolError, ServiceUnavailable, UsageError
from pygame_gameservices.sandbox import Garbage, HtmlPage, Sandbox
from pygame_gameservices.services.gamejolt import portable
from pygame_gameservices.services.gamejolt.portable import GameJoltAPI, GameJoltDataCollision, GameJoltDataRequired

PROGRAM = Path(__file__).with_name("documented_program.py")
GAME = {
    "gamejolt": {
        "game_id": 602381,
        "private_key": "de7ac4c81d064cdc1121b495e2165b53",
        "trophies": [{"id": one, "title": f"Trophy {one}", "difficulty": "Bronze"} for one in (13, 89, 35)],
    },
    "sandbox": {
        "players": [
            {"username": "bgempire", "token": "bgempire", "id": 1, "friends": ["grace"]},
            {"username": "grace", "token": "grace", "id": 2},
        ]
    },
}


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    with Sandbox.start(GAME) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def shown(own: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the program printed: it is pointed at the sandbox by the one line that a sandbox prints."""
    root = str(Path(portable.__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root, "GAMESERVICES_SANDBOX": own.url}
    folder = tmp_path_factory.mktemp("program")
    ended = subprocess.run(
        [sys.executable, str(PROGRAM)], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_batch_of_the_document(shown: Any) -> None:
    whole = shown["batch"]
    assert whole["success"] == "true"
    user, session, tables, trophies, keys, friends, clock = whole["responses"]
    assert user["users"][0]["username"] == "bgempire"
    assert "\\" not in user["users"][0]["avatar_url"]
    assert session == {"success": "false"}, "no session is open: the document's exception"
    assert [table["primary"] for table in tables["tables"]] == ["1"]
    assert {trophy["id"] for trophy in trophies["trophies"]} == {"13", "89", "35"}
    assert keys["keys"] == ""
    assert friends["friends"] == [{"friend_id": "2"}]
    assert int(clock["timestamp"]) > 1_000_000_000
    assert len(shown["batch again"]["responses"]) == 7, "what was passed in is not changed, so it can be sent again"


def test_a_batch_that_breaks_says_false(shown: Any) -> None:
    broken = shown["batch that breaks"]
    assert broken["success"] == "false"
    assert [one["success"] for one in broken["responses"]] == ["true", "false"]


def test_the_data_store_of_the_document(shown: Any) -> None:
    assert shown["dataStoreSet"] == {"success": "true"}
    assert shown["dataStoreFetch"] == {"success": "true", "data": "500"}
    assert shown["dataStoreGetKeys"] == {"success": "true", "keys": [{"key": "some_global_value"}]}
    assert shown["dataStoreUpdate"] == {"success": "true", "data": "600"}
    assert shown["after it"]["data"] == "600"
    assert shown["dataStoreRemove"] == {"success": "true"}
    assert (shown["removed"]["success"], "No item" in shown["removed"]["message"]) == ("false", True)


def test_users_and_sessions(shown: Any) -> None:
    assert shown["usersAuth"] == {"success": "true"}
    several, *others = shown["usersFetch"]
    assert [user["id"] for user in several["users"]] == ["1", "2"]
    assert [[user["id"] for user in one["users"]] for one in others] == [["1", "2"], ["1", "2"], ["1"], ["1"]]
    assert [one["success"] for one in shown["sessions"]] == ["true"] * 5 + ["false"]


def test_scores(shown: Any) -> None:
    assert shown["scoresAdd"] == [{"success": "true"}] * 2
    rows = [[row["score"] for row in one["scores"]] for one in shown["scoresFetch"]]
    assert rows == [["500 Points", "7 Points"], ["500 Points"], ["7 Points"], ["500 Points"], ["7 Points"]]
    assert shown["scoresFetch"][2]["scores"][0]["extra_data"] == "level=1"
    assert str(shown["scoresGetRank"]["rank"]) == "1"


def test_trophies(shown: Any) -> None:
    ids = [{trophy["id"] for trophy in one["trophies"]} for one in shown["trophiesFetch"]]
    assert ids == [{"13", "89", "35"}, {"13", "89", "35"}, {"13"}]
    first, second = shown["trophiesAddAchieved"]
    assert first == {"success": "true"}
    assert second == {"success": "false", "message": "The user already has this trophy."}
    has, lacks = ({trophy["id"] for trophy in one["trophies"]} for one in shown["achieved"])
    assert (has, lacks) == ({"13"}, {"89", "35"})
    assert shown["trophiesRemoveAchieved"] == {"success": "true"}


def test_the_exceptions_name_their_fields(shown: Any) -> None:
    assert shown["errors"] == {
        "required": ["GameJoltDataRequired", "username"],
        "required key": ["GameJoltDataRequired", "key"],
        "collision": ["GameJoltDataCollision", ["parallel", "break_on_error"]],
    }
    required, collision = GameJoltDataRequired("key"), GameJoltDataCollision(["a", "b"])
    assert (required.fields, collision.fields) == (("key",), ("a", "b"))
    assert str(required) == "Value is required, cannot be None: 'key'"
    assert str(collision) == "Values cannot be used together: 'a', 'b'"
    assert isinstance(required, UsageError)


def test_the_other_formats_come_as_texts(shown: Any) -> None:
    assert "<rank>1</rank>" in shown["formats"]["xml"]
    assert 'rank:"1"' in shown["formats"]["keypair"]
    assert shown["formats"]["dump"] == "SUCCESS\r\n1"


@pytest.fixture
def api(sandbox: Sandbox) -> GameJoltAPI:
    return GameJoltAPI(1, sandbox.private_key, "ada", sandbox.player("ada").token, baseUrl=sandbox.gamejolt_url)


def test_what_is_long_is_posted(api: GameJoltAPI) -> None:
    assert api.dataStoreSet("long", "ü" * 100_000) == {"success": "true"}
    assert api.dataStoreFetch("long")["data"] == "ü" * 100_000


def test_an_answer_that_is_none_is_an_error_without_secrets(api: GameJoltAPI, sandbox: Sandbox) -> None:
    sandbox.faults.set(HtmlPage(status=503))
    with pytest.raises(ServiceUnavailable):
        api.time()
    sandbox.faults.set(Garbage())
    with pytest.raises(ProtocolError) as caught:
        api.usersAuth()
    sandbox.faults.clear()
    assert "ada-token" not in str(caught.value)
    assert "ada-token" not in repr(api)


def test_thisuser_and_guest_exclude_each_other(api: GameJoltAPI) -> None:
    with pytest.raises(GameJoltDataCollision) as caught:
        api.scoresFetch(guest="Zoë", thisUser=True)
    assert caught.value.keys == ["username", "guest"]


def test_importing_it_leaves_the_programs_certificates_alone() -> None:
    code = (
        "import ssl; before = ssl._create_default_https_context\n"
        "import pygame_gameservices.services.gamejolt.portable\n"
        "assert ssl._create_default_https_context is before"
    )
    root = str(Path(portable.__file__).parents[3])
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": root}, check=True, timeout=60)
