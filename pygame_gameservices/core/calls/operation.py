"""One API call, described: what to do, whose it is, and how it may be retried. Immutable; shows no secret."""

from __future__ import annotations

import enum
import os
from collections import deque
from collections.abc import Sequence
from functools import partial
from time import time_ns
from typing import Any

import msgspec

from pygame_gameservices.core.storage.credentials import Secret

NOBODY_YET = "nobody yet"
"""The player of a durable call that was made while nobody was signed in: it becomes the call of whoever signs in first.

No account of a service is called so; names have no spaces.
"""


_drawn_ids: deque[str] = deque()
_RANDOM_BYTES, _DRAWN_AT_ONCE = 10, 64


def new_id() -> str:
    """Return a name for a write, such as no other has: 32 hexadecimal digits. Any thread; less than a microsecond.

    The last 20 digits are random, which alone makes it the only one. Some are made in advance: asking the system for
    chance lets other threads have the interpreter, in the middle of a frame.
    """
    try:
        return _drawn_ids.pop()
    except IndexError:
        return _draw_ids()


def _draw_ids() -> str:
    """Make some at once, and return one of them.

    The milliseconds since 1970 come first, as in a UUID of version 7: new ids lie side by side in an index, at its
    end, so that whoever keeps millions of them needs little of it at hand. With a wrong clock they lie elsewhere.
    """
    drawn, each = os.urandom(_RANDOM_BYTES * _DRAWN_AT_ONCE).hex(), 2 * _RANDOM_BYTES
    now = f"{time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF:012x}"
    one, *others = (now + drawn[at : at + each] for at in range(0, len(drawn), each))
    _drawn_ids.extend(others)
    return one


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drawn_ids.clear)  # what it inherited, its parent gives to others


SHARED_TIMEOUT_S = 20.0
"""Seconds that a request of many may take, however patient one of them would be on its own."""


class Kind(enum.Enum):
    """What sending an operation twice does, which decides how it may be retried.

    After an attempt that surely did not reach the service every kind is retried, as often as `Operation.attempts` says.
    After one that perhaps did, SAFE and IDEMPOTENT are retried, ADDITIVE is looked up first, and DANGEROUS is reported
    as unknown. What the player should decide anew is no matter of its kind: it has one attempt.
    """

    SAFE = "safe"
    """Reads: changes nothing."""
    IDEMPOTENT = "idempotent"
    """Twice is the same as once, such as setting a value."""
    ADDITIVE = "additive"
    """Twice counts twice, such as adding a score."""
    DANGEROUS = "dangerous"
    """Twice costs money, such as an order."""


class Priority(enum.IntEnum):
    """Who goes first when workers are busy; operations of one lane keep their order whatever their priority."""

    HIGH = 0
    """A player looks at a spinner."""
    NORMAL = 1
    LOW = 2
    """Nobody waits, such as a picture."""


class Operation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One API call, described. Built by a service, carried out by the scheduler, shown in errors.

    Attributes:
        service: name of the service, such as ``"gamejolt"``.
        name: the call in the API's own words, such as ``"scores.add"``.
        kind: what sending it twice does.
        arguments: the call's parameters as the service wants them at send time; never a secret.
        player: whose call it is; empty when it belongs to the game, `NOBODY_YET` when it waits for whoever signs in.
        credential: the player's token for this call; hidden in ``repr`` and never stored.
        lane: operations of one lane run in order, lanes run side by side; empty for no order at all.
        mingles: operations of one lane that follow each other with the same word here may be under way side by side,
            since their order makes no difference; empty for a strict order. Reads always mingle with reads.
        priority: who goes first when workers are busy.
        timeout_s: seconds that one attempt may take, from the first byte sent to the last byte read.
        deadline_s: seconds after which the call fails, retries included.
        attempts: how many times it is sent at most, and how many answers may make no sense.
        max_bytes: how large an answer may be, decompressed.
        durable: whether it is written to disk first and then sent for as long as it takes, over restarts too;
            `deadline_s` and `attempts` then do not matter.
        id: what a write is called from its making to its end, over restarts too, so that whoever keeps count of them
            knows it again; empty for reads, and where nobody does.
        latest_wins: whether the next one like it in its lane, with nothing between them, makes it needless if it has
            not been sent by then, such as setting the same key again.
    """

    service: str
    name: str
    kind: Kind
    arguments: dict[str, str] = {}
    player: str = ""
    credential: Secret | None = None
    lane: str = ""
    mingles: str = ""
    priority: Priority = Priority.NORMAL
    timeout_s: float = 10.0
    deadline_s: float = 30.0
    attempts: int = 4
    max_bytes: int = 4 << 20
    durable: bool = False
    latest_wins: bool = False
    id: str = ""

    def __repr__(self) -> str:
        return f"Operation({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What shows in reports, also of local values: of the arguments their names alone, some may be keys."""
        fields = [(name, getattr(self, name)) for name in self.__struct_fields__]
        return [(name, sorted(value) if name == "arguments" else value) for name, value in fields]

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle it without its credential: errors hold operations, and end up in files and reports."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__ if name != "credential"}
        return partial(type(self), **fields), ()


def timeout_s(operations: Sequence[Operation]) -> float:
    """Seconds that one request for `operations` may take."""
    if len(operations) == 1:
        return operations[0].timeout_s
    return min(max(operation.timeout_s for operation in operations), SHARED_TIMEOUT_S)
