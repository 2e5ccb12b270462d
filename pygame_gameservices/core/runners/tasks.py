"""Work that is too slow for a frame and needs no network, such as painting: one task after another, in order."""

from __future__ import annotations

import contextlib
import logging
import threading
from queue import Empty, SimpleQueue
from typing import Any

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.errors import Cancelled

logger = logging.getLogger("pygame_gameservices")


class Tasks:
    """Tasks that wait for their turn. Whoever runs them takes one, carries it out, and takes the next.

    Args:
        events: takes the tasks that have ended.

    Attributes:
        needed: those that `close` does not cancel and that are not done yet.
        over: set once all are over that were added before `close`.
    """

    def __init__(self, events: EventQueue) -> None:
        self._events = events
        self._tasks: SimpleQueue[Task[Any] | None] = SimpleQueue()
        self._under_way: Task[Any] | None = None
        self._closed = False
        self.needed: set[Task[Any]] = set()
        self.over = threading.Event()

    def add(self, task: Task[Any]) -> None:
        """Queue `task`. Any thread; never blocks."""
        if task.at_close:
            self.needed.add(task)
        self._tasks.put(task)

    def close(self) -> None:
        """Carry out only what is needed: the rest that is taken from now on ends as `Cancelled`. Any thread; never
        blocks."""
        self._closed = True
        self._tasks.put(None)

    def forked(self) -> list[Task[Any]]:
        """Return the tasks that nobody carries out here: in a forked child."""
        waiting = [self._tasks.get_nowait() for _ in range(self._tasks.qsize())]
        return [task for task in (self._under_way, *waiting) if task is not None]

    @property
    def waiting(self) -> bool:
        """Whether there is one to take. Any thread."""
        return not self._tasks.empty()

    def take(self, *, wait: bool = False) -> Task[Any] | None:
        """Take the next task, whose runner then calls `carry_out`. None if there is none, and after the last.

        Args:
            wait: whether to wait for one.
        """
        with contextlib.suppress(Empty):
            self._under_way = self._tasks.get() if wait else self._tasks.get_nowait()
            if self._under_way is None:
                self.over.set()
        return self._under_way

    def carry_out(self, task: Task[Any]) -> None:
        """Run a task that was taken, and have it delivered. Never raises."""
        self.run(task)
        self.deliver(task)

    def run(self, task: Task[Any]) -> None:
        """Run a task that was taken. Never raises."""
        if self._closed and not task.at_close:
            task.settle(error=Cancelled("the service manager was closed"))
        else:
            _run(task)

    def deliver(self, task: Task[Any]) -> None:
        """Have a task delivered that was run."""
        self._under_way = None
        self.needed.discard(task)
        self._events.put(task)


def _run(task: Task[Any]) -> None:
    try:
        value = task.function()
    except BaseException as error:  # the thread goes on even if somebody's painting calls sys.exit()
        logger.exception("%r raised", task)
        task.settle(error=error if isinstance(error, Exception) else RuntimeError(f"{task!r} raised {error!r}"))
    else:
        task.settle(value)
