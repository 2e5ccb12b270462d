"""What a row of the table is, and the list of all rows.

A row's function measures ours and its peer side by side and returns what it saw::

    @row("toast", target=1.5, judged="ours/peer", unit="us", what="one fading toast / a raw blit of an equal surface")
    def toast(bench: Bench) -> Iterator[Measured]:
        yield Measured(ours=[...], peer=[...], peer_name="raw blit")

It may yield several, told apart by `variant`. Samples are in `unit`; the table shows their medians.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Judged = Literal["ours/peer", "peer/ours", "ours-peer", "ours"]
"""What the target speaks of: one of the two ratios, the difference, or our own figure."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """How to measure.

    Attributes:
        quick: measure less, so that the whole suite takes under two minutes.
        venvs: the folder for peers' environments.
    """

    quick: bool = False
    venvs: Path = field(default_factory=Path)

    def rounds(self, full: int, quick: int) -> int:
        """How many times to do something."""
        return quick if self.quick else full


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured: samples of ours and of the peer, taken alternately, in the row's unit.

    Attributes:
        ours: our samples; the median counts.
        peer: the peer's or the floor's, or none when there is none.
        peer_name: who that is.
        variant: which of several measurements of the row this is, such as ``"pygame-ce"``.
        note: what one should know to read the figures.
    """

    ours: Sequence[float]
    peer: Sequence[float] = ()
    peer_name: str = ""
    variant: str = ""
    note: str = ""


Function = Callable[[Bench], Measured | Iterable[Measured]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of the suite.

    Attributes:
        name: as in the design of the suite and on the command line.
        target: the limit.
        judged: what the limit speaks of.
        unit: of the samples.
        at_least: whether the limit is a lower one.
        what: one line for a reader.
        function: measures it.
    """

    name: str
    target: float
    judged: Judged
    unit: str
    at_least: bool
    what: str
    function: Function


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table."""

    row: Row
    measured: Measured

    @property
    def ours(self) -> float | None:
        """Our median, or None when it could not be measured."""
        return statistics.median(self.measured.ours) if self.measured.ours else None

    @property
    def peer(self) -> float | None:
        """The peer's median, or None without a peer."""
        return statistics.median(self.measured.peer) if self.measured.peer else None

    @property
    def ratio(self) -> float | None:
        """Peer's over ours where more is better, ours over the peer's elsewhere; None without a peer."""
        if self.peer is None or self.ours is None:
            return None
        above, below = (self.peer, self.ours) if self.row.judged == "peer/ours" else (self.ours, self.peer)
        return above / below if below else None

    @property
    def judged(self) -> float | None:
        """The figure that the target speaks of, or None when it could not be measured."""
        if self.row.judged == "ours":
            return self.ours
        if self.row.judged == "ours-peer":
            return None if self.ours is None or self.peer is None else self.ours - self.peer
        return self.ratio

    @property
    def holds(self) -> bool:
        """Whether the target is met; not if it could not be measured."""
        if self.judged is None:
            return False
        return self.judged >= self.row.target if self.row.at_least else self.judged <= self.row.target

    def as_json(self) -> dict[str, object]:
        """The keys that anyone may rely on, then some that explain them."""
        return {
            "name": self.row.name,
            "ours": self.ours,
            "peer": self.peer,
            "ratio": self.ratio,
            "target": self.row.target,
            "holds": self.holds,
            "judged": self.judged,
            "judged_by": self.row.judged,
            "at_least": self.row.at_least,
            "unit": self.row.unit,
            "variant": self.measured.variant,
            "peer_name": self.measured.peer_name,
            "ours_spread": spread(self.measured.ours),
            "peer_spread": spread(self.measured.peer),
            "what": self.row.what,
            "note": self.measured.note,
        }


def spread(samples: Sequence[float]) -> tuple[float, float] | None:
    """The middle half of the samples, from the lower to the upper quartile; None when there are none."""
    if not samples:
        return None
    if len(samples) < 3:
        return min(samples), max(samples)
    lower, _, upper = statistics.quantiles(samples, n=4, method="inclusive")
    return lower, upper


ROWS: dict[str, Row] = {}
"""All rows by name, in the order of the table."""


def row(
    name: str, *, target: float, judged: Judged, unit: str, what: str, at_least: bool = False
) -> Callable[[Function], Function]:
    """Make a function a row of the suite."""

    def register(function: Function) -> Function:
        ROWS[name] = Row(
            name=name, target=target, judged=judged, unit=unit, at_least=at_least, what=what, function=function
        )
        return function

    return register
