"""Where toasts gather while a dialog is open, so that they hide as little as possible of what the player uses there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pygame_gameservices.widgets.region import Anchor, Region

_CORNERS = (Anchor.TOP_RIGHT, Anchor.TOP_LEFT, Anchor.BOTTOM_RIGHT, Anchor.BOTTOM_LEFT, Anchor.TOP, Anchor.BOTTOM)
_FORBIDDEN = 1000.0
_BARELY = 0.25
"""How much of the controls a toast may hide, as parts of one, before another place is better than the usual one."""


class Occupied(NamedTuple):
    """What the player uses of a widget, in pixels of the screen.

    Attributes:
        reserved: what must stay free: the way out, and the text that is being edited.
        controls: what had better stay free.
        foot: the one of `reserved`, if any, that lies along the lower edge: toasts from below stand on it.
    """

    reserved: Sequence[Region] = ()
    controls: Sequence[Region] = ()
    foot: Region | None = None

    def forbids(self, box: Region) -> bool:
        """Whether something that must stay free lies under `box`."""
        return any(each.overlap(box) for each in self.reserved)

    def hidden(self, box: Region) -> float:
        """How much of what the player uses lies under `box`: 1 for each control that is hidden wholly."""
        parts = sum(each.overlap(box) / max(1, each.width * each.height) for each in self.controls)
        return parts + (_FORBIDDEN if self.forbids(box) else 0.0)


def best_anchor(box_at: Callable[[Anchor], Region], usual: Anchor, occupied: Occupied) -> Anchor:
    """The place where a toast hides the least; the usual one as long as it hides next to nothing there.

    Args:
        box_at: where on the screen it would come to rest.
        usual: where the game wants it.
        occupied: what it should not hide.
    """
    hides = {anchor: occupied.hidden(box_at(anchor)) for anchor in _nearest_first(usual)}
    least = min(hides.values())
    return next(anchor for anchor, hidden in hides.items() if hidden <= max(least, _BARELY))


def _nearest_first(usual: Anchor) -> list[Anchor]:
    """The usual place, then the corners and the middles of the edges: first above or below it, then to the side."""

    def apart(anchor: Anchor) -> tuple[int, int]:
        return abs(anchor.across - usual.across), abs(anchor.down - usual.down)

    return [usual, *sorted((each for each in _CORNERS if each is not usual), key=apart)]
