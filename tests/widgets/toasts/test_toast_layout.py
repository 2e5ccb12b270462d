"""Toasts never overlap, never leave the screen, and stand still for players who need that."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.widgets.region import Anchor, Insets, Region
from pygame_gameservices.widgets.toasts.layout import Slot, position, settle

SIZES = st.lists(st.tuples(st.integers(100, 300), st.integers(40, 90)), min_size=1, max_size=3)
SCREEN = Region(20, 20, 1240, 680)


@given(SIZES, st.sampled_from(Anchor), st.booleans())
def test_settled_toasts_do_not_overlap_and_stay_inside(
    sizes: list[tuple[int, int]], anchor: Anchor, still: bool
) -> None:
    slots = [Slot(size) for size in sizes]
    settle(slots, 10, 0.016, still=still)
    boxes = []
    for slot in slots:
        x, y = position(slot.size, slot.offset, SCREEN, anchor)
        assert x >= SCREEN.x - 1
        assert x + slot.size[0] <= SCREEN.x + SCREEN.width + 1
        assert SCREEN.y - 1 <= y
        assert y + slot.size[1] <= SCREEN.y + SCREEN.height + 1
        boxes.append((y, y + slot.size[1]))
    boxes.sort()
    assert all(upper[1] <= lower[0] for upper, lower in pairwise(boxes)), boxes


@given(SIZES, st.lists(st.floats(0.001, 0.1), min_size=1, max_size=20))
def test_reduced_motion_moves_nothing_that_has_a_place(sizes: list[tuple[int, int]], frames: list[float]) -> None:
    slots = [Slot(size) for size in [*sizes, (200, 60)]]
    settle(slots, 10, 0.016, still=True)
    gone, *rest = slots
    before = [slot.offset for slot in rest]
    for dt in frames:
        settle(rest, 10, dt, still=True)
        assert [slot.offset for slot in rest] == before
    newcomer = Slot(gone.size)
    settle([*rest, newcomer], 10, 0.016, still=True)
    assert newcomer.offset == gone.offset


def test_the_others_glide_up_when_one_has_gone() -> None:
    slots = [Slot((200, 60)) for _ in range(3)]
    settle(slots, 10, 0.016, still=False)
    assert [slot.offset for slot in slots] == [0, 70, 140]
    del slots[0]
    seen = []
    for _ in range(60):
        settle(slots, 10, 0.016, still=False)
        seen.append(slots[0].offset)
    assert seen == sorted(seen, reverse=True)
    assert 0 < seen[0] < 70
    assert [slot.offset for slot in slots] == [0, 70]


@pytest.mark.parametrize("anchor", Anchor)
def test_a_pile_grows_away_from_its_edge(anchor: Anchor) -> None:
    x, y = position((200, 60), 0.0, SCREEN, anchor)
    assert position((200, 60), 70.0, SCREEN, anchor) == (x, y - 70 if anchor.down > 0 else y + 70)


def test_the_nine_places() -> None:
    region = Region.within((1000, 500), Insets(left=10, top=20, right=30, bottom=40))
    assert region == (10, 20, 960, 440)
    assert region.place((100, 50), Anchor.TOP_LEFT) == (10, 20)
    assert region.place((100, 50), Anchor.BOTTOM_RIGHT) == (870, 410)
    assert region.place((100, 50), Anchor.CENTER) == (440, 215)
