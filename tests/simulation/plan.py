"""What is to happen in a life, drawn from its seed before it begins, in parts that can be left out one by one.

Most lives are short: two runs at most, few calls in each, mostly one process. What goes wrong with many calls nearly
always goes wrong with a few that happen to meet, and in the time of one long life ten short ones are lived. One in
`LONG_EVERY` is long, for what does take many. And most lives have habits: only some kinds of calls are made, only some
things happen, only some faults are there, and much happens at the same moment, so that what could be mistaken for each
other, or comes between each other, often meets.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from typing import TypeVar

import msgspec

from tests.simulation.network import FAULTS

T = TypeVar("T")

LONG_EVERY = 8
"""One in so many lives is long."""
REAL_FILES_EVERY = 32
"""One in so many keeps its outbox in real files, where writes can be torn as well."""


class Wish(msgspec.Struct, frozen=True):
    """A call that the game makes.

    Attributes:
        number: tells it from all others, and grows with time.
        kind: what is asked for; see `Life`.
        key: what it is about, where it is about a key.
        durable: whether it is kept on disk.
    """

    number: int
    kind: str
    key: str
    durable: bool


class Act(msgspec.Struct, frozen=True):
    """Something that happens at a moment of a run.

    Attributes:
        at: seconds after the beginning of the run.
        what: see `Life`.
        who: from 0 to 1, chooses the process.
        which: from 0 to 1, chooses what it is about.
        wishes: the calls that are made.
    """

    at: float
    what: str
    who: float
    which: float
    wishes: tuple[Wish, ...] = ()


class Start(msgspec.Struct, frozen=True):
    """One process of a run.

    Attributes:
        after_s: how long after the beginning of the run it starts.
        workers: how many requests it has under way at most.
        batch_limit: how many calls travel together.
        pause_s: the pace of its requests.
        trouble: how likely a fault of the network is.
        disk_trouble: how likely the disk refuses.
        disk_lag_s: how long the disk takes at most.
        dies_after: after how many effects it is killed; None for never.
        signs_in: whether a player does as it starts.
    """

    after_s: float
    workers: int
    batch_limit: int
    pause_s: float
    trouble: float
    disk_trouble: float
    disk_lag_s: float
    dies_after: int | None
    signs_in: bool


class Run(msgspec.Struct, frozen=True):
    """One run of the game, of one process or several.

    Attributes:
        starts: its processes.
        lasts_s: seconds.
        acts: what happens, in order.
        pause_s: seconds before the next run begins.
    """

    starts: tuple[Start, ...]
    lasts_s: float
    acts: tuple[Act, ...]
    pause_s: float


class Plan(msgspec.Struct, frozen=True):
    """A whole life.

    Attributes:
        seed: what it is made from.
        parts: how many parts it has, those left out included.
        real_files: whether the outbox is in real files.
        keeps_values: whether the values of keys are kept on disk: of a key of which some are and others are not, the
            order is not told.
        jumps: whether the clock on the wall may be set by days.
        runs: all runs but the last.
        last: the last run, which nothing ends but the game itself.
        last_trouble: how likely faults are in the last run until it may recover.
        faults: those that the network has.
    """

    seed: int
    parts: int
    real_files: bool
    keeps_values: bool
    jumps: bool
    runs: tuple[Run, ...]
    last: Run
    last_trouble: float
    faults: tuple[str, ...]


def plan(seed: int, without: Collection[int] = ()) -> Plan:
    """Draw the life of `seed`, leaving the parts of these numbers out."""
    return _Drawing(seed, without).plan()


class _Drawing:
    """Numbers the parts as they are drawn. What is left out is drawn all the same, so that the rest stays as it is."""

    def __init__(self, seed: int, without: Collection[int]) -> None:
        self._seed = seed
        self._rng = rng = random.Random(seed)
        self._without = frozenset(without)
        self._parts = 0
        self._number = 0
        self._long = rng.random() < 1 / LONG_EVERY
        self._real_files = rng.random() < 1 / REAL_FILES_EVERY
        self._keeps_values = self._or_else(rng.random() < 0.85, True)
        self._jumps = self._or_else(rng.random() < 0.1, False)
        self._at_once = rng.choice((0.0, 0.3, 0.8))
        self._wishes, self._what, self._faults = self._some(WISHES), self._some(WHAT), self._some(FAULTS)

    def plan(self) -> Plan:
        rng = self._rng
        count = rng.choice((0, 0, 1, 1, 2, 3)) if self._long else rng.choice((0, 1, 1, 2))
        runs = [run for _ in range(count) if (run := self._kept(self._run()))]
        acts = self._acts(rng.choice((0, 2, 6)) if self._long else rng.choice((0, 1, 2)), 20.0)
        last = Run((self._start(0.0, last=True),), 4_000.0, acts, 0.0)
        trouble = self._or_else(rng.choice((0.3, 1.0)), 0.0)
        return Plan(
            seed=self._seed,
            parts=self._parts,
            real_files=self._real_files,
            keeps_values=self._keeps_values,
            jumps=self._jumps,
            runs=tuple(runs),
            last=last,
            last_trouble=trouble,
            faults=self._faults,
        )

    def _some(self, of: tuple[str, ...]) -> tuple[str, ...]:
        """All, as they are, or a few of them: a habit."""
        few = tuple(self._rng.choice(of) for _ in range(self._rng.choice((1, 2, 3))))
        return of if self._rng.random() < 0.4 else few

    def _part(self) -> bool:
        """Number a part. Returns whether it stays."""
        self._parts += 1
        return self._parts - 1 not in self._without

    def _kept(self, thing: T) -> T | None:
        return thing if self._part() else None

    def _or_else(self, drawn: T, harmless: T) -> T:
        """What was drawn, or what does no harm where that is left out."""
        return drawn if drawn == harmless or self._part() else harmless

    def _run(self) -> Run:
        rng = self._rng
        lasts = rng.choice((1.0, 5.0, 30.0, 200.0))
        starts = [self._start(0.0, last=False)]
        for _ in range(2):
            if rng.random() >= 0.15:
                break
            start = self._kept(self._start(rng.choice((0.0, rng.random() * lasts)), last=False))
            starts += [start] if start is not None else []
        acts = self._acts(rng.choice((3, 8, 20)) if self._long else rng.choice((1, 2, 5)), lasts)
        pause = self._or_else(rng.choice((10.0, 100.0, 90_000.0)) if rng.random() < 0.2 else 0.0, 0.0)
        return Run(tuple(starts), lasts, acts, pause)

    def _start(self, after_s: float, *, last: bool) -> Start:
        rng = self._rng
        dies = rng.choice((rng.randrange(30), rng.randrange(300))) if rng.random() < 0.5 else None
        trouble, disk_trouble = rng.choice((0.0, 0.2, 0.7, 1.0)), rng.choice((0.0, 0.0, 0.0, 0.3))
        return Start(
            after_s=after_s,
            workers=rng.choice((1, 2, 6)),
            batch_limit=self._or_else(rng.choice((1, 3, 50)), 1),
            pause_s=self._or_else(rng.choice((0.0, 0.0, 0.2)), 0.0),
            trouble=0.0 if last else self._or_else(trouble, 0.0),
            disk_trouble=0.0 if last else self._or_else(disk_trouble, 0.0),
            disk_lag_s=self._or_else(rng.choice((0.0, 0.005, 0.3)), 0.0),
            dies_after=None if last else self._or_else(dies, None),
            signs_in=last or rng.random() < 0.8,
        )

    def _acts(self, count: int, within_s: float) -> tuple[Act, ...]:
        drawn = [self._kept(self._act(when)) for when in self._moments(count, within_s)]
        return tuple(act for act in drawn if act is not None)

    def _moments(self, count: int, within_s: float) -> list[float]:
        """Moments in order, the first of them and some others at the same moment as what is before them."""
        rng, moments = self._rng, [0.0]
        for _ in range(count):
            moments.append(moments[-1] if rng.random() < self._at_once else rng.uniform(0.0, within_s))
        return sorted(moments[1:])

    def _act(self, at: float) -> Act:
        rng = self._rng
        what = "calls" if rng.random() < 0.4 else rng.choice(self._what)
        many = (1, 1, 2, 5, 12) if self._long else (1, 2, 4)
        wishes = [self._kept(self._wish()) for _ in range(rng.choice(many))] if what == "calls" else []
        return Act(at, what, rng.random(), rng.random(), tuple(wish for wish in wishes if wish is not None))

    def _wish(self) -> Wish:
        rng = self._rng
        self._number += 1
        kind = rng.choice(self._wishes)
        durable = kind not in ("get", "order") and (
            self._keeps_values if kind in ("set", "remove") else rng.random() < 0.85
        )
        return Wish(self._number, kind, rng.choice(("a", "b")), durable)


WHAT = ("cancel", "cancel", "out", "out", "in", "in", "trouble", "trouble", "expire", "expire", "clock", "clock",
        "vanish", "disk")  # fmt: skip
WISHES = ("get", "set", "set", "remove", "trophy", "score", "score", "equal", "equal", "update", "order")


def shrink(parts: int, fails: Callable[[frozenset[int]], bool]) -> frozenset[int]:
    """Find parts that a failing life fails without: large pieces first, then single ones, until none is left.

    Args:
        parts: how many there are.
        fails: whether it still does without these.
    """
    without: frozenset[int] = frozenset()
    size = max(1, parts // 2)
    while True:
        left = [part for part in range(parts) if part not in without]
        smaller = False
        for start in range(0, len(left), size):
            less = without | frozenset(left[start : start + size])
            if less != without and fails(less):
                without, smaller = less, True
        if size == 1 and not smaller:
            return without
        size = max(1, size // 2)


def as_text(numbers: Collection[int]) -> str:
    """Write numbers down in short: ``1-3,7``."""
    pieces: list[list[int]] = []
    for number in sorted(numbers):
        if pieces and pieces[-1][-1] == number - 1:
            pieces[-1][1:] = [number]
        else:
            pieces.append([number])
    return ",".join("-".join(map(str, piece)) for piece in pieces)


def from_text(text: str) -> frozenset[int]:
    """Read what `as_text` wrote."""
    numbers: set[int] = set()
    for piece in filter(None, text.split(",")):
        first, _, last = piece.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return frozenset(numbers)
