"""Which call goes when, and what becomes of it: the scheduler by hand, no threads, no clock of its own."""

from __future__ import annotations

import gc
import time

import pytest

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.operation import Operation
from pygame_gameservices.core.events import BackOnline, Throttled, WentOffline
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.effects import Mark, SettleOnceWritten, Unmark
from pygame_gameservices.core.scheduling.messages import DiskChecked, Marked, SignedIn, Stored
from pygame_gameservices.core.scheduling.service_queue import GATHER_S
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import (
    AuthError,
    Cancelled,
    Offline,
    OutcomeUnknown,
    Postponed,
    ProtocolError,
    RateLimited,
    ServiceUnavailable,
    Timeout,
)
from tests.core.by_hand import ByHand, Kind, Priority, Service, carried, error_of

REFUSED = Offline("refused", sent=False)
LOST = Timeout("lost", sent=True)


def test_a_lone_call_goes_at_once_and_ends_with_its_value() -> None:
    hand = ByHand()
    call = hand.call("a")
    assert hand.under_way() == [["a"]]
    hand.answer(42)
    assert hand.happened() == [call]
    assert call.result(0) == 42


def test_calls_of_one_lane_go_in_order_and_one_at_a_time() -> None:
    hand = ByHand(workers=4)
    for name in "abc":
        hand.call(name, Kind.IDEMPOTENT, lane="l")
    assert hand.under_way() == [["a"]]
    hand.answer()
    assert hand.under_way() == [["b"]]
    hand.answer()
    assert hand.under_way() == [["c"]]


def test_calls_that_ended_are_let_go_of_at_once() -> None:
    hand = ByHand(workers=4)
    gc.collect()
    before = sum(type(one) is Call for one in gc.get_objects())
    for number in range(30):
        hand.call(f"read {number}")
        hand.call("write", Kind.IDEMPOTENT, lane=f"key {number}", durable=True, latest_wins=True)
        while hand.jobs:
            hand.answer()
    assert len(hand.happened()) == 60
    gc.collect()
    assert sum(type(one) is Call for one in gc.get_objects()) == before


def test_an_earlier_runs_value_is_dropped_once_a_newer_one_was_written_and_read() -> None:
    hand = ByHand()
    about = {"lane": "key", "durable": True, "latest_wins": True}
    hand.call("set", Kind.IDEMPOTENT, **about)
    hand.answer()
    hand.call("get", lane="key")
    hand.answer("new")
    hand.load(Operation(service="game", name="set", kind=Kind.IDEMPOTENT, **about))
    hand.turn()
    assert not hand.jobs


def test_any_number_of_values_that_were_not_sent_end_with_the_last() -> None:
    hand = ByHand(workers=1)
    hand.call("in the way", Kind.IDEMPOTENT, lane="k", durable=True)
    how = {"lane": "k", "durable": True, "latest_wins": True}
    calls = [hand.call("set", Kind.IDEMPOTENT, **how) for _ in range(3000)]
    calls[7].cancel()
    hand.answer()
    assert [carried(job) for job in hand.jobs] == [[calls[-1]]]
    hand.answer("kept")
    assert isinstance(error_of(calls.pop(7)), Cancelled)
    assert [call.result(0) for call in calls] == ["kept"] * 2999


def test_what_may_have_been_sent_by_an_earlier_run_is_looked_up_first_with_or_without_a_lane() -> None:
    for lane in ("", "l"):
        hand = ByHand()
        operation = Operation(service="game", name="score", kind=Kind.ADDITIVE, lane=lane, durable=True)
        call = hand.load(operation, 5, in_doubt=True)
        hand.wait(1.5)
        assert hand.under_way() == [["look"]]
        hand.answer(1)
        assert call.result(0) == "found"
        assert hand.under_way() == []


@pytest.mark.parametrize(("ago_s", "asked_s"), [(2, 22), (40, 1), (-3600, 24)])
def test_a_service_that_was_slow_when_the_game_died_is_given_time(ago_s: float, asked_s: float) -> None:
    """It is as patient as with an attempt of its own: what is not there yet may come. The clock may have been set."""
    hand = ByHand()
    score = Operation(service="game", name="score", kind=Kind.ADDITIVE, durable=True)
    hand.load(score, 5, attempted_at=time.time() - ago_s, in_doubt=True)
    hand.wait(asked_s - 0.5)
    assert not hand.jobs
    hand.wait(1)
    assert hand.under_way() == [["look"]]


def test_a_look_up_that_fails_is_no_attempt() -> None:
    """A call that is sent four times at most is, however often it cannot be looked up in between."""
    hand = ByHand()
    call = hand.call("score", Kind.ADDITIVE, deadline_s=600.0)
    hand.fail(LOST)
    for _ in range(4):
        while not hand.jobs:
            hand.wait(1.0)
        assert hand.under_way() == [["look"]]
        hand.fail(RateLimited("later"))
    while hand.under_way() != [["score"]]:
        hand.wait(1.0)
        if hand.under_way() == [["look"]]:
            hand.answer(0)
    assert call.attempts == 2
    hand.answer("there")
    assert call.result(0) == "there"


