"""A service with a pace: its requests start no sooner than the pace allows, and other services do not wait for it."""

from __future__ import annotations

import threading

from pygame_gameservices.core.calls.pacing import TokenBucket
from tests.core.by_hand import ByHand, Service


class PacedService(Service):
    pace: TokenBucket


def paced(rate_per_s: float, burst: int) -> ByHand:
    """A scheduler with a paced service beside a usual one, both on the clock that the test moves."""
    service = PacedService("slow", "slow-host")
    hands: list[ByHand] = []
    service.pace = TokenBucket(rate_per_s, burst, clock=lambda: hands[0].now if hands else 1000.0)
    hands.append(ByHand(service, Service(), workers=20))
    return hands[0]


def test_requests_start_at_the_pace_of_their_service() -> None:
    hand = paced(0.1, 1)
    for name in ("a", "b", "c"):
        hand.call(name, service="slow", deadline_s=100.0, timeout_s=100.0)
    assert hand.under_way() == [["a"]]
    hand.wait(9.9)
    assert hand.under_way() == [["a"]]
    hand.wait(0.2)
    assert hand.under_way() == [["a"], ["b"]]
    hand.wait(10.0)
    assert hand.under_way() == [["a"], ["b"], ["c"]]


def test_a_burst_goes_at_once() -> None:
    hand = paced(1.0, 3)
    for number in range(5):
        hand.call(str(number), service="slow")
    assert len(hand.jobs) == 3


def test_another_service_does_not_wait_for_it() -> None:
    hand = paced(0.1, 1)
    hand.call("a", service="slow")
    hand.call("b", service="slow")
    hand.call("c", service="game")
    assert hand.under_way() == [["a"], ["c"]]


def test_a_retry_keeps_to_the_pace_too() -> None:
    from pygame_gameservices.errors import Timeout

    hand = paced(0.1, 1)
    hand.call("a", service="slow", deadline_s=100.0)
    hand.fail(Timeout("lost", sent=True))
    hand.wait(9.0)
    assert hand.jobs == []
    hand.wait(2.0)
    assert hand.under_way() == [["a"]]


def test_a_bucket_shared_by_threads_gives_out_no_token_twice() -> None:
    bucket = TokenBucket(1.0, 1000, clock=lambda: 0.0)
    threads = [threading.Thread(target=lambda: [bucket.took() for _ in range(250)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bucket.wait_s() == 1.0
