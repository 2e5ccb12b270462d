"""What the scheduler is told, as plain values; see `scheduler`. A new call needs no message around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.calls.endpoint import Answer, Endpoint
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A moment by two clocks.

    Attributes:
        clock: monotonic seconds.
        wall: Unix seconds; it may be set at any time.
    """

    clock: float
    wall: float


class Message(msgspec.Struct, frozen=True):
    """Base of all messages."""


class Register(Message, frozen=True):
    """A service is there, whose calls may follow."""

    endpoint: Endpoint


class Cancel(Message, frozen=True):
    """The game takes a call back."""

    call: Call[Any]


class BatchEnded(Message, frozen=True):
    """A request came to its end: one answer per call, or one error for all of them."""

    batch: Batch
    answers: Sequence[Answer]
    error: CallError | None


class Stored(Message, frozen=True):
    """The disk has these, or will not take them: they may go."""

    deliveries: Sequence[Delivery]


class Loaded(Message, frozen=True):
    """An earlier run wrote this down.

    Attributes:
        in_doubt: whether that run sent it, and heard no answer.
    """

    delivery: Delivery
    in_doubt: bool


class DiskChecked(Message, frozen=True):
    """What the disk holds of earlier runs has changed.

    Attributes:
        older_to_come: whether there are calls of earlier runs that are not loaded yet.
        for_anyone: the services of which calls wait for whoever signs in first.
    """

    older_to_come: bool
    for_anyone: frozenset[str]


class Marked(Message, frozen=True):
    """The disk's answer to `effects.Mark`.

    Attributes:
        taken: whether it took it; if not, what is on disk must not be sent now.
    """

    batch: Batch
    taken: bool


class Counted(Message, frozen=True):
    """The disk's answer to `effects.CountEqual`: surely, and at most; None while it refuses."""

    delivery: Delivery
    counts: tuple[int, int] | None


class SignedIn(Message, frozen=True):
    """A player is there, whom the service has yet to confirm."""

    service: str
    player: str
    credential: Secret


class Confirmed(Message, frozen=True):
    """The service knows the player."""

    service: str
    player: str
    credential: Secret


class SignedOut(Message, frozen=True):
    """A player, confirmed or not, is gone."""

    service: str
    player: str


class Close(Message, frozen=True):
    """Finish: reads end now, writes may go out for so many seconds."""

    within_s: float
