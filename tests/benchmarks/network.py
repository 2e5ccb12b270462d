"""A long way to the server: a proxy that passes on bytes unchanged, but half a round trip later in each direction.

A child process (``python -m tests.benchmarks.network PORT DELAY_S``), so that it shares no interpreter with whom it
delays. A new connection waits one round trip more, as the handshake of TCP would; those of TLS pass through like all
bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from contextlib import AbstractContextManager

from tests.benchmarks.peers import server


def far_away(port: int, round_trip_s: float) -> AbstractContextManager[int]:
    """Run a proxy in front of `port` on loopback; yields its own port."""
    return server("tests.benchmarks.network", str(port), str(round_trip_s / 2))


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter, delay_s: float) -> None:
    """Send what comes from `source` to `sink`, each piece `delay_s` after it came."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def send() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not piece:
                break
            sink.write(piece)
            await sink.drain()

    sending = asyncio.create_task(send())
    with contextlib.suppress(OSError):
        while piece := await source.read(1 << 16):
            pieces.put_nowait((loop.time() + delay_s, piece))
    pieces.put_nowait((loop.time() + delay_s, b""))
    with contextlib.suppress(OSError):
        await sending
    sink.close()


async def _serve(port: int, delay_s: float) -> None:
    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay_s)  # the kernel on loopback has shaken hands already
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pass_on(reader, there_writer, delay_s), _pass_on(there_reader, writer, delay_s))

    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
