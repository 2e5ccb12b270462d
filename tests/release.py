"""What a release must stand: ``python -m tests.release [--python PYTHON]``.

Builds the source distribution and the wheel, checks both, and installs the wheel into empty environments with no
checkout around them: one for a game and its tools, in which the sandbox must run and README's first example must play;
one without any extra, and one for each that a user may ask for, in which what it brings must work. Needs `build` and
`twine`.
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

BARE = """
import pygame_gameservices
with pygame_gameservices.ServiceManager("bare") as services:
    services.update()
try:
    pygame_gameservices.PygameOverlay(services)
except ImportError as error:
    assert "pip install" in str(error), error
"""
TOAST = """
import pygame
from pygame_gameservices import PygameOverlay, ServiceManager
screen = pygame.display.set_mode((640, 360))
with ServiceManager("toast") as services:
    overlay = PygameOverlay(services)
    overlay.notify("A title", "a line below")
    while pygame.transform.average_color(screen)[:3] == (0, 0, 0):
        pygame.time.wait(10)
        overlay.update(0.01)
        overlay.draw(screen)
"""
TRIED = {
    "": BARE,
    "pygame": TOAST,
    "pygame-ce": TOAST,
    "arcade": """
import arcade
from pygame_gameservices import ArcadeOverlay, ServiceManager
window = arcade.Window(640, 360)
with ServiceManager("toast") as services:
    overlay = ArcadeOverlay(services)
    overlay.notify("A title", "a line below")
    while arcade.get_image().convert("RGB").getbbox() is None:
        overlay.update(0.01)
        window.clear(color=(0, 0, 0, 255))
        overlay.draw()
""",
    "keyring": """
import keyring.backends.null
from pygame_gameservices.core.storage.credential_store import CredentialStore, Secret
keyring.set_keyring(keyring.backends.null.Keyring())
store = CredentialStore("release")
store.save("service", "ada", Secret("token"))
assert store.load("service").username == "ada"  # in a file, since that keyring keeps nothing
""",
    "qr": """
from pygame_gameservices.widgets.login.qr import qr_code
assert qr_code("https://gamejolt.com") is not None
""",
    "text": """
from pygame_gameservices.widgets.text import shaping_harfbuzz
""",
    "threadless": """
import ssl
from pygame_gameservices import ServiceManager
from pygame_gameservices.core.http.polled import PolledHttp
from pygame_gameservices.core.runners.cooperative import CooperativeRunner
carrier = PolledHttp(ssl.create_default_context())
with ServiceManager("threadless", runner=CooperativeRunner(carrier, carrier.rest)) as services:
    services.update()
""",
    "tools": """
from pygame_gameservices.sandbox import Sandbox
with Sandbox.start({}) as sandbox:
    assert sandbox.player("ada").token
""",
    "relay": """
import subprocess, sysconfig
program = sysconfig.get_path("scripts") + "/gameservices"
subprocess.run([program, "relay", "init", "--sandbox"], check=True)
subprocess.run([program, "relay", "serve", "--help"], check=True, stdout=subprocess.DEVNULL)
""",
    "parquet": """
from pathlib import Path
import pyarrow.parquet
from pygame_gameservices.services.forge.upload.source import Source
pyarrow.parquet.write_table(pyarrow.table({"price": [1, 2, 3]}), "prices.parquet")
assert [row["price"] for _, row in Source(Path("prices.parquet")).rows()] == [1, 2, 3]
""",
}
"""For each extra a program that needs what it brings."""


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


def install(wheel: Path, folder: Path, python: str, extras: str) -> Path:
    """Install the wheel with some extras into an empty environment. Returns its folder of programs."""
    _run([python, "-m", "venv", folder])
    _run([folder / "bin/pip", "install", "-q", f"{wheel}[{extras}]" if extras else wheel])
    return folder / "bin"


def try_extra(wheel: Path, folder: Path, python: str, extra: str) -> None:
    """Have an extra's program run where nothing but that extra is installed."""
    programs = install(wheel, folder / "venv", python, extra)
    headless = {"ARCADE_HEADLESS": "True"} if extra == "arcade" else {}
    _run([programs / "python", "-c", TRIED[extra]], headless, cwd=folder, timeout=120)


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
        programs = install(wheel, folder / "venv", given.python, "pygame,tools")
        print(f"gameservices sandbox opens its console: {run_sandbox(programs, empty)}")
        began = time.monotonic()
        play_example(programs, empty)
        print(f"README's first example plays: {time.monotonic() - began:.1f} s")
        for extra in TRIED:
            alone = folder / f"alone-{extra}"
            alone.mkdir()
            try_extra(wheel, alone, given.python, extra)
            print(f"{extra or 'no extra'}: works alone")
            shutil.rmtree(alone)
    return 0


def _run(command: list[str | Path], environment: dict[str, str] | None = None, **how: object) -> None:
    surroundings = {**os.environ, **SILENT, **(environment or {})}
    subprocess.run(command, check=True, env=surroundings, **how)  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
