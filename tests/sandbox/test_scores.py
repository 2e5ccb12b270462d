"""``scores/``: adding, fetching, ranks and tables."""

from __future__ import annotations

import random

import pytest

from pygame_gameservices.sandbox import Sandbox
from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.gamejolt import scores as endpoints
from tests.sandbox.client import ADA, GRACE, Client, refused

OK = {"success": "true"}


def sorts(answer: dict[str, object]) -> list[int]:
    found = answer["scores"]
    return [int(score["sort"]) for score in found] if isinstance(found, list) else []


def fill(client: Client, *values: int, table: int = 10) -> None:
    calls = [client.sub("scores/add", guest="g", score=value, sort=value, table_id=table) for value in values]
    assert client.batch(*calls)["responses"] == [OK] * len(calls)


def test_score_of_a_user(client: Client, sandbox: Sandbox) -> None:
    assert client.get("scores/add", **GRACE, score="500 points", sort=500, extra_data="level=2 & é") == OK
    (score,) = client.get("scores")["scores"]
    assert isinstance(score.pop("stored_timestamp"), int)
    assert score == {
        "score": "500 points",
        "sort": "500",
        "extra_data": "level=2 & é",
        "user": "Grace H.",
        "user_id": "17441",
        "guest": "",
        "stored": "seconds ago",
    }
    assert sandbox.dump("gamejolt_scores")[0]["player_id"] == 17441


def test_score_of_a_guest(client: Client) -> None:
    assert client.get("scores/add", guest="Ashley", score="1416", sort=-1416, table_id=11) == OK
    (score,) = client.get("scores", table_id=11)["scores"]
    assert (score["user"], score["user_id"], score["guest"], score["sort"]) == ("", "", "Ashley", "-1416")
    assert client.get("scores") == {"success": "true", "scores": ""}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"score": "1", "sort": 1}, "You must pass in a user/guest for this score."),
        ({**ADA, "guest": "g", "score": "1", "sort": 1}, "'username' and 'guest' are mutually exclusive"),
        ({"guest": "g", "sort": 1}, "You must enter a score."),
        ({"guest": "g", "score": "1"}, "You must enter a sort value for this score, and it must be numeric."),
        (
            {"guest": "g", "score": "1", "sort": "many"},
            "You must enter a sort value for this score, and it must be numeric.",
        ),
        (
            {"guest": "g", "score": "1", "sort": 1, "table_id": 12},
            "Guests are not allowed to enter scores for this game.",
        ),
        (
            {"guest": "g", "score": "1", "sort": 1, "table_id": 99},
            "The high score table ID you passed in does not belong to this game or has been deleted.",
        ),
        ({"guest": "g", "score": "1", "sort": 2**63}, "Unknown error has occured"),
    ],
)
def test_scores_that_are_refused(client: Client, sandbox: Sandbox, params: dict[str, object], message: str) -> None:
    assert client.get("scores/add", **params) == refused(message)
    assert sandbox.dump("gamejolt_scores") == []


def test_users_may_where_guests_may_not(client: Client) -> None:
    assert client.get("scores/add", **ADA, score="1", sort=1, table_id=12) == OK


def test_all_scores_are_kept_unless_the_table_is_unique(client: Client) -> None:
    for sort in (5, 9, 7):
        client.get("scores/add", **ADA, score="s", sort=sort)
        client.get("scores/add", **ADA, score="s", sort=sort, table_id=13)
    assert sorts(client.get("scores")) == [9, 7, 5]
    assert sorts(client.get("scores", table_id=13)) == [9]
    assert client.get("scores/get-rank", sort=1, table_id=13) == {"success": "true", "rank": 2}


def test_order_limit_and_ties(client: Client) -> None:
    fill(client, *range(1, 41))
    fill(client, *range(3, 13), table=11)
    assert sorts(client.get("scores")) == list(range(40, 30, -1))
    assert sorts(client.get("scores", limit=3)) == [40, 39, 38]
    assert len(sorts(client.get("scores", limit=100))) == 40
    assert len(sorts(client.get("scores", limit=0))) == 10
    assert sorts(client.get("scores", table_id=11, limit=2)) == [3, 4]
    for guest in ("first", "second"):
        client.get("scores/add", guest=guest, score="tie", sort=99)
    assert [score["guest"] for score in client.get("scores", limit=2)["scores"]] == ["first", "second"]


