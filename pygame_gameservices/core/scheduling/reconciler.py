"""Was it applied? What is asked about calls whose answers were lost, and what is known of equal ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from pygame_gameservices.core.calls.endpoint import Answer, Endpoint
from pygame_gameservices.core.calls.equal_calls import EQUAL_WITHIN_S, SLACK_S, likeness
from pygame_gameservices.core.calls.operation import SHARED_TIMEOUT_S, Operation
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.messages import Moment
from pygame_gameservices.errors import (
    CallError,
    Cancelled,
    NetworkError,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)

SETTLING_S = 1.0
"""Seconds after an attempt of unknown outcome before the service is asked about it: it may still be at work on it."""
SETTLING_AFTER_SILENCE_S = 4.0
"""The same where the service was so slow that we hung up."""
REMEMBERED = 10_000
"""Deliveries that are remembered."""


def settling_s(error: CallError | None) -> float:
    """How long to wait before asking about an attempt that ended with `error`."""
    return SETTLING_AFTER_SILENCE_S if isinstance(error, Timeout) else SETTLING_S


def settling_left_s(delivery: Delivery, wall: float) -> float:
    """How long to wait before asking about an attempt of an earlier run, which may have died with it under way.

    Args:
        delivery: what that run sent.
        wall: Unix seconds.
    """
    patience = max(delivery.operation.timeout_s, SHARED_TIMEOUT_S)  # it may have shared a request
    whole = patience + SETTLING_AFTER_SILENCE_S  # as if this run had waited for it in vain
    gone = wall - (delivery.attempted_at or 0.0)
    return min(whole, max(SETTLING_S, whole - gone))


def may_ask_again(error: CallError) -> bool:
    """Whether the questions are worth asking later."""
    return isinstance(error, (NetworkError, ServiceUnavailable, RateLimited, ProtocolError, Cancelled))


class Inquiry:
    """The questions asked about one call in doubt, each a read of its own.

    Attributes:
        subject: the call.
        before: how many equal calls others had delivered when they were asked: surely, and at most.
        own: how many equal calls this run had delivered then, likewise. What is delivered while the answers are on
            their way may or may not be among what they tell.
        answered_at: when the first question, which may be what time it is there, was answered.
        probes: the questions.
    """

    def __init__(self, subject: Delivery, questions: Sequence[Operation], own: tuple[int, int]) -> None:
        self.subject = subject
        self.before = subject.equal_delivered
        self.own = own
        self.answered_at = 0.0
        self.probes = [Delivery(question, None) for question in questions]
        self._answers: dict[Delivery, tuple[Any, CallError | None]] = {}

    def note(self, probe: Delivery, value: Any, error: CallError | None, now: float) -> None:
        """Take the answer to one question."""
        if probe is self.probes[0]:
            self.answered_at = now
        self._answers[probe] = value, error

    @property
    def complete(self) -> bool:
        """Whether every question has its answer or error."""
        return len(self._answers) == len(self.probes)

    @property
    def error(self) -> CallError | None:
        """Why a question could not be answered, or None."""
        return next((error for probe in self.probes if (error := self._answers[probe][1]) is not None), None)

    @property
    def values(self) -> list[Any]:
        """The answers, in order."""
        return [self._answers[probe][0] for probe in self.probes]


class Reconciler:
    """What is asked, what is waited for, and what is known of deliveries. It sends and settles nothing."""

    def __init__(self) -> None:
        self._asked: dict[Delivery, Inquiry] = {}  # by question
        self._answered: dict[Delivery, Inquiry] = {}  # by subject
        self._ledger = Ledger()

    def note_delivered(self, delivery: Delivery, now: Moment) -> None:
        """Remember that a call was applied, of which is heard now."""
        self._ledger.note(delivery, _began(delivery, now), now.clock)

    def ask(self, delivery: Delivery, questions: Sequence[Operation], now: Moment) -> list[Delivery]:
        """Begin an inquiry about a call in doubt. Returns the reads to be made for it."""
        inquiry = Inquiry(delivery, questions, self.equal_to(delivery, now))
        self._asked.update(dict.fromkeys(inquiry.probes, inquiry))
        return inquiry.probes

    def answered(self, probe: Delivery, value: Any, error: CallError | None, now: float) -> Inquiry | None:
        """Take the answer to one of our questions. Returns the inquiry if that was the last one."""
        inquiry = self._asked.pop(probe)
        inquiry.note(probe, value, error, now)
        return inquiry if inquiry.complete else None

    def decide_later(self, inquiry: Inquiry) -> None:
        """Keep a complete inquiry until the disk has told once more what others delivered."""
        self._answered[inquiry.subject] = inquiry

    def to_decide(self, delivery: Delivery) -> Inquiry | None:
        """The complete inquiry about a call, which is then forgotten; None if it has yet to be asked about."""
        return self._answered.pop(delivery, None)

    def equal_to(self, delivery: Delivery, now: Moment) -> tuple[int, int]:
        """How many equal calls this run has delivered since shortly before the attempt: surely, and at most."""
        return self._ledger.equal_to(delivery, _began(delivery, now))


def judge(inquiry: Inquiry, endpoint: Endpoint, now: Moment) -> tuple[Answer | None, bool]:
    """What the answers say of a call: its own answer if it was applied, and whether that cannot be told, since an equal
    call may or may not be among what was found."""
    delivery = inquiry.subject
    attempted_at = delivery.attempted_at or 0.0
    if delivery.began is not None:  # whatever became of the clock on the wall meanwhile
        attempted_at = now.wall - (now.clock - delivery.began)
    least, most = inquiry.before[0] + inquiry.own[0], delivery.equal_delivered[1] + inquiry.own[1]
    verdicts = [
        endpoint.found(
            delivery.operation,
            inquiry.values,
            attempted_at=attempted_at,
            now=now.wall - (now.clock - inquiry.answered_at),
            equal_delivered=count,
        )
        for count in sorted({least, most})
    ]
    return verdicts[0], any((verdict is None) != (verdicts[0] is None) for verdict in verdicts)


def _began(delivery: Delivery, now: Moment) -> float:
    """When the first attempt in doubt began, by the scheduler's clock, maybe in an earlier run."""
    if delivery.began is not None:
        return delivery.began
    return now.clock - (now.wall - (delivery.attempted_at or 0.0))


class Ledger:
    """Which additive calls were delivered lately, so that of two equal ones the second is not taken for the first."""

    def __init__(self) -> None:
        self._marks: deque[int] = deque()
        self._times: dict[int, tuple[tuple[float, float], ...]] = {}

    def note(self, delivery: Delivery, began: float, at: float) -> None:
        """Remember a delivery whose attempt `began` then, and that was heard of `at`: seconds of one clock."""
        mark = likeness(delivery.operation)
        self._times[mark] = (*self._times.get(mark, ()), (began, at))
        self._marks.append(mark)
        if len(self._marks) > REMEMBERED:
            self._forget(self._marks.popleft())

    def _forget(self, mark: int) -> None:
        """The oldest of these."""
        times = self._times.pop(mark)[1:]
        if times:
            self._times[mark] = times

    def equal_to(self, delivery: Delivery, began: float) -> tuple[int, int]:
        """How many calls equal to `delivery` were delivered since shortly before its attempt, which `began` then.

        Returns:
            So many for sure, and so many at most: when exactly one was applied, nobody tells.
        """
        since, times = began - EQUAL_WITHIN_S, self._times.get(likeness(delivery.operation), ())
        least = sum(first >= since + SLACK_S for first, _ in times)
        return least, sum(last >= since - SLACK_S for _, last in times)
