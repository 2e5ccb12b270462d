"""Whatever becomes of a call, those behind it in its lane go on, and each is told the truth about itself."""

from __future__ import annotations

from typing import Any

import pytest

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.errors import (
    NotFound,
    Offline,
    OutcomeUnknown,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)
from tests.core.by_hand import ByHand, Kind, Service, error_of


def lost() -> Timeout:
    return Timeout("no answer", sent=True)


def score(hand: ByHand, name: str, **how: Any) -> Call[Any]:
    return hand.call(f"score {name}", Kind.ADDITIVE, lane="scores", mingles="add", **{"durable": True, **how})


def test_a_score_in_doubt_that_is_cancelled_holds_nobody_up() -> None:
    hand = ByHand()
    first = score(hand, "a")
    hand.fail(lost())
    second = score(hand, "b")
    hand.cancel(first)
    hand.wait(60)
    assert isinstance(error_of(first), OutcomeUnknown)
    assert second.attempts >= 1


def test_nor_when_it_is_cancelled_while_it_is_looked_up() -> None:
    hand = ByHand()
    first = score(hand, "a")
    hand.fail(lost())
    second = score(hand, "b")
    hand.wait(10)
    assert hand.under_way() == [["look"]]
    hand.cancel(first)
    hand.answer(1)
    hand.wait(60)
    assert second.attempts >= 1


def test_nor_when_looking_it_up_is_refused() -> None:
    hand = ByHand()
    first = score(hand, "a")
    hand.fail(lost())
    second = score(hand, "b")
    hand.wait(10)
    hand.answer(NotFound("no such table"))
    hand.wait(60)
    assert first.settled
    assert second.attempts >= 1


def test_nor_when_its_time_is_over() -> None:
    hand = ByHand()
    first = score(hand, "a", durable=False, deadline_s=5)
    hand.wait(4.5)
    hand.fail(lost())
    second = score(hand, "b")
    hand.wait(60)
    assert first.settled
    assert second.attempts >= 1


def test_nor_when_an_earlier_run_made_it_and_it_cannot_be_looked_up() -> None:
    hand = ByHand()

    def loaded(name: str, entry: int, kind: Kind, attempted_at: float | None) -> Call[Any]:
        operation = Operation(service="game", name=name, kind=kind, lane="k", durable=True)
        call = hand.load(operation, entry, attempted_at=attempted_at, in_doubt=attempted_at is not None)
        hand.turn()
        return call

    first = loaded("update", 1, Kind.ADDITIVE, 1.0)
    second = loaded("set", 2, Kind.IDEMPOTENT, None)
    hand.wait(60)
    assert isinstance(error_of(first), OutcomeUnknown)
    assert second.attempts >= 1


def test_a_write_that_is_cancelled_before_its_retry_makes_room_at_once() -> None:
    hand = ByHand()
    first = hand.call("a", Kind.IDEMPOTENT, lane="k", durable=True)
    for _ in range(12):
        hand.answer(ServiceUnavailable("not now"))
        while not hand.jobs:
            hand.wait(0.1)
    hand.answer(ServiceUnavailable("not now"))
    second = hand.call("b", Kind.IDEMPOTENT, lane="k", durable=True)
    hand.cancel(first)
    hand.turn()
    assert second.attempts >= 1


def test_cancelling_does_not_undo_what_a_senseless_answer_may_have_been_about() -> None:
    hand = ByHand(Service(batch_limit=10), workers=1)
    hand.call("x")
    first, _ = (hand.call(name, Kind.IDEMPOTENT, lane=name) for name in ("a", "b"))
    hand.answer(1)
    assert hand.under_way() == [["a", "b"]]
    hand.fail(ProtocolError("sense"))
    hand.cancel(first)
    assert isinstance(error_of(first), OutcomeUnknown)


def test_each_call_of_a_request_that_failed_has_an_error_of_its_own() -> None:
    hand = ByHand(Service(batch_limit=10), workers=1)
    hand.call("x")
    calls = [hand.call(name, Kind.ADDITIVE, lane=name, attempts=1) for name in ("a", "b")]
    hand.answer(1)
    hand.fail(Offline("gone", sent=False))
    hand.wait(40)
    errors = [error_of(call) for call in calls]
    assert [error and error.operation for error in errors] == [call.operation for call in calls]
    assert [str(error) for error in errors] == ["game a: gone", "game b: gone"]


def test_who_follows_a_read_outlives_its_deadline() -> None:
    hand = ByHand(workers=1)
    hand.call("busy")
    first = hand.call("a", deadline_s=5)
    hand.wait(3)
    second = hand.call("a", deadline_s=5)
    hand.wait(3)
    assert isinstance(error_of(first), Timeout)
    assert not second.settled
    hand.answer("done")
    hand.answer("a value")
    assert second.outcome_now() == ("a value", None)


def test_an_older_value_that_perhaps_arrived_is_not_said_to_be_unsent() -> None:
    hand = ByHand()
    how: dict[str, Any] = {"lane": "k", "durable": True, "latest_wins": True}
    older = hand.call("set", Kind.IDEMPOTENT, **how)
    hand.fail(lost())
    hand.call("set", Kind.IDEMPOTENT, **how)
    hand.cancel(older)
    assert isinstance(error_of(older), OutcomeUnknown)


@pytest.mark.parametrize(("counts", "unknown"), [((1, 1), False), ((0, 1), True), ((0, 0), False)])
def test_where_an_equal_one_may_be_what_was_found_nobody_guesses(counts: tuple[int, int], unknown: bool) -> None:
    """One row is there; whether it is this one's depends on whether the other was applied before or since."""
    hand = ByHand()
    call = score(hand, "a")
    hand.fail(lost())
    delivery = hand.scheduler.delivery(call)
    assert delivery is not None
    delivery.equal_delivered = counts
    hand.wait(10)
    hand.answer(1)
    assert isinstance(error_of(call), OutcomeUnknown) is unknown


def test_a_wait_that_is_asked_for_in_a_call_s_own_answer_is_kept_to() -> None:
    hand = ByHand()
    call = hand.call("a", deadline_s=120)
    hand.answer(RateLimited("slow down", retry_after=30.0))
    hand.wait(29)
    assert call.attempts == 1
    hand.wait(2)
    assert call.attempts == 2
