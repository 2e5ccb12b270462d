"""Calls that may or may not have been applied: what is asked to find out, and what is known of equal ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.call import Call
from pygame_gameservices.core.endpoint import Answer
from pygame_gameservices.core.operation import Operation
from pygame_gameservices.core.outbox_file import EQUAL_WITHIN_S, SLACK_S, fingerprint
from pygame_gameservices.core.sharing import SHARED_TIMEOUT_S
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

SETTLING_S = 1.0
"""Seconds after an attempt of unknown outcome before the service is asked about it: it may still be at work on it."""
SETTLING_AFTER_SILENCE_S = 4.0
"""The same where the service was so slow that we hung up."""


def settling_s(error: CallError | None) -> float:
    """How long to wait before asking about an attempt that ended with `error`."""
    return SETTLING_AFTER_SILENCE_S if isinstance(error, Timeout) else SETTLING_S


def settling_left_s(call: AnyCall, now: float) -> float:
    """How long to wait before asking about an attempt of an earlier run, which may have died with it under way.

    Args:
        now: Unix seconds.
    """
    patience = max(call.operation.timeout_s, SHARED_TIMEOUT_S)  # it may have shared a request
    whole = patience + SETTLING_AFTER_SILENCE_S  # as if this run had waited for it in vain
    gone = now - (call.attempted_at or 0.0)
    return min(whole, max(SETTLING_S, whole - gone))


class Inquiry:
    """The questions asked about one call in doubt, each a read of its own.

    Attributes:
        before: how many equal calls others had delivered when they were asked: surely, and at most.
        answered_at: when the first question, which may be what time it is there, was answered.
    """

    def __init__(self, subject: AnyCall, questions: list[Operation]) -> None:
        self.subject = subject
        self.before = subject.equal_delivered
        self.answered_at = 0.0
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
        self._ledger.note(call, self._dispatcher.clock())

    def look_up(self, call: AnyCall) -> None:
        """Ask the service whether a call in doubt was applied. Meanwhile its lane waits."""
        self._count_equal(call, lambda: self._ask(call))

    def _count_equal(self, call: AnyCall, then: Callable[[], object]) -> None:
        """Look up in the file what other processes and earlier runs delivered, which was perhaps just now."""
        outbox = self._dispatcher.outbox
        if outbox is None:
            then()
            return

        def counted(counts: tuple[int, int] | None) -> None:
            if counts is not None:
                call.equal_delivered = counts
                then()
            elif not call.gone:  # the disk does not say: ask once more later
                self._dispatcher.aftermath.retry_later(call, None)

        outbox.count_equal(call, counted)

    def _ask(self, call: AnyCall) -> None:
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
        if inquiry is not None and probe is inquiry.probes[0]:
            inquiry.answered_at = self._dispatcher.clock()
        if inquiry is not None and inquiry.complete and not inquiry.subject.gone and not self._dispatcher.closing:
            self._conclude(inquiry)

    def _conclude(self, inquiry: Inquiry) -> None:
        call, error, dispatcher = inquiry.subject, inquiry.error(), self._dispatcher
        if error is not None and may_ask_again(error):
            call.attempts += 1
            dispatcher.aftermath.retry_later(call, error)
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
            dispatcher.aftermath.retry_later(call, None)  # it could be the other one that is found
            return
        own = self._ledger.equal_to(call, self._began(call))
        self._count_equal(call, lambda: self._decide(inquiry, own))

    def _decide(self, inquiry: Inquiry, own: tuple[int, int]) -> None:
        call, dispatcher = inquiry.subject, self._dispatcher
        if call.gone or dispatcher.closing:
            return
        if self._ledger.equal_to(call, self._began(call)) != own:
            dispatcher.aftermath.retry_later(call, None)  # an equal one was found or delivered since: is it this row?
            return
        found, unclear = self._judge(inquiry, inquiry.before[0] + own[0], call.equal_delivered[1] + own[1])
        if unclear:
            call.perhaps_applied = True
            lost = NetworkError("its answer was lost, and an equal one was delivered at about that time", sent=True)
            dispatcher.give_up(call, lost)
            return
        if found is not None:
            dispatcher.settle(call, found.value, found.error and found.error.about(call.operation))
        call.in_doubt = call.perhaps_applied = False
        call.forget_attempts()
        dispatcher.service(call).backlog.resume(call)

    def _began(self, call: AnyCall) -> float:
        """When the first attempt in doubt began, by the manager's own clock."""
        if call.began is not None:
            return call.began
        return self._dispatcher.clock() - (self._dispatcher.wall_clock() - (call.attempted_at or 0.0))

    def _judge(self, inquiry: Inquiry, least: int, most: int) -> tuple[Answer | None, bool]:
        """What the answers say of a call: its own answer if it was applied, and whether that cannot be told, since an
        equal call may or may not be among what was found.

        Args:
            least: how many equal ones surely are among what was found.
            most: how many may be.
        """
        call, dispatcher = inquiry.subject, self._dispatcher
        clock, wall = dispatcher.clock(), dispatcher.wall_clock()
        attempted_at, began = call.attempted_at or 0.0, self._began(call)
        if call.began is not None:  # whatever became of the clock on the wall meanwhile
            attempted_at = wall - (clock - began)
        verdicts = [
            dispatcher.service(call).endpoint.found(
                call.operation,
                inquiry.values(),
                attempted_at=attempted_at,
                now=wall - (clock - inquiry.answered_at),
                equal_delivered=count,
            )
            for count in sorted({least, most})
        ]
        return verdicts[0], any((verdict is None) != (verdicts[0] is None) for verdict in verdicts)


def _equal(one: AnyCall, other: AnyCall) -> bool:
    """Whether two calls of one service do the same."""
    this, that = one.operation, other.operation
    return this.name == that.name and this.player == that.player and this.arguments == that.arguments


class Ledger:
    """Which additive calls were delivered lately, so that of two equal ones the second is not taken for the first."""

    def __init__(self) -> None:
        self._marks: deque[str] = deque()
        self._times: dict[str, tuple[tuple[float, float], ...]] = {}

    def note(self, call: AnyCall, at: float) -> None:
        """Remember a delivery that was heard of `at`, in seconds of the clock that `Call.began` is of."""
        mark = fingerprint(call.operation)
        began = at if call.began is None else call.began
        self._times[mark] = (*self._times.get(mark, ()), (began, at))
        self._marks.append(mark)
        if len(self._marks) > REMEMBERED:
            self._forget(self._marks.popleft())

    def _forget(self, mark: str) -> None:
        """The oldest of these."""
        times = self._times.pop(mark)[1:]
        if times:
            self._times[mark] = times

    def equal_to(self, call: AnyCall, began: float) -> tuple[int, int]:
        """How many calls equal to `call` were delivered since shortly before its attempt, which `began` then.

        Returns:
            So many for sure, and so many at most: when exactly one was applied, nobody tells.
        """
        since, times = began - EQUAL_WITHIN_S, self._times.get(fingerprint(call.operation), ())
        least = sum(first >= since + SLACK_S for first, _ in times)
        return least, sum(last >= since - SLACK_S for _, last in times)
