"""Calls that may or may not have been applied: what is asked to find out, and what is known of equal ones."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind, Operation
from pygame_gameservices.core.outbox_file import fingerprint
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    NetworkError,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)

if TYPE_CHECKING:
    from pygame_gameservices.core.dispatcher import Dispatcher

EQUAL_WITHIN_S = 5.0
"""Seconds before an attempt from which an equal call's delivery could be mistaken for it."""


SETTLING_S = 1.0
"""Seconds after an attempt of unknown outcome before the service is asked about it: it may still be at work on it."""
SETTLING_AFTER_SILENCE_S = 4.0
"""The same where the service was so slow that we hung up."""


def settling_s(error: CallError | None) -> float:
    """How long to wait before asking about an attempt that ended with `error`."""
    return SETTLING_AFTER_SILENCE_S if isinstance(error, Timeout) else SETTLING_S


class Inquiry:
    """The questions asked about one call in doubt, each a read of its own."""

    def __init__(self, subject: AnyCall, questions: list[Operation]) -> None:
        self.subject = subject
        self.probes: list[AnyCall] = []
        for question in questions:
            probe: AnyCall = Call(question, lambda call: None)
            probe.internal = True
            self.probes.append(probe)

    @property
    def complete(self) -> bool:
        """Whether every question has its answer or error."""
        return all(probe.settled for probe in self.probes)

    def error(self) -> CallError | None:
        """Why a question could not be answered, or None."""
        for probe in self.probes:
            error = probe.outcome_now()[1]
            if isinstance(error, CallError):
                return error
        return None

    def values(self) -> list[Any]:
        """The answers, in order."""
        return [probe.outcome_now()[0] for probe in self.probes]


def may_ask_again(error: CallError) -> bool:
    """Whether the questions are worth asking later."""
    return isinstance(error, (NetworkError, ServiceUnavailable, RateLimited, ProtocolError, Cancelled))


REMEMBERED = 10_000
"""Deliveries that are remembered."""


class Doubts:
    """Finds out about calls in doubt, for the dispatcher. Scheduler thread."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._inquiries: dict[AnyCall, Inquiry] = {}
        self._ledger = Ledger()

    def note_delivered(self, call: AnyCall) -> None:
        """Remember that `call` was applied."""
        self._ledger.note(call, self._dispatcher.wall_clock())

    def look_up(self, call: AnyCall) -> None:
        """Ask the service whether a call in doubt was applied. Meanwhile its lane waits."""
        if call.gone or self._dispatcher.closing:
            return
        questions = self._dispatcher.service(call).endpoint.lookup(call.operation)
        if not questions:
            call.perhaps_applied = True
            self._dispatcher.give_up(call, Timeout("no answer came", sent=True))
            return
        inquiry = Inquiry(call, list(questions))
        for probe in inquiry.probes:
            self._inquiries[probe] = inquiry
        for probe in inquiry.probes:
            self._dispatcher.accept(probe)

    def answered(self, probe: AnyCall) -> None:
        """Note that one of our questions has its answer."""
        inquiry = self._inquiries.pop(probe, None)
        if inquiry is not None and inquiry.complete and not inquiry.subject.gone and not self._dispatcher.closing:
            self._conclude(inquiry)

    def _conclude(self, inquiry: Inquiry) -> None:
        call, error, dispatcher = inquiry.subject, inquiry.error(), self._dispatcher
        if error is not None and may_ask_again(error):
            call.attempts += 1
            dispatcher.retry_later(call, error)
            return
        service = dispatcher.service(call)
        if error is not None and dispatcher.players.refused(call, error):
            service.backlog.withdraw(call)
            dispatcher.players.look_again(call)
            return
        if error is not None:
            call.perhaps_applied = True
            dispatcher.give_up(call, error)
            return
        if any(_equal(other, call) for job in service.under_way for other in job.calls):
            dispatcher.retry_later(call, None)  # it could be the other one that is found
            return
        found = service.endpoint.found(
            call.operation,
            inquiry.values(),
            attempted_at=call.attempted_at or 0.0,
            now=dispatcher.wall_clock(),
            equal_delivered=self._ledger.equal_to(call),
        )
        if found is not None:
            dispatcher.settle(call, found.value, found.error and found.error.about(call.operation))
        call.in_doubt = call.perhaps_applied = False
        call.attempted_at = None
        service.backlog.resume(call)


def _equal(one: AnyCall, other: AnyCall) -> bool:
    """Whether two calls of one service do the same."""
    this, that = one.operation, other.operation
    return this.name == that.name and this.player == that.player and this.arguments == that.arguments


class Ledger:
    """Which additive calls were delivered lately, so that of two equal ones the second is not taken for the first."""

    def __init__(self) -> None:
        self._marks: deque[str] = deque()
        self._times: dict[str, tuple[float, ...]] = {}

    def note(self, call: AnyCall, at: float) -> None:
        """Remember a delivery, at `at` in Unix seconds."""
        if call.operation.kind is not Kind.ADDITIVE:
            return
        mark = fingerprint(call.operation)
        self._times[mark] = (*self._times.get(mark, ()), at)
        self._marks.append(mark)
        if len(self._marks) > REMEMBERED:
            self._forget(self._marks.popleft())

    def _forget(self, mark: str) -> None:
        """The oldest of these."""
        times = self._times.pop(mark)[1:]
        if times:
            self._times[mark] = times

    def equal_to(self, call: AnyCall) -> int:
        """How many calls equal to `call` were delivered since shortly before its attempt."""
        if call.attempted_at is None:
            return call.equal_delivered
        since, mark = call.attempted_at - EQUAL_WITHIN_S, fingerprint(call.operation)
        return call.equal_delivered + sum(at >= since for at in self._times.get(mark, ()))