def test_limit_is_100_at_most(client: Client) -> None:
    for _ in range(3):
        fill(client, *range(40))
    assert len(sorts(client.get("scores", limit=1000))) == 100


def test_of_one_user_or_guest(client: Client) -> None:
    fill(client, 1, 2)
    client.get("scores/add", **ADA, score="s", sort=3)
    client.get("scores/add", guest="other", score="s", sort=4)
    assert sorts(client.get("scores", **ADA)) == [3]
    assert sorts(client.get("scores", guest="g")) == [2, 1]
    assert client.get("scores", guest="nobody")["scores"] == ""
    assert client.get("scores", **ADA, guest="g") == refused("'username' and 'guest' are mutually exclusive")


def test_around_a_value(client: Client) -> None:
    fill(client, *range(1, 21))
    fill(client, *range(1, 21), table=11)
    assert sorts(client.get("scores", better_than=10, limit=3)) == [13, 12, 11]
    assert sorts(client.get("scores", worse_than=10, limit=3)) == [9, 8, 7]
    assert sorts(client.get("scores", better_than=10, limit=3, table_id=11)) == [7, 8, 9]
    assert sorts(client.get("scores", worse_than=10, limit=3, table_id=11)) == [11, 12, 13]
    assert client.get("scores", better_than=20)["scores"] == ""
    message = "'better-than' and 'worse-than' are mutually exclusive"
    assert client.get("scores", better_than=1, worse_than=2) == refused(message)


def test_fetch_from_a_table_of_another_game(client: Client) -> None:
    message = "The high score table ID you passed in does not belong to this game or has been deleted."
    assert client.get("scores", table_id=2) == refused(message)
    assert client.get("scores", table_id="x") == refused(message)


def test_rank(client: Client) -> None:
    fill(client, 100, 90, 90, 80)
    fill(client, 100, 90, 90, 80, table=11)
    ranks = {sort: client.get("scores/get-rank", sort=sort)["rank"] for sort in (101, 100, 95, 90, 85, 80, 1)}
    assert ranks == {101: 1, 100: 1, 95: 2, 90: 2, 85: 4, 80: 4, 1: 5}
    ranks = {sort: client.get("scores/get-rank", sort=sort, table_id=11)["rank"] for sort in (1, 80, 90, 100)}
    assert ranks == {1: 1, 80: 1, 90: 2, 100: 4}


@pytest.mark.slow
def test_rank_agrees_with_counting(client: Client, process: Sandbox) -> None:
    rng = random.Random(1)
    values = [rng.randint(-50, 50) for _ in range(50)]
    fill(client, *values)
    for sort in (-51, -50, 0, 7, 50, 51):
        expected = 1 + sum(value > sort for value in values)
        assert client.get("scores/get-rank", sort=sort)["rank"] == expected
    process.restart()
    again = Client(process)
    assert again.get("scores/get-rank", sort=0)["rank"] == 1 + sum(value > 0 for value in values)


@pytest.mark.parametrize("params", [{"sort": 1}, {}, {"sort": "x"}, {"sort": 1, "table_id": 99}])
def test_no_rank(client: Client, params: dict[str, object]) -> None:
    if params != {"sort": 1}:
        fill(client, 1)
    assert client.get("scores/get-rank", **params) == refused("Could not get a rank for the parameters you entered.")


def test_tables(client: Client) -> None:
    answer = client.get("scores/tables")
    assert answer["tables"][0] == {"id": "10", "name": "Main", "description": "Points", "primary": "1"}
    assert [table["primary"] for table in answer["tables"]] == ["1", "0", "0", "0"]


@pytest.mark.parametrize("who", ["", "player", "guest"])
@pytest.mark.parametrize("bound", ["", "above", "below"])
def test_every_query_is_answered_from_an_index_alone(who: str, bound: str) -> None:
    """No sorting and no scan, so the cost of a page does not grow with the table."""
    given = {name for name in (who, bound) if name} | {"table", "most"}
    database = Database()
    try:
        with database.transaction() as sql:
            statement = str(endpoints._query(frozenset(given)).compile(sql))
            rows = sql.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
            plan = " ".join(row.detail for row in rows)
    finally:
        database.close()
    assert "USING INDEX gamejolt_scores_by_" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan
