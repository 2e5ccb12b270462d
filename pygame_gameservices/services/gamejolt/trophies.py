"""Trophies, in the API's own words (API page ``trophies/``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind, Priority
from pygame_gameservices.services.base import integer, integers
from pygame_gameservices.services.gamejolt.events import TrophyUnlocked
from pygame_gameservices.services.gamejolt.gateway import Gateway
from pygame_gameservices.services.gamejolt.models import Trophy


class Trophies:
    """The game's trophies and the player's. Frame thread; every method returns at once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: dict[int, Trophy] = {}

    def fetch(
        self, *, achieved: bool | None = None, trophy_id: int | Iterable[int] | None = None
    ) -> Call[tuple[Trophy, ...]]:
        """Fetch the game's trophies and whether the player has them (API page ``trophies/``).

        Args:
            achieved: only those the player has (True) or lacks (False).
            trophy_id: only this one, or these; `achieved` then does not matter to the service.
        """
        arguments: dict[str, str] = {}
        if achieved is not None:
            arguments["achieved"] = "true" if achieved else "false"
        if trophy_id is not None:
            arguments["trophy_id"] = integers("trophy_id", trophy_id, least=1)
        call: Call[tuple[Trophy, ...]] = self._gateway.call_as_player(
            "trophies.fetch", Kind.SAFE, arguments, lane=self._lane
        )
        return call.then(self._remember)

    def add_achieved(self, trophy_id: int) -> Call[bool]:
        """Give the player a trophy (API page ``trophies/add-achieved/``). `TrophyUnlocked` follows, once per trophy.

        Returns:
            A call whose value is True, or False when the player had it already. It ends with `TrophyNotFound` when
            the game has no such trophy, and with `NotSignedIn` when nobody is signed in.
        """
        arguments = {"trophy_id": integer("trophy_id", trophy_id, least=1)}
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.add_achieved", Kind.IDEMPOTENT, arguments, lane=self._lane, mingles="add"
        )
        return call.then(lambda ended: self._added(ended, trophy_id))

    def remove_achieved(self, trophy_id: int) -> Call[bool]:
        """Take a trophy from the player again, for testing (API page ``trophies/remove-achieved/``).

        Returns:
            A call whose value is True, or False when the player did not have it.
        """
        arguments = {"trophy_id": integer("trophy_id", trophy_id, least=1)}
        call: Call[bool] = self._gateway.call_as_player(
            "trophies.remove_achieved", Kind.IDEMPOTENT, arguments, lane=self._lane
        )
        return call.then(lambda ended: self._removed(ended, trophy_id))

    def learn(self) -> None:
        """Fetch what the trophies are called, so that a toast needs no further call. By sign-in."""
        self._gateway.call_as_player("trophies.fetch", Kind.SAFE, {}, priority=Priority.LOW).then(self._remember)

    def forget(self) -> None:
        """Drop what is remembered of the player's trophies. By sign-out."""
        self._known.clear()

    @property
    def _lane(self) -> str:
        return f"{self._gateway.name}/trophies"

    def _remember(self, call: Call[Any]) -> None:
        if call.succeeded:
            self._known.update({trophy.id: trophy for trophy in call.value or ()})

    def _added(self, call: Call[bool], trophy_id: int) -> None:
        if not call.value:
            return
        known = self._known.get(trophy_id)
        if known is not None and not known.is_hidden:
            self._say_unlocked(known)
        else:  # never seen, or its text was kept secret until now
            self.fetch(trophy_id=trophy_id).then(lambda fetched: self._revealed(fetched, trophy_id))

    def _revealed(self, call: Call[tuple[Trophy, ...]], trophy_id: int) -> None:
        found = [trophy for trophy in call.value or () if trophy.id == trophy_id]
        self._say_unlocked(found[0] if found else Trophy(id=trophy_id, title=f"Trophy {trophy_id}"))

    def _say_unlocked(self, trophy: Trophy) -> None:
        unlocked = msgspec.structs.replace(trophy, achieved=True)
        self._known[trophy.id] = unlocked
        self._gateway.say(TrophyUnlocked(unlocked))

    def _removed(self, call: Call[bool], trophy_id: int) -> None:
        known = self._known.get(trophy_id)
        if call.succeeded and known is not None:
            self._known[trophy_id] = msgspec.structs.replace(known, achieved=False, achieved_when="")
