"""Where toasts stand on the screen: in piles, and out of the way of a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pygame_gameservices.widgets.occupied import Occupied, free_anchor
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.toasts.layout import Slot, position, settle
from pygame_gameservices.widgets.toasts.options import ToastOptions
from pygame_gameservices.widgets.widget import Widget

_COMPACT_INSET = 12
"""Pixels at 1080p from the edges for toasts where there is little room."""
_SMALL = 400
"""Real pixels of width below which a screen is a small one."""
_SHARE, _LEAST = 0.62, 150
"""How much of the screen's width a toast takes at most, and how many real pixels it may take anyway."""


class Places:
    """Gives toasts their places. Frame thread only.

    All `slots` that it is handed are those of the toasts on the screen, in the order in which they came.

    Attributes:
        options: where the game wants them; may be replaced at any time.
        dialog: the widget that takes all input now, or None.
    """

    def __init__(self, stage: Stage, options: ToastOptions) -> None:
        self.options = options
        self.dialog: Widget | None = None
        self._stage = stage
        self._occupied = Occupied()
        self._refused: tuple[object, ...] | None = None

    def look(self) -> None:
        """See what the dialog that is open needs now. Once a frame, before toasts come and go."""
        self._occupied = self.dialog.occupied if self.dialog is not None and self.dialog.is_open else Occupied()

    @property
    def compact(self) -> bool:
        """Whether a dialog is open that leaves no room for large toasts."""
        return self.dialog is not None and self.dialog.is_open and self.dialog.crowded

    def suits(self, slot: Slot) -> bool:
        """Whether a toast that waits is as large as it should be now: little ones are for dialogs alone, large ones for
        where there is room."""
        return slot.compact is self.compact or (slot.compact and self.dialog is not None and self.dialog.is_open)

    def needs_little(self, new: Slot, slots: Sequence[Slot]) -> bool:
        """Whether it is only the dialog that is in the way of a large toast; a little one may have a place there."""
        return not new.compact and bool(self._occupied.reserved) and self._piles_up(new, slots)

    def width(self, *, compact: bool) -> int:
        """Pixels that a toast may be wide: on a small screen it must not hide the game."""
        return min(self._area(compact).width, max(_LEAST, round(self._stage.region.width * _SHARE)))

    def anchor(self, slot: Slot) -> Anchor:
        """Which pile it is in."""
        return slot.elsewhere or self.options.anchor

    def position(self, slot: Slot) -> tuple[int, int]:
        """The top left corner of a toast's panel in pixels."""
        x, y = position(slot.size, slot.offset, self._area(slot.compact), self.anchor(slot))
        return x, y - slot.lift

    def has_room(self, new: Slot, slots: Sequence[Slot]) -> bool:
        """Whether there is room for another one; on a screen too low for any, for one at a time. Over a dialog there is
        none where it would hide what the player uses there."""
        if not self._piles_up(new, slots):
            return False
        asked = self._occupied, self.options, new.size, [(slot.size, slot.elsewhere) for slot in slots]
        if asked == self._refused:  # a toast may wait for a dialog to close, and asks in each frame
            return False
        self._refused = None if self._free_anchor(new, [*slots, new]) is not None else asked
        return self._refused is None

    def _piles_up(self, new: Slot, slots: Sequence[Slot]) -> bool:
        """Whether the screen is high enough for another one."""
        room = self._area(new.compact).height // (1 if self.options.anchor.down else 2)
        return not slots or sum(slot.size[1] + self._gap for slot in slots) + new.size[1] <= room

    def settle(self, slots: Sequence[Slot], dt: float) -> None:
        """Give each its place in its pile, and choose the pile of those that are new."""
        piles: dict[Anchor, list[Slot]] = {}
        for slot in slots:
            if slot.offset < 0:
                anchor = self._free_anchor(slot, slots) or self.options.anchor
                slot.elsewhere = anchor if anchor is not self.options.anchor else None
                slot.lift = self._lift(slot, slots, anchor)
            piles.setdefault(self.anchor(slot), []).append(slot)
        for pile in piles.values():
            settle(pile, self._gap, dt, still=self._stage.reduced_motion)

    def in_the_way(self, slots: Sequence[Slot]) -> list[Slot]:
        """Those that hide what a dialog must keep in sight."""
        occupied = self._occupied
        return [
            slot
            for slot in (slots if occupied.reserved else ())
            if slot.offset >= 0 and occupied.forbids(self._box(slot, slots, self.anchor(slot), slot.lift))
        ]

    def _free_anchor(self, slot: Slot, slots: Sequence[Slot]) -> Anchor | None:
        """Where a toast hides nothing of the dialog that is open; without one, where the options say."""
        occupied = self._occupied
        if not occupied.reserved and occupied.unsettled is None:
            return self.options.anchor
        return free_anchor(partial(self._new_box, slot, slots), self.options.anchor, occupied.welcomes)

    def _new_box(self, slot: Slot, slots: Sequence[Slot], anchor: Anchor) -> Region:
        """Where a toast would come to rest at an anchor if it came now."""
        return self._box(slot, slots, anchor, self._lift(slot, slots, anchor))

    def _box(self, slot: Slot, slots: Sequence[Slot], anchor: Anchor, lift: int = 0) -> Region:
        """Where a toast comes to rest at an anchor: behind the others that are there already."""
        offset = sum(other.size[1] + self._gap for other in self._before(slot, slots, anchor))
        x, y = position(slot.size, offset, self._area(slot.compact), anchor)
        return Region(x, y - lift, *slot.size)

    def _before(self, slot: Slot, slots: Sequence[Slot], anchor: Anchor) -> list[Slot]:
        """Those that are in a pile already."""
        return [other for other in slots[: slots.index(slot)] if self.anchor(other) is anchor]

    def _lift(self, slot: Slot, slots: Sequence[Slot], anchor: Anchor) -> int:
        """How much higher than usual a toast stands that comes from below: as high as the others of its pile, and above
        what the dialog says there."""
        lift, foot = max((other.lift for other in self._before(slot, slots, anchor)), default=0), self._occupied.foot
        if anchor.down <= 0 or foot is None or not foot.overlap(self._box(slot, slots, anchor, lift)):
            return lift
        area = self._area(slot.compact)
        return max(lift, area.bottom - foot.y + round(self._gap))

    @property
    def _gap(self) -> float:
        """Pixels between two."""
        return self.options.gap * self._stage.scale

    def _area(self, compact: bool) -> Region:
        """The part of the screen that toasts may use; a little more where there is little room."""
        region = self._stage.region
        little = compact or region.width < _SMALL
        usual = self.options.inset
        return region.inset(round((min(usual, _COMPACT_INSET) if little else usual) * self._stage.scale))
