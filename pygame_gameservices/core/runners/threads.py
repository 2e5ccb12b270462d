"""The runner of desktops: one thread for the scheduler, and some workers that each carry one request at a time."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.http.line import Line, Transport
from pygame_gameservices.core.runners.attempt import attempt
from pygame_gameservices.core.runners.driver import Disk, Driver
from pygame_gameservices.core.scheduling.batch import Batch
from pygame_gameservices.core.scheduling.messages import BatchEnded
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler
from pygame_gameservices.core.turns.compute_lock import ComputeLock
from pygame_gameservices.errors import Timeout

logger = logging.getLogger("pygame_gameservices")

_Inbox = SimpleQueue[Said | Callable[[], object]]


class ThreadRunner:
    """See above. All its threads are daemons.

    Args:
        workers: how many requests can be under way at once.
        transport: makes a worker's transport; called on that worker's thread.
    """

    def __init__(self, workers: int, transport: Callable[[], Transport]) -> None:
        self._inbox: _Inbox = SimpleQueue()
        self._pool = WorkerPool(workers, transport, self._inbox)
        self._over = threading.Event()

    def start(
        self,
        scheduler: Scheduler,
        disk: Disk,
        events: EventQueue,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        """See `Runner.start`. Threads start here and now: late in a program's life Python refuses new ones."""
        self._scheduler = scheduler
        self._driver = Driver(scheduler, self._pool, disk, events, clock, wall_clock)
        self._pool.start()
        threading.Thread(target=self._run, name="gameservices-scheduler", daemon=True).start()

    def post(self, message: Said | Callable[[], object]) -> None:
        """See `Runner.post`."""
        self._inbox.put(message)

    def join(self, timeout: float) -> bool:
        """See `Runner.join`."""
        return self._over.wait(timeout)

    def forked(self) -> list[Call[Any]]:
        """See `Runner.forked`."""
        self._scheduler.finished = True
        unread = [self._inbox.get_nowait() for _ in range(self._inbox.qsize())]
        taken = [delivery.call for delivery in self._scheduler.open]
        return [call for call in (*taken, *unread) if isinstance(call, Call)]

    def _run(self) -> None:
        driver, inbox, scheduler = self._driver, self._inbox, self._scheduler
        while not scheduler.finished:
            try:
                with contextlib.suppress(queue.Empty):
                    self._take(inbox.get(timeout=driver.wait_s()))
                    while not inbox.empty() and not scheduler.finished:
                        self._take(inbox.get_nowait())  # what came in one burst is batched together
                driver.turn()
            except Exception:
                logger.exception("the scheduler met an error; it goes on")
        self._pool.close()
        self._over.set()

    def _take(self, message: Said | Callable[[], object]) -> None:
        if callable(message):
            message()
            return
        if isinstance(message, BatchEnded):
            self._pool.ended(message.batch)
        self._driver.receive(message)


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
        self._bench = ComputeLock()

    def start(self) -> None:
        """Start the threads."""
        for number in range(self._workers):
            self._start_worker(number)

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
            self._workers += 1
            self._start_worker(self._workers)
        sent = line is not None and line.sent
        lost = Timeout(f"{batch.endpoint.host} did not let go of the request", sent=sent)
        return BatchEnded(batch, (), lost, worker_lost=replace)

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
        threading.Thread(target=self._work, args=(desk,), name=f"gameservices-worker-{number}", daemon=True).start()

    def _work(self, desk: SimpleQueue[tuple[Batch, Line] | None]) -> None:
        transport = self._transport()
        while (job := desk.get()) is not None:
            batch, line = job
            with self._bench:
                ended = attempt(batch, transport, line)
            self._free.append(desk)  # before anybody can know of it
            self._inbox.put(ended)
            del job, batch, line, ended  # or the last answer would stay in memory until the next request
        transport.close()
