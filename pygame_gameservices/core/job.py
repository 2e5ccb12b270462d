"""What the dispatcher hands to a runner and gets back, and what it knows of each service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pygame_gameservices.core.backlog import AnyCall, Backlog
from pygame_gameservices.core.circuit import Circuit
from pygame_gameservices.core.connection import Line
from pygame_gameservices.core.endpoint import Answer, Endpoint
from pygame_gameservices.core.events import BackOnline, EventQueue, Throttled, WentOffline
from pygame_gameservices.core.retry import retry_after
from pygame_gameservices.core.sharing import Party
from pygame_gameservices.core.timers import Timer
from pygame_gameservices.errors import (
    CallError,
    NetworkError,
    Offline,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
)

PAUSE_S = 1.0
"""How long a service is left alone that says it was asked too often, and not when to come back."""
SHORTEST_TOLD_S = 1.0
"""A service that asks for less than this is not worth a word."""
CUT_GRACE_S = 0.25
"""After its deadline an attempt is cut off this much later: the worker's own timeout tells more."""
LOST_GRACE_S = 1.0
"""A worker that does not come back so long after being cut off is stuck in the system and replaced."""


class Job:
    """One request under way: the calls it carries, in order, and the line it runs on."""

    __slots__ = ("calls", "cut", "line", "over", "service", "started_at")

    def __init__(self, service: ServiceQueue, calls: list[AnyCall], started_at: float) -> None:
        self.service = service
        self.calls = calls
        self.line = Line()
        self.started_at = started_at
        self.over = False
        self.cut: Timer | None = None

    def says_something(self) -> bool:
        """Whether how it ended tells anything about the host: not if we hung up because nobody wanted it any more."""
        return not (self.line.cut and all(call.settled for call in self.calls))


class Done:
    """A worker's message: what a job came to. Either one answer per call, or one error for all of them."""

    __slots__ = ("answers", "error", "job")

    def __init__(self, job: Job, answers: Sequence[Answer], error: CallError | None) -> None:
        self.job = job
        self.answers = answers
        self.error = error


class ServiceQueue:
    """One service in the scheduler's eyes: what waits, whether its host answers, and how fast it may be asked.

    Attributes:
        backlog: the calls that wait.
        under_way: the requests under way.
        sensible: how many requests were answered sensibly.
        last_write: the sequence of the newest write.
        woken_at: the moment for which a wake-up is set.
    """

    def __init__(self, endpoint: Endpoint, circuit: Circuit, events: EventQueue) -> None:
        self.endpoint = endpoint
        self.circuit = circuit
        self.backlog = Backlog()
        self.under_way: set[Job] = set()
        self.sensible = 0
        self.last_write = -(1 << 62)
        self.woken_at = 0.0
        self._events = events
        circuit.services.append(endpoint.name)

    def allowed_at(self, now: float) -> float | None:
        """From when a request may be sent; None when that depends on one under way."""
        if not self.circuit.allows(now):
            return self.circuit.retry_at if self.circuit.retry_at > now else None
        return now + self.endpoint.pace.wait_s()

    def take(self, now: float) -> Job:
        """Take the next request's calls out of the backlog."""
        calls = self.backlog.take(self.endpoint.batch_limit, Party(self.endpoint.may_batch))
        self.circuit.started()
        self.endpoint.pace.took()
        job = Job(self, calls, now)
        self.under_way.add(job)
        return job

    def note_health(self, job: Job, error: CallError | None, now: float) -> bool:
        """Learn from how a request as a whole ended whether the host is there, and say it when that changes.

        Args:
            error: why it failed as a whole, or None.

        Returns:
            Whether it failed because the host is away.
        """
        if not job.says_something() or (isinstance(error, RateLimited) and error.unasked):
            self.circuit.hung_up()
            return False
        if error is not None:
            self._tell_throttled(error, now)
        if isinstance(error, RateLimited):
            self.circuit.hold(now + (retry_after(error) or PAUSE_S))
        elif isinstance(error, (NetworkError, ServiceUnavailable, ProtocolError)):
            self.circuit.because = error
            if self.circuit.failed(now, job.started_at, retry_after(error)):
                wait = max(0.0, self.circuit.retry_at - now)
                for name in self.circuit.services:
                    self._events.put(WentOffline(name, error, wait, self.endpoint.host))
        else:
            self.sensible += 1
            away = self.circuit.succeeded(now)
            if away is not None:
                for name in self.circuit.services:
                    self._events.put(BackOnline(name, away, self.endpoint.host))
        return error is not None and self.circuit.offline_since is not None

    def _tell_throttled(self, error: CallError, now: float) -> None:
        """Say that the service asked to be left alone, unless that was said of this while already."""
        wait = retry_after(error)
        if wait is None or wait < SHORTEST_TOLD_S or now < self.circuit.left_alone_until:
            return
        self.circuit.left_alone_until = now + wait
        asked: float = getattr(error, "retry_after", None) or wait
        for name in self.circuit.services:
            self._events.put(Throttled(name, error, wait, asked, self.endpoint.host))

    def away(self, detail: str) -> Offline:
        """The error of a read that is not even tried; its cause tells a service that is down from a network that is."""
        error = Offline(f"{self.endpoint.host} cannot be reached; {detail}")
        error.__cause__ = self.circuit.because
        return error

    def count_nonsense(self, call: AnyCall) -> None:
        """Hold a senseless answer against a durable call only if others got sense since: where everything is nonsense,
        such as behind a hotel's sign-in page, it is the network's fault and will pass."""
        if not call.operation.durable or self.sensible > call.nonsense_after:
            call.nonsense += 1
            call.nonsense_after = self.sensible


def next_in_turn(
    services: Iterable[ServiceQueue], share: int, now: float, wake: Callable[[ServiceQueue, float | None], object]
) -> ServiceQueue | None:
    """The service whose next call has the highest priority and is the oldest, of those that may be asked now.

    Args:
        share: how many requests a service may have under way.
        wake: told of a service that may be asked later, and when.
    """
    best: tuple[tuple[int, int], ServiceQueue] | None = None
    for service in services:
        if service.under_way and len(service.under_way) >= share:
            continue
        head = service.backlog.head()
        if head is None:
            continue
        allowed_at = service.allowed_at(now)
        if allowed_at is None or allowed_at > now:
            wake(service, allowed_at)
        elif best is None or head < best[0]:
            best = head, service
    return None if best is None else best[1]
