"""What turns while the player waits. A few pictures, painted once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import cos, pi, sin

from pygame_gameservices.widgets.painting.brushes import canvas, smooth, stamp
from pygame_gameservices.widgets.painting.color import with_alpha
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.stage import Stage
from pygame_gameservices.widgets.theme import Theme

_DOTS = 10
_TURN = 0.9
"""Seconds for one turn."""


class Spinner:
    """A ring of dots that turns. With reduced motion it stands still. Frame thread only."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._age = 0.0
        self._sides: dict[int, tuple[Picture, ...]] = {}

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._age = (self._age + dt) % _TURN

    def picture(self, side: int) -> Picture | None:
        """How it looks now, `side` pixels wide; None until it has been painted."""
        if side not in self._sides:
            self._sides[side] = ()
            job = partial(_paint, self._stage.theme, side, self._stage.finish)
            self._stage.run(job, partial(self._painted, side), lambda: None)
        frames = self._sides[side]
        if not frames:
            return None
        return frames[0 if self._stage.reduced_motion else int(self._age / _TURN * _DOTS) % _DOTS]

    def _painted(self, side: int, frames: tuple[Picture, ...]) -> None:
        self._stage.arrivals.add_all(frames, partial(self._sides.__setitem__, side, frames))


def _paint(theme: Theme, side: int, finish: Callable[[Picture], Picture]) -> tuple[Picture, ...]:
    dots = [smooth((side, side), partial(_dot, side, index)) for index in range(_DOTS)]
    frames = []
    for turn in range(_DOTS):
        image = canvas((side, side))
        for index, mask in enumerate(dots):
            age = (turn - index) % _DOTS
            stamp(image, mask, with_alpha(theme.colors.accent, max(0.14, 1 - age / (_DOTS * 0.8))))
        frames.append(finish(Picture.of(image)))
    return tuple(frames)


def _dot(side: int, index: int, draw: object, factor: int) -> None:
    reach = side * 0.4 * factor
    angle = index / _DOTS * 2 * pi - pi / 2
    x, y = side * factor / 2 + reach * cos(angle), side * factor / 2 + reach * sin(angle)
    radius = side * factor * 0.075
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)  # type: ignore[attr-defined]
