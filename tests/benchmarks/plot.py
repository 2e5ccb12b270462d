"""The figures as a picture: how far each row is on the right side of its target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.benchmarks.machine import machine
from tests.benchmarks.peers import ROOT
from tests.benchmarks.row import Result
from tests.benchmarks.wording import judged, target, title

SCALE = 2
WIDTH, LINE, TOP, BOTTOM = 1000, 30, 84, 44
LEFT, RIGHT = 266, 300
"""Room for the names and for the figures."""
LEAST, MOST = 0.25, 64.0
"""The ends of the scale, in multiples of the target."""
INK, FAINT, PAPER, GOOD, BAD = "#1d2430", "#8a93a3", "#ffffff", "#2f9e6e", "#c8503c"
FONTS = ROOT / "pygame_gameservices" / "widgets" / "fonts"


def plot(results: Sequence[Result], path: Path) -> None:
    """Draw one bar for each result and write the picture to `path` as PNG."""
    height = TOP + LINE * len(results) + BOTTOM
    picture = Image.new("RGB", (WIDTH * SCALE, height * SCALE), PAPER)
    page = _Page(ImageDraw.Draw(picture))
    page.text(16, 14, "Speed against its targets", INK, size=19, bold=True)
    page.text(16, 42, "Bars to the right are better than the target, on a scale of doublings", FAINT, size=13)
    for power in range(round(math.log2(LEAST)), round(math.log2(MOST)) + 1, 2):
        x = _place(2.0**power)
        page.line(x, TOP - 4, x, height - BOTTOM + 4, "#e6e9ee", 1)
        page.text(x, height - BOTTOM + 6, f"{2.0**power:g}x", FAINT, size=11, anchor="ma")
    for number, result in enumerate(results):
        _bar(page, TOP + LINE * number, result)
    page.line(_place(1), TOP - 8, _place(1), height - BOTTOM + 4, INK, 2)
    page.text(_place(1), TOP - 10, "target", INK, size=11, anchor="md")
    page.text(16, height - 18, machine(), FAINT, size=10)
    picture.save(path, "PNG", optimize=True)


def _bar(page: _Page, y: int, result: Result) -> None:
    colour = GOOD if result.holds else BAD
    zero, end = sorted((_place(1), _place(_margin(result))))
    page.text(LEFT - 12, y + LINE / 2, title(result), INK, size=13, anchor="rm")
    page.box(zero, y + 6, max(end, zero + 3), y + LINE - 6, colour)
    page.text(WIDTH - RIGHT + 16, y + LINE / 2, judged(result), colour, size=13, bold=True, anchor="lm")
    page.text(WIDTH - RIGHT + 130, y + LINE / 2, f"target {target(result)}", FAINT, size=12, anchor="lm")


def _margin(result: Result) -> float:
    """How many times better than its target a result is."""
    wanted, got = result.row.target, result.judged
    if got is None:
        return LEAST
    if result.row.at_least:
        return got / wanted
    if got <= 0:
        return MOST
    return wanted / got if wanted else LEAST


def _place(margin: float) -> float:
    """Where a multiple of the target lies on the page; what is off the scale lies at its end."""
    clipped = min(max(margin, LEAST), MOST)
    part = math.log(clipped / LEAST) / math.log(MOST / LEAST)
    return LEFT + part * (WIDTH - LEFT - RIGHT)


class _Page:
    """Draws at twice the size, so that it is sharp on dense screens."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def text(
        self, x: float, y: float, text: str, colour: str, *, size: int, bold: bool = False, anchor: str = "la"
    ) -> None:
        """Write a line."""
        font = ImageFont.truetype(FONTS / ("Inter-SemiBold.otf" if bold else "Inter-Regular.otf"), size * SCALE)
        self._draw.text((x * SCALE, y * SCALE), text, colour, font, anchor=anchor)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str, width: int) -> None:
        """Draw a line."""
        self._draw.line((x * SCALE, y * SCALE, to_x * SCALE, to_y * SCALE), colour, width * SCALE)

    def box(self, x: float, y: float, to_x: float, to_y: float, colour: str) -> None:
        """Draw a bar."""
        self._draw.rounded_rectangle((x * SCALE, y * SCALE, to_x * SCALE, to_y * SCALE), 3 * SCALE, colour)
