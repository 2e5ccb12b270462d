"""The scheduler: which call goes when, what its outcome is, and what happens after a failure.

It does nothing by itself. Messages and the time go in, effects come out, and whoever runs it carries them out in order:
`receive` takes a message, `turn` does what is due, `wake_at` says when there will be something to do without a message.
What either wants done is in `effects`.
It has no thread, no clock, no file, no socket and no source of chance. Every call that it accepts gets exactly one
`effects.Settle` (or `effects.SettleOnceWritten`), whatever the network, the disk, a service or a worker does.

The state of each call is in its `Delivery`, and only this file changes it.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import KEPT, Call
from pygame_gameservices.core.calls.endpoint import Answer
from pygame_gameservices.core.calls.equal_calls import equal
from pygame_gameservices.core.calls.operation import Kind
from pygame_gameservices.core.events import Event
from pygame_gameservices.core.scheduling import effects as do
from pygame_gameservices.core.scheduling import messages as heard
from pygame_gameservices.core.scheduling.batch import Batch, additive, bulky
from pygame_gameservices.core.scheduling.coalescing import Coalescing
from pygame_gameservices.core.scheduling.deadlines import Deadlines
from pygame_gameservices.core.scheduling.delivery import CARRIED, NOT_IN_TIME, Delivery, State
from pygame_gameservices.core.scheduling.followers import Followers
from pygame_gameservices.core.scheduling.host import Host
from pygame_gameservices.core.scheduling.lanes import Order, order_of
from pygame_gameservices.core.scheduling.messages import Moment
from pygame_gameservices.core.scheduling.reconciler import (
    Inquiry,
    Reconciler,
    judge,
    may_ask_again,
    settling_left_s,
    settling_s,
)
from pygame_gameservices.core.scheduling.retry_policy import (
    Failure,
    Uniform,
    Verdict,
    backoff,
    final_error,
    perhaps_applied,
    retry_after,
    verdict,
    waits_for_player,
)
from pygame_gameservices.core.scheduling.service_queue import ServiceQueue, next_in_turn
from pygame_gameservices.core.scheduling.sign_ins import Back, SignIns
from pygame_gameservices.core.scheduling.timers import Timers
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    NetworkError,
    OutcomeUnknown,
    Postponed,
    ProtocolError,
    ServiceUnavailable,
    Timeout,
)

CUT_GRACE_S = 0.25
"""After its deadline an attempt is cut off this much later: the worker's own timeout tells more."""
LOST_GRACE_S = 1.0
"""A worker that does not come back so long after being cut off is stuck in the system and replaced."""
DISK_PAUSE_S = 2.0
"""How long calls wait that are on disk, while the disk does not take that they are about to be sent."""
OLDER_THAN_ALL = 1 << 60
"""Calls of earlier runs come before those of this one, in the order of their entries."""
NOT_SENT = "the service manager was closed before it was sent"

Said = Call[Any] | heard.Message


