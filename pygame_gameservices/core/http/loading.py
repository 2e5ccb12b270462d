"""Loads what carries requests beside the first frames of a game: it takes longer than all else of a manager."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from pygame_gameservices.core import forking
from pygame_gameservices.core.http.line import Transport
from pygame_gameservices.core.turns.breath import breathe, in_short_breaths

if TYPE_CHECKING:
    import ssl


class Transports:
    """Makes the network's transport of each worker, and loads its libraries with the first one.

    Args:
        ca_file: a PEM file of further authorities to trust. With one all is loaded at once, so that it is told here if
            the file is none.

    Raises:
        ModuleNotFoundError: requests is not installed.
        OSError: `ca_file` cannot be read, or holds no certificate (`ssl.SSLError`).
    """

    def __init__(self, ca_file: str | None) -> None:
        if importlib.util.find_spec("requests") is None:
            raise ModuleNotFoundError("no module named 'requests': pip install requests", name="requests")
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        if ca_file is not None:
            from pygame_gameservices.core.http.transport import tls_context

            self._tls = tls_context(ca_file)

    def __call__(self) -> Transport:
        """Make one. Blocks while the libraries are loaded. Any thread but the frame thread."""
        with self._lock, forking.guards.libraries, in_short_breaths(), _breaths_between_modules():
            from pygame_gameservices.core.http import secret_forms  # noqa: F401 - the first answer needs it
            from pygame_gameservices.core.http.transport import HttpTransport, tls_context

            if self._tls is None:
                self._tls = tls_context()
            return HttpTransport(self._tls)


class _Breathes:
    """Finds no module, and lets the frame thread in between: loading one takes a millisecond or two."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        breathe()


@contextmanager
def _breaths_between_modules() -> Iterator[None]:
    between = _Breathes()
    sys.meta_path.insert(0, between)
    try:
        yield
    finally:
        sys.meta_path.remove(between)
