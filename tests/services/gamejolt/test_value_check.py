"""What would come back changed, or cannot be kept, is refused at the call, with the place where it is."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from decimal import Decimal
from enum import IntEnum, StrEnum
from time import thread_time
from typing import Any, NamedTuple

import pytest

from pygame_gameservices import GameJolt, ServiceManager, UsageError
from pygame_gameservices.services.gamejolt.value_check import AT_ONCE
from tests.conftest import WAIT_S, settle


class Tool(IntEnum):
    LAMP = 1


class Mood(StrEnum):
    CALM = "calm"


class Place(NamedTuple):
    x: int
    y: int


def holding_itself() -> list[Any]:
    one: list[Any] = []
    one.append(one)
    return one


WRONG: list[tuple[Any, str]] = [
    ({"levels": {1: "done"}}, "value['levels'][1] is under a key of type int, which would come back as text"),
    ({True: 1}, "value[True] is under a key of type bool"),
    ([{None: 1}], "value[0][None] is under a key of type NoneType"),
    ({(0, 1): "wall"}, "value[(0, 1)] is under a key of type tuple"),
    ({"lights": [1, 2, {3}]}, "value['lights'][2] is of type set, which cannot be kept; pass str, int"),
    ({"hero": {"at": object()}}, "value['hero']['at'] is of type object, which cannot be kept"),
    ({"picture": b"png"}, "value['picture'] is of type bytes, which cannot be kept"),
    ([(1, Decimal(1))], "value[0][1] is of type Decimal, which cannot be kept"),
    ({"name": "\ud800"}, "value['name'] holds half a surrogate pair"),
    ({"\ud800": 1}, "holds half a surrogate pair"),
    ("\ud800", "value holds half a surrogate pair"),
    ({(x, 0): "wall" for x in range(100_000)}, "value[(0, 0)] is under a key of type tuple"),
    (holding_itself(), "value is nested too deeply, or holds itself"),
]


@pytest.mark.parametrize(("value", "says"), WRONG, ids=[says[:40] for _, says in WRONG])
def test_it_is_refused_at_the_call_with_its_place(ada: GameJolt, value: Any, says: str) -> None:
    for keep in (lambda: ada.saves.save("slot", value), lambda: ada.values.set("key", value)):
        with pytest.raises(UsageError, match=re.escape(says)):
            keep()


@pytest.mark.parametrize(
    ("value", "back"),
    [
        ({"at": (3, 4)}, {"at": [3, 4]}),
        ({"at": Place(3, 4)}, {"at": [3, 4]}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (defaultdict(list, {"a": [1]}), {"a": [1]}),
        ({"tool": Tool.LAMP, "mood": Mood.CALM}, {"tool": 1, "mood": "calm"}),
        ({"all": [None, True, -1, 0.5, "\u00e9", {}, []]}, {"all": [None, True, -1, 0.5, "\u00e9", {}, []]}),
    ],
)
def test_what_is_usual_is_kept(ada: GameJolt, value: Any, back: Any) -> None:
    ada.saves.save("slot", value, overwrite=True).result(WAIT_S)
    loaded = ada.saves.load("slot").result(WAIT_S)
    assert loaded is not None
    assert loaded.value == back
    ada.values.set("key", value).result(WAIT_S)
    assert ada.values.fetch("key").result(WAIT_S) == back


def test_infinity_comes_back_from_a_save(ada: GameJolt) -> None:
    ada.saves.save("slot", {"best": float("inf")}, overwrite=True).result(WAIT_S)
    loaded = ada.saves.load("slot").result(WAIT_S)
    assert loaded is not None
    assert loaded.value == {"best": float("inf")}


def test_the_end_of_a_large_one_is_looked_at_off_the_frame(ada: GameJolt, services: ServiceManager) -> None:
    large = [{"x": n, "name": f"light {n}"} for n in range(100 * AT_ONCE)]
    large.append({7: "seven"})  # type: ignore[dict-item]
    started = thread_time()
    save, kept = ada.saves.save("slot", large), ada.values.set("key", large)
    took = thread_time() - started
    settle(services, save, kept)
    assert took < 0.05, f"the calls took {took * 1e3:.1f} ms"
    for work in (save, kept):
        assert isinstance(work.error, UsageError)
        assert f"value[{100 * AT_ONCE}][7] is under a key of type int" in str(work.error)
