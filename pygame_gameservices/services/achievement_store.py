"""What each player has of the game's achievements, in a file of the game's data folder."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from pygame_gameservices.core.events import Event, FileDamaged, OutboxTrouble
from pygame_gameservices.core.storage.damaged_json import read_beginning
from pygame_gameservices.core.storage.live_processes import alone_with
from pygame_gameservices.core.storage.private_file import sweep, write_private

logger = logging.getLogger("pygame_gameservices")

NOBODY = ""
"""The player to whom belongs what was earned before anybody signed in."""


class Held(msgspec.Struct, kw_only=True):
    """What is kept of one achievement of one player."""

    progress: int = 0
    unlocked_at: datetime | None = None
    reached: list[str] = []


Profiles = dict[str, dict[str, Held]]
"""By player (empty for nobody in particular), then by achievement."""


class ProfileFile:
    """The file. Several processes of a game may write it: each adds what it knows, and none takes away.

    Any thread, one at a time; waits for the disk.

    Attributes:
        say: lets the game hear of damage.
    """

    def __init__(self, path: Path, say: Callable[[Event], object] = lambda event: None) -> None:
        self.say = say
        self._path = path
        self._told: dict[str, Held] = {}

    def load(self) -> Profiles:
        """Read what players have; nothing when there is no file. Of a damaged file what can be read is kept on."""
        sweep(self._path.parent, self._path.name)
        try:
            profiles = self._read()
        except OSError as error:
            logger.warning("%s cannot be read: %s", self._path, error)
            self.say(OutboxTrouble(str(self._path), f"it cannot be read: {error}"))
            profiles = {}
        self._told = copy.deepcopy(profiles.get(NOBODY, {}))
        return profiles

    def save(self, content: bytes) -> None:
        """Write what players have, whole or not at all. `content` is `Profiles` as JSON. Raises OSError."""
        profiles = msgspec.json.decode(content, type=Profiles)
        telling = copy.deepcopy(profiles.get(NOBODY, {}))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with alone_with(self._path):
            for player, there in self._read().items():
                if player == NOBODY:  # what we told of ourselves may have found its player meanwhile
                    there = {name: held for name, held in there.items() if held != self._told.get(name)}
                add_held(profiles.setdefault(player, {}), there)
            write_private(self._path, msgspec.json.encode(profiles))
        self._told = telling

    def _read(self) -> Profiles:
        """Raises OSError: it cannot be read now, so it must not be written either."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            return msgspec.json.decode(content, type=Profiles)
        except (ValueError, RecursionError) as error:  # what msgspec and UTF-8 complain about are ValueErrors, too
            return self._salvaged(content, error)

    def _salvaged(self, content: bytes, error: Exception) -> Profiles:
        """Put what stands before the damage in the place of a damaged file, which is kept beside it."""
        profiles = read_beginning(content, Profiles) or {}
        aside = self._path.with_name(f"{self._path.name}.broken")
        self._path.replace(aside)
        write_private(self._path, msgspec.json.encode(profiles))
        saved = sum(len(held) for held in profiles.values())
        text = f"it was damaged ({error}); {saved} achievements could be saved; it is kept as {aside.name}"
        logger.warning("%s: %s", self._path, text)
        self.say(FileDamaged(str(self._path), text, saved=saved, lost=None, aside=str(aside)))
        return profiles


def add_held(mine: dict[str, Held], theirs: dict[str, Held]) -> None:
    """Add to what one player has what the same player has elsewhere."""
    for achievement_id, held in theirs.items():
        had = mine.setdefault(achievement_id, Held())
        had.progress = max(had.progress, held.progress)
        if had.unlocked_at is None:
            had.unlocked_at = held.unlocked_at
        had.reached = [*had.reached, *(service for service in held.reached if service not in had.reached)]
