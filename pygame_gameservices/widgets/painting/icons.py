"""Small signs on buttons and beside words: masks drawn on a grid of 24 units, in one weight of line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, pi, sin

from PIL import Image, ImageDraw

from pygame_gameservices.widgets.painting.brushes import smooth

_GRID = 24
_LINE = 2.1


class _Pen:
    """Draws on the grid, with round ends and joints."""

    def __init__(self, draw: ImageDraw.ImageDraw, unit: float) -> None:
        self._draw = draw
        self._unit = unit

    def line(self, *points: tuple[float, float], ink: int = 255, width: float = _LINE) -> None:
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        thick = max(1, round(width * self._unit))
        self._draw.line(scaled, ink, thick, joint="curve")
        reach = (thick - 1) / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink)

    def shape(self, *points: tuple[float, float], ink: int = 255) -> None:
        self._draw.polygon([(x * self._unit, y * self._unit) for x, y in points], fill=ink)

    def disc(self, x: float, y: float, radius: float, ink: int = 255) -> None:
        self._draw.ellipse([each * self._unit for each in (x - radius, y - radius, x + radius, y + radius)], fill=ink)

    def arc(self, x: float, y: float, radius: float, start: float, end: float) -> None:
        steps = max(8, int(abs(end - start) / 6))
        turns = [(start + (end - start) * step / steps) * pi / 180 for step in range(steps + 1)]
        self.line(*((x + radius * cos(turn), y + radius * sin(turn)) for turn in turns))

    def frame(self, left: float, top: float, right: float, bottom: float, radius: float, *, fill: bool = False) -> None:
        box = tuple(each * self._unit for each in (left, top, right, bottom))
        width = max(1, round(_LINE * self._unit))
        ink = {"fill": 255} if fill else {"outline": 255, "width": width}
        self._draw.rounded_rectangle(box, radius * self._unit, **ink)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def icon(name: str, side: int) -> Image.Image:
    """The mask of a sign, `side` pixels wide and high. Any thread; callers only read it."""
    side = max(1, side)
    return smooth((side, side), lambda draw, factor: _ICONS[name](_Pen(draw, side * factor / _GRID)))


def _close(pen: _Pen) -> None:
    pen.line((6.5, 6.5), (17.5, 17.5))
    pen.line((17.5, 6.5), (6.5, 17.5))


def _eye(pen: _Pen) -> None:
    upper = [(2.5 + step, 12 - 6.3 * sin(step / 19 * pi)) for step in range(20)]
    lower = [(x, 24 - y) for x, y in reversed(upper)]
    pen.line(*upper, *lower, upper[0])
    pen.disc(12, 12, 3.1)


def _eye_off(pen: _Pen) -> None:
    _eye(pen)
    pen.line((5.5, 3.8), (19.8, 18.4), ink=0, width=2.4)
    pen.line((4, 4.5), (19.5, 20))


def _keyboard(pen: _Pen) -> None:
    pen.frame(2, 5.5, 22, 18.5, 2.6)
    for y, keys in ((9.2, (6, 10, 14, 18)), (12.2, (6, 10, 14, 18))):
        for x in keys:
            pen.disc(x, y, 1.05)
    pen.line((8.4, 15.3), (15.6, 15.3), width=1.8)


def _check(pen: _Pen) -> None:
    pen.line((5, 12.6), (10, 17.6), (19.4, 7), width=2.6)


def _lock(pen: _Pen) -> None:
    pen.frame(5, 10.5, 19, 20.5, 2.2, fill=True)
    pen.line((8, 11), (8, 7.8))
    pen.line((16, 11), (16, 7.8))
    pen.arc(12, 7.8, 4, 180, 360)
    pen.disc(12, 15, 1.7, ink=0)


def _question(pen: _Pen) -> None:
    pen.arc(12, 8.4, 4.1, 190, 400)
    pen.line((14.9, 11.3), (12.3, 13.3), (12.1, 15.3), width=2.4)
    pen.disc(12.1, 19, 1.6)


def _refresh(pen: _Pen) -> None:
    pen.arc(11.4, 12, 7.4, 70, 360)
    pen.shape((14.4, 11.4), (23.2, 11.4), (18.8, 17))


def _backspace(pen: _Pen) -> None:
    pen.line((2.8, 12), (8.4, 5.6), (21, 5.6), (21, 18.4), (8.4, 18.4), (2.8, 12))
    pen.line((11.2, 9.3), (16.6, 14.7))
    pen.line((16.6, 9.3), (11.2, 14.7))


def _shift(pen: _Pen) -> None:
    pen.line((12, 3.6), (20, 12), (15.6, 12), (15.6, 20), (8.4, 20), (8.4, 12), (4, 12), (12, 3.6))


def _shifted(pen: _Pen) -> None:
    _shift(pen)
    pen.shape((12, 3.6), (20, 12), (15.6, 12), (15.6, 20), (8.4, 20), (8.4, 12), (4, 12))


def _left(pen: _Pen) -> None:
    pen.line((14.8, 5.5), (8.3, 12), (14.8, 18.5), width=2.5)


def _right(pen: _Pen) -> None:
    pen.line((9.2, 5.5), (15.7, 12), (9.2, 18.5), width=2.5)


def _up(pen: _Pen) -> None:
    pen.line((5.5, 14.8), (12, 8.3), (18.5, 14.8), width=2.5)


def _down(pen: _Pen) -> None:
    pen.line((5.5, 9.2), (12, 15.7), (18.5, 9.2), width=2.5)


def _paste(pen: _Pen) -> None:
    pen.frame(4.5, 5, 19.5, 21.5, 2.4)
    pen.frame(8.2, 2.2, 15.8, 7.6, 1.6, fill=True)
    pen.line((8.6, 12), (15.4, 12), width=1.8)
    pen.line((8.6, 16.4), (13.4, 16.4), width=1.8)


def _space(pen: _Pen) -> None:
    pen.line((4, 10), (4, 15), (20, 15), (20, 10))


def _warning(pen: _Pen) -> None:
    pen.line((12, 3.8), (21.4, 20), (2.6, 20), (12, 3.8))
    pen.line((12, 9.8), (12, 13.6))
    pen.disc(12, 16.8, 1.25)


def _offline(pen: _Pen) -> None:
    for radius in (4.4, 8.6, 12.8):
        pen.arc(10.6, 18, radius, 225, 315)
    pen.disc(10.6, 18, 1.7)
    pen.disc(19, 18, 4.6, ink=0)
    pen.line((16.6, 15.6), (21.4, 20.4))
    pen.line((21.4, 15.6), (16.6, 20.4))


def _person(pen: _Pen) -> None:
    pen.disc(12, 8.2, 4.2)
    rim = [(12 + 8.2 * cos(step * pi / 18), 20.8 - 7.2 * sin(step * pi / 18)) for step in range(19)]
    pen.shape(*rim)


def _people(pen: _Pen) -> None:
    pen.disc(8.6, 8.4, 3.7)
    pen.shape(*((8.6 + 6.8 * cos(step * pi / 18), 20 - 6.4 * sin(step * pi / 18)) for step in range(19)))
    pen.arc(16, 8.4, 3, -110, 120)
    pen.line((17, 14), (20.4, 16), (21.6, 20))


def _outbox(pen: _Pen) -> None:
    pen.line((12, 14.5), (12, 3.8))
    pen.line((7.4, 8.2), (12, 3.6), (16.6, 8.2))
    pen.line((4.2, 13.5), (4.2, 20), (19.8, 20), (19.8, 13.5))


def _link(pen: _Pen) -> None:
    pen.line((10.5, 5), (4.5, 5), (4.5, 19.5), (19, 19.5), (19, 13.5))
    pen.line((11.5, 12.5), (19.6, 4.4))
    pen.line((14, 4), (20, 4), (20, 10))


def _trophy(pen: _Pen) -> None:
    pen.shape((7, 3.5), (17, 3.5), (16.4, 10), (13.6, 14), (10.4, 14), (7.6, 10))
    pen.arc(6.6, 7.2, 3, 90, 270)
    pen.arc(17.4, 7.2, 3, -90, 90)
    pen.line((12, 14), (12, 18))
    pen.line((8, 19.6), (16, 19.6), width=2.6)


def _podium(pen: _Pen) -> None:
    pen.frame(9, 5, 15, 20, 1, fill=True)
    pen.frame(2.5, 10.5, 8, 20, 1, fill=True)
    pen.frame(16, 13.5, 21.5, 20, 1, fill=True)


def _chart(pen: _Pen) -> None:
    pen.line((3.5, 17), (9, 11), (13, 14.4), (20.5, 6))
    pen.line((15, 6), (20.5, 6), (20.5, 11.4))


def _games(pen: _Pen) -> None:
    pen.frame(2, 6.5, 22, 18.5, 5.6)
    pen.line((7, 10.4), (7, 14.6), width=1.9)
    pen.line((4.9, 12.5), (9.1, 12.5), width=1.9)
    pen.disc(15.4, 14, 1.3)
    pen.disc(18, 11, 1.3)


def _marker(pen: _Pen) -> None:
    pen.shape((7.5, 4.5), (18.5, 12), (7.5, 19.5))


_ICONS: dict[str, Callable[[_Pen], None]] = {
    name.removeprefix("_"): draw
    for name, draw in dict(globals()).items()
    if callable(draw) and getattr(draw, "__annotations__", {}).get("pen") == "_Pen"
}
ICONS: Sequence[str] = tuple(sorted(_ICONS))
"""The names that `icon` knows."""
