"""The rules: what always holds, whatever the player does."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_game.bodies import IDLE, Intent, Orb, OrbKind, Rock, Star
from demo_game.happenings import (
    ComboLost,
    ComboReached,
    EnergyLow,
    Grazed,
    OrbCollected,
    PulseFired,
    PulseRefused,
    RockHit,
    RockShattered,
    RunEnded,
    StarAppeared,
    StarCaught,
)
from demo_game.world import HEIGHT, HIT_COST, PULSE_COST, STEP, TOP_MULTIPLIER, WIDTH, World
from tests.thinned import examples

intents = st.builds(
    Intent,
    x=st.floats(-3.0, 3.0),
    y=st.floats(-3.0, 3.0),
    pulse=st.booleans(),
)
flights = st.lists(st.tuples(intents, st.integers(1, 40)), min_size=1, max_size=25)


def fly(world: World, flight: list[tuple[Intent, int]]) -> list[object]:
    return [said for intent, steps in flight for _ in range(steps) for said in world.step(intent)]


def quiet_world() -> World:
    """A world to which nothing comes by itself."""
    world = World(1)
    world._next_rock = world._next_orbs = math.inf
    world._stars_due = []
    return world


def steps_until(world: World, kind: type, limit: int = 600, intent: Intent = IDLE) -> object:
    for _ in range(limit):
        for said in world.step(intent):
            if isinstance(said, kind):
                return said
    raise AssertionError(f"no {kind.__name__} in {limit} steps")


@examples(40)
@given(seed=st.integers(0, 2**32), flight=flights)
def test_the_same_seed_and_intents_give_the_same_run(seed, flight):
    first, second = World(seed), World(seed)
    assert fly(first, flight) == fly(second, flight)
    assert (first.score, first.energy, first.ship, first.rocks, first.orbs) == (
        second.score,
        second.energy,
        second.ship,
        second.rocks,
        second.orbs,
    )


@examples(40)
@given(seed=st.integers(0, 2**32), flight=flights)
def test_what_holds_in_every_step(seed, flight):
    world = World(seed)
    score = 0
    for intent, steps in flight:
        for _ in range(steps):
            said = world.step(intent)
            assert world.score >= score, "the score fell"
            paid = sum(s.points for s in said if isinstance(s, OrbCollected | RockShattered | Grazed | StarCaught))
            ended = any(isinstance(s, RunEnded) for s in said)
            assert ended or world.score - score == paid, "points that no happening tells of"
            score = world.score
            assert 0 <= world.energy <= 100
            assert 1 <= world.multiplier <= TOP_MULTIPLIER
            assert 0 <= world.ship.x <= WIDTH
            assert 0 <= world.ship.y <= HEIGHT
            assert math.hypot(world.ship.vx, world.ship.vy) < 800


@examples(20)
@given(seed=st.integers(0, 2**32), flight=flights)
def test_a_run_ends_exactly_once_and_then_stands_still(seed, flight):
    world = World(seed, seconds=3.0)
    said = fly(world, flight)
    said += [s for _ in range(400) for s in world.step()]
    ends = [s for s in said if isinstance(s, RunEnded)]
    assert len(ends) == 1
    assert world.ended
    assert ends[0].score == world.score
    before = (world.score, world.time, world.ship.x)
    assert world.step(Intent(1.0, 0.0, pulse=True)) == []
    assert (world.score, world.time, world.ship.x) == before


def test_doing_nothing_lets_the_light_go_out_before_dawn():
    world = quiet_world()
    end = steps_until(world, RunEnded, limit=8000)
    assert isinstance(end, RunEnded)
    assert not end.survived
    assert world.time < world.seconds


def test_surviving_pays_for_the_light_that_is_left():
    world = quiet_world()
    world.seconds = 5.0
    end = steps_until(world, RunEnded)
    assert isinstance(end, RunEnded)
    assert end.survived
    assert world.score == int(world.energy) * 10 > 0


def test_orbs_chain_up_to_a_multiplier_and_time_breaks_the_chain():
    world = quiet_world()
    for _ in range(4):
        world.orbs.append(Orb(world.ship.x, world.ship.y, 0, 0, OrbKind.LIGHT, life=5.0))
    said = world.step()
    assert [s.points for s in said if isinstance(s, OrbCollected)] == [10, 10, 10, 10]
    assert [s.multiplier for s in said if isinstance(s, ComboReached)] == [2]
    world.orbs.append(Orb(world.ship.x, world.ship.y, 0, 0, OrbKind.RARE, life=5.0))
    assert [s.points for s in world.step() if isinstance(s, OrbCollected)] == [60]
    lost = steps_until(world, ComboLost)
    assert isinstance(lost, ComboLost)
    assert lost.multiplier == 2
    assert world.multiplier == 1


def test_a_rock_hurts_once_and_breaks_the_chain():
    world = quiet_world()
    world.multiplier, world.chain_left = 3, 2.0
    world.rocks.append(Rock(1, world.ship.x + 60, world.ship.y, -300.0, 0.0, 2, 0, 0.0, 0.0))
    said = [s for _ in range(40) for s in world.step()]
    assert len([s for s in said if isinstance(s, RockHit)]) == 1
    assert [s.multiplier for s in said if isinstance(s, ComboLost)] == [3]
    assert world.energy == pytest.approx(100 - HIT_COST, abs=3)
    assert world.tally.hits == 1
    assert world.tally.unhurt_for < 1


def test_a_near_miss_pays_once():
    world = quiet_world()
    world.rocks.append(Rock(1, world.ship.x - 200, world.ship.y - 90, 300.0, 0.0, 2, 0, 0.0, 0.0))
    said = [s for _ in range(80) for s in world.step()]
    assert len([s for s in said if isinstance(s, Grazed)]) == 1
    assert not [s for s in said if isinstance(s, RockHit)]


@pytest.mark.parametrize(("size", "pieces", "orbs"), [(2, 2, 1), (1, 2, 1), (0, 0, 2)])
def test_a_pulse_splits_rocks_and_sets_light_free(size, pieces, orbs):
    world = quiet_world()
    world.rocks.append(Rock(1, world.ship.x + 150, world.ship.y, 0.0, 0.0, size, 0, 0.0, 0.0))
    world._serial = 1
    said = world.step(Intent(pulse=True))
    assert any(isinstance(s, PulseFired) for s in said)
    assert world.energy == pytest.approx(100 - PULSE_COST, abs=0.1)
    shattered = steps_until(world, RockShattered, limit=30)
    assert isinstance(shattered, RockShattered)
    assert shattered.size == size
    assert [rock.size for rock in world.rocks] == [size - 1] * pieces
    assert len(world.orbs) == orbs
    for _ in range(15):
        assert not any(isinstance(s, RockShattered) for s in world.step()), "one pulse shattered its own pieces"


def test_a_pulse_without_light_is_refused_and_costs_nothing():
    world = quiet_world()
    world.energy = PULSE_COST
    before = world.energy
    assert any(isinstance(s, PulseRefused) for s in world.step(Intent(pulse=True)))
    assert before - world.energy < 0.1
    assert world.pulses == []


def test_low_light_is_said_once_each_time():
    world = quiet_world()
    world.energy = 28.01
    said = [s for _ in range(30) for s in world.step()]
    assert len([s for s in said if isinstance(s, EnergyLow)]) == 1


def test_the_falling_star_comes_until_it_is_caught():
    world = World(3, seconds=120.0)
    world._next_rock = math.inf
    world.time = 41.9
    appeared = steps_until(world, StarAppeared, limit=30)
    assert isinstance(appeared, StarAppeared)
    assert world.star is not None
    world.star = Star(world.ship.x, world.ship.y, 0.0, 0.0)
    assert isinstance(steps_until(world, StarCaught, limit=2), StarCaught)
    assert world.tally.stars == 1
    world.time, world.energy = 84.1, 100.0
    world.step()
    assert world.star is None, "a second star came although the first was caught"


def test_it_gets_harder():
    def rocks_after(start: float) -> int:
        world = World(5)
        world.time = start
        serial = world._serial
        for _ in range(15 * 60):
            world.energy = 100.0
            world.ship.safe_for = 1.0
            world.step()
        return world._serial - serial

    assert rocks_after(95.0) > 1.7 * rocks_after(0.0)


def test_a_diagonal_is_not_faster_than_a_straight_line():
    straight, diagonal = quiet_world(), quiet_world()
    for _ in range(20):
        straight.step(Intent(1.0, 0.0))
        diagonal.step(Intent(1.0, 1.0))
    assert math.hypot(diagonal.ship.vx, diagonal.ship.vy) == pytest.approx(straight.ship.vx, rel=1e-6)
    assert straight.time == pytest.approx(20 * STEP)
