"""Child interpreters, and environments of their own for peers that cannot share ours.

pygame and pygame-ce overwrite each other, pygame_gui needs pygame-ce, and importing gamejoltapi turns off TLS
verification for its whole process. So each peer runs in a child, some of them in a virtual environment that is made on
first use and kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
OWN = ("requests>=2.32", "msgspec>=0.19", "Pillow>=10", "platformdirs>=4")
"""What this package itself needs, so that it runs in every environment."""


class PeerError(Exception):
    """A child reported an error, or ended."""


@contextmanager
def server(module: str, *arguments: str) -> Iterator[int]:
    """Run ``python -m MODULE ...`` beside us, which first prints the port that it serves on loopback; yields that."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def environment(folder: Path, name: str, requirements: Sequence[str]) -> Path:
    """Return the interpreter of an environment that holds `requirements`; make it in `folder` if it is not there."""
    wanted = sorted({*OWN, *requirements})
    mark = hashlib.sha256(f"{sys.version} {wanted}".encode()).hexdigest()[:8]
    place = folder / f"{name}-{mark}"
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (place / "complete").exists():
        print(f"making an environment with {', '.join(requirements)} ...", file=sys.stderr)
        venv.create(place, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode:
            raise PeerError(f"{', '.join(requirements)} could not be installed: {done.stderr.strip()[-300:]}")
        (place / "complete").touch()
    return python


class Child:
    """A child interpreter that has one module of this suite loaded and calls its functions. A context manager.

    Args:
        module: its name within this package, such as ``"frame_loop"``.
        python: the interpreter; this one's by default.
        env: variables on top of ours.
    """

    def __init__(self, module: str, *, python: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        command = [str(python or sys.executable), "-m", f"{__package__}.child", f"{__package__}.{module}"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, function: str, **arguments: Any) -> Any:
        """Call ``function(**arguments)`` in the child and return what it returned.

        Raises:
            PeerError: it raised something, or the child ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps([function, arguments]) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"the child ended while it ran {function}; what it printed above says why")
        answer = json.loads(line)
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the child."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
