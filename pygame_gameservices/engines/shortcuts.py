"""Keys that open a widget anywhere in a game, and close it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices.widgets.widget import Widget


class Shortcuts:
    """What is bound to which key. Frame thread."""

    def __init__(self) -> None:
        self._bound: dict[int, Callable[[], Any]] = {}
        self._opened: dict[int, Widget] = {}
        self._held: set[int] = set()

    def bind(self, key: int, act: Callable[[], Any]) -> None:
        """Have a key call `act`; where that returns a widget, the key closes it too."""
        self._bound[key] = act

    def press(self, key: int, *, modal: bool, writing: bool) -> bool:
        """Take the press of a key, or a repeat of it. Returns whether it was a shortcut's.

        Args:
            key: the engine's number of it.
            modal: whether a dialog is open; only that which the key opened is closed by it.
            writing: whether a text is edited, for which keys write.
        """
        if key in self._held:
            return True
        act = self._bound.get(key)
        if act is None or writing:
            return False
        opened = self._opened.pop(key, None)
        if opened is not None and opened.is_open:
            opened.close()
        elif modal:
            return False
        else:
            made = act()
            if isinstance(made, Widget):
                self._opened[key] = made
        self._held.add(key)
        return True

    def release(self, key: int) -> bool:
        """Take the release of a key. Returns whether its press was a shortcut's."""
        held = key in self._held
        self._held.discard(key)
        return held
