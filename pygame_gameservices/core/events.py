"""What happened: the events of a call's life and of the connection, and the queue that carries them between threads."""

from __future__ import annotations

from queue import SimpleQueue
from time import perf_counter
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.patience import patience_s
from pygame_gameservices.errors import CallError


class Event(msgspec.Struct, frozen=True):
    """Base of everything that `ServiceManager.update` returns. Frozen; match it with ``match`` or ``isinstance``."""


class CallSucceeded(Event, frozen=True):
    """A call was applied and answered. "No" is a value where the service's answer can be no.

    Attributes:
        call: the call that ended.
        value: what `call.value` is now.
    """

    call: Call[Any]
    value: Any


class CallFailed(Event, frozen=True):
    """A call was not applied, and trying again was given up (or would not help).

    Attributes:
        call: the call that ended.
        error: why; one class per cause, see `pygame_gameservices.errors`.
    """

    call: Call[Any]
    error: CallError


class CallRejected(CallFailed, frozen=True):
    """The service understood the call and said no, so it was not applied. ``error.message`` is what it said."""


class DeliveryUnknown(Event, frozen=True):
    """A call was sent and may or may not have been applied; the service cannot be asked.

    Attributes:
        call: the call that ended.
        error: an `OutcomeUnknown` whose ``__cause__`` is what broke.
    """

    call: Call[Any]
    error: CallError


class CallDurable(Event, frozen=True):
    """A call is on disk: from now on it is delivered even if the game crashes or the machine goes off.

    Attributes:
        call: the call, whose ``durable`` is True now. It has not ended yet.
    """

    call: Call[Any]


class OutboxTrouble(Event, frozen=True):
    """Calls cannot be kept on disk as they should. They are sent all the same, and the game plays on.

    Attributes:
        path: the file or folder that gives trouble.
        reason: what is wrong with it.
    """

    path: str
    reason: str


class FileDamaged(OutboxTrouble, frozen=True):
    """A file in which something was kept was damaged or vanished, and the game plays on with what could be saved of it.

    Said by the outbox, by the saves and by the memories that are kept on disk. What the outbox could save is delivered
    as if nothing had happened; `CallDurable` is said once more of each call that had to be written again.

    Attributes:
        saved: how many calls, saves or achievements could be saved.
        lost: how many are lost, at most; None where nobody can tell.
        aside: the path under which the damaged file is kept for a person to look at, or empty.
    """

    saved: int = 0
    lost: int | None = None
    aside: str = ""


class OutboxProgress(Event, frozen=True):
    """Calls that had to wait, for the network or since an earlier run, are being delivered. Said about once a second
    meanwhile, and once more when nothing waits any longer.

    Attributes:
        waiting: how many durable calls are yet to be delivered.
        delivered: how many were delivered since this began.
    """

    waiting: int
    delivered: int


class WentOffline(Event, frozen=True):
    """A service cannot be reached. Said once per outage, for each of the services that are at the same host.

    Attributes:
        service: the name of the service, such as ``"gamejolt"``.
        error: what the last attempt met.
        retry_in: seconds until the next attempt.
        host: where it is.
    """

    service: str
    error: CallError
    retry_in: float
    host: str = ""


class Throttled(Event, frozen=True):
    """A service asked to be left alone for a while, and is. Said once for each such time, for each service at the host.

    Attributes:
        service: the name of the service, such as ``"gamejolt"``.
        error: what it said.
        retry_in: seconds for which nothing is sent to it; at most five minutes, whatever it asked for.
        asked_for: seconds that it asked for.
        host: where it is.
    """

    service: str
    error: CallError
    retry_in: float
    asked_for: float
    host: str = ""


class BackOnline(Event, frozen=True):
    """A service that could not be reached answers again.

    Attributes:
        service: the name of the service.
        offline_for: seconds since `WentOffline`.
        host: where it is.
    """

    service: str
    offline_for: float
    host: str = ""


class EventQueue:
    """A thread-safe queue of things that happened: any thread puts, one thread drains.

    Putting never blocks and may be done from anywhere, a destructor included; neither side takes a Python lock.
    """

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: SimpleQueue[Any] = SimpleQueue()

    def put(self, item: Any) -> None:
        """Append `item`. Any thread; about 0.1 us."""
        self._queue.put(item)

    def take(self) -> Any:
        """Take the oldest item, of which there must be one. By the one thread that drains."""
        return self._queue.get_nowait()

    def drain(self, budget_s: float) -> list[Any]:
        """Take what is waiting, oldest first, until the queue is empty or `budget_s` seconds have passed.

        At least one waiting item is always taken, so a budget of 0 still makes progress.

        Raises:
            UsageError: `budget_s` is no finite number.
        """
        taken: list[Any] = []
        until = perf_counter() + patience_s("budget_s", budget_s)
        while self and (not taken or perf_counter() < until):
            taken.append(self.take())
        return taken

    def __len__(self) -> int:
        """How many items wait right now; another thread may change it at once."""
        return self._queue.qsize()
