"""What the keys that change others mean, which is not the same on every system."""

from __future__ import annotations

import sys
from typing import NamedTuple

from pygame_gameservices.widgets.input import Edit


class Modifiers(NamedTuple):
    """Which of them are held.

    Attributes:
        control: Control.
        alt: Alt, which macOS calls Option.
        altgr: AltGr, as far as it is told apart from Alt.
        command: Command on macOS, the Windows key elsewhere.
        shift: Shift.
    """

    control: bool = False
    alt: bool = False
    altgr: bool = False
    command: bool = False
    shift: bool = False

    @property
    def commands(self) -> bool:
        """Whether a letter is an order and no letter: with Command on macOS, with Control elsewhere.

        But not with AltGr, which writes the third sign of a key, and which Windows tells as Control and Alt together.
        """
        if sys.platform == "darwin":
            return self.command
        return self.control and not self.alt and not self.altgr

    def moved(self, edit: Edit) -> Edit:
        """What a move of the caret becomes while they are held."""
        if sys.platform == "darwin":
            words, line = self.alt, self.command
        else:
            words, line = self.commands, False
        if words:
            return {Edit.LEFT: Edit.WORD_LEFT, Edit.RIGHT: Edit.WORD_RIGHT}.get(edit, edit)
        if line:
            return {Edit.LEFT: Edit.HOME, Edit.RIGHT: Edit.END}.get(edit, edit)
        return edit
