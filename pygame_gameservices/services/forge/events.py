"""What happens around Forge that a game cares about. All come out of `ServiceManager.update` on the frame thread."""

from __future__ import annotations

from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import CallError
from pygame_gameservices.services.forge.models import ForgePlayer


class PlaytimeReported(Event, frozen=True):
    """Forge took a session of play.

    Attributes:
        hours: how long it was.
        player: who played.
    """

    hours: float
    player: ForgePlayer


class PlaytimeRejected(Event, frozen=True):
    """Forge refused a session of play for good, and it was dropped.

    Attributes:
        hours: how long it was.
        player: who played.
        error: what Forge said.
    """

    hours: float
    player: ForgePlayer
    error: CallError


class PlaytimeUnclear(Event, frozen=True):
    """A session was sent and its answer lost: nobody can tell whether Forge counted it. It is not sent again.

    Attributes:
        session_id: for `PlaytimeTracker.settle`; empty when the outbox holds the session, as it mostly does. Then
            ``gameservices outbox`` shows it, and sends it again or discards it.
        hours: how long it was.
        player: who played.
    """

    session_id: str
    hours: float
    player: ForgePlayer
