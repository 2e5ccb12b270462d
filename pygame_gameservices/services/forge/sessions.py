"""Sessions of play on disk: a folder per run of the game, a small file per session, and runs that died are inherited.

Nothing here knows a service. All of it is slow (it waits for the disk), so it is called off the frame thread.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import time
import uuid
from pathlib import Path

import msgspec

from pygame_gameservices.core.storage.live_processes import Instance
from pygame_gameservices.services.forge.models import ForgePlayer

logger = logging.getLogger("pygame_gameservices")

OPEN, READY, SENT, UNCLEAR = "open", "ready", "sent", "unclear"
"""What a session is: still played; to be reported; sent and not answered yet; sent and never answered."""

_LOCKS = "locks"
_HEIR_S = 60.0


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session of play.

    Attributes:
        id: its name, for good.
        state: `OPEN`, `READY`, `SENT` or `UNCLEAR`.
        seconds: how long was played.
        ended: when the last second of it was played, in Unix seconds.
        player: who played; None when that is not known yet.
    """

    id: str
    state: str
    seconds: float
    ended: float
    player: ForgePlayer | None

    @property
    def who(self) -> ForgePlayer:
        """Who played, of a session that was sent."""
        assert self.player is not None
        return self.player


class SessionFolder:
    """The sessions of this run, and those it inherits. Made and used off the frame thread, by one thread at a time.

    Args:
        folder: where the folders of all runs are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._instance: Instance | None = None
        self._saved: set[str] = set()

    def save(self, session: Session) -> bool:
        """Write a session down, safe from a crash.

        Returns:
            False when another run took this one for dead and inherited what was written before. That session is not
            ours any more, and nothing was written.

        Raises:
            OSError: the disk does not take it.
        """
        own = self._own()
        if session.id in self._saved and not (own / f"{session.id}.json").exists():
            self._saved.discard(session.id)
            return False
        own.mkdir(parents=True, exist_ok=True)
        path = own / f"{session.id}.json"
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(session))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._saved.add(session.id)
        return True

    def remove(self, session_id: str) -> None:
        """Forget a session: it was reported. Missing is fine."""
        self._saved.discard(session_id)
        with contextlib.suppress(OSError):
            (self._own() / f"{session_id}.json").unlink(missing_ok=True)
        if not self._saved:
            shutil.rmtree(self._own(), ignore_errors=True)

    def inherit(self) -> list[Session]:
        """Take over the sessions of runs that died. What was still played then is ready now; what was sent, unclear."""
        found: list[Session] = []
        for run in self._dead_runs():
            taken = run.with_name(f"taken-{uuid.uuid4().hex}")
            try:
                run.rename(taken)  # one of several heirs wins
            except OSError:
                continue
            found += self._take(taken)
        for taken in self._folder.glob("taken-*"):  # an heir died over it
            if time.time() - taken.stat().st_mtime > _HEIR_S:
                found += self._take(taken)
        return found

    def close(self) -> None:
        """Let go of this run; what it could not report is inherited by the next one."""
        if self._instance is not None:
            self._instance.close()
            self._instance = None

    def _take(self, run: Path) -> list[Session]:
        found: list[Session] = []
        for file in sorted(run.glob("*.json")):
            session = _read(file)
            if session is not None:
                state = {OPEN: READY, SENT: UNCLEAR}.get(session.state, session.state) if session.player else READY
                session = msgspec.structs.replace(session, state=state)
                self.save(session)
                found.append(session)
            file.unlink(missing_ok=True)
        shutil.rmtree(run, ignore_errors=True)
        return found

    def _own(self) -> Path:
        if self._instance is None:
            self._instance = Instance(self._folder / _LOCKS)
        return self._folder / f"run-{self._instance.name}"

    def _dead_runs(self) -> list[Path]:
        own = self._own()
        assert self._instance is not None
        self._instance.dead()  # takes the locks of dead runs away
        alive = {lock.name for lock in (self._folder / _LOCKS).iterdir()}
        runs = [run for run in self._folder.glob("run-*") if run != own]
        return sorted(run for run in runs if run.name.removeprefix("run-") not in alive)


def _read(file: Path) -> Session | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Session)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        logger.warning("a session of play in %s cannot be read and is left out: %s", file.name, error)
        return None
