"""Players: who they are, who is here, whom they know, and what time it is (API pages ``users/``, ``sessions/``,
``friends/`` and ``time/``)."""

from __future__ import annotations

from collections.abc import Iterable

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Kind, Operation, Priority
from pygame_gameservices.core.storage.credentials import Secret, concealed
from pygame_gameservices.errors import UsageError
from pygame_gameservices.services.arguments import identifiers, secret, text
from pygame_gameservices.services.gamejolt.caller import Caller, Player
from pygame_gameservices.services.gamejolt.models import ServerTime, User
from pygame_gameservices.services.wrong_calls import says_how_to_call

SESSION_S = 20.0
"""Seconds after which a call about a session is given up: the next one is due soon."""


@says_how_to_call()
class Users:
    """Accounts (API page ``users/``). Frame thread; every method returns at once."""

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def fetch(
        self, username: str | None = None, *, user_id: int | str | Iterable[int | str] | None = None
    ) -> Call[tuple[User, ...]]:
        """Fetch accounts by name, by number, or by many numbers at once.

        Args:
            username: one account's name.
            user_id: one account's number, or several: ``1``, ``"1"``, ``"13,89,35"`` or ``[13, 89, 35]``.

        Returns:
            A call whose value is the accounts found, in the service's order. It ends with `UserNotFound` when there are
            none.

        Raises:
            UsageError: not exactly one of the two was given.
        """
        if (username is None) == (user_id is None):
            raise UsageError("pass either username or user_id", fields=("username", "user_id"))
        if username is not None:
            arguments = {"username": text("username", username)}
        else:
            assert user_id is not None
            arguments = {"user_id": identifiers("user_id", user_id)}
        return self._gateway.call("users.fetch", Kind.SAFE, arguments)

    def auth(self, username: str, user_token: str | Secret) -> Call[bool]:
        """Ask whether a name and a game token belong together (API page ``users/auth/``).

        This signs nobody in; `GameJolt.sign_in` does.

        Returns:
            A call whose value is True. It ends with `InvalidCredentials` when they do not belong together.

        Raises:
            UsageError: the name or the token is no text, or empty.
        """
        user_token = concealed(user_token)
        player = Player(text("username", username), secret("user_token", user_token))
        return self._gateway.call("users.auth", Kind.SAFE, {}, player=player, priority=Priority.HIGH)


@says_how_to_call()
class Sessions:
    """The player's presence in the game (API page ``sessions/``). Frame thread; every method returns at once.

    A session dies when it is not pinged for 120 s; every 30 s is what Game Jolt advises. With nobody signed in all
    calls end with `NotSignedIn`.
    """

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def open(self) -> Call[bool]:
        """Open a session for the player, closing any older one (API page ``sessions/open/``)."""
        return self._session("sessions.open", {})

    def ping(self, *, active: bool = True) -> Call[bool]:
        """Keep the session alive, as active or idle (API page ``sessions/ping/``).

        The call ends with `SessionNotOpen` when the session has died.
        """
        return self._session("sessions.ping", {"status": "active" if active else "idle"})

    def check(self) -> Call[bool]:
        """Ask whether the player has an open session; no is an answer, not an error (API page ``sessions/check/``)."""
        return self._gateway.call_as_player("sessions.check", Kind.SAFE, {}, lane=self._lane)

    def close(self) -> Call[bool]:
        """Close the player's session (API page ``sessions/close/``).

        The call ends with `SessionNotOpen` when there is none.
        """
        return self._session("sessions.close", {})

    @property
    def _lane(self) -> str:
        return f"{self._gateway.name}/sessions"

    def _session(self, name: str, arguments: dict[str, str]) -> Call[bool]:
        return self._gateway.call_as_player(name, Kind.IDEMPOTENT, arguments, lane=self._lane, deadline_s=SESSION_S)

    def closing(self, player: Player) -> Operation:
        """What would close the session of `player`, for a browser to send. By `Presence`."""
        return Operation(
            service=self._gateway.name,
            name="sessions.close",
            kind=Kind.IDEMPOTENT,
            arguments={},
            player=player.username,
            credential=player.token,
        )

    def of(self, player: Player, name: str, **arguments: str) -> Call[bool]:
        """Make one of the calls above as `player`, whoever plays now. By `Presence`, for the session it opened."""
        return self._gateway.call(
            name, Kind.IDEMPOTENT, arguments, player=player, lane=self._lane, deadline_s=SESSION_S
        )


@says_how_to_call()
class Friends:
    """The player's friends (API page ``friends/``). Frame thread; every method returns at once."""

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def fetch(self) -> Call[tuple[int, ...]]:
        """Fetch the account numbers of the player's friends; ``users.fetch(user_id=...)`` tells who they are.

        The call ends with `NotSignedIn` when nobody is signed in.
        """
        return self._gateway.call_as_player("friends.fetch", Kind.SAFE, {})


@says_how_to_call()
class Time:
    """The service's clock (API page ``time/``). Frame thread; every method returns at once."""

    def __init__(self, gateway: Caller) -> None:
        self._gateway = gateway

    def fetch(self) -> Call[ServerTime]:
        """Fetch what time it is on Game Jolt's server."""
        return self._gateway.call("time.fetch", Kind.SAFE, {})
