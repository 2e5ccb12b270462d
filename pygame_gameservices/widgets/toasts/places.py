"""Where each toast of a queue is on the screen, and how it makes way for a dialog."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from pygame_gameservices.widgets.occupied import Occupied, best_anchor
from pygame_gameservices.widgets.picture import Picture, Placed
from pygame_gameservices.widgets.region import Anchor, Region
from pygame_gameservices.widgets.stage import Easel, Stage
from pygame_gameservices.widgets.toasts.layout import Slot, ease, position, settle
from pygame_gameservices.widgets.toasts.motion import Motion
from pygame_gameservices.widgets.toasts.queue import Shown, ToastQueue
from pygame_gameservices.widgets.toasts.toast import Toast
from pygame_gameservices.widgets.widget import Widget

_TIGHT_INSET = 12
"""Pixels at 1080p from the edges for toasts where there is little room."""
_SMALL = 400
"""Real pixels of width below which a screen is a small one."""
_SHARE, _LEAST = 0.62, 150
"""How much of the screen's width a toast takes at most, and how many real pixels it may take anyway."""


class Standing(NamedTuple):
    """A toast on the screen.

    Attributes:
        toast: which one.
        whole: its picture where it comes to rest, as visible as it is now.
        pieces: what is shown of it this frame.
    """

    toast: Toast
    whole: Placed
    pieces: tuple[Placed, ...]


class Look:
    """A toast's picture and place.

    Attributes:
        motion: what moves while it comes; None when nothing does, or it is not painted yet.
        moves: whether there will be a motion.
        tight: whether it is for a dialog that leaves no room: then it is a little one, near to the edge.
        elsewhere: where it is, if a dialog is in the way where the options say.
    """

    __slots__ = ("easel", "elsewhere", "icon", "motion", "moves", "slot", "tight")

    def __init__(self, toast: Toast, stage: Stage, *, tight: bool) -> None:
        self.easel = Easel(stage)
        self.icon = toast.icon
        self.motion: Motion | None = None
        self.moves = False
        self.tight = tight
        self.slot: Slot | None = None
        self.elsewhere: Anchor | None = None

    @property
    def picture(self) -> Picture:
        """The picture of a toast that is shown, which therefore has one."""
        assert self.easel.picture is not None
        return self.easel.picture


class Places:
    """The places of the toasts of `queue`, whose looks are `looks`. Frame thread only.

    Attributes:
        dialog: the widget that takes all input now, or None.
    """

    def __init__(self, stage: Stage, queue: ToastQueue, looks: dict[Toast, Look]) -> None:
        self.dialog: Widget | None = None
        self._stage = stage
        self._queue = queue
        self._looks = looks

    def settle(self, dt: float) -> None:
        """Give each shown toast its place in its pile."""
        piles: dict[Anchor, list[Slot]] = {}
        for toast in self._visible:
            look = self._looks[toast]
            body = look.picture.body
            if look.slot is None:
                anchor = self._best_anchor(toast)
                look.elsewhere = anchor if anchor is not self._queue.options.anchor else None
                look.slot = Slot(body)
            look.slot.size = body
            piles.setdefault(self._anchor(look), []).append(look.slot)
        for slots in piles.values():
            settle(slots, self.gap, dt, still=self._stage.reduced_motion)

    def make_way(self) -> None:
        """Send back what hides what a dialog must keep in sight, if there is a better place for it."""
        occupied = self._occupied
        for toast in self._visible if occupied.reserved else ():
            look = self._looks[toast]
            if look.slot is None or not occupied.forbids(self._box(toast, self._anchor(look))):
                continue
            if not occupied.forbids(self._box(toast, self._best_anchor(toast))):
                self._queue.send_back(toast)

    @property
    def _occupied(self) -> Occupied:
        return self.dialog.occupied if self.dialog is not None and self.dialog.is_open else Occupied()

    def _best_anchor(self, toast: Toast) -> Anchor:
        """Where `toast` is least in the way of the dialog that is open; without one, where the options say."""
        return best_anchor(partial(self._box, toast), self._queue.options.anchor, self._occupied)

    def _box(self, toast: Toast, anchor: Anchor) -> Region:
        """Where `toast` comes to rest at an anchor: behind the others that are there already."""
        its = self._looks[toast]
        size = its.picture.body
        offset = 0.0
        for other in self._visible:
            if other is toast:
                break
            look = self._looks[other]
            if look.slot is not None and self._anchor(look) is anchor:
                offset += look.slot.size[1] + self.gap
        return Region(*position(Slot(size, offset), self.pile(its.tight), anchor, 0), *size)

    @property
    def _visible(self) -> tuple[Toast, ...]:
        return tuple(shown.toast for shown in self._queue.shown)

    def _anchor(self, look: Look) -> Anchor:
        return look.elsewhere or self._queue.options.anchor

    @property
    def gap(self) -> float:
        """Pixels between two."""
        return self._queue.options.gap * self._stage.scale

    @property
    def tight(self) -> bool:
        """Whether a dialog is open that leaves no room for toasts."""
        return self.dialog is not None and self.dialog.is_open and self.dialog.crowded

    def placed(self) -> tuple[Standing, ...]:
        """Where on the screen each shown toast is this frame, and how visible."""
        return tuple(self._standing(shown) for shown in self._queue.shown)

    def _standing(self, shown: Shown) -> Standing:
        fade = self._queue.options.fade
        look = self._looks[shown.toast]
        picture, still = look.picture, self._stage.reduced_motion
        presence = ease(shown.presence(fade))
        slot, pile, anchor = look.slot or Slot(picture.body), self.pile(look.tight), self._anchor(look)
        unfolds = look.motion is not None and not still and fade > 0 and not shown.leaving(fade)
        slide = 0.0 if still or unfolds else (1 - presence) * self._queue.options.slide * self._stage.scale
        x, y = position(slot, pile, anchor, slide)
        whole = Placed(picture, x - picture.bleed, y - picture.bleed, round(255 * presence))
        if not unfolds or look.motion is None:
            return Standing(shown.toast, whole, (whole,))
        return Standing(shown.toast, whole, look.motion.pieces(whole, anchor, shown.age, fade))

    @property
    def width(self) -> int:
        """Pixels that a toast may be wide: on a small screen it must not hide the game."""
        region = self._stage.region
        return min(self.pile(self.tight).width, max(_LEAST, round(region.width * _SHARE)))

    def pile(self, tight: bool) -> Region:
        """The part of the screen that toasts may use; a little more where there is little room."""
        region = self._stage.region
        little = tight or region.width < _SMALL
        usual = self._queue.options.inset
        inset = round((min(usual, _TIGHT_INSET) if little else usual) * self._stage.scale)
        return Region(region.x + inset, region.y + inset, region.width - 2 * inset, region.height - 2 * inset)
