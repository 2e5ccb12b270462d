"""What a release must stand: ``python -m tests.release [--python PYTHON]``.

Builds the source distribution and the wheel, checks both, and installs the wheel into an empty environment with no
checkout around it. There the sandbox must run and README's first example must play. Needs `build` and `twine`.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

CHECKOUT = Path(__file__).parent.parent
MOST_BYTES = 2 << 20
SILENT = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
PLAY = """
import os, threading, time
def press_and_leave():
    import pygame
    time.sleep(2)
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE, unicode=" ", mod=0, scancode=0))
    time.sleep(2)
    pygame.event.post(pygame.event.Event(pygame.QUIT))
threading.Thread(target=press_and_leave, daemon=True).start()
"""


def build(folder: Path) -> tuple[Path, Path]:
    """Build both distributions from a clean copy. Returns the source distribution and the wheel."""
    copy = folder / "copy"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True).stdout
    for name in listed.decode().split("\0"):
        if name and (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy / name)
    _run([sys.executable, "-m", "build", "-o", folder / "dist", copy])
    (source,), (wheel,) = (list((folder / "dist").glob(pattern)) for pattern in ("*.tar.gz", "*.whl"))
    return source, wheel


def install(wheel: Path, folder: Path, python: str) -> Path:
    """Install the wheel into an empty environment. Returns its folder of programs."""
    _run([python, "-m", "venv", folder / "venv"])
    _run([folder / "venv/bin/pip", "install", "-q", f"{wheel}[pygame,tools]"])
    return folder / "venv/bin"


def run_sandbox(programs: Path, folder: Path) -> str:
    """Start the sandbox as a user does, open its console, and return that page's title."""
    with subprocess.Popen([programs / "gameservices", "sandbox"], cwd=folder, stdout=subprocess.PIPE) as sandbox:
        try:
            assert sandbox.stdout is not None
            said = b""
            while (found := re.search(rb"http://\S+/console/\S+", said)) is None:
                line = sandbox.stdout.readline()
                if not line:
                    raise SystemExit(f"the sandbox ended and said {said.decode()!r}")
                said += line
            with build_opener(HTTPCookieProcessor()).open(found[0].decode()) as page:
                return re.findall("<title>(.*?)</title>", page.read().decode())[0]
        finally:
            sandbox.terminate()


def play_example(programs: Path, folder: Path) -> None:
    """Play README's first example, with a key pressed and the window closed after some seconds."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)[:1]
    (folder / "game.py").write_text(PLAY + example, encoding="utf-8")
    _run([programs / "python", "game.py"], cwd=folder, timeout=60)


def main() -> int:
    """Do all of it; the first thing that fails ends it."""
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="makes the empty environment")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gameservices-release-") as name:
        folder = Path(name)
        source, wheel = build(folder)
        _run([sys.executable, "-m", "twine", "check", "--strict", source, wheel])
        for built in (source, wheel):
            print(f"{built.name}: {built.stat().st_size / 1024:,.0f} KiB")
            if built is wheel and built.stat().st_size > MOST_BYTES:
                raise SystemExit(f"the wheel is larger than {MOST_BYTES:,} bytes")
        empty = folder / "elsewhere"
        empty.mkdir()
        programs = install(wheel, folder, given.python)
        print(f"gameservices sandbox opens its console: {run_sandbox(programs, empty)}")
        began = time.monotonic()
        play_example(programs, empty)
        print(f"README's first example plays: {time.monotonic() - began:.1f} s")
    return 0


def _run(command: list[str | Path], **how: object) -> None:
    subprocess.run(command, check=True, env={**os.environ, **SILENT}, **how)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
