"""What writes are called."""

from __future__ import annotations

import re
import time

import pytest

from pygame_gameservices.core.calls import operation
from pygame_gameservices.core.calls.operation import new_id


def test_ids_begin_with_the_milliseconds_and_none_is_there_twice() -> None:
    before = time.time_ns() // 1_000_000
    ids = [new_id() for _ in range(1000)]
    after = time.time_ns() // 1_000_000
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert all(before <= int(one[:12], 16) <= after for one in ids[500:]), "the first were made in advance"
    assert len({one[12:] for one in ids}) == 1000


@pytest.mark.parametrize("clock", [0, -1, -(10**30), 10**30])
def test_a_clock_that_is_wrong_makes_ids_all_the_same(monkeypatch: pytest.MonkeyPatch, clock: int) -> None:
    monkeypatch.setattr(operation, "time_ns", lambda: clock)
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
