"""One worker computes at a time; the others wait for the network, or for their turn.

Python gives a thread that wants the interpreter only a place among all that want it. When six answers arrive at once,
the frame thread would stand behind six workers, each of which may keep it for 5 ms: a late frame. So the workers line
up among themselves, and the frame thread meets one of them. It is a matter of manners and not a lock to rely on: a
worker whose turn does not come goes on without.
"""

from __future__ import annotations

import threading

PATIENCE_S = 0.05
"""How long a worker waits for its turn. Only a service that blocks outside `aside` can make it wait so long."""


class ComputeLock:
    """Where the workers of one manager take turns: ``with lock: ...`` around all that a job computes. Workers only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        _here.lock = self
        self.take()

    def __exit__(self, *_: object) -> None:
        self.leave()
        _here.lock = None

    def take(self) -> None:
        """Wait for a turn, unless this worker has it."""
        if not _here.mine:
            _here.mine = self._lock.acquire(timeout=PATIENCE_S)

    def leave(self) -> None:
        """Let the next one have its turn, if this worker has it."""
        if _here.mine:
            _here.mine = False
            self._lock.release()


class _Here(threading.local):
    lock: ComputeLock | None = None
    mine = False


_here = _Here()


class _Aside:
    """Steps aside from the compute lock of this thread, if it has one."""

    def __enter__(self) -> None:
        if _here.lock is not None:
            _here.lock.leave()

    def __exit__(self, *_: object) -> None:
        if _here.lock is not None:
            _here.lock.take()


aside = _Aside()
"""``with aside: ...`` around all that waits: for the network, for a lock that is held over such a wait, for a rest."""
