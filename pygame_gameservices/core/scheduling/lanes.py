"""The calls of one service that wait to be sent, in lanes."""

from __future__ import annotations

import heapq
import itertools
from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable

from pygame_gameservices.core.calls.operation import Kind, Operation
from pygame_gameservices.core.scheduling.batch import Company
from pygame_gameservices.core.scheduling.delivery import GONE, Delivery, State

_Entry = tuple[int, int, int, Delivery, "_Lane | None"]

Order = tuple[str, str, str]
"""See `order_of`."""

MOST_LEFT = 200
"""How many calls that may not come along are passed over in search of some that may."""


class _Lane:
    """The calls of one lane that wait, and what is known of those under way.

    Attributes:
        waiting: those that wait, oldest first, whatever they wait for.
        reads: how many among them are reads.
        under_way: those that left it and are under way; a read that was let past it is not among them.
        mingling: the word that lets another call join those under way; empty for none.
    """

    __slots__ = ("mingling", "reads", "under_way", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self.reads = 0
        self.under_way: set[Delivery] = set()
        self.mingling = ""

    def lets_go(self, delivery: Delivery, beside: int = 0) -> bool:
        """Whether `delivery` is the next to leave and may do so now.

        Args:
            beside: how many of those under way travel in the same request, where order is kept anyway.
        """
        if not self.waiting or self.waiting[0] is not delivery or delivery.state is not State.QUEUED:
            return False
        return len(self.under_way) == beside or (bool(self.mingling) and self.mingling == _mingles(delivery.operation))

    def insert(self, delivery: Delivery) -> None:
        """Put `delivery` where its age says."""
        delivery.in_lane = True
        self.reads += delivery.operation.kind is Kind.SAFE
        if not self.waiting or self.waiting[-1].sequence < delivery.sequence:
            self.waiting.append(delivery)
        else:  # it comes back, or an earlier run made it; thousands may wait already
            self.waiting.insert(bisect_left(self.waiting, delivery.sequence, key=age), delivery)

    def pop(self) -> Delivery:
        """Take the oldest call out."""
        delivery = self.waiting.popleft()
        delivery.in_lane = False
        self.reads -= delivery.operation.kind is Kind.SAFE
        return delivery

    def take_out(self, delivery: Delivery) -> None:
        """Take a call out that stands anywhere in it."""
        delivery.in_lane = False
        self.reads -= delivery.operation.kind is Kind.SAFE
        self.waiting.remove(delivery)

    def take_reads(self) -> list[Delivery]:
        """Take all reads out."""
        if not self.reads:
            return []
        found = [one for one in self.waiting if one.operation.kind is Kind.SAFE]
        self.waiting = deque(one for one in self.waiting if one.operation.kind is not Kind.SAFE)
        self.reads = 0
        for one in found:
            one.in_lane = False
        return found

    def leave(self) -> None:
        """Note that the next call leaves."""
        delivery = self.pop()
        word = _mingles(delivery.operation)
        self.mingling = word if not self.under_way or word == self.mingling else ""
        self.under_way.add(delivery)

    def drop_gone(self) -> None:
        """Forget those at the head that need not be sent."""
        while self.waiting and self.waiting[0].state in GONE:
            self.pop()

    def waits_for_a_retry(self) -> bool:
        """Whether nothing moves because the head waits for its retry."""
        self.drop_gone()
        return bool(self.waiting) and self.waiting[0].waits_for_network

    @property
    def empty(self) -> bool:
        """Whether nothing of it waits or is under way."""
        return not self.waiting and not self.under_way


class Lanes:
    """Waiting calls: those of a lane leave in order and one request at a time (but calls that mingle leave side by
    side), lanes leave side by side, and of all that could leave the one with the highest priority and then the oldest
    does.

    A read does not wait behind a write that itself waits for the network to come back: it leaves its lane. Whether a
    call may leave is told by its state alone, which the scheduler changes before it tells the lanes.
    """

    def __init__(self) -> None:
        self._ready: list[_Entry] = []
        self._lanes: dict[str, _Lane] = {}
        self._tie = itertools.count()

    def add(self, delivery: Delivery) -> None:
        """Take a call in: at the end of its lane, unless it is older than others there."""
        operation = delivery.operation
        if not operation.lane:
            self._offer(delivery, None)
            return
        lane = self._lane(operation.lane)
        first = lane.waiting[0] if lane.waiting else None
        if operation.kind is Kind.SAFE and lane.waits_for_a_retry():
            self._offer(delivery, None)
            return
        lane.insert(delivery)
        if lane.waiting[0] is not first:  # it is the first now, or one that made the first needless is
            self._offer_next(lane)

    def reconsider(self, delivery: Delivery) -> None:
        """Look again at a call that waited for something else than its turn: it may go now, or waits for the next thing
        and lets reads past it."""
        lane = self._lanes.get(delivery.operation.lane)
        if lane is None or not delivery.in_lane:
            self._offer(delivery, None)
            return
        if delivery.state is not State.QUEUED:
            self._let_reads_past(lane, delivery)
        elif lane.waiting[0] is not delivery and lane.waiting[0].state not in GONE:
            return  # that one goes first, and was offered if it may
        self._offer_next(lane)

    def plenty(self, enough: int) -> bool:
        """Whether about so many calls could leave, counting with each what waits in its lane behind it."""
        counted = 0
        for *_, lane in self._ready:
            counted += 1 if lane is None else len(lane.waiting)
            if counted >= enough:
                return True
        return False

    def head(self) -> tuple[int, int] | None:
        """The rank (priority, age) of the call that would leave next, or None when none can."""
        while self._ready:
            priority, sequence, _, delivery, lane = self._ready[0]
            if self._is_current(delivery, lane, 0):
                return priority, sequence
            heapq.heappop(self._ready)
            self._pass_over(delivery, lane)
        return None

    def under_way(self, name: str) -> Collection[Delivery]:
        """The calls that left the lane of this name and are under way."""
        lane = self._lanes.get(name)
        return () if lane is None else lane.under_way

    def overtakes(self, delivery: Delivery) -> bool:
        """Whether an older call, beside which `delivery` may not go, came to its lane after `delivery` had left it."""
        lane = self._lanes.get(delivery.operation.lane)
        if lane is None or not lane.waiting or delivery not in lane.under_way:  # a read may have been let past it
            return False
        word, older = _mingles(delivery.operation), next((one for one in lane.waiting if not one.gone), delivery)
        return older.sequence < delivery.sequence and not (word and word == _mingles(older.operation))

    def take(self, limit: int, company: Company) -> list[Delivery]:
        """Take the calls of the next request, in order. Those that may not come along stay for the ones after it.

        Args:
            limit: how many at most.
            company: whether a call may travel with those taken before it.
        """
        taken: list[Delivery] = []
        beside: dict[_Lane, int] = {}
        left: list[_Entry] = []
        while self._ready and len(taken) < limit and len(left) < MOST_LEFT:
            entry = heapq.heappop(self._ready)
            delivery, lane = entry[3], entry[4]
            if not self._is_current(delivery, lane, 0 if lane is None else beside.get(lane, 0)):
                self._pass_over(delivery, lane)
                continue
            if _would_be_cut(lane, len(taken), limit) or not company.admits(delivery):
                left.append(entry)
                continue
            taken.append(delivery)
            if lane is not None:
                beside[lane] = self._follow(lane, beside.get(lane, 0), taken, limit, company)
            if company.complete:
                break
        for entry in left:
            heapq.heappush(self._ready, entry)
        return taken

    def _follow(self, lane: _Lane, beside: int, taken: list[Delivery], limit: int, company: Company) -> int:
        """Let those behind the call that was just taken come along first: elsewhere they would have to wait for it.

        Returns:
            How many calls of the lane travel in this request now.
        """
        priority = taken[-1].operation.priority
        while True:
            lane.leave()
            beside += 1
            lane.drop_gone()
            follower = lane.waiting[0] if lane.waiting else None
            if follower is None or not lane.lets_go(follower, beside):
                return beside
            comes = follower.operation.priority <= priority
            if len(taken) == limit or company.complete or not comes or not company.admits(follower):
                self._offer(follower, lane)
                return beside
            taken.append(follower)

    def release(self, deliveries: Iterable[Delivery]) -> None:
        """Let the lanes of a request's calls move on: it ended, or nobody waits for these any more."""
        released: dict[str, _Lane] = {}
        for delivery in deliveries:
            name = delivery.operation.lane
            lane = released.get(name) or self._lanes.get(name)
            if lane is not None:
                lane.under_way.discard(delivery)
                released[name] = lane
        for name, lane in released.items():
            self._offer_next(lane)
            self._drop_if_empty(name, lane)

    def hold(self, delivery: Delivery) -> None:
        """Keep the place of a call that is sent again, or looked up, later. What is behind a write waits with it,
        except for reads; a read has no place. Its request is released afterwards.
        """
        if not delivery.operation.lane or delivery.operation.kind is Kind.SAFE:
            return
        lane = self._lane(delivery.operation.lane)
        lane.insert(delivery)
        self._let_reads_past(lane, delivery)

    def move_on(self, delivery: Delivery) -> None:
        """Let the lane of `delivery` move on, which waits in it no longer: what is behind it may have waited for it
        alone, and an empty lane is forgotten."""
        lane = self._lanes.get(delivery.operation.lane)
        if lane is None:
            return
        if delivery.in_lane and not delivery.gone:
            lane.take_out(delivery)
        elif delivery.in_lane and lane.waiting[0] is not delivery:
            return
        self._offer_next(lane)
        self._drop_if_empty(delivery.operation.lane, lane)

    def _lane(self, name: str) -> _Lane:
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane()
        return lane

    def _let_reads_past(self, lane: _Lane, delivery: Delivery) -> None:
        for read in lane.take_reads() if delivery.waits_for_network else ():
            self._offer(read, None)

    def _drop_if_empty(self, name: str, lane: _Lane) -> None:
        if lane.empty:
            del self._lanes[name]

    def _offer(self, delivery: Delivery, lane: _Lane | None) -> None:
        if delivery.state is State.QUEUED:
            rank = (delivery.operation.priority, delivery.sequence, next(self._tie))
            heapq.heappush(self._ready, (*rank, delivery, lane))

    def _offer_next(self, lane: _Lane) -> None:
        lane.drop_gone()
        if lane.waiting and lane.lets_go(lane.waiting[0]):
            self._offer(lane.waiting[0], lane)

    def _is_current(self, delivery: Delivery, lane: _Lane | None, beside: int) -> bool:
        """Whether an entry of the heap still says the truth: entries are left behind rather than searched for."""
        if lane is None:
            return delivery.state is State.QUEUED and not delivery.in_lane
        return lane.lets_go(delivery, beside)

    def _pass_over(self, delivery: Delivery, lane: _Lane | None) -> None:
        """A call that need not be sent makes room for the next of its lane."""
        if lane is not None and delivery.gone:
            self._offer_next(lane)


def age(delivery: Delivery) -> int:
    """What calls of a lane go by: the lower, the older. Any thread."""
    return delivery.sequence


def order_of(operation: Operation) -> Order:
    """What the calls have in common that keep their order, and of which one value may supersede another: a name's lane
    is not another name's, whatever its case. Any thread."""
    return operation.service, operation.player.casefold(), operation.lane


def _would_be_cut(lane: _Lane | None, taken: int, limit: int) -> bool:
    """Whether a lane should wait for the next request, which can take all of it, where this one is half full already:
    its second half would have to wait until the first has come back."""
    return lane is not None and taken * 2 >= limit and limit - taken < len(lane.waiting) <= limit


def _mingles(operation: Operation) -> str:
    return "reads" if operation.kind is Kind.SAFE else operation.mingles
