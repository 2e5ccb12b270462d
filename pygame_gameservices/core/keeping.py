"""Durable calls in the scheduler's eyes: which make others needless, and when they leave the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.operation import Kind, Operation
from pygame_gameservices.errors import CallError, Cancelled, OutcomeUnknown, Postponed

if TYPE_CHECKING:
    from pygame_gameservices.core.outbox import Outbox

_Lane = tuple[str, str, str]


class Keeping:
    """What is known of durable calls beyond their place in the backlog. Scheduler thread."""

    def __init__(self) -> None:
        self._latest: dict[_Lane, AnyCall] = {}
        self._spare: dict[AnyCall, AnyCall] = {}  # by the newer one that makes it needless, once that is delivered
        self._read_since: set[_Lane] = set()
        self._written: dict[_Lane, int] = {}
        self._applied: dict[_Lane, int] = {}

    def take(
        self,
        call: AnyCall,
        open_calls: dict[AnyCall, Any],
        follow: Callable[[AnyCall, AnyCall], object],
        outbox: Outbox | None,
    ) -> bool:
        """Take a durable call: a new one is written down, and an older one that it makes needless is not sent.

        That one is kept until the newer one is delivered, which may yet be cancelled or refused.

        Args:
            open_calls: the calls that have not ended, each with the request that carries it, or None; one that nobody
                needs any more is taken out.
            follow: lets its first argument end the way its second does.

        Returns:
            False if it is an earlier run's and needless itself, since a newer value was sent before it was loaded.
        """
        lane = _lane(call.operation)
        other = self._latest.get(lane)
        newer = other if call.loaded and other is not None and other.sequence > call.sequence else None
        if call.loaded and call.operation.latest_wins:
            if self._written.get(lane, call.sequence) > call.sequence:
                _drop(outbox, call)
                del open_calls[call]
                return False
            if newer is not None and open_calls.get(newer) is not None:
                if self._comes_late(call, newer, outbox):
                    follow(call, newer)
                else:
                    del open_calls[call]
                return False
        if newer is not None:
            return True
        older = self._needless(call, lane, open_calls)
        if older is not None:
            follow(older, call)
            self._keep_spare(older, call, outbox)
        if outbox is not None and not call.loaded:
            call.storing += 1
            outbox.store(call)
        return True

    def _needless(self, call: AnyCall, lane: _Lane, open_calls: Mapping[AnyCall, Any]) -> AnyCall | None:
        """The older call that `call` makes needless and that was not sent yet, if there is one."""
        older = self._latest.pop(lane, None)
        if lane in self._read_since:
            self._read_since.discard(lane)
            older = None
        if not call.operation.latest_wins or not call.operation.lane:
            return None
        self._latest[lane] = call
        if older is None or older.operation.name != call.operation.name:
            return None  # what is set and then removed was there: that is what removing it says
        if older.gone or older.in_doubt or open_calls.get(older, older) is not None:
            return None
        return older

    def _comes_late(self, call: AnyCall, newer: AnyCall, outbox: Outbox | None) -> bool:
        """Whether an earlier run's value, loaded while a newer one is under way, is kept in case that is refused."""
        spare = self._spare.get(newer)
        if newer.operation.name != call.operation.name or (spare is not None and spare.sequence > call.sequence):
            _drop(outbox, call)
            return False
        if spare is not None:
            _drop(outbox, spare)
        self._keep_spare(call, newer, outbox)
        return True

    def _keep_spare(self, older: AnyCall, newer: AnyCall, outbox: Outbox | None) -> None:
        """Keep the value before the last in case that the last is refused. Those before it go: memory is bounded."""
        needless = self._spare.pop(older, None)
        if needless is not None:
            _drop(outbox, needless)
        older.replaced = True
        self._spare[newer] = older
        if outbox is not None:
            outbox.spare(older)

    def read_between(self, call: AnyCall) -> None:
        """Note a read: what was written before it in its lane is needed now."""
        lane = _lane(call.operation)
        if lane in self._latest:
            self._read_since.add(lane)

    def ended(
        self, call: AnyCall, error: CallError | None, outbox: Outbox | None, under_way: Iterable[AnyCall]
    ) -> AnyCall | None:
        """Remember of a call that has ended no more than its place, or each key's last value would stay in memory.

        Args:
            under_way: the calls of its service that are.

        Returns:
            The older call that it had replaced in vain, which is to be sent now, or None.
        """
        lane = _lane(call.operation)
        older = self._no_longer_replaced(call, error, outbox, under_way)
        if self._latest.get(lane) is call:
            if older is not None:
                self._latest[lane] = older
            else:
                del self._latest[lane]
                self._read_since.discard(lane)
        if call.operation.lane and call.operation.kind is not Kind.SAFE and _perhaps_applied(error):
            self._applied[lane] = max(call.sequence, self._applied.get(lane, call.sequence))
            if call.operation.latest_wins:
                self._written[lane] = max(call.sequence, self._written.get(lane, call.sequence))
        return older

    def _no_longer_replaced(
        self, call: AnyCall, error: CallError | None, outbox: Outbox | None, under_way: Iterable[AnyCall]
    ) -> AnyCall | None:
        older = self._spare.pop(call, None)
        if older is None or older.settled or isinstance(error, Postponed):
            return None
        if _perhaps_applied(error) or self._overtaken(older, under_way):
            _drop(outbox, older)  # before the newer one leaves the disk: alone there, it would be sent
            return None
        older.replaced = False
        return older

    def _overtaken(self, older: AnyCall, under_way: Iterable[AnyCall]) -> bool:
        """Whether something newer of the same key, such as what is not kept on disk, was sent meanwhile."""
        lane = _lane(older.operation)
        return self._applied.get(lane, older.sequence) > older.sequence or any(
            other.sequence > older.sequence
            and other.operation.kind is not Kind.SAFE
            and not other.settled
            and _lane(other.operation) == lane
            for other in under_way
        )

    def moved(self, call: AnyCall, before: Operation) -> None:
        """Note that a call, which was `before`, belongs to a player now. It stands between those before and after."""
        if self._latest.get(_lane(before)) is call:
            del self._latest[_lane(before)]
        lane = _lane(call.operation)
        if lane in self._latest and self._latest[lane].sequence < call.sequence:
            del self._latest[lane]
            self._read_since.discard(lane)


def _perhaps_applied(error: CallError | None) -> bool:
    return error is None or isinstance(error, OutcomeUnknown)


def _lane(operation: Operation) -> _Lane:
    """Within what one value may replace another: a name's key is not another name's, whatever its case."""
    return operation.service, operation.player.casefold(), operation.lane


def _drop(outbox: Outbox | None, call: AnyCall) -> None:
    call.replaced = True
    if outbox is not None:
        outbox.needless(call)


def write_off(outbox: Outbox, call: AnyCall, error: CallError | None) -> None:
    """Tell the outbox how a durable call ended."""
    if call.replaced:
        if not isinstance(error, Postponed):
            outbox.needless(call)
    elif error is None or isinstance(error, Cancelled):
        outbox.done(call, delivered=error is None)
    elif isinstance(error, OutcomeUnknown):
        outbox.park(call, "unknown", error.message)
    elif not isinstance(error, Postponed):
        outbox.park(call, "rejected", error.message)
    elif not call.perhaps_applied and not call.in_doubt:
        forget_attempt(outbox, call)


def forget_attempt(outbox: Outbox | None, call: AnyCall) -> None:
    """Note that no attempt so far was applied, so that the next run need not ask."""
    if call.attempted_at is not None and call.entry and outbox is not None:
        outbox.unmark(call)
    call.forget_attempts()
