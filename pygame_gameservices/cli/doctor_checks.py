"""What ``gameservices doctor`` can see without asking anybody: versions, engines, folders and the outbox."""

from __future__ import annotations

import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from platformdirs import user_cache_path, user_data_path

from pygame_gameservices.core.outbox.store import ASIDE, NewerFile, OutboxFile

FINE, NOTE, FAILED = "fine", "note", "failed"


class Finding(msgspec.Struct, frozen=True):
    """What one check found.

    Attributes:
        check: what was checked.
        state: ``"fine"``, ``"note"`` (works, but worth knowing) or ``"failed"``.
        said: what was found.
        advice: what to do about it; empty when it is fine.
    """

    check: str
    state: str
    said: str
    advice: str = ""


def libraries() -> Iterator[Finding]:
    """Python and the libraries that everything needs."""
    own = installed("pygame_gameservices") or "not installed, run from its sources"
    yield Finding("package", FINE, f"pygame_gameservices {own}, Python {platform.python_version()}, {sys.platform}")
    for name in ("requests", "msgspec", "Pillow", "platformdirs"):
        found = installed(name)
        if found is None:
            yield Finding(name, FAILED, "is not installed", f"pip install {name}")
        else:
            yield Finding(name, FINE, found)
    if installed("keyring") is None:
        yield Finding("keyring", NOTE, "is not installed: sign-ins are remembered in a private file", "fine as it is")


def engines() -> Iterator[Finding]:
    """The engines: one is needed for widgets, and pygame and pygame-ce overwrite each other's files."""
    there = {name: found for name in ("pygame", "pygame-ce", "arcade") if (found := installed(name)) is not None}
    if "pygame" in there and "pygame-ce" in there:
        yield Finding(
            "engine",
            FAILED,
            f"pygame {there['pygame']} and pygame-ce {there['pygame-ce']} are both installed, in the same folder",
            "pip uninstall -y pygame pygame-ce, then pip install the one you want",
        )
    elif there:
        yield Finding("engine", FINE, ", ".join(f"{name} {found}" for name, found in there.items()))
    else:
        yield Finding("engine", NOTE, "none is installed", 'pip install "pygame_gameservices[pygame]", or "[arcade]"')


def folders(app: str) -> Iterator[Finding]:
    """Whether the folders of the game can be written to."""
    for what, folder in (("data", user_data_path(app, appauthor=False)), ("cache", user_cache_path(app, False))):
        there = folder
        while not there.exists():
            there = there.parent
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            reason = error.strerror or str(error)
            yield Finding(f"{what} folder", FAILED, f"{there}: {reason}", "make it writable for this user")
        else:
            yield Finding(f"{what} folder", FINE, str(folder))


def kept(app: str) -> Iterator[Finding]:
    """The state of the outbox."""
    path = Path(user_data_path(app, appauthor=False)) / "outbox.sqlite3"
    if not path.is_file():
        yield Finding("outbox", FINE, "is empty")
        return
    try:
        file = OutboxFile(path)
        try:
            counts = file.counts()
        finally:
            file.close()
    except (NewerFile, sqlite3.Error, OSError) as error:
        yield Finding("outbox", FAILED, f"{path}: {error}", "the game goes on without it; move the file away")
        return
    said = ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items())) or "is empty"
    if any(counts.get(state) for state in ASIDE):
        yield Finding("outbox", NOTE, said, f"look at them with: gameservices outbox list --app {app!r}")
    else:
        yield Finding("outbox", FINE, said)


def installed(name: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
