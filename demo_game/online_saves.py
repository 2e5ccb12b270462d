"""The player's progress in the cloud, by Game Jolt's data store: loaded at sign-in, saved when it changed.

To copy from, beside `online.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices import BackOnline, Event, GameJolt, Pending, SaveConflict, SignedIn

State = dict[str, Any]


class CloudSave:
    """One slot. What could not be saved for lack of a network is saved when it is back.

    Attributes:
        loaded: whether this player's save, if there is one, has been seen.
    """

    def __init__(self, gj: GameJolt, restore: Callable[[State], State], slot: str = "progress") -> None:
        """Keep `slot`. ``restore(state)`` takes what was saved and returns what to save now: both put together."""
        self.loaded = False
        self._gj = gj
        self._restore = restore
        self._slot = slot
        self._unsaved: State | None = None

    @property
    def saved(self) -> bool:
        """Whether the newest state has arrived."""
        return self._unsaved is None

    def save(self, state: State, *, overwrite: bool = False) -> None:
        """Save, if a player is signed in. The newest state wins; nobody waits."""
        self._unsaved = state
        if self.loaded:
            self._gj.saves.save(self._slot, state, overwrite=overwrite).then(lambda saved: self._saved(saved, state))

    def hear(self, event: Event) -> None:
        """Take in what happened. Once for every event of a frame."""
        match event:
            case SignedIn():
                self.loaded = False
                self._load()
            case BackOnline() if not self.loaded:
                self._load()
            case BackOnline() if self._unsaved is not None:
                self.save(self._unsaved)

    def _load(self) -> None:
        if self._gj.player is not None:
            self._gj.saves.load(self._slot).then(self._arrived)

    def _arrived(self, loaded: Pending[Any]) -> None:
        if loaded.error is not None:
            return
        self.loaded = True
        if loaded.value is not None:
            together = self._restore(loaded.value.value)
            if together != loaded.value.value:
                self.save(together, overwrite=True)
        elif self._unsaved is not None:
            self.save(self._unsaved)

    def _saved(self, saved: Pending[Any], state: State) -> None:
        if saved.error is None and self._unsaved is state:
            self._unsaved = None
        elif isinstance(saved.error, SaveConflict):  # another machine saved meanwhile: put both together
            self._load()
