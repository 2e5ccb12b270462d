"""How a program waits in place for what comes later: tools, tests, and whoever closes or leaves."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class Waits(Protocol):
    """Waits for something that a runner brings about. What to wait with depends on whether the runner has threads."""

    def wait(self, arrived: threading.Event, timeout: float | None) -> bool:
        """Wait until `arrived` is set, at most `timeout` seconds. Returns whether it is. Frame thread.

        Raises:
            UsageError: nothing can wait in place here; await instead.
        """

    async def until(self, arrived: asyncio.Future[None]) -> None:
        """Wait in an asyncio program until `arrived` is done."""


class Blocking:
    """Waits while other threads bring it about."""

    def wait(self, arrived: threading.Event, timeout: float | None) -> bool:
        """See `Waits.wait`. Any thread."""
        return arrived.wait(timeout)

    async def until(self, arrived: asyncio.Future[None]) -> None:
        """See `Waits.until`."""
        await arrived


BLOCKING = Blocking()
