"""The calls of one service that wait to be sent, in lanes."""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_left
from collections import deque
from typing import Any, Protocol

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind, Operation

AnyCall = Call[Any]
_Entry = tuple[int, int, int, AnyCall, "_Lane | None"]


MOST_LEFT = 200
"""How many calls that may not come along are passed over in search of some that may."""


class Company(Protocol):
    """Who may share a request.

    Attributes:
        complete: whether nobody else may join.
    """

    complete: bool

    def admits(self, call: AnyCall) -> bool:
        """Whether `call` may join those admitted before it; it then counts as admitted."""


class _Lane:
    """The calls of one lane that wait, and what is known of those under way.

    Attributes:
        calls: those that wait, oldest first.
        reads: how many among them are reads.
        parked: those among `calls` that wait for their retry.
        under_way: those that left it and are under way; a read that was let past it is not among them.
        mingling: the word that lets another call join those under way; empty for none.
    """

    __slots__ = ("calls", "mingling", "parked", "reads", "under_way")

    def __init__(self) -> None:
        self.calls: deque[AnyCall] = deque()
        self.reads = 0
        self.parked: set[AnyCall] = set()
        self.under_way: set[AnyCall] = set()
        self.mingling = ""

    def lets_go(self, call: AnyCall, beside: int = 0) -> bool:
        """Whether `call` is the next to leave and may do so now.

        Args:
            beside: how many of those under way travel in the same request, where order is kept anyway.
        """
        if not self.calls or self.calls[0] is not call or call in self.parked or call.storing:
            return False
        return len(self.under_way) == beside or (bool(self.mingling) and self.mingling == _mingles(call.operation))

    def insert(self, call: AnyCall) -> None:
        """Put `call` where its age says."""
        self.reads += call.operation.kind is Kind.SAFE
        if not self.calls or self.calls[-1].sequence < call.sequence:
            self.calls.append(call)
        else:  # it comes back, or an earlier run made it; thousands may wait already
            self.calls.insert(bisect_left(self.calls, call.sequence, key=_age), call)

    def pop(self) -> AnyCall:
        """Take the oldest call out."""
        call = self.calls.popleft()
        self.reads -= call.operation.kind is Kind.SAFE
        return call

    def take_reads(self) -> list[AnyCall]:
        """Take all reads out."""
        if not self.reads:
            return []
        found = [call for call in self.calls if call.operation.kind is Kind.SAFE]
        self.calls = deque(call for call in self.calls if call.operation.kind is not Kind.SAFE)
        self.reads = 0
        return found

    def leave(self) -> None:
        """Note that the next call leaves."""
        call = self.pop()
        word = _mingles(call.operation)
        self.mingling = word if not self.under_way or word == self.mingling else ""
        self.under_way.add(call)

    def drop_settled(self) -> None:
        """Forget cancelled and expired calls at the head."""
        while self.calls and self.calls[0].gone:
            self.parked.discard(self.pop())

    def waits_for_a_retry(self) -> bool:
        """Whether nothing moves because the head waits for its retry."""
        self.drop_settled()
        return bool(self.calls) and self.calls[0] in self.parked


