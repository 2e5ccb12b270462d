"""PlaytimeTracker: how long somebody really played, measured, kept over crashes, and reported to Forge."""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from pygame_gameservices.core.calls.call import Call, Task
from pygame_gameservices.core.calls.patience import duration_s
from pygame_gameservices.core.events import Event
from pygame_gameservices.errors import Closed, GameServicesError, UsageError
from pygame_gameservices.services.forge.errors import RecordsRejected
from pygame_gameservices.services.forge.events import PlaytimeRejected, PlaytimeReported, PlaytimeUnclear
from pygame_gameservices.services.forge.models import ForgePlayer, Receipt
from pygame_gameservices.services.forge.sessions import OPEN, READY, SENT, UNCLEAR, Session, SessionFolder

if TYPE_CHECKING:
    from pygame_gameservices.core.manager import ServiceManager

logger = logging.getLogger("pygame_gameservices")

SAVE_EVERY_S = 5.0
INHERIT_EVERY_S = 30.0
RETRY_AFTER_S = 300.0
LONGEST_FRAME_S = 5.0
"""A longer pause between two frames means that the machine or the game was suspended; it is not counted."""
LEAST_S = 1.0
"""Shorter sessions are not reported."""
_GOODBYE_S = 1.0


class Reporter(Protocol):
    """Where sessions of play are reported, as `Forge` does it. Frame thread."""

    @property
    def player(self) -> ForgePlayer | None:
        """Who plays."""

    @property
    def manager(self) -> ServiceManager:
        """Whose helper thread writes to disk."""

    def playtime(self, hours: float, *, ended: datetime, player: ForgePlayer) -> Call[Receipt]:
        """Report one session."""

    def say(self, event: Event) -> None:
        """Let the game hear of `event`."""


