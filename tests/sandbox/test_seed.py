"""``gameservices.toml``: what is read from it, and what is said about mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.assembly import Assembly
from pygame_gameservices.sandbox.options import Options
from pygame_gameservices.sandbox.wire import Connections
from tests.sandbox.client import Client

FULL = """
app = "light-harvest"
[gamejolt]
game_id = 77
private_key = "abc"
name = "Light Harvest"
username = "for the client alone"
[[gamejolt.tables]]
id = 5
name = "Laps"
order = "Ascending"
guests = false
[[gamejolt.tables]]
id = 6
name = "Points"
primary = true
[[gamejolt.trophies]]
id = 1
title = "One"
difficulty = "gold"
secret = true
[[sandbox.gamejolt.games]]
id = 78
[[sandbox.players]]
username = "Zoe"
friends = ["max"]
[[sandbox.players]]
username = "max"
token = "m"
[[sandbox.gamejolt.scores]]
username = "zoe"
score = "1 point"
sort = 1
[[sandbox.gamejolt.scores]]
table = 5
guest = "Eve"
score = "9 s"
sort = 9
extra_data = "x"
"""


def facts_of(config: str | Mapping[str, Any] | None) -> dict[str, Any]:
    assembly = Assembly(Options(config=config), Connections())
    try:
        return {**assembly.facts(), "scores": assembly.database.dump("gamejolt_scores")}
    finally:
        assembly.database.close()


def test_a_full_file(tmp_path: Path) -> None:
    file = tmp_path / "gameservices.toml"
    file.write_text(FULL, encoding="utf-8")
    facts = facts_of(str(file))
    game, other = facts["gamejolt"]["games"]
    assert (game["id"], game["name"], game["private_key"]) == (77, "Light Harvest", "abc")
    assert game["tables"][0] == {"id": 5, "name": "Laps", "primary": False, "order": "ascending", "guests": False}
    assert game["tables"][1]["primary"] is True
    assert game["trophies"] == [{"id": 1, "title": "One", "difficulty": "Gold", "secret": True}]
    assert (other["id"], other["private_key"]) == (78, "sandbox-private-key")
    assert other["tables"] == [{"id": 78, "name": "Main", "primary": True, "order": "descending", "guests": True}]
    assert [player["token"] for player in facts["players"]] == ["Zoe-token", "m"]
    assert [(row["table_id"], row["place"], row["guest"]) for row in facts["scores"]] == [(6, -1, None), (5, 9, "Eve")]


def test_the_file_in_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert facts_of(None)["gamejolt"]["games"][0]["id"] == 1
    (tmp_path / "gameservices.toml").write_text("[gamejolt]\ngame_id = 9\n", encoding="utf-8")
    assert facts_of(None)["gamejolt"]["games"][0]["id"] == 9
    assert facts_of({})["gamejolt"]["games"][0]["id"] == 1


def test_the_defaults_are_worth_playing_with() -> None:
    facts = facts_of({})
    (game,) = facts["gamejolt"]["games"]
    assert (game["id"], game["private_key"]) == (1, "sandbox-private-key")
    assert [table["order"] for table in game["tables"]] == ["descending", "ascending"]
    assert [trophy["secret"] for trophy in game["trophies"]].count(True) == 1
    assert len(game["trophies"]) == 6
    assert {"ada", "grace", "linus"} <= {player["username"] for player in facts["players"]}
    assert len(facts["scores"]) >= 4


def test_an_achievement_that_names_a_trophy_need_not_declare_it_again() -> None:
    named = {"id": "dawn", "title": "Dawn", "text": "See it.", "difficulty": "gold", "secret": True, "goal": 3}
    config = {
        "gamejolt": {"game_id": 7, "trophies": [{"id": 5, "title": "Declared"}]},
        "achievements": [
            {**named, "gamejolt_trophy": 1047},
            {"id": "noon", "title": "Noon", "gamejolt_trophy": 5},
            {"id": "dusk", "title": "On no service"},
        ],
    }
    assert facts_of(config)["gamejolt"]["games"][0]["trophies"] == [
        {"id": 5, "title": "Declared", "difficulty": "Bronze", "secret": False},
        {"id": 1047, "title": "Dawn", "difficulty": "Gold", "secret": True},
    ]


def gamejolt(**values: object) -> dict[str, Any]:
    return {"gamejolt": values}


def players(*values: object) -> dict[str, Any]:
    return {"sandbox": {"players": list(values)}}


@pytest.mark.parametrize(
    ("config", "where", "what"),
    [
        (gamejolt(game_id="x"), "gamejolt.game_id", "must be a whole number"),
        (gamejolt(game_id=0), "gamejolt.game_id", "must be at least 1"),
        (gamejolt(game_id=True), "gamejolt.game_id", "must be a whole number"),
        (gamejolt(private_key=5), "gamejolt.private_key", "must be a text"),
        (gamejolt(private_key=""), "gamejolt.private_key", "is empty"),
        ({"gamejolt": 5}, "gamejolt", "must be a table, written [gamejolt]"),
        (
            {"sandbox": {"gamejolt": {"trophy": 1}}},
            "sandbox.gamejolt.trophy",
            "is not known; known here: games",
        ),
        (gamejolt(tables={"id": 1}), "gamejolt.tables", "must be a list of tables, each written [[gamejolt.tables]]"),
        (gamejolt(tables=[{"name": "x"}]), "gamejolt.tables[1].id", "is missing"),
        (gamejolt(tables=[{"id": 1, "name": "x", "odrer": "a"}]), "gamejolt.tables[1].odrer", "is not known"),
        (gamejolt(tables=[{"id": 1, "name": "x", "order": "up"}]), "gamejolt.tables[1].order", "must be one of desc"),
        (gamejolt(tables=[{"id": 1, "name": "x", "guests": "no"}]), "gamejolt.tables[1].guests", "true or false"),
        (
            gamejolt(tables=[{"id": 1, "name": "x", "primary": True}, {"id": 2, "name": "y", "primary": True}]),
            "gamejolt.tables",
            "more than one primary",
        ),
        (gamejolt(trophies=[{"id": 1, "title": "x", "difficulty": "Tin"}]), "trophies[1].difficulty", "one of Bronze"),
        (
            {"sandbox": {"gamejolt": {"games": [{"id": 1}]}}},
            "sandbox.gamejolt.games[1].id",
            "is the id of a game above",
        ),
        (
            {**gamejolt(trophies=[{"id": 1, "title": "x"}])}
            | {"sandbox": {"gamejolt": {"games": [{"id": 2, "trophies": [{"id": 1, "title": "y"}]}]}}},
            "sandbox.gamejolt.games[1].trophies",
            "uses the id 1",
        ),
        (players({"token": "x"}), "sandbox.players[1].username", "is missing"),
        (players({"username": ""}), "sandbox.players[1].username", "is empty"),
        (players({"username": "a"}, {"username": "A"}), "sandbox.players[2].username", "is taken"),
        (players({"username": "a", "id": 5}, {"username": "b", "id": 5}), "sandbox.players[2].id", "is taken"),
        (players({"username": "a", "friends": ["b"]}), "sandbox.players[1].friends", "names 'b', who is no player"),
        (players({"username": "a", "friends": "b"}), "sandbox.players[1].friends", "must be a list of texts"),
        (players({"username": "a", "tokn": "b"}), "sandbox.players[1].tokn", "is not known"),
        (
            {"sandbox": {"gamejolt": {"scores": [{"score": "1", "sort": 1}]}}},
            "sandbox.gamejolt.scores[1].username",
            "or guest must be given",
        ),
        (
            {"sandbox": {"gamejolt": {"scores": [{"score": "1", "sort": 1, "guest": "g", "table": 9}]}}},
            "sandbox.gamejolt.scores[1].table",
            "9 is no table",
        ),
        (
            {"sandbox": {"gamejolt": {"scores": [{"score": "1", "sort": 1, "username": "nobody"}]}}},
            "sandbox.gamejolt.scores[1].username",
            "is no player",
        ),
    ],
)
def test_mistakes(config: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        facts_of(config)
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "seed.toml"
    with pytest.raises(ConfigurationError, match="there is no such file"):
        facts_of(str(file))
    file.write_text("[gamejolt\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"seed\.toml: is not valid TOML: .*line 1"):
        facts_of(str(file))
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="must be a text file in UTF-8"):
        facts_of(str(file))


def test_the_mistake_reaches_the_process_that_starts_the_sandbox(tmp_path: Path) -> None:
    file = tmp_path / "seed.toml"
    file.write_text("[gamejolt]\ngame_id = 'x'\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"seed\.toml: gamejolt\.game_id must be a whole number"):
        Sandbox.start(file)


def test_data_survives_a_changed_seed(tmp_path: Path) -> None:
    """Definitions follow the file; scores and times stay."""
    database = tmp_path / "sandbox.sqlite3"
    with Sandbox.start({}, database=database) as first:
        assert Client(first).get("scores/add", guest="g", score="1", sort=123456)["success"] == "true"
        before = first.dump("players")
    with Sandbox.start(gamejolt(name="New name"), database=database) as second:
        assert second.dump("gamejolt_games")[0]["name"] == "New name"
        assert second.dump("players") == before
        scores = second.dump("gamejolt_scores")
        assert [row["sort"] for row in scores].count(123456) == 1
        assert len(scores) == 7
