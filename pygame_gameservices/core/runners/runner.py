"""What the service manager needs of a runner.

To add one:

1. Write it beside this: a subclass of `CooperativeRunner` with what carries requests without blocking (`Carrier`, in
   ``core/http/exchange.py``), as ``page.py`` has it; or a class with all that `Runner` asks for, as ``threads.py``.
2. Pass it as ``ServiceManager(runner=...)``, or have ``choice.py`` take it where nobody passes one.

``await`` is asyncio's: another event loop needs a `Pending.__await__`, `Waits.until` and `ServiceManager.aclose` of its
own as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from pygame_gameservices.core.calls.call import Pending
from pygame_gameservices.core.calls.endpoint import Request
from pygame_gameservices.core.calls.waiting import Waits
from pygame_gameservices.core.outbox.outbox import Outbox
from pygame_gameservices.core.runners.driver import Driver, Network
from pygame_gameservices.core.runners.tasks import Tasks
from pygame_gameservices.core.scheduling.scheduler import Said


class Runner(Waits, Protocol):
    """Gives the scheduler, the outbox and the tasks of one manager their turns, and carries requests: with threads, all
    of which it owns, or without any, in `update`'s own time.

    Besides what is asked of it below it owes, from `start` on:

    * To the driver, on one thread: `receive` for each message that was posted, while a function that was posted is
      called; then `turn`, also where no message came within `wait_s`. What raises there is logged, and it goes on. Once
      it is `finished`, and had a last `turn`, the network is let go of and `over` is set.
    * To the outbox, on one thread, which owns the file: `open`, then `turn` whenever `wait_s` has come to 0 (for which
      ``turn(wait_s())`` waits), until its own `over`, so longer than to the driver. Both block for the disk; where
      frames wait meanwhile, `open` gets `SHORT_PATIENCE_S`.
    * To the tasks, one by one: `take`, then `carry_out`, until their own `over`.
    * To each request: an `Attempt`, which builds it and decodes the answer. As many may be under way as the manager has
      workers, and one is until its `BatchEnded` is received. A runner with workers of its own has no fewer, and each is
      free again before that.

    The manager makes the outbox and the driver with `post` and `network`, which are there before `start`, therefore.
    Where `wait` raises `UsageError` a program that ends without `close` calls `update` once, with half a second, and
    what was made last gets onto the disk as far as that brings it.
    """

    @property
    def network(self) -> Network:
        """Carries the requests of the driver."""

    @property
    def over(self) -> threading.Event:
        """Set once the scheduler has finished and the network is let go of: nothing comes of a request any more."""

    def start(self, driver: Driver, outbox: Outbox, tasks: Tasks) -> None:
        """Begin; the outbox is opened. Once; frame thread."""

    def post(self, message: Said | Callable[[], object]) -> None:
        """Hand over a message, or a function to run where the scheduler runs. Any thread; never blocks."""

    def update(self, budget_s: float) -> float:
        """Give turns for some `budget_s` seconds, if nobody else does. Returns the seconds that it took. Frame thread.

        Something is always done, so that a budget of 0 still makes progress.
        """

    def expect_updates(self, expected: bool) -> None:
        """Say whether `update` is to come from now on, if it never came; at first it is. Frame thread.

        Whoever says when it is missed does not before it is expected.
        """

    def run_beside(self, function: Callable[[], object], name: str) -> None:
        """Run something that blocks beside all else, such as a page that waits for a browser. Any thread.

        Args:
            name: what it is, for a list of threads.

        Raises:
            UsageError: there are no threads here.
        """

    def if_left(self, name: str, request: Callable[[], Request] | None) -> None:
        """Have a request sent by the browser should the player leave the page; None for none. Frame thread.

        Elsewhere nobody can, and none is made.

        Args:
            name: whose it is; a later one replaces it.
            request: makes it, at once.
        """

    def forked(self) -> list[Pending[Any]]:
        """Become inert in a forked child, and return what nobody settles there: the driver's open calls, those among
        the messages that it has not received, and the tasks."""
