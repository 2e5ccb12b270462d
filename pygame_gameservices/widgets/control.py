"""What a player can point at in a widget, and where the focus goes from one to the next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pygame_gameservices.widgets.input import Action
from pygame_gameservices.widgets.region import Region


class Control(NamedTuple):
    """A part of a widget that can have the focus.

    Attributes:
        name: what the widget knows it by.
        box: where it is, in pixels from the widget's own corner.
        radius: how round its corners are, in pixels.
        reachable: whether keys and pads come to it; otherwise only a pointer does.
    """

    name: str
    box: Region
    radius: float = 0.0
    reachable: bool = True


class Layout(NamedTuple):
    """How large a widget is and where its controls are, all in pixels.

    Attributes:
        size: width and height without the shadow.
        controls: in reading order.
    """

    size: tuple[int, int]
    controls: tuple[Control, ...]

    def control(self, name: str) -> Control | None:
        """The control of that name, or None."""
        return next((control for control in self.controls if control.name == name), None)

    def at(self, x: float, y: float) -> Control | None:
        """The control at a place, or None; the later one where two overlap."""
        return next((control for control in reversed(self.controls) if control.box.covers(x, y)), None)

    def beside(self, name: str, action: Action) -> Control | None:
        """Where the focus goes from `name` in a direction, or to the next or previous one; None to stay."""
        stops = [control for control in self.controls if control.reachable]
        current = self.control(name)
        if current is None:
            return stops[0] if stops else None
        if action in (Action.NEXT, Action.PREVIOUS):
            return _in_order(stops, current, 1 if action is Action.NEXT else -1)
        return _nearest(stops, current.box, action)


def _in_order(stops: Sequence[Control], current: Control, step: int) -> Control | None:
    if current not in stops:
        return stops[0] if stops else None
    return stops[(stops.index(current) + step) % len(stops)]


def _nearest(stops: Sequence[Control], start: Region, direction: Action) -> Control | None:
    """The control that a player would expect: in that direction, in line rather than askew, near rather than far."""
    found: list[tuple[float, Control]] = []
    for stop in stops:
        ahead, aside = _apart(start, stop.box, direction)
        if ahead > 0:
            found.append((ahead + 3 * aside, stop))
    return min(found, key=lambda each: each[0])[1] if found else None


def _apart(start: Region, other: Region, direction: Action) -> tuple[float, float]:
    """How far ahead `other` lies, edge to edge (0 or less: not ahead), and how far aside of the way."""
    if direction in (Action.UP, Action.DOWN):
        aside = max(0, other.x - start.right + 1, start.x - other.right + 1)
        ahead = other.y - start.bottom if direction is Action.DOWN else start.y - other.bottom
    else:
        aside = max(0, other.y - start.bottom + 1, start.y - other.bottom + 1)
        ahead = other.x - start.right if direction is Action.RIGHT else start.x - other.right
    return ahead + 1, aside
