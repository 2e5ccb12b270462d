"""Notices when somebody else takes the events that an overlay should show."""

from __future__ import annotations

import logging
from typing import Any
from weakref import WeakSet

logger = logging.getLogger("pygame_gameservices")

_TAKEN, _ALONE = 2, 1
_SURE = 20
"""So sure after some ten frames in a row: a loading screen or a change of overlays is over in one."""
_DRAWN = 120
"""Frames without an update after which it must have been forgotten."""
_told: WeakSet[Any] = WeakSet()
"""The managers of which it has been said."""


class DrainWatch:
    """Watches who drains a `ServiceManager`. Frame thread only.

    Each event is handed out once, so one that a game takes with ``services.update()``, or that another overlay takes,
    never reaches this overlay: a toast does not come, a login does not open.
    """

    __slots__ = ("_counts", "_drawn", "_expected", "_services", "_suspicion")

    def __init__(self, services: Any) -> None:
        self._services = services
        self._counts = hasattr(services, "updates")  # services of a test's or a game's own may not
        self._expected = -1
        self._suspicion = 0
        self._drawn = 0

    def drawn(self) -> None:
        """The overlay has just been drawn. Says once when that happens all the time and nobody updates it."""
        self._drawn += 1
        if self._drawn == _DRAWN:
            logger.warning(
                "an overlay is drawn but never updated, so nothing will show: call overlay.update(dt) once a frame, in"
                " place of services.update(); it returns the events"
            )

    def drained(self) -> None:
        """The overlay has just drained the manager. Says once per manager when others do so between its frames."""
        self._drawn = 0
        if not self._counts:
            return
        count, expected = self._services.updates, self._expected
        self._expected = count + 1
        if count == expected:
            if self._suspicion:
                self._suspicion -= _ALONE
        elif expected >= 0:
            self._suspicion += _TAKEN
            if self._suspicion >= _SURE:
                self._tell()

    def _tell(self) -> None:
        if self._services not in _told:
            _told.add(self._services)
            logger.warning(
                "an overlay shares its ServiceManager with something else that drains it: each event is handed out"
                " once, so toasts and logins are missed. Call only overlay.update(dt), of one overlay and once a frame;"
                " it returns the events. Call services.update() only where there is no overlay"
            )
