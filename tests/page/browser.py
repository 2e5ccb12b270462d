"""A game in real Chromium: Pyodide and its page are served by this process, the sandbox is another origin."""

from __future__ import annotations

import functools
import http.server
import json
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pygame_gameservices
from pygame_gameservices.cli.web import write_page
from tests.chromium import CHROMIUM, NO_CHROMIUM

ROOT = Path(pygame_gameservices.__file__).parents[1]
CACHE = ROOT / "build" / "page"
"""Where ``npm install pyodide`` and ``pip download msgspec`` put what a page needs."""
PYODIDE = CACHE / "node_modules" / "pyodide"
COMPILED = CACHE / "python_stdlib.zip"
"""Pyodide's standard library with its modules compiled: what a page executes is the same, and it is up much sooner."""
BOOT_MS = 180_000
"""How long a page may take to come up on a machine with other things to do."""


def missing() -> str:
    """What a real page lacks here, and how to get it; empty where nothing is missing."""
    if CHROMIUM is None:
        return NO_CHROMIUM
    if not (PYODIDE / "pyodide.mjs").exists() or not COMPILED.exists() or not list(CACHE.glob("msgspec-*.whl")):
        return "no Pyodide is installed: tests/page/install"
    return ""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, compiled: bool, **options: Any) -> None:
        self._compiled = compiled
        super().__init__(*arguments, **options)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def translate_path(self, path: str) -> str:
        """Pyodide and the wheels lie beside the page."""
        first, _, rest = path.lstrip("/").partition("?")[0].partition("/")
        if self._compiled and (first, rest) == ("pyodide", COMPILED.name):
            return str(COMPILED)
        beside = {"pyodide": PYODIDE, "wheels": CACHE}.get(first)
        return super().translate_path(path) if beside is None else str(beside / rest)


@contextmanager
def served(folder: Path, *, compiled: bool = True) -> Iterator[str]:
    """Serve a page, Pyodide and the wheels on loopback. Yields the address."""
    handler = functools.partial(_Handler, directory=folder, compiled=compiled)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def site(folder: Path, *, compiled: bool = True) -> Iterator[str]:
    """Serve a page whose game does nothing by itself: tests tell it what to do. Yields the address.

    Args:
        folder: an empty one, for the page.
        compiled: whether Python's own modules are; False where it matters how long a page takes to import one.
    """
    game = folder / "game"
    game.mkdir()
    (game / "main.py").write_text("from page_game import *")
    for name in ("page_game.py", "bare_imports.py"):
        (game / name).write_text((ROOT / "tests" / "page" / name).read_text(encoding="utf-8"))
    wheels = [f"/wheels/{wheel.name}" for wheel in CACHE.glob("msgspec-*.whl")]
    write_page(game / "main.py", folder / "page", title="Test", pyodide="/pyodide", packages=wheels)
    with served(folder / "page", compiled=compiled) as address:
        yield address


def forget(context: Any, address: str) -> None:
    """Close all tabs but the first, which is blank, and clear what a player's profile keeps of a site.

    What remains is what Chromium has compiled: that takes longer than most tests.
    """
    blank, *others = context.pages
    for page in others:
        page.close()
    devtools = context.new_cdp_session(blank)
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    devtools.detach()


class Game:
    """A page with the game in it, told what to do in Python.

    Args:
        page: a page of playwright's.
        address: where the game is.
        parameters: of the address.
        before: JavaScript that the tab runs before the page's own.
    """

    def __init__(self, page: Any, address: str, parameters: str = "", before: str = "") -> None:
        self.page = page
        if before:
            page.add_init_script(before)
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.goto(f"{address}/index.html{parameters}", timeout=BOOT_MS)
        self.wait_up()

    def wait_up(self) -> None:
        """Wait until the game is there."""
        try:
            up = "globalThis.pyodide?.globals?.get('told') !== undefined"
            self.page.wait_for_function(up, timeout=BOOT_MS, polling=100)  # a tab behind another has no frames
        except Exception as error:
            raise AssertionError(f"the page did not come up; it said {self.said}") from error

    def run(self, code: str) -> Any:
        """Run Python in the page, with ``await`` where need be. Returns the last expression's value."""
        return json.loads(self.page.evaluate("code => pyodide.globals.get('told')(code)", textwrap.dedent(code)))
