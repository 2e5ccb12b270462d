"""The piles of toasts: each one's place while it comes, stays, makes room and goes. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from pygame_gameservices.widgets.region import Anchor, Region

_GLIDE = 14.0
"""How fast a toast closes the gap that another one left: about 1/14 s to go two thirds of the way."""
NOWHERE = -1.0
"""The offset of what has no place yet."""


@dataclass(slots=True, eq=False)
class Slot:
    """The place of one toast in its pile.

    Attributes:
        size: width and height in pixels, without the shadow.
        offset: pixels from the edge of the pile to this toast; `NOWHERE` until it has a place.
        compact: whether it is a little one, near to the edge, for a dialog that leaves no room.
        elsewhere: which pile it is in, if a dialog is in the way where the options say.
        lift: pixels that it stands higher than its pile does, for what a dialog says at its foot.
    """

    size: tuple[int, int] = (0, 0)
    offset: float = NOWHERE
    compact: bool = False
    elsewhere: Anchor | None = None
    lift: int = 0


def settle(slots: Sequence[Slot], gap: float, dt: float, *, still: bool) -> None:
    """Give each slot its offset: new ones at the first free place, the others gliding up to fill what became free.

    Args:
        slots: the first one stands nearest to the edge.
        gap: pixels between two.
        dt: seconds since the last time.
        still: whether what has a place must keep it (reduced motion).
    """
    for slot in slots:
        if slot.offset < 0:
            slot.offset = _first_free(slots, slot, gap) if still else _pile_up(slots, slot, gap)
    if still:
        return
    target = 0.0
    for slot in slots:
        distance = target - slot.offset
        slot.offset = target if abs(distance) < 0.5 else slot.offset + distance * (1 - exp(-_GLIDE * dt))
        target += slot.size[1] + gap


def position(size: tuple[int, int], offset: float, region: Region, anchor: Anchor) -> tuple[int, int]:
    """The top left corner of a toast's panel in pixels.

    Args:
        size: its width and height.
        offset: its distance from the edge of the pile.
        region: the part of the screen that the pile may use.
        anchor: where the pile starts; one that starts in the middle grows downwards from there.
    """
    x, y = region.place(size, anchor)
    if anchor.down == 0:  # centering each by its own height would let neighbours overlap
        y = region.y + region.height // 2
    return x, round(y - offset if anchor.down > 0 else y + offset)


def _pile_up(slots: Sequence[Slot], new: Slot, gap: float) -> float:
    """Behind the last one, wherever that is right now."""
    others = [slot for slot in slots if slot is not new and slot.offset >= 0]
    return max((slot.offset + slot.size[1] + gap for slot in others), default=0.0)


def _first_free(slots: Sequence[Slot], new: Slot, gap: float) -> float:
    """The place nearest to the edge where the new one fits between those that must not move."""
    placed = sorted((slot for slot in slots if slot.offset >= 0), key=lambda slot: slot.offset)
    free = 0.0
    for slot in placed:
        if slot.offset - gap - free >= new.size[1]:
            break
        free = max(free, slot.offset + slot.size[1] + gap)
    return free
