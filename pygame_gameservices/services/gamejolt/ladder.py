"""The rows of a score table from the first on, put together from pages without losing or repeating a tie. Pure.

The service has no cursor: it can only be asked for what is worse than a sort value, a hundred rows at most. Rows with
the same sort value are cut where a page ends, so the next page is asked from the value before and brings the whole
group of ties again, which replaces the part that was there.
"""

from __future__ import annotations

from collections.abc import Sequence

from pygame_gameservices.services.gamejolt.models import Score


class Ladder:
    """Scores in the table's order, each with its rank: one more than the number of better scores.

    Attributes:
        scores: the rows so far.
        ranks: the rank of each row; ties share one.
        complete: whether the table ends with the last row.
        omitted: how many rows in between cannot be had, see `bridge`.
    """

    def __init__(self) -> None:
        self.scores: list[Score] = []
        self.ranks: list[int] = []
        self.complete = False
        self.omitted = 0
        self._positions: list[int] = []

    def __len__(self) -> int:
        return len(self.scores)

    @property
    def ascending(self) -> bool | None:
        """Whether less is better; None until two different sort values are known."""
        return direction(self.scores)

    def after(self) -> int | None:
        """The sort value that the next page must be worse than; None to start from the top."""
        start = self._last_group()
        return self.scores[start - 1].sort if start > 0 else None

    def is_wall(self, page: Sequence[Score], limit: int) -> bool:
        """Whether `page` is nothing but one group of ties, so that asking on would bring the same page again."""
        return len(page) == limit and page[0].sort == page[-1].sort

    def add(self, page: Sequence[Score], limit: int) -> None:
        """Add the page that was asked for with `after` and `limit`."""
        self._cut(self._last_group())
        for score in page:
            self._append(score)
        self.complete = len(page) < limit

    def bridge(
        self, page: Sequence[Score], size: int, tail: Sequence[Score], beyond: Sequence[Score], limit: int
    ) -> None:
        """Get past a group of ties that is larger than a page.

        Of such a group the service gives the first hundred and, asked from the other side, the last hundred. What may
        lie between cannot be had; it is counted in `omitted`, and ranks after it are right all the same.

        Args:
            page: the first of the group.
            size: how many there are in it.
            tail: the last of the group, in order.
            beyond: the rows after it.
            limit: how many were asked for each time.
        """
        self._cut(self._last_group())
        for score in page:
            self._append(score)
        overlap = max(0, len(page) + len(tail) - size)
        missing = max(0, size - len(page) - len(tail))
        self.omitted += missing
        for score in tail[overlap:]:
            self._append(score, missing)
            missing = 0
        for score in beyond:
            self._append(score, missing)
            missing = 0
        self.complete = len(beyond) < limit

    def _append(self, score: Score, gap: int = 0) -> None:
        position = (self._positions[-1] if self._positions else 0) + 1 + gap
        tied = bool(self.scores) and self.scores[-1].sort == score.sort
        self.ranks.append(self.ranks[-1] if tied else position)
        self.scores.append(score)
        self._positions.append(position)

    def _last_group(self) -> int:
        """Where the last group of ties begins."""
        start = len(self.scores)
        while start > 0 and self.scores[start - 1].sort == self.scores[-1].sort:
            start -= 1
        return start

    def _cut(self, start: int) -> None:
        del self.scores[start:], self.ranks[start:], self._positions[start:]


def direction(scores: Sequence[Score]) -> bool | None:
    """Whether less is better in a table that has `scores` in this order; None when they are all alike.

    The service does not say, but it sends the best first: two different values tell.
    """
    if not scores or scores[0].sort == scores[-1].sort:
        return None
    return scores[0].sort < scores[-1].sort
