"""What the service manager needs of a runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from pygame_gameservices.core.calls.call import Call
from pygame_gameservices.core.events import EventQueue
from pygame_gameservices.core.runners.driver import Disk
from pygame_gameservices.core.scheduling.scheduler import Said, Scheduler


class Runner(Protocol):
    """Gives a scheduler its turns and carries its effects out: with threads, or without them in `update`'s own time."""

    def start(
        self,
        scheduler: Scheduler,
        disk: Disk,
        events: EventQueue,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
    ) -> None:
        """Begin. Frame thread."""

    def post(self, message: Said | Callable[[], object]) -> None:
        """Hand over a message, or a function to run where the scheduler runs. Any thread; never blocks."""

    def join(self, timeout: float) -> bool:
        """Wait until the scheduler has finished. Returns whether it has. Frame thread."""

    def forked(self) -> list[Call[Any]]:
        """Become inert in a forked child, and return the calls that nobody settles there."""
