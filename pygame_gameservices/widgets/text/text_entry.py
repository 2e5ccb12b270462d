"""What widgets with text fields have in common: typing, editing, the caret, and selecting with the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pygame_gameservices.widgets.control import Control
from pygame_gameservices.widgets.dialog import Dialog
from pygame_gameservices.widgets.input import Edit, Pointer, Press
from pygame_gameservices.widgets.picture import Picture
from pygame_gameservices.widgets.region import Region
from pygame_gameservices.widgets.text.field import FIELD_SIZE, FieldLook, caret_at, caret_picture, field_look
from pygame_gameservices.widgets.text.lettering import Lettering
from pygame_gameservices.widgets.text.text_line import TextLine

_BLINK = 0.53
"""Seconds that the caret is seen, and then is not."""
_DOUBLE = 0.4
"""Seconds between two clicks that are one double click."""


class TextEntry(Dialog):
    """A dialog that has lines of text. Frame thread only."""

    def __init__(self) -> None:
        super().__init__()
        self._since_edit = 0.0
        self._since_press = _DOUBLE
        self._dragging = False
        self._caret: Picture | None = None
        self._mark: tuple[tuple[str, Picture | None], tuple[Picture, int, int]] | None = None

    @property
    def line(self) -> TextLine | None:
        """The line that takes what is typed now; None when none does."""
        raise NotImplementedError

    def line_of(self, name: str) -> TextLine | None:
        """The line of a control; None when it is no field."""
        raise NotImplementedError

    def rooms(self) -> dict[str, Region]:
        """Where the text of each field is, in pixels of the panel."""
        raise NotImplementedError

    def edited(self) -> None:
        """A line was changed by the player."""

    def field_look(self, name: str) -> FieldLook:
        """How a field is shown now."""
        line = self.line_of(name)
        assert line is not None
        return field_look(line, self._letters, self.rooms()[name].width)

    @property
    def text_area(self) -> Region | None:
        """Where the text is that the player edits."""
        if self.line is None:
            return None
        left, top = self.origin
        return self.rooms()[self.focus].moved(left, top)

    @property
    def composing(self) -> bool:
        """Whether an input method works on a text."""
        return self.line is not None and self.line.composition != ""

    def text(self, text: str, composing: bool = False) -> bool:
        """Take what is typed, or what an input method works on."""
        line = self.line
        if line is None:
            return False
        if composing:
            line.compose(text)
        elif line.insert(text):
            self.edited()
        self._touched()
        return True

    def edit(self, edit: Edit, select: bool = False) -> bool:
        """Take a change of the text."""
        line = self.line
        if line is None:
            return False
        before = line.text
        line.edit(edit, select, self.stage.clipboard.paste, self.stage.clipboard.copy)
        if line.text != before:
            self.edited()
        self._touched()
        return True

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        super().update(dt)
        self._since_edit += dt
        self._since_press += dt

    def changed(self) -> None:
        """Say that it would look different now."""
        super().changed()
        self._mark = None

    def restyled(self) -> None:
        """Forget what was painted for another screen or theme."""
        self._caret = None
        super().restyled()

    def focus_on(self, name: str) -> None:
        """Give the focus to a control; a line that gets it by keys or pad has the caret at its end."""
        if name != self.focus:
            line = self.line
            if line is not None:
                line.compose("")
            self._touched()
        super().focus_on(name)

    def pressed(self, control: Control, pointer: Pointer) -> None:
        """A control was pressed: in a text, the caret goes there; a double click selects a word."""
        super().pressed(control, pointer)
        line = self.line_of(control.name)
        if line is None:
            return
        twice = self._since_press < _DOUBLE
        self._since_press = 0.0
        self._dragging = True
        line.place(self._place(control.name, pointer.x), select=pointer.select)
        if twice:
            line.select_word()
        self._touched()

    def pointer(self, pointer: Pointer) -> bool:
        """Also select what the pointer is dragged over."""
        line = self.line
        if pointer.press is Press.UP:
            self._dragging = False
        elif pointer.press is Press.MOVE and self._dragging and line is not None:
            place = self._place(self.focus, pointer.x)
            if place != line.caret:
                line.place(place, select=True)
                self._touched()
        return super().pointer(pointer)

    def caret_marks(self) -> Iterator[tuple[Picture, int, int]]:
        """The caret, while it is to be seen."""
        line = self.line
        still = self.stage.reduced_motion
        if line is None or not (still or self._since_edit % (2 * _BLINK) < _BLINK):
            return
        painted = self.focus, self._easel.picture if self._easel is not None else None
        if self._mark is None or self._mark[0] != painted:  # what has been painted is measured with all fonts it needs
            self._mark = painted, self._caret_mark()
        yield self._mark[1]

    def _caret_mark(self) -> tuple[Picture, int, int]:
        if self._caret is None:
            self._caret = caret_picture(self.stage.theme.colors.accent, self.scale)
        room = self.rooms()[self.focus]
        look = self.field_look(self.focus)
        return self._caret, room.x + round(look.caret), room.y + (room.height - self._caret.size[1]) // 2

    def _place(self, name: str, x: float) -> int:
        line = self.line_of(name)
        assert line is not None
        return caret_at(line, self._letters, self.field_look(name), x - self.origin[0] - self.rooms()[name].x)

    def _touched(self) -> None:
        self._since_edit = 0.0
        self.changed()

    @property
    def _letters(self) -> Lettering:
        return replace(self.stage.theme.lettering(FIELD_SIZE * self.scale), glance=True)
