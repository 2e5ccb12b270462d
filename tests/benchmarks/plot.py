"""The figures as a picture: how far each row is on the right side of its target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.benchmarks.machine import machine
from tests.benchmarks.peers import ROOT
from tests.benchmarks.row import Result
from tests.benchmarks.wording import judged, signs, target

SCALE = 2
WIDTH, LINE, GAP, TOP, BOTTOM = 1000, 22, 9, 100, 54
"""`LINE` for each result, and a `GAP` more between rows."""
MARGIN, VARIANTS, LEFT, RIGHT, MEASURED, TARGETS, PEERS = 16, 150, 312, 606, 632, 712, 804
"""Where names and variants begin, bars begin and end, and the other columns begin."""
LEAST, MOST = 0.25, 64.0
"""The ends of the scale, in multiples of the target."""
INK, FAINT, RULE, PAPER, GOOD, BAD = "#1d2430", "#68717f", "#e6e9ee", "#ffffff", "#2f9e6e", "#c8503c"
FONTS = ROOT / "pygame_gameservices" / "widgets" / "fonts"


def plot(results: Sequence[Result], path: Path) -> None:
    """Draw one bar for each result and write the picture to `path` as PNG."""
    groups = [(row, list(members)) for row, members in groupby(results, key=lambda result: result.row)]
    bottom = TOP + LINE * len(results) + GAP * len(groups)
    picture = Image.new("RGB", (WIDTH * SCALE, (bottom + BOTTOM) * SCALE), PAPER)
    page = _Page(ImageDraw.Draw(picture))
    _frame(page, bottom)
    y = float(TOP)
    for row, members in groups:
        page.line(MARGIN, y, WIDTH - MARGIN, y, RULE, 1)
        page.text(MARGIN, y + (GAP + LINE) / 2, row.name, INK, size=12, bold=True, anchor="lm", room=LEFT - MARGIN)
        for number, result in enumerate(members):
            _bar(page, y + GAP / 2 + LINE * number, result)
        y += GAP + LINE * len(members)
    page.line(_place(1), TOP - 4, _place(1), bottom + 2, INK, 2)
    picture.save(path, "PNG", optimize=True)


def _frame(page: _Page, bottom: float) -> None:
    """All that is there without any bars: headings, scale, and where it was measured."""
    page.text(MARGIN, 14, "Speed against its targets", INK, size=19, bold=True)
    page.text(MARGIN, 42, "Right of the line: so many times better than the target. Left of it, in red: missed.", FAINT)
    for x, words in ((MEASURED, "measured"), (TARGETS, "target"), (PEERS, "beside")):
        page.text(x, TOP - 8, words, FAINT, size=11, anchor="ls")
    for power in range(round(math.log2(LEAST)), round(math.log2(MOST)) + 1, 2):
        x, words = _place(2.0**power), "target" if power == 0 else f"{2.0**power:g}x"
        page.line(x, TOP, x, bottom, RULE, 1)
        for where in (TOP - 8, bottom + 16):
            page.text(x, where, words, INK if power == 0 else FAINT, size=11, anchor="ms")
    page.text(MARGIN, bottom + BOTTOM - 24, f"{machine()}; medians", FAINT, size=10)


def _bar(page: _Page, y: float, result: Result) -> None:
    colour, middle = (GOOD if result.holds else BAD), y + LINE / 2
    end = _place(_margin(result))
    start, end = (_place(1), max(end, _place(1) + 4)) if result.holds else (min(end, _place(1) - 4), _place(1))
    variant = result.measured.variant
    page.text(LEFT - 14, middle, variant, FAINT, anchor="rm", room=LEFT - 14 - VARIANTS)
    page.box(start, y + 4, end, y + LINE - 4, colour)
    page.text(MEASURED, middle, judged(result), colour, bold=True, anchor="lm", room=TARGETS - MEASURED)
    page.text(TARGETS, middle, signs(target(result)), FAINT, anchor="lm", room=PEERS - TARGETS)
    page.text(PEERS, middle, result.measured.peer_name, FAINT, anchor="lm", room=WIDTH - MARGIN - PEERS)


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
    return LEFT + part * (RIGHT - LEFT)


class _Page:
    """Draws at twice the size, so that it is sharp on dense screens."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        *,
        size: float = 12,
        bold: bool = False,
        anchor: str = "la",
        room: float = math.inf,
    ) -> None:
        """Write a line, smaller where it would need more than its room."""
        face = FONTS / ("Inter-SemiBold.otf" if bold else "Inter-Regular.otf")
        font = ImageFont.truetype(face, size * SCALE)
        needed = font.getlength(text) / SCALE + 6
        if needed > room:
            font = ImageFont.truetype(face, size * SCALE * room / needed)
        self._draw.text((x * SCALE, y * SCALE), text, colour, font, anchor=anchor)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str, width: int) -> None:
        """Draw a line."""
        self._draw.line((x * SCALE, y * SCALE, to_x * SCALE, to_y * SCALE), colour, width * SCALE)

    def box(self, x: float, y: float, to_x: float, to_y: float, colour: str) -> None:
        """Draw a bar."""
        self._draw.rounded_rectangle((x * SCALE, y * SCALE, to_x * SCALE, to_y * SCALE), 3 * SCALE, colour)