def test_an_equal_call_that_is_answered_during_the_look_up_is_not_counted_as_the_one_that_was_found() -> None:
    """The answer of the look-up may be from before it was applied, however late it comes."""
    hand = ByHand(workers=3)
    hand.call("score", Kind.ADDITIVE)
    lost = hand.call("score", Kind.ADDITIVE)
    slow, second = hand.jobs
    hand.fail(LOST, second)
    hand.wait(5)
    assert hand.under_way() == [["score"], ["look"]]
    hand.answer(job=slow)
    hand.answer(1)  # it is that of the lost one
    hand.wait(1.5)
    assert hand.under_way() == [["look"]]
    hand.answer(2)
    assert lost.result(0) == "found"


def test_lanes_go_side_by_side() -> None:
    hand = ByHand(workers=3)
    for name in "abc":
        hand.call(name, lane=name)
    assert sorted(hand.under_way()) == [["a"], ["b"], ["c"]]


def test_the_highest_priority_goes_first_and_then_the_oldest() -> None:
    hand = ByHand(workers=1)
    hand.call("first")
    hand.post("low", priority=Priority.LOW)
    hand.post("old")
    hand.post("new")
    hand.post("high", priority=Priority.HIGH)
    order = []
    while hand.jobs:
        order += hand.under_way()[0]
        hand.answer()
    assert order == ["first", "high", "old", "new", "low"]


def test_a_lane_keeps_its_order_whatever_the_priorities() -> None:
    hand = ByHand(workers=1)
    hand.call("busy")
    hand.post("a", lane="l", priority=Priority.LOW)
    hand.post("b", lane="l", priority=Priority.HIGH)
    hand.answer()
    assert hand.under_way() == [["a"]]


def test_what_waits_travels_together_and_in_order() -> None:
    hand = ByHand(Service(batch_limit=3), workers=1)
    hand.call("busy")
    for name in "abcd":
        hand.post(name, Kind.IDEMPOTENT, lane="l", latest_wins=True)
    hand.answer()
    assert hand.under_way() == [["a", "b", "c"]]
    hand.answer(1, AuthError("no"), 3)
    assert hand.under_way() == [["d"]]


def test_what_must_not_be_overtaken_does_not_share_a_request_that_may_be_carried_out_in_part() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    for name, kind in (("set", Kind.IDEMPOTENT), ("update", Kind.ADDITIVE), ("get", Kind.SAFE)):
        hand.post(name, kind, lane="l", latest_wins=kind is Kind.IDEMPOTENT)
    hand.post("elsewhere", Kind.IDEMPOTENT, lane="m")
    hand.answer()
    assert hand.under_way() == [["set", "elsewhere"]]
    hand.answer(RateLimited("not now", retry_after=2.0), 2)
    hand.answer()  # the read does not wait for what waits
    hand.wait(4)
    assert hand.under_way() == [["set"]]
    hand.answer()
    assert hand.under_way() == [["update"]]


def test_sums_of_one_value_share_a_request_since_what_is_sent_again_comes_to_the_same() -> None:
    hand = ByHand(Service(batch_limit=5), workers=2)
    hand.call("busy")
    for name in ("sum", "sum", "update", "sum"):
        hand.post(name, Kind.ADDITIVE, lane="l")
    hand.wait(1)
    assert hand.under_way() == [["busy"], ["sum", "sum"]]
    hand.answer()
    hand.answer(RateLimited("not now", retry_after=2.0), 2)
    assert hand.under_way() == [], "the update goes when the sums before it are there"
    hand.wait(4)
    assert hand.under_way() == [["sum"]]
    hand.answer()
    assert hand.under_way() == [["update"]]


def test_what_a_game_says_in_one_frame_shares_a_request_though_other_workers_are_idle() -> None:
    hand = ByHand(Service(batch_limit=3), workers=4)
    hand.call("first")
    assert hand.under_way() == [["first"]], "it is not kept waiting for others"
    hand.call("second")
    hand.wait(0.002)
    hand.call("third")
    assert hand.under_way() == [["first"]]
    hand.wait(GATHER_S)
    assert hand.under_way() == [["first"], ["second", "third"]]
    for name in ("write", "write", "read"):  # a full one need not wait for more
        hand.call(name, Kind.SAFE if name == "read" else Kind.IDEMPOTENT, lane="l", latest_wins=name == "write")
    assert hand.under_way() == [["first"], ["second", "third"], ["write", "write", "read"]]


