"""Cloud saves: a player's saved games in the data store, whole whatever happens while they are written.

Under ``save/<slot>`` lies a manifest, under ``save/<slot>/<id>/<number>`` the pieces that it names; see `save_format`.
Until they are there, they are kept on disk; see `kept_saves`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.errors import Closed, Postponed, ProtocolError
from pygame_gameservices.services.arguments import text
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.errors import InvalidCredentials, NotSignedIn, SaveConflict, SaveDamaged
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.kept_saves import Kept
from pygame_gameservices.services.gamejolt.save_courier import PASSING, Courier
from pygame_gameservices.services.gamejolt.save_format import Manifest, Packed, unpack
from pygame_gameservices.services.gamejolt.save_keys import Keys
from pygame_gameservices.services.gamejolt.save_packer import Packer, Work
from pygame_gameservices.services.gamejolt.save_transfer import Transfer
from pygame_gameservices.services.gamejolt.turns import Turns
from pygame_gameservices.services.gamejolt.value_check import check_at_once
from pygame_gameservices.services.gamejolt.value_types import kind_of
from pygame_gameservices.services.wrong_calls import says_how_to_call

T = TypeVar("T")

logger = logging.getLogger("pygame_gameservices")


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """A saved game.

    Attributes:
        slot: which one.
        value: what was saved, of the same type; tuples have become lists once it was loaded.
        generation: how many saves led to this one; a guess for one that is on this machine only.
        saved_at: Unix seconds, by the clock of the machine that saved.
        size: bytes, before compression.
    """

    slot: str
    value: Any
    generation: int
    saved_at: float
    size: int


@says_how_to_call("save", "load", "kept", "discard", "delete", "slots")
class Saves:
    """The signed-in player's saved games. Frame thread; every method returns at once.

    ::

        gj.saves.load("slot 1").then(lambda loaded: game.restore(loaded.value.value if loaded.value else None))
        gj.saves.save("slot 1", {"level": 3, "lights": [...]})

    A save is encoded and compressed on a helper thread, written to this machine's disk (`SaveKept`), split into pieces
    of 1 MB, and becomes the player's save in one step at the very end: if the game, the network or the service dies
    before, the old one is still whole, and the new one goes up later by itself.

    What cannot go up now ends as `Postponed` and goes up once there is a network, or when the player signs in the next
    time, in a later run, too; `SaveDelivered` says so. Until then `load` returns it, without a network as well. One
    save is kept for each player and slot, the newest.

    A save that this run of the game has neither loaded nor made, since it is another machine's or an earlier run's, is
    not overwritten: the call ends with `SaveConflict`, or, where a kept save goes up by itself, `SaveConflicted` is
    said. So load a slot before saving it; where they differ let the player choose: `load` gives the cloud's, `kept` the
    one on this machine; then save with ``overwrite=True``, or `discard`. (The service cannot
    compare and set in one step. Should two machines switch within the same moment, the later one wins whole, and the
    other finds the conflict when it saves next.)
    """

    def __init__(self, game: Gateway, data_store: DataStore) -> None:
        self._game = game
        self._data_store = data_store
        self._turns = Turns()
        self._transfer = Transfer(game)
        self._courier = Courier(game, data_store, self._transfer, self._turns)
        self._packer = Packer(game, self._courier)

    def save(self, slot: str, value: Any, *, overwrite: bool = False, durable: bool = True) -> Pending[Save]:
        """Save `value` as `slot`. `SaveKept` is said when it is on disk, `SaveProgress` while a large one travels.

        Saves and loads of one slot run one after another, in the order of the calls.

        Args:
            slot: any name, such as "slot 1".
            value: str, bytes, int, float, bool, None, or lists and dicts of these but bytes; up to 256 MB. Tuples come
                back as lists; keys must be str, since others would come back as str. It is encoded on a helper thread,
                so do not change it before this is done.
            overwrite: replace what another machine or an earlier run saved, too, and what cannot be read. A save that
                goes up days later replaces what is there then.
            durable: write it to disk first, in place of what is kept there for the slot, and have it go up later by
                itself if it cannot now. Where the disk refuses it goes up all the same, and `OutboxTrouble` is said.

        Returns:
            Pending work whose value describes the save (its ``value`` is the one passed). It ends with `Postponed` when
            it goes up later; with `SaveConflict`, `SaveDamaged` or `NotSignedIn`; or, if it is not on disk, with
            whatever kept a piece from arriving. After `SaveConflict` and `SaveDamaged` it stays on disk until the next
            save of the slot, or `discard`. What the service refuses for another reason stays there as well, and is
            tried again at the next sign-in. Cancelling it takes it off the disk again.

        Raises:
            UsageError: `value` is of another type or holds one, and the text says where (of more than 500 values the
                rest is looked at later, and this ends with it); or `slot` is no text.
        """
        if kind_of(value) != "bytes":
            check_at_once(value)
        keys, name = Keys(self._game, self._data_store, text("slot", slot)), f"saves.save {slot}"
        if not keys.name[0]:
            return Chain(name, self._for_nobody(name))
        work = Work(keys, durable, overwrite)
        try:
            self._packer.start(work, value)
        except Closed as closed:
            return Chain(name, _ending_with(closed))
        return self._turns.take(
            keys.name, name, lambda: self._save(work, value), lambda ended: self._packer.ended(work, ended)
        )

    def load(self, slot: str) -> Pending[Save | None]:
        """Load what was saved as `slot`; the value is None when nothing was.

        A save that is kept on this machine's disk is tried to deliver first, and is what is loaded, unless it is in
        conflict with the cloud's. It needs no network.

        It ends with `SaveDamaged` when a piece is missing or altered, which no crash can cause, or when a later version
        of this package made it.
        """
        return self._start(slot, f"saves.load {slot}", self._load)

    def kept(self, slot: str) -> Pending[Save | None]:
        """Read the save of `slot` that is on this machine's disk and not in the cloud; the value is None when there is
        none. Needs no network. See `SaveConflicted`."""
        return self._start(slot, f"saves.kept {slot}", self._kept)

    def discard(self, slot: str) -> Pending[bool]:
        """Drop the save of `slot` that is on this machine's disk and not in the cloud; the value is False when there
        was none. What is in the cloud stays. Needs no network."""
        return self._start(slot, f"saves.discard {slot}", self._discard)

    def delete(self, slot: str) -> Pending[bool]:
        """Delete what was saved as `slot`, for good; the value is False when nothing was. What is kept of it on this
        machine's disk goes with it."""
        return self._start(slot, f"saves.delete {slot}", self._delete)

    def slots(self) -> Pending[tuple[str, ...]]:
        """Fetch the names of the slots that hold a save. The service lists some 100 keys at most, pieces included.
        Those that are only on this machine's disk are not among them."""
        return Chain("saves.slots", self._slots())

    # -- by the service ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """See to what is kept for the player who signs in. By `GameJolt`; frame thread."""
        self._courier.look()

    def frame(self, now: float) -> None:
        """Let time pass. By `GameJolt`, once a frame."""
        self._courier.frame(now)

    def heard(self, call: Call[Any]) -> None:
        """Hear of a call that ended. By `GameJolt`; frame thread."""
        self._courier.heard(call)

    def closing(self) -> None:
        """See what was saved just now onto the disk. By `GameJolt`; takes half of the time at most. Frame thread."""
        self._courier.closing()
        self._packer.closing()

    # -- steps ---------------------------------------------------------------------------------------------------------

    def _start(self, slot: str, name: str, steps: Callable[[Keys], Steps[T]]) -> Chain[T]:
        """Begin once what is under way with the same slot is over."""
        keys = Keys(self._game, self._data_store, text("slot", slot))
        if not keys.name[0]:
            return Chain(name, self._for_nobody(name))
        return self._turns.take(keys.name, name, lambda: steps(keys))

    def _for_nobody(self, name: str) -> Steps[Any]:
        """End like other calls of a player do, which the log and the events tell of."""
        nobody = NotSignedIn("nobody is signed in, so nothing was kept or read; call sign_in(username, token) first")
        yield self._game.refuse(Operation(service=self._game.name, name=name, kind=Kind.SAFE), nobody)

    def _save(self, work: Work, value: Any) -> Steps[Save]:
        keys, courier = work.keys, self._courier
        try:
            packed: Packed = yield work.packing
            known = courier.known.setdefault(keys.name, {})
            try:
                manifest = yield from self._transfer.put(keys, packed, known, work.overwrite)
            except (SaveConflict, SaveDamaged) as error:
                if work.about is not None:
                    yield from courier.conflicted(work.about, error, say=False)
                raise
            except PASSING as error:
                if work.about is None:
                    raise
                raise self._postponed(work, error) from error
            courier.known[keys.name] = {manifest.id: manifest.generation}
            yield from courier.delivered(keys, work.replaces)
            return _described(keys, manifest, value)
        finally:
            courier.unfinished.discard(work.id)

    def _postponed(self, work: Work, error: Exception) -> Postponed:
        """What a save ends with that is on disk and goes up later."""
        keys = work.keys
        if self._game.manager.is_closed:
            when = "when the game runs again"
        elif isinstance(error, InvalidCredentials) or not keys.is_here():
            when = f"when {keys.name[0]} signs in again"
        else:
            when = "once there is a network"
            self._courier.postponed(keys)
        return Postponed(f"the save {keys.name[1]!r} is kept on disk and goes up by itself {when} ({error})")

    def _load(self, keys: Keys) -> Steps[Save | None]:
        kept = yield from self._read(keys)
        if kept is not None and kept[0].about.conflict is None:
            about, value = kept[0].about, kept[1]
            self._courier.seen.add(about.manifest.id)
            try:
                manifest = yield from self._courier.deliver(keys, kept[0])
            except (SaveConflict, SaveDamaged):
                pass  # an event has said so, and the cloud's is what is asked for
            except Exception as error:
                if not keys.is_here():
                    raise
                logger.debug("the kept save %r does not go up yet: %s", keys.name[1], error)
                if isinstance(error, PASSING):
                    self._courier.postponed(keys)
                return _described(keys, about.manifest, value)
            else:
                return _described(keys, manifest, value)
        found = yield from self._transfer.get(keys)
        if found is None:
            self._courier.known.pop(keys.name, None)
            return None
        manifest, value = found
        self._courier.known[keys.name] = {manifest.id: manifest.generation}
        return _described(keys, manifest, value)

    def _kept(self, keys: Keys) -> Steps[Save | None]:
        kept = yield from self._read(keys)
        return None if kept is None else _described(keys, kept[0].about.manifest, kept[1])

    def _read(self, keys: Keys) -> Steps[tuple[Kept, Any] | None]:
        """Read what is kept and its value; None where the file is that of a save whose turn is yet to come."""
        store, unfinished = self._courier.store, frozenset(self._courier.unfinished)

        def read_and_unpack() -> tuple[Kept, Any] | None:
            kept = store.read(*keys.name)
            if kept is None or kept.id in unfinished:
                return None
            try:
                return kept, unpack(kept.about.manifest, kept.text)
            except ProtocolError as error:
                store.set_aside(*keys.name, error)
                return None

        found: tuple[Kept, Any] | None = yield self._game.manager.background(read_and_unpack)
        return found

    def _discard(self, keys: Keys) -> Steps[bool]:
        store, spare = self._courier.store, frozenset(self._courier.unfinished)
        dropped: bool = yield self._game.manager.background(lambda: store.drop(*keys.name, spare=spare))
        return dropped

    def _delete(self, keys: Keys) -> Steps[bool]:
        manifest = yield from keys.manifest(readable=False)
        removed: bool = yield keys.remove(keys.of_manifest)
        self._courier.known.pop(keys.name, None)
        if manifest is not None:
            keys.drop(manifest)
        dropped = yield from self._discard(keys)
        return removed or dropped

    def _slots(self) -> Steps[tuple[str, ...]]:
        found: tuple[str, ...] = yield self._data_store.get_keys("save/*", mine=True)
        return tuple(unquote(key.removeprefix("save/")) for key in found if "/" not in key.removeprefix("save/"))


def _ending_with(error: Exception) -> Steps[Any]:
    raise error
    yield  # makes it a generator


def _described(keys: Keys, manifest: Manifest, value: Any) -> Save:
    return Save(
        slot=keys.name[1],
        value=value,
        generation=manifest.generation,
        saved_at=manifest.saved_at,
        size=manifest.size,
    )
