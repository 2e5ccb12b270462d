"""Cloud saves: a player's saved games in the data store, whole whatever happens while they are written.

Under ``save/<slot>`` lies a manifest, under ``save/<slot>/<id>/<number>`` the pieces that it names; see `save_format`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

import msgspec

from pygame_gameservices.core.call import Call, Pending
from pygame_gameservices.core.operation import Kind, Operation
from pygame_gameservices.errors import Cancelled, ProtocolError
from pygame_gameservices.services.base import text
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, SaveConflict, SaveDamaged
from pygame_gameservices.services.gamejolt.events import SaveProgress
from pygame_gameservices.services.gamejolt.save_format import (
    Manifest,
    Packed,
    age_of,
    decode_manifest,
    encode_manifest,
    pack,
    unpack,
)
from pygame_gameservices.services.gamejolt.turns import Turns
from pygame_gameservices.services.gamejolt.value_check import check_at_once
from pygame_gameservices.services.gamejolt.value_types import kind_of

if TYPE_CHECKING:
    from pygame_gameservices.services.gamejolt.client import GameJolt

T = TypeVar("T")

AT_ONCE = 3
"""Pieces under way at the same time: each has a deadline that runs from when it is asked for."""
TRIES = 3
"""How often a save is read anew when another machine replaces it meanwhile."""
ORPHANED_S = 86_400.0
"""Seconds after which pieces that no manifest names are taken for those of a save that broke off."""


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """A saved game.

    Attributes:
        slot: which one.
        value: what was saved, of the same type; tuples have become lists once it was loaded.
        generation: how many saves led to this one.
        saved_at: Unix seconds, by the clock of the machine that saved.
        size: bytes, before compression.
    """

    slot: str
    value: Any
    generation: int
    saved_at: float
    size: int


class Saves:
    """The signed-in player's saved games. Frame thread; every method returns at once.

    ::

        gj.saves.load("slot 1").then(lambda loaded: game.restore(loaded.value.value if loaded.value else None))
        gj.saves.save("slot 1", {"level": 3, "lights": [...]})

    A save is encoded and compressed on a helper thread, split into pieces of 1 MB, and becomes the player's save in one
    step at the very end: if the game, the network or the service dies before, the old one is still whole.

    A save that this run of the game has neither loaded nor made, since it is another machine's or an earlier run's, is
    not overwritten: the call ends with `SaveConflict`. So load a slot before saving it; where they differ let the
    player choose, then save with ``overwrite=True``. (The service cannot
    compare and set in one step. Should two machines switch within the same moment, the later one wins whole, and the
    other finds the conflict when it saves next.)

    Without a network a save ends as failed: it is not kept in the outbox, which could not look for conflicts when it
    delivers days later. Keep a file of your own as well, and save again after `BackOnline`.
    """

    def __init__(self, gj: GameJolt) -> None:
        self._gj = gj
        self._known: dict[tuple[str, str], set[str]] = {}
        self._turns = Turns()
        self._swept: set[tuple[str, str]] = set()

    def save(self, slot: str, value: Any, *, overwrite: bool = False) -> Pending[Save]:
        """Save `value` as `slot`. `SaveProgress` is said while a large one travels.

        Saves and loads of one slot run one after another, in the order of the calls.

        Args:
            slot: any name, such as "slot 1".
            value: str, bytes, int, float, bool, None, or lists and dicts of these but bytes; up to 256 MB. Tuples come
                back as lists; keys must be str, since others would come back as str. It is encoded on a helper thread,
                so do not change it before this is done.
            overwrite: replace what another machine or an earlier run saved, too, and what cannot be read.

        Returns:
            Pending work whose value describes the save (its ``value`` is the one passed). It ends with `SaveConflict`,
            `SaveDamaged`, `NotSignedIn`, or whatever kept a piece from arriving.

        Raises:
            UsageError: `value` is of another type or holds one, and the text says where (of more than 500 values the
                rest is looked at later, and this ends with it); or `slot` is no text.
        """
        if kind_of(value) != "bytes":
            check_at_once(value)
        return self._start(slot, f"saves.save {slot}", lambda keys: self._save(keys, slot, value, overwrite))

    def load(self, slot: str) -> Pending[Save | None]:
        """Load what was saved as `slot`; the value is None when nothing was.

        It ends with `SaveDamaged` when a piece is missing or altered, which no crash can cause, or when a later version
        of this package made it.
        """
        return self._start(slot, f"saves.load {slot}", lambda keys: self._load(keys, slot))

    def delete(self, slot: str) -> Pending[bool]:
        """Delete what was saved as `slot`, for good; the value is False when nothing was."""
        return self._start(slot, f"saves.delete {slot}", self._delete)

    def slots(self) -> Pending[tuple[str, ...]]:
        """Fetch the names of the slots that hold a save. The service lists some 100 keys at most, pieces included."""
        return Chain("saves.slots", self._slots())

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _start(self, slot: str, name: str, steps: Callable[[_Keys], Steps[T]]) -> Chain[T]:
        """Begin once what is under way with the same slot is over."""
        keys = _Keys(self._gj, text("slot", slot))
        if not keys.name[0]:
            return Chain(name, self._for_nobody(name))
        return self._turns.take(keys.name, name, lambda: steps(keys))

    def _for_nobody(self, name: str) -> Steps[Any]:
        """End like other calls of a player do, which the log and the events tell of."""
        nobody = NotSignedIn("nobody is signed in, so nothing was kept or read; call sign_in(username, token) first")
        yield self._gj.refuse(Operation(service=self._gj.name, name=name, kind=Kind.SAFE), nobody)

    def _save(self, keys: _Keys, slot: str, value: Any, overwrite: bool) -> Steps[Save]:
        current = yield from keys.manifest(readable=not overwrite)
        known = self._known.setdefault(keys.name, set())
        if current is not None and not overwrite and current.id not in known:
            raise SaveConflict(slot, generation=current.generation, saved_at=current.saved_at)
        packed: Packed = yield self._gj.manager.background(lambda: pack(value, current))
        manifest = packed.manifest
        yield from self._upload(keys, slot, packed)
        latest = yield from keys.manifest(readable=not overwrite)
        if not overwrite and (latest and latest.id) != (current and current.id):
            keys.drop(manifest)
            theirs = latest or manifest
            raise SaveConflict(slot, generation=theirs.generation, saved_at=theirs.saved_at)
        known.add(manifest.id)  # before the answer: should it get lost, the save is ours all the same
        yield keys.set(keys.of_manifest, encode_manifest(manifest))
        self._known[keys.name] = {manifest.id}
        if latest is not None:
            keys.drop(latest)
        if keys.name not in self._swept:
            self._swept.add(keys.name)
            keys.sweep(manifest.id)
        return _described(slot, manifest, value)

    def _upload(self, keys: _Keys, slot: str, packed: Packed) -> Steps[None]:
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
            self._progress(slot, "save", done, manifest.packed)

    def _load(self, keys: _Keys, slot: str) -> Steps[Save | None]:
        manifest = yield from keys.manifest()
        for _ in range(TRIES):
            if manifest is None:
                self._known.pop(keys.name, None)
                return None
            packed = yield from self._download(keys, slot, manifest)
            if packed is not None:
                try:
                    value = yield self._gj.manager.background(partial(unpack, manifest, packed))
                except ProtocolError as error:
                    raise SaveDamaged(slot, error.expected) from None
                self._known[keys.name] = {manifest.id}
                return _described(slot, manifest, value)
            before, manifest = manifest, (yield from keys.manifest())
            if manifest is not None and manifest.id == before.id:
                raise SaveDamaged(slot, "all pieces to be there")
        raise SaveDamaged(slot, "a save that stays as it is while it is read")

    def _download(self, keys: _Keys, slot: str, manifest: Manifest) -> Generator[Pending[Any], Any, str | None]:
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
            self._progress(slot, "load", done, manifest.packed)
        return "".join(pieces)

    def _delete(self, keys: _Keys) -> Steps[bool]:
        manifest = yield from keys.manifest(readable=False)
        removed: bool = yield keys.remove(keys.of_manifest)
        self._known.pop(keys.name, None)
        if manifest is not None:
            keys.drop(manifest)
        return removed

    def _slots(self) -> Steps[tuple[str, ...]]:
        found: tuple[str, ...] = yield self._gj.data_store.get_keys("save/*", mine=True)
        return tuple(unquote(key.removeprefix("save/")) for key in found if "/" not in key.removeprefix("save/"))

    def _progress(self, slot: str, doing: str, done: int, of: int) -> None:
        self._gj.manager.announce(SaveProgress(slot, doing, done, of))


class _Keys:
    """The keys of one slot of one player, and calls on them that no other player can get into."""

    def __init__(self, gj: GameJolt, slot: str) -> None:
        self._gj = gj
        self._slot = slot.replace("%", "%25").replace("/", "%2F").replace("*", "%2A")
        self.name = ("" if gj.player is None else gj.player.username.casefold(), slot)
        self.of_manifest = f"save/{self._slot}"

    def of_piece(self, manifest: Manifest, number: int) -> str:
        """The key of a piece."""
        return f"save/{self._slot}/{manifest.id}/{number}"

    def manifest(self, *, readable: bool = True) -> Generator[Pending[Any], Any, Manifest | None]:
        """Fetch the manifest; None when there is no save, or none that can be read and it need not be `readable`."""
        found: str | None = yield self.fetch(self.of_manifest)
        try:
            return None if found is None else decode_manifest(found)
        except ProtocolError as error:
            if readable:
                raise SaveDamaged(self.name[1], error.expected) from None
            return None

    def fetch(self, key: str) -> Call[str | None]:
        """Fetch a key of the player for whom this began."""
        self._check()
        return self._gj.data_store.fetch(key, mine=True)

    def set(self, key: str, data: str) -> Call[bool]:
        """Set a key of the player for whom this began."""
        self._check()
        return self._gj.data_store.set(key, data, mine=True, durable=False)

    def remove(self, key: str) -> Call[bool]:
        """Remove a key of the player for whom this began."""
        self._check()
        return self._gj.data_store.remove(key, mine=True, durable=False)

    def drop(self, manifest: Manifest) -> None:
        """Remove the pieces of a save that is no more. Nobody waits for it; what is left is swept up later."""
        for number in range(manifest.pieces):
            self.remove(self.of_piece(manifest, number))

    def sweep(self, current: str) -> None:
        """Remove pieces that a save left behind when it broke off, once they are too old to be under way anywhere."""
        pieces = f"save/{self._slot}/"

        def remove_orphans(call: Call[tuple[str, ...]]) -> None:
            for key in call.value or ():
                save_id = key.removeprefix(pieces).partition("/")[0]
                age = age_of(save_id)
                if save_id != current and age is not None and age > ORPHANED_S and self._is_here():
                    self.remove(key)

        self._gj.data_store.get_keys(f"{pieces}*", mine=True).then(remove_orphans)

    def _is_here(self) -> bool:
        return self._gj.player is not None and self._gj.player.username.casefold() == self.name[0]

    def _check(self) -> None:
        if not self._is_here():
            raise Cancelled("the player signed out meanwhile")


def _described(slot: str, manifest: Manifest, value: Any) -> Save:
    return Save(slot=slot, value=value, generation=manifest.generation, saved_at=manifest.saved_at, size=manifest.size)