def test_a_lane_is_not_cut_in_two_where_the_next_request_can_take_all_of_it() -> None:
    hand = ByHand(Service(batch_limit=6), workers=1)
    hand.call("busy")
    for lane, count in (("a", 4), ("b", 4), ("c", 2), ("d", 9)):
        for number in range(count):
            hand.post(f"{lane}{number}", lane=lane)
    seen = []
    while hand.jobs:
        hand.answer()
        seen += hand.under_way()
    b, first_of_d = [f"b{n}" for n in range(4)], [f"d{n}" for n in range(2)]
    assert seen == [
        ["a0", "a1", "a2", "a3", "c0", "c1"],
        [*b, *first_of_d],  # no request can take all of it
        [f"d{n}" for n in range(2, 8)],
        ["d8"],
    ]


def test_what_travels_alone_need_not_wait_for_company() -> None:
    hand = ByHand(Service(batch_limit=1), workers=2)
    hand.call("first")
    hand.call("second")
    assert hand.under_way() == [["first"], ["second"]]


def test_a_call_that_cannot_share_a_request_travels_alone() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    for name in ("a", "alone", "b", "c"):
        hand.post(name)
    hand.answer()
    seen = []
    while hand.jobs:
        seen.append(hand.under_way()[0])
        hand.answer()
    assert seen == [["a", "b", "c"], ["alone"]]


def test_what_counts_twice_never_shares_a_request_with_a_read_that_may_be_large() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    hand.post("score1", Kind.ADDITIVE)
    hand.post("large", max_bytes=100 << 20)
    hand.post("set", Kind.IDEMPOTENT)
    hand.post("score2", Kind.ADDITIVE)
    hand.post("large2", max_bytes=100 << 20)
    seen = []
    while hand.jobs:
        hand.answer()
        seen += hand.under_way()
    assert seen == [["score1", "set", "score2"], ["large", "large2"]]


def test_a_large_read_that_made_a_shared_request_too_slow_is_asked_again_alone() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    for name in ("large", "small"):
        hand.post(name, max_bytes=100 << 20 if name == "large" else 1 << 20, timeout_s=200.0, deadline_s=1000.0)
    hand.answer()
    assert hand.under_way() == [["large", "small"]]
    hand.fail(Timeout("too slow", sent=True))
    seen = []
    for _ in range(10):
        hand.wait(1)
        while hand.jobs:
            seen += hand.under_way()
            hand.answer()
    assert sorted(seen) == [["large"], ["small"]]


def test_each_call_of_a_batch_ends_with_its_own_outcome() -> None:
    hand = ByHand(Service(batch_limit=3), workers=1)
    hand.call("busy")
    calls = [hand.post(name) for name in "abc"]
    hand.answer()
    hand.answer(1, AuthError("no"), 3)
    assert calls[0].result(0) == 1
    assert isinstance(error_of(calls[1]), AuthError)
    assert calls[2].result(0) == 3


@pytest.mark.parametrize("kind", [Kind.SAFE, Kind.IDEMPOTENT, Kind.ADDITIVE, Kind.DANGEROUS])
def test_what_surely_did_not_arrive_is_sent_again(kind: Kind) -> None:
    hand = ByHand()
    call = hand.call("a", kind)
    hand.fail(REFUSED)
    hand.wait(10)
    assert hand.under_way() == [["a"]]
    hand.answer("done")
    assert call.result(0) == "done"
    assert call.attempts == 2


@pytest.mark.parametrize("error", [LOST, ServiceUnavailable("down")])
@pytest.mark.parametrize("kind", [Kind.SAFE, Kind.IDEMPOTENT])
def test_what_perhaps_arrived_is_sent_again_if_twice_is_once(kind: Kind, error: Timeout) -> None:
    hand = ByHand()
    call = hand.call("a", kind)
    hand.fail(error)
    hand.wait(10)
    hand.answer("done")
    assert call.result(0) == "done"


@pytest.mark.parametrize("error", [LOST, ServiceUnavailable("down"), ProtocolError("sense")])
@pytest.mark.parametrize("kind", [Kind.ADDITIVE, Kind.DANGEROUS])
def test_what_perhaps_arrived_is_unknown_if_twice_would_count_twice(kind: Kind, error: Timeout) -> None:
    hand = ByHand()
    call = hand.call("a", kind)
    hand.fail(error)
    hand.wait(60)
    assert hand.jobs == []
    unknown = error_of(call)
    assert isinstance(unknown, OutcomeUnknown)
    assert type(unknown.__cause__) is type(error)
    assert unknown.message.count(error.message) == 1
    assert call.outcome == "unknown"


def test_a_write_that_perhaps_arrived_once_stays_unknown_whatever_came_after() -> None:
    hand = ByHand()
    call = hand.call("a", Kind.IDEMPOTENT, attempts=2)
    hand.fail(LOST)
    hand.wait(10)
    hand.fail(REFUSED)
    assert isinstance(error_of(call), OutcomeUnknown)


def test_a_reason_is_final() -> None:
    hand = ByHand()
    call = hand.call("a")
    hand.answer(AuthError("wrong token"))
    assert isinstance(error_of(call), AuthError)
    assert call.outcome == "rejected"
    assert str(call.error) == "game a: wrong token"


