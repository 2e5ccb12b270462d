"""Prices over time, as a picture or as text for a terminal. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

SIZE = (1280, 640)
_FINER = 2
"""The picture is drawn so many times larger and then made smaller, for smooth lines."""
_STEPS = (60, 300, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800)
"""Seconds between two labels of the time axis."""
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille character by row and column."""


class Point(NamedTuple):
    """What was paid at a moment, and for how much of it; the volume is 0 where it is not known."""

    when: datetime
    price: float
    volume: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a picture."""

    ground: str
    ink: str
    soft: str
    grid: str
    line: str
    bars: str


DARK = Look("#14171d", "#eef0f4", "#9aa3b2", "#2a303b", "#5fd4bf", "#33505a")
LIGHT = Look("#fbfaf7", "#1d1f24", "#5f6672", "#e3e0d8", "#0f6a5d", "#c3d9d2")


def picture(points: Sequence[Point], title: str, look: Look = DARK, unit: str = "EUR/MWh") -> Image.Image:
    """Draw prices as a line over time, with volumes below where they are known.

    Args:
        points: at least one, oldest first.
        title: what they are the prices of.
        look: the colours.
        unit: of the prices.
    """
    scale = _FINER
    width, height = SIZE[0] * scale, SIZE[1] * scale
    image = Image.new("RGB", (width, height), look.ground)
    pen = ImageDraw.Draw(image)
    large, small = _font("SemiBold", 30 * scale), _font("Regular", 17 * scale)
    left, top, right, bottom = 40 * scale, 120 * scale, width - 110 * scale, height - 70 * scale
    last, first = points[-1].price, points[0].price
    pen.text((left, 30 * scale), title, look.ink, large)
    told = f"{last:,.2f} {unit}   {last - first:+,.2f}   high {max(p.price for p in points):,.2f}"
    pen.text((left, 74 * scale), f"{told}   low {min(p.price for p in points):,.2f}   times in UTC", look.soft, small)

    levels = nice_levels([point.price for point in points], 6)
    low, high = levels[0], levels[-1]
    x = _across(points, left, right)

    def y(price: float) -> float:
        return bottom - (price - low) / (high - low) * (bottom - top)

    for level in levels:
        pen.line([(left, y(level)), (right, y(level))], look.grid, scale)
        pen.text((right + 12 * scale, y(level)), _short(level, levels), look.soft, small, anchor="lm")
    for moment in nice_moments(points[0].when, points[-1].when, 7):
        pen.line([(x(moment), bottom), (x(moment), bottom + 6 * scale)], look.soft, scale)
        pen.text((x(moment), bottom + 14 * scale), _clock(moment, points), look.soft, small, anchor="mt")
    most = max(point.volume for point in points)
    bar = max(2 * scale, min(14 * scale, (right - left) // (3 * len(points))))
    for point in points:
        if most > 0:
            tall = point.volume / most * (bottom - top) * 0.22
            pen.rectangle([x(point.when) - bar / 2, bottom - tall, x(point.when) + bar / 2, bottom], look.bars)
    line = [(x(point.when), y(point.price)) for point in points]
    if len(line) > 1:
        pen.line(line, look.line, 3 * scale, joint="curve")
    end_x, end_y = line[-1]
    pen.ellipse([end_x - 6 * scale, end_y - 6 * scale, end_x + 6 * scale, end_y + 6 * scale], look.line)
    pen.line([(left, bottom), (right, bottom)], look.soft, scale)
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def text(points: Sequence[Point], columns: int = 72, rows: int = 14) -> str:
    """Draw prices for a terminal that knows braille, with both axes.

    Args:
        points: at least one, oldest first.
        columns: characters that the whole may be wide, at least 30.
        rows: lines that the plot may be tall, at least 4.
    """
    levels = nice_levels([point.price for point in points], max(2, rows // 3))
    low, high = levels[0], levels[-1]
    labels = {round((high - level) / (high - low) * (rows - 1)): _short(level, levels) for level in levels}
    margin = max(map(len, labels.values()))
    wide = max(10, columns - margin - 2)
    dots = [[0] * wide for _ in range(rows)]
    x = _across(points, 0, wide * 2 - 1)
    before: int | None = None
    drawn = -1
    for column, price in _by_column(points, x):
        row = round((high - price) / (high - low) * (rows * 4 - 1))
        for step in range(drawn + 1 if before is not None else column, column):  # level until the next trade
            _dot(dots, step, before if before is not None else row)
        for between in range(
            min(row, row if before is None else before), max(row, row if before is None else before) + 1
        ):
            _dot(dots, column, between)
        before, drawn = row, column
    lines = [
        f"{labels.get(number, ''):>{margin}} {'┤' if number in labels else '│'}"
        + "".join(chr(0x2800 + bits) for bits in row).rstrip("\u2800")
        for number, row in enumerate(dots)
    ]
    return "\n".join([*lines, f"{'':>{margin}} └{'─' * wide}", f"{'':>{margin}}  {_times(points, x, wide)}"])


def nice_levels(prices: Sequence[float], most: int) -> list[float]:
    """Round prices that span all of these, at equal distances, about `most` of them."""
    low, high = min(prices), max(prices)
    span = high - low or max(1.0, abs(high) * 0.02)
    rough = span / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.floor(low / step)
    last = max(first + 1, math.ceil(high / step))
    return [number * step for number in range(first, last + 1)]


def nice_moments(first: datetime, last: datetime, most: int) -> list[datetime]:
    """Round moments between these two, in UTC, at most `most` of them."""
    begin, end = first.timestamp(), last.timestamp()
    step = next((step for step in _STEPS if (end - begin) / step <= most), (end - begin) / most)
    start = math.ceil(begin / step)
    return [datetime.fromtimestamp(n * step, UTC) for n in range(start, math.floor(end / step) + 1)][:most]


def _by_column(points: Sequence[Point], x: _Across) -> list[tuple[int, float]]:
    """The last price of each column that has one."""
    columns = {round(x(point.when)): point.price for point in points}
    return sorted(columns.items())


def _dot(dots: list[list[int]], x: int, y: int) -> None:
    if 0 <= y // 4 < len(dots) and 0 <= x // 2 < len(dots[0]):
        dots[y // 4][x // 2] |= _DOTS[y % 4][x % 2]


def _times(points: Sequence[Point], x: _Across, wide: int) -> str:
    line = [" "] * wide
    for moment in nice_moments(points[0].when, points[-1].when, max(2, wide // 14)):
        label, place = _clock(moment, points), round(x(moment) / 2)
        place = max(0, min(place - len(label) // 2, wide - len(label)))
        if all(char == " " for char in line[max(0, place - 1) : place + len(label) + 1]):
            line[place : place + len(label)] = label
    return "".join(line).rstrip() + " UTC"


class _Across:
    """From a moment to its place between two edges."""

    def __init__(self, first: datetime, last: datetime, left: float, right: float) -> None:
        self._first, self._left = first, left
        self._per_s = (right - left) / max(1.0, (last - first).total_seconds())

    def __call__(self, moment: datetime) -> float:
        return self._left + (moment - self._first).total_seconds() * self._per_s


def _across(points: Sequence[Point], left: float, right: float) -> _Across:
    return _Across(points[0].when, points[-1].when, left, right)


def _clock(moment: datetime, points: Sequence[Point]) -> str:
    return f"{moment:%d %b}" if points[-1].when - points[0].when > timedelta(days=2) else f"{moment:%H:%M}"


def _short(level: float, levels: Sequence[float]) -> str:
    step = levels[1] - levels[0]
    decimals = next((places for places in range(6) if math.isclose(round(step, places), step)), 6)
    return f"{level:,.{decimals}f}"


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("pygame_gameservices.widgets") / "fonts" / f"Inter-{weight}.otf") as path:
        return ImageFont.truetype(path, size)
