"""A natural mix of Game Jolt calls, the same for every client: what a busy game says within a frame.

The game has a score table per level. Scores, boards and ranks of one table are in no favourable order: a board may be
asked for between two scores, and must then show the first and not the second.
"""

from __future__ import annotations

import random

Step = tuple[str, dict[str, object]]

_SHARES = (
    ("score", 30),
    ("guest_score", 5),
    ("trophy", 10),
    ("set", 20),
    ("update", 5),
    ("fetch", 10),
    ("rank", 10),
    ("board", 6),
    ("around", 4),
)
TABLES = (1, 2, 3, 4, 5, 6, 7, 8)
TROPHIES = (1, 2, 3, 4, 5)
KEYS = 60
"""How many keys of the data store the mix goes about."""
COUNTERS = 5
"""How many of them it counts with."""


def natural_mix(count: int, seed: int = 1) -> list[Step]:
    """Return `count` calls, each a name and what it is about. The same seed gives the same calls."""
    chance = random.Random(seed)
    names, weights = zip(*_SHARES, strict=True)
    return [_step(chance, chance.choices(names, weights)[0], number) for number in range(count)]


def _step(chance: random.Random, name: str, number: int) -> Step:
    points, table = chance.randrange(1, 100_000), chance.choice(TABLES)
    about: dict[str, dict[str, object]] = {
        "score": {"sort": points, "table_id": table},
        "guest_score": {"sort": points, "table_id": table, "guest": f"guest {number % 7}"},
        "trophy": {"trophy_id": chance.choice(TROPHIES)},
        "set": {"key": f"key {chance.randrange(KEYS)}", "data": f"level {number} of the old mine, door {points}"},
        "update": {"key": f"count {chance.randrange(COUNTERS)}", "value": 1},
        "fetch": {"key": f"key {chance.randrange(KEYS)}"},
        "rank": {"sort": points, "table_id": table},
        "board": {"limit": chance.randrange(10, 30), "table_id": table},
        "around": {"limit": 10, "better_than": points, "table_id": table},
    }
    return name, about[name]
