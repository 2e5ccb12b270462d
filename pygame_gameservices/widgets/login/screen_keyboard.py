"""A keyboard on the screen, for players who hold a pad or touch the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from pygame_gameservices.widgets.control import Control, Layout
from pygame_gameservices.widgets.fit import Fit
from pygame_gameservices.widgets.furniture import Hint, button, footer
from pygame_gameservices.widgets.input import Action, Device, Edit
from pygame_gameservices.widgets.pad import Hands
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.sheet import CENTER, EDGE, Sheet, faint
from pygame_gameservices.widgets.text.field import FIELD_SIZE, FieldLook, paint_field, text_room
from pygame_gameservices.widgets.text.text_entry import TextEntry
from pygame_gameservices.widgets.text.text_line import TextLine
from pygame_gameservices.widgets.theme import Theme
from pygame_gameservices.widgets.wording import Wording

_LETTERS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm_.@")
_SIGNS = ("1234567890", "!?#$%&*+=/", "()[]{}<>\\|", "~^'\"`:;,.@")
_COLUMNS = 10
_SPECIAL: tuple[tuple[str, int], ...] = (
    ("shift", 1),
    ("signs", 1),
    ("left", 1),
    ("right", 1),
    ("space", 2),
    ("paste", 1),
    ("backspace", 1),
    ("done", 2),
)
_KEY_NAME = "key "


class _Places(NamedTuple):
    """Where the parts of a keyboard are, in units of the 1080p design."""

    title: int
    field: int
    field_height: int
    keys: int
    key_height: int
    gap: int


_USUAL = _Places(title=22, field=66, field_height=56, keys=138, key_height=54, gap=8)
_COMPACT = _Places(title=6, field=40, field_height=44, keys=92, key_height=42, gap=5)
"""Without hints at the foot."""


class ScreenKeyboard(TextEntry):
    """Types into a `TextLine`. Keys of a real keyboard work too. Frame thread only."""

    needs = (820, 500)
    compact = (616, 336)

    def __init__(self, line: TextLine, title: str, on_close: Callable[[bool], object]) -> None:
        """Type into `line`.

        Args:
            line: what to change.
            title: what it is.
            on_close: called when it is closed, with True for Done and False for Escape. The text stays either way.
        """
        super().__init__()
        self._line = line
        self._title = title
        self._on_close = on_close
        self._secret = line.masked
        self._shifted = False
        self._signs = False
        self.focus = f"{_KEY_NAME}14"

    @property
    def line(self) -> TextLine:
        """What is typed into."""
        return self._line

    def line_of(self, name: str) -> TextLine | None:
        """The line, for its own field."""
        return self._line if name == "field" else None

    def rooms(self) -> dict[str, Region]:
        """Where the text is; whatever has the focus, it is typed there."""
        field = self.layout.control("field")
        assert field is not None
        room = text_room(field.box, self.scale)
        return {"field": room, self.focus: room}

    def field_look(self, name: str) -> FieldLook:
        """How the line is shown now."""
        return super().field_look("field")

    def arrange(self) -> Layout:
        """Where the keys are."""
        fit, px = self.fit, self.px
        at = _places(fit)
        foot = fit.foot(hints=self.stage.device is not Device.TOUCH)
        last = at.keys + (len(_LETTERS) + 1) * (at.key_height + at.gap) - at.gap
        size = self.smallest[0], px(last + foot)
        radius = self.stage.theme.radii.control * self.scale
        left, wide, gap = px(fit.padding), size[0] - 2 * px(fit.padding), px(at.gap)
        eye = px(54) + gap if self._secret else 0
        field = Region(left, px(at.field), wide - eye, px(at.field_height))
        controls = [Control("field", field, radius, reachable=False)]
        if self._secret:
            controls.append(Control("reveal", field._replace(x=left + wide - px(54), width=px(54)), radius))
        high = px(at.key_height)
        for index in range(_COLUMNS * len(_LETTERS)):
            row, column = divmod(index, _COLUMNS)
            x, width = _columns(wide, gap, column, 1)
            box = Region(left + x, px(at.keys) + row * px(at.key_height + at.gap), width, high)
            controls.append(Control(f"{_KEY_NAME}{index}", box, radius))
        column, top = 0, px(at.keys) + len(_LETTERS) * px(at.key_height + at.gap)
        for name, columns in _SPECIAL:
            x, width = _columns(wide, gap, column, columns)
            controls.append(Control(name, Region(left + x, top, width, high), radius))
            column += columns
        return Layout(size, tuple(controls))

    def painter(self) -> Callable[[], Picture]:
        """How it looks now."""
        return partial(
            _paint,
            self.layout,
            self.field_look("field"),
            self._title,
            self._caps,
            (self._shifted, self._signs, self._line.masked),
            self.stage.theme,
            self.fit,
            self.stage.wording,
            self.stage.hands,
        )

    @property
    def hints_at(self) -> Region | None:
        """Where it says what keys do; the compact layout has no room for it."""
        return None if self.fit.compact else super().hints_at

    def activate(self, name: str) -> None:
        """Press a key."""
        if name.startswith(_KEY_NAME):
            self.text(self._caps[int(name.removeprefix(_KEY_NAME))])
            self._shifted = False
        elif name == "space":
            self.text(" ")
        elif name in _EDITS:
            self.edit(_EDITS[name])
        elif name == "shift":
            self._shifted = not self._shifted
        elif name == "signs":
            self._signs = not self._signs
        elif name == "reveal":
            self._line.masked = not self._line.masked
        elif name == "done":
            self._finish(done=True)
        self._touched()

    def action(self, action: Action) -> bool:
        """Move, press and close; the shoulder buttons move the caret, Y erases. Enter of a real keyboard is done."""
        if action is Action.ACCEPT and self.stage.device is Device.KEYBOARD:
            self._finish(done=True)
        elif action in (Action.TAB_LEFT, Action.TAB_RIGHT):
            self.edit(Edit.LEFT if action is Action.TAB_LEFT else Edit.RIGHT)
        elif action is Action.REFRESH:
            self.edit(Edit.BACKSPACE)
        else:
            super().action(action)
        return True

    def move(self, action: Action) -> None:
        """Move the focus; at the edges it comes in again on the other side."""
        beside = self.layout.beside(self.focus, action)
        if beside is None:
            beside = self._opposite(action)
        if beside is not None:
            self.focus_on(beside.name)

    def cancel(self) -> None:
        """Close without going on to the next field; the text stays."""
        self._finish(done=False)

    def _finish(self, *, done: bool) -> None:
        self._line.compose("")
        self.close()
        self._on_close(done)

    def _opposite(self, action: Action) -> Control | None:
        """The furthest control on the other side of the same row or column."""
        here = self.layout.control(self.focus)
        if here is None:
            return None
        back = {
            Action.LEFT: Action.RIGHT,
            Action.RIGHT: Action.LEFT,
            Action.UP: Action.DOWN,
            Action.DOWN: Action.UP,
        }.get(action)
        found: Control | None = None
        while back is not None:
            further = self.layout.beside(found.name if found else here.name, back)
            if further is None:
                break
            found = further
        return found

    @property
    def _caps(self) -> str:
        """What is on the keys, row by row."""
        keys = "".join(_SIGNS if self._signs else _LETTERS)
        return keys.upper() if self._shifted else keys

    def _moving_marks(self, busy: Region | None) -> Sequence[tuple[Picture, int, int]]:
        return (*super()._moving_marks(busy), *self.caret_marks())


_EDITS = {"left": Edit.LEFT, "right": Edit.RIGHT, "backspace": Edit.BACKSPACE, "paste": Edit.PASTE}


def _places(fit: Fit) -> _Places:
    return _COMPACT if fit.compact else _USUAL


def _columns(wide: int, gap: int, first: int, count: int) -> tuple[int, int]:
    """Where so many columns begin and how wide they are; rounding never adds up."""
    start = round(first * (wide + gap) / _COLUMNS)
    return start, round((first + count) * (wide + gap) / _COLUMNS) - gap - start


def _paint(
    layout: Layout,
    look: FieldLook,
    title: str,
    caps: str,
    switches: tuple[bool, bool, bool],
    theme: Theme,
    fit: Fit,
    wording: Wording,
    hands: Hands,
) -> Picture:
    """Paint the keyboard. Helper thread."""
    shifted, signs, masked = switches
    sheet = Sheet(theme, fit.scale, layout.size, compact=fit.compact)
    px, colors, left = sheet.px, theme.colors, fit.px(fit.padding)
    above = Region(left, px(_places(fit).title), layout.size[0] - 2 * left, px(36))
    sheet.text(above, title, 22, colors.text, bold=True)
    for control in layout.controls:
        name, box = control.name, control.box
        if name == "field":
            paint_field(sheet, box, text_room(box, fit.scale), look)
        elif name.startswith(_KEY_NAME):
            _key(sheet, box, control.radius)
            words = caps[int(name.removeprefix(_KEY_NAME))]
            sheet.text(box, words, FIELD_SIZE + 1, colors.text, bold=True, align=CENTER)
        elif name == "done":
            button(sheet, box, wording.keyboard.done, primary=True)
        else:
            _key(sheet, box, control.radius, held=(name == "shift" and shifted) or (name == "signs" and signs))
            _legend(sheet, box, name, wording, shifted=shifted, signs=signs, masked=masked)
    if not fit.compact:
        hints = (
            [Hint("tabs", wording.hints.move), Hint("refresh", wording.hints.erase)]
            if hands.device is Device.PAD
            else []
        )
        footer(sheet, [*hints, Hint("accept", wording.hints.select), Hint("cancel", wording.hints.back)], hands)
    return sheet.picture()


def _key(sheet: Sheet, box: Region, radius: float, *, held: bool = False) -> None:
    colors = sheet.theme.colors
    sheet.fill(box, faint(colors.accent, 0.3) if held else colors.raised, radius)
    sheet.outline(box, colors.accent if held else faint(colors.text, EDGE), radius)


def _legend(
    sheet: Sheet, box: Region, name: str, wording: Wording, *, shifted: bool, signs: bool, masked: bool
) -> None:
    """What a special key does: a sign where there is one that everybody knows, else a word."""
    ink = sheet.theme.colors.text
    if name == "signs":
        sheet.text(box, "abc" if signs else "#+=", 19, ink, bold=True, align=CENTER)
    elif name == "paste" and not sheet.fit.compact:
        sheet.text(box.inset(sheet.px(4), 0), wording.keyboard.paste, 18, ink, bold=True, align=CENTER)
    else:
        icons = {"shift": "shifted" if shifted else "shift", "reveal": "eye" if masked else "eye_off"}
        sheet.icon(box, icons.get(name, name), ink, 28)
