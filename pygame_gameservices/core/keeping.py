"""Durable calls in the scheduler's eyes: which make others needless, which wait for their player, and when they leave
the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from pygame_gameservices.core.backlog import AnyCall
from pygame_gameservices.core.credentials import Secret
from pygame_gameservices.errors import CallError, Cancelled, OutcomeUnknown, Postponed, ServiceError

if TYPE_CHECKING:
    from pygame_gameservices.core.outbox import Outbox


class Keeping:
    """What is known of durable calls beyond their place in the backlog. Scheduler thread."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], AnyCall] = {}
        self._read_since: set[tuple[str, str]] = set()
        self._written: dict[tuple[str, str], int] = {}
        self._absent: dict[tuple[str, str], list[AnyCall]] = {}
        self._credentials: dict[tuple[str, str], Secret] = {}

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
        lane = (call.operation.service, call.operation.lane)
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
            call.storing = True
            outbox.store(call, older)
        elif older is not None:
            _drop(outbox, older)
        return True

    def _needless(self, call: AnyCall, lane: tuple[str, str], open_calls: Mapping[AnyCall, Any]) -> AnyCall | None:
        """The older call that `call` makes needless and that was not sent yet, if there is one."""
        older = self._latest.pop(lane, None)
        if lane in self._read_since:
            self._read_since.discard(lane)
            older = None
        if not call.operation.latest_wins or not call.operation.lane:
            return None
        self._latest[lane] = call
        if older is None or older.gone or older.in_doubt or open_calls.get(older, older) is not None:
            return None
        older.replaced = True
        return older

    def read_between(self, call: AnyCall) -> None:
        """Note a read: what was written before it in its lane is needed now."""
        lane = (call.operation.service, call.operation.lane)
        if lane in self._latest:
            self._read_since.add(lane)

    def ended(self, call: AnyCall, error: CallError | None) -> None:
        """Remember of a call that has ended no more than its place, or each key's last value would stay in memory."""
        lane = (call.operation.service, call.operation.lane)
        if self._latest.get(lane) is call:
            del self._latest[lane]
            self._read_since.discard(lane)
            if error is None or isinstance(error, OutcomeUnknown):
                self._written[lane] = max(call.sequence, self._written.get(lane, call.sequence))

    def waits_for_player(self, call: AnyCall, error: CallError) -> bool:
        """Whether a durable call whose token was refused is kept for when its player signs in anew."""
        waits = call.operation.durable and isinstance(error, ServiceError) and error.waits_for_player
        if waits:
            call.absent = True
            self._absent.setdefault((call.operation.service, call.operation.player), []).append(call)
        return waits

    def has_returned(self, call: AnyCall) -> bool:
        """Whether the player of a refused call has signed in with another token since the call was made."""
        newest = self._credentials.get((call.operation.service, call.operation.player))
        return newest is not None and newest != call.operation.credential

    def return_of(self, service: str, player: str, credential: Secret) -> list[AnyCall]:
        """The calls that waited for a player, with the token of now."""
        self._credentials[service, player] = credential
        back = [call for call in self._absent.pop((service, player), ()) if not call.gone]
        for call in back:
            call.absent = False
            call.operation = msgspec.structs.replace(call.operation, credential=credential)
        return back

    def token_of(self, call: AnyCall) -> Secret:
        """The newest token of the player of `call`."""
        return self._credentials[call.operation.service, call.operation.player]


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
    call.attempted_at = None
