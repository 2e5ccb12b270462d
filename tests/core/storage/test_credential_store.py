"""Remembered sign-ins: in a keyring that works, else in a file that only the player may read, and really forgotten."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from pygame_gameservices import Secret
from pygame_gameservices.core.runners.threads import start_thread
from pygame_gameservices.core.storage import credential_store
from pygame_gameservices.core.storage.credential_store import CredentialStore, Remembered


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring of the real library that keeps things in memory."""

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("there is none")


class Broken(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("the bus is gone")

    set_password = delete_password = get_password  # type: ignore[assignment]


class Forgetful(MemoryKeyring):
    """Takes everything and keeps nothing, as some do in a container."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Locked(MemoryKeyring):
    """Waits for a password that nobody types."""

    released = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(30)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.released.wait(30)


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def store(tmp_path: Path) -> CredentialStore:
    made = CredentialStore("my game", folder=tmp_path / "data")
    made.run_beside = start_thread
    return made


@pytest.mark.threads
def test_a_keyring_that_works_is_used_and_no_file(store: CredentialStore, ring: MemoryKeyring) -> None:
    assert store.load("gamejolt 1") is None
    assert store.save("gamejolt 1", "ada", Secret("t0ken")) == "keyring"
    assert store.load("gamejolt 1") == Remembered("ada", Secret("t0ken"))
    assert not store.path.exists()
    store.forget("gamejolt 1")
    assert store.load("gamejolt 1") is None
    assert ring.kept == {}


@pytest.mark.threads
@pytest.mark.parametrize("kind", [Broken, Forgetful])
def test_a_keyring_that_does_not_work_gives_way_to_a_file(
    store: CredentialStore, ring: MemoryKeyring, kind: type[MemoryKeyring]
) -> None:
    keyring.set_keyring(kind())
    assert store.save("gamejolt 1", "zoë", Secret("t0ken#ü")) == "file"
    assert store.load("gamejolt 1") == Remembered("zoë", Secret("t0ken#ü"))
    store.forget("gamejolt 1")
    assert store.load("gamejolt 1") is None
    assert list(store.path.parent.iterdir()) == []


@pytest.mark.threads
def test_a_keyring_that_waits_for_a_password_is_given_up_on(
    store: CredentialStore, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credential_store, "KEYRING_PATIENCE_S", 0.2)
    keyring.set_keyring(Locked())
    started = time.monotonic()
    assert store.save("gamejolt 1", "ada", Secret("t0ken")) == "file"
    assert store.load("gamejolt 1") == Remembered("ada", Secret("t0ken"))
    assert time.monotonic() - started < 5
    Locked.released.set()


@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists and no modes")
def test_only_the_player_may_read_the_file(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = CredentialStore("my game", folder=tmp_path / "data", use_keyring=False)
        store.save("gamejolt 1", "ada", Secret("t0ken"))
    finally:
        os.umask(old)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    store.path.chmod(0o644)
    assert store.load("gamejolt 1") is not None
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600, "what somebody opened up is closed again"


def test_each_service_has_its_own(tmp_path: Path) -> None:
    store = CredentialStore("my game", folder=tmp_path, use_keyring=False)
    store.save("gamejolt 1", "ada", Secret("a"))
    store.save("gamejolt 2", "grace", Secret("g"))
    store.forget("gamejolt 1")
    assert store.load("gamejolt 1") is None
    assert store.load("gamejolt 2") == Remembered("grace", Secret("g"))


@pytest.mark.parametrize(
    "content", ["", "no json", "[]", '{"s": 5}', '{"s": "no json"}', '{"s": "{}"}', '{"s": "[1]"}']
)
def test_a_broken_file_counts_as_nothing(tmp_path: Path, content: str) -> None:
    store = CredentialStore("my game", folder=tmp_path, use_keyring=False)
    store.path.write_text(content)
    assert store.load("s") is None
    store.save("s", "ada", Secret("t"))
    assert store.load("s") == Remembered("ada", Secret("t"))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = CredentialStore("my game", folder=tmp_path / "file", use_keyring=False)
    assert store.load("s") is None
    with pytest.raises(OSError):
        store.save("s", "ada", Secret("t"))


def test_the_folder_is_the_platforms_own(own_folders: Path) -> None:
    path = CredentialStore("my game", use_keyring=False).path
    assert path.name == "credentials.json"
    assert "my game" in str(path)
    assert str(path).startswith(str(own_folders)), "tests keep out of the developer's home"
