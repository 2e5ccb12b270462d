"""The calls of one service that wait to be sent, in lanes."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from typing import Any

from pygame_gameservices.core.call import Call
from pygame_gameservices.core.operation import Kind, Operation

AnyCall = Call[Any]
_Entry = tuple[int, int, int, AnyCall, "_Lane | None"]


class _Lane:
    __slots__ = ("calls", "held", "parked")

    def __init__(self) -> None:
        self.calls: deque[AnyCall] = deque()
        self.held = False
        self.parked = False


class Backlog:
    """Waiting calls: those of a lane leave in order and one request at a time, lanes leave side by side, and of all
    that could leave the one with the highest priority and then the oldest does. One thread only.

    A read does not wait behind a write that itself waits for the network to come back: it leaves its lane.
    """

    def __init__(self) -> None:
        self._ready: list[_Entry] = []
        self._lanes: dict[str, _Lane] = {}
        self._tie = itertools.count()

    def add(self, call: AnyCall) -> None:
        """Queue a new call at the end of its lane."""
        operation = call.operation
        if not operation.lane:
            self._offer(call, None)
            return
        lane = self._lanes.setdefault(operation.lane, _Lane())
        if lane.parked and operation.kind is Kind.SAFE:
            self._offer(call, None)
            return
        lane.calls.append(call)
        if len(lane.calls) == 1 and not lane.held and not lane.parked:
            self._offer(call, lane)

    def head(self) -> tuple[int, int] | None:
        """The rank (priority, age) of the call that would leave next, or None when none can."""
        while self._ready:
            priority, sequence, _, call, lane = self._ready[0]
            if self._is_current(call, lane, mine=()):
                return priority, sequence
            heapq.heappop(self._ready)
            self._skip_settled(call, lane)
        return None

    def take(self, limit: int, may_batch: Callable[[Operation], bool]) -> list[AnyCall]:
        """Take the calls of the next request, in order: one, or up to `limit` if all of them may share it."""
        taken: list[AnyCall] = []
        mine: list[_Lane] = []
        kept: list[_Entry] = []
        while self._ready and len(taken) < limit:
            entry = heapq.heappop(self._ready)
            call, lane = entry[3], entry[4]
            if not self._is_current(call, lane, mine):
                self._skip_settled(call, lane)
                continue
            joins = may_batch(call.operation)
            if taken and not joins:
                kept.append(entry)
                break
            taken.append(call)
            if lane is not None:
                lane.calls.popleft()
                lane.held = True
                mine.append(lane)
                self._offer_next(lane)
            if not joins:
                break
        for entry in kept:
            heapq.heappush(self._ready, entry)
        return taken

    def release(self, call: AnyCall) -> None:
        """Let the lane of `call` move on: its request ended."""
        lane = self._lanes.get(call.operation.lane)
        if lane is None:
            return
        lane.held = False
        if lane.calls:
            if not lane.parked:
                self._offer_next(lane)
        elif not lane.parked:
            del self._lanes[call.operation.lane]

    def put_back(self, call: AnyCall) -> None:
        """Hold `call` back for a retry. If it is a write, its lane waits with it. `resume` ends the wait.

        Calls of one request are put back last first, so that their lane keeps its order.
        """
        operation = call.operation
        if not operation.lane or operation.kind is Kind.SAFE:
            return
        lane = self._lanes.setdefault(operation.lane, _Lane())
        lane.parked = True
        for waiting in [c for c in lane.calls if c.operation.kind is Kind.SAFE]:
            lane.calls.remove(waiting)
            self._offer(waiting, None)
        lane.calls.appendleft(call)

    def resume(self, call: AnyCall) -> None:
        """End the wait of a call that was put back."""
        lane = self._lanes.get(call.operation.lane)
        if lane is None or call.operation.kind is Kind.SAFE:
            self._offer(call, None)
            return
        lane.parked = False
        if not lane.held and lane.calls:
            self._offer_next(lane)

    def _offer(self, call: AnyCall, lane: _Lane | None) -> None:
        heapq.heappush(self._ready, (call.operation.priority, call.sequence, next(self._tie), call, lane))

    def _offer_next(self, lane: _Lane) -> None:
        while lane.calls and lane.calls[0].settled:
            lane.calls.popleft()
        if lane.calls:
            self._offer(lane.calls[0], lane)

    def _is_current(self, call: AnyCall, lane: _Lane | None, mine: list[_Lane] | tuple[()]) -> bool:
        """Whether an entry of the heap still says the truth: entries are left behind rather than searched for."""
        if call.settled:
            return False
        if lane is None:
            return True
        free = not lane.parked and (not lane.held or lane in mine)
        return free and bool(lane.calls) and lane.calls[0] is call

    def _skip_settled(self, call: AnyCall, lane: _Lane | None) -> None:
        """A cancelled or expired call at the head of its lane makes room for the next."""
        if lane is not None and call.settled and lane.calls and lane.calls[0] is call:
            lane.calls.popleft()
            if not lane.held and not lane.parked:
                self._offer_next(lane)