class PlaytimeTracker:
    """Measures real play: not while nobody presses anything, not without focus, not while suspended.

    Made by `Forge.track_playtime`. Overlays tell it of input and focus; a game without one calls
    `ServiceManager.activity`. It runs by itself with `ServiceManager.update`, saves itself every few seconds on a
    helper thread, and hands the session to the outbox when the manager closes, or when `report` is called. What a crash
    left behind is handed over by a later run. A session is never sent twice: if nobody can tell whether it arrived,
    `PlaytimeUnclear` says so.

    Frame thread; nothing here blocks, apart from the last save when closing.

    Args:
        reporter: where to report, a `Forge`; its `player` is who plays.
        folder: where sessions are kept; beside the outbox by default.
        idle_after_s: seconds without input after which nobody plays.
        wall: returns Unix seconds.

    Attributes:
        seconds: how long the session is so far.
        playing: whether time counts right now.
    """

    def __init__(
        self,
        reporter: Reporter,
        *,
        folder: Path | None = None,
        idle_after_s: float = 120.0,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._reporter = reporter
        self._folder = SessionFolder(folder or reporter.manager.folder / "playtime")
        self._wall = wall
        self._idle_after_s = duration_s("idle_after_s", idle_after_s, positive=True)
        self._frame_at: float | None = None
        self._input_at: float | None = None
        self._focused = True
        self._paused = False
        self._save_at = 0.0
        self._inherit_at = 0.0
        self._retry_at = 0.0
        self._writing: Task[Any] | None = None
        self._ready: dict[str, Session] = {}
        self._unclear: dict[str, Session] = {}
        self._sent: set[str] = set()
        self._handing: list[tuple[Call[Receipt], Session]] = []
        self._handed_over: set[str] = set()
        self._closed = False
        self.seconds = 0.0
        self.playing = False
        self._begin()

    @property
    def unclear(self) -> tuple[tuple[str, float], ...]:
        """Sessions that may or may not have been counted: id and hours of each."""
        return tuple((session.id, session.seconds / 3600) for session in self._unclear.values())

    @property
    def waiting(self) -> int:
        """How many finished sessions are still to be reported."""
        return len(self._ready) + len(self._sent)

    def pause(self, paused: bool = True) -> None:
        """Stop counting, as in a menu that a game does not want to count, or go on."""
        self._paused = paused

    def activity(self, active: bool | None, focused: bool | None) -> None:
        """Hear of input and focus, by `ServiceManager.activity`."""
        if active:
            self._input_at = self._frame_at
        elif active is False:
            self._input_at = float("-inf")
        if focused is not None:
            self._focused = focused

    def frame(self, now: float) -> None:
        """Count the time since the last frame if somebody plays, by `ServiceManager.update`. A few us."""
        if self._closed:
            return
        before, self._frame_at = self._frame_at, now
        if self._input_at is None:
            self._input_at = now
        self.playing = self._focused and not self._paused and now - self._input_at < self._idle_after_s
        if before is not None and self.playing and 0.0 < now - before <= LONGEST_FRAME_S:
            self.seconds += now - before
            self._ended = self._wall()
        if self._handing:
            self._hand_over()
        if now >= self._save_at:
            self._save_at = now + SAVE_EVERY_S
            self._save()
        if now >= self._inherit_at:
            self._inherit_at = now + INHERIT_EVERY_S
            self._off_frame(self._folder.inherit, self._inherited)
        if self._ready and now >= self._retry_at:
            self._retry_at = now + RETRY_AFTER_S
            for session in list(self._ready.values()):
                self._send(session)

    def report(self) -> None:
        """End the session here, report it, and begin another one. Nothing after `close`, which has reported it."""
        if self._closed:
            return
        session = self._current(READY)
        self._begin()
        if session.seconds >= LEAST_S:
            self._ready[session.id] = session
            self._send(session)

    def settle(self, session_id: str, *, counted: bool) -> None:
        """Decide about an unclear session: it was counted, so forget it; or it was not, so report it again.

        Raises:
            UsageError: no such session is unclear.
        """
        session = self._unclear.pop(session_id, None)
        if session is None:
            raise UsageError(f"no session {session_id!r} is unclear; see PlaytimeTracker.unclear")
        if counted:
            self._off_frame(lambda: self._folder.remove(session_id))
        else:
            self._ready[session_id] = msgspec.structs.replace(session, state=READY)
            self._send(self._ready[session_id])

    def close(self) -> None:
        """End the session and report it. By the manager's `close`; waits for the disk, some milliseconds."""
        if self._closed:
            return
        self._closed = True
        if self._writing is not None:
            with contextlib.suppress(Exception):
                self._writing.result(_GOODBYE_S)
        session = self._current(READY)
        state = READY if session.player is None else SENT
        if session.seconds >= LEAST_S and self._save_now(msgspec.structs.replace(session, state=state)):
            self._submit(session)

    def __repr__(self) -> str:
        state = "closed" if self._closed else "playing" if self.playing else "not playing"
        return f"<PlaytimeTracker {state}, {self.seconds:.0f} s, {self.waiting} waiting>"

    def _begin(self) -> None:
        self._id = uuid.uuid4().hex
        self._ended = self._wall()
        self.seconds = 0.0
        self._saved_seconds = 0.0

    def _current(self, state: str) -> Session:
        return Session(id=self._id, state=state, seconds=self.seconds, ended=self._ended, player=self._reporter.player)

    def _save(self) -> None:
        busy = self._writing is not None and not self._writing.done
        if self.seconds < LEAST_S or self.seconds == self._saved_seconds or busy:
            return
        session = self._current(OPEN)
        self._saved_seconds = session.seconds

        def taken_over(task: Task[bool]) -> None:
            if task.value is False and self._id == session.id:
                # Another run took this one for dead and reports what was saved: count on from there.
                self._id, self.seconds = uuid.uuid4().hex, max(0.0, self.seconds - session.seconds)

        self._writing = self._off_frame(lambda: self._folder.save(session), taken_over)

    def _inherited(self, task: Task[list[Session]]) -> None:
        for session in task.value or ():
            if session.state == UNCLEAR:
                self._keep_unclear(session)
            elif session.seconds >= LEAST_S:
                self._ready[session.id] = session
                self._retry_at = 0.0

    def _send(self, session: Session) -> None:
        """Write down that it is being sent, and only then send it: so no crash makes it go out twice."""
        if session.player is None and self._reporter.player is None:
            self._off_frame(lambda: self._folder.save(session))  # nobody to report for yet
            return
        if session.player is None:
            session = msgspec.structs.replace(session, player=self._reporter.player)
        self._ready.pop(session.id, None)
        self._sent.add(session.id)
        marked = msgspec.structs.replace(session, state=SENT)

        def written(task: Task[bool]) -> None:
            if task.value:
                self._submit(session)
                return
            self._sent.discard(session.id)
            if task.value is None:  # False: another run took this one for dead, and reports it
                self._ready[session.id] = session

        self._off_frame(lambda: self._folder.save(marked), written)

    def _submit(self, session: Session) -> None:
        self._sent.add(session.id)
        if session.player is None:
            self._came_back(session)
            return
        try:
            call = self._reporter.playtime(
                session.seconds / 3600,
                ended=datetime.fromtimestamp(session.ended, UTC),
                player=session.player,
            )
        except GameServicesError:
            self._came_back(session)
            return
        self._handing.append((call, session))
        call.then(lambda ended: self._answered(ended, session))

    def _hand_over(self) -> None:
        """What is in the outbox is the outbox's: it delivers it, over restarts too, and tells what is not known."""
        for call, session in list(self._handing):
            if call.durable:
                self._handing.remove((call, session))
                self._handed_over.add(session.id)
                self._sent.discard(session.id)
                self._forget(session)

    def _forget(self, session: Session) -> None:
        self._off_frame(lambda: self._folder.remove(session.id))

    def _answered(self, call: Call[Receipt], session: Session) -> None:
        self._hand_over()
        self._sent.discard(session.id)
        self._handing = [one for one in self._handing if one[0] is not call]
        handed_over = session.id in self._handed_over
        self._handed_over.discard(session.id)
        hours, error = session.seconds / 3600, call.error
        if error is None:
            self._forget(session)
            self._reporter.say(PlaytimeReported(hours, session.who))
        elif isinstance(error, RecordsRejected):
            self._forget(session)
            self._reporter.say(PlaytimeRejected(hours, session.who, error))
        elif handed_over:
            if call.outcome == "unknown":
                self._reporter.say(PlaytimeUnclear("", hours, session.who))
        elif call.outcome == "unknown":
            session = msgspec.structs.replace(session, state=UNCLEAR)
            self._off_frame(lambda: self._folder.save(session))
            self._keep_unclear(session)
        else:
            self._came_back(session)

    def _came_back(self, session: Session) -> None:
        """It was surely not counted: later, then."""
        self._sent.discard(session.id)
        session = msgspec.structs.replace(session, state=READY)
        self._ready[session.id] = session
        self._off_frame(lambda: self._folder.save(session))

    def _keep_unclear(self, session: Session) -> None:
        self._unclear[session.id] = session
        self._reporter.say(PlaytimeUnclear(session.id, session.seconds / 3600, session.who))

    def _save_now(self, session: Session) -> bool:
        try:
            return self._folder.save(session)
        except OSError as error:
            logger.warning("the session of play could not be saved: %s", error)
            return True

    def _off_frame(
        self, work: Callable[[], Any], then: Callable[[Task[Any]], object] | None = None
    ) -> Task[Any] | None:
        """Run disk work on the helper thread; while the manager closes there is none left, so at once."""
        try:
            task = self._reporter.manager.background(work)
        except Closed:
            try:
                work()
            except OSError as error:
                logger.warning("a session of play could not be saved: %s", error)
            return None
        return task.then(then) if then is not None else task
