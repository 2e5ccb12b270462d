"""The runner of desktops: a thread each for the scheduler, the outbox and the tasks, and some workers that each carry
one request at a time."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

from pygame_gameservices.core.calls.call import Call, Pending
from pygame_gameservices.core.calls.endpoint import Request, Response
from pygame_gameservices.core.calls.missing_update import UpdateWatch
from pygame_gameservices.core.calls.waiting import Blocking
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.runners.attempt import Attempt
from pygame_gameservices.core.runners.driver import Driver
from pygame_gameservices.core.runners.tasks import Tasks
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.scheduling.scheduler import Said
from pygame_gameservices.core.turns.breath import in_short_breaths
from pygame_gameservices.core.turns.compute_lock import ComputeLock
from pygame_gameservices.core.turns.garbage import go_through_once
from pygame_gameservices.errors import Offline, Timeout

logger = logging.getLogger("pygame_gameservices")

OPENING_S = 0.5
"""Seconds that `start` waits for the outbox to open, beside all else."""

_Inbox = SimpleQueue[Said | Callable[[], object]]


class ThreadRunner(Blocking):
    """See above. All threads of a manager are here, and all are daemons. They start at once: late in a program's life
    Python refuses new ones.

    Args:
        workers: how many requests can be under way at once.
        transport: makes a worker's transport; called on that worker's thread.

    Attributes:
        network: see `Runner.network`.
        over: see `Runner.over`.
    """

    def __init__(self, workers: int, transport: Callable[[], Transport]) -> None:
        self._inbox: _Inbox = SimpleQueue()
        self.post = self._inbox.put  # see `Runner.post`; each call of the game's comes by here
        self.network = WorkerPool(workers, transport, self._inbox)
        self.over = threading.Event()
        self._watch: UpdateWatch | None = None

    def start(self, driver: Driver, outbox: Outbox, tasks: Tasks) -> None:
        """See `Runner.start`."""
        self._driver = driver
        self._outbox = outbox
        self._tasks = tasks
        self._watch = UpdateWatch(driver.events)
        start_thread(self._run_outbox, "gameservices-outbox")
        start_thread(self._run_tasks, "gameservices-background")
        start_thread(self._watch.run, "gameservices-first-update")
        self.network.start()
        start_thread(self._run_scheduler, "gameservices-scheduler")
        go_through_once()  # while the disk is busy, and not after it as elsewhere
        outbox.opened.wait(OPENING_S)
        self.network.prepare()

    def update(self, budget_s: float) -> float:
        """See `Runner.update`. The threads need no turns; but it is seen whether anybody asks for what they bring."""
        if self._watch is not None:
            self._watch.seen()
            self._watch = None
        return 0.0

    def expect_updates(self, expected: bool) -> None:
        """See `Runner.expect_updates`."""
        if self._watch is not None:
            self._watch.expect(expected)

    def run_beside(self, function: Callable[[], object], name: str) -> None:
        """See `Runner.run_beside`."""
        start_thread(function, name)

    def if_left(self, name: str, request: Callable[[], Request] | None) -> None:
        """See `Runner.if_left`."""

    def forked(self) -> list[Pending[Any]]:
        """See `Runner.forked`."""
        self._driver.stop()
        unread = [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]
        calls = [call for call in unread if isinstance(call, Call)]
        return [*self._driver.open_calls(), *calls, *self._tasks.forked()]

    def _run_scheduler(self) -> None:
        while not self._driver.finished:
            for part in self._hear, self._driver.turn:
                try:
                    part()
                except Exception:
                    logger.exception("the scheduler met an error; it goes on")
        self.network.close()
        self.over.set()

    def _hear(self) -> None:
        """Wait for messages, and hand over what came in one burst, so that it is batched together."""
        driver, inbox = self._driver, self._inbox
        try:
            message = inbox.get(timeout=driver.wait_s())
        except queue.Empty:
            return
        self._take(message)
        while not inbox.empty() and not driver.finished:
            self._take(inbox.get_nowait())

    def _take(self, message: Said | Callable[[], object]) -> None:
        if callable(message):
            message()
            return
        if isinstance(message, BatchEnded):
            self.network.ended(message.batch)
        self._driver.receive(message)

    def _run_outbox(self) -> None:
        self._outbox.open()
        while not self._outbox.over.is_set():
            self._outbox.turn(self._outbox.wait_s())

    def _run_tasks(self) -> None:
        while (task := self._tasks.take(wait=True)) is not None:
            with in_short_breaths():
                self._tasks.carry_out(task)
            del task  # or what it made would stay in memory until the next one


def start_thread(function: Callable[[], object], name: str) -> None:
    """Run `function` on a daemon thread. Nothing else in this package starts one. Any thread."""
    threading.Thread(target=function, name=name, daemon=True).start()


class WorkerPool:
    """The threads that carry requests. Its methods are called on the scheduler's thread.

    Args:
        workers: how many there are.
        transport: makes a worker's transport; called on that worker's thread.
        inbox: takes what became of requests.
    """

    def __init__(self, workers: int, transport: Callable[[], Transport], inbox: _Inbox) -> None:
        self._workers = workers
        self._transport = transport
        self._inbox = inbox
        self._lines: dict[Batch, Line] = {}
        self._desks: list[SimpleQueue[tuple[Batch, Line] | None]] = []
        self._free: list[SimpleQueue[tuple[Batch, Line] | None]] = []
        self._prepares = threading.Event()
        self._compute_lock = ComputeLock()

    def start(self) -> None:
        """Start the threads, which wait for `prepare`."""
        for number in range(self._workers):
            self._start_worker(number)

    def prepare(self) -> None:
        """Let each make its transport: that takes longer than all else, and would hold up whoever starts the rest."""
        self._prepares.set()

    def send(self, batch: Batch) -> None:
        """See `Network.send`. The worker that was free last gets it: its connection is the warmest."""
        line = self._lines[batch] = Line()
        self._free.pop().put((batch, line))

    def hang_up(self, batch: Batch) -> None:
        """See `Network.hang_up`."""
        line = self._lines.get(batch)
        if line is not None:
            line.hang_up()

    def abandon(self, batch: Batch, *, replace: bool) -> BatchEnded:
        """See `Network.abandon`."""
        line = self._lines.pop(batch, None)
        if replace:
            logger.warning("a worker is stuck in the operating system; another one takes over")
            self._start_worker(len(self._desks))
        sent = line is not None and line.sent
        lost = Timeout(f"{batch.endpoint.host} did not let go of the request", sent=sent)
        return BatchEnded(batch, (), lost)

    def ended(self, batch: Batch) -> None:
        """Forget a request of which the scheduler hears now. Until then it may be asked whether it was sent."""
        self._lines.pop(batch, None)

    def close(self) -> None:
        """Let the threads end when they have done what they do."""
        for desk in self._desks:
            desk.put(None)

    def _start_worker(self, number: int) -> None:
        desk: SimpleQueue[tuple[Batch, Line] | None] = SimpleQueue()
        self._desks.append(desk)
        self._free.append(desk)
        start_thread(partial(self._work, desk), f"gameservices-worker-{number}")

    def _work(self, desk: SimpleQueue[tuple[Batch, Line] | None]) -> None:
        self._prepares.wait()
        transport = self._transport_or_why_not()
        while (job := desk.get()) is not None:
            batch, line = job
            with self._compute_lock:
                ended = carry(batch, transport, line)
            self._free.append(desk)  # before anybody can know of it
            self._inbox.put(ended)
            del job, batch, line, ended  # or the last answer would stay in memory until the next request
        transport.close()

    def _transport_or_why_not(self) -> Transport:
        try:
            return self._transport()
        except Exception as error:
            logger.exception("what carries requests could not be made")
            return _NoTransport(error)


class _NoTransport:
    """Stands where none could be made, so that calls end, or are kept, and say why."""

    def __init__(self, error: Exception) -> None:
        self._why = f"what carries requests could not be made: {error!r}; is all of the game installed?"

    def send(self, request: Request, line: Line) -> Response:
        raise Offline(self._why)

    def close(self) -> None:
        pass


def carry(batch: Batch, transport: Transport, line: Line) -> BatchEnded:
    """Carry a request out: build it, send it, decode the answer. Never raises. Worker thread."""
    attempt = Attempt(batch)
    try:
        response = transport.send(attempt.request(), line)
        with in_short_breaths():
            return attempt.answered(response)
    except Exception as error:
        return attempt.failed(error)
