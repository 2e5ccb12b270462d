"""A text field: where its caret and its selection are, and how it is painted."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

from PIL import Image

from pygame_gameservices.widgets.painting.color import Color, mix
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import EDGE, Sheet, faint
from pygame_gameservices.widgets.text.bidi import is_turned
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.text.scripts import needs_shaping
from pygame_gameservices.widgets.text.text_line import MASK, TextLine

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
        selected: from where to where the selection goes; in several parts where text of two directions meets.
        composed: the same of what the input method works on.
    """

    text: str
    shift: float
    caret: float
    selected: tuple[tuple[float, float], ...]
    composed: tuple[tuple[float, float], ...]

    def __repr__(self) -> str:  # what is shown may be a token, and no log shall have it
        return f"FieldLook of {len(self.text)} characters"


def text_room(box: Region, scale: float, buttons: int = 0) -> Region:
    """The part of a field that its text may use, `buttons` pixels at the right being for something else."""
    padding = round(FIELD_PADDING * scale)
    return Region(box.x + padding, box.y, box.width - 2 * padding - buttons, box.height)


def field_look(line: TextLine, letters: Lettering, width: int) -> FieldLook:
    """Work out how `line` is shown in `width` pixels. Measures a few words; frame thread."""
    shown, caret = line.shown, line.caret + len(line.composition)
    at = _caret(letters, shown, caret)
    total = letters.width(shown)
    shift = 0.0 if total <= width else max(0.0, min(total - width, at - width * 0.7))
    text = shown
    if line.masked and not line.composition and total > width:  # dots are whole, or they are not seen
        dot = letters.width(MASK)
        first = ceil(shift / dot)
        shift, text = first * dot, shown[: first + int(width / dot)]
    selected = letters.spans(shown, *line.selection) if not line.composition else []
    composed = letters.spans(shown, line.caret, caret)
    return FieldLook(
        text,
        shift,
        at - shift,
        tuple((left - shift, right - shift) for left, right in selected),
        tuple((left - shift, right - shift) for left, right in composed),
    )


def _caret(letters: Lettering, shown: str, place: int) -> float:
    if not (is_turned(shown) or needs_shaping(shown)):
        return letters.width(shown[:place])
    carets = letters.carets(shown)
    return carets[max(each for each in carets if each <= place)]


def caret_at(line: TextLine, letters: Lettering, look: FieldLook, x: float) -> int:
    """The place in the text that is nearest to `x`."""
    carets = letters.carets(line.shown if not line.composition else line.shown_text)
    return min(carets, key=lambda place: abs(carets[place] - look.shift - x))


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
    if bad:  # with the focus around it, it must still be seen that something is wrong: the edge is wider than that one
        sheet.fill(box, faint(colors.bad, 0.14), radius)
        sheet.outline(box, colors.bad, radius, max(3.0, 4.5 * sheet.scale))
    else:
        sheet.outline(box, faint(colors.text, EDGE), radius, max(1.0, 1.5 * sheet.scale))
    for first, last in _inside(look.selected, room.width):
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
    for begun, ended in _inside(look.composed, room.width):
        line = Region(
            room.x + round(begun), room.y + round(baseline) + sheet.px(4), round(ended - begun), max(1, sheet.px(2))
        )
        sheet.fill(line, colors.accent)


def _inside(spans: tuple[tuple[float, float], ...], width: int) -> list[tuple[float, float]]:
    """The parts of `spans` that can be seen in a room of `width` pixels."""
    cut = [(max(0.0, left), min(float(width), right)) for left, right in spans]
    return [(left, right) for left, right in cut if right > left]
