"""Servers that tests start often, forked from a process that has imported them once: the import is most of a start.

What runs is the same, in a process of its own as always; only how it came to be differs. Tests of the start itself
start it as everybody does.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from typing import IO, Any

from pygame_gameservices.sandbox import process as sandbox_process

WAIT_S = 60.0
PIPE = subprocess.PIPE
DEVNULL = subprocess.DEVNULL
IMPORTED_ONCE = (
    "pygame_gameservices.sandbox.server",
    "pygame_gameservices.relay.server",
    "pygame_gameservices.cli.relay",
)
AVAILABLE = "forkserver" in multiprocessing.get_all_start_methods()


class Forked:
    """As much of `subprocess.Popen` as the users of such servers need, for a function instead of a command.

    Args:
        run: a function of a module, called with `arguments` in the child; what it returns is the exit status.
        stdin, stdout, stderr: ``PIPE``, or None for what the tests themselves have; `stdout` may be ``DEVNULL``, too.
    """

    def __init__(
        self,
        run: Callable[..., int | None],
        arguments: Sequence[Any] = (),
        *,
        env: Mapping[str, str],
        cwd: str | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        theirs: dict[int, int] = {}
        if stdin == PIPE:
            theirs[0], ours = os.pipe()
            self.stdin = open(ours, "w", encoding="utf-8")  # noqa: SIM115  closed by the user, as of a Popen
        if stdout == PIPE:
            ours, theirs[1] = os.pipe()
            self.stdout = open(ours, encoding="utf-8")  # noqa: SIM115
        elif stdout == DEVNULL:
            theirs[1] = os.open(os.devnull, os.O_WRONLY)
        if stderr == PIPE:
            ours, theirs[2] = os.pipe()
            self.stderr = open(ours, encoding="utf-8")  # noqa: SIM115
        told = (run, tuple(arguments), dict(env), cwd or os.getcwd(), os.getpid(), _Streams(theirs))
        self._process = _context().Process(target=_become, args=told, daemon=True)
        self._process.start()
        for one in theirs.values():
            os.close(one)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises what a Popen does when it does not."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("a forked server", timeout or 0.0)
        return status

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


class _Streams:
    """Ends of pipes on their way into the child, by the number that they have there."""

    def __init__(self, ends: Mapping[int, int]) -> None:
        self.ends = ends

    def __reduce__(self) -> tuple[Callable[[dict[int, Any]], dict[int, int]], tuple[dict[int, Any]]]:
        return _received, ({number: DupFd(end) for number, end in self.ends.items()},)


def _received(ends: Mapping[int, Any]) -> dict[int, int]:
    return {number: end.detach() for number, end in ends.items()}


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.forked", *IMPORTED_ONCE])
    return context


def _become(
    run: Callable[..., int | None],
    arguments: tuple[Any, ...],
    env: dict[str, str],
    cwd: str,
    parent: int,
    streams: dict[int, int],
) -> None:
    """Be a process that looks to `run` as if the test had started it."""
    for number, end in streams.items():
        os.dup2(end, number)
        os.close(end)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    os.getppid = lambda: parent  # its real one is the process that forks
    try:
        status = run(*arguments) or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else end.code is not None
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    os._exit(status)


def _sandbox() -> int:
    from pygame_gameservices.sandbox.child import run_child

    return run_child()


def gameservices(*arguments: str) -> None:
    """The command of that name."""
    from pygame_gameservices.cli.main import main

    sys.argv = ["gameservices", *arguments]
    main()


def started(*arguments: str, **how: Any) -> Forked | subprocess.Popen[str]:
    """Start the command ``gameservices`` with these arguments; `how` as for `Forked`."""
    if AVAILABLE:
        return Forked(gameservices, arguments, **how)
    command = [sys.executable, "-c", "from pygame_gameservices.cli.main import main; main()", *arguments]
    return subprocess.Popen(command, encoding="utf-8", **how)


def ran(*arguments: str, env: Mapping[str, str], cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command ``gameservices`` to its end. It may write little to its standard error."""
    process = started(*arguments, env=env, cwd=cwd, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.close()
    with process.stdout as out, process.stderr as error:
        said = out.read(), error.read()
    return subprocess.CompletedProcess(arguments, process.wait(WAIT_S), *said)


class QuickStart:
    """Stands in for the module `subprocess` where `Sandbox` starts its server."""

    PIPE = PIPE
    TimeoutExpired = subprocess.TimeoutExpired

    @staticmethod
    def Popen(_command: object, *, stdin: int, stdout: int, env: Mapping[str, str], **_: object) -> Forked:  # noqa: N802
        """Fork a sandbox. It has the path of the tests, and their standard error."""
        return Forked(_sandbox, env=env, stdin=stdin, stdout=stdout)


@contextlib.contextmanager
def quick_sandboxes() -> Any:
    """Have `Sandbox.start` fork its server meanwhile, on systems that can."""
    usual = sandbox_process.subprocess
    if AVAILABLE:
        sandbox_process.subprocess = QuickStart  # type: ignore[assignment]
    try:
        yield
    finally:
        sandbox_process.subprocess = usual
