"""What happens on Game Jolt that a game cares about. All come out of `ServiceManager.update` on the frame thread."""

from __future__ import annotations

from enum import StrEnum

from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import (
    AuthError,
    CallError,
    NetworkError,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
)
from pygame_gameservices.services.gamejolt.errors import SignatureError, UnknownGame
from pygame_gameservices.services.gamejolt.models import Trophy, User


class SignedIn(Event, frozen=True):
    """A player is signed in.

    Attributes:
        user: the player's account.
    """

    user: User


class SignInTrouble(StrEnum):
    """Why signing in did not work, by what a player or developer can do about it."""

    WRONG_CREDENTIALS = "wrong credentials"
    """The name or the game token is wrong. (The token is not the password.)"""
    NO_NETWORK = "no network"
    """The service could not be reached, or something on the way answered in its place, such as a hotel's sign-in page.
    The player stays, and is confirmed when it can."""
    SERVER_DOWN = "server down"
    """The service was reached and does not work. The player stays, and is confirmed when it does."""
    RATE_LIMITED = "rate limited"
    """Too many tries; wait a little."""
    MISCONFIGURED_GAME = "misconfigured game"
    """The game's id or private key is wrong: a mistake of the developer."""
    OTHER = "other"
    """None of these, such as a manager that was closed meanwhile."""


class SignInFailed(Event, frozen=True):
    """Signing in did not work; nobody new is signed in.

    Attributes:
        error: why, exactly.
        reason: the same by what can be done about it.
    """

    error: CallError

    @property
    def reason(self) -> SignInTrouble:
        """See above."""
        return _trouble(self.error)


class SignInNeeded(Event, frozen=True):
    """No name and token were found that are right: ask the player for them, if the game wants one.

    Attributes:
        service: the name of the service.
        problems: what was found but of no use, such as a broken ``.gj-credentials``; in words for the developer.
        username: the name to start with, if one is known.
    """

    service: str
    problems: tuple[str, ...] = ()
    username: str = ""


class SignedOut(Event, frozen=True):
    """The player was signed out.

    Attributes:
        username: who it was.
    """

    username: str


class TrophyUnlocked(Event, frozen=True):
    """The player got a trophy just now. Not said for one the player already had.

    Attributes:
        trophy: the trophy, achieved, its secret revealed.
    """

    trophy: Trophy


class SaveProgress(Event, frozen=True):
    """A piece of a save travelled. Not said for saves that need no pieces.

    Attributes:
        slot: the save's slot.
        doing: ``"save"`` or ``"load"``.
        done: characters that have travelled.
        of: characters in all.
    """

    slot: str
    doing: str
    done: int
    of: int


class SaveKept(Event, frozen=True):
    """A save is on disk: from now on it goes up even if the game crashes or there is no network for days.

    Attributes:
        slot: the save's slot.
    """

    slot: str


class SaveDelivered(Event, frozen=True):
    """A save that had been kept on disk went up by itself.

    Attributes:
        slot: the save's slot.
    """

    slot: str


class SaveConflicted(Event, frozen=True):
    """A save that had been kept on disk did not go up by itself, since another machine saved meanwhile. Nothing was
    overwritten, and it stays on disk until the player has chosen; said again at each sign-in until then.

    ``saves.load(slot)`` gives the cloud's save and ``saves.kept(slot)`` the one on this machine. To take this one, save
    its value with ``overwrite=True``; to take the cloud's, ``saves.discard(slot)``.

    Attributes:
        slot: the save's slot.
        generation: how many saves led to the one in the cloud; 0 when that cannot be read.
        saved_at: when that one was made, in Unix seconds by the other machine's clock; 0 when it cannot be read.
    """

    slot: str
    generation: int
    saved_at: float


class ScoreSubmitted(Event, frozen=True):
    """A score arrived in its table.

    Attributes:
        score: what players read, such as "500 points".
        sort: the number it is ranked by.
        table_id: the table, or None for the primary one.
        guest: the guest's name, or empty when it belongs to the signed-in player.
    """

    score: str
    sort: int
    table_id: int | None
    guest: str


def _trouble(error: BaseException | None) -> SignInTrouble:
    """Go down to the cause: a service that was down for a while is reported as one that cannot be reached."""
    found = SignInTrouble.OTHER
    while error is not None:
        for kind, trouble in _TROUBLES:
            if isinstance(error, kind):
                found = trouble
                break
        error = error.__cause__
    return found


_TROUBLES: tuple[tuple[type[CallError], SignInTrouble], ...] = (
    (SignatureError, SignInTrouble.MISCONFIGURED_GAME),
    (UnknownGame, SignInTrouble.MISCONFIGURED_GAME),
    (AuthError, SignInTrouble.WRONG_CREDENTIALS),
    (RateLimited, SignInTrouble.RATE_LIMITED),
    (ServiceUnavailable, SignInTrouble.SERVER_DOWN),
    (ProtocolError, SignInTrouble.NO_NETWORK),
    (NetworkError, SignInTrouble.NO_NETWORK),
)
