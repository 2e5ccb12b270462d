"""Trophies, in the API's own words (API page ``trophies/``)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind, Priority
from pygame_gameservices.services.base import integer, integers
from pygame_gameservices.services.gamejolt.cache import Cache
from pygame_gameservices.services.gamejolt.caller import Caller
from pygame_gameservices.services.gamejolt.events import TrophyUnlocked
from pygame_gameservices.services.gamejolt.models import Trophy


class Trophies:
    """The game's trophies and the player's. Frame thread; every method returns at once.

    Args:
        gateway: makes the calls.
        cache_s: seconds for which the trophies are not fetched again, unless the game changes one.
        live: the trophies that these prepare calls for; None when these are the live ones.
    """

    def __init__(self, gateway: Caller, *, cache_s: float = 0.0, live: Trophies | None = None) -> None:
        self._gateway = gateway
        self._live = live or self
        self._all: Cache[tuple[Trophy, ...]] = Cache(cache_s) if live is None else live._all
        self._known: dict[int, Trophy] = {} if live is None else live._known

    def fetch(
        self, *, achieved: bool | None = None, trophy_id: int | Iterable[int] | None = None, fresh: bool = False
    ) -> Call[tuple[Trophy, ...]]:
        """Fetch the game's trophies and whether the player has them (API page ``trophies/``).

        Args:
            achieved: only those the player has (True) or lacks (False).
            trophy_id: only this one, or these; `achieved` then does not matter to the service.
            fresh: ask the service even if all trophies were fetched a moment ago.
        """
        arguments: dict[str, str] = {}
        if achieved is not None:
            arguments["achieved"] = "true" if achieved else "false"
        if trophy_id is not None:
            arguments["trophy_id"] = integers("trophy_id", trophy_id, least=1)
        known = None if fresh else self._gateway.known("trophies.fetch", arguments, lambda: self._cached(arguments))
        if known is not None:
            return known
        ticket = self._all.ticket()
        call: Call[tuple[Trophy, ...]] = self._gateway.call_as_player(
            "trophies.fetch", Kind.SAFE, arguments, lane=self._lane
        )
        return call.then(lambda ended: self._remember(ended, ticket))

    def add_achieved(self, trophy_id: int, *, durable: bool = True) -> Call[bool]:
        """Give the player a trophy (API page ``trophies/add-achieved/``). `TrophyUnlocked` follows, once per trophy:
        at once if the trophy is known from the sign-in, whatever the network does, else when it is delivered.

        Args:
            durable: keep it on disk until it is delivered, over restarts and days without a network.

        Returns:
            A call whose value is True, or False when the player had it already. It ends with `TrophyNotFound` when
            the game has no such trophy, and with `NotSignedIn` when nobody is signed in.
        """
        arguments = {"trophy_id": integer("trophy_id", trophy_id, least=1)}
        self._all.clear()
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.add_achieved", Kind.IDEMPOTENT, arguments, lane=self._lane, mingles="add", durable=durable
        )
        if self._live is self:  # what is only prepared has not happened
            self._say_at_once(trophy_id)
        return call.then(lambda ended: self._added(ended, trophy_id))

    def remove_achieved(self, trophy_id: int, *, durable: bool = True) -> Call[bool]:
        """Take a trophy from the player again, for testing (API page ``trophies/remove-achieved/``).

        Args:
            durable: keep it on disk until it is delivered.

        Returns:
            A call whose value is True, or False when the player did not have it.
        """
        arguments = {"trophy_id": integer("trophy_id", trophy_id, least=1)}
        self._all.clear()
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.remove_achieved", Kind.IDEMPOTENT, arguments, lane=self._lane, durable=durable
        )
        return call.then(lambda ended: self._removed(ended, trophy_id))

    def learn(self) -> None:
        """Fetch what the trophies are called, so that a toast needs no further call. By sign-in."""
        ticket = self._all.ticket()
        call: Call[tuple[Trophy, ...]] = self._gateway.call_as_player(
            "trophies.fetch", Kind.SAFE, {}, priority=Priority.LOW
        )
        call.then(lambda ended: self._remember(ended, ticket))

    def forget(self) -> None:
        """Drop what is remembered of the player's trophies. By sign-out."""
        self._known.clear()
        self._all.clear()

    @property
    def _lane(self) -> str:
        return f"{self._gateway.name}/trophies"

    def _cached(self, arguments: dict[str, str]) -> tuple[Trophy, ...] | None:
        """What the service would answer to `arguments`, if all trophies are known; None when it has to be asked."""
        everything = self._all.get()
        if everything is None:
            return None
        if "trophy_id" in arguments:
            by_id = {str(trophy.id): trophy for trophy in everything}
            wanted = arguments["trophy_id"].split(",")
            return tuple(by_id[one] for one in wanted) if by_id.keys() >= set(wanted) else None
        achieved = arguments.get("achieved")
        return tuple(one for one in everything if achieved is None or one.achieved == (achieved == "true"))

    def _remember(self, call: Call[tuple[Trophy, ...]], ticket: int) -> None:
        if call.value is None:
            return
        self._known.update({trophy.id: trophy for trophy in call.value})
        if not call.operation.arguments:
            self._all.put(call.value, ticket)

    def _added(self, call: Call[bool], trophy_id: int) -> None:
        self._all.clear()
        if not call.value:
            return
        known = self._known.get(trophy_id)
        if known is not None and known.achieved:
            return  # said already
        if known is not None and not known.is_hidden:
            self._say_unlocked(known)
        else:  # never seen, or its text was kept secret until now
            self._live.fetch(trophy_id=trophy_id, fresh=True).then(lambda fetched: self._revealed(fetched, trophy_id))

    def replayed(self, call: Call[bool]) -> None:
        """Say what a trophy that an earlier run of the game had kept means, now that it is delivered."""
        if call.operation.name == "trophies.add_achieved":
            self._added(call, int(call.operation.arguments["trophy_id"]))

    def _say_at_once(self, trophy_id: int) -> None:
        """A player who earned a trophy sees it now, not when the network is back."""
        known = self._known.get(trophy_id)
        if known is not None and not known.achieved and not known.is_hidden and self._gateway.player is not None:
            unlocked = msgspec.structs.replace(known, achieved=True)
            self._known[trophy_id] = unlocked
            self._gateway.announce(TrophyUnlocked(unlocked))

    def _revealed(self, call: Call[tuple[Trophy, ...]], trophy_id: int) -> None:
        found = [trophy for trophy in call.value or () if trophy.id == trophy_id]
        self._say_unlocked(found[0] if found else Trophy(id=trophy_id, title=f"Trophy {trophy_id}"))

    def _say_unlocked(self, trophy: Trophy) -> None:
        unlocked = msgspec.structs.replace(trophy, achieved=True)
        self._known[trophy.id] = unlocked
        self._gateway.say(TrophyUnlocked(unlocked))

    def _removed(self, call: Call[bool], trophy_id: int) -> None:
        self._all.clear()
        known = self._known.get(trophy_id)
        if call.succeeded and known is not None:
            self._known[trophy_id] = msgspec.structs.replace(known, achieved=False, achieved_when="")