def test_nonsense_is_final_for_a_read() -> None:
    hand = ByHand()
    call = hand.call("a")
    hand.fail(ProtocolError("JSON", "<html>"))
    assert isinstance(error_of(call), ProtocolError)
    assert call.outcome == "failed"


def test_retry_after_is_honoured_for_the_whole_service() -> None:
    hand = ByHand(workers=2)
    hand.call("a")
    hand.fail(RateLimited("slow down", retry_after=20))
    hand.call("b")
    hand.wait(19)
    assert hand.jobs == []
    hand.wait(2)
    assert sorted(hand.under_way()) == [["a"], ["b"]]


def test_retry_after_is_honoured_whatever_the_requests_beside_it_bring() -> None:
    hand = ByHand(workers=2)
    hand.call("too much", Kind.IDEMPOTENT)
    hand.call("beside it", Kind.IDEMPOTENT)
    hand.fail(RateLimited("slow down", retry_after=20.0))
    hand.answer()
    hand.call("next", Kind.IDEMPOTENT)
    hand.wait(19)
    assert hand.under_way() == []
    hand.wait(5)
    assert ["next"] in hand.under_way()


def test_retrying_ends_after_so_many_attempts() -> None:
    hand = ByHand()
    call = hand.call("a", Kind.IDEMPOTENT, attempts=3, deadline_s=1000)
    sent = 0
    while not call.settled:
        if hand.jobs:
            sent += 1
            hand.fail(REFUSED)
        else:
            hand.wait(1)
    assert sent == 3
    assert isinstance(error_of(call), Offline)


def test_a_write_waits_in_its_lane_for_its_retry_and_a_read_goes_past() -> None:
    hand = ByHand(workers=2)
    hand.call("write", Kind.IDEMPOTENT, lane="l")
    hand.post("write2", Kind.IDEMPOTENT, lane="l")
    hand.post("read", lane="l")
    hand.answer(ServiceUnavailable("down"))
    assert hand.under_way() == [["read"]]
    hand.answer()
    hand.call("read2", lane="l")
    assert hand.under_way() == [["read2"]]
    hand.answer()
    hand.wait(10)
    assert hand.under_way() == [["write"]]
    hand.answer()
    assert hand.under_way() == [["write2"]]


def test_a_read_that_went_past_does_not_let_two_writes_of_its_lane_out_at_once() -> None:
    hand = ByHand(workers=4)
    read = hand.call("read", lane="l")
    hand.fail(RateLimited("slow down", retry_after=1.0))
    for name in ("first", "second"):
        hand.call(name, Kind.IDEMPOTENT, lane="l")
    hand.wait(3)
    assert sorted(hand.under_way()) == [["first"], ["read"]]
    hand.answer(1, job=next(job for job in hand.jobs if carried(job) == [read]))
    assert hand.under_way() == [["first"]]
    hand.answer()
    assert hand.under_way() == [["second"]]


def test_the_calls_of_a_failed_batch_keep_their_order() -> None:
    hand = ByHand(Service(batch_limit=10), workers=1)
    hand.call("busy")
    for name in "abcd":
        hand.post(name, Kind.IDEMPOTENT, lane="l", latest_wins=True)
    hand.answer()
    hand.fail(REFUSED)
    hand.wait(2)
    assert hand.under_way() == [["a", "b", "c", "d"]]


def test_a_write_does_not_wait_for_a_cancelled_read_whose_worker_is_stuck() -> None:
    hand = ByHand(workers=2)
    read = hand.call("get", lane="l")
    hand.call("set", Kind.IDEMPOTENT, lane="l")
    assert hand.under_way() == [["get"]]
    hand.cancel(read)
    hand.turn()
    assert ["set"] in hand.under_way()


def test_a_lane_is_forgotten_when_the_last_call_in_it_is_cancelled() -> None:
    hand = ByHand(workers=1)
    hand.call("busy")
    waits = hand.call("set", Kind.IDEMPOTENT, lane="l")
    hand.cancel(waits)
    assert not hand.scheduler._services["game"].lanes._lanes


def test_what_waited_for_a_stuck_worker_goes_when_another_one_takes_over() -> None:
    hand = ByHand(workers=1)
    hand.call("stuck", timeout_s=1.0)
    hand.call("waits")
    hand.now += 5.0
    hand.turn()
    assert hand.replaced == 1
    while (when := hand.scheduler.wake_at()) is not None and when <= 1010.0:
        hand.now = when
        hand.turn()
    assert hand.under_way() == [["stuck"], ["waits"]]


def test_an_outage_costs_one_probe_at_a_time_and_is_said_once() -> None:
    hand = ByHand(workers=4)
    calls = [hand.call(f"c{i}", Kind.IDEMPOTENT, attempts=50, deadline_s=1000) for i in range(20)]
    while hand.jobs:
        hand.fail(REFUSED, hand.jobs[0])
    probes = 0
    for _ in range(600):
        hand.wait(1)
        assert len(hand.jobs) <= 1
        if hand.jobs:
            probes += 1
            hand.fail(REFUSED)
    assert 5 < probes < 60
    assert [type(e) for e in hand.happened()] == [WentOffline]
    while not hand.jobs:
        hand.wait(1)
    hand.answer()
    for _ in range(300):
        hand.wait(1)
        while hand.jobs:
            hand.answer()
    events = hand.happened()
    assert [type(e) for e in events].count(BackOnline) == 1
    assert all(call.settled for call in calls)


