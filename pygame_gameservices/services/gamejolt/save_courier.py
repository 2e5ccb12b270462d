"""Saves that are kept on disk go up by themselves: when their player signs in, and when there is a network again."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from pygame_gameservices.core.calls.call import Call, Task
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.errors import (
    Cancelled,
    Closed,
    NetworkError,
    OutcomeUnknown,
    ProtocolError,
    QueueFull,
    RateLimited,
    ServiceUnavailable,
)
from pygame_gameservices.services.chain import Chain, Steps
from pygame_gameservices.services.gamejolt.data_store import DataStore
from pygame_gameservices.services.gamejolt.errors import InvalidCredentials, SaveConflict, SaveDamaged
from pygame_gameservices.services.gamejolt.events import SaveConflicted, SaveDelivered
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.kept_saves import Conflict, Kept, KeptSave, KeptSaves
from pygame_gameservices.services.gamejolt.save_format import Manifest, age_of, new_id
from pygame_gameservices.services.gamejolt.save_keys import ORPHANED_S, Keys
from pygame_gameservices.services.gamejolt.save_transfer import Transfer
from pygame_gameservices.services.gamejolt.turns import Turns

T = TypeVar("T")

logger = logging.getLogger("pygame_gameservices")

KNOCK_FOR_S = 3600.0
"""Seconds that one call waits for the network; then another one does."""
KNOCKS = 1 << 30
"""How often it is sent meanwhile, at the pace at which a host that is away is tried."""
AGAIN_S = 5.0
"""Seconds between two tries for which other calls give the occasion."""
PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
"""Seconds between two tries of a save that does not go up although the service answers; they double from the first."""

PASSING = (
    NetworkError,
    ServiceUnavailable,
    RateLimited,
    OutcomeUnknown,
    ProtocolError,
    Cancelled,
    Closed,
    QueueFull,
    InvalidCredentials,
)
"""What keeps a save from going up now and says nothing against it. A senseless answer is as likely a hotel's sign-in
page as anything; that the player signed out or the manager closed comes as `Cancelled`."""


class Courier:
    """Delivers kept saves by itself. Frame thread; nothing here blocks.

    To notice that there is a network again it has one call wait for it, like calls of the outbox do: one that asks for
    a key that is not there.

    Args:
        game: whose saves these are.
        data_store: where they go.
        transfer: puts them into the cloud.
        turns: whose turn it is with a slot.

    Attributes:
        known: the saves that this run of the game has loaded or made, with their generations, by player and slot.
        seen: the ids of kept saves that this run has loaded or made.
        unfinished: the ids of saves that the game has made and that have not ended, which are not for the courier.
        gone: the ids of saves that are needed no more.
    """

    def __init__(self, game: Gateway, data_store: DataStore, transfer: Transfer, turns: Turns) -> None:
        self.known: dict[tuple[str, str], dict[str, int]] = {}
        self.seen: set[str] = set()
        self.unfinished: set[str] = set()
        self.gone: set[str] = set()
        self._game = game
        self._data_store = data_store
        self._transfer = transfer
        self._turns = turns
        self._store: KeptSaves | None = None
        self._waiting: set[tuple[str, str]] = set()
        self._knock: Call[str | None] | None = None
        self._now = self._due = 0.0
        self._tried_at = -AGAIN_S
        self._pause = PAUSE_S

    @property
    def store(self) -> KeptSaves:
        """The saves on disk."""
        if self._store is None:
            manager, whose = self._game.manager, f"{self._game.name} {self._game.game_id}"
            self._store = KeptSaves(manager.folder / "saves", whose, manager.announce)
        return self._store

    def look(self) -> None:
        """Find out what is kept for the player, who signs in just now."""
        player = Keys(self._game, self._data_store, "").name[0]
        store = self.store
        self._game.manager.background(lambda: store.of(player)).then(self._found)

    def postponed(self, keys: Keys) -> None:
        """Take care of a save that did not go up."""
        self._waiting.add(keys.name)
        self._ask()

    def frame(self, now: float) -> None:
        """Let time pass. Once a frame."""
        self._now = now
        if self._waiting and self._knock is None and now >= self._due:
            self._ask()

    def heard(self, call: Call[Any]) -> None:
        """Take it from a call of the service's that succeeded that there is a network."""
        if self._waiting and call.error is None and call.attempts and self._now >= self._tried_at + AGAIN_S:
            self._deliver_all()

    def closing(self) -> None:
        """Wait for the network no longer."""
        if self._knock is not None:
            self._knock.cancel()

    def on_disk(self, work: Callable[[], T]) -> Steps[T | None]:
        """Do `work` on the helper thread; None where the manager closes first: what is kept then stays as it is."""
        try:
            done: T = yield self._game.manager.background(work)
        except (Closed, Cancelled):
            return None
        return done

    def deliver(self, keys: Keys, kept: Kept) -> Steps[Manifest]:
        """Deliver a kept save in its turn, and say what came of it."""
        age = age_of(kept.id)
        if age is None or age > ORPHANED_S / 2:  # another machine would take its pieces for orphans and remove them
            kept = (yield from self.on_disk(partial(self.store.renew, kept, new_id()))) or kept
        seen = bool(self.seen.intersection((kept.id, *kept.about.known)))
        known = self.known.setdefault(keys.name, {}) if seen else {}
        known.update(kept.about.known)
        try:
            manifest = yield from self._transfer.put(keys, kept.packed, known, kept.about.overwrite)
        except (SaveConflict, SaveDamaged) as error:
            yield from self.conflicted(kept.about, error, say=True)
            raise
        if seen:
            self.known[keys.name] = {manifest.id: manifest.generation}
        yield from self.delivered(keys, {kept.id})
        self._game.announce(SaveDelivered(keys.name[1]))
        return manifest

    def delivered(self, keys: Keys, ids: set[str]) -> Steps[None]:
        """Remove what is kept of saves that are in the cloud, or that a later one has replaced there."""
        self.gone |= ids
        store, name = self.store, keys.name
        yield from self.on_disk(lambda: store.drop(*name, ids=ids))

    def conflicted(self, about: KeptSave, error: SaveConflict | SaveDamaged, *, say: bool) -> Steps[None]:
        """Have a save wait for the player to choose, and say so if it is still there."""
        theirs = Conflict(error.generation, error.saved_at) if isinstance(error, SaveConflict) else Conflict()
        store = self.store
        flagged = yield from self.on_disk(lambda: store.flag(about, theirs))
        if flagged and say:
            self._game.announce(SaveConflicted(about.slot, theirs.generation, theirs.saved_at))

    def _found(self, task: Task[list[KeptSave]]) -> None:
        for about in task.value or ():
            if about.conflict is not None:
                conflict = about.conflict
                self._game.announce(SaveConflicted(about.slot, conflict.generation, conflict.saved_at))
            else:
                self._waiting.add((about.player, about.slot))
        if self._waiting:
            self._ask()

    def _ask(self) -> None:
        """Have a call wait for the network, if there is anything to be delivered for the player."""
        player = self._game.player
        if self._knock is not None or player is None or not self._of(player.username.casefold()):
            return
        with contextlib.suppress(QueueFull, Closed):
            self._knock = self._game.send(
                Operation(
                    service=self._game.name,
                    name="data_store.fetch",
                    kind=Kind.IDEMPOTENT,  # a read would not wait for the network
                    arguments={"key": "save"},
                    player=player.username,
                    credential=player.token,
                    lane=f"{self._game.name}/saves",
                    deadline_s=KNOCK_FOR_S,
                    attempts=KNOCKS,
                )
            )
            self._knock.then(partial(self._answered, player.username.casefold()))

    def _answered(self, player: str, knock: Call[str | None]) -> None:
        self._knock = None
        self._wait()
        if isinstance(knock.error, InvalidCredentials):  # until the player signs in anew
            self._waiting -= self._of(player)
        elif knock.error is None:
            self._deliver_all()

    def _deliver_all(self) -> None:
        """Deliver what waits of the player who is signed in, each slot in its turn."""
        self._tried_at = self._now
        player = self._game.player
        for name in self._of("" if player is None else player.username.casefold()):
            keys = Keys(self._game, self._data_store, name[1])
            self._waiting.discard(name)
            ended = partial(self._ended, keys)
            self._turns.take(name, f"saves.deliver {name[1]}", partial(self._by_itself, keys), ended)

    def _by_itself(self, keys: Keys) -> Steps[None]:
        kept = yield from self.on_disk(partial(self.store.read, *keys.name))
        if kept is not None and kept.about.conflict is None and kept.id not in self.unfinished:
            with contextlib.suppress(SaveConflict, SaveDamaged):  # which the game is told of by an event
                yield from self.deliver(keys, kept)

    def _ended(self, keys: Keys, chain: Chain[None]) -> None:
        error = chain.error
        if error is None:
            self._pause = PAUSE_S
        elif isinstance(error, PASSING):
            self._waiting.add(keys.name)
        else:
            logger.warning("%s: %s [%s]; it is tried again at the next sign-in", chain, error, type(error).__name__)

    def _wait(self) -> None:
        self._due = self._now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_S)

    def _of(self, player: str) -> set[tuple[str, str]]:
        return {name for name in self._waiting if name[0] == player}
