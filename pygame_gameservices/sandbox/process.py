"""`Sandbox`: a sandbox in a child process, held from a game, a test or a tool. Standard library only."""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from pygame_gameservices.errors import ConfigurationError
from pygame_gameservices.sandbox.cors_modes import cors_modes
from pygame_gameservices.sandbox.faults.kinds import Fault
from pygame_gameservices.sandbox.options import Options
from pygame_gameservices.sandbox.remote import AdminClient, FaultSwitch, SandboxError, as_json, in_path
from pygame_gameservices.sandbox.seconds import checked_seconds

CHILD_FLAG = "--pygame-gameservices-sandbox"
"""The only argument a frozen game gets when it is started as a sandbox; see `run_if_child`."""

_STOP_S = 5.0
_WINDOWS_FLAGS = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class SandboxPlayer:
    """A player to sign in as. The token is kept out of the `repr`."""

    id: int
    username: str
    token: str = field(repr=False)


class Sandbox:
    """A running sandbox. Use `Sandbox.start`, as a context manager where you can::

        with Sandbox.start() as sandbox:
            gj = GameJolt(sandbox.game_id, sandbox.private_key, base_url=sandbox.gamejolt_url)

    The server is a process of its own, so it never competes with the game for the interpreter. It runs at less than
    normal priority, so on a small machine it does not take the game's processor either; a real service would be
    elsewhere. Tests that wait for its answers are faster without that on a busy machine: on all systems but Windows,
    ``GAMESERVICES_SANDBOX_GIVES_WAY=0`` in the environment turns it off. It ends when this process ends, however that
    happens. The methods may be called from any thread, but not two of `stop`, `kill` and `restart` at once. They block:
    starting takes under a second, admin calls a few milliseconds.

    Attributes:
        faults: sets and lifts faults, see `FaultSwitch`.
    """

    faults: FaultSwitch

    def __init__(self, options: Options, folder: Path, env: Mapping[str, str] | None, timeout: float) -> None:
        self._options = options
        self._folder = folder
        self._env = env
        self._timeout = timeout
        self._process: subprocess.Popen[str] | None = None
        self._facts: dict[str, Any] = {}

    @classmethod
    def start(
        cls,
        config: str | os.PathLike[str] | Mapping[str, Any] | None = None,
        *,
        database: str | os.PathLike[str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Iterable[Fault | str] = (),
        cors: str | Mapping[str, str] | None = None,
        tls: bool = False,
        admin_token: str | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 30.0,
    ) -> Sandbox:
        """Start a server process and wait until it answers.

        Args:
            config: path of a ``gameservices.toml``, or its content as a mapping (``{}`` for the defaults), or None for
                the file in the working directory if there is one, else the defaults.
            database: path of the SQLite file; None is a private temporary one, deleted at the end.
            host: address to listen on; anything but loopback lets others in.
            port: 0 picks a free one.
            faults: set from the start.
            cors: what pages of other origins on this machine may read: None as each service lets them; ``"allow"``
                everything, ``"simple"`` what needs no preflight, ``"refuse"`` nothing; or that by protocol, such as
                ``{"itchio": "allow"}``.
            tls: serve https with a certificate that `ca_file` vouches for.
            admin_token: None makes a random one.
            env: environment variables for the child, on top of this process's.
            timeout: seconds to wait until it answers.

        Raises:
            ConfigurationError: the configuration has a mistake.
            UsageError: there is no such mode or protocol in `cors`.
            SandboxError: it did not start; the text says why, such as a missing library or a port that is taken.
            UsageError: `timeout` is no finite number, or `faults` cannot be understood.
        """
        timeout = checked_seconds("timeout", timeout)
        folder = Path(tempfile.mkdtemp(prefix="gameservices-sandbox-"))
        options = Options(
            config=dict(config) if isinstance(config, Mapping) else None if config is None else os.fspath(config),
            database=os.path.abspath(database) if database is not None else str(folder / "sandbox.sqlite3"),
            host=host,
            port=port,
            admin_token=admin_token or secrets.token_urlsafe(24),
            faults=tuple(as_json(tuple(faults))),
            cors=cors_modes(cors),
            tls=tls,
            tls_folder=str(folder) if tls else None,
            scratch=str(folder),
        )
        sandbox = cls(options, folder, env, timeout)
        try:
            sandbox._launch()
        except BaseException:
            sandbox.stop()
            raise
        return sandbox

    @property
    def url(self) -> str:
        """Root of all protocols, without a slash at the end: ``http://127.0.0.1:PORT``."""
        return str(self._facts["url"])

    @property
    def gamejolt_url(self) -> str:
        """Base of Game Jolt's API: ``<url>/gamejolt/api/game/v1_2``."""
        return self.url + str(self._facts["gamejolt"]["path"])

    @property
    def forge_url(self) -> str:
        """Base of Forge's partner API: ``<url>/forge``."""
        return self.url + str(self._facts["forge"]["path"])

    @property
    def forge_key(self) -> str:
        """API key of the main game on Forge."""
        return str(self._facts["forge"]["keys"][0]["key"])

    @property
    def trading_url(self) -> str:
        """Base of the GAME trading API, the part before ``/api/v1``: ``<url>/trading``."""
        return self.url + str(self._facts["trading"]["path"])

    @property
    def trading_token(self) -> str:
        """Personal token of the main account on the market."""
        return str(self._facts["trading"]["accounts"][0]["token"])

    @property
    def itchio_url(self) -> str:
        """Base of itch.io's API: ``<url>/itchio``."""
        return self.url + str(self._facts["itchio"]["path"])

    @property
    def itchio_legacy_url(self) -> str:
        """Base of itch.io's old API, for ``dialect="legacy"``: ``<url>/itchio/api/1``."""
        return self.url + str(self._facts["itchio"]["legacy_path"])

    @property
    def itchio_oauth_url(self) -> str:
        """The page on which players let a game in; ``itchio_client_id`` is the application's id."""
        return self.url + str(self._facts["itchio"]["oauth_path"])

    @property
    def itchio_client_id(self) -> str:
        """Id of the OAuth application on itch.io."""
        return str(self._facts["itchio"]["client_id"])

    @property
    def itchio_key(self) -> str:
        """API key of the developer on itch.io, good for everything."""
        return str(self._facts["itchio"]["api_key"])

    @property
    def itchio_tokens(self) -> dict[str, str]:
        """An OAuth token on itch.io for each player, by username."""
        return dict(self._facts["itchio"]["tokens"])

    def itchio_launch_key(self, username: str) -> str:
        """Return the short-lived token (JWT) that the itch app would hand to a game. KeyError for no such player."""
        return str(self._facts["itchio"]["launch_keys"][username])

    @property
    def easyjam_url(self) -> str:
        """Address of the jam site: ``<url>/easyjam/``."""
        return self.url + str(self._facts["easyjam"]["path"])

    @property
    def easyjam_tokens(self) -> dict[str, str]:
        """The token of each maker on the jam site, by name."""
        return {maker["name"]: str(maker["token"]) for maker in self._facts["easyjam"]["makers"]}

    @property
    def admin_url(self) -> str:
        """Root of the admin API, on a port of its own that is reachable whatever the faults."""
        return str(self._facts["admin_url"])

    @property
    def admin_token(self) -> str:
        """The admin's bearer token."""
        return self._options.admin_token

    @property
    def game_id(self) -> int:
        """Id of the main game on Game Jolt."""
        return int(self._facts["gamejolt"]["games"][0]["id"])

    @property
    def private_key(self) -> str:
        """Private key of the main game on Game Jolt."""
        return str(self._facts["gamejolt"]["games"][0]["private_key"])

    @property
    def players(self) -> list[SandboxPlayer]:
        """The seeded players with the tokens they had at the start."""
        return [SandboxPlayer(**player) for player in self._facts["players"]]

    @property
    def facts(self) -> dict[str, Any]:
        """All that the server printed when it was ready: addresses, players, and ids and keys per protocol."""
        return self._facts

    @property
    def ca_file(self) -> Path | None:
        """PEM file of the authority to trust, with ``tls=True``; else None."""
        return Path(self._facts["ca_file"]) if self._facts["ca_file"] else None

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return int(self._facts["pid"])

    @property
    def running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def player(self, username: str) -> SandboxPlayer:
        """Return a seeded player by name. Raises KeyError when there is none."""
        for player in self.players:
            if player.username == username:
                return player
        raise KeyError(username)

    def advance(self, seconds: float) -> None:
        """Move the server's clock: sessions die, "1 week ago" comes true, without waiting.

        Args:
            seconds: how far; negative moves it back.

        Raises:
            UsageError: it is no finite number.
            SandboxError: the clock would leave the years that can be written.
        """
        seconds = checked_seconds("seconds", seconds, least=-inf, longest=inf)
        self._admin.call("POST", "clock", {"advance_s": seconds})

    def now(self) -> float:
        """Return the server's time in Unix seconds."""
        return float(self._admin.call("GET", "clock")["now"])

    def dump(self, table: str, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the rows of a database table, such as ``gamejolt_scores``, by primary key, secrets redacted."""
        suffix = "" if limit is None else f"?limit={limit}"
        rows: list[dict[str, Any]] = self._admin.call("GET", f"tables/{in_path(table)}{suffix}")["rows"]
        return rows

    def tables(self) -> dict[str, int]:
        """Return the number of rows of each table."""
        counts: dict[str, int] = self._admin.call("GET", "tables")["tables"]
        return counts

    def journal(self, last: int | None = None) -> list[dict[str, Any]]:
        """Return the newest requests (at most 1000, or `last`), oldest first; see `journal.Entry` for the keys."""
        suffix = "" if last is None else f"?last={last}"
        entries: list[dict[str, Any]] = self._admin.call("GET", f"journal{suffix}")["entries"]
        return entries

    def request_count(self) -> int:
        """Return how many requests came in since the start, the last `reset` or `clear_journal`."""
        return int(self._admin.call("GET", "journal?last=0")["total"])

    def clear_journal(self) -> None:
        """Empty the journal and set its count to 0."""
        self._admin.call("DELETE", "journal")

    def change_token(self, username: str, token: str) -> None:
        """Give a player another token; the old one is refused from now on."""
        self._admin.call("PUT", f"players/{in_path(username)}/token", {"token": token})

    def console_link(self) -> str:
        """Return a link that opens the console in a browser of this machine, once; ask again for another one."""
        return self.admin_url + str(self._admin.call("POST", "console")["path"])

    def reset(self) -> None:
        """Go back to the beginning: seeded data, right clock, no faults, empty journal."""
        self._admin.call("POST", "reset")

    def stop(self) -> None:
        """End the server and delete its private files. Does nothing when it was stopped before."""
        process, self._process = self._process, None
        if process is not None:
            _close(process.stdin)  # the child ends when its stdin does
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process.stdout)
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """End the server as a crash would (SIGKILL). Files stay, so that `restart` finds what was committed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            _close(self._process.stdin)
            _close(self._process.stdout)
            self._process = None

    def restart(self) -> None:
        """Start the server again, on the same ports and database; it is killed first if it runs. Faults are gone."""
        self.kill()
        self._launch()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self.running else "stopped"
        return f"<Sandbox {self._facts.get('url', 'not started')} {state}>"

    def _launch(self) -> None:
        environment = {**os.environ, **(self._env or {})}
        # The child must find this very package, also when this process found it by other means than installation.
        path = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([str(_PACKAGE_PARENT), *([path] if path else [])])
        self._process = subprocess.Popen(
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
            creationflags=_WINDOWS_FLAGS,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(replace(self._options, parent=os.getpid()).to_json() + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SandboxError(f"the sandbox process ended at once: {error}") from None
        self._facts = _facts(self._process.stdout, self._timeout)
        # A restarted server must be found where the first one was, and must not repeat its faults.
        ports = {"port": self._facts["port"], "admin_port": self._facts["admin_port"]}
        self._options = replace(self._options, **ports, faults=())
        self._admin = AdminClient(self.admin_url, self.admin_token)
        self.faults = FaultSwitch(self._admin)


def run_if_child() -> None:
    """Become the sandbox if this process was started as one; else return at once.

    Only for frozen games (PyInstaller and the like), whose executable cannot run ``python -m``: call it first thing in
    the main module, and bundle ``starlette``, ``uvicorn`` and ``sqlalchemy``.
    """
    if sys.argv[1:] == [CHILD_FLAG]:
        from pygame_gameservices.sandbox.child import run_child

        sys.exit(run_child())


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, CHILD_FLAG]
    # -P: the working directory is the game's, and must not hide modules of the sandbox.
    return [sys.executable, "-P", "-m", "pygame_gameservices.sandbox"]


def _facts(stdout: IO[str], timeout: float) -> dict[str, Any]:
    """Read the child's first line. On a thread, since pipes have no timeout that works on all systems."""
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(stdout.readline()), name="sandbox-start", daemon=True).start()
    try:
        line = lines.get(timeout=timeout)
    except queue.Empty:
        raise SandboxError(f"the sandbox did not answer within {timeout:g} s") from None
    if not line:
        raise SandboxError("the sandbox process ended before it was ready; what it printed above says why")
    facts: dict[str, Any] = json.loads(line)
    if "error" in facts:
        raise ConfigurationError(facts["error"]) if facts["usage"] else SandboxError(facts["error"])
    return facts


def _close(stream: IO[str] | None) -> None:
    if stream is not None:
        with suppress(OSError):  # the child is gone, and with it the other end
            stream.close()
