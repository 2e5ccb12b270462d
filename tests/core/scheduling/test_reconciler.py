"""What is remembered of equal calls, so that of two of them the second is not taken for the first."""

from __future__ import annotations

import pytest

from pygame_gameservices.core.calls.equal_calls import EQUAL_WITHIN_S, SLACK_S
from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.scheduling import reconciler
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.scheduling.reconciler import Ledger


def call(sort: int, *, began: float | None = None, kind: Kind = Kind.ADDITIVE) -> Delivery:
    made = Delivery(Operation(service="game", name="scores.add", kind=kind, arguments={"sort": str(sort)}), None)
    made.began = began
    return made


def test_equal_calls_are_counted_that_were_delivered_since_shortly_before_the_attempt() -> None:
    ledger = Ledger()
    for sort, at in ((1, 10.0), (1, 100.0), (2, 100.0), (1, 108.0)):
        ledger.note(call(sort), at, at)
    assert ledger.equal_to(call(1), 100.0) == (2, 2)
    assert ledger.equal_to(call(1), 108.0 + EQUAL_WITHIN_S - SLACK_S) == (1, 1)
    assert ledger.equal_to(call(1), 120.0) == (0, 0)
    assert ledger.equal_to(call(2), 0.0) == (1, 1)
    assert ledger.equal_to(call(3), 0.0) == (0, 0)


def test_at_the_edge_it_is_not_known() -> None:
    ledger = Ledger()
    ledger.note(call(1), 100.0, 100.0)
    assert ledger.equal_to(call(1), 100.0 + EQUAL_WITHIN_S) == (0, 1)


def test_when_one_was_applied_that_was_found_late_is_not_known() -> None:
    ledger = Ledger()
    ledger.note(call(1), 90.0, 100.0)
    assert ledger.equal_to(call(1), 100.0) == (0, 1)


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciler, "REMEMBERED", 3)
    ledger = Ledger()
    for sort in (1, 1, 2, 1, 2):
        ledger.note(call(sort), 100.0, 100.0)
    assert [ledger.equal_to(call(sort), 100.0)[0] for sort in (1, 2)] == [1, 2]
    ledger.note(call(3), 100.0, 100.0)
    ledger.note(call(3), 100.0, 100.0)
    assert [ledger.equal_to(call(sort), 100.0)[0] for sort in (1, 2, 3)] == [0, 1, 2]
