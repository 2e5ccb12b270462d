"""Trophies, in the API's own words (API page ``trophies/``)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind, Priority
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import identifier, identifiers
from pygame_gameservices.services.gamejolt.cache import Cache
from pygame_gameservices.services.gamejolt.caller import Caller, Player
from pygame_gameservices.services.gamejolt.events import TrophyUnlocked
from pygame_gameservices.services.gamejolt.models import Trophy
from pygame_gameservices.services.gamejolt.trophy_memory import TrophyMemory
from pygame_gameservices.services.wrong_calls import says_how_to_call

if TYPE_CHECKING:
    from pygame_gameservices.core.manager import ServiceManager

logger = logging.getLogger("pygame_gameservices")


@says_how_to_call()
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
        self._memory: TrophyMemory = TrophyMemory() if live is None else live._memory

    def fetch(
        self,
        *,
        achieved: bool | None = None,
        trophy_id: int | str | Iterable[int | str] | None = None,
        fresh: bool = False,
    ) -> Call[tuple[Trophy, ...]]:
        """Fetch the game's trophies and whether the player has them (API page ``trophies/``).

        Args:
            achieved: only those the player has (True) or lacks (False).
            trophy_id: only this one, or these: ``1``, ``"1"``, ``"13,89,35"`` or ``[13, 89, 35]``. `achieved` then does
                not matter to the service.
            fresh: ask the service even if all trophies were fetched a moment ago.

        Returns:
            A call whose value is the trophies. It ends with `TrophyNotFound` when the game lacks one of `trophy_id`,
            and with `NotSignedIn` when nobody is signed in.

        Raises:
            UsageError: an argument is of the wrong kind.
        """
        arguments: dict[str, str] = {}
        if achieved is not None:
            if not isinstance(achieved, bool):
                raise UsageError(f"achieved is {achieved!r}; pass True, False or None", fields=("achieved",))
            arguments["achieved"] = "true" if achieved else "false"
        if trophy_id is not None:
            arguments["trophy_id"] = identifiers("trophy_id", trophy_id)
        known = None if fresh else self._gateway.known("trophies.fetch", arguments, lambda: self._cached(arguments))
        if known is not None:
            return known
        ticket = self._all.ticket()
        call: Call[tuple[Trophy, ...]] = self._gateway.call_as_player(
            "trophies.fetch", Kind.SAFE, arguments, lane=self._lane
        )
        return call.then(lambda ended: self._remember(ended, ticket))

    def add_achieved(self, trophy_id: int | str, *, durable: bool = True) -> Call[bool]:
        """Give the player a trophy (API page ``trophies/add-achieved/``). `TrophyUnlocked` follows, once per trophy:
        at once if the trophy is known from the sign-in or an earlier run, whatever the network does, else when it is
        delivered.

        Args:
            durable: keep it on disk until it is delivered, over restarts and days without a network. With nobody signed
                in it then waits for whoever signs in first.

        Returns:
            A call whose value is True, or False when the player had it already. It ends with `TrophyNotFound` when
            the game has no such trophy, and with `NotSignedIn` when nobody is signed in and it is not durable.
        """
        arguments = {"trophy_id": identifier("trophy_id", trophy_id)}
        number = int(arguments["trophy_id"])
        self._all.clear()
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.add_achieved",
            Kind.IDEMPOTENT,
            arguments,
            lane=self._lane,
            mingles="add",
            durable=durable,
        )
        if self._live is self and call.operation.player:  # what is only prepared, or refused, has not happened
            self._memory.when_read(lambda: self._say_at_once(call, number))
        return call.then(lambda ended: self._added(ended, number))

    def remove_achieved(self, trophy_id: int | str, *, durable: bool = True) -> Call[bool]:
        """Take a trophy from the player again, for testing (API page ``trophies/remove-achieved/``).

        Args:
            durable: keep it on disk until it is delivered.

        Returns:
            A call whose value is True, or False when the player did not have it.
        """
        arguments = {"trophy_id": identifier("trophy_id", trophy_id)}
        number = int(arguments["trophy_id"])
        self._all.clear()
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.remove_achieved", Kind.IDEMPOTENT, arguments, lane=self._lane, durable=durable
        )
        return call.then(lambda ended: self._removed(ended, number))

    def learn(self) -> None:
        """Fetch what the trophies are called, so that a toast needs no further call. By sign-in."""
        who = self._who
        self._memory.when_read(lambda: self._memory.signed_in(who))
        ticket = self._all.ticket()
        call: Call[tuple[Trophy, ...]] = self._gateway.call_as_player(
            "trophies.fetch", Kind.SAFE, {}, priority=Priority.LOW
        )
        call.then(lambda ended: self._remember(ended, ticket))

    def closing(self) -> None:
        """Have what is known of them written down. By `GameJolt`, before the manager closes."""
        self._memory.closing()

    def forget(self) -> None:
        """Drop what is remembered of the player's trophies. By sign-out."""
        self._memory.signed_out()
        self._all.clear()

    def remember_in(self, manager: ServiceManager, path: Path) -> None:
        """Keep in a file what the trophies are called, for starts without a network. By `GameJolt.attach`."""
        self._memory.open(manager, path)

    @property
    def _who(self) -> str:
        return "" if self._gateway.player is None else self._gateway.player.username

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
        everything = not call.operation.arguments
        self._memory.learned(call.value, call.operation.player, everything=everything)
        if everything:
            self._all.put(call.value, ticket)

    def _added(self, call: Call[bool], trophy_id: int) -> None:
        self._all.clear()
        if call.value is False:
            logger.info("%s had trophy %d already, so there is no toast", call.operation.player, trophy_id)
        told = call.succeeded and self._memory.delivered(trophy_id, call.operation.player)
        if told or not call.value:
            return
        known = self._memory.find(trophy_id)
        if known is not None and not known.is_hidden:
            self._gateway.say(TrophyUnlocked(self._memory.say(known, call.operation.player)))
        else:  # never seen, or its text was kept secret until now
            self._live.reveal(call, trophy_id)

    def replayed(self, call: Call[bool]) -> None:
        """Say what a trophy that an earlier run of the game had kept means, now that it is delivered."""
        if call.operation.name == "trophies.add_achieved":
            self._added(call, int(call.operation.arguments["trophy_id"]))

    def _say_at_once(self, call: Call[bool], trophy_id: int) -> None:
        """A player who earned a trophy sees it now, not when the network is back."""
        news = None if call.done else self._memory.news(trophy_id, self._who)
        if news is not None:
            self._gateway.announce(TrophyUnlocked(self._memory.tell(news, self._who)))

    def reveal(self, earned: Call[bool], trophy_id: int) -> None:
        """Fetch what a trophy is called, as the player who earned it, since it may be another one who plays by now. By
        `add_achieved`."""
        given = earned.operation
        player = None if given.credential is None else Player(given.player, given.credential)
        asked: Call[tuple[Trophy, ...]] = self._gateway.call(
            "trophies.fetch", Kind.SAFE, {"trophy_id": str(trophy_id)}, player=player, lane=self._lane
        )
        asked.then(lambda fetched: self._revealed(fetched, trophy_id))

    def _revealed(self, call: Call[tuple[Trophy, ...]], trophy_id: int) -> None:
        if call.value is not None:
            self._memory.learned(call.value, call.operation.player, everything=False)
        found = next((trophy for trophy in call.value or () if trophy.id == trophy_id), None)
        known = self._memory.find(trophy_id)  # it may have come with the others meanwhile
        if found is None and known is not None and not known.is_hidden:
            found = known
        trophy = found or Trophy(id=trophy_id, title=f"Trophy {trophy_id}")
        self._gateway.say(TrophyUnlocked(self._memory.say(trophy, call.operation.player)))

    def _removed(self, call: Call[bool], trophy_id: int) -> None:
        self._all.clear()
        if call.succeeded:
            self._memory.lost(trophy_id, call.operation.player)
