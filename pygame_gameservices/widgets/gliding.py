"""How rows get from one place to another: they glide, or follow a finger.

Nothing is painted for it while they do. Each picture of a dialog shows some of its rows in a window; those of before
and after, and under a finger of a page to either side, are laid end to end, and the window goes along them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pygame_gameservices.widgets.easing import ease_out
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Region

GLIDE = 0.12
"""Seconds that rows take to their new place."""
_MOST = 6
"""Pictures that are kept for it."""


class Scroll(NamedTuple):
    """How far the rows of a picture are scrolled, in pixels.

    Attributes:
        of: what they are rows of. Rows of something else do not glide, they are there.
        window: where they are seen on the panel, with what is free between two of them above the first.
        at: how much of them is above the window.
        row: from one row to the next.
        last: what `at` is at their end.
        gap: what is free between two rows: the panel is seen there, which does not move.
        columns: from where to where the things in a row are; empty where they take all of the window.
    """

    of: Hashable
    window: Region
    at: int
    row: int
    last: int
    gap: int = 0
    columns: tuple[tuple[int, int], ...] = ()

    def goes_on(self, other: Scroll) -> bool:
        """Whether the rows of the other are more of these."""
        return (self.of, self.row, self.columns) == (other.of, other.row, other.columns) and (
            self.window[:3] == other.window[:3]
        )


def rows_of_cells(of: Hashable, first: Sequence[Region], seen: int, gap: int) -> Scroll:
    """How the rows of a grid are seen from the first on: above it is free what is so between two.

    Args:
        of: see `Scroll`.
        first: the cells of the first row.
        seen: how many rows are.
        gap: between two rows.
    """
    left, row = first[0], first[0].height + gap
    window = Region(left.x, left.y - gap, first[-1].right - left.x, seen * row)
    return Scroll(of, window, 0, row, 0, gap, tuple((cell.x, cell.right) for cell in first))


class _Layer(NamedTuple):
    """The rows of one picture: from where to where they are."""

    picture: Picture
    top: int
    bottom: int


class Gliding:
    """Where rows are seen now, and which pictures have them. Frame thread only.

    Attributes:
        at: how many pixels of the rows are above the window now.
        held: where a finger holds them; None when none does.
        ground: the panel without any rows; None until that has been painted.
    """

    def __init__(self) -> None:
        self.at = 0
        self.held: float | None = None
        self.ground: Picture | None = None
        self._layers: list[_Layer] = []
        self._scroll: Scroll | None = None
        self._begun = self._target = 0
        self._behind = 0.0
        self._age = GLIDE

    @property
    def moving(self) -> bool:
        """Whether they are elsewhere than in the newest picture, or on their way."""
        elsewhere = bool(self._layers) and self._layers[-1].top != self.at
        return self.held is not None or self._age < GLIDE or elsewhere

    @property
    def left(self) -> float:
        """The share of its way that a glide has before it: 1 when it begins, 0 when it is over."""
        return 1.0 - ease_out(self._age / GLIDE)

    def show(self, picture: Picture, scroll: Scroll | None, wanted: int, *, cut: bool) -> bool:
        """Take the newest picture. Returns whether a glide begins; it does not with `cut`.

        It leads to the place that is `wanted` by now, or to that of the picture if there is none of that place yet.
        """
        before, self._scroll = self._scroll, scroll
        if scroll is None:
            self._layers, self.held, self._age = [], None, GLIDE
            return False
        layer = _Layer(picture, scroll.at, scroll.at + scroll.window.height)
        old = self._layers[-1].picture.size if self._layers else None
        if cut or before is None or old != picture.size or not scroll.goes_on(before):
            self._layers = [layer]
            self.at = self._target = scroll.at
            self.held, self._age = None, GLIDE
            return False
        self._layers = [*(each for each in self._layers if each.top != layer.top), layer]
        to = wanted if self._reachable(wanted) == wanted else layer.top
        if self.held is None and self._target != to:
            self._aim(to)
            return True
        self._catch_up()
        return False

    def shows(self, scroll: Scroll) -> bool:
        """Whether it is these rows that are seen, or others of the same."""
        return self._scroll is not None and scroll.goes_on(self._scroll)

    def add(self, scroll: Scroll, picture: Picture) -> None:
        """Take the picture of a page that a finger may come to."""
        known = {each.top for each in self._layers}
        if self.shows(scroll) and scroll.at not in known:
            self._layers.insert(0, _Layer(picture, scroll.at, scroll.at + scroll.window.height))
            if self.moving:  # else it waits there for a finger that hardly moves yet
                self._catch_up()

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._age = min(GLIDE, self._age + dt)
        self._go()
        if not self.moving:
            del self._layers[:-1]

    def hold(self, at: float) -> None:
        """Have the rows where a finger wants them, as far as there are pictures of that."""
        if self.held is None:
            self._behind, self._age = 0.0, GLIDE
        self.held = at
        self._go()

    def let_go(self, at: int) -> None:
        """Let them glide to where they come to rest. What has not been painted of that comes later."""
        self.held = None
        self._aim(at if self._reachable(at) == at else self._layers[-1].top)

    def pieces(self, whole: Placed) -> list[Placed]:
        """What is seen of the newest picture, which is the `whole` panel, and of those whose rows are in its window."""
        if not self.moving or self._scroll is None:
            return [whole]
        picture, corner, alpha = whole.picture, whole[1:3], whole.alpha
        bleed, (wide, high) = picture.bleed, picture.size
        x, y, across, _ = self._scroll.window.moved(bleed, bleed)
        down = self._height
        still = [
            Region(0, 0, wide, y),
            Region(0, y, x, down),
            Region(x + across, y, wide - x - across, down),
            Region(0, y + down, wide, high - y - down),
        ]
        columns = [(bleed + left, right - left) for left, right in self._scroll.columns] or [(x, across)]
        for (left, width), (right, _) in pairwise(columns):
            still.append(Region(left + width, y, right - left - width, down))
        shown = [_part(picture, each, each.y, corner, alpha) for each in still if each.width > 0 and each.height > 0]
        bands = list(self._bands(picture, self._scroll, bleed, down))
        for left, width in columns:
            for seen, top, height, at in bands:
                shown.append(_part(seen, Region(left, top, width, height), y + at, corner, alpha))
        return shown

    def _bands(self, panel: Picture, scroll: Scroll, bleed: int, high: int) -> Iterator[tuple[Picture, int, int, int]]:
        """The rows in a window so high, and the panel between them: of which picture, from where on, how many pixels,
        and how far down they are seen."""
        for picture, first, upper, lower in self._seen(high):
            window, here = scroll.window.y + bleed, upper
            while here < lower:
                free = scroll.gap - here % scroll.row  # pixels of what is free above a row; below 0 it is the row
                end = min(lower, here + (free if free > 0 else scroll.row - here % scroll.row))
                if free > 0 and self.ground is not None and self.ground.size == panel.size:
                    yield self.ground, window + here - self.at, end - here, here - self.at
                else:
                    yield picture, window + here - first, end - here, here - self.at
                here = end

    def _seen(self, high: int) -> Iterator[tuple[Picture, int, int, int]]:
        """The pictures whose rows are seen in a window so high: where those begin, and from where to where it is."""
        top, bottom = self.at, self.at + high
        for picture, first, last in reversed(self._layers):
            upper, lower = max(top, first), min(bottom, last)
            if upper < lower:
                yield picture, first, upper, lower
                top, bottom = (lower, bottom) if upper == top else (top, upper)

    @property
    def _height(self) -> int:
        """Of the window, where a picture has less room for rows than another."""
        return min(bottom - top for _, top, bottom in self._layers)

    def _aim(self, at: int) -> None:
        """Begin a glide. Of a way that is longer than the window what is in between is left out."""
        far, high = at - self.at, self._height
        if abs(far) > high:
            by = far - (high if far > 0 else -high)
            self._layers[:-1] = [
                each._replace(top=each.top + by, bottom=each.bottom + by) for each in self._layers[:-1]
            ]
            self.at += by
        self._begun, self._target, self._age = self.at, at, 0.0

    def _go(self) -> None:
        to, missing = (self._target, self._target - self._begun) if self.held is None else (self.held, self._behind)
        self.at = self._reachable(round(to - missing * self.left))

    def _catch_up(self) -> None:
        """There is one more picture: what a finger had to wait for comes after it, and does not jump."""
        if self.held is not None and abs(self.held - self.at) >= 1:
            self._behind, self._age = self.held - self.at, 0.0
        self._tidy()

    def _reachable(self, at: int) -> int:
        """A place for the window, or the one nearest to it of which there are pictures without a gap."""
        high, runs = self._height, _runs(self._layers)
        for top, bottom in runs:
            if top <= at <= bottom - high:
                return at
        for top, bottom in runs:
            if top <= self.at <= bottom - high:
                return max(top, min(bottom - high, at))
        return self._layers[-1].top

    def _tidy(self) -> None:
        """Keep no more pictures than are of use: the newest, and of the others those without which there is
        a gap, then those near what is seen."""
        if not self.moving:
            del self._layers[:-1]
        elif len(self._layers) > _MOST:
            runs, others = _runs(self._layers), self._layers[:-1]
            needless = [each for each in others if _runs([it for it in self._layers if it is not each]) == runs]
            self._layers.remove(max(needless or others, key=lambda each: abs(each.top - self.at)))
        self._go()


def _runs(layers: Sequence[_Layer]) -> Sequence[tuple[int, int]]:
    """From where to where there are pictures without a gap."""
    runs: list[tuple[int, int]] = []
    for top, bottom in sorted((top, bottom) for _, top, bottom in layers):
        if runs and top <= runs[-1][1]:
            runs[-1] = runs[-1][0], max(runs[-1][1], bottom)
        else:
            runs.append((top, bottom))
    return runs


def _part(picture: Picture, part: Region, y: int, corner: tuple[int, int], alpha: int) -> Placed:
    """A part of a picture, as far to the right as it is there, and so many pixels below the corner of the panel."""
    return Placed(picture, corner[0] + part.x, corner[1] + y, alpha, part)
