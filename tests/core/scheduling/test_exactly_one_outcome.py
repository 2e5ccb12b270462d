"""Whatever happens in whatever order, each call ends exactly once, and calls of one lane are never out of order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.errors import (
    AuthError,
    CallError,
    Offline,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)
from tests.core.by_hand import ByHand, Kind, Priority, Service
from tests.thinned import examples

ERRORS: list[CallError] = [
    Offline("refused", sent=False),
    Timeout("lost", sent=True),
    ServiceUnavailable("down", retry_after=3),
    RateLimited("slow", retry_after=2),
    ProtocolError("JSON"),
    AuthError("no"),
]
step = st.one_of(
    st.tuples(
        st.just("call"),
        st.sampled_from(list(Kind)),
        st.sampled_from(["", "l", "m"]),
        st.sampled_from(list(Priority)),
        st.sampled_from(["game", "other"]),
    ),
    st.tuples(st.just("answer"), st.integers(0, 5), st.lists(st.integers(-1, len(ERRORS) - 1), min_size=4, max_size=4)),
    st.tuples(st.just("fail"), st.integers(0, 5), st.sampled_from(ERRORS)),
    st.tuples(st.just("wait"), st.floats(0, 20)),
    st.tuples(st.just("cancel"), st.integers(0, 40)),
    st.tuples(st.just("close")),
)


@examples(300)
@given(st.lists(step, max_size=60))
def test_each_call_ends_exactly_once(steps: list[tuple]) -> None:
    hand = ByHand(Service("game", "a", batch_limit=4), Service("other", "b"), workers=3)
    made: list[Call] = []
    settled: list[Call] = []
    for what, *how in steps:
        if hand.scheduler.finished:
            break
        if what == "call":
            kind, lane, priority, service = how
            made.append(hand.call(str(len(made)), kind, lane=lane, priority=priority, service=service))
        elif what == "answer" and hand.jobs:
            job = hand.jobs[how[0] % len(hand.jobs)]
            hand.answer(*(ERRORS[c] if c >= 0 else "ok" for c in how[1][: len(job.deliveries)]), job=job)
        elif what == "fail" and hand.jobs:
            hand.fail(how[1], hand.jobs[how[0] % len(hand.jobs)])
        elif what == "wait":
            hand.wait(how[0])
        elif what == "cancel" and made:
            hand.cancel(made[how[0] % len(made)])
        elif what == "close":
            hand.close(2)
        _check_lanes(hand)
        settled += [e for e in hand.happened() if isinstance(e, Call)]
    hand.close(1)
    hand.wait(2)
    settled += [e for e in hand.happened() if isinstance(e, Call)]
    assert hand.scheduler.finished
    assert sorted(id(c) for c in settled) == sorted(id(c) for c in made)


def _check_lanes(hand: ByHand) -> None:
    """No lane's writes are in two requests at once, and within a request they stand in the order of their making."""
    seen: dict[tuple[str, str], int] = {}
    for number, job in enumerate(hand.jobs):
        if job.over:
            continue
        last: dict[tuple[str, str], int] = {}
        for call in job.deliveries:
            if not call.operation.lane or call.operation.kind is Kind.SAFE:
                continue
            lane = (call.operation.service, call.operation.lane)
            assert seen.setdefault(lane, number) == number
            assert last.get(lane, -1) < call.sequence
            last[lane] = call.sequence
