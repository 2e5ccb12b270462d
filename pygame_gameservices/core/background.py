"""Work that is too slow for a frame and needs no network, such as painting: one helper thread, in order."""

from __future__ import annotations

import logging
import threading
from queue import SimpleQueue
from typing import Any

from pygame_gameservices.core.breath import in_short_breaths
from pygame_gameservices.core.call import Task
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.errors import Cancelled

logger = logging.getLogger("pygame_gameservices")


class Background:
    """A helper thread that runs tasks one after another and hands their results to the event queue."""

    def __init__(self, events: EventQueue) -> None:
        self._events = events
        self._tasks: SimpleQueue[Task[Any] | None] = SimpleQueue()
        self._closed = False
        threading.Thread(target=self._run, name="gameservices-background", daemon=True).start()

    def add(self, task: Task[Any]) -> None:
        """Queue `task`. Any thread; never blocks."""
        self._tasks.put(task)

    def close(self) -> None:
        """End after the task under way; the others end as `Cancelled`. Never blocks."""
        self._closed = True
        self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            if self._closed:
                task.settle(error=Cancelled("the service manager was closed"))
            else:
                self._carry_out(task)
            self._events.put(task)

    def _carry_out(self, task: Task[Any]) -> None:
        try:
            with in_short_breaths():
                value = task.function()
        except Exception as error:
            logger.exception("%r raised", task)
            task.settle(error=error)
        else:
            task.settle(value)
