"""Whose the calls on disk are, what earlier runs wrote down on its way back into memory, and what may leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.outbox.store import IN_FLIGHT, UNREADABLE, Entry, OutboxFile
from pygame_gameservices.core.outbox.tally import Tally
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.sign_ins import whose
from pygame_gameservices.core.storage.credentials import Secret

WINDOW = 500
"""How many old entries of a player are in memory at once."""
UNREAD_S = 10.0
"""How long calls wait for older ones that are there, but that the disk does not give away."""


class Earlier:
    """What of one player's old entries has been loaded. The outbox's thread only.

    Attributes:
        name: the player, as spelled at the last sign-in.
        credential: the player's token of now, or None.
        last_id: the entry up to which all are loaded.
        loaded: how many are in memory.
        exhausted: whether there are no more, or newer calls wait for them no longer.
        missed_at: since when, by the clock, there may be more, which the disk would not give away; None for no.
    """

    def __init__(self) -> None:
        self.name = ""
        self.credential: Secret | None = None
        self.last_id = 0
        self.loaded = 0
        self.exhausted = False
        self.missed_at: float | None = None

    def begin_anew(self) -> None:
        """Go through all entries once more: there may be others among those that are loaded."""
        self.last_id, self.exhausted = 0, False


class Ours(msgspec.Struct, frozen=True):
    """The open file, and the name of this process in it."""

    file: OutboxFile
    name: str


class Loading:
    """Brings what earlier runs wrote down back into memory, some of each player's at a time; later calls wait for it.

    The outbox's thread only.

    Args:
        tally: how much there is; what is loaded is entered.
        clock: monotonic seconds.
        accept: takes a loaded call. At once, whatever becomes of the transaction: it is on disk already, and passed
            over the next time.
        stored: takes calls that waited for those and may be sent now.
        aside: takes an entry that cannot be read.
    """

    def __init__(
        self,
        tally: Tally,
        clock: Callable[[], float],
        accept: Callable[[Delivery, bool], object],
        stored: Callable[[list[Delivery]], object],
        aside: Callable[[Entry], object],
    ) -> None:
        self._tally = tally
        self._clock = clock
        self._accept = accept
        self._stored = stored
        self._aside = aside
        self._players: dict[tuple[str, str], Earlier] = {}
        self._loaded: set[int] = set()
        self._held: dict[tuple[str, str], list[Delivery]] = {}

    def ready(self, ours: Ours | None, service: str, name: str, credential: Secret | None, *, anew: bool) -> None:
        """Load what waits for a player, who has a token now; `anew` if there may be more than there was."""
        key = (service, name.casefold())
        player = self._players.setdefault(key, Earlier())
        player.name, player.credential = name, credential
        if anew:
            player.begin_anew()
        self._load(ours, key, player)

    @property
    def missed(self) -> bool:
        """Whether there may be more of some player, which the disk would not give away."""
        return any(player.missed_at is not None for player in self._players.values())

    @property
    def holds_up(self) -> bool:
        """Whether calls wait until the disk gives away what is older: it is asked again soon."""
        return any(self._players[key].missed_at is not None for key in self._held)

    def wait_no_longer(self) -> None:
        """Let calls go that have waited long enough for what the disk does not give away."""
        for key, player in self._players.items():
            if player.missed_at is not None and not player.exhausted:
                self._miss(key, player)

    def again(self, ours: Ours, *, all_players: bool) -> None:
        """Load what could not be loaded before; of `all_players` where there is more now."""
        for key, player in self._players.items():
            if all_players or player.missed_at is not None:
                player.begin_anew()
                self._load(ours, key, player)

    def holds(self, delivery: Delivery) -> bool:
        """Keep `delivery` back if older ones of its player have yet to be loaded before it. Returns whether it does."""
        key = whose(delivery)
        player = self._players.get(key)
        if player is None or player.exhausted:
            return False
        self._held.setdefault(key, []).append(delivery)
        return True

    def renumbered(self, before: int, now: int) -> None:
        """An entry had to be written again and has another number."""
        if before in self._loaded:
            self._loaded.discard(before)
            self._loaded.add(now)

    def left(self, ours: Ours | None, delivery: Delivery, before: int = 0) -> None:
        """An entry is not waiting any more, or waits for others only: there is room for the next ones of its player.

        Args:
            before: the number that it had, where it waits to be written again.
        """
        entry = before or delivery.entry
        if entry not in self._loaded:
            return
        key = whose(delivery)
        player = self._players.get(key)
        if player is not None:
            self._loaded.discard(entry)
            player.loaded -= 1
            if player.loaded <= WINDOW // 2:
                self._load(ours, key, player)

    def _load(self, ours: Ours | None, key: tuple[str, str], player: Earlier) -> None:
        """Bring the next old entries into memory, those that are there already passed over."""
        while not player.exhausted and player.loaded < WINDOW:
            if ours is None:
                self._miss(key, player)
                return
            entries = ours.file.load(ours.name, key[0], player.name, player.last_id, WINDOW)
            player.missed_at = None
            for entry in entries:
                player.last_id = entry.id
                if entry.state == UNREADABLE:
                    self._aside(entry)
                elif entry.id not in self._tally.sizes:
                    player.loaded += 1
                    self._loaded.add(entry.id)
                    self._accept(recalled(entry, player.credential), entry.state == IN_FLIGHT)
                    self._tally.sizes[entry.id] = entry.bytes  # from now on nobody waits for it to come
            if len(entries) < WINDOW:
                self._exhaust(key, player)

    def _miss(self, key: tuple[str, str], player: Earlier) -> None:
        """The disk does not give away what may be there; what is known to be there is waited for, for a while."""
        now = self._clock()
        if player.missed_at is None:
            player.missed_at = now
        if not self._tally.older_to_come or now - player.missed_at >= UNREAD_S:
            self._exhaust(key, player)

    def _exhaust(self, key: tuple[str, str], player: Earlier) -> None:
        """All old entries are loaded, so those made since may go; or they have waited long enough."""
        player.exhausted = True
        held = self._held.pop(key, [])
        if held:
            self._stored(held)


def recalled(entry: Entry, credential: Secret | None) -> Delivery:
    """Make a call of an entry that an earlier run wrote down. The outbox's thread only."""
    operation = msgspec.structs.replace(entry.operation, credential=credential if entry.operation.player else None)
    call: Call[Any] = Call(operation, lambda call: None, loaded=True)
    return Delivery(operation, call, loaded=True, entry=entry.id, attempted_at=entry.attempted_at)
