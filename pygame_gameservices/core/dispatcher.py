"""The scheduler: which call goes when, what its outcome is, and what happens after a failure.

All its state belongs to one thread (the scheduler thread of a `Runner`), so it needs no locks. Other threads post
messages into `inbox`; workers get jobs from the runner and post `Done` back. Every accepted call is settled exactly
once, whatever the network, the service or a worker does.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Hashable, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall, Backlog
from pygame_gameservices.core.circuit import Circuit
from pygame_gameservices.core.connection import Line
from pygame_gameservices.core.endpoint import Answer, Endpoint
from pygame_gameservices.core.events import BackOnline, EventQueue, WentOffline
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.core.pacing import Pace
from pygame_gameservices.core.retry import Verdict, backoff, final_error, judge, perhaps_applied, retry_after
from pygame_gameservices.core.timers import Timers
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    NetworkError,
    Offline,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.runner import Runner

CUT_GRACE_S = 0.25
"""After its deadline an attempt is cut off this much later: the worker's own timeout tells more."""
LOST_GRACE_S = 1.0
"""A worker that does not come back so long after being cut off is stuck in the system and replaced."""


class Job:
    """One request under way: the calls it carries, in order, and the line it runs on."""

    __slots__ = ("calls", "line", "over", "service", "started_at")

    def __init__(self, service: ServiceQueue, calls: list[AnyCall], started_at: float) -> None:
        self.service = service
        self.calls = calls
        self.line = Line()
        self.started_at = started_at
        self.over = False


class Done:
    """A worker's message: what a job came to. Either one answer per call, or one error for all of them."""

    __slots__ = ("answers", "error", "job")

    def __init__(self, job: Job, answers: Sequence[Answer], error: CallError | None) -> None:
        self.job = job
        self.answers = answers
        self.error = error


class ServiceQueue:
    """One service in the scheduler's eyes: what waits, and whether its host answers."""

    def __init__(self, endpoint: Endpoint, circuit: Circuit) -> None:
        self.endpoint = endpoint
        self.circuit = circuit
        self.backlog = Backlog()
        self.in_flight = 0
        self.last_write = -1
        self.woken_at = 0.0
        self.pace: Pace | None = getattr(endpoint, "pace", None)  # only some services may be called so often at most
        self.paced_until = 0.0


