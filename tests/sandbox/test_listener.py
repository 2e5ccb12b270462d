"""The accept loop, on an event loop of the test's own."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from pygame_gameservices.sandbox.listener import Listener
from pygame_gameservices.sandbox.wire import Connections


def test_a_connection_that_comes_while_the_port_closes_troubles_nobody() -> None:
    complaints: list[dict[str, Any]] = []

    async def close_as_somebody_comes() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
        listener = Listener("127.0.0.1", 0, asyncio.Protocol, Connections())
        for end in (listener.refuse, listener.close):
            listener.accept()
            await asyncio.sleep(0.05)
            with socket.create_connection(("127.0.0.1", listener.port)):
                await asyncio.sleep(0)  # the loop has seen it, and we are asked before the one who accepts it
                end()
                await asyncio.sleep(0.05)

    asyncio.run(close_as_somebody_comes())
    assert complaints == []
