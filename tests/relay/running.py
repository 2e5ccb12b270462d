"""A relay in a child process, as its maker runs it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

from tests.conftest import WAIT_S
from tests.forked import Forked, ran, started

SECRET = "a-secret-of-the-relay-that-is-long-enough"


def toml(value: dict[str, Any]) -> str:
    """As much of TOML as the tests write: tables hold their plain values, and then their tables."""
    lines: list[str] = []

    def table(name: str, given: dict[str, Any]) -> None:
        if name:
            lines.append(f"[{name}]")
        inner = {key: one for key, one in given.items() if isinstance(one, dict)}
        lines.extend(f"{key} = {json.dumps(one)}" for key, one in given.items() if key not in inner)
        for key, one in inner.items():
            table(f"{name}.{json.dumps(key)}" if name else key, one)

    table("", value)
    text = "\n".join(lines) + "\n"
    assert tomllib.loads(text) == value
    return text


class RunningRelay:
    """A relay that runs; `kill` and `start` as often as wanted. The port stays.

    Attributes:
        port: its port; 0 until it was started once.
        columns: how wide the terminal of other commands is.
        log: what it has logged, as JSON.
    """

    def __init__(self, folder: Path, settings: dict[str, Any], environment: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._settings = settings
        self._environment = environment
        self._process: Forked | subprocess.Popen[str] | None = None
        self.port = 0
        self.columns = 200
        self.log: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> RunningRelay:
        listen = f"127.0.0.1:{self.port}"
        (self._folder / "relay.toml").write_text(toml({"listen": listen, **self._settings}), encoding="utf-8")
        how: dict[str, Any] = {"cwd": str(self._folder), "env": self._variables()}
        how |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self._process = started("relay", "serve", **how)
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(self._process, lines), daemon=True).start()
        seen = []
        while True:
            line = lines.get(timeout=WAIT_S)
            seen.append(line)
            assert line, f"the relay ended: {seen}"
            if line.startswith("{") and json.loads(line)["event"] == "the relay is ready":
                break
        address = next(json.loads(line)["address"] for line in seen if '"the relay listens"' in line)
        self.port = int(address.rpartition(":")[2])
        return self

    def _read(self, process: Forked | subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("{"):
                self.log.append(json.loads(line))
            lines.put(line)
        lines.put("")

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask its database, or change it; that of SQLite."""
        with contextlib.closing(sqlite3.connect(self._folder / "relay.sqlite3", timeout=WAIT_S)) as db, db:
            return db.execute(statement).fetchall()

    def command(self, *arguments: str, status: int = 0) -> str:
        """What another command of its maker's prints, in its folder."""
        done = ran("relay", *arguments, env=self._variables(), cwd=str(self._folder))
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    def _variables(self) -> dict[str, str]:
        told = {"PYTHONPATH": os.pathsep.join(sys.path), "RELAY_SECRET": SECRET, "COLUMNS": str(self.columns)}
        return {**os.environ, **told, **self._environment}

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        """Have it end by itself. Returns its status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=WAIT_S)

    def __enter__(self) -> RunningRelay:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


def wait_until(condition: Any, timeout: float = WAIT_S) -> None:
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
