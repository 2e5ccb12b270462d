"""The ranks that are kept in memory stay in step with the scores in the database, also when a request is undone."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.sandbox.database import Database
from pygame_gameservices.sandbox.gamejolt import tables
from pygame_gameservices.sandbox.gamejolt.ranks import Ranks

TABLE = 1


class Undone(Exception):
    """Ends a transaction."""


def row(place: int) -> dict[str, object]:
    return {"table_id": TABLE, "place": place, "sort": place, "score": "", "extra_data": "", "stored": 0.0}


changes = st.lists(st.tuples(st.sampled_from(["add", "remove"]), st.integers(-3, 3)), max_size=6)


@given(st.lists(st.tuples(st.booleans(), changes), max_size=6))
def test_ranks_follow_commits_and_rollbacks(transactions: list[tuple[bool, list[tuple[str, int]]]]) -> None:
    database, ranks = Database(), Ranks()
    database.on_commit(ranks.keep)
    database.on_rollback(ranks.undo)
    scores = tables.scores
    for commits, steps in transactions:
        with suppress(Undone), database.transaction() as sql:
            for verb, place in steps:
                held = sql.execute(scores.select().where(scores.c.place == place)).first()
                if verb == "add":
                    ranks.add(sql, TABLE, place)
                    sql.execute(scores.insert(), row(place))
                elif held is not None:
                    ranks.remove(sql, TABLE, place)
                    sql.execute(scores.delete().where(scores.c.id == held.id))
            if not commits:
                raise Undone
        with database.transaction() as sql:
            stored = [one.place for one in sql.execute(scores.select())]
            assert ranks.count(sql, TABLE) == len(stored)
            for place in range(-4, 5):
                expected = sum(one < place for one in stored) + 1 if stored else None
                assert ranks.rank(sql, TABLE, place) == expected
    database.close()
