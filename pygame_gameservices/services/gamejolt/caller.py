"""How a resource's method becomes an operation, whoever takes it: the network now, or a batch later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import NOBODY_YET, Kind, Operation, Priority, new_id
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.gamejolt.errors import NotSignedIn

TIMEOUT_S = 10.0
DEADLINE_S = 30.0
"""Seconds that a request may take, and a call with all its attempts, unless it says otherwise."""
_NOBODY = "nobody is signed in: call sign_in() first; if it was, SignInFailed said why it failed"


class Player:
    """A player's name and token. Immutable."""

    __slots__ = ("token", "username")

    def __init__(self, username: str, token: Secret) -> None:
        self.username = username
        self.token = token

    def is_also(self, other: Player) -> bool:
        """Whether it is the same player, perhaps with another token. Game Jolt does not tell letters' cases apart."""
        return self.username.casefold() == other.username.casefold()

    def __repr__(self) -> str:
        return f"<Player {self.username}>"


class Caller:
    """Makes the calls of the resources. Frame thread; nothing here blocks.

    Attributes:
        name: the service's name.
        player: whose calls are made now, or None.
        once: whether whoever takes the calls carries out each write once, however often it comes: a relay does.
    """

    name: str
    player: Player | None
    once: bool = False

    def call(
        self,
        name: str,
        kind: Kind,
        arguments: dict[str, str],
        *,
        mine: bool = False,
        player: Player | None = None,
        whose: str = "",
        lane: str = "",
        mingles: str = "",
        priority: Priority = Priority.NORMAL,
        timeout_s: float = TIMEOUT_S,
        deadline_s: float = DEADLINE_S,
        max_bytes: int = 4 << 20,
        durable: bool = False,
        latest_wins: bool = False,
    ) -> Call[Any]:
        """Make a call for the game, for `player`, for `whose` where that is not known by token yet, or, where it is
        `mine`, for the player who is signed in.

        With nobody signed in a durable call that is `mine` waits for whoever signs in first; any other ends as
        `NotSignedIn`, unsent.
        """
        if mine:
            player = self.player
            if player is None:
                reason = self.why_not_for_anyone() if durable else _NOBODY
                if reason:
                    refused = Operation(service=self.name, name=name, kind=kind, arguments=arguments)
                    return self.refuse(refused, NotSignedIn(reason))
                whose = NOBODY_YET
        if timeout_s is not TIMEOUT_S:  # nearly all have the usual ones, and a frame waits
            timeout_s = duration_s("timeout_s", timeout_s, positive=True)
        if deadline_s is not DEADLINE_S:
            deadline_s = duration_s("deadline_s", deadline_s, positive=True)
        return self.send(
            Operation(
                service=self.name,
                name=name,
                kind=Kind.IDEMPOTENT if self.once and kind is Kind.ADDITIVE else kind,
                arguments=arguments,
                player=player.username if player is not None else whose,
                credential=player.token if player is not None else None,
                lane=lane,
                mingles=mingles,
                priority=priority,
                timeout_s=timeout_s,
                deadline_s=deadline_s,
                max_bytes=max_bytes,
                durable=durable,
                latest_wins=latest_wins,
                id="" if kind is Kind.SAFE else new_id(),
            )
        )

    def call_as_player(self, name: str, kind: Kind, arguments: dict[str, str], **how: Any) -> Call[Any]:
        """Make a call that is `mine`; see `call`."""
        return self.call(name, kind, arguments, mine=True, **how)

    def why_not_for_anyone(self) -> str:
        """Why a durable call cannot wait for whoever signs in first; empty when it can."""
        return _NOBODY

    def send(self, operation: Operation) -> Call[Any]:
        """Take `operation` and return its call."""
        raise NotImplementedError

    def refuse(self, operation: Operation, error: CallError) -> Call[Any]:
        """Return a call that ends with `error` and is not sent."""
        raise NotImplementedError

    def known(self, name: str, arguments: dict[str, str], find: Callable[[], Any]) -> Call[Any] | None:
        """Return a call that ends with what `find` returns and is not sent; None when that is None, or may not be."""
        raise NotImplementedError

    def say(self, event: Event) -> None:
        """Let the game hear of `event`, right after the outcome of the call whose callback says it."""
        raise NotImplementedError

    def announce(self, event: Event) -> None:
        """Let the game hear of `event` in the next update."""
        raise NotImplementedError
