"""The player's clipboard in pygame and pygame-ce, which have it in different ways."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

logger = logging.getLogger("pygame_gameservices")
_LONGEST = 10_000
"""Characters that are read of what was copied, which may be a whole book."""
_TEXT = ("text/plain;charset=utf-8", "UTF8_STRING", "text/plain")


class PygameClipboard:
    """Text on the clipboard. Where the system gives none, what was copied within the game. Frame thread."""

    def __init__(self, pygame: Any) -> None:
        self._pygame = pygame
        self._own = ""

    def paste(self) -> str:
        """Return the text that was copied; empty when there is none."""
        try:
            return self._read() or self._own
        except Exception:  # no display, no X selection, another program's nonsense: it is only a clipboard
            logger.debug("the clipboard could not be read", exc_info=True)
            return self._own

    def copy(self, text: str) -> None:
        """Put `text` in."""
        self._own = text
        try:
            self._write(text)
        except Exception:
            logger.debug("the clipboard could not be written", exc_info=True)

    def _read(self) -> str:
        scrap = self._scrap()
        if hasattr(scrap, "get_text"):  # pygame-ce
            return str(scrap.get_text())[:_LONGEST]
        for kind in _TEXT:
            found = scrap.get(kind)
            if found:
                return bytes(found[: 4 * _LONGEST]).decode("utf-8", "replace").rstrip("\0")[:_LONGEST]
        return ""

    def _write(self, text: str) -> None:
        scrap = self._scrap()
        if hasattr(scrap, "put_text"):
            scrap.put_text(text)
        else:
            scrap.put(_TEXT[0], text.encode())
            scrap.put(self._pygame.SCRAP_TEXT, text.encode())

    def _scrap(self) -> Any:
        scrap = import_module("pygame.scrap")
        if not hasattr(scrap, "get_text") and not scrap.get_init():
            scrap.init()
        return scrap
