"""The sounds of toasts in Arcade."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import arcade

from pygame_gameservices.widgets.theme import Theme

logger = logging.getLogger("pygame_gameservices")


class ArcadeSounds:
    """Plays the sounds that a theme names. Frame thread.

    Attributes:
        by_name: `arcade.Sound` by the names that the theme uses: the game's own, and those that are files.
    """

    def __init__(self, theme: Theme) -> None:
        """Load the sounds of `theme` that are files now; those of another theme when they are first heard."""
        self.by_name: dict[str, Any] = {}
        for name in sorted(theme.sounds.names()):
            self._find(name)

    def play(self, name: str) -> None:
        """Play a sound by its name; silent where there is none of that name, or the system has no sound."""
        sound = self._find(name)
        if sound is None:
            return
        try:
            sound.play()
        except Exception:  # of the many libraries below that may have lost their device: a toast goes on without
            logger.warning("the sound %s cannot be played, and is left out", name, exc_info=True)
            self.by_name[name] = None

    def _find(self, name: str) -> Any:
        if name not in self.by_name and Path(name).is_file():
            self.by_name[name] = self._load(name)
        return self.by_name.get(name)

    def _load(self, name: str) -> Any:
        try:
            return arcade.Sound(name)
        except Exception as error:
            logger.warning("the sound %s cannot be loaded, and is left out: %s", name, error)
            return None
