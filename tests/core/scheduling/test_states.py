"""The table of a call's states: what it allows, what it refuses, and that the page draws it as it is."""

from __future__ import annotations

import pytest

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.scheduling.delivery import TRANSITIONS, Delivery, State
from tests import state_diagram


def test_the_page_draws_the_table() -> None:
    assert state_diagram.PAGE.read_text(encoding="utf-8") == state_diagram.page(), "run python -m tests.state_diagram"


def test_every_state_can_be_reached_and_left_for_the_end() -> None:
    reached, ends = {State.NEW}, {State.ENDED}
    for _ in State:
        reached |= {then for state in reached for then in TRANSITIONS[state]}
        ends |= {state for state, following in TRANSITIONS.items() if ends & following.keys()}
    assert reached == ends == set(State) == set(TRANSITIONS)


def test_what_the_table_does_not_list_is_refused() -> None:
    delivery = Delivery(Operation(service="game", name="set", kind=Kind.IDEMPOTENT), None)
    delivery.move(State.ENDED)
    with pytest.raises(RuntimeError, match="cannot become 'queued'"):
        delivery.move(State.QUEUED)
