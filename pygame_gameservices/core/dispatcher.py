"""The scheduler: which call goes when, what its outcome is, and what happens after a failure.

All its state belongs to one thread (the scheduler thread of a `Runner`), so it needs no locks. Other threads post
messages into `inbox`; workers get jobs from the runner and post `Done` back. Every accepted call is settled exactly
once, whatever the network, the service or a worker does.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.circuit import Circuit
from pygame_gameservices.core.deadlines import Deadlines
from pygame_gameservices.core.doubt import SETTLING_S, Doubts, settling_s
from pygame_gameservices.core.ending import Ending
from pygame_gameservices.core.endpoint import Answer, Endpoint
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.job import CUT_GRACE_S, LOST_GRACE_S, Done, Job, ServiceQueue, next_in_turn
from pygame_gameservices.core.keeping import Keeping, forget_attempt, write_off
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.core.players import Players
from pygame_gameservices.core.retry import Verdict, backoff, final_error, judge, perhaps_applied, retry_after
from pygame_gameservices.core.shared_reads import SharedReads
from pygame_gameservices.core.sharing import bulky, timeout_s
from pygame_gameservices.core.timers import Timers
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    ProtocolError,
    ServiceUnavailable,
    Timeout,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.outbox import Outbox
    from pygame_gameservices.core.runner import Runner

DISK_PAUSE_S = 2.0
"""How long calls wait that are on disk, while the disk does not take that they are about to be sent."""
MOST_NONSENSE = 20
"""Senseless answers after which a durable call is set aside as unknown."""
OLDER_THAN_ALL = 1 << 60
"""Calls of earlier runs come before those of this one, in the order of their entries."""


class Dispatcher:
    """Takes calls, sends them in order, retries what may be retried, and settles each exactly once.

    Args:
        events: where settled calls and connection events go, for the frame thread.
        clock: seconds, monotonic.
        chance: the source of jitter.
        wall_clock: Unix seconds.

    Attributes:
        inbox: where other threads post calls, `Done`s, and functions to run on the scheduler thread.
        outbox: where durable calls are kept, or None; set before the first call.
        players: told who signs in, on the scheduler thread.
        clock: seconds, monotonic.
        open: the calls that have not ended, each with the request that carries it, or None.
        services: what is known of each service, by name.
        timers: what is due when, on the scheduler thread.
        events: where settled calls and connection events go.
        closing: whether it is about to.
        finished: whether it has closed and settled everything.
        wall_clock: Unix seconds.
    """

    def __init__(
        self,
        events: EventQueue,
        clock: Callable[[], float],
        chance: random.Random,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.inbox: SimpleQueue[Callable[[], object] | AnyCall | Done] = SimpleQueue()
        self.outbox: Outbox | None = None
        self.finished = False
        self.events = events
        self.clock = clock
        self._chance = chance
        self.wall_clock = wall_clock
        self.services: dict[str, ServiceQueue] = {}
        self._circuits: dict[str, Circuit] = {}
        self.open: dict[AnyCall, Job | None] = {}
        self._reads = SharedReads()
        self._keeping = Keeping()
        self.players = Players(self, self._keeping)
        self._doubts = Doubts(self)
        self.timers = Timers()
        self._deadlines = Deadlines(self.timers, self._expire)
        self._sequence = itertools.count()
        self._ending = Ending(self)
        self.closing = False

    def handle(self, message: Callable[[], object] | AnyCall | Done, runner: Runner) -> None:
        """Take one message from the inbox."""
        if isinstance(message, Done):
            self._job_ended(message, runner)
        elif callable(message):
            message()
        else:
            self.accept(message)

    def register(self, endpoint: Endpoint) -> None:
        """Make a service known, before its first call."""
        circuit = self._circuits.setdefault(endpoint.host, Circuit(self._chance))
        self.services[endpoint.name] = ServiceQueue(endpoint, circuit, self.events)
        if self.outbox is not None:
            self.outbox.player_ready(endpoint.name, "", None)

    def accept(self, call: AnyCall) -> None:
        """Take a new call, or one that an earlier run wrote down."""
        if self.closing and call.loaded:
            return  # it stays on disk
        call.sequence = call.entry - OLDER_THAN_ALL if call.loaded else next(self._sequence)
        operation = call.operation
        service = self.services[operation.service]
        self.open[call] = None
        if self.closing:
            self.give_up(call, Cancelled("the service manager was closing when it was made"))
        elif operation.kind is Kind.SAFE:
            self._accept_read(call, service)
        else:
            service.last_write = max(service.last_write, call.sequence)
            if operation.durable:
                if not self._keeping.take(call, self.open, self._reads.follow, self.outbox):
                    del self.open[call]
                    return
                if self.players.must_wait(call):
                    return
            else:
                self._deadlines.watch(call, self.clock())
            if not call.in_doubt:
                service.backlog.add(call)
            else:
                service.backlog.put_back(call)
                self.timers.at(self.clock() + SETTLING_S, lambda: self._doubts.look_up(call))

    def stored(self, calls: list[AnyCall]) -> None:
        """Let calls go that are on disk now."""
        for call in calls:
            call.storing -= 1
            if not call.storing and not call.absent:
                self.services[call.operation.service].backlog.stored(call)

    def cancel(self, call: AnyCall) -> None:
        """Take a call back."""
        if call.settled or call not in self.open:
            return
        job = self.open[call]
        if job is None:
            self.give_up(call, Cancelled("it was cancelled before it was sent"))
        elif call.operation.kind is Kind.SAFE:
            self.give_up(call, Cancelled("it was cancelled while under way"))
            if all(c.settled for c in job.calls):
                job.line.hang_up()

    def close(self, until: float) -> None:
        """Finish: reads end now, writes may still go out until `until`."""
        self.closing = True
        self._ending.begin(until)

    def forked(self) -> list[AnyCall]:
        """End in a forked child, and return the calls that nobody settles here."""
        return self._ending.in_child()

    def wait_s(self) -> float | None:
        """Seconds until there is something to do without a message, or None. Scheduler thread."""
        when = self.timers.next()
        return None if when is None else max(0.0, when - self.clock())

    def step(self, runner: Runner) -> None:
        """Run what is due and give idle workers what may go. Scheduler thread."""
        self.timers.run(self.clock())
        while runner.idle > 0 and not self.finished:
            job = self._next_job(runner)
            if job is None:
                break
            runner.idle -= 1
            self._begin(job, runner)

    def _accept_read(self, call: AnyCall, service: ServiceQueue) -> None:
        self._keeping.read_between(call)
        if service.circuit.offline_since is not None and not call.internal:
            service.circuit.hurry(self.clock())
            if not service.circuit.allows(self.clock()):
                wait = max(0.0, service.circuit.retry_at - self.clock())
                self.give_up(call, service.away(f"next attempt in {wait:.0f} s"))
                return
        self._deadlines.watch(call, self.clock())
        if call.internal or not self._reads.join(call, service.last_write):  # a doubt needs an answer of its own time
            service.backlog.add(call)

    def _expire(self, call: AnyCall) -> None:
        if call.settled or self.open.get(call) is not None:  # an attempt under way has a deadline of its own
            return
        followers = self._reads.released(call) if call.operation.kind is Kind.SAFE else []
        self.give_up(call, Timeout(f"it could not be sent within {call.operation.deadline_s:g} s"))
        self._let_lead(followers)

    def service(self, call: AnyCall) -> ServiceQueue:
        """The service that `call` belongs to. Scheduler thread."""
        return self.services[call.operation.service]

    def settle(self, call: AnyCall, value: Any, error: CallError | None) -> None:
        """End a call with its outcome. Scheduler thread."""
        if call not in self.open:
            return
        del self.open[call]
        self._deadlines.forget(call)
        self._keeping.ended(call, error)
        if error is None and call.operation.kind is Kind.ADDITIVE:
            self._doubts.note_delivered(call)
            if self.outbox is not None and not call.operation.durable:
                self.outbox.note_delivered(call)
        if self.outbox is not None and call.operation.durable and not call.replaced:
            write_off(self.outbox, call, error)
        if call.settle(value, error) and not call.internal:
            self.events.put(call)
        self.service(call).backlog.gone(call)
        self._settle_followers(call, value, error)
        if call.internal:
            self._doubts.answered(call)
        if self.closing:
            self._ending.perhaps_now()

    def _settle_followers(self, call: AnyCall, value: Any, error: CallError | None) -> None:
        followers = self._reads.released(call)
        if isinstance(error, Cancelled) and call.operation.kind is Kind.SAFE and not self.closing:
            self._let_lead(followers)
            return
        for follower in followers:
            if error is None:
                self.settle(follower, value, None)
            else:
                self.give_up(follower, error.alike())

    def _let_lead(self, followers: list[AnyCall]) -> None:
        """What ended the read that they followed was its own affair: the first of them leads now."""
        for follower in followers:
            service = self.service(follower)
            if not self._reads.join(follower, service.last_write):
                service.backlog.add(follower)

    def give_up(self, call: AnyCall, error: CallError) -> None:
        """End a call for `error`, or as unknown where it may have been applied. Scheduler thread."""
        self.settle(call, None, final_error(call.operation, error, call.perhaps_applied))

    def _next_job(self, runner: Runner) -> Job | None:
        now = self.clock()
        share = runner.share(len(self.services))
        service = next_in_turn(self.services.values(), share, now, self._wake_at)
        if service is None:
            return None
        job = service.take(now)
        for call in job.calls:
            call.attempts += 1
            self.open[call] = job
        return job

    def _wake_at(self, service: ServiceQueue, when: float | None) -> None:
        if when is not None and when != service.woken_at:
            service.woken_at = when
            self.timers.at(when, lambda: None)

    def _begin(self, job: Job, runner: Runner) -> None:
        """Send a job. What counts twice when sent twice is first marked on disk as perhaps sent."""
        additive = [call for call in job.calls if call.operation.kind is Kind.ADDITIVE]
        for call in additive:
            if call.attempted_at is None:
                call.attempted_at, call.began = self.wall_clock(), self.clock()
        if self.outbox is not None and any(call.entry for call in additive):
            self.outbox.mark(additive, lambda: self._perform(job, runner), lambda: self._hold(job, runner))
        else:
            self._perform(job, runner)

    def _hold(self, job: Job, runner: Runner) -> None:
        """Send none of a job's calls that are on disk, which does not take that they are: there they can wait."""
        if job.over:
            return
        job.over = True
        runner.idle += 1
        job.service.under_way.discard(job)
        job.service.circuit.hung_up()
        waiting = [call for call in job.calls if not call.settled]
        for call in waiting:
            self.open[call] = None
            call.attempts -= 1
            if not call.perhaps_applied:
                call.forget_attempts()
            job.service.backlog.put_back(call)
        for call in job.calls:
            job.service.backlog.release(call)
        for call in waiting:
            pause = DISK_PAUSE_S if call.entry else 0.0
            self.timers.at(self.clock() + pause, partial(job.service.backlog.resume, call))

    def _perform(self, job: Job, runner: Runner) -> None:
        if job.over or self.finished:
            return
        job.started_at = self.clock()
        cut_at = job.started_at + timeout_s([call.operation for call in job.calls]) + CUT_GRACE_S

        def cut() -> None:
            if not job.over:
                job.line.hang_up()
                self.timers.at(cut_at + LOST_GRACE_S, lambda: self._lose(job, runner))

        job.cut = self.timers.at(cut_at, cut)
        runner.perform(job)

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
        if job.cut is not None:
            job.cut.call_off()
        if not lost:
            runner.idle += 1
        job.service.under_way.discard(job)
        if job.service.note_health(job, done.error, self.clock()) and done.error is not None:
            self._fail_reads(job.service, done.error)
        retried: list[tuple[AnyCall, CallError]] = []
        for index, call in enumerate(job.calls):
            if call.settled:
                continue
            self.open[call] = None
            answer = Answer(None, done.error.alike()) if done.error is not None else done.answers[index]
            if answer.error is None:
                self.settle(call, answer.value, None)
            elif self._may_retry(job, call, answer.error, whole=done.error is not None):
                job.service.backlog.put_back(call)
                retried.append((call, answer.error))
            elif not self.players.refused(call, answer.error):
                self.give_up(call, answer.error)
        for call in job.calls:
            job.service.backlog.release(call)
            self.players.look_again(call)
        for call, error in retried:
            self.retry_later(call, error)
        if self.closing:
            self._ending.perhaps_now()

    def _may_retry(self, job: Job, call: AnyCall, error: CallError, whole: bool) -> bool:
        """Whether `call` is to be sent again, or looked up (then it is in doubt).

        Args:
            whole: whether the request as a whole failed, rather than this call's part of it.
        """
        operation = call.operation
        if perhaps_applied(error):
            call.perhaps_applied = True
        elif not call.perhaps_applied:
            forget_attempt(self.outbox, call)
        spoiled = whole and isinstance(error, ProtocolError)
        if spoiled and len(job.calls) > 1 and not call.alone and operation.kind in (Kind.SAFE, Kind.IDEMPOTENT):
            call.alone = True
            return True  # what spoiled a request of many may concern only one of them
        if isinstance(error, ProtocolError) or (isinstance(error, ServiceUnavailable) and not whole):
            job.service.count_nonsense(call)
        call.alone |= whole and isinstance(error, Timeout) and bulky(operation)
        if job.service.circuit.offline_since is not None and operation.kind is Kind.SAFE:
            return False
        if call.nonsense >= MOST_NONSENSE or (not operation.durable and self._deadlines.passed(call)):
            return False
        if judge(operation, error, call.attempts, call.nonsense) is Verdict.RETRY:
            return True
        if operation.kind is Kind.ADDITIVE and perhaps_applied(error):
            call.in_doubt = bool(job.service.endpoint.lookup(operation))
            return call.in_doubt
        return False

    def retry_later(self, call: AnyCall, error: CallError | None) -> None:
        """Send a call that was put back again after a while, or look it up if it is in doubt. Scheduler thread."""
        asked = None if error is None else retry_after(error)
        wait = max(backoff(call.attempts - 1, chance=self._chance), asked or 0.0, settling_s(error) * call.in_doubt)
        again = self._doubts.look_up if call.in_doubt else self.service(call).backlog.resume
        self.timers.at(self.clock() + wait, lambda: again(call))

    def _fail_reads(self, service: ServiceQueue, error: CallError) -> None:
        """Nobody looks at a spinner for as long as an outage lasts; writes go on waiting."""
        for call, job in list(self.open.items()):
            operation = call.operation
            if job is None and operation.kind is Kind.SAFE and operation.service == service.endpoint.name:
                self.give_up(call, service.away(error.message))
