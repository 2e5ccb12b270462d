"""A real PostgreSQL in a folder of its own, as Debian installs it; it ends with the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
USER = "postgres"
"""As whom it runs where the tests run as root, which it refuses."""


def there() -> bool:
    """Whether it can be started here."""
    return bool(PROGRAMS) and (os.geteuid() != 0 or shutil.which("runuser") is not None)


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """A server with an empty database; its address. It waits for the disk if it is to be `durable`."""
    folder = Path(tempfile.mkdtemp(prefix="relay-postgres-"))
    data = folder / "data"
    prefix: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        prefix = ["runuser", "-u", USER, "--"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*command: str) -> None:
        done = subprocess.run([*prefix, *command], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    control = [str(PROGRAMS[0] / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-t", "60"]
    try:
        run(str(PROGRAMS[0] / "initdb"), "-D", str(data), "-U", "relay", "--auth=trust", "--no-sync", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync={'on' if durable else 'off'}"
        run(*control, "-o", options, "start")
        try:
            yield f"postgresql://relay@127.0.0.1:{port}/postgres"
        finally:
            run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
