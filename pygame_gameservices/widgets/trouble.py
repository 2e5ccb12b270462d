"""What can go wrong, as far as players can do something about it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pygame_gameservices.errors import (
    AuthError,
    NetworkError,
    RateLimited,
    ServiceError,
    ServiceUnavailable,
)
from pygame_gameservices.services.gamejolt.errors import NotSignedIn, SignatureError, TableNotFound, UnknownGame


class Trouble(StrEnum):
    """Why something did not work, in the player's terms."""

    WRONG = "wrong"
    """The name or the token is not right."""
    OFFLINE = "offline"
    """No connection."""
    DOWN = "down"
    """The service does not work at the moment."""
    BUSY = "busy"
    """Too many requests; a little later it will work."""
    SETUP = "setup"
    """The game is not set up correctly; the player can do nothing."""
    SIGN_IN = "sign_in"
    """It needs a player, and nobody is signed in."""
    NO_TABLE = "no_table"
    """The score table does not exist."""

    @classmethod
    def of(cls, error: Exception) -> Trouble:
        """Tell which one `error` means. What we do not know is the service's trouble, not the player's."""
        return next((trouble for kind, trouble in _BY_ERROR if isinstance(error, kind)), cls.DOWN)


class Age(NamedTuple):
    """Whether what is shown is old, and why; true if it is.

    Attributes:
        trouble: what keeps newer from coming; None where nothing does.
        as_of: when it was so, such as "12:03"; empty where that is not said.
    """

    trouble: Trouble | None = None
    as_of: str = ""

    def __bool__(self) -> bool:
        return self.trouble is not None or self.as_of != ""


FRESH = Age()

_BY_ERROR: tuple[tuple[type[Exception], Trouble], ...] = (
    (NotSignedIn, Trouble.SIGN_IN),
    (SignatureError, Trouble.SETUP),
    (UnknownGame, Trouble.SETUP),
    (TableNotFound, Trouble.NO_TABLE),
    (AuthError, Trouble.WRONG),
    (NetworkError, Trouble.OFFLINE),
    (OSError, Trouble.OFFLINE),
    (RateLimited, Trouble.BUSY),
    (ServiceUnavailable, Trouble.DOWN),
    (ServiceError, Trouble.DOWN),
)
