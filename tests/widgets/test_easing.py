"""What comes, comes all the way and never goes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pygame_gameservices.widgets.easing import ease_out


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_ease_out_runs_from_nothing_to_all_and_never_back(first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert 0 == ease_out(-1) <= ease_out(low) <= ease_out(high) <= ease_out(2) == 1


def test_it_is_fast_at_first_and_slow_at_the_end() -> None:
    assert ease_out(0.25) - ease_out(0) > 0.5 > 0.05 > ease_out(1) - ease_out(0.75)
