"""What becomes of the calls of a request that has ended: settled, sent again, or looked up first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.doubt import settling_s
from pygame_gameservices.core.endpoint import Answer
from pygame_gameservices.core.job import Done, Job, ServiceQueue
from pygame_gameservices.core.keeping import forget_attempt
from pygame_gameservices.core.operation import Kind
from pygame_gameservices.core.retry import Verdict, backoff, judge, perhaps_applied, retry_after
from pygame_gameservices.core.sharing import bulky
from pygame_gameservices.errors import CallError, ProtocolError, ServiceUnavailable, Timeout

if TYPE_CHECKING:
    from pygame_gameservices.core.dispatcher import Dispatcher
    from pygame_gameservices.core.runner import Runner

MOST_NONSENSE = 20
"""Senseless answers after which a durable call is set aside as unknown."""


class Aftermath:
    """Hears of requests that ended, for the dispatcher. Scheduler thread."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def lose(self, job: Job, runner: Runner) -> None:
        """Give a worker up that did not come back, though its request was cut off. Scheduler thread."""
        if not job.over:
            runner.replace_lost()
            lost = Timeout(f"{job.service.endpoint.host} did not let go of the request", sent=job.line.sent)
            self.job_ended(Done(job, (), lost), runner, lost=True)

    def job_ended(self, done: Done, runner: Runner, lost: bool = False) -> None:
        """Take a request's answers. Scheduler thread.

        Args:
            lost: whether its worker is not there any more.
        """
        job, dispatcher = done.job, self._dispatcher
        if job.over:
            return  # its worker was given up for lost, and came back after all
        job.over = True
        if job.cut is not None:
            job.cut.call_off()
        if not lost:
            runner.idle += 1
        job.service.under_way.discard(job)
        if job.service.note_health(job, done.error, dispatcher.clock()) and done.error is not None:
            self._fail_reads(job.service, done.error)
        retried: list[tuple[AnyCall, CallError]] = []
        for index, call in enumerate(job.calls):
            if call.settled:
                continue
            dispatcher.open[call] = None
            answer = Answer(None, done.error.alike()) if done.error is not None else done.answers[index]
            if answer.error is None:
                dispatcher.settle(call, answer.value, None)
            elif self._may_retry(job, call, answer.error, whole=done.error is not None):
                job.service.backlog.put_back(call)
                retried.append((call, answer.error))
            elif not dispatcher.players.refused(call, answer.error):
                dispatcher.give_up(call, answer.error)
        for call in job.calls:
            job.service.backlog.release(call)
            dispatcher.players.look_again(call)
        for call, error in retried:
            self.retry_later(call, error)
        if dispatcher.closing:
            dispatcher.ending.perhaps_now()

    def _may_retry(self, job: Job, call: AnyCall, error: CallError, whole: bool) -> bool:
        """Whether `call` is to be sent again, or looked up (then it is in doubt).

        Args:
            whole: whether the request as a whole failed, rather than this call's part of it.
        """
        operation = call.operation
        if perhaps_applied(error):
            call.perhaps_applied = True
        elif not call.perhaps_applied:
            forget_attempt(self._dispatcher.outbox, call)
        spoiled = whole and isinstance(error, ProtocolError)
        if spoiled and len(job.calls) > 1 and not call.alone and operation.kind in (Kind.SAFE, Kind.IDEMPOTENT):
            call.alone = True
            return True  # what spoiled a request of many may concern only one of them
        if isinstance(error, ProtocolError) or (isinstance(error, ServiceUnavailable) and not whole):
            job.service.count_nonsense(call)
        call.alone |= whole and isinstance(error, Timeout) and bulky(operation)
        if job.service.circuit.offline_since is not None and operation.kind is Kind.SAFE:
            return False
        if call.nonsense >= MOST_NONSENSE or (not operation.durable and self._dispatcher.deadlines.passed(call)):
            return False
        if judge(operation, error, call.attempts, call.nonsense) is Verdict.RETRY:
            return True
        if operation.kind is Kind.ADDITIVE and perhaps_applied(error):
            call.in_doubt = bool(job.service.endpoint.lookup(operation))
            return call.in_doubt
        return False

    def retry_later(self, call: AnyCall, error: CallError | None) -> None:
        """Send a call that was put back again after a while, or look it up if it is in doubt. Scheduler thread."""
        dispatcher, asked = self._dispatcher, None if error is None else retry_after(error)
        pause = backoff(call.attempts - 1, chance=dispatcher.chance)
        wait = max(pause, asked or 0.0, settling_s(error) if call.in_doubt else 0.0)
        again = dispatcher.doubts.look_up if call.in_doubt else dispatcher.service(call).backlog.resume
        dispatcher.timers.at(dispatcher.clock() + wait, lambda: again(call))

    def _fail_reads(self, service: ServiceQueue, error: CallError) -> None:
        """Nobody looks at a spinner for as long as an outage lasts; writes go on waiting."""
        for call, job in list(self._dispatcher.open.items()):
            operation = call.operation
            if job is None and operation.kind is Kind.SAFE and operation.service == service.endpoint.name:
                self._dispatcher.give_up(call, service.away(error.message))
