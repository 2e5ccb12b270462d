"""What stays from night to night."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from demo_game.progress import LIGHTS_PER_MEGAWATT, Progress

numbers = st.integers(0, 10**9)
progresses = st.builds(Progress, best=numbers, nights=numbers, energy=numbers, earned=numbers)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=8
)


def test_a_night_adds_up():
    progress = Progress(best=50)
    progress.night_over(40, LIGHTS_PER_MEGAWATT * 3)
    assert progress == Progress(best=50, nights=1, energy=30)
    assert progress.megawatts == 3.0


@given(progresses)
def test_it_survives_being_saved(progress):
    assert Progress.of(progress.as_dict()) == progress


@given(anything | st.fixed_dictionaries({"best": anything, "nights": anything, "energy": anything}))
def test_no_save_breaks_it(saved):
    progress = Progress.of(saved)
    assert all(isinstance(value, int) and value >= 0 for value in progress.as_dict().values())


@given(progresses, progresses)
def test_together_nothing_is_lost(one, other):
    both = one.merged(other)
    assert both.best == max(one.best, other.best)
    assert both.nights == max(one.nights, other.nights)
    assert both.energy in (one.energy, other.energy)
    assert both.merged(one).best == both.best
