"""How toasts behave: everything about them that a game or a player may want otherwise."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf

from pygame_gameservices.errors import UsageError
from pygame_gameservices.widgets.checks import check_is
from pygame_gameservices.widgets.region import Anchor
from pygame_gameservices.widgets.toasts.toast import Toast, ToastKind


@dataclass(frozen=True, kw_only=True)
class ToastOptions:
    """How toasts behave. Frozen; ``dataclasses.replace`` makes variants.

    Attributes:
        anchor: where they gather; those that come later stand further from the edge. Over a dialog they come in another
            corner where they would hide what the player uses here, and wait until it closes where they would anywhere.
        inset: distance to the edges of the safe area, in pixels at 1080p.
        gap: distance between two, in pixels at 1080p.
        max_visible: how many are shown at once; the others wait.
        max_over_dialog: the same while a dialog is open, which toasts would cover.
        collapse_above: when more trophies than this wait, they become one toast ("7 trophies unlocked").
        gather: seconds that a toast waits for others of its burst.
        fade: seconds it takes to come, and to go.
        hold: seconds that it stays at least; longer when there is more to read.
        longest_hold: seconds that it stays at most.
        slide: how far it moves to come and to go, in pixels at 1080p; from where, `Theme.animations` says.
        mini: title and emblem only.
        clickable: whether toasts take clicks and say `ToastClicked`, also without a callback.
        kinds: the kinds that are shown.

    Raises:
        UsageError: a number makes no sense.
    """

    anchor: Anchor = Anchor.TOP_RIGHT
    inset: float = 36.0
    gap: float = 14.0
    max_visible: int = 3
    max_over_dialog: int = 1
    collapse_above: int = 3
    gather: float = 0.1
    fade: float = 0.25
    hold: float = 5.0
    longest_hold: float = 12.0
    slide: float = 72.0
    mini: bool = False
    clickable: bool = False
    kinds: frozenset[ToastKind] = frozenset(ToastKind)

    def __post_init__(self) -> None:
        check_is("ToastOptions: anchor", self.anchor, Anchor)
        for name in (each.name for each in fields(self)):
            value, usual = getattr(self, name), getattr(ToastOptions, name)
            if isinstance(usual, int) and not isinstance(value, int):
                raise UsageError(f"ToastOptions({name}={value!r}): write a whole number, or True or False for a switch")
            if isinstance(usual, float) and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise UsageError(f"ToastOptions({name}={value!r}): write a number")
            if isinstance(value, int | float) and not 0 <= value < inf:
                msg = f"ToastOptions({name}={value!r}): write a number that is not negative and has an end"
                raise UsageError(msg)
        if min(self.max_visible, self.max_over_dialog, self.collapse_above) < 1:
            msg = (
                "ToastOptions: max_visible, max_over_dialog and collapse_above are at least 1; "
                "toasts.enabled = False shows none"
            )
            raise UsageError(msg)

    def hold_for(self, toast: Toast) -> float:
        """Seconds that `toast` stays between coming and going: `hold`, or the time it takes to read."""
        letters = len(toast.label) + len(toast.title) + len(toast.text)
        return max(self.hold, min(self.longest_hold, _NOTICING + letters / _LETTERS_PER_SECOND))


_NOTICING = 1.5
"""Seconds until a player who is busy looks at a toast at all."""
_LETTERS_PER_SECOND = 15
"""A slow reader's speed."""