def test_reads_fail_quickly_while_the_host_is_gone() -> None:
    hand = ByHand()
    hand.call("write", Kind.IDEMPOTENT, attempts=50, deadline_s=1000)
    while not any(isinstance(e, WentOffline) for e in hand.happened()):
        if hand.jobs:
            hand.fail(REFUSED)
        else:
            hand.wait(1)
    early = hand.call("read")
    assert isinstance(error_of(early), Offline)


def test_an_outage_of_a_host_is_said_for_each_of_its_services() -> None:
    hand = ByHand(Service("a"), Service("b"), Service("c", host="elsewhere"))
    hand.call("x", Kind.IDEMPOTENT, service="a", attempts=50, deadline_s=1000)
    said: list[object] = []
    while not said:
        if hand.jobs:
            hand.fail(REFUSED)
        else:
            hand.wait(1)
        said = [(type(e), e.service, e.host) for e in hand.happened() if isinstance(e, WentOffline)]
    assert said == [(WentOffline, "a", "host"), (WentOffline, "b", "host")]
    hand.wait(1)
    hand.call("y", service="b")
    while hand.jobs:
        hand.answer()
    said = [(type(e), e.service, e.host) for e in hand.happened() if isinstance(e, BackOnline)]
    assert said == [(BackOnline, "a", "host"), (BackOnline, "b", "host")]


def test_a_player_who_asks_again_is_the_next_probe() -> None:
    hand = ByHand()
    hand.call("a", attempts=50)
    while not any(isinstance(e, WentOffline) for e in hand.happened()):
        if hand.jobs:
            hand.fail(REFUSED)
        else:
            hand.wait(0.5)
    assert isinstance(error_of(hand.call("at once")), Offline)
    hand.wait(1.0)
    read = hand.call("read")
    assert hand.under_way() == [["read"]]
    hand.answer("back")
    assert read.result(0) == "back"


def test_a_deadline_ends_a_call_that_waits() -> None:
    hand = ByHand(workers=1)
    hand.call("busy", timeout_s=100)
    waiting = hand.call("waiting", deadline_s=5)
    hand.wait(7)
    assert isinstance(error_of(waiting), Timeout)


def test_a_deadline_that_passes_during_an_attempt_leaves_no_time_for_another() -> None:
    hand = ByHand()
    call = hand.call("order", Kind.IDEMPOTENT, deadline_s=5.0)
    hand.wait(8)
    hand.fail(RateLimited("slow down", retry_after=300.0))
    assert isinstance(error_of(call), RateLimited)
    hand.wait(400)
    assert hand.under_way() == []


def test_an_attempt_is_cut_off_after_its_deadline_and_a_stuck_worker_is_replaced() -> None:
    hand = ByHand(workers=1)
    call = hand.call("a", attempts=1, timeout_s=5)
    job = hand.jobs[0]
    hand.wait(5.5)
    assert job.hung_up
    assert not call.settled
    hand.wait(1.5)
    assert isinstance(error_of(call), Timeout)
    assert hand.replaced == 1
    hand.jobs.clear()
    hand.fail(LOST, job=_back(hand, job))  # the lost worker comes back after all
    assert len(hand.happened()) == 1


def test_a_worker_that_was_lost_and_replaced_leaves_others_room_still() -> None:
    hand = ByHand(Service(), Service("other", "elsewhere"), workers=2)
    hand.call("stuck", attempts=1, timeout_s=5)
    hand.wait(7)
    assert hand.replaced == 1
    hand.jobs.clear()
    hand.call("a")
    hand.wait(2)
    hand.answer()
    for name in "bcd":
        hand.call(name)
    hand.call("of the other", service="other")
    assert hand.under_way() == [["b"], ["of the other"]]


def _back(hand: ByHand, job: object) -> object:
    hand.jobs.append(job)  # type: ignore[arg-type]
    return job


def test_cancelling_a_waiting_call_takes_it_back() -> None:
    hand = ByHand(workers=1)
    hand.call("busy")
    call = hand.post("a", Kind.DANGEROUS)
    hand.cancel(call)
    hand.answer()
    assert isinstance(error_of(call), Cancelled)
    assert hand.jobs == []


def test_cancelling_makes_room_in_the_lane() -> None:
    hand = ByHand(workers=1)
    hand.call("busy", lane="l")
    first = hand.post("a", lane="l")
    hand.post("b", lane="l")
    hand.cancel(first)
    hand.answer()
    assert hand.under_way() == [["b"]]


