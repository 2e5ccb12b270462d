"""A line of text that a player edits: caret, selection, and what an input method is still working on. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.text.bidi import starts_rtl
from pygame_gameservices.widgets.text.clusters import after, before, whole

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]")
"""What is copied along unnoticed. Joiners and selectors stay: letters and emoji are made with them."""
_LOOKED_AT = 4096
"""Characters of what is pasted that are looked at: a clipboard may hold a whole book."""
MASK = "•"
"""What stands for each character of a secret."""


def trimmed(text: str) -> str:
    """Return pasted or typed text as one line without control characters, blanks around it, and characters that are
    never seen. A blank alone stays."""
    return text if text == " " else _UNSEEN.sub("", _CONTROL.sub(" ", text)).strip()


class TextLine:
    """One line of text and the caret in it. Frame thread only; its ``repr`` never shows the text.

    Attributes:
        text: what has been entered.
        caret: characters before the caret.
        anchor: the other end of the selection; the same as `caret` when nothing is selected.
        composition: what an input method is still working on; it is shown at the caret and is no part of `text`.
        masked: whether the text is a secret: it is shown as dots, and cannot be copied.
    """

    __slots__ = ("_clean", "_longest", "anchor", "caret", "composition", "masked", "text")

    def __init__(
        self, text: str = "", *, masked: bool = False, longest: int = 100, clean: Callable[[str], str] = trimmed
    ) -> None:
        """Begin with `text`, the caret behind it.

        Args:
            text: what is there already.
            masked: see the attribute.
            longest: characters that it may have; what is more is cut off.
            clean: what becomes of each piece that is typed or pasted.
        """
        self._clean = clean
        self._longest = longest
        self.text = text
        self.masked = masked
        self.caret = self.anchor = len(text)
        self.composition = ""

    def __repr__(self) -> str:
        return f"<TextLine of {len(self.text)} characters>"

    @property
    def selection(self) -> tuple[int, int]:
        """The first character that is selected, and the first one behind that is not."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def shown(self) -> str:
        """What the player sees: the text or dots, with the composition at the caret."""
        text = self.shown_text
        return text[: self.caret] + self.composition + text[self.caret :]

    @property
    def shown_text(self) -> str:
        """The same without the composition."""
        return MASK * len(self.text) if self.masked else self.text

    def insert(self, text: str) -> bool:
        """Put `text` in place of the selection. Returns whether anything changed."""
        self.composition = ""
        first, last = self.selection
        piece = self._clean(text[:_LOOKED_AT])
        piece = piece[: whole(piece, min(len(piece), self._longest - len(self.text) + last - first))]
        if not piece and first == last:
            return False
        self.text = self.text[:first] + piece + self.text[last:]
        self.caret = self.anchor = first + len(piece)
        return True

    def compose(self, text: str) -> None:
        """Show what an input method is working on; empty when it is done or given up."""
        if text and self.caret != self.anchor:
            self.insert("")
        self.composition = _CONTROL.sub("", text[: self._longest])

    def place(self, caret: int, *, select: bool = False) -> None:
        """Put the caret behind so many characters, never into what looks like one; with `select` the other end of the
        selection stays."""
        self.caret = whole(self.text, min(len(self.text), caret))
        if not select:
            self.anchor = self.caret

    def edit(self, edit: Edit, select: bool, paste: Callable[[], str], copy: Callable[[str], object]) -> None:
        """Do what the player asked for.

        Args:
            edit: what.
            select: whether a move of the caret selects.
            paste: returns what is on the clipboard.
            copy: puts something there; never called for a secret.
        """
        if edit in _MOVES:
            self._move(edit, select)
        elif edit is Edit.BACKSPACE or edit is Edit.DELETE:
            self._erase(-1 if edit is Edit.BACKSPACE else 1)
        elif edit is Edit.SELECT_ALL:
            self.anchor, self.caret = 0, len(self.text)
        elif edit is Edit.PASTE:
            self.insert(paste())
        elif not self.masked and self.caret != self.anchor:
            first, last = self.selection
            copy(self.text[first:last])
            if edit is Edit.CUT:
                self.insert("")

    def select_word(self) -> None:
        """Select the word around the caret, all of it when it is a secret."""
        first, last = self._word(-1), self._word(1)
        self.anchor, self.caret = first, last

    def _move(self, edit: Edit, select: bool) -> None:
        first, last = self.selection
        turned = not self.masked and starts_rtl(self.text)
        if first != last and not select and edit in (Edit.LEFT, Edit.RIGHT):
            self.place(first if (edit is Edit.LEFT) != turned else last)  # left at the side one goes to
            return
        back, forth = before(self.text, self.caret), after(self.text, self.caret)
        targets = {
            Edit.LEFT: forth if turned else back,
            Edit.RIGHT: back if turned else forth,
            Edit.WORD_LEFT: self._word(-1),
            Edit.WORD_RIGHT: self._word(1),
            Edit.HOME: 0,
            Edit.END: len(self.text),
        }
        self.place(targets[edit], select=select)

    def _erase(self, step: int) -> None:
        if self.caret == self.anchor:
            self.place((before if step < 0 else after)(self.text, self.caret), select=True)
        self.insert("")

    def _word(self, step: int) -> int:
        """Where the caret comes to when it goes a word on. A secret is one word: its blanks are nobody's business."""
        if self.masked:
            return 0 if step < 0 else len(self.text)
        place = self.caret
        look = -1 if step < 0 else 0
        inside = False
        while 0 <= place + look < len(self.text):
            if self.text[place + look].isalnum():
                inside = True
            elif inside:
                break
            place += step
        return whole(self.text, place)


_MOVES = frozenset({Edit.LEFT, Edit.RIGHT, Edit.WORD_LEFT, Edit.WORD_RIGHT, Edit.HOME, Edit.END})
