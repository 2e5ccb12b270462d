"""Presence: an open session for as long as the player plays, without the game doing anything (``sessions/``)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.errors import AuthError, QueueFull
from pygame_gameservices.services.gamejolt.accounts import Sessions
from pygame_gameservices.services.gamejolt.caller import Player
from pygame_gameservices.services.gamejolt.errors import SessionNotOpen

NEVER = float("inf")
AT_LEAST_S = 5.0
"""Seconds between two pings, however often the player comes and goes."""


class Presence:
    """Keeps a session open from sign-in to sign-out. Frame thread; nothing here blocks.

    The session is pinged every `interval_s` seconds as active, or as idle when the window is not focused or nothing
    was pressed for `idle_after_s` seconds. Overlays report both through `ServiceManager.activity`; a game without one
    may do so itself, and counts as active if it never does. A session that died, because the machine slept or the
    network was away, is opened again at the next ping. Turn this off to use ``gj.sessions`` by hand.

    A session is pinged and closed as the player who opened it, whoever tries to sign in meanwhile.

    Args:
        sessions: makes the calls.
        enabled: whether sessions are kept open from the start.
        if_left: takes whose session is to be closed should the page that the game runs in be left; None for nobody's.
        on_verdict: called when the service opened a session, or did not since it does not know the player.

    Attributes:
        interval_s: seconds between pings; the service lets a session die after 120.
        idle_after_s: seconds without input after which the player counts as idle.
    """

    interval_s = 30.0
    idle_after_s = 60.0

    def __init__(
        self,
        sessions: Sessions,
        enabled: bool,
        on_verdict: Callable[[], object],
        if_left: Callable[[Player | None], object] = lambda player: None,
    ) -> None:
        self._sessions = sessions
        self._on_verdict = on_verdict
        self._if_left = if_left
        self._enabled = enabled
        self._player: Player | None = None
        self._open = False
        self._busy: Call[bool] | None = None
        self._now = 0.0
        self._due = NEVER
        self._beat_at = -NEVER
        self._input_at = NEVER
        self._focused = True
        self._told_active = True

    @property
    def enabled(self) -> bool:
        """Whether sessions are kept open. Turning it off closes the one that is."""
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        if enabled == self._enabled:
            return
        if not enabled:
            self._say_goodbye()
        self._enabled = enabled
        self._due = self._now if enabled and self._player is not None else NEVER

    @property
    def is_open(self) -> bool:
        """Whether the player has a session, as far as is known."""
        return self._open

    @property
    def active(self) -> bool:
        """Whether the player counts as active and not as idle."""
        return self._focused and self._now - self._input_at < self.idle_after_s

    def activity(self, active: bool | None = None, focused: bool | None = None) -> None:
        """Hear of the player.

        Args:
            active: True when something was pressed just now, False when the game knows that nobody is there.
            focused: whether the window has the focus now.
        """
        if active is not None:
            self._input_at = self._now if active else -NEVER
        if focused is not None:
            self._focused = focused
        if self._open and self.active != self._told_active:
            self._due = min(self._due, self._beat_at + AT_LEAST_S)

    def start(self, player: Player) -> None:
        """Keep a session of `player` open from now on, and end that of anybody else. By sign-in."""
        if self._player is not None and not player.is_also(self._player):
            self._say_goodbye()
        self._player = player
        if self._enabled:
            self._due = self._now

    def stop(self) -> None:
        """Close the session and open no other. By sign-out, and at the end."""
        self._due = NEVER
        self._say_goodbye()
        self._player = None

    def is_for(self, player: Player) -> bool:
        """Whether the session is kept open with the name and the token of `player`, so that its fate tells of them."""
        return self._enabled and self._player is player

    def frame(self, now: float) -> None:
        """Ping if it is time to. Once a frame; nearly free otherwise."""
        self._now = now
        if now >= self._due:
            self._beat(now)

    def _beat(self, now: float) -> None:
        self._due = now + self.interval_s
        if self._player is None:
            return
        if self._busy is not None and not self._busy.done:
            return  # the network is slow or away: one try at a time
        self._beat_at = now
        self._told_active = self.active if self._open else True  # a new session is active
        try:
            self._busy = self._ping(self._player) if self._open else self._sessions.of(self._player, "sessions.open")
        except QueueFull:
            return  # what waits is more important than this
        self._busy.then(self._answered)

    def _ping(self, player: Player) -> Call[bool]:
        return self._sessions.of(player, "sessions.ping", status="active" if self._told_active else "idle")

    def _answered(self, call: Call[Any]) -> None:
        if call is not self._busy or self._player is None:
            return  # signed out meanwhile
        if call.succeeded:
            was_open, self._open = self._open, True
            if not was_open:
                self._if_left(self._player)
                self._on_verdict()
            if self.active != self._told_active:
                self._due = min(self._due, self._beat_at + AT_LEAST_S)
        elif isinstance(call.error, SessionNotOpen):
            self._open = False
            self._due = self._now
        elif isinstance(call.error, AuthError):
            self._open = False
            outdated = call.operation.credential is not self._player.token  # it has another one by now
            self._due = self._now if outdated else NEVER
            self._on_verdict()

    def _say_goodbye(self) -> None:
        if self._player is not None and (self._open or (self._busy is not None and not self._busy.done)):
            with contextlib.suppress(QueueFull):  # the service ends the session when no pings come
                self._sessions.of(self._player, "sessions.close")
        if self._open:
            self._if_left(None)
        self._open = False
        self._busy = None
