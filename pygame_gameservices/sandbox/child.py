"""A server process that belongs to another process: told what to do on stdin, answers on stdout, ends with its parent.

The parent writes one line of `Options` as JSON to stdin and keeps stdin open. The child prints one line of JSON: the
facts of a running sandbox, or ``{"error": ..., "usage": true|false}``. When stdin ends, the child ends.

Secrets travel this way and not as arguments, which everybody on the machine can read.

A real service would run on a machine of its own. This one shares the processor with the game, so it gives way to it,
unless ``GAMESERVICES_SANDBOX_GIVES_WAY=0`` says that nobody plays, such as in tests that only wait for its answers.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from typing import Any

from pygame_gameservices.errors import GameServicesError, UsageError
from pygame_gameservices.sandbox.options import Options

_GRACE_S = 3.0
_NICENESS = 10


def run_child() -> int:
    """Be the server process. Returns the exit status: 0 ended as asked, 1 failed, 2 a mistake in the seed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the parent, which then ends this one
    options = Options.from_json(sys.stdin.readline())
    try:
        # Not at the top: without the libraries this must still be able to say so.
        from pygame_gameservices.sandbox.server import serve
    except ImportError as error:
        _print({"error": missing_libraries(error), "usage": False})
        return 1

    async def main() -> None:
        stop = asyncio.Event()
        threading.Thread(
            target=_watch_stdin, args=(asyncio.get_running_loop(), stop), name="sandbox-parent-watch", daemon=True
        ).start()
        await serve(options, _ready, stop)

    try:
        asyncio.run(main())
    except GameServicesError as error:
        _print({"error": str(error), "usage": isinstance(error, UsageError)})
        return 2 if isinstance(error, UsageError) else 1
    return 0


def missing_libraries(error: ImportError) -> str:
    """Word an import error of the server's modules as what to do about it."""
    return f'the sandbox needs {error.name or "more libraries"}: pip install "pygame_gameservices[tools]"'


def _ready(facts: dict[str, Any]) -> None:
    gives_way = os.environ.get("GAMESERVICES_SANDBOX_GIVES_WAY") != "0"
    if gives_way and hasattr(os, "nice"):  # on Windows the parent starts it with less priority
        os.nice(_NICENESS)
    _print(facts)


def _print(message: dict[str, Any]) -> None:
    print(json.dumps(message), flush=True)


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait for the end of stdin, which comes when the parent closes it or dies. Runs on a thread of its own."""
    while sys.stdin.readline():
        pass
    try:
        loop.call_soon_threadsafe(stop.set)
    except RuntimeError:  # the loop is closed: the process is ending anyway
        return
    time.sleep(_GRACE_S)
    os._exit(0)  # the loop is stuck in a large request; what is committed is on disk