def test_cancelling_a_read_under_way_cuts_it_off() -> None:
    hand = ByHand()
    call = hand.call("a")
    hand.cancel(call)
    assert hand.jobs[0].hung_up
    assert isinstance(error_of(call), Cancelled)
    hand.fail(LOST)
    assert hand.happened() == [call]


def test_cancelling_the_one_probe_of_a_doubtful_host_lets_another_go() -> None:
    hand = ByHand()
    hand.call("lost", Kind.IDEMPOTENT, attempts=1)
    hand.fail(REFUSED)
    probe = hand.call("probe")
    hand.wait(2)
    assert hand.under_way() == [["probe"]]
    probe.cancel()
    hand.fail(Timeout("hung up on"))
    hand.call("next", Kind.IDEMPOTENT)
    assert hand.under_way() == [["next"]]


def test_cancelling_a_write_under_way_lets_it_end() -> None:
    hand = ByHand()
    call = hand.call("a", Kind.ADDITIVE)
    hand.cancel(call)
    hand.answer("done")
    assert call.result(0) == "done"


def test_one_slow_service_leaves_room_for_another() -> None:
    hand = ByHand(Service("slow", "a"), Service("quick", "b"), workers=3)
    for number in range(5):
        hand.call(f"s{number}", service="slow")
    hand.call("q", service="quick")
    assert hand.under_way() == [["s0"], ["s1"], ["q"]]


def test_closing_lets_writes_out_and_ends_reads() -> None:
    hand = ByHand(workers=2)
    read = hand.call("read")
    write = hand.call("write", Kind.IDEMPOTENT)
    second = hand.call("second", Kind.IDEMPOTENT)
    hand.close(2)
    hand.turn()
    assert isinstance(error_of(read), Cancelled)
    hand.fail(LOST, hand.jobs[0])
    hand.answer("w", job=next(j for j in hand.jobs if carried(j) == [write]))
    hand.answer("s", job=next(j for j in hand.jobs if carried(j) == [second]))
    assert (write.result(0), second.result(0)) == ("w", "s")
    assert hand.scheduler.finished


def test_closing_ends_in_time_and_tells_what_may_have_been_applied() -> None:
    hand = ByHand(workers=1)
    sent = hand.call("sent", Kind.IDEMPOTENT)
    hand.sent.add(hand.jobs[0])
    waiting = hand.call("waiting", Kind.IDEMPOTENT)
    hand.close(2)
    hand.wait(2.1)
    assert hand.scheduler.finished
    assert isinstance(error_of(sent), OutcomeUnknown)
    assert isinstance(error_of(waiting), Cancelled)


def test_a_call_made_while_closing_ends_too() -> None:
    hand = ByHand(workers=1)
    hand.call("write", Kind.IDEMPOTENT)
    hand.close(2)
    late = hand.call("late", Kind.IDEMPOTENT)
    assert isinstance(error_of(late), Cancelled)


def test_closing_does_not_wait_for_a_host_that_is_gone() -> None:
    hand = ByHand(workers=1)
    call = hand.call("write", Kind.IDEMPOTENT, attempts=50, deadline_s=1000)
    while not any(isinstance(e, WentOffline) for e in hand.happened()):
        if hand.jobs:
            hand.fail(REFUSED)
        else:
            hand.wait(1)
    hand.close(60)
    assert hand.scheduler.finished
    assert call.settled


def additive_on_disk() -> tuple[ByHand, Delivery]:
    """A call that counts twice when it is sent twice, which the disk has just written down."""
    hand = ByHand(keeps=True)
    hand.tell(DiskChecked(older_to_come=False, for_anyone=frozenset()))
    hand.call("add", Kind.ADDITIVE, durable=True)
    (delivery,) = hand.scheduler.open
    delivery.entry = 1
    hand.tell(Stored([delivery]))
    return hand, delivery


def test_nor_when_the_disk_refuses_what_was_about_to_be_sent_there() -> None:
    hand, _ = additive_on_disk()
    hand.wait(0)
    while not any(isinstance(e, WentOffline) for e in hand.happened()):
        hand.tell(Marked(marked_last(hand), taken=True))
        hand.fail(REFUSED)
        hand.wait(60)
    hand.close(60)
    assert not hand.scheduler.finished
    hand.tell(Marked(marked_last(hand), taken=False))
    assert hand.scheduler.finished


def test_a_refused_mark_is_taken_back_on_disk_where_a_file_made_anew_may_hold_it() -> None:
    hand, delivery = additive_on_disk()
    hand.turn()
    hand.tell(Marked(marked_last(hand), taken=False))
    assert [effect.delivery for effect in hand.asked if isinstance(effect, Unmark)] == [delivery]
    assert delivery.attempted_at is None


