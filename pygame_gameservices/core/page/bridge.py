"""The way to the browser: the functions of ``shim.js``, which take and give texts and numbers alone.

The same in Pyodide and in pygbag: both have the page's global object as the module ``js``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

NAME = "pygame_gameservices_page"


class Shim(Protocol):
    """What the page does for us; ``shim.js`` says how. Nothing here blocks."""

    def begin(
        self, method: str, url: str, headers: str, body: str, timeout_ms: int, patience_ms: int, max_bytes: int, /
    ) -> int:
        """Begin a request. Returns its number."""

    def poll(self, number: int, /) -> str:
        """What became of a request, as JSON and once; empty while it is under way."""

    def abort(self, number: int, /) -> None:
        """Break a request off."""

    def open(self, name: str, /) -> None:
        """Begin to open what is kept under a name, and to wait for the lock on it."""

    def shelf(self, name: str, /) -> str:
        """How that is going, as JSON."""

    def next(self, name: str, /) -> str:
        """The next file that is kept, ``[name, content]`` as JSON and the content in base64; empty after the last.
        Each once, when it is open."""

    def write(self, name: str, changes: str, /) -> int:
        """Begin to write files, or to remove those that are null. Returns a number to ask about."""

    def written(self, name: str, number: int, /) -> str:
        """``"ok"``, why it failed, or empty while it is under way."""

    def release(self, name: str, /) -> None:
        """Let go of the lock."""

    def address(self) -> str:
        """The page's address, or nothing."""

    def forget(self, names: str, /) -> None:
        """Take parameters, a list in JSON, out of the address bar."""

    def farewell(self, name: str, request: str, /) -> None:
        """Have a request sent should the page be left; empty for none."""


def in_a_page() -> bool:
    """Whether this is Python within a browser. Any thread."""
    return sys.platform == "emscripten"


def shim() -> Shim:
    """Return the page's functions, which are there once for all managers. About 1 ms the first time."""
    page: Any = import_module("js")
    if not hasattr(page, NAME):
        page.eval(Path(__file__).with_name("shim.js").read_text(encoding="utf-8"))
    return cast(Shim, getattr(page, NAME))
