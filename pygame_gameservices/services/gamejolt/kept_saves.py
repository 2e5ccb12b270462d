"""Saves on disk that the service does not have yet, one file for each player and slot. Waits for the disk.

A file is one line, a checksum and what is known of the save in JSON, and then the packed save. No token is in it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

from pygame_gameservices.core.events import Event, FileDamaged
from pygame_gameservices.core.storage.checksum import sha256
from pygame_gameservices.core.storage.live_processes import alone_with
from pygame_gameservices.core.storage.private_file import sweep, write_private
from pygame_gameservices.services.gamejolt.save_format import Manifest, Packed

logger = logging.getLogger("pygame_gameservices")

VERSION = 1
LONGEST_LINE = 1 << 20
"""Bytes of the first line at most: a small save lies in its manifest, and so in that line."""
MOST_ASIDE = 3
"""Damaged saves of a slot that are kept for a person to look at."""


class Conflict(msgspec.Struct, frozen=True):
    """What lay in the slot when a kept save should have gone there; zeros for what could not be read."""

    generation: int = 0
    saved_at: float = 0.0


class KeptSave(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a kept save.

    Attributes:
        version: of this format.
        player: whose it is, in lower case.
        slot: which one.
        manifest: the save's own; its generation is a guess until it is delivered.
        known: the saves that it may replace, and their generations.
        overwrite: whether it may replace any save.
        conflict: why it waits for the player to choose, or None.
    """

    version: int = VERSION
    player: str
    slot: str
    manifest: Manifest
    known: dict[str, int] = {}
    overwrite: bool = False
    conflict: Conflict | None = None


class Kept(msgspec.Struct, frozen=True):
    """A kept save as a whole."""

    about: KeptSave
    text: str

    @property
    def id(self) -> str:
        """The save's id."""
        return self.about.manifest.id

    @property
    def packed(self) -> Packed:
        """What is to be delivered."""
        return Packed(self.about.manifest, self.text)


