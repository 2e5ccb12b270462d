"""Remembered sign-ins: in the operating system's keyring where there is one that works, else in a private file.

Everything here may block, for a disk or for a keyring that asks the player to unlock it: call it off the frame thread.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, TypeVar

import msgspec

from pygame_gameservices.core.storage.credentials import Secret
from pygame_gameservices.core.storage.private_file import sweep, write_private
from pygame_gameservices.errors import UsageError

logger = logging.getLogger("pygame_gameservices")

T = TypeVar("T")

KEYRING_PATIENCE_S = 5.0
"""Seconds after which a keyring that does not answer counts as none; it may be waiting for a password."""
LARGEST_FILE = 1 << 20
_ENTRY = "remembered sign-in"


class Remembered(NamedTuple):
    """Who signed in last, and with what."""

    username: str
    token: Secret


class CredentialStore:
    """Remembers one player for each service of a game. Safe to use from any thread, but blocking.

    The file is ``credentials.json`` in the platform's data folder of the game. On Linux and macOS only its owner may
    read it (mode 0600 in a folder of mode 0700). On Windows it lies below the player's own profile, whose access rules
    let in that player, administrators and the system; it is not encrypted there. Programs that run as the same player
    can read it everywhere, as they can ask most keyrings.

    Args:
        app: the game's name.
        folder: where the file goes; the platform's data folder of `app` by default.
        use_keyring: False keeps to the file.

    Attributes:
        run_beside: runs what may never answer, under a name; a `UsageError` of it means that no keyring is asked. By
            itself a store asks in place, for as long as it takes; `ServiceManager.run_beside` is put here in a game.
    """

    def __init__(self, app: str, *, folder: Path | None = None, use_keyring: bool = True) -> None:
        self._app = app
        self._folder = folder
        self._use_keyring = use_keyring
        self.run_beside: Callable[[Callable[[], object], str], object] = _in_place
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The file that is used when no keyring is."""
        if self._folder is None:
            from platformdirs import user_data_path

            self._folder = user_data_path(self._app, appauthor=False)
        return self._folder / "credentials.json"

    def load(self, service: str) -> Remembered | None:
        """Return whom `service` remembers, or None. What cannot be read counts as nothing and is logged."""
        with self._lock:
            kept = self._with_keyring(lambda ring: ring.get_password(self._place(service), _ENTRY))
            return _decoded(kept if isinstance(kept, str) else self._read_file().get(service))

    def save(self, service: str, username: str, token: Secret) -> str:
        """Remember a player, instead of whoever was remembered.

        Returns:
            Where: ``"keyring"`` or ``"file"``.

        Raises:
            OSError: neither could be written.
        """
        text = msgspec.json.encode({"username": username, "token": token.reveal()}).decode()
        with self._lock:
            if self._with_keyring(lambda ring: _kept(ring, self._place(service), text)):
                self._change_file(service, None)
                return "keyring"
            self._change_file(service, text)
            return "file"

    def forget(self, service: str) -> None:
        """Remove what `service` remembers, wherever it is. Nothing remembered is no mistake.

        Raises:
            OSError: it could not be removed.
        """
        with self._lock:
            self._with_keyring(lambda ring: _removed(ring, self._place(service)))
            self._change_file(service, None)
            left = self._with_keyring(lambda ring: ring.get_password(self._place(service), _ENTRY))
            if isinstance(left, str):
                raise OSError("the keyring did not let go of the remembered sign-in")

    def _place(self, service: str) -> str:
        return f"{self._app} {service}"

    def _with_keyring(self, use: Callable[[Any], T]) -> T | None:
        """What `use` returns, or None when there is no keyring that works. Never lasts longer than its patience."""
        if not self._use_keyring:
            return None
        results: SimpleQueue[T | None] = SimpleQueue()

        def ask() -> None:
            try:
                ring = _keyring()
                results.put(None if ring is None else use(ring))
            except Exception as error:  # a keyring may raise whatever the desktop's libraries raise
                logger.info("the keyring does not work: %s", type(error).__name__)
                results.put(None)

        try:
            self.run_beside(ask, "gameservices-keyring")
        except UsageError as error:
            logger.info("the keyring is not asked: %s", error)
            self._use_keyring = False
            return None
        try:
            return results.get(timeout=KEYRING_PATIENCE_S)
        except Empty:
            logger.warning("the keyring did not answer within %g s; a private file is used", KEYRING_PATIENCE_S)
            self._use_keyring = False
            return None

    def _read_file(self) -> dict[str, str]:
        sweep(self.path.parent, self.path.name)
        try:
            with open(self.path, "rb") as file:
                _make_private(file.fileno())
                content = msgspec.json.decode(file.read(LARGEST_FILE))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            logger.warning("the remembered sign-ins cannot be read: %s", type(error).__name__)
            return {}
        if not isinstance(content, dict):
            return {}
        return {key: value for key, value in content.items() if isinstance(value, str)}

    def _change_file(self, service: str, text: str | None) -> None:
        content = self._read_file()
        before = dict(content)
        content.pop(service, None)
        if text is not None:
            content[service] = text
        if content == before:
            return
        if content:
            write_private(self.path, msgspec.json.encode(content))
        else:
            self.path.unlink(missing_ok=True)


def _in_place(function: Callable[[], object], name: str) -> None:
    function()


def _keyring() -> Any | None:
    """The keyring module, if it is installed and has a place to keep things."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    ring = keyring.get_keyring()
    if isinstance(ring, (fail.Keyring, null.Keyring)) or ring.priority < 1:
        return None
    return keyring


def _kept(ring: Any, place: str, text: str) -> bool:
    """Put `text` into the keyring and look whether it is there: some take everything and keep nothing."""
    ring.set_password(place, _ENTRY, text)
    return bool(ring.get_password(place, _ENTRY) == text)


def _removed(ring: Any, place: str) -> bool:
    if ring.get_password(place, _ENTRY) is not None:
        ring.delete_password(place, _ENTRY)
    return True


def _decoded(text: str | None) -> Remembered | None:
    if text is None:
        return None
    try:
        content = msgspec.json.decode(text)
        username, token = content["username"], content["token"]
    except (ValueError, KeyError, TypeError):
        return None
    if not (isinstance(username, str) and isinstance(token, str) and username and token):
        return None
    return Remembered(username, Secret(token))


def _make_private(descriptor: int) -> None:
    """Take the file from everybody else, should another program have opened it up."""
    if os.name == "posix" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
        os.fchmod(descriptor, 0o600)
