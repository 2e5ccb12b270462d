"""Durable calls in the scheduler's eyes: which make others needless, and when they leave the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.operation import Operation
from pygame_gameservices.errors import CallError, Cancelled, OutcomeUnknown, Postponed

if TYPE_CHECKING:
    from pygame_gameservices.core.outbox import Outbox

_Lane = tuple[str, str, str]


class Keeping:
    """What is known of durable calls beyond their place in the backlog. Scheduler thread."""

    def __init__(self) -> None:
        self._latest: dict[_Lane, AnyCall] = {}
        self._read_since: set[_Lane] = set()
        self._written: dict[_Lane, int] = {}

    def take(
        self,
        call: AnyCall,
        open_calls: Mapping[AnyCall, Any],
        follow: Callable[[AnyCall, AnyCall], object],
        outbox: Outbox | None,
    ) -> bool:
        """Take a durable call: a new one is written down, and an older one that it makes needless goes.

        Args:
            open_calls: the calls that have not ended, each with the request that carries it, or None.
            follow: lets its first argument end the way its second does.

        Returns:
            False if it is an earlier run's and needless itself, since a newer value was sent before it was loaded.
        """
        lane = _lane(call.operation)
        other = self._latest.get(lane)
        newer = other if call.loaded and other is not None and other.sequence > call.sequence else None
        if call.loaded and call.operation.latest_wins:
            under_way = newer is not None and open_calls.get(newer) is not None
            if under_way or self._written.get(lane, call.sequence) > call.sequence:
                _drop(outbox, call)
                return False
        if newer is not None:
            return True
        older = self._needless(call, lane, open_calls)
        if older is not None:
            follow(older, call)
        if outbox is not None and not call.loaded:
            call.storing += 1
            outbox.store(call, older)
        elif older is not None:
            _drop(outbox, older)
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
        older.replaced = True
        return older

    def read_between(self, call: AnyCall) -> None:
        """Note a read: what was written before it in its lane is needed now."""
        lane = _lane(call.operation)
        if lane in self._latest:
            self._read_since.add(lane)

    def ended(self, call: AnyCall, error: CallError | None) -> None:
        """Remember of a call that has ended no more than its place, or each key's last value would stay in memory."""
        lane = _lane(call.operation)
        if self._latest.get(lane) is call:
            del self._latest[lane]
            self._read_since.discard(lane)
        lasts = call.operation.durable and call.operation.latest_wins
        if lasts and (error is None or isinstance(error, OutcomeUnknown)):
            self._written[lane] = max(call.sequence, self._written.get(lane, call.sequence))

    def moved(self, call: AnyCall, before: Operation) -> None:
        """Note that a call, which was `before`, belongs to a player now. It stands between those before and after."""
        if self._latest.get(_lane(before)) is call:
            del self._latest[_lane(before)]
        lane = _lane(call.operation)
        if lane in self._latest and self._latest[lane].sequence < call.sequence:
            del self._latest[lane]
            self._read_since.discard(lane)


def _lane(operation: Operation) -> _Lane:
    """Within what one value may replace another: a name's key is not another name's, whatever its case."""
    return operation.service, operation.player.casefold(), operation.lane


def _drop(outbox: Outbox | None, call: AnyCall) -> None:
    call.replaced = True
    if outbox is not None:
        outbox.done(call, delivered=False)


def write_off(outbox: Outbox, call: AnyCall, error: CallError | None) -> None:
    """Tell the outbox how a durable call ended."""
    if error is None or isinstance(error, Cancelled):
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
