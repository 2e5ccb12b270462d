"""Work that is too slow for a frame and needs no network, such as painting: one helper thread, in order."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import Any

from pygame_gameservices.core.calls.call import Task
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.turns.breath import in_short_breaths
from pygame_gameservices.errors import Cancelled

logger = logging.getLogger("pygame_gameservices")


class Background:
    """A helper thread that runs tasks one after another and hands their results to the event queue."""

    def __init__(self, events: EventQueue) -> None:
        self._events = events
        self._tasks: SimpleQueue[Task[Any] | None] = SimpleQueue()
        self._under_way: Task[Any] | None = None
        self._closed = False
        threading.Thread(target=self._run, name="gameservices-background", daemon=True).start()

    def add(self, task: Task[Any]) -> None:
        """Queue `task`. Any thread; never blocks."""
        self._tasks.put(task)

    def wait(self, timeout: float) -> bool:
        """Wait until the tasks that were added so far are over. Returns whether they are. Any thread."""
        over = threading.Event()
        self._tasks.put(Task(over.set))
        return over.wait(timeout)

    def close(self) -> None:
        """End after the task under way; the others end as `Cancelled`. Never blocks."""
        self._closed = True
        self._tasks.put(None)

    def forked(self) -> list[Task[Any]]:
        """Return the tasks that nobody carries out here: in a forked child, which has no helper thread."""
        waiting = [self._tasks.get_nowait() for _ in range(self._tasks.qsize())]
        return [task for task in (self._under_way, *waiting) if task is not None]

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            self._under_way = task
            if self._closed:
                task.settle(error=Cancelled("the service manager was closed"))
            else:
                self._carry_out(task)
            self._under_way = None
            self._events.put(task)

    def _carry_out(self, task: Task[Any]) -> None:
        try:
            with in_short_breaths():
                value = task.function()
        except BaseException as error:  # the thread goes on even if somebody's painting calls sys.exit()
            logger.exception("%r raised", task)
            task.settle(error=error if isinstance(error, Exception) else RuntimeError(f"{task!r} raised {error!r}"))
        else:
            task.settle(value)
