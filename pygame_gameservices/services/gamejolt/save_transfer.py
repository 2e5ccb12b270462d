"""A save's way into the data store and back, piece by piece."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from functools import partial
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.errors import ProtocolError
from pygame_gameservices.services.chain import Steps
from pygame_gameservices.services.gamejolt.errors import SaveConflict, SaveDamaged
from pygame_gameservices.services.gamejolt.events import SaveProgress
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.save_format import Manifest, Packed, encode_manifest, unpack
from pygame_gameservices.services.gamejolt.save_keys import Keys

AT_ONCE = 3
"""Pieces under way at the same time: each has a deadline that runs from when it is asked for."""
TRIES = 3
"""How often a save is read anew when another machine replaces it meanwhile."""


class Transfer:
    """Puts saves into the cloud and gets them from there. Frame thread."""

    def __init__(self, game: Gateway) -> None:
        self._game = game
        self._swept: set[tuple[str, str]] = set()

    def put(self, keys: Keys, packed: Packed, known: dict[str, int], overwrite: bool) -> Steps[Manifest]:
        """Make `packed` the slot's save, unless one is there that is not `known`. The value is its manifest.

        It is known itself from the moment it may be there. One that is there already is not put there again: an answer
        was lost, or another process was quicker.
        """
        save_id = packed.manifest.id
        current = yield from keys.manifest(readable=not overwrite)
        if current is not None and save_id in (current.id, current.parent):
            return current if current.id == save_id else packed.manifest
        if current is not None and not overwrite and current.id not in known:
            raise _conflict(keys, current)
        manifest = _following(packed.manifest, current)
        yield from self._upload(keys, Packed(manifest, packed.text))
        latest = yield from keys.manifest(readable=not overwrite)
        if latest is not None and latest.id == save_id:
            return latest
        if not overwrite and (latest and latest.id) != (current and current.id):
            keys.drop(manifest)
            raise _conflict(keys, latest or manifest)
        known[save_id] = manifest.generation  # before the answer: should it get lost, the save is ours all the same
        yield keys.set(keys.of_manifest, encode_manifest(manifest))
        if latest is not None:
            keys.drop(latest)
        if keys.name not in self._swept:
            self._swept.add(keys.name)
            keys.sweep(manifest.id)
        return manifest

    def get(self, keys: Keys) -> Steps[tuple[Manifest, Any] | None]:
        """Fetch the slot's save: its manifest and its value, or None when there is none."""
        slot = keys.name[1]
        manifest = yield from keys.manifest()
        for _ in range(TRIES):
            if manifest is None:
                return None
            packed = yield from self._download(keys, manifest)
            if packed is not None:
                try:
                    value = yield self._game.manager.background(partial(unpack, manifest, packed))
                except ProtocolError as error:
                    raise SaveDamaged(slot, error.expected) from None
                return manifest, value
            before, manifest = manifest, (yield from keys.manifest())
            if manifest is not None and manifest.id == before.id:
                raise SaveDamaged(slot, "all pieces to be there")
        raise SaveDamaged(slot, "a save that stays as it is while it is read")

    def _upload(self, keys: Keys, packed: Packed) -> Steps[None]:
        """Write the pieces, a few at a time."""
        manifest = packed.manifest
        under_way: deque[Call[bool]] = deque()
        asked = done = 0
        while asked < manifest.pieces or under_way:
            while asked < manifest.pieces and len(under_way) < AT_ONCE:
                under_way.append(keys.set(keys.of_piece(manifest, asked), packed.piece(asked)))
                asked += 1
            call = under_way.popleft()
            yield call
            done += len(call.operation.arguments["data"])
            self._progress(keys, "save", done, manifest.packed)

    def _download(self, keys: Keys, manifest: Manifest) -> Generator[Pending[Any], Any, str | None]:
        """Fetch the pieces, a few at a time; None when one is not there."""
        if not manifest.pieces:
            return manifest.inline
        pieces: list[str] = []
        under_way: deque[Call[str | None]] = deque()
        asked = done = 0
        while len(pieces) < manifest.pieces:
            while asked < manifest.pieces and len(under_way) < AT_ONCE:
                under_way.append(keys.fetch(keys.of_piece(manifest, asked)))
                asked += 1
            piece: str | None = yield under_way.popleft()
            if piece is None:
                return None
            pieces.append(piece)
            done += len(piece)
            self._progress(keys, "load", done, manifest.packed)
        return "".join(pieces)

    def _progress(self, keys: Keys, doing: str, done: int, of: int) -> None:
        self._game.announce(SaveProgress(keys.name[1], doing, done, of))


def _following(manifest: Manifest, current: Manifest | None) -> Manifest:
    if current is None:
        return msgspec.structs.replace(manifest, parent="", generation=1)
    return msgspec.structs.replace(manifest, parent=current.id, generation=current.generation + 1)


def _conflict(keys: Keys, theirs: Manifest) -> SaveConflict:
    return SaveConflict(keys.name[1], generation=theirs.generation, saved_at=theirs.saved_at)
