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

from pygame_gameservices.core.aftermath import Aftermath
from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.circuit import Circuit
from pygame_gameservices.core.deadlines import Deadlines
from pygame_gameservices.core.doubt import Doubts, settling_left_s
from pygame_gameservices.core.ending import Ending
from pygame_gameservices.core.endpoint import Endpoint
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.job import CUT_GRACE_S, LOST_GRACE_S, Done, Job, ServiceQueue, next_in_turn
from pygame_gameservices.core.keeping import Keeping, write_off
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.core.players import Players
from pygame_gameservices.core.retry import final_error
from pygame_gameservices.core.shared_reads import SharedReads
from pygame_gameservices.core.sharing import timeout_s
from pygame_gameservices.core.timers import Timers
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    Timeout,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.outbox import Outbox
    from pygame_gameservices.core.runner import Runner

DISK_PAUSE_S = 2.0
"""How long calls wait that are on disk, while the disk does not take that they are about to be sent."""
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
        deadlines: when calls that are not durable give up.
        doubts: finds out about calls that may have been applied.
        aftermath: hears of requests that ended.
        ending: how it closes.
        chance: the source of jitter.
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
        self.chance = chance
        self.wall_clock = wall_clock
        self.services: dict[str, ServiceQueue] = {}
        self._circuits: dict[str, Circuit] = {}
        self.open: dict[AnyCall, Job | None] = {}
        self._reads = SharedReads()
        self._keeping = Keeping()
        self.players = Players(self, self._keeping)
        self.doubts = Doubts(self)
        self.timers = Timers()
        self.deadlines = Deadlines(self.timers, self._expire)
        self._sequence = itertools.count()
        self.aftermath = Aftermath(self)
        self.ending = Ending(self)
        self.closing = False

    def handle(self, message: Callable[[], object] | AnyCall | Done, runner: Runner) -> None:
        """Take one message from the inbox."""
        if isinstance(message, Done):
            self.aftermath.job_ended(message, runner)
        elif callable(message):
            message()
        else:
            self.accept(message)

    def register(self, endpoint: Endpoint) -> None:
        """Make a service known, before its first call."""
        circuit = self._circuits.setdefault(endpoint.host, Circuit(self.chance))
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
                    return
                if self.players.must_wait(call):
                    return
            else:
                self.deadlines.watch(call, self.clock())
                self._follow_older(call)
            if not call.in_doubt:
                service.backlog.add(call)
            else:
                service.backlog.put_back(call)
                can_be_asked = bool(service.endpoint.lookup(operation))
                wait = settling_left_s(call, self.wall_clock()) if can_be_asked else 0.0
                self.timers.at(self.clock() + wait, lambda: self.doubts.look_up(call))

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
        self.ending.begin(until)

    def forked(self) -> list[AnyCall]:
        """End in a forked child, and return the calls that nobody settles here."""
        return self.ending.in_child()

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
        self.deadlines.watch(call, self.clock())
        if call.internal or not self._reads.join(call, service.last_write):  # a doubt needs an answer of its own time
            self._follow_older(call)
            service.backlog.add(call)

    def _follow_older(self, call: AnyCall) -> None:
        """Let a call that is not kept on disk wait until what is there of earlier runs stands before it in its lane."""
        if call.operation.lane and self.outbox is not None and self.outbox.tally.older_to_come:
            call.storing += 1
            self.outbox.follow_older(call)

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
        self.deadlines.forget(call)
        under_way = (other for job in self.service(call).under_way for other in job.calls)
        older = self._keeping.ended(call, error, self.outbox, under_way)
        if error is None and call.operation.kind is Kind.ADDITIVE:
            self.doubts.note_delivered(call)
            if self.outbox is not None and not call.operation.durable:
                self.outbox.note_delivered(call)
        if self.outbox is not None and call.operation.durable:
            write_off(self.outbox, call, error)
        if call.settle(value, error) and not call.internal:
            self.events.put(call)
        self.service(call).backlog.gone(call)
        if older is not None:
            self._bring_back(older, call)
        self._settle_followers(call, value, error)
        if call.internal:
            self.doubts.answered(call)
        if self.closing:
            self.ending.perhaps_now()

    def _bring_back(self, older: AnyCall, newer: AnyCall) -> None:
        """Send a call after all whose place a newer one had taken, which was cancelled or refused."""
        for follower in self._reads.released(newer):
            if follower is not older:
                self._reads.follow(follower, older)
        if not older.absent:
            self.service(older).backlog.bring_back(older)

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
                self.timers.at(cut_at + LOST_GRACE_S, lambda: self.aftermath.lose(job, runner))

        job.cut = self.timers.at(cut_at, cut)
        runner.perform(job)
