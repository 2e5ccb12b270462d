"""What is known of the game's trophies without asking: from this run, and from earlier ones by way of the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.errors import Closed
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.services.gamejolt.trophy_file import Kept, read_trophies, write_trophies

if TYPE_CHECKING:
    from pygame_gameservices.core.manager import ServiceManager


class TrophyMemory:
    """Which trophies there are, who has which, and which were said to be unlocked. Frame thread; the disk is a helper
    thread's.

    Players are named as in sign-ins, whatever the case; the empty name is nobody in particular.
    """

    def __init__(self) -> None:
        self._trophies: dict[int, Trophy] = {}
        self._held: dict[str, set[int]] = {}
        self._told: dict[str, set[int]] = {}
        self._said: set[tuple[str, int]] = set()
        self._manager: ServiceManager | None = None
        self._path = Path()
        self._early: list[Callable[[], object]] | None = []
        self._all_learned = False
        self._writing: Task[None] | None = None
        self._unwritten = False

    def open(self, manager: ServiceManager, path: Path) -> None:
        """Read what earlier runs knew, on a helper thread, and write down what is learned from now on."""
        self._manager, self._path = manager, path
        manager.background(lambda: read_trophies(path, manager.announce)).then(self._read)

    def closing(self) -> None:
        """Write down what changed during the last write."""
        if self._unwritten and self._early is None:
            self._unwritten = False
            self._write_in_turn()

    def when_read(self, then: Callable[[], object]) -> None:
        """Run `then` once the disk has been read: now, or in the `update` that brings it."""
        if self._early is None:
            then()
        else:
            self._early.append(then)

    def news(self, trophy_id: int, player: str) -> Trophy | None:
        """The trophy that an unlock would be news of: it is known, no secret, not said and not had yet; else None."""
        known = self.find(trophy_id)
        if known is None or known.is_hidden or self._was_said(trophy_id, player) or trophy_id in self._of(player):
            return None
        return known

    def find(self, trophy_id: int) -> Trophy | None:
        """The trophy, if it is known, as nobody's."""
        known = self._trophies.get(trophy_id)
        return None if known is None else msgspec.structs.replace(known, achieved=False, achieved_when="")

    def say(self, trophy: Trophy, player: str) -> Trophy:
        """Note that the player is told now, and return the trophy as achieved."""
        self._said.add((player.casefold(), trophy.id))
        return msgspec.structs.replace(trophy, achieved=True)

    def tell(self, trophy: Trophy, player: str) -> Trophy:
        """The same for a trophy that is still on its way to the service, perhaps until a later run."""
        self._told.setdefault(player.casefold(), set()).add(trophy.id)
        self._of(player).add(trophy.id)
        self._write()
        return self.say(trophy, player)

    def delivered(self, trophy_id: int, player: str) -> bool:
        """Note that the service has it that `player` has a trophy. Returns whether the player was told before."""
        on_its_way = self._told.get(player.casefold(), set())
        told = self._was_said(trophy_id, player) or trophy_id in on_its_way
        if trophy_id in on_its_way or trophy_id not in self._of(player):
            on_its_way.discard(trophy_id)
            self._of(player).add(trophy_id)
            self._write()
        return told

    def lost(self, trophy_id: int, player: str) -> None:
        """Note that `player` has it no more."""
        self._said.discard((player.casefold(), trophy_id))
        self._told.get(player.casefold(), set()).discard(trophy_id)
        if trophy_id in self._of(player):
            self._of(player).discard(trophy_id)
            self._write()

    def learned(self, trophies: Iterable[Trophy], player: str, *, everything: bool) -> None:
        """Take what the service said of `player`'s trophies; `everything` replaces what was known."""
        fresh = {trophy.id: trophy for trophy in trophies}
        before = self._trophies, set(self._of(player))
        self._trophies = fresh if everything else {**self._trophies, **fresh}
        self._all_learned |= everything
        told = self._told.get(player.casefold(), set())
        had = {one for one in self._of(player) if one in told or self._was_said(one, player)}  # the answer may be older
        if not everything:
            had |= self._of(player) - fresh.keys()
        self._held[player.casefold()] = had | {trophy.id for trophy in fresh.values() if trophy.achieved}
        if before != (self._trophies, self._of(player)):
            self._write()

    def signed_in(self, player: str) -> None:
        """Note that what nobody in particular had is `player`'s."""
        for kept in (self._held, self._told):
            unclaimed = kept.pop("", set())
            kept.setdefault(player.casefold(), set()).update(unclaimed)

    def signed_out(self) -> None:
        """Forget what the player was told: it may be another one who plays on."""
        self._said.clear()

    def _was_said(self, trophy_id: int, player: str) -> bool:
        return (player.casefold(), trophy_id) in self._said

    def _of(self, player: str) -> set[int]:
        return self._held.setdefault(player.casefold(), set())

    def _read(self, task: Task[Kept]) -> None:
        kept = task.value or Kept()
        if not self._all_learned:  # the service was quicker than the disk otherwise
            self._trophies = {**{trophy.id: trophy for trophy in kept.trophies}, **self._trophies}
        for player, ids in kept.held.items():
            if not self._all_learned or player not in self._held:
                self._of(player).update(ids)
        for player, ids in kept.told.items():
            self._told.setdefault(player, set()).update(ids)
            self._of(player).update(ids)
        early, self._early = self._early or (), None
        for then in early:
            then()
        if self._unwritten:
            self._write()

    def _write(self) -> None:
        """Write all down on the helper thread; what changes meanwhile is written right after."""
        busy = self._early is not None or (self._writing is not None and not self._writing.done)
        self._unwritten = busy
        if not busy:
            self._write_in_turn()

    def _write_in_turn(self) -> None:
        if self._manager is None:
            return
        path, kept = self._path, Kept(tuple(self._trophies.values()), _frozen(self._held), _frozen(self._told))
        try:
            self._writing = self._manager.background(lambda: write_trophies(path, kept), at_close=True)
        except Closed:  # it was delivered while the manager closed
            write_trophies(path, kept)
        else:
            self._writing.then(lambda written: self._write() if self._unwritten else None)


def _frozen(sets: dict[str, set[int]]) -> dict[str, frozenset[int]]:
    return {player: frozenset(ids) for player, ids in sets.items() if ids}
