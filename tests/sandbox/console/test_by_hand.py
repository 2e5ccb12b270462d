"""What is added by hand works at once, outlives a restart on the same database, and goes with a reset."""

from __future__ import annotations

from pathlib import Path

from pygame_gameservices.sandbox import Sandbox
from tests.conftest import NO_MAKER
from tests.sandbox.client import Client, fetch
from tests.sandbox.console.test_door import Visitor

EVE = {"username": "eve", "user_token": "eve-token"}


def add_all(sandbox: Sandbox) -> None:
    visitor = Visitor(sandbox)
    csrf = {"csrf": visitor.csrf}
    assert visitor.post("players/add", {**csrf, "username": "eve", "email": "eve@example.com"})[0] == 303
    assert visitor.post("players/befriend", {**csrf, "one": "EVE", "other": "ada"})[0] == 303
    trophy = {"game": "1", "title": "By hand", "difficulty": "Silver", "secret": "true"}
    assert visitor.post("trophies/add", {**csrf, **trophy})[0] == 303
    table = {"game": "1", "name": "Weekly", "order": "ascending", "guests": "true"}
    assert visitor.post("scores/table", {**csrf, **table})[0] == 303


def check_all(sandbox: Sandbox) -> None:
    client = Client(sandbox)
    assert client.get("users/auth", **EVE)["success"] == "true"
    ada = client.get("users", username="ada")["users"][0]["id"]
    eve = client.get("users", username="eve")["users"][0]["id"]
    assert client.get("friends", **EVE)["friends"] == [{"friend_id": ada}]
    friends = client.get("friends", username="ada", user_token="ada-token")["friends"]
    assert {"friend_id": eve} in friends
    trophies = {one["id"]: one for one in client.get("trophies", **EVE)["trophies"]}
    (new,) = set(trophies) - {str(n) for n in range(1, 7)}
    assert (trophies[new]["title"], trophies[new]["difficulty"]) == ("???", "Silver")
    assert fetch(f"{sandbox.url}/gamejolt/pictures/trophies/{new}.png")[0] == 200
    (table,) = [one for one in client.get("scores/tables")["tables"] if one["name"] == "Weekly"]
    assert table["primary"] == "0"


def test_from_adding_to_reset(tmp_path: Path) -> None:
    with Sandbox.start(NO_MAKER, database=tmp_path / "db.sqlite3") as sandbox:
        add_all(sandbox)
        check_all(sandbox)
        client = Client(sandbox)
        table = next(one["id"] for one in client.get("scores/tables")["tables"] if one["name"] == "Weekly")
        for sort in (30, 10):
            client.get("scores/add", **EVE, table_id=table, score=f"{sort} s", sort=sort)
        assert client.get("scores/get-rank", table_id=table, sort=10)["rank"] == 1
        sandbox.restart()
        check_all(sandbox)
        assert client.get("scores/get-rank", table_id=table, sort=30)["rank"] == 2
        sandbox.reset()
        assert client.get("users/auth", **EVE)["success"] == "false"
        assert [one["name"] for one in client.get("scores/tables")["tables"]] == ["Main", "Fastest run"]
        assert len(client.get("trophies", username="ada", user_token="ada-token")["trophies"]) == 6
        add_all(sandbox)
        check_all(sandbox)


def test_a_server_error_in_the_words_of_the_service(sandbox: Sandbox) -> None:
    visitor = Visitor(sandbox)
    assert '<option value="service">' in visitor.get("faults")[1]
    fields = {"csrf": visitor.csrf, "kind": "server-error", "status": "503", "body": "service"}
    assert visitor.post("faults/add", fields)[0] == 303
    assert sandbox.faults.report()[0]["body"] == "service"
    assert fetch(f"{sandbox.easyjam_url}?token=x")[2] == b'{"Error": "Something is wrong"}'
    sandbox.faults.clear()


def test_what_cannot_be(sandbox: Sandbox) -> None:
    visitor = Visitor(sandbox)
    csrf = {"csrf": visitor.csrf}
    for path, fields, words in [
        ("players/add", {"username": "ADA"}, "is taken"),
        ("players/add", {"username": "  "}, "Username is empty"),
        ("players/add", {"username": "x" * 300}, "too long"),
        ("players/add", {"username": "x", "kind": "King"}, "Kind must be one of"),
        ("players/befriend", {"one": "ada", "other": "nobody"}, "There is no player"),
        ("players/befriend", {"one": "ada", "other": "ADA"}, "own friend"),
        ("players/token", {"username": "nobody", "token": "x"}, "There is no player"),
        ("players/token", {"username": "ada", "token": ""}, "Token is empty"),
        ("trophies/add", {"game": "99", "title": "x"}, "There is no game 99"),
        ("trophies/add", {"game": "1", "title": ""}, "Title is empty"),
        ("trophies/add", {"game": "1", "title": "x", "difficulty": "Wood"}, "Difficulty must be"),
        ("trophies/hand", {"game": "1", "player": "nobody", "trophy": "101"}, "There is no player"),
        ("trophies/hand", {"game": "1", "player": "ada", "trophy": "999"}, "no such trophy"),
        ("scores/table", {"game": "1", "name": "x", "order": "sideways"}, "Order must be"),
        ("scores/score", {"table": "10", "sort": "9" * 30, "score": "x", "player": "ada"}, "whole number"),
        ("scores/score", {"table": "10", "sort": "1", "score": "x"}, "a player or a guest"),
        ("scores/score", {"table": "10", "sort": "1", "score": "", "player": "ada"}, "Score is empty"),
        ("scores/score", {"table": "99", "sort": "1", "score": "x", "player": "ada"}, "There is no table 99"),
        ("workshop/advance", {"seconds": "1e300"}, "The clock would leave"),
        ("workshop/set", {"now": "-1"}, "The clock would leave"),
        ("workshop/set", {"now": "nan"}, "Now must be a number"),
        ("faults/add", {"kind": "nonsense"}, "There is no fault"),
        ("faults/add", {"kind": "latency", "seconds": "soon"}, "seconds must be a number"),
        ("faults/add", {"kind": "latency", "seconds": "nan"}, "seconds must be a"),
        ("faults/add", {"kind": "latency", "for_s": "inf"}, "for_s must be a"),
        ("faults/add", {"kind": "html", "status": "9999"}, "Status must be"),
        ("faults/add", {"kind": "drip", "bytes_per_s": "0"}, "Bytes_per_s must be"),
        ("faults/add", {"kind": "drip", "part": "tail"}, "Part must be one of"),
        ("faults/add", {"kind": "server-error", "body": "xml"}, "body must be one of html, service"),
    ]:
        status, page = visitor.post(path, {**csrf, **fields})
        assert status == 400, path
        assert words in page.replace("&#x27;", "'"), (path, fields)
    assert visitor.post("players/nonsense", csrf)[0] == 404
    assert visitor.post("nonsense/add", csrf)[0] == 404
    assert sandbox.faults.report() == []
    assert len(sandbox.dump("players")) == 4
