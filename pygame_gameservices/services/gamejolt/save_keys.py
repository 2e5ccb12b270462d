"""The keys under which one player's save of one slot lies in the data store."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.errors import Cancelled, ProtocolError
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.errors import SaveDamaged
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.save_format import Manifest, age_of, decode_manifest

ORPHANED_S = 86_400.0
"""Seconds after which pieces that no manifest names are taken for those of a save that broke off."""


class Keys:
    """The keys of one slot of one player, and calls on them that no other player can get into. Frame thread.

    Attributes:
        name: the player, in lower case and empty when nobody is signed in, and the slot.
        of_manifest: the key of the manifest.
    """

    def __init__(self, game: Gateway, data_store: DataStore, slot: str) -> None:
        self._game = game
        self._data_store = data_store
        self._slot = slot.replace("%", "%25").replace("/", "%2F").replace("*", "%2A")
        self.name = ("" if game.player is None else game.player.username.casefold(), slot)
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
        return self._data_store.fetch(key, mine=True)

    def set(self, key: str, data: str) -> Call[bool]:
        """Set a key of the player for whom this began."""
        self._check()
        return self._data_store.set(key, data, mine=True, durable=False)

    def remove(self, key: str) -> Call[bool]:
        """Remove a key of the player for whom this began."""
        self._check()
        return self._data_store.remove(key, mine=True, durable=False)

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
                if save_id != current and age is not None and age > ORPHANED_S and self.is_here():
                    self.remove(key)

        self._data_store.get_keys(f"{pieces}*", mine=True).then(remove_orphans)

    def is_here(self) -> bool:
        """Whether the player for whom this began is still signed in."""
        return self._game.player is not None and self._game.player.username.casefold() == self.name[0]

    def _check(self) -> None:
        if not self.is_here():
            raise Cancelled("the player signed out meanwhile")
