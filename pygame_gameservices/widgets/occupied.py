"""Where toasts gather while a dialog is open, so that they hide nothing that the player uses there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pygame_gameservices.widgets.region import Anchor, Region

_CORNERS = (Anchor.TOP_RIGHT, Anchor.TOP_LEFT, Anchor.BOTTOM_RIGHT, Anchor.BOTTOM_LEFT, Anchor.TOP, Anchor.BOTTOM)


class Occupied(NamedTuple):
    """What the player uses of a widget, in pixels of the screen.

    Attributes:
        reserved: what must stay free: what can be pressed, the text that is being edited, the title.
        foot: the one of `reserved`, if any, that lies along the lower edge: toasts from below stand on it.
        unsettled: where nobody knows yet what there will be; no toast comes over it, but one that is there stays.
    """

    reserved: Sequence[Region] = ()
    foot: Region | None = None
    unsettled: Region | None = None

    def forbids(self, box: Region) -> bool:
        """Whether something that must stay free lies under `box`."""
        return any(each.overlap(box) for each in self.reserved)

    def welcomes(self, box: Region) -> bool:
        """Whether a toast may come to `box`."""
        return not self.forbids(box) and (self.unsettled is None or not self.unsettled.overlap(box))


def free_anchor(box_at: Callable[[Anchor], Region], usual: Anchor, free: Callable[[Region], bool]) -> Anchor | None:
    """The place nearest to the usual one in which a toast hides nothing; None where there is no such place.

    Args:
        box_at: where on the screen it would come to rest.
        usual: where the game wants it.
        free: whether it hides nothing there, such as `Occupied.welcomes`.
    """
    return next((anchor for anchor in _nearest_first(usual) if free(box_at(anchor))), None)


def _nearest_first(usual: Anchor) -> list[Anchor]:
    """The usual place, then the corners and the middles of the edges: first above or below it, then to the side."""

    def apart(anchor: Anchor) -> tuple[int, int]:
        return abs(anchor.across - usual.across), abs(anchor.down - usual.down)

    return [usual, *sorted((each for each in _CORNERS if each is not usual), key=apart)]
