"""Who runs the scheduler and the requests: threads here; a browser, which has none, would bring a runner of its own."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import Protocol

from pygame_gameservices.core.breath import in_short_breaths
from pygame_gameservices.core.dispatcher import Dispatcher
from pygame_gameservices.core.endpoint import Answer
from pygame_gameservices.core.job import Done, Job
from pygame_gameservices.core.redaction import Redactor
from pygame_gameservices.core.transport import Transport
from pygame_gameservices.core.workbench import Workbench
from pygame_gameservices.errors import CallError, ProtocolError

logger = logging.getLogger("pygame_gameservices")


class Runner(Protocol):
    """Gives the dispatcher its turn and carries out its jobs.

    Attributes:
        idle: how many more jobs it can take right now. The dispatcher counts.
    """

    idle: int

    def start(self, dispatcher: Dispatcher) -> None:
        """Begin to serve `dispatcher`."""

    def share(self, services: int) -> int:
        """How many jobs one of so many services may have under way, so that a slow one leaves room for the others."""

    def perform(self, job: Job) -> None:
        """Carry out `job` and post a `Done` for it. Scheduler thread; returns at once."""

    def replace_lost(self) -> None:
        """Make up for a worker that does not come back. Scheduler thread."""

    def join(self, timeout: float) -> bool:
        """Wait until the dispatcher has finished. Returns whether it has."""


class ThreadRunner:
    """One scheduler thread and some workers, each with a transport of its own. All are daemons.

    Args:
        workers: how many requests can be under way at once.
        transport: makes a worker's transport; called on that worker's thread.
    """

    def __init__(self, workers: int, transport: Callable[[], Transport]) -> None:
        self.idle = workers
        self._workers = workers
        self._transport = transport
        self._desks: list[SimpleQueue[Job | None]] = []
        self._free: list[SimpleQueue[Job | None]] = []
        self._bench = Workbench()
        self._over = threading.Event()

    def start(self, dispatcher: Dispatcher) -> None:
        """See `Runner.start`. Threads start here and now: late in a program's life Python refuses new ones."""
        self._dispatcher = dispatcher
        for number in range(self._workers):
            self._start_worker(number)
        threading.Thread(target=self._schedule, name="gameservices-scheduler", daemon=True).start()

    def share(self, services: int) -> int:
        """See `Runner.share`."""
        return self._workers if services < 2 else max(1, self._workers - 1)

    def perform(self, job: Job) -> None:
        """See `Runner.perform`. The worker that was free last gets it: its connection is the warmest."""
        self._free.pop().put(job)

    def replace_lost(self) -> None:
        """See `Runner.replace_lost`."""
        logger.warning("a worker is stuck in the operating system; another one takes over")
        self._workers += 1
        self.idle += 1
        self._start_worker(self._workers)

    def join(self, timeout: float) -> bool:
        """See `Runner.join`."""
        return self._over.wait(timeout)

    def _start_worker(self, number: int) -> None:
        desk: SimpleQueue[Job | None] = SimpleQueue()
        self._desks.append(desk)
        self._free.append(desk)
        threading.Thread(target=self._work, args=(desk,), name=f"gameservices-worker-{number}", daemon=True).start()

    def _schedule(self) -> None:
        dispatcher, inbox = self._dispatcher, self._dispatcher.inbox
        while not dispatcher.finished:
            try:
                with contextlib.suppress(queue.Empty):
                    message = inbox.get(timeout=dispatcher.wait_s())
                    dispatcher.handle(message, self)
                    while (
                        not inbox.empty() and not dispatcher.finished
                    ):  # what came in one burst is looked at together, and batched together
                        dispatcher.handle(inbox.get_nowait(), self)
                dispatcher.step(self)
            except Exception:
                logger.exception("the scheduler met an error; it goes on")
        for desk in self._desks:
            desk.put(None)
        self._over.set()

    def _work(self, desk: SimpleQueue[Job | None]) -> None:
        transport = self._transport()
        while (job := desk.get()) is not None:
            with self._bench:
                done = attempt(job, transport)
            self._free.append(desk)  # before anybody can know of it
            self._dispatcher.inbox.put(done)
        transport.close()


def attempt(job: Job, transport: Transport) -> Done:
    """Carry out one job: build the request, send it, decode the answer. Never raises. Worker thread."""
    endpoint = job.service.endpoint
    operations = [call.operation for call in job.calls]
    redactor = Redactor()
    try:
        request = endpoint.request(operations)
        redactor = Redactor.of(request)
        response = redactor.response(transport.send(request, job.line))
        with in_short_breaths():
            answers = endpoint.answers(operations, response)
        if len(answers) != len(operations):
            raise ProtocolError(f"{len(operations)} answers", str(len(answers)))
        for error in _errors(answers):
            redactor.error(error)
        return Done(job, answers, None)
    except CallError as error:
        return Done(job, (), redactor.error(error))
    except Exception as error:  # a defect of ours must not cost the game its outcome
        names = ", ".join(f"{operation.service} {operation.name}" for operation in operations)
        logger.error("the answer to %s could not be handled: %s", names, redactor.trace(error))
        return Done(
            job,
            [Answer(None, ProtocolError("an answer that we can handle", type(error).__name__))] * len(operations),
            None,
        )


def _errors(answers: Sequence[Answer]) -> Iterator[CallError]:
    """The errors among `answers`, and among those of a batch that is one answer."""
    for answer in answers:
        if answer.error is not None:
            yield answer.error
        elif type(answer.value) is tuple and answer.value and isinstance(answer.value[0], Answer):
            yield from _errors(answer.value)
