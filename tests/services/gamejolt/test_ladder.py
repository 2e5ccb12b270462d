"""Pages of a score table put together, against a table that answers as the API does: nothing lost, nothing twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.services.gamejolt.ladder import Ladder, direction
from pygame_gameservices.services.gamejolt.models import Score


class Table:
    """A score table that can be asked what the API can be asked."""

    def __init__(self, sorts: list[int], ascending: bool) -> None:
        self.sign = 1 if ascending else -1
        self.scores = [
            Score(score=str(n), sort=sort, guest=str(n))
            for n, sort in enumerate(sorted(sorts, key=lambda sort: sort * self.sign))
        ]

    def worse_than(self, sort: int | None, limit: int) -> list[Score]:
        rows = [s for s in self.scores if sort is None or s.sort * self.sign > sort * self.sign]
        return rows[:limit]

    def better_than(self, sort: int, limit: int) -> list[Score]:
        return [s for s in self.scores if s.sort * self.sign < sort * self.sign][-limit:]

    def rank(self, sort: int) -> int:
        return 1 + sum(s.sort * self.sign < sort * self.sign for s in self.scores)


def climb(table: Table, limit: int) -> Ladder:
    """Go to the end of `table`, the way a leaderboard does."""
    ladder = Ladder()
    for _ in range(len(table.scores) + 2):
        page = table.worse_than(ladder.after(), limit)
        if ladder.is_wall(page, limit):
            sort = page[0].sort
            behind, side = max((table.rank(sort + step), step) for step in (-1, 1))
            tail = [s for s in table.better_than(sort + side, limit) if s.sort == sort]
            ladder.bridge(page, behind - table.rank(sort), tail, table.worse_than(sort, limit), limit)
        else:
            ladder.add(page, limit)
        if ladder.complete:
            return ladder
    raise AssertionError("it never ended")


@given(
    st.lists(st.integers(-6, 6), max_size=60),
    st.booleans(),
    st.integers(2, 12),
)
def test_any_table_is_read_to_its_end(sorts: list[int], ascending: bool, limit: int) -> None:
    table = Table(sorts, ascending)
    ladder = climb(table, limit)
    names = [score.guest for score in ladder.scores]
    assert len(set(names)) == len(names), "no row twice"
    assert len(names) + ladder.omitted == len(table.scores), "every row is there, or counted as one that cannot be had"
    assert ladder.ranks == [table.rank(score.sort) for score in ladder.scores]
    for sort in set(sorts):
        assert sum(s.sort == sort for s in ladder.scores) == min(sorts.count(sort), 2 * limit)


@given(st.lists(st.integers(), max_size=30), st.booleans())
def test_the_direction_is_told_by_two_different_values(sorts: list[int], ascending: bool) -> None:
    told = direction(Table(sorts, ascending).scores)
    assert told == (ascending if len(set(sorts)) > 1 else None)


def test_an_empty_table() -> None:
    ladder = climb(Table([], ascending=False), 10)
    assert (ladder.scores, ladder.complete, ladder.ascending) == ([], True, None)
