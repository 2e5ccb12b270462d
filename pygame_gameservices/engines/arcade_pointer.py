"""Lets the player see and move the pointer in a dialog, also in an Arcade game that hides or holds it."""

from __future__ import annotations

from typing import Any


class ArcadePointer:
    """Shows the pointer while a dialog is open, and gives it back as the game had it. Frame thread."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._hidden = self._held = False

    def update(self, modal: bool) -> None:
        """Do so if a dialog is open now. Once a frame, since a game may hide it anew in each."""
        if modal:
            self._let_go()
        elif self._hidden or self._held:
            self._give_back()

    def _let_go(self) -> None:
        window = self._window
        if window._mouse_exclusive:  # pyglet can be told, but not asked
            self._held = True
            window.set_exclusive_mouse(False)
        if not window._mouse_visible:
            self._hidden = True
            window.set_mouse_visible(True)

    def _give_back(self) -> None:
        hidden, held = self._hidden, self._held
        self._hidden = self._held = False
        if hidden:
            self._window.set_mouse_visible(False)
        if held:
            self._window.set_exclusive_mouse(True)