class Dispatcher:
    """Takes calls, sends them in order, retries what may be retried, and settles each exactly once.

    Args:
        events: where settled calls and connection events go, for the frame thread.
        clock: seconds, monotonic.
        chance: the source of jitter.
    """

    def __init__(self, events: EventQueue, clock: Callable[[], float], chance: random.Random) -> None:
        self.inbox: SimpleQueue[Callable[[], object] | AnyCall | Done] = SimpleQueue()
        self.finished = False
        self._events = events
        self._clock = clock
        self._chance = chance
        self._services: dict[str, ServiceQueue] = {}
        self._circuits: dict[str, Circuit] = {}
        self._open: dict[AnyCall, Job | None] = {}
        self._timers = Timers()
        self._expiring: dict[int, list[AnyCall]] = {}
        self._reads: dict[Hashable, AnyCall] = {}
        self._twins: dict[AnyCall, list[AnyCall]] = {}
        self._sequence = itertools.count()
        self._closing = False

    def now(self) -> float:
        """Seconds of the scheduler's clock. Any thread."""
        return self._clock()

    # -- posted by other threads ---------------------------------------------------------------------------------

    def register(self, endpoint: Endpoint) -> None:
        """Make a service known, before its first call. Any thread, posted through `inbox`."""
        circuit = self._circuits.setdefault(endpoint.host, Circuit(self._chance))
        self._services[endpoint.name] = ServiceQueue(endpoint, circuit)

    def handle(self, message: Callable[[], object] | AnyCall | Done, runner: Runner) -> None:
        """Take one message from the inbox. Scheduler thread."""
        if isinstance(message, Done):
            self._job_ended(message, runner)
        elif callable(message):
            message()
        else:
            self._accept(message)

    def cancel(self, call: AnyCall) -> None:
        """Take a call back. Scheduler thread."""
        if call.settled or call not in self._open:
            return
        job = self._open[call]
        if job is None:
            self._give_up(call, Cancelled("it was cancelled before it was sent"))
        elif call.operation.kind is Kind.SAFE:
            self._give_up(call, Cancelled("it was cancelled while under way"))
            if all(c.settled for c in job.calls):
                job.line.hang_up()

    def close(self, until: float) -> None:
        """Finish: reads end now, writes may still go out until `until`. Scheduler thread."""
        self._closing = True
        for call, job in list(self._open.items()):
            if call.operation.kind is Kind.SAFE:
                self._give_up(call, Cancelled("the service manager was closed"))
                if job is not None and all(c.settled for c in job.calls):
                    job.line.hang_up()
        self._timers.at(until, self._end)
        self._end_if_nothing_can_go()

    # -- the runner's side -----------------------------------------------------------------------------------------

    def wait_s(self) -> float | None:
        """Seconds until there is something to do without a message, or None. Scheduler thread."""
        when = self._timers.next()
        return None if when is None else max(0.0, when - self._clock())

    def step(self, runner: Runner) -> None:
        """Run what is due and give idle workers what may go. Scheduler thread."""
        self._timers.run(self._clock())
        while runner.idle > 0 and not self.finished:
            job = self._next_job(runner)
            if job is None:
                break
            self._watch(job, runner)
            runner.perform(job)

    # -- calls come and go --------------------------------------------------------------------------------------------

    def _accept(self, call: AnyCall) -> None:
        call.sequence = next(self._sequence)
        service = self._services[call.operation.service]
        self._open[call] = None
        if self._closing:
            self._give_up(call, Cancelled("the service manager was closing when it was made"))
            return
        if service.circuit.offline_since is not None and call.operation.kind is Kind.SAFE:
            service.circuit.hurry(self._clock())
            if not service.circuit.allows(self._clock()):
                wait = max(0.0, service.circuit.retry_at - self._clock())
                self._give_up(call, Offline(f"{service.endpoint.host} cannot be reached; next attempt in {wait:.0f} s"))
                return
        self._expire_later(call)
        if call.operation.kind is not Kind.SAFE:
            service.last_write = call.sequence
        elif self._joined(call, service):
            return
        service.backlog.add(call)

    def _joined(self, call: AnyCall, service: ServiceQueue) -> bool:
        """Let a read share the answer of an equal one that is open already, if nothing was written since."""
        operation = call.operation
        wanted = (
            operation.service,
            operation.name,
            operation.player,
            operation.credential,
            tuple(operation.arguments.items()),
        )
        lead = self._reads.get(wanted)
        if lead is not None and lead in self._open and lead.sequence > service.last_write:
            self._twins.setdefault(lead, []).append(call)
            return True
        self._reads[wanted] = call
        if len(self._reads) > 1000:
            self._reads = {key: read for key, read in self._reads.items() if read in self._open}
        return False

    def _expire_later(self, call: AnyCall) -> None:
        """Keep deadlines by the second, so that a thousand calls wake the scheduler once and not a thousand times."""
        second = math.ceil(self._clock() + call.operation.deadline_s)
        due = self._expiring.get(second)
        if due is None:
            due = self._expiring[second] = []
            self._timers.at(second, lambda: self._expire(second))
        due.append(call)

    def _expire(self, second: int) -> None:
        for call in self._expiring.pop(second):
            if not call.settled and self._open.get(call) is None:  # an attempt under way has a deadline of its own
                self._give_up(call, Timeout(f"it could not be sent within {call.operation.deadline_s:g} s"))

    def _settle(self, call: AnyCall, value: Any, error: CallError | None) -> None:
        self._open.pop(call, None)
        if call.settle(value, error):
            self._events.put(call)
        twins = [twin for twin in self._twins.pop(call, ()) if not twin.settled]
        if twins and isinstance(error, Cancelled) and not self._closing:
            self._reads.clear()  # the first of them becomes the one that is sent
            for twin in twins:
                if not self._joined(twin, self._services[twin.operation.service]):
                    self._services[twin.operation.service].backlog.add(twin)
        else:
            for twin in twins:
                self._settle(twin, value, error)
        if self._closing:
            self._end_if_nothing_can_go()

    def _give_up(self, call: AnyCall, error: CallError) -> None:
        self._settle(call, None, final_error(call.operation, error, call.perhaps_applied))

    # -- jobs --------------------------------------------------------------------------------------------------------

    def _next_job(self, runner: Runner) -> Job | None:
        now = self._clock()
        best: tuple[tuple[int, int], ServiceQueue] | None = None
        for service in self._services.values():
            if service.in_flight and service.in_flight >= runner.share(len(self._services)):
                continue
            head = service.backlog.head()
            if head is None:
                continue
            if not service.circuit.allows(now):
                self._wake_at(service)
                continue
            if service.pace is not None and (pause := service.pace.wait_s()) > 0:
                self._pace(service, now, now + pause)
                continue
            if best is None or head < best[0]:
                best = head, service
        if best is None:
            return None
        service = best[1]
        may_batch = service.endpoint.may_batch
        calls = service.backlog.take(
            service.endpoint.batch_limit, lambda call: not call.alone and may_batch(call.operation)
        )
        service.circuit.started()
        if service.pace is not None:
            service.pace.took()
        service.in_flight += 1
        job = Job(service, calls, now)
        for call in calls:
            call.attempts += 1
            self._open[call] = job
        return job

    def _wake_at(self, service: ServiceQueue) -> None:
        when = service.circuit.retry_at
        if when > self._clock() and when != service.woken_at:
            service.woken_at = when
            self._timers.at(when, lambda: None)

    def _pace(self, service: ServiceQueue, now: float, until: float) -> None:
        if service.paced_until <= now:
            service.paced_until = until
            self._timers.at(until, lambda: None)

    def _watch(self, job: Job, runner: Runner) -> None:
        allowed = max(call.operation.timeout_s for call in job.calls)
        cut_at = job.started_at + allowed + CUT_GRACE_S

        def cut() -> None:
            if not job.over:
                job.line.hang_up()
                self._timers.at(cut_at + LOST_GRACE_S, lambda: self._lose(job, runner))

        self._timers.at(cut_at, cut)

    def _lose(self, job: Job, runner: Runner) -> None:
        if not job.over:
            runner.replace_lost()
            lost = Timeout(f"{job.service.endpoint.host} did not let go of the request", sent=job.line.sent)
            self._job_ended(Done(job, (), lost), runner, lost=True)

    def _job_ended(self, done: Done, runner: Runner, lost: bool = False) -> None:
        job = done.job
        if job.over:
            return  # its worker was given up for lost, and came back after all
        job.over = True
        if not lost:
            runner.idle += 1
        service = job.service
        service.in_flight -= 1
        self._note_health(job, done.error)
        retried: list[AnyCall] = []
        for index, call in enumerate(job.calls):
            answer = Answer(None, done.error) if done.error is not None else done.answers[index]
            if call.settled:
                continue
            self._open[call] = None
            call.alone = call.alone or (len(job.calls) > 1 and isinstance(done.error, ProtocolError))
            if answer.error is None:
                self._settle(call, answer.value, None)
            elif self._may_retry(service, call, answer.error):
                retried.append(call)
            else:
                self._give_up(call, answer.error)
        for call in retried:
            service.backlog.put_back(call)
        for call in job.calls:
            service.backlog.release(call)
        for call in retried:
            self._retry_later(service, call, done.error)
        if self._closing:
            self._end_if_nothing_can_go()

    def _may_retry(self, service: ServiceQueue, call: AnyCall, error: CallError) -> bool:
        call.perhaps_applied = call.perhaps_applied or perhaps_applied(error)
        if service.circuit.offline_since is not None and call.operation.kind is Kind.SAFE:
            return False
        if call.alone and call.operation.kind is Kind.SAFE and call.attempts == 1:
            return True  # what spoiled a request of many may concern only one of them
        return judge(call.operation, error, call.attempts) is Verdict.RETRY

    def _retry_later(self, service: ServiceQueue, call: AnyCall, error: CallError | None) -> None:
        wait = backoff(call.attempts - 1, chance=self._chance)
        asked = None if error is None else retry_after(error)
        if asked is not None:
            wait = max(wait, asked)
        self._timers.at(self._clock() + wait, lambda: service.backlog.resume(call))

    # -- is the host there? ------------------------------------------------------------------------------------------

    def _note_health(self, job: Job, error: CallError | None) -> None:
        service, now = job.service, self._clock()
        if job.line.cut and all(c.settled for c in job.calls):
            return  # we hung up ourselves: that says nothing about the host
        if isinstance(error, RateLimited):
            service.circuit.hold(now + (retry_after(error) or backoff(1, chance=self._chance)))
        elif isinstance(error, (NetworkError, ServiceUnavailable)):
            if service.circuit.failed(now, job.started_at, retry_after(error)):
                wait = max(0.0, service.circuit.retry_at - now)
                self._events.put(WentOffline(service.endpoint.name, error, wait))
            if service.circuit.offline_since is not None:
                self._fail_reads(service, error)
        else:
            away = service.circuit.succeeded(now)
            if away is not None:
                self._events.put(BackOnline(service.endpoint.name, away))

    def _fail_reads(self, service: ServiceQueue, error: CallError) -> None:
        """Nobody looks at a spinner for as long as an outage lasts; writes go on waiting."""
        for call, job in list(self._open.items()):
            operation = call.operation
            if job is None and operation.kind is Kind.SAFE and operation.service == service.endpoint.name:
                self._give_up(call, Offline(f"{service.endpoint.host} cannot be reached: {error.message}"))

    # -- the end ---------------------------------------------------------------------------------------------------

    def _end_if_nothing_can_go(self) -> None:
        """While closing: stop early once nothing is left, or what is left waits for a host that is gone."""
        for call, job in self._open.items():
            if job is not None or self._services[call.operation.service].circuit.offline_since is None:
                return
        self._end()

    def _end(self) -> None:
        if self.finished:
            return
        self.finished = True
        for call, job in list(self._open.items()):
            if job is not None:
                call.perhaps_applied = call.perhaps_applied or job.line.sent
                job.over = True
                job.line.hang_up()
            self._give_up(call, Cancelled("the service manager was closed before it was sent"))
