"""A runner without threads: everything happens within `update`, bit by bit, on the one thread that there is.

Where nothing may block, as in a page, this is the only way. On a desktop it costs frames what the disk costs, so games
there are better off with threads.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic, perf_counter
from typing import Any

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.http.exchange import Carrier, Exchange
from pygame_gameservices.core.outbox.outbox import SHORT_PATIENCE_S, Outbox
from pygame_gameservices.core.runners.attempt import Attempt
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.runners.tasks import Tasks
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.scheduling.scheduler import Said
from pygame_gameservices.errors import Timeout, UsageError

logger = logging.getLogger("pygame_gameservices")

WAITING_BUDGET_S = 0.005
"""Seconds of each of the turns that are given while somebody waits and no frame does."""
LONGEST_PAUSE_S = 0.02
"""Seconds between two of them at most: an exchange may have a deadline of its own."""


class CooperativeRunner:
    """See above. All its methods are used on the frame thread.

    A turn goes round the parts, and the next one goes on with the part that it did not get to. Nothing is cut short: an
    answer is decoded as a whole, however large its request lets it be, a task runs to its end, and a commit takes as
    long as the disk takes.

    Args:
        carrier: carries requests without blocking.
        rest: waits so many seconds, or until the carrier has something to do, for `wait`; None where nothing may wait.

    Attributes:
        network: see `Runner.network`.
        over: see `Runner.over`.
    """

    def __init__(self, carrier: Carrier, rest: Callable[[float], object] | None) -> None:
        self.network = PolledNetwork(carrier)
        self.over = threading.Event()
        self._rest = rest
        self._inbox: SimpleQueue[Said | Callable[[], object]] = SimpleQueue()
        self._told = False
        self._parts = deque((self._hear, self._collect, self._schedule, self._run_outbox, self._run_task))

    def start(self, driver: Driver, outbox: Outbox, tasks: Tasks) -> None:
        """See `Runner.start`."""
        self._driver = driver
        self._outbox = outbox
        self._tasks = tasks
        outbox.open(SHORT_PATIENCE_S)

    def post(self, message: Said | Callable[[], object]) -> None:
        """See `Runner.post`."""
        self._inbox.put(message)

    def update(self, budget_s: float) -> float:
        """See `Runner.update`."""
        return self._turns(budget_s)

    def expect_updates(self, expected: bool) -> None:
        """See `Runner.expect_updates`. Without updates nothing happens here that could be missed."""

    def _turns(self, budget_s: float, *, with_tasks: bool = True) -> float:
        if self._idle:
            return 0.0
        began = perf_counter()
        until = began + budget_s
        did = False
        while True:
            for part in tuple(self._parts):
                self._parts.rotate(-1)
                if with_tasks or part != self._run_task:
                    did = part(until) or did
                now = perf_counter()
                if did and now >= until:
                    return now - began
            if not self._has_work:
                return now - began

    def wait(self, arrived: threading.Event, timeout: float | None) -> bool:
        """See `Waits.wait`. Gives turns meanwhile, at least one; no task begins once the time is up."""
        if self._rest is None:
            raise UsageError(
                "waiting would stop everything here; await it instead: await call, await services.aclose()"
            )
        until = float("inf") if timeout is None else monotonic() + timeout
        while True:
            self._turns(WAITING_BUDGET_S, with_tasks=monotonic() < until)
            left = until - monotonic()
            if arrived.is_set() or left <= 0:
                return arrived.is_set()
            self._rest(max(0.0, min(left, self._pause_s())))

    async def until(self, arrived: asyncio.Future[None]) -> None:
        """See `Waits.until`. Gives turns meanwhile."""
        while not arrived.done():
            self.update(WAITING_BUDGET_S)
            await asyncio.sleep(self._pause_s())

    def run_beside(self, function: Callable[[], object], name: str) -> None:
        """See `Runner.run_beside`."""
        raise UsageError(f"{name} needs a thread of its own, and there are none here")

    def if_left(self, name: str, request: Callable[[], Request] | None) -> None:
        """See `Runner.if_left`."""

    def forked(self) -> list[Pending[Any]]:
        """See `Runner.forked`."""
        self._driver.stop()
        self.network.forked()
        unread = [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]
        calls = [call for call in unread if isinstance(call, Call)]
        return [*self._driver.open_calls(), *calls, *self._tasks.forked()]

    @property
    def _has_work(self) -> bool:
        """Whether there is something to do that waits for neither time nor network."""
        messages = (self._told or not self._inbox.empty()) and not self.over.is_set()
        return messages or self._tasks.waiting or (self._outbox.wait_s() <= 0 and not self._outbox.over.is_set())

    @property
    def _idle(self) -> bool:
        """Whether there is nothing to do at all, as in most frames."""
        if self.network.busy or self._has_work:
            return False
        wake = None if self.over.is_set() else self._driver.wait_s()
        return wake is None or wake > 0

    def _pause_s(self) -> float:
        """Seconds until another turn is worth while."""
        if self._has_work:
            return 0.0
        wake = None if self.over.is_set() else self._driver.wait_s()
        return min(LONGEST_PAUSE_S, LONGEST_PAUSE_S if wake is None else wake, self._outbox.wait_s())

    # the parts: each returns whether there was something to do

    def _hear(self, until: float) -> bool:
        """Hand what was posted to the scheduler."""
        heard = False
        for _ in range(self._inbox.qsize()):
            if self._driver.finished or (heard and perf_counter() >= until):
                break
            self._guarded(self._take, self._inbox.get_nowait())
            heard = True
        return heard

    def _collect(self, until: float) -> bool:
        """Hand it the requests that have ended."""
        ended = self.network.turn(until)
        for message in ended:
            self._guarded(self._tell, message)
        return bool(ended)

    def _schedule(self, until: float) -> bool:
        """Have it do what is due."""
        if self.over.is_set():
            return False
        self._told = False
        did = self._guarded(self._driver.turn)
        if self._driver.finished:
            self.network.close()
            self.over.set()
        return did

    def _run_outbox(self, until: float) -> bool:
        """Have the disk do what was asked of it."""
        due = self._outbox.wait_s() <= 0 and not self._outbox.over.is_set()
        if due:
            self._outbox.turn()
        return due

    def _run_task(self, until: float) -> bool:
        """Carry out the next task."""
        task = self._tasks.take()
        if task is not None:
            self._tasks.carry_out(task)
        return task is not None

    def _take(self, message: Said | Callable[[], object]) -> None:
        if callable(message):
            message()
        else:
            self._tell(message)

    def _tell(self, message: Said) -> None:
        self._told = True  # so that it is given a turn, though perhaps not in this one
        self._driver.receive(message)

    def _guarded(self, step: Callable[..., object], *about: Any) -> bool:
        try:
            return bool(step(*about))
        except Exception:
            logger.exception("the scheduler met an error; it goes on")
            return True


class PolledNetwork:
    """Carries the scheduler's requests by exchanges that are polled in each turn.

    Args:
        carrier: begins them.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._under_way: dict[Batch, tuple[Attempt, Exchange]] = {}
        self._ended: list[BatchEnded] = []

    @property
    def busy(self) -> bool:
        """Whether anything is under way, or has ended and nobody knows it yet."""
        return bool(self._under_way or self._ended)

    def send(self, batch: Batch) -> None:
        """See `Network.send`."""
        attempt = Attempt(batch)
        try:
            self._under_way[batch] = attempt, self._carrier.begin(attempt.request())
        except Exception as error:
            self._ended.append(attempt.failed(error))

    def hang_up(self, batch: Batch) -> None:
        """See `Network.hang_up`."""
        if batch in self._under_way:
            self._under_way[batch][1].abort()

    def abandon(self, batch: Batch, *, replace: bool) -> BatchEnded:
        """See `Network.abandon`. No worker is lost with it."""
        sent = False
        if batch in self._under_way:
            _, exchange = self._under_way.pop(batch)
            exchange.abort()
            sent = exchange.sent
        return BatchEnded(batch, (), Timeout(f"{batch.endpoint.host} did not let go of the request", sent=sent))

    def turn(self, until: float) -> list[BatchEnded]:
        """Do what can be done without waiting, and return what has ended.

        Args:
            until: when to leave the rest for the next turn, by `perf_counter`. What has begun is done.
        """
        ended, self._ended = self._ended, []
        for batch, (attempt, exchange) in list(self._under_way.items()):
            try:
                response = exchange.poll()
                if response is None:
                    continue
                message = attempt.answered(response)
            except Exception as error:
                message = attempt.failed(error)
            del self._under_way[batch]
            ended.append(message)
            if perf_counter() >= until:
                break
        return ended

    def close(self) -> None:
        """Let go of the network."""
        self._under_way.clear()
        self._carrier.close()

    def forked(self) -> None:
        """Let go of it in a forked child."""
        self._under_way.clear()
        self._carrier.forked()
