"""The server process: ports, event loop, and when it ends."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.server import ServerState

from pygame_gameservices.errors import GameServicesError
from pygame_gameservices.sandbox.assembly import Assembly
from pygame_gameservices.sandbox.faults.spec import fault_from_json
from pygame_gameservices.sandbox.listener import Listener
from pygame_gameservices.sandbox.options import Options
from pygame_gameservices.sandbox.tls import CA_FILE, server_context
from pygame_gameservices.sandbox.wire import Connections, watched_protocol

_KEEP_ALIVE_S = 75
_PARENT_CHECK_S = 0.5


async def serve(options: Options, ready: Callable[[dict[str, Any]], None], stop: asyncio.Event) -> None:
    """Run a sandbox on this event loop until `stop` is set or the parent process is gone.

    Args:
        options: see there.
        ready: called once connections are accepted, with address, ids, keys and admin token as JSON.
        stop: set it on the event loop to end the server; everything committed stays committed.

    Raises:
        ConfigurationError: the seed has a mistake.
        GameServicesError: a port is taken, or a library is missing.
    """
    with tempfile.TemporaryDirectory(prefix="gameservices-sandbox-") as scratch:
        folder = Path(options.tls_folder or scratch)
        tls = server_context(folder, options.host) if options.tls else None
        connections, admin_connections = Connections(), Connections()
        assembly = Assembly(options, connections)
        delay = assembly.faults.handshake_delay
        main = _listener(assembly.app, options.host, options.port, connections, tls, delay)
        admin = _listener(assembly.admin_app, "127.0.0.1", options.admin_port, admin_connections)
        assembly.faults.on_change = lambda: main.refuse() if assembly.faults.refusing else main.accept()
        main.accept()
        admin.accept()
        assembly.faults.add([fault_from_json(fault) for fault in options.faults])
        ready(_facts(assembly, options, main, admin, folder / CA_FILE if options.tls else None))
        try:
            await _until_over(stop, options.parent)
        finally:
            main.close()
            admin.close()
            await asyncio.sleep(0)  # connections learn of their end before the database goes
            assembly.database.close()
            if options.scratch is not None:
                shutil.rmtree(options.scratch, ignore_errors=True)


def _listener(
    app: ASGIApp,
    host: str,
    port: int,
    connections: Connections,
    tls: ssl.SSLContext | None = None,
    delay: Callable[[], float] = lambda: 0.0,
) -> Listener:
    protocol_class = watched_protocol(connections)
    config = Config(
        app,
        http=protocol_class,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # a fault that breaks a connection is no error of the server
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    config.load()
    state = ServerState()

    def make_protocol() -> asyncio.Protocol:
        return protocol_class(config=config, server_state=state, app_state={})  # type: ignore[call-arg]

    try:
        return Listener(host, port, make_protocol, connections, tls=tls, delay=delay)
    except OSError as error:
        raise GameServicesError(f"cannot listen on {host}:{port}: {_why(error)}") from error


def _why(error: OSError) -> str:
    """Why a port cannot be had, and what to do about it."""
    if error.errno == errno.EADDRINUSE:
        return (
            "another program has that port, perhaps a sandbox that runs already: use that one if it was started in this"
            " folder (another game's has other trophies and players), else choose another port"
            " (--port 0 takes a free one)"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return "this user may not have that port; choose one above 1023"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address; 127.0.0.1 is the usual one"
    return error.strerror or str(error)


def _facts(
    assembly: Assembly, options: Options, main: Listener, admin: Listener, ca_file: Path | None
) -> dict[str, Any]:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(options.host, options.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return {
        "url": f"{'https' if options.tls else 'http'}://{host}:{main.port}",
        "port": main.port,
        "admin_url": f"http://127.0.0.1:{admin.port}",
        "admin_port": admin.port,
        "admin_token": options.admin_token,
        "console_url": f"http://127.0.0.1:{admin.port}{assembly.console_path()}",
        "ca_file": None if ca_file is None else str(ca_file),
        "pid": os.getpid(),
        **assembly.facts(),
    }


async def _until_over(stop: asyncio.Event, parent: int | None) -> None:
    while not stop.is_set():
        # A child that outlives its parent gets another one. Windows keeps the number, there the pipe tells.
        if parent is not None and os.name == "posix" and os.getppid() != parent:
            return
        try:
            await asyncio.wait_for(stop.wait(), _PARENT_CHECK_S)
        except TimeoutError:
            continue
