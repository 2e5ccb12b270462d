"""The bot plays well for any seed, the same way each time, and moves like a person."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import pytest

from demo_game import goals
from demo_game.bot import Bot
from demo_game.goals import Goals
from demo_game.world import World
from tests.thinned import thinned


@cache
def play(seed: int) -> tuple[World, set[str], list[tuple[float, float]]]:
    world, bot, reached, stick = World(seed), Bot(), Goals(), []
    while not world.ended:
        intent = bot.decide(world)
        stick.append((intent.x, intent.y))
        reached.hear(world.step(intent), world)
    return world, reached.reached, stick


@pytest.mark.parametrize("seed", thinned([1, 2, 6, 8], lambda seed: seed == 8))
def test_it_carries_the_light_until_dawn_and_reaches_every_goal(seed):
    world, reached, _ = play(seed)
    assert world.survived
    assert reached == {
        goals.FIRST_LIGHT,
        goals.CHAIN_OF_FIVE,
        goals.STONEBREAKER,
        goals.WISH,
        goals.UNTOUCHED,
        goals.DAYBREAK,
    }
    assert world.score > 30_000
    assert world.tally.hits <= 1


def test_it_plays_the_same_every_time_and_eases_the_stick():
    first, _, stick = play(8)
    second, _, again = play.__wrapped__(8)
    assert (first.score, first.tally) == (second.score, second.tally)
    assert stick == again
    jumps = [math.dist(a, b) for a, b in pairwise(stick)]
    assert max(jumps) < 0.6, "no thumb moves a stick that fast"
    assert all(math.hypot(x, y) <= 1.001 for x, y in stick)
