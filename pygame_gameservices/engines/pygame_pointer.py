"""Lets the player see and move the pointer in a dialog, also in a pygame game that hides or holds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class PygamePointer:
    """Shows the pointer while a dialog is open, and gives it back as the game had it. Frame thread.

    A pointer that is hidden and grabbed is one that only tells how far it moves, and points at nothing.

    Attributes:
        shown: whether that is so now.
    """

    def __init__(self, pygame: Any) -> None:
        self._pygame = pygame
        self._undo: dict[str, Callable[[], object]] = {}
        self.shown = False

    def update(self, modal: bool) -> None:
        """Do so if a dialog is open now. Once a frame, since a game may hide it anew in each."""
        if modal:
            self.shown = True
            self._let_go()
        elif self.shown:
            self.shown = False
            self._give_back()

    def _let_go(self) -> None:
        pygame = self._pygame
        if not pygame.display.get_init():
            return
        mouse, event = pygame.mouse, pygame.event
        if getattr(mouse, "get_relative_mode", bool)():  # pygame-ce only; to be asked first, since it hides the pointer
            mouse.set_relative_mode(False)
            self._undo["relative"] = lambda: mouse.set_relative_mode(True)
        if not mouse.get_visible():
            if event.get_grab():
                event.set_grab(False)
                self._undo["grab"] = lambda: event.set_grab(True)
            mouse.set_visible(True)
            self._undo["visible"] = lambda: mouse.set_visible(False)

    def _give_back(self) -> None:
        undo, self._undo = self._undo, {}
        if self._pygame.display.get_init():
            for step in reversed(undo.values()):
                step()
