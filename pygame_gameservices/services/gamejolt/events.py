"""What happens on Game Jolt that a game cares about. All come out of `ServiceManager.update` on the frame thread."""

from __future__ import annotations

from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.gamejolt.models import Trophy, User


class SignedIn(Event, frozen=True):
    """A player is signed in.

    Attributes:
        user: the player's account.
    """

    user: User


class SignInFailed(Event, frozen=True):
    """Signing in did not work; nobody new is signed in.

    Attributes:
        error: why. `AuthError`: wrong name or token. `NetworkError`: no connection. `ServiceUnavailable` and
            `RateLimited`: try later. `SignatureError` and `UnknownGame`: the game is configured wrongly.
    """

    error: CallError


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