class KeptSaves:
    """The kept saves of one game at one service. Any thread but the frame thread; processes may share the folder.

    Args:
        folder: where they are; made when there is something to keep.
        whose: tells the games and services apart that share the folder.
        say: lets the game hear of damage.
    """

    def __init__(self, folder: Path, whose: str, say: Callable[[Event], object] = lambda event: None) -> None:
        self._folder = folder
        self._whose = whose
        self._say = say

    def write(self, kept: Kept) -> Kept | None:
        """Put `kept` in the place of what is kept for its slot, and return that.

        Raises:
            OSError: the disk refuses.
        """
        path = self._path(kept.about.player, kept.about.slot)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone_with(self._folder):
            older = self.read(kept.about.player, kept.about.slot)
            self._replace(path, kept)
        return older

    def read(self, player: str, slot: str) -> Kept | None:
        """What is kept for a slot; None when nothing is, or nothing that can be read."""
        path = self._path(player, slot)
        try:
            kept = _decoded(path.read_bytes())
            if (kept.about.player, kept.about.slot) != (player, slot):
                raise ValueError("it is another slot's")
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.warning("%s cannot be read (%s); what is kept there waits until it can", path, error)
            return None
        except ValueError as error:  # what msgspec and ASCII complain about are ValueErrors, too
            self._set_aside(path, error)
            return None
        return kept

    def of(self, player: str) -> list[KeptSave]:
        """What is known of the saves that are kept for `player`, without reading them as a whole."""
        found = []
        for path in sorted(self._folder.glob(f"{self._prefix(player)}-*.save")):
            try:
                with path.open("rb") as file:
                    found.append(_about(file.readline(LONGEST_LINE)))
            except OSError as error:
                logger.debug("%s cannot be read: %s", path, error)  # another process has just delivered it, perhaps
            except ValueError as error:
                self._set_aside(path, error)
        sweep(self._folder, "*.save")
        return [about for about in found if about.player == player]

    def drop(self, player: str, slot: str, ids: Collection[str] | None = None, spare: Collection[str] = ()) -> bool:
        """Remove what is kept for a slot, if it is one of `ids`, and none of `spare`. Returns whether it was there."""
        return self._change(player, slot, ids, spare, None) is not None

    def flag(self, kept: KeptSave, conflict: Conflict) -> bool:
        """Have a save wait for the player to choose. Returns whether it is still there."""
        ids = (kept.manifest.id,)
        found = self._change(kept.player, kept.slot, ids, (), lambda now: _with(now, conflict=conflict))
        return found is not None

    def put_back(self, taken_back: KeptSave, older: Kept) -> None:
        """Put `older` in the place of a save that was to replace it and was taken back."""
        self._change(taken_back.player, taken_back.slot, (taken_back.manifest.id,), (), lambda now: older)

    def renew(self, kept: Kept, save_id: str) -> Kept:
        """Give a save a new id, and return it; what lies in the cloud under its old one is still its own."""
        manifest = kept.about.manifest
        known = {**kept.about.known, manifest.id: manifest.generation}
        fresh = _with(kept, manifest=msgspec.structs.replace(manifest, id=save_id), known=known)
        found = self._change(kept.about.player, kept.about.slot, (kept.id,), (), lambda now: fresh)
        return fresh if found is not None else kept

    def set_aside(self, player: str, slot: str, error: Exception) -> None:
        """Rename what is kept for a slot, since it cannot be used, and say so."""
        self._set_aside(self._path(player, slot), error)

    def _change(
        self,
        player: str,
        slot: str,
        ids: Collection[str] | None,
        spare: Collection[str],
        change: Callable[[Kept], Kept] | None,
    ) -> Kept | None:
        """Replace what is kept by what `change` makes of it, or remove it. Returns what was there, None if nothing."""
        path = self._path(player, slot)
        try:
            if not path.exists():
                return None
            with alone_with(self._folder):
                kept = self.read(player, slot)
                if kept is None or kept.id in spare or not (ids is None or kept.id in ids):
                    return None
                if change is None:
                    path.unlink(missing_ok=True)
                else:
                    self._replace(path, change(kept))
                return kept
        except OSError as error:
            logger.warning("%s cannot be written or removed: %s", path, error)
            return None

    def _replace(self, path: Path, kept: Kept) -> None:
        write_private(path, _encoded(kept))
        with contextlib.suppress(OSError):  # not every system can do it: so that the new name survives a power cut
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _set_aside(self, path: Path, error: Exception) -> None:
        aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
        reason = f"a save is damaged ({error}); it is kept as {aside.name}, and the cloud's save is used"
        logger.warning("%s: %s", path, reason)
        with contextlib.suppress(OSError):
            path.rename(aside)
        self._say(FileDamaged(str(path), reason, lost=1, aside=str(aside)))
        with contextlib.suppress(OSError):
            for older in sorted(path.parent.glob(f"{path.name}.damaged-*"))[:-MOST_ASIDE]:
                older.unlink()

    def _prefix(self, player: str) -> str:
        return sha256(f"{self._whose}\0{player}".encode())[:16]

    def _path(self, player: str, slot: str) -> Path:
        """Where a slot's save is kept: no slot's name, however odd, can lead elsewhere."""
        return self._folder / f"{self._prefix(player)}-{sha256(slot.encode())[:32]}.save"


def _encoded(kept: Kept) -> bytes:
    rest = msgspec.json.encode(kept.about) + b"\n" + kept.text.encode()
    return sha256(rest).encode() + b" " + rest


def _decoded(content: bytes) -> Kept:
    checksum, _, rest = content.partition(b" ")
    if sha256(rest).encode() != checksum:
        raise ValueError("it does not match its checksum")
    line, _, text = rest.partition(b"\n")
    return Kept(_about(b" " + line), text.decode("ascii"))


def _about(line: bytes) -> KeptSave:
    about = msgspec.json.decode(line.partition(b" ")[2], type=KeptSave)
    if about.version != VERSION:
        raise ValueError(f"it is of version {about.version}")
    return about


def _with(kept: Kept, **changes: object) -> Kept:
    return Kept(msgspec.structs.replace(kept.about, **changes), kept.text)
