"""Server-sent events: a page learns that something happened, and then asks for itself again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from pygame_gameservices.sandbox.journal import Journal

_GATHER_S = 0.08
_HEARTBEAT_S = 5.0

_TICK = b"event: tick\ndata: \n\n"


async def ticks(journal: Journal) -> AsyncIterator[bytes]:
    """Yield a tick soon after anything happened, one for all that happens within `_GATHER_S`.

    Also one every few seconds, since ages and sessions change without a request.
    """
    happened = asyncio.Event()
    with journal.heard(happened.set):
        yield b"retry: 1000\n\n" + _TICK
        while True:
            try:
                await asyncio.wait_for(happened.wait(), _HEARTBEAT_S)
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(_GATHER_S)
            happened.clear()
            yield _TICK
