"""The buttons of pads as they look on the pad in the player's hands: Xbox, PlayStation, Nintendo and Steam Deck.

Actions name the button by the letter that SDL and pyglet know it by, which is the one printed on it: so "A" accepts on
an Xbox pad, where it lies below, and on a Nintendo one, where it lies at the right; on PlayStation it is the cross.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from PIL import ImageDraw

from pygame_gameservices.widgets.pad import Pad
from pygame_gameservices.widgets.painting.brushes import smooth, stamp
from pygame_gameservices.widgets.painting.color import Color, color, contrast, mix, over
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, Sheet, faint

_SHOULDERS = {
    Pad.XBOX: {"LB": "LB", "RB": "RB"},
    Pad.PLAYSTATION: {"LB": "L1", "RB": "R1"},
    Pad.NINTENDO: {"LB": "L", "RB": "R"},
    Pad.STEAM_DECK: {"LB": "L1", "RB": "R1"},
}
_INKS = {
    Pad.XBOX: {"A": "#5fd35f", "B": "#ff6b61", "X": "#5aa9ff", "Y": "#ffc93c"},
    Pad.PLAYSTATION: {"A": "#8fb4ff", "B": "#ff7a85", "X": "#f0a0dc", "Y": "#5fe0c0"},
}
"""The colors of the face buttons, where they have any."""
_CAP = color("#1b1f2a")


def button_width(sheet: Sheet, pad: Pad, name: str) -> int:
    """Pixels that a button takes across."""
    if name in _SHOULDERS[pad]:
        return max(sheet.px(38), round(sheet.lettering(18, bold=True).width(_SHOULDERS[pad][name])) + sheet.px(18))
    return sheet.px(30)


def paint_button(sheet: Sheet, pad: Pad, name: str, box: Region) -> None:
    """Paint a button: ``"A"``, ``"B"``, ``"X"``, ``"Y"``, ``"LB"``, ``"RB"``, or ``"cross"`` for left and right."""
    colors = sheet.theme.colors
    if name == "cross":
        _cross(sheet, box, colors.text)
    elif name in _SHOULDERS[pad]:
        radius = sheet.px(6 if pad is not Pad.NINTENDO else 12)
        sheet.fill(box, colors.raised, radius)
        sheet.outline(box, faint(colors.text, 0.6), radius)
        sheet.text(box, _SHOULDERS[pad][name], 18, colors.text, bold=True, align=CENTER)
    else:
        ink = color(_INKS[pad][name]) if pad in _INKS else (255, 255, 255, 255)
        sheet.fill(box, _CAP, box.width / 2)
        sheet.outline(box, _edge(sheet, ink), box.width / 2, max(1.0, 1.5 * sheet.scale))
        if pad is Pad.PLAYSTATION:
            _shape(sheet, box, _SHAPES[name], ink)
        else:
            sheet.text(box, name, 19, ink, bold=True, align=CENTER)


def _edge(sheet: Sheet, ink: Color) -> Color:
    """The edge of a dark cap: the button's color, or what can be seen on the panel."""
    ground = over(mix(sheet.theme.colors.panel_top, sheet.theme.colors.panel_bottom, 0.5), (0, 0, 0, 255))
    return ink if contrast(ink, ground) >= 3 else _CAP


def _shape(sheet: Sheet, box: Region, draw: Callable[[ImageDraw.ImageDraw, float, int], None], ink: Color) -> None:
    side = box.width
    mask = smooth((side, side), lambda pen, f: draw(pen, side * f, max(1, round(side * f * 0.075))))
    stamp(sheet.image, mask, ink, sheet.at(box))


def _a(pen: ImageDraw.ImageDraw, side: float, line: int) -> None:
    near, far = side * 0.32, side * 0.68
    pen.line((near, near, far, far), 255, line)
    pen.line((near, far, far, near), 255, line)


def _b(pen: ImageDraw.ImageDraw, side: float, line: int) -> None:
    pen.ellipse((side * 0.28, side * 0.28, side * 0.72, side * 0.72), outline=255, width=line)


def _x(pen: ImageDraw.ImageDraw, side: float, line: int) -> None:
    pen.rectangle((side * 0.31, side * 0.31, side * 0.69, side * 0.69), outline=255, width=line)


def _y(pen: ImageDraw.ImageDraw, side: float, line: int) -> None:
    turns = [-pi / 2 + step * 2 * pi / 3 for step in range(5)]
    pen.line([(side * (0.5 + 0.26 * cos(t)), side * (0.54 + 0.26 * sin(t))) for t in turns], 255, line, joint="curve")


_SHAPES = {"A": _a, "B": _b, "X": _x, "Y": _y}


def _cross(sheet: Sheet, box: Region, ink: Color) -> None:
    """A directional pad whose left and right arms are filled."""
    side = box.width

    def draw(pen: ImageDraw.ImageDraw, factor: int) -> None:
        whole, line = side * factor, max(1, round(side * factor * 0.06))
        low, inner, outer, high = whole * 0.06, whole * 0.35, whole * 0.65, whole * 0.94
        pen.rectangle((inner, low, outer, high), outline=255, width=line)
        pen.rectangle((low, inner, high, outer), fill=255)
        pen.rectangle((inner, inner, outer, outer), fill=0)

    stamp(sheet.image, smooth((side, side), draw), ink, sheet.at(box))