def test_what_an_earlier_run_left_and_the_disk_gives_away_late_goes_before_what_is_marked_just_then() -> None:
    hand = ByHand(keeps=True)
    about = {"kind": Kind.ADDITIVE, "lane": "k", "durable": True}
    newer = hand.post("newer", **about)
    hand.tell(DiskChecked(older_to_come=True, for_anyone=frozenset()))
    delivery = hand.scheduler.delivery(newer)
    assert delivery is not None
    delivery.entry = 2
    hand.tell(Stored([delivery]))  # what is older cannot be read now
    hand.turn()
    hand.load(Operation(service="game", name="older", **about), 1)
    hand.tell(Marked(marked_last(hand), taken=True))
    hand.turn()
    assert [one.name for one in marked_last(hand).operations] == ["older"]
    hand.tell(Marked(marked_last(hand), taken=True))
    assert hand.under_way() == [["older"]]
    hand.answer()
    hand.tell(Marked(marked_last(hand), taken=True))
    assert hand.under_way() == [["newer"]]


@pytest.mark.parametrize("left", [False, True])
def test_what_is_written_down_as_it_is_broken_off_at_the_end_is_in_doubt_only_if_a_byte_has_left(left: bool) -> None:
    hand = ByHand(keeps=True)
    hand.tell(DiskChecked(older_to_come=False, for_anyone=frozenset()))
    hand.post("update", Kind.ADDITIVE, durable=True)
    (delivery,) = hand.scheduler.open
    hand.tell(Stored([delivery]))  # the disk refused it
    hand.turn()
    (job,) = hand.jobs
    hand.sent |= {job} if left else set()
    hand.close(1)
    hand.wait(1)
    assert (delivery.attempted_at is not None) is left
    assert any(isinstance(effect, Unmark) for effect in hand.asked) is not left
    assert isinstance(hand.asked[-1], SettleOnceWritten)


def test_a_read_that_was_let_past_a_write_goes_with_what_is_marked() -> None:
    hand = ByHand(Service(batch_limit=5), keeps=True)
    hand.tell(DiskChecked(older_to_come=False, for_anyone=frozenset()))
    hand.call("write", Kind.IDEMPOTENT, lane="k")
    hand.answer(ServiceUnavailable("not now"))
    hand.post("read", lane="k")
    hand.post("score", Kind.ADDITIVE, durable=True)
    (score,) = (one for one in hand.scheduler.open if one.operation.name == "score")
    score.entry = 1
    hand.tell(Stored([score]))
    hand.turn()
    hand.tell(Marked(marked_last(hand), taken=True))
    assert hand.under_way() == [["read", "score"]]


def test_what_is_newer_than_what_comes_too_late_from_disk_waits_for_the_next_run_with_it() -> None:
    hand = ByHand(keeps=True)
    about = {"kind": Kind.IDEMPOTENT, "durable": True}
    newer, other = (hand.post("newer", lane=lane, **about) for lane in ("k", "l"))
    deliveries = [hand.scheduler.delivery(call) for call in (newer, other)]
    hand.close(60)
    hand.load(Operation(service="game", name="older", lane="k", **about))
    for delivery in deliveries:
        assert delivery is not None
        delivery.on_disk = True
        hand.tell(Stored([delivery]))
    hand.turn()
    assert isinstance(error_of(newer), Postponed)
    assert hand.under_way() == [["newer"]]
    hand.answer("kept")
    assert other.result(0) == "kept"
    assert hand.scheduler.finished


def marked_last(hand: ByHand) -> Batch:
    return next(effect.batch for effect in reversed(hand.asked) if isinstance(effect, Mark))


def test_closing_ends_thousands_that_wait_for_a_host_that_is_gone_at_once() -> None:
    took = {}
    for many in (1_000, 10_000):
        hand = ByHand(workers=1)
        calls = [hand.post("write", Kind.IDEMPOTENT, durable=True) for _ in range(many)]
        hand.wait(0)
        for _ in range(3):
            hand.fail(REFUSED)
            hand.wait(9)
        hand.fail(REFUSED)
        begun = time.thread_time()
        hand.close(1.0)
        took[many] = time.thread_time() - begun
        assert all(isinstance(error_of(call), Cancelled) for call in calls)
    assert took[10_000] < 60 * took[1_000], "it grows with the square"


def test_calls_that_mingle_leave_side_by_side_and_others_wait_for_them() -> None:
    hand = ByHand(workers=4)
    for number in range(3):
        hand.call(f"add{number}", Kind.ADDITIVE, lane="l", mingles="add")
    hand.call("read1", lane="l")
    hand.call("read2", lane="l")
    assert hand.under_way() == [["add0"], ["add1"], ["add2"]]
    hand.answer()
    hand.answer()
    assert hand.under_way() == [["add2"]]
    hand.answer()
    assert hand.under_way() == [["read1"], ["read2"]]


def test_a_mingling_call_that_waits_for_its_retry_holds_up_what_is_behind_it() -> None:
    hand = ByHand(workers=4)
    for number in range(2):
        hand.call(f"add{number}", Kind.IDEMPOTENT, lane="l", mingles="add")
    hand.answer(ServiceUnavailable("down"))
    hand.call("set", Kind.IDEMPOTENT, lane="l")
    hand.answer()
    assert hand.jobs == []
    hand.wait(2)
    assert hand.under_way() == [["add0"]]
    hand.answer()
    assert hand.under_way() == [["set"]]


