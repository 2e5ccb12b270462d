"""The first step of a save: it is packed, and written to this machine's disk."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.core.events import OutboxTrouble
from pygame_gameservices.errors import Cancelled
from pygame_gameservices.services.chain import Chain
from pygame_gameservices.services.gamejolt.events import SaveKept
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.kept_saves import Kept, KeptSave
from pygame_gameservices.services.gamejolt.save_courier import Courier
from pygame_gameservices.services.gamejolt.save_format import Packed, new_id, pack
from pygame_gameservices.services.gamejolt.save_keys import Keys

logger = logging.getLogger("pygame_gameservices")

CLOSING_S = 1.0
"""Seconds that closing waits at most for saves made just before to get onto the disk, and never more than half of its
time."""


class Work:
    """A save on its way.

    Attributes:
        id: its id.
        keys: where it goes.
        durable: whether it is to be kept on disk.
        overwrite: whether it may replace any save.
        about: what is known of it on disk, once it is there.
        older: what was kept for the slot before.
        packing: the work that packs it and writes it down.
    """

    def __init__(self, keys: Keys, durable: bool, overwrite: bool) -> None:
        self.id = new_id()
        self.keys = keys
        self.durable = durable
        self.overwrite = overwrite
        self.about: KeptSave | None = None
        self.older: Kept | None = None
        self.packing: Task[Packed]

    @property
    def replaces(self) -> set[str]:
        """The ids of the kept saves that are needed no more once this one has arrived."""
        return {self.id} if self.older is None else {self.id, self.older.id}


class Packer:
    """Packs saves and writes them down. Frame thread; the work is a helper thread's."""

    def __init__(self, game: Gateway, courier: Courier) -> None:
        self._game = game
        self._courier = courier
        self._packing: set[Task[Packed]] = set()
        self._trouble_told = False

    def start(self, work: Work, value: Any) -> None:
        """Have `value` packed and written down at once, though it may not be its turn to go up yet."""
        courier = self._courier
        known = dict(courier.known.get(work.keys.name, {}))
        generation = 1 + max(known.values(), default=0)
        known.update(dict.fromkeys(courier.unfinished, 0))  # those before this one may have arrived by then
        store = courier.store

        def pack_and_write() -> Packed:
            packed = pack(value, None)
            manifest = msgspec.structs.replace(packed.manifest, id=work.id, generation=generation)
            packed = Packed(manifest, packed.text)
            player, slot = work.keys.name
            if not work.durable:
                work.older = store.read(player, slot)
                return packed
            about = KeptSave(player=player, slot=slot, manifest=manifest, known=known, overwrite=work.overwrite)
            try:
                work.older = store.write(Kept(about, packed.text))
            except OSError as error:
                work.older = store.read(player, slot)
                self._trouble(slot, error)
            else:
                work.about = about
                self._trouble_told = False
                self._game.announce(SaveKept(slot))
            return packed

        work.packing = self._game.manager.background(pack_and_write, at_close=True)
        courier.unfinished.add(work.id)
        courier.seen.add(work.id)
        self._packing.add(work.packing)
        work.packing.then(self._packing.discard)

    def _trouble(self, slot: str, error: OSError) -> None:
        """Say that the disk refuses, once until it takes something again. Helper thread."""
        folder = str(self._game.manager.folder / "saves")
        logger.warning("the save %r could not be kept in %s (%s); it goes up all the same", slot, folder, error)
        if not self._trouble_told:
            self._trouble_told = True
            self._game.announce(OutboxTrouble(folder, f"saves cannot be kept there: {error}"))

    def ended(self, work: Work, chain: Chain[Any]) -> None:
        """Hear of the end of a save, before the slot's next turn; take it off the disk if it was cancelled."""
        courier = self._courier
        courier.unfinished.discard(work.id)
        if not (work.durable and isinstance(chain.error, Cancelled)):
            return
        store, gone = courier.store, courier.gone

        def take_back() -> None:
            older = work.older
            if work.about is None:
                return
            if older is not None and older.id not in gone:
                store.put_back(work.about, older)
            else:
                store.drop(*work.keys.name, ids={work.id})

        if not self._game.manager.is_closed:
            self._game.manager.background(take_back)

    def closing(self) -> None:
        """Wait for what was saved just now to get onto the disk, for `CLOSING_S` or half of the time at most."""
        until = monotonic() + min(CLOSING_S, self._game.manager.left_to_close_s() / 2)
        for packing in self._packing:
            try:
                packing.result(max(0.0, until - monotonic()))
            except Exception as error:  # whoever made the save is told
                logger.debug("%r: %s", packing, error)
