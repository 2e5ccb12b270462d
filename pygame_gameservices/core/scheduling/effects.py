"""What the scheduler wants done, as plain values. A runner carries them out, in order; see `scheduler`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pygame_gameservices.core.events import Event
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.delivery import Delivery
from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.errors import CallError


class Effect(msgspec.Struct, frozen=True):
    """Base of all effects."""


# for the network


class Send(Effect, frozen=True):
    """Send a request. A `messages.BatchEnded` answers, whatever happens."""

    batch: Batch


class HangUp(Effect, frozen=True):
    """Break a request off, so that its worker comes back at once."""

    batch: Batch


class Abandon(Effect, frozen=True):
    """Take a request from a worker that does not come back, and put another worker in its place.

    A `messages.BatchEnded` answers at once, which says whether anything of the request was sent.

    Attributes:
        replace: whether another worker is wanted; not at the end.
    """

    batch: Batch
    replace: bool = True


# for the disk; those about one call carry its delivery, whose `entry` is the disk's to set


class Store(Effect, frozen=True):
    """Write a call down; `messages.Stored` answers."""

    delivery: Delivery


class KeepSpare(Effect, frozen=True):
    """Keep a call that is needed only if the newer one that superseded it is refused. Nothing waits for it."""

    delivery: Delivery


class FollowOlder(Effect, frozen=True):
    """Answer `messages.Stored` for a call that is not kept itself, once what earlier runs left stands before it."""

    delivery: Delivery


class Mark(Effect, frozen=True):
    """Note that the calls of a request are about to be sent; `messages.Marked` answers."""

    batch: Batch
    deliveries: Sequence[Delivery]


class NoteSent(Effect, frozen=True):
    """Note that a call, which was not marked before it was sent, may have been applied. Nothing waits for it."""

    delivery: Delivery


class Unmark(Effect, frozen=True):
    """Note that a call surely was not applied."""

    delivery: Delivery


class Remove(Effect, frozen=True):
    """Take a call out: it was delivered, cancelled, or superseded for good."""

    delivery: Delivery
    delivered: bool


class NoteDelivered(Effect, frozen=True):
    """Remember that a call was delivered that is not kept: an equal one that is must not be taken for it."""

    delivery: Delivery


class CountEqual(Effect, frozen=True):
    """Tell by `messages.Counted` how many equal calls others delivered."""

    delivery: Delivery


class SetAside(Effect, frozen=True):
    """Set a call aside, for a person to look at.

    Attributes:
        state: ``"unknown"`` or ``"rejected"``.
    """

    delivery: Delivery
    state: str
    reason: str


class LoadPlayer(Effect, frozen=True):
    """Load what earlier runs left of a player; the empty name is the game itself.

    Attributes:
        then: calls that go after it; `messages.Stored` answers for them.
        claims: whether what waits for whoever signs in first becomes the player's.
    """

    service: str
    player: str
    credential: Secret | None
    then: Sequence[Delivery] = ()
    claims: bool = False


# for the game


class Settle(Effect, frozen=True):
    """Give a call its outcome."""

    delivery: Delivery
    value: Any
    error: CallError | None


class SettleOnceWritten(Effect, frozen=True):
    """End a call that is not on disk when everything closes: the disk may take it yet.

    Attributes:
        kept: what it ends with if it is.
        lost: what it ends with if it is not.
    """

    delivery: Delivery
    kept: CallError
    lost: CallError


class Announce(Effect, frozen=True):
    """Let the game hear of an event."""

    event: Event