def test_what_spoils_a_request_of_many_is_found_by_sending_each_alone() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    calls = [hand.post(name) for name in "abc"]
    hand.answer()
    hand.fail(ProtocolError("JSON", "<html>"))
    for _ in range(3):
        while not hand.jobs:
            hand.wait(0.1)
        (name,) = hand.under_way()[0]
        if name == "b":
            hand.fail(ProtocolError("JSON", "<html>"))
        else:
            hand.answer(name)
    for call in calls:
        call.deliver()
    assert [call.outcome for call in calls] == ["succeeded", "failed", "succeeded"]


def test_what_waits_goes_with_the_token_of_now() -> None:
    """Refused with the old one, it would come back behind what is newer, and undo it."""
    hand = ByHand(workers=1)
    hand.call("busy")
    hand.post("set", Kind.IDEMPOTENT, lane="k", durable=True, player="ada", credential=Secret("old"))
    hand.tell(SignedIn("game", "Ada", Secret("new")))
    hand.answer()
    assert [operation.credential for operation in hand.jobs[0].operations] == [Secret("new")]


def test_an_older_value_is_not_sent_again_once_a_newer_one_beside_it_was_applied() -> None:
    hand = ByHand(Service(batch_limit=5), workers=1)
    hand.call("busy")
    how = {"lane": "k", "durable": True, "latest_wins": True}
    older, newer = hand.post("set", Kind.IDEMPOTENT, **how), hand.post("remove", Kind.IDEMPOTENT, **how)
    hand.answer()
    assert hand.under_way() == [["set", "remove"]]
    hand.answer(ServiceUnavailable("not now"), "removed")
    hand.wait(100)
    assert not hand.jobs
    assert older.outcome_now() == newer.outcome_now() == ("removed", None)


class TestEqualReads:
    def test_share_one_request(self) -> None:
        hand = ByHand(workers=4)
        calls = [hand.call("a", arguments={"limit": "5"}) for _ in range(3)]
        other = hand.call("a", arguments={"limit": "6"})
        assert len(hand.jobs) == 2
        hand.answer(["rows"])
        assert [call.result(0) for call in calls] == [["rows"]] * 3
        assert sorted(map(id, hand.happened())) == sorted(map(id, calls))
        assert not other.settled

    def test_but_not_across_a_write(self) -> None:
        hand = ByHand(workers=4)
        hand.call("a", lane="l")
        hand.call("write", Kind.IDEMPOTENT, lane="l")
        hand.call("a", lane="l")
        hand.answer()
        hand.answer()
        assert hand.under_way() == [["a"]]

    def test_and_not_with_another_token(self) -> None:
        hand = ByHand(workers=4)
        hand.call("auth", player="ada", credential=Secret("right"))
        hand.call("auth", player="ada", credential=Secret("wrong"))
        assert len(hand.jobs) == 2

    def test_fail_together(self) -> None:
        hand = ByHand()
        calls = [hand.call("a") for _ in range(2)]
        hand.answer(AuthError("no"))
        assert [type(error_of(call)) for call in calls] == [AuthError, AuthError]

    def test_cancelling_one_does_not_cancel_the_other(self) -> None:
        hand = ByHand(workers=2)
        first, second, third = (hand.call("a") for _ in range(3))
        hand.cancel(first)
        hand.turn()
        hand.fail(LOST, hand.jobs[0])
        assert isinstance(error_of(first), Cancelled)
        hand.answer("rows")
        assert (second.result(0), third.result(0)) == ("rows", "rows")
        assert len(hand.happened()) == 3


def test_a_service_that_asks_for_years_is_left_alone_for_five_minutes_and_the_game_hears_of_it() -> None:
    hand = ByHand(Service("one"), Service("two"), workers=3)
    hand.call("x", service="one")
    hand.call("y", service="one")
    hand.fail(RateLimited("slow down", retry_after=1e9))
    hand.fail(RateLimited("slow down", retry_after=1e9))
    told = [event for event in hand.happened() if isinstance(event, Throttled)]
    assert [(event.service, event.retry_in, event.asked_for) for event in told] == [
        ("one", 300.0, 1e9),
        ("two", 300.0, 1e9),
    ]
    assert isinstance(told[0].error, RateLimited)
    hand.wait(299.0)
    assert not hand.jobs
    later = hand.call("z", service="one", deadline_s=1000.0)
    hand.wait(2.0)
    assert hand.jobs
    assert not later.settled
    hand.fail(RateLimited("slow down", retry_after=20.0))
    assert [event.retry_in for event in hand.happened() if isinstance(event, Throttled)] == [20.0, 20.0]


def test_a_moment_is_not_worth_a_word() -> None:
    hand = ByHand()
    hand.call("x")
    hand.fail(RateLimited("once more", retry_after=0.01))
    assert not [event for event in hand.happened() if isinstance(event, Throttled)]