class Backlog:
    """Waiting calls: those of a lane leave in order and one request at a time (but calls that mingle leave side by
    side), lanes leave side by side, and of all that could leave the one with the highest priority and then the oldest
    does. One thread only.

    A read does not wait behind a write that itself waits for the network to come back: it leaves its lane.
    """

    def __init__(self) -> None:
        self._ready: list[_Entry] = []
        self._lanes: dict[str, _Lane] = {}
        self._tie = itertools.count()

    def add(self, call: AnyCall) -> None:
        """Queue a call in its lane: at the end, unless it is older than others there."""
        operation = call.operation
        if not operation.lane:
            if not call.storing:
                self._offer(call, None)
            return
        lane = self._lanes.setdefault(operation.lane, _Lane())
        first = lane.calls[0] if lane.calls else None
        if operation.kind is Kind.SAFE and lane.waits_for_a_retry():
            self._offer(call, None)
            return
        lane.insert(call)
        if lane.calls[0] is not first:  # it is the first now, or one that made the first needless is
            self._offer_next(lane)

    def stored(self, call: AnyCall) -> None:
        """Let a call go that waited for the disk. One that was let out of its lane is on its way already."""
        lane = self._lanes.get(call.operation.lane)
        if not call.operation.lane:
            self._offer(call, None)
        elif lane is not None:
            self._offer_next(lane)

    def head(self) -> tuple[int, int] | None:
        """The rank (priority, age) of the call that would leave next, or None when none can."""
        while self._ready:
            priority, sequence, _, call, lane = self._ready[0]
            if self._is_current(call, lane, 0):
                return priority, sequence
            heapq.heappop(self._ready)
            self._pass_over(call, lane)
        return None

    def take(self, limit: int, company: Company) -> list[AnyCall]:
        """Take the calls of the next request, in order. Those that may not come along stay for the ones after it.

        Args:
            limit: how many at most.
            company: whether a call may travel with those taken before it.
        """
        taken: list[AnyCall] = []
        beside: dict[_Lane, int] = {}
        left: list[_Entry] = []
        while self._ready and len(taken) < limit and len(left) < MOST_LEFT:
            entry = heapq.heappop(self._ready)
            call, lane = entry[3], entry[4]
            if not self._is_current(call, lane, 0 if lane is None else beside.get(lane, 0)):
                self._pass_over(call, lane)
                continue
            if not company.admits(call):
                left.append(entry)
                continue
            taken.append(call)
            if lane is not None:
                beside[lane] = self._follow(lane, beside.get(lane, 0), taken, limit, company)
            if company.complete:
                break
        for entry in left:
            heapq.heappush(self._ready, entry)
        return taken

    def _follow(self, lane: _Lane, beside: int, taken: list[AnyCall], limit: int, company: Company) -> int:
        """Let those behind the call that was just taken come along first: elsewhere they would have to wait for it.

        Returns:
            How many calls of the lane travel in this request now.
        """
        priority = taken[-1].operation.priority
        while True:
            lane.leave()
            beside += 1
            lane.drop_settled()
            follower = lane.calls[0] if lane.calls else None
            if follower is None or not lane.lets_go(follower, beside):
                return beside
            urgent = follower.operation.priority <= priority
            if len(taken) == limit or company.complete or not urgent or not company.admits(follower):
                self._offer(follower, lane)
                return beside
            taken.append(follower)

    def bring_back(self, call: AnyCall) -> None:
        """Queue a call of a lane again that was needless for a while: where its age says."""
        lane = self._lanes.get(call.operation.lane)
        if lane is not None and call in lane.calls:  # it was never passed over, and may wait for its retry
            self._offer_next(lane)
        else:
            self.add(call)

    def release(self, call: AnyCall) -> None:
        """Let the lane of `call` move on: its request ended."""
        lane = self._lanes.get(call.operation.lane)
        if lane is None:
            return
        lane.under_way.discard(call)
        self._offer_next(lane)
        if not lane.calls and not lane.under_way:
            del self._lanes[call.operation.lane]

    def put_back(self, call: AnyCall) -> None:
        """Hold `call` back for a retry until `resume`. If it is a write, what is behind it in its lane waits with it,
        except for reads. Its request is released afterwards.
        """
        if not call.operation.lane or call.operation.kind is Kind.SAFE:
            return
        lane = self._lanes.setdefault(call.operation.lane, _Lane())
        lane.insert(call)
        self.park(call)

    def gone(self, call: AnyCall) -> None:
        """Let the lane of `call` move on, which has ended: those behind it need not wait for its retry, or an answer
        about it."""
        lane = self._lanes.get(call.operation.lane)
        if lane is None or call not in lane.parked:
            return
        lane.parked.discard(call)
        self._offer_next(lane)
        if not lane.calls and not lane.under_way:
            del self._lanes[call.operation.lane]

    def park(self, call: AnyCall) -> None:
        """Let a waiting write, and what is behind it in its lane, wait until `resume`. Reads leave the lane."""
        lane = self._lanes.get(call.operation.lane)
        if lane is None:
            return
        for waiting in lane.take_reads():
            self._offer(waiting, None)
        lane.parked.add(call)

    def withdraw(self, call: AnyCall) -> None:
        """Take a call that was put back out of its lane, which goes on without it. It may be put back again."""
        lane = self._lanes.get(call.operation.lane)
        if lane is not None and call in lane.parked:
            lane.parked.discard(call)
            lane.calls.remove(call)
            self._offer_next(lane)

    def resume(self, call: AnyCall) -> None:
        """End the wait of a call that was put back."""
        if not call.operation.lane or call.operation.kind is Kind.SAFE:
            self._offer(call, None)
            return
        lane = self._lanes.get(call.operation.lane)
        if lane is not None and call in lane.parked:
            lane.parked.discard(call)
            self._offer_next(lane)

    def _offer(self, call: AnyCall, lane: _Lane | None) -> None:
        heapq.heappush(self._ready, (call.operation.priority, call.sequence, next(self._tie), call, lane))

    def _offer_next(self, lane: _Lane, beside: int = 0) -> None:
        lane.drop_settled()
        if lane.calls and lane.lets_go(lane.calls[0], beside):
            self._offer(lane.calls[0], lane)

    def _is_current(self, call: AnyCall, lane: _Lane | None, beside: int) -> bool:
        """Whether an entry of the heap still says the truth: entries are left behind rather than searched for."""
        return not call.gone and (lane is None or lane.lets_go(call, beside))

    def _pass_over(self, call: AnyCall, lane: _Lane | None) -> None:
        """A cancelled or expired call makes room for the next of its lane."""
        if lane is not None and call.gone:
            self._offer_next(lane)


def _age(call: AnyCall) -> int:
    return call.sequence


def _mingles(operation: Operation) -> str:
    return "reads" if operation.kind is Kind.SAFE else operation.mingles
