"""The sounds of toasts in pygame, whose mixer a game may start late, stop, and start again as another one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pygame_gameservices.widgets.theme import Theme

logger = logging.getLogger("pygame_gameservices")


class PygameSounds:
    """Plays the sounds that a theme names, whenever the mixer runs. Frame thread.

    Attributes:
        by_name: `pygame.mixer.Sound` by the names that the theme uses: the game's own, and those that are files.
        theme: whose sounds they are.
        missing: the files among them that are not loaded.
    """

    def __init__(self, pygame: Any, given: Mapping[str, Any], theme: Theme) -> None:
        """Play the game's own sounds, `given` by name, and those of `theme` that are files, loaded now if possible."""
        self.by_name: dict[str, Any] = dict(given)
        self._pygame = pygame
        self._loaded: dict[str, Any] = {}
        self._mixer: tuple[int, int, int] | None = None
        self.theme: Theme | None = None
        self.missing: list[str] = []
        self.update(theme)
        while self.missing and _mixer(pygame) is not None:
            self._load()

    def update(self, theme: Theme) -> None:
        """Load one file that `theme` names, if one is missing and the mixer runs. Once a frame; nearly free."""
        if theme is not self.theme:
            self.theme = theme
            self._want(theme)
        if self.missing:
            self._load()

    def play(self, name: str) -> None:
        """Play a sound by its name; silent without a mixer, and where there is none of that name."""
        mixer = _mixer(self._pygame)
        if mixer is None:  # playing through a mixer that was closed ends the process
            return
        if mixer != self._mixer and self._loaded:  # what was loaded for another one would have another pitch
            self._forget()
        sound = self.by_name.get(name)
        if sound is None and name in self.missing:
            sound = self._read(name, mixer)
        if sound is not None:
            sound.play()

    def _load(self) -> None:
        mixer = _mixer(self._pygame)
        if mixer is not None:
            self._read(self.missing[0], mixer)

    def _read(self, name: str, mixer: tuple[int, int, int]) -> Any:
        self.missing.remove(name)
        self._mixer = mixer
        try:
            sound = self._pygame.mixer.Sound(name)
        except (self._pygame.error, OSError) as error:
            logger.warning("the sound %s cannot be loaded, and is left out: %s", name, error)
            return None
        self.by_name[name] = self._loaded[name] = sound
        return sound

    def _forget(self) -> None:
        for name, sound in self._loaded.items():
            if self.by_name.get(name) is sound:
                del self.by_name[name]
        self._loaded.clear()
        if self.theme is not None:
            self._want(self.theme)

    def _want(self, theme: Theme) -> None:
        names = sorted(theme.sounds.names())
        self.missing = [name for name in names if name not in self.by_name and Path(name).is_file()]


def _mixer(pygame: Any) -> tuple[int, int, int] | None:
    """How the mixer runs: rate, format and channels; None when it does not, or the engine was built without one."""
    try:
        running: tuple[int, int, int] | None = pygame.mixer.get_init()
    except NotImplementedError:
        return None
    return running
