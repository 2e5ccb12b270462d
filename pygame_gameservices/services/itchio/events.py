"""What happens on itch.io that a game cares about. All come out of `ServiceManager.update` on the frame thread."""

from __future__ import annotations

from datetime import datetime

from pygame_gameservices.core.events import Event
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.services.itchio.models import ItchioUser


class ItchioSignedIn(Event, frozen=True):
    """itch.io has said who is playing.

    Attributes:
        user: the player's account.
    """

    user: ItchioUser


class CredentialsExpired(Event, frozen=True):
    """The token that the itch app gave the game has ended. Said once.

    Nothing is wrong with the game or the player: who is playing is still known, but itch.io answers no more questions
    until the game is started again.

    Attributes:
        user: who was playing, as last known; None if that was never asked.
        expires_at: when it ended; None when not known.
    """

    user: ItchioUser | None
    expires_at: datetime | None


class ItchioAuthorized(Event, frozen=True):
    """The player has let the game in, on itch.io's page. Give the token to `Itchio.sign_in`.

    Attributes:
        token: the player's token. It does not end by itself; keep it as safe as a password.
    """

    token: Secret


class ItchioAuthorizationFailed(Event, frozen=True):
    """The player did not let the game in.

    Attributes:
        reason: what the page said, such as ``access_denied``, or that nobody answered in time.
    """

    reason: str