class Scheduler:
    """Takes calls, has them sent in order, retries what may be retried, and settles each exactly once.

    Args:
        workers: how many requests may be under way at once.
        uniform: gives a number between two: the source of jitter.
        keeps: whether there is a disk that durable calls are kept on.

    Attributes:
        finished: whether it has closed and settled everything. Whoever runs it may set it, to have nothing more begun.
        effects: what is to be done, in order. Whoever runs it takes out what it carries out.
    """

    def __init__(self, workers: int, uniform: Uniform, *, keeps: bool) -> None:
        self.finished = False
        self.effects: deque[do.Effect] = deque()
        self._workers = workers
        self._idle = workers
        self._uniform = uniform
        self._keeps = keeps
        self._now = Moment(0.0, 0.0)
        self._services: dict[str, ServiceQueue] = {}
        self._hosts: dict[str, Host] = {}
        self._open: dict[Delivery, None] = {}
        self._by_call: dict[Call[Any], Delivery] = {}
        self._sequence = itertools.count()
        self._closing = False
        self._cutting_off = False
        self._stay_on_disk: set[Order] = set()
        self._older_to_come = keeps
        self._for_anyone: frozenset[str] | None = None if keeps else frozenset()
        self._followers = Followers()
        self._coalescing = Coalescing()
        self._sign_ins = SignIns()
        self._reconciler = Reconciler()
        self._timers = Timers()
        self._deadlines = Deadlines(self._timers, self._expire)
        self._handlers: dict[type[Said], Callable[[Any], object]] = {
            Call: self._submitted,
            heard.BatchEnded: self._batch_ended,
            heard.Stored: self._stored,
            heard.Marked: self._marked,
            heard.Loaded: self._loaded,
            heard.Counted: self._counted,
            heard.Cancel: self._cancel,
            heard.Register: self._register,
            heard.DiskChecked: self._disk_checked,
            heard.SignedIn: self._signed_in,
            heard.Confirmed: self._confirmed,
            heard.SignedOut: self._signed_out,
            heard.Close: self._close,
        }

    # from outside

    def receive(self, message: Said, now: Moment) -> None:
        """Take a new call or a message."""
        self._now = now
        self._handlers[type(message)](message)

    def turn(self, now: Moment) -> None:
        """Do what is due, and give idle workers what may go."""
        if self.finished:
            return
        self._now = now
        self._timers.run(now.clock)
        while self._idle > 0 and not self.finished and not self._cutting_off:
            batch = self._next_batch()
            if batch is None:
                break
            self._idle -= 1
            self._begin(batch)

    def wake_at(self) -> float | None:
        """When there is something to do without a message, in seconds of the clock; None if never."""
        return None if self.finished else self._timers.next()

    def delivery(self, call: Call[Any]) -> Delivery | None:
        """What is known of a call that has not ended."""
        return self._by_call.get(call)

    @property
    def open(self) -> list[Delivery]:
        """The calls that have not ended, its own questions included, oldest first."""
        return list(self._open)

    @property
    def under_way(self) -> list[Batch]:
        """The requests that have begun and not ended."""
        return [batch for service in self._services.values() for batch in service.under_way]

    def _do(self, effect: do.Effect) -> None:
        self.effects.append(effect)

    def _on_disk(self, effect: do.Effect) -> None:
        if self._keeps:
            self.effects.append(effect)

    def _announce(self, said: list[Event]) -> None:
        for event in said:
            self.effects.append(do.Announce(event))

    def _service(self, delivery: Delivery) -> ServiceQueue:
        return self._services[delivery.operation.service]

    # calls that are made

    def _register(self, message: heard.Register) -> None:
        endpoint = message.endpoint
        host = self._hosts.setdefault(endpoint.host, Host(endpoint.host, self._uniform))
        host.services.append(endpoint.name)
        self._services[endpoint.name] = ServiceQueue(endpoint, host)
        self._on_disk(do.LoadPlayer(endpoint.name, "", None))

    def _submitted(self, call: Call[Any]) -> None:
        delivery = Delivery(call.operation, call)
        delivery.sequence = next(self._sequence)
        self._accept(delivery)

    def _loaded(self, message: heard.Loaded) -> None:
        delivery = message.delivery
        if self._closing:
            self._stay_on_disk.add(order_of(delivery.operation))
            return
        delivery.sequence = delivery.entry - OLDER_THAN_ALL
        delivery.perhaps_applied = message.in_doubt and delivery.operation.kind is Kind.IDEMPOTENT  # just sent again
        self._accept(delivery, in_doubt=message.in_doubt and not delivery.perhaps_applied)

    def _accept(self, delivery: Delivery, *, in_doubt: bool = False) -> None:
        operation, service = delivery.operation, self._service(delivery)
        self._open[delivery] = None
        if delivery.call is not None:
            self._by_call[delivery.call] = delivery
        if self._closing:
            self._give_up(delivery, Cancelled("the service manager was closing when it was made"))
        elif operation.kind is Kind.SAFE:
            self._accept_read(delivery, service)
        else:
            service.last_write = max(service.last_write, delivery.sequence)
            if operation.durable:
                self._accept_durable(delivery, service, in_doubt=in_doubt)
            else:
                self._deadlines.watch(delivery, self._now.clock)
                self._queue(delivery)

    def _accept_read(self, delivery: Delivery, service: ServiceQueue) -> None:
        self._coalescing.read_between(delivery)
        now = self._now.clock
        if service.host.offline and not delivery.internal:
            breaker = service.host.breaker
            breaker.hurry(now)
            if not breaker.allows(now):
                wait = max(0.0, breaker.retry_at - now)
                self._give_up(delivery, service.host.away(f"next attempt in {wait:.0f} s"))
                return
        self._deadlines.watch(delivery, now)
        shares = not delivery.internal  # a question needs its own answer
        if shares and self._followers.join(delivery, service.last_write):
            delivery.move(State.FOLLOWING)
        else:
            self._queue(delivery)

    def _queue(self, delivery: Delivery) -> None:
        """Let a call that is not kept on disk wait for its turn: in its lane behind what is there of earlier runs."""
        if delivery.operation.lane and self._older_to_come:
            delivery.disk_answers += 1
            self._do(do.FollowOlder(delivery))
        self._enter(delivery)

    def _enter(self, delivery: Delivery) -> None:
        """Let a call wait for its turn: for the disk first, and for the end of its pause, if it has one."""
        lanes, pause = self._service(delivery).lanes, delivery.not_before - self._now.clock
        if delivery.disk_answers:
            delivery.move(State.STORING)
        elif pause > 0:
            delivery.move(State.BACKING_OFF)
            self._wake(delivery, pause, self._resume)
        else:
            delivery.move(State.QUEUED)
        if delivery.in_lane:
            lanes.reconsider(delivery)
        elif delivery.state is State.BACKING_OFF:
            lanes.hold(delivery)
        else:
            lanes.add(delivery)

    def _accept_durable(self, delivery: Delivery, service: ServiceQueue, *, in_doubt: bool) -> None:
        """Take a durable call: a new one is written down, and an older one that it makes needless is not sent."""
        coalesced = self._coalescing.take(delivery, service.lanes.under_way(delivery.operation.lane))
        if coalesced.dropped:
            del self._open[delivery]
            self._by_call.pop(delivery.call)  # type: ignore[arg-type]  # of an earlier run: it has a call
        if coalesced.superseded is not None and coalesced.by is not None:
            self._supersede(coalesced.superseded, coalesced.by)
        self._coalesce_on_disk(coalesced.effects)
        if coalesced.dropped or coalesced.superseded is delivery:
            return
        if self._keeps and not delivery.loaded:
            delivery.disk_answers += 1
            self._do(do.Store(delivery))
        if self._sign_ins.must_wait(delivery):
            self._await_player(delivery, State.IN_DOUBT if in_doubt else State.QUEUED)
        elif in_doubt:
            delivery.move(State.IN_DOUBT)
            service.lanes.hold(delivery)
            can_be_asked = bool(service.endpoint.lookup(delivery.operation))
            wait = settling_left_s(delivery, self._now.wall) if can_be_asked else 0.0
            self._wake(delivery, wait, self._look_up)
        else:
            self._enter(delivery)

    def _coalesce_on_disk(self, effects: tuple[do.Effect, ...]) -> None:
        for effect in effects:
            if isinstance(effect, do.Remove):
                effect.delivery.let_go_of_value()
            self._on_disk(effect)

    def _supersede(self, older: Delivery, newer: Delivery) -> None:
        """Let `newer` go in the place of `older`, and no sooner than that one would have gone."""
        newer.not_before = max(newer.not_before, older.not_before)
        older.resumes_as = State.AWAITING_PLAYER if older.state is State.AWAITING_PLAYER else State.QUEUED
        older.move(State.SUPERSEDED)
        self._followers.follow(older, newer)
        if older.in_lane:
            self._service(older).lanes.move_on(older)

    def _stored(self, message: heard.Stored) -> None:
        """Let calls go that are on disk now, but for those that came after what stays there when everything closes."""
        for delivery in message.deliveries:
            delivery.disk_answers -= 1
            if delivery.disk_answers or delivery.state is not State.STORING or self.finished:
                continue
            if self._stay_on_disk and delivery.operation.lane and order_of(delivery.operation) in self._stay_on_disk:
                self._end_unsent(delivery)
                self._perhaps_finish()
            else:
                self._enter(delivery)

    def _disk_checked(self, message: heard.DiskChecked) -> None:
        self._older_to_come = message.older_to_come
        self._for_anyone = message.for_anyone

    def _expire(self, delivery: Delivery) -> None:
        if delivery.ended or delivery.state in CARRIED:  # an attempt under way has a deadline of its own
            return
        followers = self._followers.released(delivery) if delivery.operation.kind is Kind.SAFE else []
        self._give_up(delivery, Timeout(f"it could not be sent within {delivery.operation.deadline_s:g} s"))
        self._let_lead(followers)

    # players

    def _await_player(self, delivery: Delivery, resumes_as: State) -> None:
        delivery.resumes_as = resumes_as
        delivery.move(State.AWAITING_PLAYER)
        self._sign_ins.waits(delivery)

    def _signed_in(self, message: heard.SignedIn) -> None:
        self._bring_back(
            self._sign_ins.signed_in(message.service, message.player, message.credential, self._for_anyone)
        )

    def _confirmed(self, message: heard.Confirmed) -> None:
        self._bring_back(self._sign_ins.confirmed(message.service, message.player, message.credential))

    def _signed_out(self, message: heard.SignedOut) -> None:
        self._bring_back(self._sign_ins.signed_out(message.service, message.player))

    def _bring_back(self, back: Back | None) -> None:
        """Queue what waited; it goes once the disk has noted whose it is, and has loaded what is older."""
        if back is None:
            return
        for delivery in back.claimed:
            before = delivery.operation
            delivery.operation = msgspec.structs.replace(before, player=back.player)
            self._coalescing.moved(delivery, before)
        after_loading = []
        for delivery in back.deliveries:
            delivery.operation = msgspec.structs.replace(delivery.operation, credential=back.credential)
            if delivery.state is State.SUPERSEDED:
                delivery.resumes_as = State.QUEUED  # it may be needed yet, and then with this token
            elif delivery.resumes_as is State.IN_DOUBT:
                delivery.move(State.IN_DOUBT)
                self._service(delivery).lanes.hold(delivery)
                self._retry_later(delivery, None)
            else:
                after_loading.append(delivery)
                delivery.disk_answers += self._keeps
                self._enter(delivery)
        self._on_disk(do.LoadPlayer(back.service, back.player, back.credential, after_loading, back.claims))

    # requests that begin

    def _next_batch(self) -> Batch | None:
        share = self._workers if len(self._services) < 2 else max(1, self._workers - 1)  # room for the others
        service = next_in_turn(self._services.values(), share, self._now.clock, self._wake_for)
        if service is None:
            return None
        deliveries = service.take()
        for delivery in deliveries:
            delivery.attempts += 1
            self._renew_token(delivery)
        return service.begin(deliveries, self._now.clock)

    def _renew_token(self, delivery: Delivery) -> None:
        """Let a durable call go with its player's token of now: refused with an older one, it would come back behind
        what is newer."""
        newest = self._sign_ins.token(delivery) if delivery.operation.durable else None
        if newest is not None and delivery.operation.credential != newest:
            delivery.operation = msgspec.structs.replace(delivery.operation, credential=newest)

    def _wake_for(self, service: ServiceQueue, when: float | None) -> None:
        if when is not None and when != service.woken_at:
            service.woken_at = when
            self._timers.at(when, lambda: None)

    def _begin(self, batch: Batch) -> None:
        """Begin a request. What counts twice when sent twice is first marked on disk as perhaps sent."""
        count_twice = additive(batch.deliveries)
        for delivery in count_twice:
            if delivery.attempted_at is None:
                delivery.attempted_at, delivery.began = self._now.wall, self._now.clock
        if self._keeps and any(delivery.entry for delivery in count_twice):
            for delivery in batch.deliveries:
                delivery.move(State.MARKING)
            self._do(do.Mark(batch, count_twice))
        else:
            self._send(batch)

    def _marked(self, message: heard.Marked) -> None:
        batch = message.batch
        if batch.over or self.finished or self._cutting_off:
            return
        service = self._services[batch.endpoint.name]
        if not message.taken:
            self._put_back(batch, DISK_PAUSE_S)
        elif service.host.breaker.held(self._now.clock) or any(map(service.lanes.overtakes, batch.deliveries)):
            self._put_back(batch, 0.0)
        else:
            self._send(batch)

    def _put_back(self, batch: Batch, pause_s: float) -> None:
        """Send none of the calls: the disk does not take that they are sent, where those that are on it can wait; or
        while the disk took it the service asked to be left alone, or an older call of their lane was loaded.

        Args:
            pause_s: seconds until those on disk are tried again.
        """
        service = self._end(batch)
        service.host.breaker.hung_up()
        waiting = [delivery for delivery in batch.deliveries if not delivery.ended]
        for delivery in waiting:
            delivery.attempts -= 1
            if not delivery.perhaps_applied:  # on disk, too: a refused mark may be in a file that was made anew
                self._note_not_applied(delivery)
            delivery.move(State.BACKING_OFF)
            service.lanes.hold(delivery)
        service.lanes.release(batch.deliveries)
        for delivery in waiting:
            self._wake(delivery, pause_s if delivery.entry else 0.0, self._resume)
        if self._closing:
            self._perhaps_finish()

    def _send(self, batch: Batch) -> None:
        for delivery in batch.deliveries:
            if not delivery.ended:
                delivery.move(State.UNDER_WAY)
        batch.started_at = self._now.clock
        cut_at = batch.started_at + batch.timeout_s + CUT_GRACE_S

        def cut() -> None:
            if not batch.over:
                self._hang_up(batch)
                self._timers.at(cut_at + LOST_GRACE_S, lambda: None if batch.over else self._do(do.Abandon(batch)))

        batch.cut = self._timers.at(cut_at, cut)
        self._do(do.Send(batch))

    def _hang_up(self, batch: Batch) -> None:
        batch.hung_up = True
        self._do(do.HangUp(batch))

    def _end(self, batch: Batch) -> ServiceQueue:
        """Note that a request is over, and that its worker is idle."""
        batch.over = True
        if batch.cut is not None:
            batch.cut.call_off()
        self._idle += 1
        service = self._services[batch.endpoint.name]
        service.under_way.pop(batch, None)
        return service

    # requests that ended

    def _batch_ended(self, message: heard.BatchEnded) -> None:
        batch, error = message.batch, message.error
        if batch.over:
            return  # its worker was given up for lost, and came back after all
        service = self._end(batch)
        if self._cutting_off:
            self._cut_short(batch, error)
            return
        away, said = service.note_health(batch, error, self._now.clock)
        self._announce(said)
        if away and error is not None:
            self._fail_reads(service, error)
        answers = message.answers if error is None else [Answer(None, error.alike()) for _ in batch.deliveries]
        again = self._take_answers(batch, answers, whole=error is not None)
        service.lanes.release(batch.deliveries)  # they are held before that, and woken after it
        for delivery in batch.deliveries:
            if delivery.state is State.AWAITING_PLAYER:
                self._bring_back(self._sign_ins.may_go(delivery))
        for delivery, failure in again:
            self._retry_later(delivery, failure)
        if self._closing:
            self._perhaps_finish()

    def _take_answers(
        self, batch: Batch, answers: Sequence[Answer], *, whole: bool
    ) -> list[tuple[Delivery, CallError]]:
        """Settle what has its outcome. Returns what is sent again or looked up, and how it failed; it is held.

        Args:
            batch: the request that ended.
            answers: one for each of its calls.
            whole: whether the request as a whole failed, so that all have the same error.
        """
        service = self._services[batch.endpoint.name]
        again: list[tuple[Delivery, CallError]] = []
        indices = range(len(answers))
        overtaken = [answers[at].error is not None and not whole and _overtaken(batch, answers, at) for at in indices]
        # what a newer value beside it has overtaken comes last, so that none older is sent for it
        for at in sorted(indices, key=overtaken.__getitem__):
            delivery, error = batch.deliveries[at], answers[at].error
            if delivery.ended:
                continue
            if error is None:
                self._settle(delivery, answers[at].value, None)
                continue
            todo = self._verdict(batch, service, delivery, error, whole=whole)
            if todo is Verdict.RETRY and overtaken[at]:
                self._settle(delivery, next(one.value for one in answers[at:] if one.error is None), None)
            elif todo is Verdict.RETRY or todo is Verdict.LOOK_UP:
                delivery.move(State.BACKING_OFF if todo is Verdict.RETRY else State.IN_DOUBT)
                service.lanes.hold(delivery)
                again.append((delivery, error))
            elif todo is Verdict.AWAIT_PLAYER:
                self._await_player(delivery, State.QUEUED)
            else:
                self._give_up(delivery, error)
        return again

    def _verdict(
        self, batch: Batch, service: ServiceQueue, delivery: Delivery, error: CallError, *, whole: bool
    ) -> Verdict:
        """Note what is learned from a failure, and judge it."""
        operation = delivery.operation
        if perhaps_applied(error):
            self._note_perhaps_applied(delivery)
        elif not delivery.perhaps_applied:
            self._note_not_applied(delivery)
        spoiled = whole and isinstance(error, ProtocolError) and len(batch.deliveries) > 1
        if spoiled and not delivery.alone and operation.kind in (Kind.SAFE, Kind.IDEMPOTENT):
            delivery.alone = True
            return Verdict.RETRY  # what spoiled a request of many may concern only one of them
        if isinstance(error, ProtocolError) or (isinstance(error, ServiceUnavailable) and not whole):
            service.count_nonsense(delivery)
        delivery.alone |= whole and isinstance(error, Timeout) and bulky(operation)
        failure = Failure(
            error,
            delivery.attempts,
            delivery.nonsense,
            host_away=service.host.offline,
            too_late=self._deadlines.passed(delivery),
            can_be_looked_up=operation.kind is Kind.ADDITIVE and bool(service.endpoint.lookup(operation)),
        )
        return verdict(operation, failure)

    def _note_perhaps_applied(self, delivery: Delivery) -> None:
        """Note that an attempt may have been applied, on disk as well: should the next run's be refused, the call is
        no refused one, and the older value that it superseded must not be sent after it. What counts twice was marked
        before it was sent."""
        if delivery.operation.durable and delivery.operation.kind is Kind.IDEMPOTENT and not delivery.perhaps_applied:
            delivery.attempted_at = self._now.wall
            self._on_disk(do.NoteSent(delivery))
        delivery.perhaps_applied = True

    def _note_not_applied(self, delivery: Delivery) -> None:
        """Note that no attempt so far was applied, so that the next run need not ask."""
        if delivery.attempted_at is not None and delivery.entry:
            self._on_disk(do.Unmark(delivery))
        delivery.note_not_applied()

    def _retry_later(self, delivery: Delivery, error: CallError | None) -> None:
        """Send a call that was held again after a while, or look it up if it is in doubt."""
        in_doubt = delivery.state is State.IN_DOUBT
        asked = None if error is None else retry_after(error)
        pause = backoff(delivery.attempts + delivery.failed_lookups - 1, uniform=self._uniform)
        wait = max(pause, asked or 0.0, settling_s(error) if in_doubt else 0.0)
        self._wake(delivery, wait, self._look_up if in_doubt else self._resume)

    def _wake(self, delivery: Delivery, wait: float, then: Callable[[Delivery], object]) -> None:
        if delivery.wake is not None:
            delivery.wake.call_off()
        delivery.not_before = self._now.clock + wait
        delivery.wake = self._timers.at(delivery.not_before, lambda: then(delivery))

    def _resume(self, delivery: Delivery) -> None:
        delivery.move(State.QUEUED)
        self._service(delivery).lanes.reconsider(delivery)

    def _fail_reads(self, service: ServiceQueue, error: CallError) -> None:
        """Nobody looks at a spinner for as long as an outage lasts; writes go on waiting."""
        name = service.endpoint.name
        for delivery in self.open:
            operation = delivery.operation
            if delivery.state not in CARRIED and operation.kind is Kind.SAFE and operation.service == name:
                self._give_up(delivery, service.host.away(error.message))

    # calls in doubt

    def _look_up(self, delivery: Delivery) -> None:
        """Ask the service whether a call was applied. Meanwhile its lane waits.

        First the disk is asked what other processes and earlier runs delivered, which was perhaps just now.
        """
        if self._keeps:
            self._do(do.CountEqual(delivery))
        else:
            self._ask(delivery)

    def _counted(self, message: heard.Counted) -> None:
        delivery = message.delivery
        inquiry = self._reconciler.to_decide(delivery)
        if delivery.state is not State.IN_DOUBT:
            return
        if message.counts is None:  # the disk does not say: ask once more later
            self._retry_later(delivery, None)
            return
        delivery.equal_delivered = message.counts
        if inquiry is None:
            self._ask(delivery)
        else:
            self._decide(inquiry)

    def _ask(self, delivery: Delivery) -> None:
        if self._closing:
            return
        questions = self._service(delivery).endpoint.lookup(delivery.operation)
        if not questions:
            delivery.perhaps_applied = True
            self._give_up(delivery, Timeout("no answer came", sent=True))
            return
        for probe in self._reconciler.ask(delivery, questions, self._now):
            probe.sequence = next(self._sequence)
            self._accept(probe)

    def _answered(self, probe: Delivery, value: Any, error: CallError | None) -> None:
        """Note that one of our questions has its answer."""
        inquiry = self._reconciler.answered(probe, value, error, self._now.clock)
        if inquiry is not None and inquiry.subject.state is State.IN_DOUBT and not self._closing:
            self._conclude(inquiry)

    def _conclude(self, inquiry: Inquiry) -> None:
        delivery, error = inquiry.subject, inquiry.error
        service = self._service(delivery)
        if error is not None and may_ask_again(error):
            delivery.failed_lookups += 1
            self._retry_later(delivery, error)
        elif error is not None and waits_for_player(delivery.operation, error):
            self._await_player(delivery, State.IN_DOUBT)
            service.lanes.move_on(delivery)
            self._bring_back(self._sign_ins.may_go(delivery))
        elif error is not None:
            delivery.perhaps_applied = True
            self._give_up(delivery, error)
        elif any(equal(other.operation, delivery.operation) for other in service.deliveries_under_way()):
            self._retry_later(delivery, None)  # it could be the other one that is found
        else:
            self._reconciler.decide_later(inquiry)
            if self._keeps:
                self._do(do.CountEqual(delivery))
            else:
                self._decide(inquiry)

    def _decide(self, inquiry: Inquiry) -> None:
        delivery = inquiry.subject
        self._reconciler.to_decide(delivery)
        if self._closing:
            return
        if self._reconciler.equal_to(delivery, self._now) != inquiry.own:
            self._retry_later(delivery, None)  # an equal one was found or delivered since: is it this row?
            return
        found, unclear = judge(inquiry, self._service(delivery).endpoint, self._now)
        if unclear:
            delivery.perhaps_applied = True
            lost = NetworkError("its answer was lost, and an equal one was delivered at about that time", sent=True)
            self._give_up(delivery, lost)
        elif found is not None:
            self._settle(delivery, found.value, found.error and found.error.about(delivery.operation))
        else:
            delivery.perhaps_applied = False
            self._note_not_applied(delivery)  # on disk, too: the next run must count from the attempt that comes now
            self._resume(delivery)

    # calls that end

    def _cancel(self, message: heard.Cancel) -> None:
        delivery = self._by_call.get(message.call)
        if delivery is None:
            return
        batch = self._service(delivery).carrier(delivery)
        if batch is None:
            self._give_up(delivery, Cancelled("it was cancelled before it was sent"))
        elif delivery.operation.kind is Kind.SAFE:
            self._give_up(delivery, Cancelled("it was cancelled while under way"))
            self._unwanted(batch, delivery)

    def _unwanted(self, batch: Batch, read: Delivery) -> None:
        """Let nothing wait for a read that was given up under way: not its lane, should its worker be stuck."""
        self._service(read).lanes.release([read])
        if batch.unwanted and not batch.hung_up:
            self._hang_up(batch)

    def _give_up(self, delivery: Delivery, error: CallError) -> None:
        """End a call for `error`, or as unknown where it may have been applied."""
        self._settle(delivery, None, final_error(delivery.operation, error, delivery.perhaps_applied))

    def _settle(self, delivery: Delivery, value: Any, error: CallError | None) -> None:
        """End a call with its outcome."""
        if delivery not in self._open:
            return
        self._let_go(delivery)
        operation, service, older = delivery.operation, self._service(delivery), None
        if operation.kind is not Kind.SAFE:
            older, on_disk = self._coalescing.ended(delivery, error, service.deliveries_under_way)
            self._coalesce_on_disk(on_disk)
        if error is None and operation.kind is Kind.ADDITIVE:
            self._reconciler.note_delivered(delivery, self._now)
            if not operation.durable:
                self._on_disk(do.NoteDelivered(delivery))
        if operation.durable:
            self._write_off(delivery, error)
        delivery.move(State.ENDED)
        if not delivery.internal:
            self._do(do.Settle(delivery, value, error))
        if delivery.in_lane:
            service.lanes.move_on(delivery)
        if older is not None:
            self._send_after_all(older, delivery)
        self._settle_followers(delivery, value, error)
        if delivery.internal:
            self._answered(delivery, value, error)
        if self._closing:
            self._perhaps_finish()

    def _let_go(self, delivery: Delivery) -> None:
        del self._open[delivery]
        if delivery.call is not None:
            del self._by_call[delivery.call]
        self._deadlines.forget(delivery)

    def _write_off(self, delivery: Delivery, error: CallError | None) -> None:
        """Tell the disk how a durable call ended."""
        if delivery.state is State.SUPERSEDED:
            if not isinstance(error, Postponed):
                self._on_disk(do.Remove(delivery, delivered=False))
        elif error is None or isinstance(error, Cancelled):
            self._on_disk(do.Remove(delivery, delivered=error is None))
        elif isinstance(error, OutcomeUnknown):
            self._on_disk(do.SetAside(delivery, "unknown", error.message))
        elif not isinstance(error, Postponed):
            self._on_disk(do.SetAside(delivery, "rejected", error.message))
        elif not delivery.perhaps_applied and not delivery.doubtful:
            self._note_not_applied(delivery)

    def _send_after_all(self, older: Delivery, newer: Delivery) -> None:
        """Send a call whose place a newer one had taken, which was cancelled or refused."""
        for follower in self._followers.released(newer):
            if follower is not older:
                self._followers.follow(follower, older)
        if older.resumes_as is State.AWAITING_PLAYER:
            older.resumes_as = State.QUEUED
            older.move(State.AWAITING_PLAYER)
        else:
            self._enter(older)

    def _settle_followers(self, delivery: Delivery, value: Any, error: CallError | None) -> None:
        followers = self._followers.released(delivery)
        if followers and isinstance(error, Cancelled) and delivery.operation.kind is Kind.SAFE and not self._closing:
            self._let_lead(followers)
            return
        for follower in followers:
            if error is None:
                self._settle(follower, value, None)
            else:
                self._give_up(follower, error.alike())

    def _let_lead(self, followers: list[Delivery]) -> None:
        """What ended the read that they followed was its own affair: the first of them leads now."""
        for follower in followers:
            service = self._service(follower)
            if not self._followers.join(follower, service.last_write):
                follower.move(State.QUEUED)
                service.lanes.add(follower)

    # the end

    def _close(self, message: heard.Close) -> None:
        """End the reads; writes may still go out for a while."""
        self._closing = True
        for delivery in self.open:
            if delivery.operation.kind is Kind.SAFE and not delivery.internal and not delivery.ended:
                batch = self._service(delivery).carrier(delivery)
                self._give_up(delivery, Cancelled("the service manager was closed"))
                if batch is not None:
                    self._unwanted(batch, delivery)
        self._timers.at(self._now.clock + message.within_s, self._cut_off)
        self._perhaps_finish()

    def _perhaps_finish(self) -> None:
        """Stop early once nothing is left, or what is left waits for what does not come in time."""
        if self.finished or self._cutting_off:
            return
        for delivery in self._open:
            if delivery.state in CARRIED:
                return
            if not delivery.internal and delivery.state not in NOT_IN_TIME and not self._service(delivery).host.offline:
                return
        self._cut_off()

    def _cut_off(self) -> None:
        """End everything now. What is under way is broken off, and whether it was sent decides what becomes of it."""
        if self.finished or self._cutting_off:
            return
        self._cutting_off = True
        for batch in self.under_way:
            if all(delivery.state is State.MARKING for delivery in batch.deliveries if not delivery.ended):
                self._end(batch)
            else:
                self._hang_up(batch)
                self._do(do.Abandon(batch, replace=False))
        self._perhaps_all_ended()

    def _cut_short(self, batch: Batch, error: CallError | None) -> None:
        """Take what is known of a request that was broken off at the end."""
        if error is None or perhaps_applied(error):
            for delivery in batch.deliveries:
                self._note_perhaps_applied(delivery)
        self._perhaps_all_ended()

    def _perhaps_all_ended(self) -> None:
        if not self.under_way:
            self.finished = True
            for delivery in self.open:
                self._end_unsent(delivery)

    def _end_unsent(self, delivery: Delivery) -> None:
        operation = delivery.operation
        cut_short = final_error(operation, Cancelled(NOT_SENT), delivery.perhaps_applied)
        if not (operation.durable and self._keeps):
            self._settle(delivery, None, cut_short)
        elif delivery.on_disk:
            self._settle(delivery, None, Postponed(KEPT, operation=operation))
        else:
            if delivery.attempted_at is not None and not delivery.perhaps_applied and not delivery.doubtful:
                delivery.note_not_applied()
                self._do(do.Unmark(delivery))  # it is perhaps just being written down, as one that was sent
            self._let_go(delivery)
            self._do(do.SettleOnceWritten(delivery, Postponed(KEPT).about(operation), cut_short))


def _overtaken(batch: Batch, answers: Sequence[Answer], index: int) -> bool:
    """Whether a newer value of the same key was applied in the same request: sending the older again would undo it."""
    older = batch.operations[index]
    return older.latest_wins and any(
        answer.error is None and newer.latest_wins and newer.lane == older.lane and newer.player == older.player
        for newer, answer in zip(batch.operations[index + 1 :], answers[index + 1 :], strict=True)
    )
