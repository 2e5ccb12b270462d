"""A newer value supersedes an older one of its key that was not sent yet; the older is kept until that is delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.scheduling.delivery import UNSENT, Delivery, State
from pygame_gameservices.core.scheduling.effects import Effect, KeepSpare, Remove
from pygame_gameservices.core.scheduling.lanes import Order, age, order_of
from pygame_gameservices.errors import CallError, OutcomeUnknown, Postponed


class Coalesced(msgspec.Struct, frozen=True):
    """What becomes of a durable call that was just taken.

    Attributes:
        superseded: the call that is needless now, if any: an older one, or the taken call itself.
        by: the newer one that makes it so.
        dropped: whether the taken call is needless for good, and nobody has to hear of it.
        effects: what is to be done on disk.
    """

    superseded: Delivery | None = None
    by: Delivery | None = None
    dropped: bool = False
    effects: tuple[Effect, ...] = ()


_NOTHING = Coalesced()


class Coalescing:
    """Which values make others needless. It changes no delivery: the scheduler does, by what is returned."""

    def __init__(self) -> None:
        self._latest: dict[Order, Delivery] = {}
        self._spare: dict[Delivery, Delivery] = {}  # by the newer one that supersedes it
        self._read_since: set[Order] = set()
        self._written: dict[Order, int] = {}
        self._applied: dict[Order, int] = {}

    def take(self, delivery: Delivery, under_way: Iterable[Delivery]) -> Coalesced:
        """Take a durable call, new or of an earlier run.

        Args:
            under_way: the calls of its lane that are.
        """
        key = order_of(delivery.operation)
        if delivery.loaded and (late := self._late(delivery, key, under_way)) is not None:
            return late
        older = self._needless(delivery, key)
        return _NOTHING if older is None else Coalesced(older, delivery, effects=self._keep_spare(older, delivery))

    def _late(self, delivery: Delivery, key: Order, under_way: Iterable[Delivery]) -> Coalesced | None:
        """What becomes of an earlier run's call that newer ones of this run were before; None if there are none."""
        if delivery.operation.latest_wins:
            if self._written.get(key, delivery.sequence) > delivery.sequence:
                return Coalesced(dropped=True, effects=(Remove(delivery, delivered=False),))
            # not only the latest: it may have been made before it was known whose it is, or have been updated since
            values = (one for one in under_way if one.operation.latest_wins and order_of(one.operation) == key)
            newest = max(values, key=age, default=delivery)
            if newest.sequence > delivery.sequence:
                return self._comes_late(delivery, newest)
        other = self._latest.get(key)
        return None if other is None or other.sequence < delivery.sequence else _NOTHING

    def _needless(self, delivery: Delivery, key: Order) -> Delivery | None:
        """The older call that `delivery` makes needless and that was not sent yet, if there is one."""
        older = self._latest.pop(key, None)
        if key in self._read_since:
            self._read_since.discard(key)
            older = None
        if not delivery.operation.latest_wins or not delivery.operation.lane:
            return None
        self._latest[key] = delivery
        if older is None or older.operation.name != delivery.operation.name:
            return None  # what is set and then removed was there: that is what removing it says
        return older if older.state in UNSENT and not older.doubtful else None

    def _comes_late(self, delivery: Delivery, newer: Delivery) -> Coalesced:
        """An earlier run's value, loaded while a newer one is under way: kept in case that one is refused, unless a
        newer one than this is kept already."""
        spare = self._spare.get(newer)
        if newer.operation.name != delivery.operation.name or (
            spare is not None and spare.sequence > delivery.sequence
        ):
            return Coalesced(dropped=True, effects=(Remove(delivery, delivered=False),))
        discard = () if spare is None else (Remove(spare, delivered=False),)
        return Coalesced(delivery, newer, effects=(*discard, *self._keep_spare(delivery, newer)))

    def _keep_spare(self, older: Delivery, newer: Delivery) -> tuple[Effect, ...]:
        """Keep the value before the last in case that the last is refused. Those before it go: memory is bounded."""
        needless = self._spare.pop(older, None)
        self._spare[newer] = older
        return (KeepSpare(older),) if needless is None else (Remove(needless, delivered=False), KeepSpare(older))

    def read_between(self, delivery: Delivery) -> None:
        """Note a read: what was written before it in its lane is needed now."""
        key = order_of(delivery.operation)
        if key in self._latest:
            self._read_since.add(key)

    def ended(
        self, delivery: Delivery, error: CallError | None, under_way: Callable[[], Iterable[Delivery]]
    ) -> tuple[Delivery | None, tuple[Effect, ...]]:
        """Remember of a write that has ended no more than its place, or each key's last value would stay in memory.

        Args:
            under_way: gives the calls of its service that are.

        Returns:
            The older call that it had superseded in vain, which is to be sent now, or None; and what is to be done on
            disk before anything else is.
        """
        operation = delivery.operation
        if not operation.lane:
            return None, ()
        key = order_of(operation)
        older: Delivery | None = None
        effects: tuple[Effect, ...] = ()
        if operation.latest_wins:
            older, effects = self._no_longer_superseded(delivery, error, under_way)
            if self._latest.get(key) is delivery:
                if older is not None:
                    self._latest[key] = older
                else:
                    del self._latest[key]
                    self._read_since.discard(key)
        if _may_stand(error):
            self._applied[key] = max(delivery.sequence, self._applied.get(key, delivery.sequence))
            if operation.latest_wins:
                self._written[key] = max(delivery.sequence, self._written.get(key, delivery.sequence))
        return older, effects

    def _no_longer_superseded(
        self, delivery: Delivery, error: CallError | None, under_way: Callable[[], Iterable[Delivery]]
    ) -> tuple[Delivery | None, tuple[Effect, ...]]:
        older = self._spare.pop(delivery, None)
        if older is None or older.ended or isinstance(error, Postponed):
            return None, ()
        if _may_stand(error) or self._overtaken(older, under_way()):
            return None, (
                Remove(older, delivered=False),
            )  # before the newer one leaves the disk: alone there, it would be sent
        return older, ()

    def _overtaken(self, older: Delivery, under_way: Iterable[Delivery]) -> bool:
        """Whether something newer of the same key, such as what is not kept on disk, was sent meanwhile."""
        key = order_of(older.operation)
        return self._applied.get(key, older.sequence) > older.sequence or any(
            other.sequence > older.sequence
            and other.operation.kind is not Kind.SAFE
            and not other.ended
            and order_of(other.operation) == key
            for other in under_way
        )

    def moved(self, delivery: Delivery, before: Operation) -> None:
        """Note that a call, which was `before`, belongs to a player now. It stands between those before and after."""
        if delivery.state is State.SUPERSEDED:
            return
        if self._latest.get(order_of(before)) is delivery:
            del self._latest[order_of(before)]
        key = order_of(delivery.operation)
        if key in self._latest and self._latest[key].sequence < delivery.sequence:
            del self._latest[key]
            self._read_since.discard(key)


def _may_stand(error: CallError | None) -> bool:
    return error is None or isinstance(error, OutcomeUnknown)
