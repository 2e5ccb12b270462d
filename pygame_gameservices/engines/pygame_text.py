"""Reads pygame's keys as changes of a text, and types what arrives, also where the game has turned text input off."""

from __future__ import annotations

from typing import Any, NamedTuple

from pygame_gameservices.engines.modifiers import Modifiers
from pygame_gameservices.engines.pygame_input import told
from pygame_gameservices.widgets.input import Edit
from pygame_gameservices.widgets.overlay import Overlay


class _Reading(NamedTuple):
    edit: Edit
    select: bool


class TextKeys:
    """Takes keyboard events while a text is edited. Frame thread.

    Letters come as ``TEXTINPUT``. A game may have called ``pygame.key.stop_text_input()``, and whether it has cannot be
    asked; so a key that would write, and is followed by no text at all, writes what its own event says.

    Attributes:
        game_holds: the key that was pressed last, if the game got it and it is still held.
    """

    def __init__(self, pygame: Any, overlay: Overlay) -> None:
        self._overlay = overlay
        self._pygame = pygame
        self._plain = {
            pygame.K_BACKSPACE: Edit.BACKSPACE,
            pygame.K_DELETE: Edit.DELETE,
            pygame.K_LEFT: Edit.LEFT,
            pygame.K_RIGHT: Edit.RIGHT,
            pygame.K_HOME: Edit.HOME,
            pygame.K_END: Edit.END,
        }
        self._commanded = {
            pygame.K_a: Edit.SELECT_ALL,
            pygame.K_c: Edit.COPY,
            pygame.K_x: Edit.CUT,
            pygame.K_v: Edit.PASTE,
            pygame.K_INSERT: Edit.COPY,
        }
        self._shifted = {pygame.K_INSERT: Edit.PASTE, pygame.K_DELETE: Edit.CUT}
        self._held: dict[int, Edit] = {}
        self._unwritten = ""
        self._writes_itself = False
        self._area: Any = None
        self.game_holds: int | None = None

    def down(self, event: Any) -> bool:
        """Take a key that was pressed. Returns whether it belongs to the text, and so means no action."""
        if self._overlay.text_area is None:
            return False
        if self._overlay.composing:
            return True
        modifiers = self._modifiers(event)
        reading = self._read(event, modifiers)
        if reading is not None:
            self._held[event.key] = reading.edit
            self._overlay.edit(reading.edit, reading.select)
            return True
        if modifiers.commands:
            return told(event, "key") not in (self._pygame.K_RETURN, self._pygame.K_TAB)
        written = told(event, "unicode", "")
        if written and written.isprintable():
            self._unwritten += written
            return True
        return False

    def up(self, event: Any) -> None:
        """Take a key that was released."""
        key = told(event, "key")
        if key == self.game_holds:
            self.game_holds = None
        edit = self._held.pop(key, None)
        if edit is not None:
            self._overlay.edit(edit, pressed=False)

    def typed(self, text: str, *, composing: bool) -> bool:
        """Take text that the system made of keys; but not of the one with which the player opened the text field."""
        if self.game_holds is not None and not composing:
            return self._overlay.modal
        self._unwritten, self._writes_itself = "", True
        if composing and text and self._held:  # the keys are the input method's from now on, also those held already
            self._held.clear()
            self._overlay.release_all()
        return self._overlay.text(text, composing)

    def update(self) -> None:
        """Write what no text came for, and tell an input method where the text is. Once a frame."""
        area = self._overlay.text_area
        if self._unwritten:
            unwritten, self._unwritten = self._unwritten, ""
            if area is not None and not self._writes_itself:
                self._overlay.text(unwritten)
        if area != self._area:
            self._area = area
            if area is None:
                self._writes_itself = False
                self._held.clear()
            elif self._pygame.display.get_surface() is not None:
                self._pygame.key.set_text_input_rect(self._pygame.Rect(area))

    def _read(self, event: Any, modifiers: Modifiers) -> _Reading | None:
        key = told(event, "key")
        if modifiers.commands and key in self._commanded:
            return _Reading(self._commanded[key], modifiers.shift)
        if modifiers.shift and key in self._shifted:
            return _Reading(self._shifted[key], False)
        edit = self._plain.get(key)
        return None if edit is None else _Reading(modifiers.moved(edit), modifiers.shift)

    def _modifiers(self, event: Any) -> Modifiers:
        held, pygame = told(event, "mod", 0), self._pygame
        return Modifiers(
            control=bool(held & pygame.KMOD_CTRL),
            alt=bool(held & pygame.KMOD_ALT),
            altgr=bool(held & pygame.KMOD_MODE),
            command=bool(held & pygame.KMOD_META),
            shift=bool(held & pygame.KMOD_SHIFT),
        )
