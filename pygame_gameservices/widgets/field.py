"""A text field: where its caret and its selection are, and how it is painted."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

from pygame_gameservices.widgets.color import Color, mix
from pygame_gameservices.widgets.lettering import Lettering
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import Sheet, faint
from pygame_gameservices.widgets.text_line import TextLine

FIELD_SIZE = 23
"""Height of its letters, in units of the 1080p design."""
FIELD_PADDING = 16
"""Units from its edge to its text."""


class FieldLook(NamedTuple):
    """A line of text as it is shown. Places are pixels from the left end of the text's room.

    Attributes:
        text: what is shown.
        shift: how far it is moved to the left so that the caret can be seen.
        caret: where the caret is.
        selected: where the selection begins and ends.
        composed: where what the input method works on begins and ends.
    """

    text: str
    shift: float
    caret: float
    selected: tuple[float, float]
    composed: tuple[float, float]

    def __repr__(self) -> str:  # what is shown may be a token, and no log shall have it
        return f"FieldLook of {len(self.text)} characters"


def text_room(box: Region, scale: float, buttons: int = 0) -> Region:
    """The part of a field that its text may use, `buttons` pixels at the right being for something else."""
    padding = round(FIELD_PADDING * scale)
    return Region(box.x + padding, box.y, box.width - 2 * padding - buttons, box.height)


def field_look(line: TextLine, letters: Lettering, width: int) -> FieldLook:
    """Work out how `line` is shown in `width` pixels. Measures a few words; frame thread."""
    shown, caret = line.shown, line.caret + len(line.composition)
    at = letters.width(shown[:caret])
    total = letters.width(shown)
    shift = 0.0 if total <= width else max(0.0, min(total - width, at - width * 0.7))
    first, last = (letters.width(shown[:place]) - shift for place in line.selection)
    begun = letters.width(shown[: line.caret]) - shift
    return FieldLook(shown, shift, at - shift, (first, last), (begun, at - shift))


def caret_at(line: TextLine, letters: Lettering, look: FieldLook, x: float) -> int:
    """The place in the text that is nearest to `x`."""
    shown = line.shown
    return min(range(len(line.text) + 1), key=lambda place: abs(letters.width(shown[:place]) - look.shift - x))


def caret_picture(color: Color, scale: float) -> Picture:
    """The caret: a plain bar, quick enough to make on the frame thread."""
    width, height = max(2, round(2 * scale)), round(FIELD_SIZE * 1.3 * scale)
    return Picture(bytes(color) * (width * height), (width, height))


def paint_field(
    sheet: Sheet, box: Region, room: Region, look: FieldLook, *, bad: bool = False, off: bool = False
) -> None:
    """Paint a field with its text and selection.

    Args:
        sheet: what to paint on.
        box: the whole field.
        room: the part of it for the text.
        look: what is in it.
        bad: whether something is wrong with it.
        off: whether it takes no input now.
    """
    colors, radius = sheet.theme.colors, sheet.theme.radii.control * sheet.scale
    sheet.fill(box, colors.well, radius)
    edge = colors.bad if bad else faint(colors.text, 0.42)
    sheet.outline(box, edge, radius, max(1.0, (2.5 if bad else 1.5) * sheet.scale))
    first, last = (max(0.0, min(room.width, place)) for place in look.selected)
    if last > first:
        high = sheet.px(FIELD_SIZE * 1.4)
        mark = Region(room.x + round(first), room.y + (room.height - high) // 2, round(last - first), high)
        sheet.fill(mark, faint(colors.accent, 0.38), sheet.px(3))
    letters = sheet.lettering(FIELD_SIZE)
    baseline = (room.height + letters.cap_height) / 2
    ink = mix(colors.text, colors.muted, 0.6) if off else colors.text
    # Drawn over its own ground, and so cut off where the room ends, without darkening the edge of any letter.
    words = Image.new("RGBA", (max(1, room.width), max(1, room.height)), (*ink[:3], 0))
    letters.draw(words, (-look.shift, baseline), look.text, ink)
    sheet.paste(words, room.x, room.y)
    begun, ended = look.composed
    if ended > begun:
        line = Region(
            room.x + round(begun), room.y + round(baseline) + sheet.px(4), round(ended - begun), max(1, sheet.px(2))
        )
        sheet.fill(line, colors.accent)
